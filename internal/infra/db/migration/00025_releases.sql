-- +goose Up
-- What left by a release: a file or a sheet of paper, which one is told by name.
ALTER TABLE lookup_release ADD COLUMN what text COLLATE "C" NOT NULL DEFAULT '';
UPDATE lookup_release SET what = 'customers';

-- Sheets are printed by a release of their own, no longer by what is open on the screen.
ALTER TABLE customer_opening DROP COLUMN paper;

-- The release by which the data of a person left.
ALTER TABLE privacy_export ADD COLUMN release_id uuid;
