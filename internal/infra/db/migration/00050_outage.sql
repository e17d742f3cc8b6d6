-- +goose Up
-- Outages 停电事件: a failure of supply at a place of the network, with its repair. due_at is
-- far away for none; urgency sorts what is open first, by when it is due, then what is
-- over, the newest first. told_after is how far those behind it were told.
CREATE TABLE outage (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	outage_no text COLLATE "C" NOT NULL,
	state text COLLATE "C" NOT NULL,
	place_kind text COLLATE "C" NOT NULL,
	place_id uuid NOT NULL,
	place_no text NOT NULL,
	place_name text NOT NULL,
	node_id uuid NOT NULL,
	area text COLLATE "C" NOT NULL,
	unit_id uuid,
	crew text NOT NULL,
	cause text COLLATE "C" NOT NULL,
	condition_id uuid,
	cases bigint NOT NULL,
	accounts bigint NOT NULL,
	customers bigint NOT NULL,
	tell_all boolean NOT NULL,
	told_after text NOT NULL,
	told bigint NOT NULL,
	following boolean NOT NULL,
	reported_at bigint NOT NULL,
	dispatched_at bigint NOT NULL,
	arrived_at bigint NOT NULL,
	restored_at bigint NOT NULL,
	ended_at bigint NOT NULL,
	due_stage text COLLATE "C" NOT NULL,
	due_at bigint NOT NULL,
	late boolean NOT NULL,
	urgency bigint NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX outage_no ON outage (org_id, outage_no);
CREATE INDEX outage_by_urgency ON outage (org_id, urgency, id);
CREATE INDEX outage_by_reported ON outage (org_id, reported_at, id);
CREATE INDEX outage_at_node ON outage (org_id, node_id) WHERE ended_at = 0;

-- The cases that report an outage: each reports one. stage is how far the case was brought
-- on, problem why it could not be.
CREATE TABLE outage_case (
	org_id uuid NOT NULL,
	outage_id uuid NOT NULL,
	case_id uuid NOT NULL,
	received_at bigint NOT NULL,
	stage bigint NOT NULL,
	problem text COLLATE "C" NOT NULL,
	PRIMARY KEY (org_id, case_id)
);
CREATE INDEX outage_case_of ON outage_case (org_id, outage_id, stage, case_id);

-- Who was told that supply is back.
CREATE TABLE outage_told (
	org_id uuid NOT NULL,
	outage_id uuid NOT NULL,
	customer_id uuid NOT NULL,
	PRIMARY KEY (org_id, outage_id, customer_id)
);

-- Every step of an outage. body is sealed by the company's key: a remark.
CREATE TABLE outage_event (
	org_id uuid NOT NULL,
	outage_id uuid NOT NULL,
	id uuid NOT NULL,
	at bigint NOT NULL,
	kind text COLLATE "C" NOT NULL,
	state text COLLATE "C" NOT NULL,
	actor_id uuid,
	actor_name text NOT NULL,
	params text NOT NULL,
	body bytea NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX outage_event_of ON outage_event (org_id, outage_id, at, id);

CREATE TABLE outage_counter (
	org_id uuid NOT NULL,
	day text COLLATE "C" NOT NULL,
	next bigint NOT NULL,
	PRIMARY KEY (org_id, day)
);
