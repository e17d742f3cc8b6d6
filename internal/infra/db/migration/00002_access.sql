-- +goose Up
CREATE TABLE org (
	id uuid NOT NULL PRIMARY KEY,
	parent_id uuid REFERENCES org (id),
	level text NOT NULL,
	code text COLLATE "C" NOT NULL,
	name text NOT NULL,
	short_name text NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL
);
CREATE UNIQUE INDEX org_code ON org (code);

CREATE TABLE app_user (
	id uuid NOT NULL PRIMARY KEY,
	login text COLLATE "C" NOT NULL,
	name text NOT NULL,
	password_hash text NOT NULL,
	home_org_id uuid NOT NULL REFERENCES org (id),
	locale text NOT NULL,
	active boolean NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL
);
CREATE UNIQUE INDEX app_user_login ON app_user (login);

CREATE TABLE role (
	id uuid NOT NULL PRIMARY KEY,
	code text COLLATE "C" NOT NULL,
	name_zh text NOT NULL,
	name_en text NOT NULL,
	permissions text NOT NULL,
	builtin boolean NOT NULL,
	version bigint NOT NULL
);
CREATE UNIQUE INDEX role_code ON role (code);

CREATE TABLE role_grant (
	id uuid NOT NULL PRIMARY KEY,
	user_id uuid NOT NULL REFERENCES app_user (id),
	role_id uuid NOT NULL REFERENCES role (id),
	org_id uuid NOT NULL REFERENCES org (id),
	created_at bigint NOT NULL
);
CREATE UNIQUE INDEX role_grant_once ON role_grant (user_id, role_id, org_id);

CREATE TABLE session (
	id uuid NOT NULL PRIMARY KEY,
	token_hash bytea NOT NULL,
	user_id uuid NOT NULL REFERENCES app_user (id),
	created_at bigint NOT NULL,
	seen_at bigint NOT NULL,
	expires_at bigint NOT NULL
);
CREATE UNIQUE INDEX session_token ON session (token_hash);
CREATE INDEX session_by_user ON session (user_id);

CREATE TABLE audit_entry (
	id uuid NOT NULL,
	org_id uuid NOT NULL,
	at bigint NOT NULL,
	actor_id uuid,
	actor_name text NOT NULL,
	action text COLLATE "C" NOT NULL,
	object_type text COLLATE "C" NOT NULL,
	object_id uuid,
	before bytea NOT NULL,
	after bytea NOT NULL,
	mac bytea NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX audit_entry_object ON audit_entry (org_id, object_id, id);
