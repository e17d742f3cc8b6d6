-- +goose Up
CREATE TABLE proposal (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	customer_id uuid,
	is_new boolean NOT NULL,
	reception_id uuid,
	state text COLLATE "C" NOT NULL,
	fields text NOT NULL,
	body bytea NOT NULL,
	proposer_id uuid NOT NULL,
	proposer_name text NOT NULL,
	endorser_id uuid,
	endorser_name text NOT NULL,
	decider_id uuid,
	decider_name text NOT NULL,
	submitted_at bigint NOT NULL,
	endorsed_at bigint NOT NULL,
	decided_at bigint NOT NULL,
	version bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX proposal_state ON proposal (org_id, state, id);
CREATE INDEX proposal_proposer ON proposal (org_id, proposer_id, id);
CREATE INDEX proposal_customer ON proposal (org_id, customer_id, id);
CREATE INDEX task_object ON task (org_id, object_id);
