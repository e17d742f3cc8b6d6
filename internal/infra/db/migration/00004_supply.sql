-- +goose Up
CREATE TABLE premise (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	address text NOT NULL,
	folded text COLLATE "C" NOT NULL,
	postcode text NOT NULL,
	longitude_e6 bigint NOT NULL,
	latitude_e6 bigint NOT NULL,
	access_note text NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX premise_address ON premise (org_id, folded, id);

CREATE TABLE substation (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	no text COLLATE "C" NOT NULL,
	name text NOT NULL,
	voltage text COLLATE "C" NOT NULL,
	address text NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX substation_no ON substation (org_id, no);

-- feeder_id is the trunk a branch hangs on (a trunk's own id), substation_id the
-- trunk's; both follow the parent.
CREATE TABLE power_line (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	no text COLLATE "C" NOT NULL,
	name text NOT NULL,
	kind text COLLATE "C" NOT NULL,
	medium text COLLATE "C" NOT NULL,
	voltage text COLLATE "C" NOT NULL,
	length_m bigint NOT NULL,
	parent_id uuid,
	substation_id uuid,
	feeder_id uuid NOT NULL,
	PRIMARY KEY (org_id, id),
	FOREIGN KEY (org_id, parent_id) REFERENCES power_line (org_id, id),
	FOREIGN KEY (org_id, substation_id) REFERENCES substation (org_id, id)
);
CREATE UNIQUE INDEX power_line_no ON power_line (org_id, no);
CREATE INDEX power_line_feeder ON power_line (org_id, feeder_id);
CREATE INDEX power_line_parent ON power_line (org_id, parent_id);
CREATE INDEX power_line_substation ON power_line (org_id, substation_id);

CREATE TABLE district (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	no text COLLATE "C" NOT NULL,
	name text NOT NULL,
	kind text COLLATE "C" NOT NULL,
	area text COLLATE "C" NOT NULL,
	capacity_va bigint NOT NULL,
	address text NOT NULL,
	line_id uuid,
	unit_id uuid,
	manager_id uuid,
	PRIMARY KEY (org_id, id),
	FOREIGN KEY (org_id, line_id) REFERENCES power_line (org_id, id)
);
CREATE UNIQUE INDEX district_no ON district (org_id, no);
CREATE INDEX district_line ON district (org_id, line_id);

CREATE TABLE account (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	account_no text COLLATE "C" NOT NULL,
	name text NOT NULL,
	class text COLLATE "C" NOT NULL,
	status text COLLATE "C" NOT NULL,
	use_category text COLLATE "C" NOT NULL,
	industry text COLLATE "C" NOT NULL,
	area text COLLATE "C" NOT NULL,
	contract_va bigint NOT NULL,
	running_va bigint NOT NULL,
	voltage text COLLATE "C" NOT NULL,
	importance text COLLATE "C" NOT NULL,
	trace_rank smallint NOT NULL,
	load_class text COLLATE "C" NOT NULL,
	shifts text COLLATE "C" NOT NULL,
	power_off boolean NOT NULL,
	customer_id uuid,
	premise_id uuid,
	district_id uuid,
	line_id uuid,
	unit_id uuid,
	reading_section text COLLATE "C" NOT NULL,
	opened_on text COLLATE "C" NOT NULL,
	energised_on text COLLATE "C" NOT NULL,
	closed_on text COLLATE "C" NOT NULL,
	expires_on text COLLATE "C" NOT NULL,
	PRIMARY KEY (org_id, id),
	FOREIGN KEY (org_id, premise_id) REFERENCES premise (org_id, id),
	FOREIGN KEY (org_id, district_id) REFERENCES district (org_id, id),
	FOREIGN KEY (org_id, line_id) REFERENCES power_line (org_id, id)
);
CREATE INDEX account_no ON account (org_id, account_no, id);
CREATE INDEX account_capacity ON account (org_id, contract_va, id);
CREATE INDEX account_customer ON account (org_id, customer_id, id);
CREATE INDEX account_premise ON account (org_id, premise_id);
CREATE INDEX account_important ON account (org_id, importance, account_no, id) WHERE importance <> 'ordinary';
CREATE INDEX account_stock ON account (org_id, class, use_category, area, trace_rank);
-- A fault is traced through these two: in the order of the list, and holding all
-- that is counted, so that neither reads the table.
CREATE INDEX account_by_line ON account (org_id, line_id, trace_rank, class, account_no, id, customer_id);
CREATE INDEX account_by_district ON account (org_id, district_id, trace_rank, class, account_no, id, customer_id);

-- Every number an account has or had, so that none is given twice.
CREATE TABLE account_number (
	org_id uuid NOT NULL,
	number text COLLATE "C" NOT NULL,
	account_id uuid NOT NULL,
	former boolean NOT NULL,
	PRIMARY KEY (org_id, number),
	FOREIGN KEY (org_id, account_id) REFERENCES account (org_id, id)
);
CREATE INDEX account_number_account ON account_number (org_id, account_id);

CREATE TABLE account_number_rule (
	org_id uuid NOT NULL PRIMARY KEY,
	version bigint NOT NULL,
	updated_at bigint NOT NULL,
	pattern text NOT NULL,
	example text NOT NULL
);

-- apart: supplied from elsewhere than its account, so that a trace must look here
-- too; withdrawn points never are.
CREATE TABLE metering_point (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	no text COLLATE "C" NOT NULL,
	name text NOT NULL,
	kind text COLLATE "C" NOT NULL,
	attribute text COLLATE "C" NOT NULL,
	purpose text COLLATE "C" NOT NULL,
	wiring text COLLATE "C" NOT NULL,
	metering_mode text COLLATE "C" NOT NULL,
	status text COLLATE "C" NOT NULL,
	voltage text COLLATE "C" NOT NULL,
	reading_order bigint NOT NULL,
	account_id uuid,
	district_id uuid,
	line_id uuid,
	apart boolean NOT NULL,
	PRIMARY KEY (org_id, id),
	FOREIGN KEY (org_id, account_id) REFERENCES account (org_id, id),
	FOREIGN KEY (org_id, district_id) REFERENCES district (org_id, id),
	FOREIGN KEY (org_id, line_id) REFERENCES power_line (org_id, id)
);
CREATE UNIQUE INDEX metering_point_no ON metering_point (org_id, no);
CREATE INDEX metering_point_account ON metering_point (org_id, account_id);
CREATE INDEX metering_point_district ON metering_point (org_id, district_id);
CREATE INDEX metering_point_line_apart ON metering_point (org_id, line_id) WHERE apart;
CREATE INDEX metering_point_district_apart ON metering_point (org_id, district_id) WHERE apart;

CREATE TABLE meter (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	asset_no text COLLATE "C" NOT NULL,
	kind text COLLATE "C" NOT NULL,
	meter_class text COLLATE "C" NOT NULL,
	model text NOT NULL,
	factor bigint NOT NULL,
	status text COLLATE "C" NOT NULL,
	point_id uuid,
	installed_on text COLLATE "C" NOT NULL,
	PRIMARY KEY (org_id, id),
	FOREIGN KEY (org_id, point_id) REFERENCES metering_point (org_id, id)
);
CREATE UNIQUE INDEX meter_asset_no ON meter (org_id, asset_no);
CREATE INDEX meter_point ON meter (org_id, point_id);

CREATE TABLE meter_installation (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	meter_id uuid NOT NULL,
	point_id uuid NOT NULL,
	installed_on text COLLATE "C" NOT NULL,
	installed_wh bigint NOT NULL,
	removed_on text COLLATE "C" NOT NULL,
	removed_wh bigint NOT NULL,
	reason text NOT NULL,
	PRIMARY KEY (org_id, id),
	FOREIGN KEY (org_id, meter_id) REFERENCES meter (org_id, id),
	FOREIGN KEY (org_id, point_id) REFERENCES metering_point (org_id, id)
);
CREATE INDEX meter_installation_meter ON meter_installation (org_id, meter_id, id);
CREATE INDEX meter_installation_point ON meter_installation (org_id, point_id, id);

CREATE TABLE equipment (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	no text COLLATE "C" NOT NULL,
	name text NOT NULL,
	kind text COLLATE "C" NOT NULL,
	model text NOT NULL,
	maker text NOT NULL,
	rating text NOT NULL,
	owner text COLLATE "C" NOT NULL,
	node_kind text COLLATE "C" NOT NULL,
	node_id uuid NOT NULL,
	installed_on text COLLATE "C" NOT NULL,
	health text COLLATE "C" NOT NULL,
	health_rank smallint NOT NULL,
	open_defects bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX equipment_no ON equipment (org_id, no);
CREATE INDEX equipment_node ON equipment (org_id, node_id, health_rank, id);

-- What was found at a piece of equipment, or at a node where the piece is not
-- known. The node is where the equipment stood at the time.
CREATE TABLE equipment_condition (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	equipment_id uuid,
	node_kind text COLLATE "C" NOT NULL,
	node_id uuid NOT NULL,
	kind text COLLATE "C" NOT NULL,
	grade text COLLATE "C" NOT NULL,
	health text COLLATE "C" NOT NULL,
	found_at bigint NOT NULL,
	restored_at bigint NOT NULL,
	finding text NOT NULL,
	cause text NOT NULL,
	remedy text NOT NULL,
	PRIMARY KEY (org_id, id),
	FOREIGN KEY (org_id, equipment_id) REFERENCES equipment (org_id, id)
);
CREATE INDEX equipment_condition_equipment ON equipment_condition (org_id, equipment_id, found_at, id);
CREATE INDEX equipment_condition_found ON equipment_condition (org_id, found_at, id);
CREATE INDEX equipment_condition_node ON equipment_condition (org_id, node_id, kind, found_at, id);

-- The customer's own installation, one row per state of it: valid from a day up
-- to the day before the next one's.
CREATE TABLE own_installation (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	account_id uuid NOT NULL,
	valid_from text COLLATE "C" NOT NULL,
	valid_to text COLLATE "C" NOT NULL,
	security_load_w bigint NOT NULL,
	tolerable_min bigint NOT NULL,
	compensation_var bigint NOT NULL,
	protection text NOT NULL,
	details text NOT NULL,
	staff bytea NOT NULL,
	staff_key uuid,
	PRIMARY KEY (org_id, id),
	FOREIGN KEY (org_id, account_id) REFERENCES account (org_id, id)
);
CREATE UNIQUE INDEX own_installation_from ON own_installation (org_id, account_id, valid_from);

CREATE TABLE supply_contract (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	version bigint NOT NULL,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	account_id uuid NOT NULL,
	contract_no text COLLATE "C" NOT NULL,
	kind text COLLATE "C" NOT NULL,
	status text COLLATE "C" NOT NULL,
	signed_on text COLLATE "C" NOT NULL,
	valid_from text COLLATE "C" NOT NULL,
	valid_to text COLLATE "C" NOT NULL,
	capacity_va bigint NOT NULL,
	demarcation text NOT NULL,
	supply_mode text NOT NULL,
	quality text NOT NULL,
	metering text NOT NULL,
	price text NOT NULL,
	maintenance text NOT NULL,
	liability text NOT NULL,
	PRIMARY KEY (org_id, id),
	FOREIGN KEY (org_id, account_id) REFERENCES account (org_id, id)
);
CREATE UNIQUE INDEX supply_contract_no ON supply_contract (org_id, contract_no);
CREATE INDEX supply_contract_account ON supply_contract (org_id, account_id, valid_from, id);
CREATE INDEX supply_contract_end ON supply_contract (org_id, valid_to, id);

-- Energy of an account in a month, with the segment it was sold in: later changes
-- of the account do not move past sales.
CREATE TABLE consumption (
	org_id uuid NOT NULL,
	account_id uuid NOT NULL,
	month integer NOT NULL,
	energy_wh bigint NOT NULL,
	class text COLLATE "C" NOT NULL,
	use_category text COLLATE "C" NOT NULL,
	area text COLLATE "C" NOT NULL,
	PRIMARY KEY (org_id, account_id, month)
);

-- The sums of consumption by month and segment, kept with each change of it.
CREATE TABLE sales (
	org_id uuid NOT NULL,
	month integer NOT NULL,
	class text COLLATE "C" NOT NULL,
	use_category text COLLATE "C" NOT NULL,
	area text COLLATE "C" NOT NULL,
	accounts bigint NOT NULL,
	energy_wh bigint NOT NULL,
	PRIMARY KEY (org_id, month, class, use_category, area)
);
