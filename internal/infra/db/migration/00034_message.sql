-- +goose Up
-- What is to be told to people, filled in the transaction of the use case that tells it.
-- body is sealed: address, name, subject and text, as they were when it was made. due_at
-- is when a queued one is tried, and when the lease of one that is being sent ends;
-- handed_at is when it began to leave, 0 before.
CREATE TABLE message (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	channel text COLLATE "C" NOT NULL,
	kind text COLLATE "C" NOT NULL,
	template text COLLATE "C" NOT NULL,
	template_version bigint NOT NULL,
	lang text COLLATE "C" NOT NULL,
	customer_id uuid,
	object_type text COLLATE "C" NOT NULL,
	object_id uuid,
	body bytea NOT NULL,
	once_key bytea,
	state text COLLATE "C" NOT NULL,
	reason text COLLATE "C" NOT NULL,
	attempt bigint NOT NULL,
	due_at bigint NOT NULL,
	until_at bigint NOT NULL,
	handed_at bigint NOT NULL,
	ended_at bigint NOT NULL,
	created_by uuid,
	created_at bigint NOT NULL,
	version bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX message_once ON message (org_id, once_key) WHERE once_key IS NOT NULL;
CREATE INDEX message_due ON message (due_at, org_id, id) WHERE state IN ('queued', 'sending');
CREATE INDEX message_sending ON message (org_id, channel) WHERE state = 'sending';
CREATE INDEX message_by_state ON message (org_id, state, id);
CREATE INDEX message_of_customer ON message (org_id, customer_id, id);
CREATE INDEX message_about ON message (org_id, object_id, id);

-- How each attempt ended. receipt is the gateway's own number, sealed.
CREATE TABLE message_attempt (
	org_id uuid NOT NULL,
	message_id uuid NOT NULL,
	attempt bigint NOT NULL,
	began_at bigint NOT NULL,
	ended_at bigint NOT NULL,
	outcome text COLLATE "C" NOT NULL,
	reason text COLLATE "C" NOT NULL,
	receipt bytea,
	PRIMARY KEY (org_id, message_id, attempt)
);

-- Texts as a company changed them; the highest version counts, and without one what was
-- shipped.
CREATE TABLE message_template (
	org_id uuid NOT NULL,
	code text COLLATE "C" NOT NULL,
	version bigint NOT NULL,
	body text NOT NULL,
	made_by uuid,
	made_name text NOT NULL,
	made_at bigint NOT NULL,
	PRIMARY KEY (org_id, code, version)
);

-- How a company sends by a channel. body is sealed, for it holds passwords.
CREATE TABLE message_channel (
	org_id uuid NOT NULL,
	channel text COLLATE "C" NOT NULL,
	body bytea NOT NULL,
	version bigint NOT NULL,
	updated_name text NOT NULL,
	updated_at bigint NOT NULL,
	PRIMARY KEY (org_id, channel)
);
