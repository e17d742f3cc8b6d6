-- +goose Up
-- What a change can hit names the version it was made from.
ALTER TABLE satisfaction_estimation ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE survey_file ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE consumption ADD COLUMN version bigint NOT NULL DEFAULT 1;
