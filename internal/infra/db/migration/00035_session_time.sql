-- +goose Up
-- Sessions that time has ended are found without reading the others, every minute.
CREATE INDEX session_expires ON session (expires_at);
CREATE INDEX session_ends ON session (ends_at);
