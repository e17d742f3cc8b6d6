-- +goose Up
-- Promises 承诺. body is sealed by the key of the customer origin_id, or by the company's
-- own: what the customer was told, and a note among us. due_at is far away for none,
-- tell_at when somebody is told next.
CREATE TABLE promise (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	promise_no text COLLATE "C" NOT NULL,
	type text COLLATE "C" NOT NULL,
	unit text COLLATE "C" NOT NULL,
	value bigint NOT NULL,
	rule text COLLATE "C" NOT NULL,
	above boolean NOT NULL,
	state text COLLATE "C" NOT NULL,
	customer_id uuid,
	origin_id uuid,
	source_type text COLLATE "C" NOT NULL,
	source_id uuid,
	source_no text COLLATE "C" NOT NULL,
	unit_id uuid,
	owner_id uuid,
	owner_name text NOT NULL,
	maker_id uuid,
	maker_name text NOT NULL,
	approver_name text NOT NULL,
	body bytea NOT NULL,
	made_at bigint NOT NULL,
	counts_at bigint NOT NULL,
	due_state text COLLATE "C" NOT NULL,
	due_at bigint NOT NULL,
	calendar text COLLATE "C" NOT NULL,
	ended_at bigint NOT NULL,
	told bigint NOT NULL,
	tell_at bigint NOT NULL,
	version bigint NOT NULL,
	updated_at bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX promise_no ON promise (org_id, promise_no);
CREATE INDEX promise_by_made ON promise (org_id, made_at, id);
CREATE INDEX promise_by_due ON promise (org_id, due_at, id) WHERE state = 'open';
CREATE INDEX promise_tell ON promise (org_id, tell_at) WHERE state = 'open';
CREATE INDEX promise_of_owner ON promise (org_id, owner_id, made_at, id);
CREATE INDEX promise_of_unit ON promise (org_id, unit_id, made_at, id);
CREATE INDEX promise_of_customer ON promise (org_id, customer_id, made_at, id);
CREATE INDEX promise_of_source ON promise (org_id, source_id, made_at, id);

-- Every step of a promise. body is sealed as that of the promise.
CREATE TABLE promise_event (
	org_id uuid NOT NULL,
	promise_id uuid NOT NULL,
	id uuid NOT NULL,
	at bigint NOT NULL,
	kind text COLLATE "C" NOT NULL,
	state text COLLATE "C" NOT NULL,
	actor_id uuid,
	actor_name text NOT NULL,
	owner_name text NOT NULL,
	origin_id uuid,
	body bytea NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX promise_event_of ON promise_event (org_id, promise_id, at, id);

-- What a company promises otherwise than shipped, or besides; every version stays.
CREATE TABLE promise_type (
	org_id uuid NOT NULL,
	code text COLLATE "C" NOT NULL,
	version bigint NOT NULL,
	effective_from text COLLATE "C" NOT NULL,
	body text NOT NULL,
	set_name text NOT NULL,
	set_at bigint NOT NULL,
	PRIMARY KEY (org_id, code, version)
);

-- The classes of key customers, as JSON.
CREATE TABLE promise_setting (
	org_id uuid NOT NULL,
	body text NOT NULL,
	version bigint NOT NULL,
	PRIMARY KEY (org_id)
);

CREATE TABLE promise_counter (
	org_id uuid NOT NULL,
	day text COLLATE "C" NOT NULL,
	next bigint NOT NULL,
	PRIMARY KEY (org_id, day)
);
