-- +goose Up
-- Purposes of consent that a company has changed or added; of the others the shipped
-- one holds. body is JSON: names and every text there was.
CREATE TABLE consent_purpose (
	org_id uuid NOT NULL REFERENCES org (id),
	code text COLLATE "C" NOT NULL,
	body text NOT NULL,
	retired_at bigint NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	updated_name text NOT NULL,
	PRIMARY KEY (org_id, code)
);
