-- +goose Up
-- How users prove who they are, beside the password's hash. totp is sealed; a
-- time step of it is taken once, so a code seen over the shoulder is worthless.
CREATE TABLE user_credential (
	user_id uuid NOT NULL PRIMARY KEY REFERENCES app_user (id),
	password_at bigint NOT NULL,
	must_change boolean NOT NULL,
	totp bytea NOT NULL,
	totp_confirmed_at bigint NOT NULL,
	totp_step bigint NOT NULL
);

-- Hashes of passwords that may not come back.
CREATE TABLE user_password (
	user_id uuid NOT NULL REFERENCES app_user (id),
	at bigint NOT NULL,
	hash text NOT NULL,
	PRIMARY KEY (user_id, at)
);

CREATE TABLE user_recovery_code (
	user_id uuid NOT NULL REFERENCES app_user (id),
	hash bytea NOT NULL,
	PRIMARY KEY (user_id, hash)
);

-- Attempts since the last success, by the hash of what was typed as login: an
-- unknown one is locked like a known one.
CREATE TABLE login_failure (
	login_hash bytea NOT NULL PRIMARY KEY,
	failures bigint NOT NULL,
	locked_until bigint NOT NULL,
	at bigint NOT NULL
);
CREATE INDEX login_failure_at ON login_failure (at);

CREATE TABLE access_policy (
	id bigint NOT NULL PRIMARY KEY,
	body text NOT NULL,
	version bigint NOT NULL
);

ALTER TABLE session ADD COLUMN address text NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN agent text NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN ends_at bigint NOT NULL DEFAULT 0;

CREATE TABLE api_key (
	id uuid NOT NULL PRIMARY KEY,
	user_id uuid NOT NULL REFERENCES app_user (id),
	org_id uuid NOT NULL REFERENCES org (id),
	name text NOT NULL,
	prefix text NOT NULL,
	token_hash bytea NOT NULL,
	permissions text NOT NULL,
	created_at bigint NOT NULL,
	expires_at bigint NOT NULL,
	revoked_at bigint NOT NULL,
	used_at bigint NOT NULL,
	used_from text NOT NULL
);
CREATE UNIQUE INDEX api_key_token ON api_key (token_hash);
CREATE INDEX api_key_by_user ON api_key (user_id, created_at);
