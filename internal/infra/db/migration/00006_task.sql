-- +goose Up
CREATE TABLE task (
	id uuid NOT NULL,
	org_id uuid NOT NULL,
	kind text COLLATE "C" NOT NULL,
	params text NOT NULL,
	title bytea NOT NULL,
	assignee_id uuid NOT NULL,
	created_by uuid,
	due_at bigint NOT NULL,
	state text COLLATE "C" NOT NULL,
	object_type text COLLATE "C" NOT NULL,
	object_id uuid,
	done_at bigint NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX task_inbox ON task (org_id, assignee_id, state, due_at, id);
