-- +goose Up
CREATE TABLE privacy_counter (
	org_id uuid NOT NULL PRIMARY KEY,
	next bigint NOT NULL
);

-- What a person asks for. body holds what was said, sealed by the key of the customer
-- origin_id; the rest tells nothing of him.
CREATE TABLE privacy_request (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	request_no text COLLATE "C" NOT NULL,
	customer_id uuid NOT NULL,
	origin_id uuid NOT NULL,
	kind text COLLATE "C" NOT NULL,
	channel text COLLATE "C" NOT NULL,
	state text COLLATE "C" NOT NULL,
	proof text COLLATE "C" NOT NULL,
	refusal text COLLATE "C" NOT NULL,
	body bytea NOT NULL,
	due_rule text COLLATE "C" NOT NULL,
	due_at bigint NOT NULL,
	change_id uuid,
	handler_id uuid NOT NULL,
	handler_name text NOT NULL,
	verified_at bigint NOT NULL,
	verified_name text NOT NULL,
	closed_at bigint NOT NULL,
	closed_name text NOT NULL,
	created_name text NOT NULL,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	version bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX privacy_request_no ON privacy_request (org_id, request_no);
CREATE INDEX privacy_request_by_created ON privacy_request (org_id, created_at, id);
CREATE INDEX privacy_request_of ON privacy_request (org_id, customer_id, created_at, id);

-- A person's data as one file, sealed by his key until expires_at.
CREATE TABLE privacy_export (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	request_id uuid NOT NULL,
	customer_id uuid NOT NULL,
	job_id uuid,
	created_by uuid,
	created_name text NOT NULL,
	created_at bigint NOT NULL,
	expires_at bigint NOT NULL,
	file_id uuid,
	size bigint NOT NULL,
	sha256 bytea NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX privacy_export_of ON privacy_export (org_id, request_id, created_at, id);
CREATE INDEX privacy_export_by_customer ON privacy_export (org_id, customer_id);

-- customers and files are lists of identifiers as JSON; preview holds numbers alone.
-- request_id is absent where a restored backup had brought somebody back.
CREATE TABLE privacy_erasure (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	request_id uuid,
	customer_id uuid NOT NULL,
	state text COLLATE "C" NOT NULL,
	customers text NOT NULL,
	preview text NOT NULL,
	files text NOT NULL,
	proposed_by uuid,
	proposed_name text NOT NULL,
	proposed_at bigint NOT NULL,
	decided_by uuid,
	decided_name text NOT NULL,
	decided_at bigint NOT NULL,
	done_at bigint NOT NULL,
	version bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX privacy_erasure_of ON privacy_erasure (org_id, request_id, proposed_at, id);
CREATE UNIQUE INDEX privacy_erasure_open ON privacy_erasure (org_id, customer_id) WHERE state = 'proposed';

-- Who was erased; the same stands in a file outside the database.
CREATE TABLE privacy_erased (
	org_id uuid NOT NULL,
	customer_id uuid NOT NULL,
	at bigint NOT NULL,
	PRIMARY KEY (org_id, customer_id)
);
