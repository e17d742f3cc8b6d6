-- +goose Up
-- The files that were made, and what became of proving them. All rows stand under
-- the topmost organisation: a backup holds the whole installation.
CREATE TABLE backup (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	origin text COLLATE "C" NOT NULL,
	state text COLLATE "C" NOT NULL,
	file text COLLATE "C" NOT NULL,
	size bigint NOT NULL,
	sha256 bytea NOT NULL,
	content_bytes bigint NOT NULL,
	row_count bigint NOT NULL,
	file_count bigint NOT NULL,
	schema_version bigint NOT NULL,
	program text NOT NULL,
	snapshot_at bigint NOT NULL,
	job_id uuid,
	error text NOT NULL,
	proof text COLLATE "C" NOT NULL,
	proof_at bigint NOT NULL,
	proof_job_id uuid,
	proof_error text NOT NULL,
	created_by uuid,
	created_name text NOT NULL,
	created_at bigint NOT NULL,
	finished_at bigint NOT NULL,
	version bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX backup_recent ON backup (org_id, created_at, id);

-- When backups are made by themselves; one row.
CREATE TABLE backup_schedule (
	org_id uuid NOT NULL PRIMARY KEY,
	active boolean NOT NULL,
	days text NOT NULL,
	hour integer NOT NULL,
	keep integer NOT NULL,
	prove boolean NOT NULL,
	next_at bigint NOT NULL,
	updated_by uuid,
	updated_name text NOT NULL,
	updated_at bigint NOT NULL,
	version bigint NOT NULL
);
