-- +goose Up
-- Consents given and withdrawn, only ever added: the last one of a customer and purpose
-- holds. origin_id is the customer it was recorded for.
CREATE TABLE consent (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	customer_id uuid NOT NULL,
	origin_id uuid NOT NULL,
	purpose text COLLATE "C" NOT NULL,
	given boolean NOT NULL,
	text_version text COLLATE "C" NOT NULL,
	channel text COLLATE "C" NOT NULL,
	evidence_id uuid,
	at bigint NOT NULL,
	actor_id uuid,
	actor_name text NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX consent_of ON consent (org_id, customer_id, purpose, at, id);
