-- +goose Up
-- Who wants to be told of events. body is sealed: address and secret. kinds are
-- separated by spaces.
CREATE TABLE webhook (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	name text NOT NULL,
	body bytea NOT NULL,
	kinds text COLLATE "C" NOT NULL,
	state text COLLATE "C" NOT NULL,
	reason text COLLATE "C" NOT NULL,
	failing_since bigint NOT NULL,
	created_name text NOT NULL,
	created_at bigint NOT NULL,
	version bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);

-- Events for one of them each, filled in the transaction of what happened. body is sealed.
-- due_at is when a queued one is tried, and when the lease of one under way ends.
CREATE TABLE webhook_delivery (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	webhook_id uuid NOT NULL,
	event_id uuid NOT NULL,
	kind text COLLATE "C" NOT NULL,
	body bytea NOT NULL,
	state text COLLATE "C" NOT NULL,
	reason text COLLATE "C" NOT NULL,
	attempt bigint NOT NULL,
	due_at bigint NOT NULL,
	until_at bigint NOT NULL,
	ended_at bigint NOT NULL,
	created_at bigint NOT NULL,
	version bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (due_at, org_id, id) WHERE state IN ('queued', 'sending');
CREATE INDEX webhook_delivery_sending ON webhook_delivery (org_id, webhook_id) WHERE state = 'sending';
CREATE INDEX webhook_delivery_of ON webhook_delivery (org_id, webhook_id, id);

-- How each attempt ended.
CREATE TABLE webhook_attempt (
	org_id uuid NOT NULL,
	delivery_id uuid NOT NULL,
	attempt bigint NOT NULL,
	began_at bigint NOT NULL,
	ended_at bigint NOT NULL,
	status bigint NOT NULL,
	reason text COLLATE "C" NOT NULL,
	PRIMARY KEY (org_id, delivery_id, attempt)
);
