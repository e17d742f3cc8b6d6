-- +goose Up
CREATE TABLE idempotency_key (
	org_id uuid NOT NULL,
	key_hash bytea NOT NULL,
	body_hash bytea NOT NULL,
	resource_id uuid NOT NULL,
	at bigint NOT NULL,
	PRIMARY KEY (org_id, key_hash)
);
CREATE INDEX idempotency_key_at ON idempotency_key (at);

CREATE TABLE company_key (
	org_id uuid NOT NULL,
	key_no integer NOT NULL,
	wrapped bytea NOT NULL,
	created_at bigint NOT NULL,
	PRIMARY KEY (org_id, key_no)
);

CREATE TABLE job (
	id uuid NOT NULL,
	org_id uuid NOT NULL,
	kind text NOT NULL,
	state text NOT NULL,
	args text NOT NULL,
	checkpoint text NOT NULL,
	result text NOT NULL,
	error text NOT NULL,
	progress bigint NOT NULL,
	total bigint NOT NULL,
	note text NOT NULL,
	attempt integer NOT NULL,
	max_attempts integer NOT NULL,
	run_at bigint NOT NULL,
	lease_until bigint NOT NULL,
	cancel boolean NOT NULL,
	created_by uuid,
	created_at bigint NOT NULL,
	finished_at bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX job_due ON job (run_at, org_id, id) WHERE state IN ('queued', 'running');
CREATE INDEX job_by_creator ON job (org_id, created_by, created_at);

-- Search documents: one row per thing a person may look for. Its tokens are
-- hashes made in Go; on PostgreSQL they stand in an indexed array, on SQLite in
-- the FTS5 table under the same row number.
CREATE TABLE search_doc (
	doc_no bigserial PRIMARY KEY,
	org_id uuid NOT NULL,
	index_name text COLLATE "C" NOT NULL,
	kind text NOT NULL,
	object_id uuid NOT NULL,
	title text NOT NULL,
	subtitle text NOT NULL,
	hint text NOT NULL,
	folded text NOT NULL,
	pinyin text COLLATE "C" NOT NULL,
	initials text COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX search_doc_object ON search_doc (org_id, object_id, kind);
CREATE INDEX search_doc_pinyin ON search_doc (org_id, index_name, pinyin);
CREATE INDEX search_doc_initials ON search_doc (org_id, index_name, initials);
-- only postgres
ALTER TABLE search_doc ADD COLUMN tokens bigint[] NOT NULL DEFAULT '{}';
CREATE INDEX search_doc_tokens ON search_doc USING gin (tokens) WITH (gin_pending_list_limit = 64);
-- end
-- only sqlite
CREATE VIRTUAL TABLE search_token USING fts5(tokens, tokenize = "ascii", content = '', contentless_delete = 1, detail = none);
-- end
