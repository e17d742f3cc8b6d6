-- +goose Up
-- Entries that no link holds yet, one row each: entries themselves are only ever
-- added.
CREATE TABLE audit_pending (
	org_id uuid NOT NULL,
	entry_id uuid NOT NULL,
	PRIMARY KEY (org_id, entry_id)
);
INSERT INTO audit_pending (org_id, entry_id) SELECT org_id, id FROM audit_entry;

-- The end of a company's chain. Its row is locked by who adds to it.
CREATE TABLE audit_chain (
	org_id uuid NOT NULL PRIMARY KEY,
	number bigint NOT NULL,
	hash bytea NOT NULL,
	sealed_at bigint NOT NULL,
	head_number bigint NOT NULL,
	head_at bigint NOT NULL
);

-- A link holds an entry: its hash is made of the hash before, its number and the entry.
CREATE TABLE audit_link (
	org_id uuid NOT NULL,
	number bigint NOT NULL,
	entry_id uuid NOT NULL,
	hash bytea NOT NULL,
	PRIMARY KEY (org_id, number)
);
CREATE UNIQUE INDEX audit_link_entry ON audit_link (org_id, entry_id);

-- Signed statements: the hash at a number ("head"), or that what came before was
-- removed by the rule ("checkpoint").
CREATE TABLE audit_head (
	org_id uuid NOT NULL,
	number bigint NOT NULL,
	kind text COLLATE "C" NOT NULL,
	hash bytea NOT NULL,
	at bigint NOT NULL,
	signature bytea NOT NULL,
	PRIMARY KEY (org_id, number, kind)
);

-- How long a company keeps its entries; none: for ever.
CREATE TABLE audit_rule (
	org_id uuid NOT NULL PRIMARY KEY,
	keep_months integer NOT NULL,
	version bigint NOT NULL,
	updated_at bigint NOT NULL
);

-- What an auditor asks for: when, who, what.
CREATE INDEX audit_entry_at ON audit_entry (org_id, at, id);
CREATE INDEX audit_entry_actor ON audit_entry (org_id, actor_id, at, id);
CREATE INDEX audit_entry_action ON audit_entry (org_id, action, at, id);
