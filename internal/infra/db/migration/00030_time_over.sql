-- +goose Up
-- When it was first seen that its time is over; 0: it is not. A clock set back does
-- not bring it back.
ALTER TABLE api_key ADD COLUMN ended_at bigint NOT NULL DEFAULT 0;
ALTER TABLE role_grant ADD COLUMN ended_at bigint NOT NULL DEFAULT 0;
CREATE INDEX api_key_ending ON api_key (expires_at);
CREATE INDEX absence_ending ON absence (until_at);
