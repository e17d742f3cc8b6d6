-- +goose Up
-- How people want a list: kept for themselves, or shared with a company. What they
-- wrote is sealed, as it may name customers.
CREATE TABLE list_view (
	id uuid NOT NULL PRIMARY KEY,
	owner_id uuid NOT NULL REFERENCES app_user (id),
	org_id uuid REFERENCES org (id),
	list text COLLATE "C" NOT NULL,
	look bytea NOT NULL,
	removed_at bigint NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL
);
CREATE INDEX list_view_own ON list_view (owner_id, list, id);
CREATE INDEX list_view_shared ON list_view (org_id, list, id);

CREATE TABLE list_view_choice (
	user_id uuid NOT NULL REFERENCES app_user (id),
	view_id uuid NOT NULL REFERENCES list_view (id),
	list text COLLATE "C" NOT NULL,
	pinned boolean NOT NULL,
	is_default boolean NOT NULL,
	PRIMARY KEY (user_id, view_id)
);
CREATE INDEX list_view_choice_list ON list_view_choice (user_id, list);
