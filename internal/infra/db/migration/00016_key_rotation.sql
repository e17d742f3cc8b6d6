-- +goose Up
-- The generation of the master key that wraps the company's key.
ALTER TABLE company_key ADD COLUMN master_no integer NOT NULL DEFAULT 1;

-- Customers' data keys on their way from an older company key to the newest. Filled and
-- emptied in one transaction: to others it is always empty.
CREATE TABLE customer_rewrap (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	before bytea NOT NULL,
	after bytea NOT NULL,
	PRIMARY KEY (org_id, id)
);
