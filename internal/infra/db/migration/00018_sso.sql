-- +goose Up
-- Where people sign in instead of by a password: OpenID Connect providers. A provider
-- is for users at home in org_id and below. secret is sealed; empty for none.
CREATE TABLE sso_provider (
	id uuid NOT NULL PRIMARY KEY,
	org_id uuid NOT NULL REFERENCES org (id),
	name text NOT NULL,
	issuer text COLLATE "C" NOT NULL,
	client_id text COLLATE "C" NOT NULL,
	secret bytea NOT NULL,
	base_url text NOT NULL,
	scopes text NOT NULL,
	link_claim text NOT NULL,
	create_users boolean NOT NULL,
	trusted_factors text NOT NULL,
	enabled boolean NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL
);
CREATE UNIQUE INDEX sso_provider_once ON sso_provider (issuer, client_id);

-- Which user somebody of a provider is. A user is one person of a provider at most,
-- so that a name given anew there gives no way into his account.
CREATE TABLE sso_link (
	provider_id uuid NOT NULL REFERENCES sso_provider (id),
	subject text COLLATE "C" NOT NULL,
	user_id uuid NOT NULL REFERENCES app_user (id),
	linked_at bigint NOT NULL,
	used_at bigint NOT NULL,
	PRIMARY KEY (provider_id, subject)
);
CREATE UNIQUE INDEX sso_link_user ON sso_link (user_id, provider_id);

-- Attempts on their way, by the hash of their state, taken once. With a user: the
-- provider has said who it is, and the code of his second factor is waited for.
CREATE TABLE sso_attempt (
	key bytea NOT NULL PRIMARY KEY,
	browser bytea NOT NULL,
	provider_id uuid NOT NULL REFERENCES sso_provider (id),
	next text NOT NULL,
	user_id uuid REFERENCES app_user (id),
	subject text COLLATE "C" NOT NULL,
	sid text COLLATE "C" NOT NULL,
	id_token bytea NOT NULL,
	expires_at bigint NOT NULL
);
CREATE INDEX sso_attempt_expires ON sso_attempt (expires_at);

-- Sessions that a provider opened. id_token is sealed; it signs out there.
CREATE TABLE sso_session (
	session_id uuid NOT NULL PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
	provider_id uuid NOT NULL REFERENCES sso_provider (id),
	subject text COLLATE "C" NOT NULL,
	sid text COLLATE "C" NOT NULL,
	id_token bytea NOT NULL,
	factor boolean NOT NULL
);
CREATE INDEX sso_session_subject ON sso_session (provider_id, subject);
CREATE INDEX sso_session_sid ON sso_session (provider_id, sid);

-- Logout tokens that came, so that none counts twice.
CREATE TABLE sso_logout (
	provider_id uuid NOT NULL REFERENCES sso_provider (id),
	token bytea NOT NULL,
	expires_at bigint NOT NULL,
	PRIMARY KEY (provider_id, token)
);
