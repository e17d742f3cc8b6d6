-- +goose Up
-- A customer is one row. What is confidential of him (contacts, certificates,
-- birth date, …) stands in record, one sealed JSON document; data_key is his own
-- key, wrapped by the company's. classes and tags repeat, for display, what
-- customer_class and customer_tag hold for filters.
CREATE TABLE customer (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	customer_no text COLLATE "C" NOT NULL,
	kind text NOT NULL,
	status text NOT NULL,
	name text NOT NULL,
	name_sort text COLLATE "C" NOT NULL,
	unit_id uuid,
	manager_id uuid,
	industry text NOT NULL,
	classes text NOT NULL,
	tags text NOT NULL,
	record bytea NOT NULL,
	data_key bytea NOT NULL,
	merged_into uuid,
	version bigint NOT NULL,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX customer_no ON customer (org_id, customer_no);
CREATE INDEX customer_by_name ON customer (org_id, name_sort, id);
CREATE INDEX customer_by_created ON customer (org_id, created_at, id);
CREATE INDEX customer_inactive ON customer (org_id, status, name_sort, id) WHERE status <> 'active';
CREATE INDEX customer_organisations ON customer (org_id, name_sort, id) WHERE kind = 'organisation';
CREATE INDEX customer_by_unit ON customer (org_id, unit_id, name_sort, id) WHERE unit_id IS NOT NULL;
CREATE INDEX customer_by_manager ON customer (org_id, manager_id, name_sort, id) WHERE manager_id IS NOT NULL;

-- The next number of a company; processes take blocks of them.
CREATE TABLE customer_counter (
	org_id uuid NOT NULL PRIMARY KEY,
	next bigint NOT NULL
);

-- Certificates by blind index. Slot 0 is the one customer who was made without a
-- duplicate; a confirmed duplicate or an imported row has a slot of its own.
CREATE TABLE customer_certificate (
	org_id uuid NOT NULL,
	blind bytea NOT NULL,
	slot bigint NOT NULL,
	customer_id uuid NOT NULL,
	PRIMARY KEY (org_id, blind, slot)
);

-- Only chosen classes have a row; without one it is the scheme's default.
CREATE TABLE customer_class (
	org_id uuid NOT NULL,
	scheme text COLLATE "C" NOT NULL,
	class text COLLATE "C" NOT NULL,
	customer_id uuid NOT NULL,
	PRIMARY KEY (org_id, customer_id, scheme)
);
CREATE INDEX customer_class_members ON customer_class (org_id, scheme, class, customer_id);

CREATE TABLE customer_scheme (
	org_id uuid NOT NULL,
	code text COLLATE "C" NOT NULL,
	body text NOT NULL,
	active boolean NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL,
	PRIMARY KEY (org_id, code)
);

CREATE TABLE customer_tag (
	org_id uuid NOT NULL,
	tag text COLLATE "C" NOT NULL,
	customer_id uuid NOT NULL,
	PRIMARY KEY (org_id, tag, customer_id)
);

CREATE TABLE customer_field (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	code text COLLATE "C" NOT NULL,
	body text NOT NULL,
	confidential boolean NOT NULL,
	active boolean NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX customer_field_code ON customer_field (org_id, code);

-- Every value a field ever had; the last one is current. Values of confidential
-- fields stand in sealed, by the key of origin_id.
CREATE TABLE customer_field_value (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	customer_id uuid NOT NULL,
	origin_id uuid NOT NULL,
	field_id uuid NOT NULL,
	current boolean NOT NULL,
	value text NOT NULL,
	sealed bytea NOT NULL,
	at bigint NOT NULL,
	actor_id uuid,
	actor_name text NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX customer_field_value_of ON customer_field_value (org_id, customer_id, field_id, id);
CREATE UNIQUE INDEX customer_field_value_current ON customer_field_value (org_id, field_id, customer_id) WHERE current;

CREATE TABLE customer_field_use (
	org_id uuid NOT NULL,
	field_id uuid NOT NULL,
	month bigint NOT NULL,
	shown bigint NOT NULL,
	PRIMARY KEY (org_id, field_id, month)
);

-- The timeline: what happened, without personal text.
CREATE TABLE customer_event (
	org_id uuid NOT NULL,
	customer_id uuid NOT NULL,
	at bigint NOT NULL,
	id uuid NOT NULL,
	kind text COLLATE "C" NOT NULL,
	params text NOT NULL,
	actor_id uuid,
	actor_name text NOT NULL,
	source_type text NOT NULL,
	source_id uuid,
	PRIMARY KEY (org_id, customer_id, at, id)
);

-- Notes, analysis entries and interactions are sealed by the key of the customer
-- they were written for, origin_id; a merge changes only customer_id.
CREATE TABLE customer_note (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	customer_id uuid NOT NULL,
	origin_id uuid NOT NULL,
	at bigint NOT NULL,
	author_id uuid,
	author_name text NOT NULL,
	confidential boolean NOT NULL,
	body bytea NOT NULL,
	version bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX customer_note_of ON customer_note (org_id, customer_id, at, id);

CREATE TABLE customer_analysis (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	customer_id uuid NOT NULL,
	origin_id uuid NOT NULL,
	aspect text NOT NULL,
	level integer NOT NULL,
	on_day text NOT NULL,
	at bigint NOT NULL,
	author_id uuid,
	author_name text NOT NULL,
	body bytea NOT NULL,
	version bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX customer_analysis_of ON customer_analysis (org_id, customer_id, aspect, at, id);

CREATE TABLE customer_interaction (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	customer_id uuid NOT NULL,
	origin_id uuid NOT NULL,
	at bigint NOT NULL,
	mode text NOT NULL,
	cost_fen bigint NOT NULL,
	author_id uuid,
	author_name text NOT NULL,
	body bytea NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX customer_interaction_of ON customer_interaction (org_id, customer_id, at, id);

CREATE TABLE customer_attachment (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	customer_id uuid NOT NULL,
	origin_id uuid NOT NULL,
	at bigint NOT NULL,
	author_id uuid,
	author_name text NOT NULL,
	name bytea NOT NULL,
	media_type text NOT NULL,
	size bigint NOT NULL,
	sha256 bytea NOT NULL,
	version bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX customer_attachment_of ON customer_attachment (org_id, customer_id, at, id);

-- Visitors, sealed by the company's own key until and after they become
-- customers. phone_blind finds the earlier visits of the same person.
CREATE TABLE reception (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	receiver_id uuid NOT NULL,
	receiver_name text NOT NULL,
	arrived_at bigint NOT NULL,
	left_at bigint NOT NULL,
	course_at bigint NOT NULL,
	customer_id uuid,
	phone_blind bytea NOT NULL,
	body bytea NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX reception_by_arrival ON reception (org_id, arrived_at, id);
CREATE INDEX reception_by_receiver ON reception (org_id, receiver_id, arrived_at, id);
CREATE INDEX reception_by_phone ON reception (org_id, phone_blind, arrived_at);
CREATE INDEX reception_by_customer ON reception (org_id, customer_id, arrived_at, id) WHERE customer_id IS NOT NULL;

CREATE TABLE reception_log (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	reception_id uuid NOT NULL,
	at bigint NOT NULL,
	mode text NOT NULL,
	author_id uuid NOT NULL,
	author_name text NOT NULL,
	body bytea NOT NULL,
	created_at bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX reception_log_of ON reception_log (org_id, reception_id, at, id);
CREATE INDEX reception_log_by_author ON reception_log (org_id, author_id, created_at);

-- The supervisor's checks of one person's log, the last one through which time.
CREATE TABLE reception_check (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	receiver_id uuid NOT NULL,
	through_at bigint NOT NULL,
	checked_at bigint NOT NULL,
	checked_by uuid NOT NULL,
	checked_name text NOT NULL,
	remark bytea NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX reception_check_of ON reception_check (org_id, receiver_id, checked_at);

-- into_undo is what a merge made of the customer who took over, sealed by his
-- key; the merged one keeps his record. moved lists the rows that moved.
CREATE TABLE customer_merge (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	from_id uuid NOT NULL,
	into_id uuid NOT NULL,
	at bigint NOT NULL,
	actor_id uuid,
	actor_name text NOT NULL,
	from_status text NOT NULL,
	into_undo bytea NOT NULL,
	moved text NOT NULL,
	undone_at bigint NOT NULL,
	undone_by uuid,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX customer_merge_of ON customer_merge (org_id, into_id, at);
CREATE INDEX customer_merge_from ON customer_merge (org_id, from_id, at);

CREATE TABLE customer_export (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	job_id uuid,
	created_by uuid NOT NULL,
	created_at bigint NOT NULL,
	expires_at bigint NOT NULL,
	format text NOT NULL,
	plain boolean NOT NULL,
	filter bytea NOT NULL,
	file_id uuid,
	size bigint NOT NULL,
	sha256 bytea NOT NULL,
	row_count bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX customer_export_of ON customer_export (org_id, created_by, created_at, id);
