-- +goose Up
-- The calendar a date was counted by: the imported years, year@version. Empty: it was
-- counted before this was kept.
ALTER TABLE privacy_request ADD COLUMN due_calendar text NOT NULL DEFAULT '';
ALTER TABLE lookup ADD COLUMN review_calendar text NOT NULL DEFAULT '';
