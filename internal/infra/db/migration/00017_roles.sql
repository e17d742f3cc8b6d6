-- +goose Up
-- A role of the company's own belongs to an organisation and is granted in it and
-- below; a built-in one belongs to none. A retired role gives nothing.
ALTER TABLE role ADD COLUMN org_id uuid REFERENCES org (id);
ALTER TABLE role ADD COLUMN retired_at bigint NOT NULL DEFAULT 0;

-- A grant gives from from_at until before until_at; 0 is no limit.
ALTER TABLE role_grant ADD COLUMN from_at bigint NOT NULL DEFAULT 0;
ALTER TABLE role_grant ADD COLUMN until_at bigint NOT NULL DEFAULT 0;
ALTER TABLE role_grant ADD COLUMN warned_at bigint NOT NULL DEFAULT 0;
DROP INDEX role_grant_once;
CREATE UNIQUE INDEX role_grant_once ON role_grant (user_id, role_id, org_id, from_at);
CREATE INDEX role_grant_by_org ON role_grant (org_id, user_id);
CREATE INDEX role_grant_by_role ON role_grant (role_id, user_id);
CREATE INDEX role_grant_ending ON role_grant (until_at);

-- When an account was last used, to five minutes; 0: never.
ALTER TABLE app_user ADD COLUMN seen_at bigint NOT NULL DEFAULT 0;
UPDATE app_user SET seen_at = COALESCE((SELECT max(s.seen_at) FROM session s WHERE s.user_id = app_user.id), 0);

-- While user_id is absent, deputy_id acts with roles (JSON) of his.
CREATE TABLE absence (
	id uuid NOT NULL PRIMARY KEY,
	org_id uuid NOT NULL REFERENCES org (id),
	user_id uuid NOT NULL REFERENCES app_user (id),
	deputy_id uuid NOT NULL REFERENCES app_user (id),
	roles text NOT NULL,
	from_at bigint NOT NULL,
	until_at bigint NOT NULL,
	ended_at bigint NOT NULL,
	created_by uuid NOT NULL,
	created_at bigint NOT NULL,
	version bigint NOT NULL
);
CREATE INDEX absence_by_deputy ON absence (deputy_id, until_at);
CREATE INDEX absence_by_user ON absence (user_id, until_at);
CREATE INDEX absence_by_org ON absence (org_id, id);
