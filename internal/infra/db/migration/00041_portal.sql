-- +goose Up
-- Whether a company serves its customers in the portal; without a row it does not.
CREATE TABLE portal_setting (
	org_id uuid NOT NULL PRIMARY KEY,
	enabled boolean NOT NULL,
	version bigint NOT NULL,
	updated_name text NOT NULL,
	updated_at bigint NOT NULL
);

-- How customers sign in by an account, and when one last did. What was set counts for
-- the customer who set it alone. password_hash is argon2id, '' for none.
CREATE TABLE portal_access (
	org_id uuid NOT NULL,
	account_id uuid NOT NULL,
	customer_id uuid NOT NULL,
	password_hash text NOT NULL,
	password_at bigint NOT NULL,
	signed_in_at bigint NOT NULL,
	PRIMARY KEY (org_id, account_id)
);
CREATE INDEX portal_access_customer ON portal_access (org_id, customer_id);

-- Codes that were asked for. account_no is sealed: people type other numbers too.
-- account_id and hash stay empty where nobody was sent any.
CREATE TABLE portal_code (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	account_no bytea NOT NULL,
	account_id uuid,
	lang text COLLATE "C" NOT NULL,
	hash bytea NOT NULL,
	handled boolean NOT NULL,
	tries bigint NOT NULL,
	asked_at bigint NOT NULL,
	until_at bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX portal_code_waiting ON portal_code (asked_at, org_id, id) WHERE NOT handled;
CREATE INDEX portal_code_until ON portal_code (until_at);

CREATE TABLE portal_session (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	token_hash bytea NOT NULL,
	account_id uuid NOT NULL,
	customer_id uuid NOT NULL,
	by_code boolean NOT NULL,
	created_at bigint NOT NULL,
	seen_at bigint NOT NULL,
	expires_at bigint NOT NULL,
	ends_at bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX portal_session_token ON portal_session (org_id, token_hash);
CREATE INDEX portal_session_customer ON portal_session (org_id, customer_id);
CREATE INDEX portal_session_expires ON portal_session (expires_at);

-- How often strangers tried something, by a keyed hash of what they tried: of an account
-- number, of an address.
CREATE TABLE portal_limit (
	key bytea NOT NULL PRIMARY KEY,
	n bigint NOT NULL,
	until_at bigint NOT NULL
);
CREATE INDEX portal_limit_until ON portal_limit (until_at);
