-- +goose Up
CREATE TABLE survey_study (
	org_id uuid NOT NULL REFERENCES org (id),
	id uuid NOT NULL,
	title text NOT NULL,
	title_key text COLLATE "C" NOT NULL,
	wave text COLLATE "C" NOT NULL,
	model text NOT NULL,
	from_day text COLLATE "C" NOT NULL,
	to_day text COLLATE "C" NOT NULL,
	invited bigint NOT NULL,
	note text NOT NULL,
	data_id uuid,
	responses bigint NOT NULL,
	import_job uuid,
	version bigint NOT NULL,
	created_by uuid,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX survey_study_recent ON survey_study (org_id, created_at, id);
CREATE INDEX survey_study_title ON survey_study (org_id, title_key, id);

CREATE TABLE survey_file (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	study_id uuid NOT NULL,
	name text NOT NULL,
	size bigint NOT NULL,
	sha256 bytea NOT NULL,
	summary text NOT NULL,
	problems bytea NOT NULL,
	created_by uuid,
	created_at bigint NOT NULL,
	PRIMARY KEY (org_id, id),
	FOREIGN KEY (org_id, study_id) REFERENCES survey_study (org_id, id)
);
CREATE INDEX survey_file_by_study ON survey_file (org_id, study_id, id);

-- A data set is the accepted rows of one file; the study's data_id names the one
-- that counts, the others are being imported or left over from a stopped import.
CREATE TABLE survey_data (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	study_id uuid NOT NULL,
	file_id uuid NOT NULL,
	file_name text NOT NULL,
	file_sha256 bytea NOT NULL,
	mapping text NOT NULL,
	description text NOT NULL,
	sha256 bytea NOT NULL,
	created_by uuid,
	created_name text NOT NULL,
	created_at bigint NOT NULL,
	finished_at bigint NOT NULL,
	PRIMARY KEY (org_id, id),
	FOREIGN KEY (org_id, study_id) REFERENCES survey_study (org_id, id)
);
CREATE INDEX survey_data_by_study ON survey_data (org_id, study_id, id);
CREATE INDEX survey_data_file ON survey_data (org_id, file_sha256);

-- A block holds the answers of up to 2 000 respondents by column, sealed.
CREATE TABLE survey_block (
	org_id uuid NOT NULL,
	data_id uuid NOT NULL,
	block_no integer NOT NULL,
	content bytea NOT NULL,
	PRIMARY KEY (org_id, data_id, block_no)
);

CREATE TABLE survey_mapping (
	org_id uuid NOT NULL,
	header_hash bytea NOT NULL,
	mapping text NOT NULL,
	updated_at bigint NOT NULL,
	PRIMARY KEY (org_id, header_hash)
);

CREATE TABLE satisfaction_model (
	org_id uuid NOT NULL REFERENCES org (id),
	id uuid NOT NULL,
	name text COLLATE "C" NOT NULL,
	version bigint NOT NULL,
	created_by uuid,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX satisfaction_model_name ON satisfaction_model (org_id, name);

CREATE TABLE satisfaction_model_version (
	org_id uuid NOT NULL,
	model_id uuid NOT NULL,
	version bigint NOT NULL,
	body text NOT NULL,
	created_by uuid,
	created_name text NOT NULL,
	created_at bigint NOT NULL,
	PRIMARY KEY (org_id, model_id, version),
	FOREIGN KEY (org_id, model_id) REFERENCES satisfaction_model (org_id, id)
);

CREATE TABLE satisfaction_bands (
	org_id uuid NOT NULL PRIMARY KEY REFERENCES org (id),
	bands text NOT NULL,
	version bigint NOT NULL,
	updated_at bigint NOT NULL
);

CREATE TABLE satisfaction_estimation (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	study_id uuid NOT NULL,
	study_title text NOT NULL,
	study_wave text NOT NULL,
	invited bigint NOT NULL,
	state text NOT NULL,
	job_id uuid,
	model_ref text NOT NULL,
	model text NOT NULL,
	settings text NOT NULL,
	bands text NOT NULL,
	data_id uuid NOT NULL,
	data_sha256 bytea NOT NULL,
	program text NOT NULL,
	cases bigint NOT NULL,
	index_value double precision NOT NULL,
	index_lo double precision NOT NULL,
	index_hi double precision NOT NULL,
	outcome text NOT NULL,
	problems text NOT NULL,
	export_size bigint NOT NULL,
	export_sha256 bytea NOT NULL,
	created_by uuid,
	created_name text NOT NULL,
	created_at bigint NOT NULL,
	finished_at bigint NOT NULL,
	PRIMARY KEY (org_id, id),
	FOREIGN KEY (org_id, study_id) REFERENCES survey_study (org_id, id)
);
CREATE INDEX satisfaction_estimation_recent ON satisfaction_estimation (org_id, created_at, id);
CREATE INDEX satisfaction_estimation_by_study ON satisfaction_estimation (org_id, study_id, created_at, id);
