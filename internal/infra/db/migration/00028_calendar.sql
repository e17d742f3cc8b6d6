-- +goose Up
-- Calendars of years as they were imported, for the whole installation; the highest
-- version of a year counts. body is the file as JSON. Version 0, where there is one, comes
-- with the program.
CREATE TABLE calendar_year (
	year bigint NOT NULL,
	version bigint NOT NULL,
	body text NOT NULL,
	imported_by uuid,
	imported_name text NOT NULL,
	imported_at bigint NOT NULL,
	PRIMARY KEY (year, version)
);

-- Who was told that the calendar of a year is missing, and in which company.
CREATE TABLE calendar_warning (
	year bigint NOT NULL,
	user_id uuid NOT NULL,
	org_id uuid NOT NULL,
	at bigint NOT NULL,
	PRIMARY KEY (year, user_id)
);

-- The calendars that open dates were last counted by; one row.
CREATE TABLE calendar_followed (
	id bigint NOT NULL PRIMARY KEY,
	calendars text NOT NULL
);

-- What the date of an emergency look-up's review is counted by.
ALTER TABLE lookup ADD COLUMN review_limit text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE lookup ADD COLUMN review_rule text COLLATE "C" NOT NULL DEFAULT '';

-- Rules are named id@version.
UPDATE privacy_request SET due_rule = 'pipl.rights.answer@1' WHERE due_rule = 'pipl.rights.answer@2021-11-01';
