-- +goose Up
-- The energy an account manager is to sell in a year.
CREATE TABLE sales_target (
	org_id uuid NOT NULL REFERENCES org (id),
	id uuid NOT NULL,
	manager_id uuid NOT NULL,
	year integer NOT NULL,
	growth_permille bigint NOT NULL,
	set_by uuid,
	set_name text NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX sales_target_year ON sales_target (org_id, year, manager_id);

-- forecast_wh is what was expected when the target was set; NULL: nothing could be.
CREATE TABLE sales_target_month (
	org_id uuid NOT NULL,
	target_id uuid NOT NULL,
	month integer NOT NULL,
	energy_wh bigint NOT NULL,
	forecast_wh bigint,
	PRIMARY KEY (org_id, target_id, month),
	FOREIGN KEY (org_id, target_id) REFERENCES sales_target (org_id, id)
);
