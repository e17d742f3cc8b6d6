-- +goose Up
-- Whether what is open on a basis may be put on paper as well.
ALTER TABLE customer_opening ADD COLUMN paper boolean NOT NULL DEFAULT false;
