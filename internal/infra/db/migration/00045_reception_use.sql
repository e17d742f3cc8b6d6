-- +goose Up
-- How often somebody looked up visitors, registered them and said who they are, on his
-- last day.
CREATE TABLE reception_use (
	org_id uuid NOT NULL,
	user_id uuid NOT NULL,
	kind text COLLATE "C" NOT NULL,
	day text COLLATE "C" NOT NULL,
	n bigint NOT NULL,
	PRIMARY KEY (org_id, user_id, kind)
);
