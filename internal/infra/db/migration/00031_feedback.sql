-- +goose Up
-- Cases 工单. body is sealed by the key of the customer origin_id, or by the company's
-- own: what was said, who called, the answer. due_at is of the next open stage, far away
-- for none; ended_at is 0 while the case is open.
CREATE TABLE feedback_case (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	case_no text COLLATE "C" NOT NULL,
	type text COLLATE "C" NOT NULL,
	category text COLLATE "C" NOT NULL,
	state text COLLATE "C" NOT NULL,
	channel text COLLATE "C" NOT NULL,
	source text COLLATE "C" NOT NULL,
	area text COLLATE "C" NOT NULL,
	circumstances text COLLATE "C" NOT NULL,
	severity bigint NOT NULL,
	severity_reason text COLLATE "C" NOT NULL,
	severity_rule text COLLATE "C" NOT NULL,
	secret boolean NOT NULL,
	anonymous boolean NOT NULL,
	repeat_of uuid,
	customer_id uuid,
	origin_id uuid,
	account_id uuid,
	equipment_id uuid,
	unit_id uuid,
	owner_id uuid,
	owner_name text NOT NULL,
	registrar_id uuid,
	registrar_name text NOT NULL,
	lead_id uuid,
	import_id uuid,
	phone_blind bytea NOT NULL,
	body bytea NOT NULL,
	finding text COLLATE "C" NOT NULL,
	verdict text COLLATE "C" NOT NULL,
	verdict_by text COLLATE "C" NOT NULL,
	timely boolean NOT NULL,
	reasonable boolean NOT NULL,
	fair boolean NOT NULL,
	round bigint NOT NULL,
	received_at bigint NOT NULL,
	resolved_at bigint NOT NULL,
	ended_at bigint NOT NULL,
	due_stage text COLLATE "C" NOT NULL,
	due_state text COLLATE "C" NOT NULL,
	due_since bigint NOT NULL,
	due_at bigint NOT NULL,
	legal_at bigint NOT NULL,
	warn_level bigint NOT NULL,
	warn_at bigint NOT NULL,
	calendar_missing boolean NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX feedback_case_no ON feedback_case (org_id, case_no);
CREATE INDEX feedback_case_by_received ON feedback_case (org_id, received_at, id);
CREATE INDEX feedback_case_by_due ON feedback_case (org_id, due_at, id) WHERE ended_at = 0;
CREATE INDEX feedback_case_by_severity ON feedback_case (org_id, severity, id) WHERE ended_at = 0;
CREATE INDEX feedback_case_warn ON feedback_case (org_id, warn_at) WHERE ended_at = 0;
CREATE INDEX feedback_case_of_owner ON feedback_case (org_id, owner_id, received_at, id);
CREATE INDEX feedback_case_of_unit ON feedback_case (org_id, unit_id, received_at, id);
CREATE INDEX feedback_case_of_customer ON feedback_case (org_id, customer_id, received_at, id);
CREATE INDEX feedback_case_of_category ON feedback_case (org_id, category, received_at, id);
CREATE INDEX feedback_case_of_lead ON feedback_case (org_id, lead_id) WHERE lead_id IS NOT NULL;
CREATE INDEX feedback_case_of_phone ON feedback_case (org_id, phone_blind, received_at);
CREATE INDEX feedback_case_waiting ON feedback_case (org_id, id) WHERE calendar_missing;

-- Every step of a case. body is sealed as that of the case: words, reason, evidence.
CREATE TABLE feedback_event (
	org_id uuid NOT NULL,
	case_id uuid NOT NULL,
	id uuid NOT NULL,
	at bigint NOT NULL,
	kind text COLLATE "C" NOT NULL,
	state text COLLATE "C" NOT NULL,
	audience text COLLATE "C" NOT NULL,
	actor_id uuid,
	actor_name text NOT NULL,
	origin_id uuid,
	params text NOT NULL,
	body bytea NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX feedback_event_of ON feedback_event (org_id, case_id, at, id);

-- The limits of a case as they were last counted from its steps. round counts how often
-- it was opened; rule is id@version.
CREATE TABLE feedback_deadline (
	org_id uuid NOT NULL,
	case_id uuid NOT NULL,
	round bigint NOT NULL,
	stage text COLLATE "C" NOT NULL,
	rule text COLLATE "C" NOT NULL,
	since_at bigint NOT NULL,
	state text COLLATE "C" NOT NULL,
	target_at bigint NOT NULL,
	legal_at bigint NOT NULL,
	done_at bigint NOT NULL,
	PRIMARY KEY (org_id, case_id, round, stage)
);

CREATE TABLE feedback_link (
	org_id uuid NOT NULL,
	case_id uuid NOT NULL,
	other_id uuid NOT NULL,
	kind text COLLATE "C" NOT NULL,
	PRIMARY KEY (org_id, case_id, other_id)
);
CREATE INDEX feedback_link_back ON feedback_link (org_id, other_id);

CREATE TABLE feedback_watch (
	org_id uuid NOT NULL,
	case_id uuid NOT NULL,
	user_id uuid NOT NULL,
	at bigint NOT NULL,
	PRIMARY KEY (org_id, case_id, user_id)
);
CREATE INDEX feedback_watch_of ON feedback_watch (org_id, user_id);

CREATE TABLE feedback_attachment (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	case_id uuid NOT NULL,
	origin_id uuid,
	at bigint NOT NULL,
	author_id uuid,
	author_name text NOT NULL,
	name bytea NOT NULL,
	media_type text NOT NULL,
	size bigint NOT NULL,
	sha256 bytea NOT NULL,
	version bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX feedback_attachment_of ON feedback_attachment (org_id, case_id, at, id);

-- What a company adds to the shipped categories, or has otherwise; by code.
CREATE TABLE feedback_category (
	org_id uuid NOT NULL,
	code text COLLATE "C" NOT NULL,
	body text NOT NULL,
	version bigint NOT NULL,
	PRIMARY KEY (org_id, code)
);

-- Which units solve what, as JSON in order; and of which grid the company is.
CREATE TABLE feedback_setting (
	org_id uuid NOT NULL,
	name text COLLATE "C" NOT NULL,
	body text NOT NULL,
	version bigint NOT NULL,
	PRIMARY KEY (org_id, name)
);

CREATE TABLE feedback_counter (
	org_id uuid NOT NULL,
	day text COLLATE "C" NOT NULL,
	next bigint NOT NULL,
	PRIMARY KEY (org_id, day)
);
