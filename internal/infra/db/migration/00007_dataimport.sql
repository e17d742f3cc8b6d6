-- +goose Up
-- setup is what names columns and maps them, sealed by the company's key: a file
-- without a header would put personal data there. planned and counts are numbers
-- only, as JSON.
CREATE TABLE data_import (
	org_id uuid NOT NULL REFERENCES org (id),
	id uuid NOT NULL,
	kind text COLLATE "C" NOT NULL,
	mode text COLLATE "C" NOT NULL,
	state text COLLATE "C" NOT NULL,
	file_name text NOT NULL,
	format text COLLATE "C" NOT NULL,
	size bigint NOT NULL,
	sha256 bytea NOT NULL,
	setup bytea NOT NULL,
	rows_total bigint NOT NULL,
	rows_done bigint NOT NULL,
	planned text NOT NULL,
	counts text NOT NULL,
	error text NOT NULL,
	job_id uuid,
	created_by uuid,
	created_name text NOT NULL,
	created_at bigint NOT NULL,
	started_at bigint NOT NULL,
	finished_at bigint NOT NULL,
	version bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX data_import_recent ON data_import (org_id, created_at, id);
CREATE INDEX data_import_file ON data_import (org_id, sha256);
-- Two imports at once would not see each other's new keys: one of a company runs
-- at a time.
CREATE UNIQUE INDEX data_import_active ON data_import (org_id) WHERE state IN ('running', 'reverting');

CREATE TABLE data_import_mapping (
	org_id uuid NOT NULL,
	header_hash bytea NOT NULL,
	mapping bytea NOT NULL,
	updated_at bigint NOT NULL,
	PRIMARY KEY (org_id, header_hash)
);

-- The rows of a batch that were not taken, in the order of the file. Their cells
-- stay in the file alone.
CREATE TABLE data_import_problem (
	org_id uuid NOT NULL,
	import_id uuid NOT NULL,
	phase text COLLATE "C" NOT NULL,
	first_row bigint NOT NULL,
	content bytea NOT NULL,
	PRIMARY KEY (org_id, import_id, phase, first_row)
);

-- What a batch made, for taking it back: identifiers, 16 bytes each. What hangs on
-- an account goes with it.
CREATE TABLE data_import_created (
	org_id uuid NOT NULL,
	import_id uuid NOT NULL,
	first_row bigint NOT NULL,
	customers bytea NOT NULL,
	accounts bytea NOT NULL,
	PRIMARY KEY (org_id, import_id, first_row)
);

-- What a changed record was before the import, and the version it has since.
CREATE TABLE data_import_changed (
	org_id uuid NOT NULL,
	import_id uuid NOT NULL,
	object text COLLATE "C" NOT NULL,
	object_id uuid NOT NULL,
	version bigint NOT NULL,
	before bytea NOT NULL,
	PRIMARY KEY (org_id, import_id, object, object_id)
);
