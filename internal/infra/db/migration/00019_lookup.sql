-- +goose Up
-- Customers opened for a user for a time: by a look-up that was approved, by a
-- visitor he serves.
CREATE TABLE customer_opening (
	org_id uuid NOT NULL,
	user_id uuid NOT NULL,
	basis_id uuid NOT NULL,
	customer_id uuid NOT NULL,
	basis_type text COLLATE "C" NOT NULL,
	sensitive boolean NOT NULL,
	from_at bigint NOT NULL,
	until_at bigint NOT NULL,
	known_at bigint NOT NULL,
	PRIMARY KEY (org_id, user_id, basis_id, customer_id)
);
CREATE INDEX customer_opening_now ON customer_opening (org_id, user_id, until_at);
CREATE INDEX customer_opening_basis ON customer_opening (org_id, basis_id);

-- What was seen whole on such a basis. The audit log tells it too; here it is
-- found by its basis.
CREATE TABLE customer_look (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	basis_id uuid NOT NULL,
	customer_id uuid NOT NULL,
	user_id uuid NOT NULL,
	at bigint NOT NULL,
	action text COLLATE "C" NOT NULL,
	fields text NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX customer_look_of ON customer_look (org_id, basis_id, at, id);

-- A request to look up confidential data (A6). body is sealed: reason, filter,
-- words of the decision and the review.
CREATE TABLE lookup (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	state text COLLATE "C" NOT NULL,
	emergency boolean NOT NULL,
	user_id uuid NOT NULL,
	user_name text NOT NULL,
	purpose text COLLATE "C" NOT NULL,
	body bytea NOT NULL,
	sensitive boolean NOT NULL,
	uses text NOT NULL,
	record_count bigint NOT NULL,
	asked_minutes bigint NOT NULL,
	granted_minutes bigint NOT NULL,
	asked_at bigint NOT NULL,
	decided_at bigint NOT NULL,
	decider_id uuid,
	decider_name text NOT NULL,
	start_by bigint NOT NULL,
	started_at bigint NOT NULL,
	until_at bigint NOT NULL,
	ended_at bigint NOT NULL,
	end_cause text COLLATE "C" NOT NULL,
	review_by bigint NOT NULL,
	reviewed_at bigint NOT NULL,
	reviewer_name text NOT NULL,
	verdict text COLLATE "C" NOT NULL,
	version bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX lookup_by_asked ON lookup (org_id, asked_at, id);
CREATE INDEX lookup_by_user ON lookup (org_id, user_id, asked_at, id);
CREATE INDEX lookup_by_state ON lookup (org_id, state, asked_at, id);
CREATE INDEX lookup_to_review ON lookup (org_id, asked_at, id) WHERE emergency AND reviewed_at = 0;

-- The customers a look-up is about.
CREATE TABLE lookup_record (
	org_id uuid NOT NULL,
	lookup_id uuid NOT NULL,
	customer_id uuid NOT NULL,
	PRIMARY KEY (org_id, lookup_id, customer_id)
);
CREATE INDEX lookup_record_of ON lookup_record (org_id, customer_id);

-- Files and sheets that left with data shown whole. The serial number itself
-- stands on the sheet only; its hash finds who took it.
CREATE TABLE lookup_release (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	lookup_id uuid NOT NULL,
	user_id uuid NOT NULL,
	user_name text NOT NULL,
	at bigint NOT NULL,
	kind text COLLATE "C" NOT NULL,
	customer_id uuid,
	serial_hash bytea NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX lookup_release_serial ON lookup_release (org_id, serial_hash);
CREATE INDEX lookup_release_of ON lookup_release (org_id, lookup_id, at, id);

-- How long and how much may be looked up, per company; none: the defaults.
CREATE TABLE lookup_rule (
	org_id uuid NOT NULL PRIMARY KEY,
	body text NOT NULL,
	version bigint NOT NULL
);
