-- +goose Up
-- The import that made a customer; in the order of the list, for its customers
-- came at one time.
ALTER TABLE customer ADD COLUMN import_id uuid;
CREATE INDEX customer_by_import ON customer (org_id, import_id, created_at, id) WHERE import_id IS NOT NULL;
