-- +goose Up
-- Service incidents 服务事故. body is sealed by the key of the customer origin_id, or by the
-- company's own: title, what happened, what was found. measure_due_at is far away for none.
CREATE TABLE incident (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	incident_no text COLLATE "C" NOT NULL,
	grade text COLLATE "C" NOT NULL,
	grade_rank bigint NOT NULL,
	rule text COLLATE "C" NOT NULL,
	state text COLLATE "C" NOT NULL,
	case_id uuid,
	case_no text COLLATE "C" NOT NULL,
	customer_id uuid,
	origin_id uuid,
	unit_id uuid NOT NULL,
	responsible_id uuid NOT NULL,
	person_id uuid,
	person_name text NOT NULL,
	owner_id uuid,
	owner_name text NOT NULL,
	registrar_id uuid,
	registrar_name text NOT NULL,
	body bytea NOT NULL,
	occurred_at bigint NOT NULL,
	known_at bigint NOT NULL,
	due_at bigint NOT NULL,
	reported_at bigint NOT NULL,
	late boolean NOT NULL,
	measures bigint NOT NULL,
	measures_done bigint NOT NULL,
	measures_late bigint NOT NULL,
	measure_due_at bigint NOT NULL,
	ended_at bigint NOT NULL,
	told boolean NOT NULL,
	version bigint NOT NULL,
	updated_at bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX incident_no ON incident (org_id, incident_no);
CREATE INDEX incident_by_known ON incident (org_id, known_at, id);
CREATE INDEX incident_by_grade ON incident (org_id, grade_rank, id);
CREATE INDEX incident_unreported ON incident (org_id, due_at) WHERE state = 'opened';
CREATE INDEX incident_of_unit ON incident (org_id, responsible_id, known_at, id);
CREATE INDEX incident_of_customer ON incident (org_id, customer_id);
CREATE INDEX incident_of_case ON incident (org_id, case_id);

-- What is done so that it does not happen again. body is sealed as that of the incident.
CREATE TABLE incident_measure (
	org_id uuid NOT NULL,
	incident_id uuid NOT NULL,
	id uuid NOT NULL,
	n bigint NOT NULL,
	owner_id uuid NOT NULL,
	owner_name text NOT NULL,
	due_day text COLLATE "C" NOT NULL,
	due_at bigint NOT NULL,
	state text COLLATE "C" NOT NULL,
	ended_at bigint NOT NULL,
	origin_id uuid,
	body bytea NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX incident_measure_of ON incident_measure (org_id, incident_id, n);

-- Every step of an incident. body is sealed as that of the incident.
CREATE TABLE incident_event (
	org_id uuid NOT NULL,
	incident_id uuid NOT NULL,
	id uuid NOT NULL,
	at bigint NOT NULL,
	kind text COLLATE "C" NOT NULL,
	state text COLLATE "C" NOT NULL,
	actor_id uuid,
	actor_name text NOT NULL,
	grade text COLLATE "C" NOT NULL,
	measure bigint NOT NULL,
	owner_name text NOT NULL,
	origin_id uuid,
	body bytea NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX incident_event_of ON incident_event (org_id, incident_id, at, id);

CREATE TABLE incident_counter (
	org_id uuid NOT NULL,
	day text COLLATE "C" NOT NULL,
	next bigint NOT NULL,
	PRIMARY KEY (org_id, day)
);
