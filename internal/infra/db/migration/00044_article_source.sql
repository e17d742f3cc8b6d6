-- +goose Up
-- What comes with the product, or was written from a case, is there once in a company,
-- though two ask for it at the same moment.
CREATE UNIQUE INDEX article_source_once ON article (org_id, source_kind, source_ref) WHERE source_kind <> '';
CREATE UNIQUE INDEX snippet_source_once ON snippet (org_id, source_ref) WHERE source_ref <> '';
