-- +goose Up
-- Whether the customer of a case is told nothing by message.
ALTER TABLE feedback_case ADD COLUMN quiet boolean NOT NULL DEFAULT false;

-- Where customers of a company reach the portal; '' while nobody said so.
ALTER TABLE portal_setting ADD COLUMN address text NOT NULL DEFAULT '';
