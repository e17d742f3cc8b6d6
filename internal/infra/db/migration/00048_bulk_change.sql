-- +goose Up
-- Bulk changes 批量修改. change is sealed by the company's key: what is made of the
-- records, as their module says it.
CREATE TABLE bulk_change (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	kind text COLLATE "C" NOT NULL,
	state text COLLATE "C" NOT NULL,
	permission text COLLATE "C" NOT NULL,
	by_filter boolean NOT NULL,
	change bytea NOT NULL,
	total bigint NOT NULL,
	changed bigint NOT NULL,
	same bigint NOT NULL,
	refused bigint NOT NULL,
	restored bigint NOT NULL,
	kept bigint NOT NULL,
	error text COLLATE "C" NOT NULL,
	job_id uuid NOT NULL,
	created_by uuid,
	created_name text NOT NULL,
	created_at bigint NOT NULL,
	finished_at bigint NOT NULL,
	undo_until bigint NOT NULL,
	undone_name text NOT NULL,
	version bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX bulk_change_recent ON bulk_change (org_id, created_at, id);

-- Its records, with the version each was seen in and, once it is changed, left in. before
-- is what it was, as its module keeps it; code and params tell why one was left alone.
-- Gone when the change can be taken back no more.
CREATE TABLE bulk_row (
	org_id uuid NOT NULL,
	bulk_id uuid NOT NULL,
	n bigint NOT NULL,
	object_id uuid NOT NULL,
	version bigint NOT NULL,
	state text COLLATE "C" NOT NULL,
	code text COLLATE "C" NOT NULL,
	params text COLLATE "C" NOT NULL,
	before bytea NOT NULL,
	PRIMARY KEY (org_id, bulk_id, n)
);
CREATE INDEX bulk_row_state ON bulk_row (org_id, bulk_id, state, n);
