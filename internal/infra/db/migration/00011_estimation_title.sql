-- +goose Up
-- The title as it is searched: folded.
ALTER TABLE satisfaction_estimation ADD COLUMN title_key text COLLATE "C" NOT NULL DEFAULT '';
UPDATE satisfaction_estimation SET title_key = (SELECT s.title_key FROM survey_study s WHERE s.org_id = satisfaction_estimation.org_id AND s.id = satisfaction_estimation.study_id);
