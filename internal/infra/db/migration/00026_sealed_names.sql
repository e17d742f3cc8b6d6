-- +goose Up
-- Values that stood in clear in columns which are sealed now. The program seals them
-- when it next starts: afterwards it is empty.
CREATE TABLE unsealed (
	org_id uuid NOT NULL,
	place_table text COLLATE "C" NOT NULL,
	place_column text COLLATE "C" NOT NULL,
	id uuid NOT NULL,
	value text NOT NULL,
	PRIMARY KEY (org_id, place_table, place_column, id)
);

-- How to get into a premise: where the key lies, who is at home.
INSERT INTO unsealed SELECT org_id, 'premise', 'access_note', id, access_note FROM premise WHERE access_note <> '';
ALTER TABLE premise DROP COLUMN access_note;
ALTER TABLE premise ADD COLUMN access_note bytea NOT NULL DEFAULT '';

-- Names of files: they may be named after a person.
INSERT INTO unsealed SELECT org_id, 'data_import', 'file_name', id, file_name FROM data_import;
ALTER TABLE data_import DROP COLUMN file_name;
ALTER TABLE data_import ADD COLUMN file_name bytea NOT NULL DEFAULT '';
INSERT INTO unsealed SELECT org_id, 'survey_file', 'name', id, name FROM survey_file;
ALTER TABLE survey_file DROP COLUMN name;
ALTER TABLE survey_file ADD COLUMN name bytea NOT NULL DEFAULT '';
INSERT INTO unsealed SELECT org_id, 'survey_data', 'file_name', id, file_name FROM survey_data;
ALTER TABLE survey_data DROP COLUMN file_name;
ALTER TABLE survey_data ADD COLUMN file_name bytea NOT NULL DEFAULT '';

-- Headings and levels of survey files: a level may be a person, a firm or a village.
INSERT INTO unsealed SELECT org_id, 'survey_data', 'mapping', id, mapping FROM survey_data;
ALTER TABLE survey_data DROP COLUMN mapping;
ALTER TABLE survey_data ADD COLUMN mapping bytea NOT NULL DEFAULT '';
INSERT INTO unsealed SELECT org_id, 'survey_data', 'description', id, description FROM survey_data;
ALTER TABLE survey_data DROP COLUMN description;
ALTER TABLE survey_data ADD COLUMN description bytea NOT NULL DEFAULT '';
INSERT INTO unsealed SELECT org_id, 'satisfaction_estimation', 'outcome', id, outcome FROM satisfaction_estimation WHERE outcome <> '';
ALTER TABLE satisfaction_estimation DROP COLUMN outcome;
ALTER TABLE satisfaction_estimation ADD COLUMN outcome bytea NOT NULL DEFAULT '';

-- What is remembered by its headings gets an identifier to be bound to.
ALTER TABLE survey_mapping ADD COLUMN id uuid;
-- only postgres
UPDATE survey_mapping SET id = gen_random_uuid();
-- end
-- only sqlite
UPDATE survey_mapping SET id = randomblob(16);
-- end
INSERT INTO unsealed SELECT org_id, 'survey_mapping', 'mapping', id, mapping FROM survey_mapping;
ALTER TABLE survey_mapping DROP COLUMN mapping;
ALTER TABLE survey_mapping ADD COLUMN mapping bytea NOT NULL DEFAULT '';

-- Checks and imports of survey files named the headings to the job. What ended needs
-- them no more; what was under way is begun anew by whoever wants it.
UPDATE job SET state = 'cancelled', finished_at = run_at WHERE kind IN ('survey.check', 'survey.import') AND state IN ('queued', 'running');
UPDATE job SET args = '{}' WHERE kind IN ('survey.check', 'survey.import');
