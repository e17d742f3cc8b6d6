package supply

import (
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// NodeKind says what a node of the network is.
type NodeKind string

// The kinds of nodes.
const (
	NodeSubstation NodeKind = "substation"
	NodeLine       NodeKind = "line"
	NodeDistrict   NodeKind = "district"
)

// Node names a node of the network.
type Node struct {
	Kind NodeKind `json:"kind" enum:"substation,line,district"`
	ID   id.ID    `json:"id"`
	No   string   `json:"no"`
	Name string   `json:"name"`
}

// Substation 变电站 is where lines start.
type Substation struct {
	Head
	SubstationInput
}

// SubstationInput is what a substation is made of.
type SubstationInput struct {
	No      string `db:"no" json:"no" minLength:"1" maxLength:"32"`
	Name    string `db:"name" json:"name" minLength:"1" maxLength:"60"`
	Voltage string `db:"voltage" json:"voltage" enum:"AC00351,AC01101,AC02201,AC05001,AC07501"`
	Address string `db:"address" json:"address,omitempty" maxLength:"200"`
}

var substations = table[Substation, *Substation]{"substation", "no, name, voltage, address"}

func (s *Substation) row() []any { return []any{s.No, s.Name, s.Voltage, s.Address} }

func (s *Substation) set(in SubstationInput) { s.SubstationInput = in }

func (s *Substation) complete() { s.No, s.Name = NormalNumber(s.No), strings.TrimSpace(s.Name) }

func (s *Substation) validate() error { return checked(&s.SubstationInput) }

// Line 线路 is a feeder from a substation, a branch 支线 of another line, or a
// section behind a switch, which is a branch too.
type Line struct {
	Head
	LineInput
	FeederID id.ID `db:"feeder_id" json:"feeder_id" doc:"the trunk it hangs on; itself for a trunk"`
}

// LineInput is what a line is made of.
type LineInput struct {
	No           string `db:"no" json:"no" minLength:"1" maxLength:"32"`
	Name         string `db:"name" json:"name" minLength:"1" maxLength:"60"`
	Kind         string `db:"kind" json:"kind,omitempty" enum:"public,dedicated" default:"public"`
	Medium       string `db:"medium" json:"medium,omitempty" enum:"overhead,cable,mixed" default:"overhead"`
	Voltage      string `db:"voltage" json:"voltage" enum:"AC00061,AC00101,AC00201,AC00351,AC01101,AC02201"`
	LengthM      int64  `db:"length_m" json:"length_m,omitempty" minimum:"0" maximum:"10000000" doc:"metres"`
	ParentID     id.ID  `db:"parent_id" json:"parent_id,omitzero" doc:"the line it branches off"`
	SubstationID id.ID  `db:"substation_id" json:"substation_id,omitzero" doc:"where it starts; a branch has its parent's"`
}

var lines = table[Line, *Line]{"power_line", "no, name, kind, medium, voltage, length_m, parent_id, substation_id, feeder_id"}

func (l *Line) row() []any {
	return []any{l.No, l.Name, l.Kind, l.Medium, l.Voltage, l.LengthM, l.ParentID, l.SubstationID, l.FeederID}
}

func (l *Line) set(in LineInput) { l.LineInput = in }

func (l *Line) complete() {
	l.No, l.Name = NormalNumber(l.No), strings.TrimSpace(l.Name)
	orDefault(&l.Kind, "public")
	orDefault(&l.Medium, "overhead")
}

func (l *Line) validate() error { return checked(&l.LineInput) }

// rehung tells whether the line comes to hang elsewhere; before is nil for a new
// one.
func (l *Line) rehung(before *Line) bool {
	if before == nil {
		return !l.ParentID.IsZero()
	}
	return before.ParentID != l.ParentID || before.SubstationID != l.SubstationID
}

// District 台区 is the supply area of a distribution transformer.
type District struct {
	Head
	DistrictInput
}

// DistrictInput is what a district is made of.
type DistrictInput struct {
	No         string `db:"no" json:"no" minLength:"1" maxLength:"32"`
	Name       string `db:"name" json:"name" minLength:"1" maxLength:"60"`
	Kind       string `db:"kind" json:"kind,omitempty" enum:"public,dedicated" default:"public" doc:"公变 or 专变"`
	Area       string `db:"area" json:"area,omitempty" enum:"urban,rural" default:"urban"`
	CapacityVA int64  `db:"capacity_va" json:"capacity_va,omitempty" minimum:"0" maximum:"1000000000" doc:"of the transformer, VA"`
	Address    string `db:"address" json:"address,omitempty" maxLength:"200"`
	LineID     id.ID  `db:"line_id" json:"line_id,omitzero"`
	UnitID     id.ID  `db:"unit_id" json:"unit_id,omitzero" doc:"station 供电所 in charge"`
	ManagerID  id.ID  `db:"manager_id" json:"manager_id,omitzero" doc:"district manager 台区经理"`
}

var districts = table[District, *District]{"district", "no, name, kind, area, capacity_va, address, line_id, unit_id, manager_id"}

func (d *District) row() []any {
	return []any{d.No, d.Name, d.Kind, d.Area, d.CapacityVA, d.Address, d.LineID, d.UnitID, d.ManagerID}
}

func (d *District) set(in DistrictInput) { d.DistrictInput = in }

func (d *District) complete() {
	d.No, d.Name = NormalNumber(d.No), strings.TrimSpace(d.Name)
	orDefault(&d.Kind, "public")
	orDefault(&d.Area, "urban")
}

func (d *District) validate() error { return checked(&d.DistrictInput) }

// Equipment 设备 stands at a node: a fault of it reaches whoever is supplied
// through that node.
type Equipment struct {
	Head
	EquipmentInput
	Health      string `db:"health" json:"health" enum:"severe,abnormal,attention,normal" doc:"严重, 异常, 注意, 正常"`
	HealthRank  int    `db:"health_rank" json:"-"`
	OpenDefects int64  `db:"open_defects" json:"open_defects" doc:"defects not yet remedied"`
}

// EquipmentInput is what is known of a piece of equipment.
type EquipmentInput struct {
	No          string   `db:"no" json:"no" minLength:"1" maxLength:"40"`
	Name        string   `db:"name" json:"name" minLength:"1" maxLength:"60"`
	Kind        string   `db:"kind" json:"kind" enum:"main_transformer,transformer,breaker,switch,ring_main_unit,branch_box,cable,conductor,pole,arrester,compensator,meter_box,other"`
	Model       string   `db:"model" json:"model,omitempty" maxLength:"60"`
	Maker       string   `db:"maker" json:"maker,omitempty" maxLength:"60"`
	Rating      string   `db:"rating" json:"rating,omitempty" maxLength:"60"`
	Owner       string   `db:"owner" json:"owner,omitempty" enum:"company,customer" default:"company"`
	NodeKind    NodeKind `db:"node_kind" json:"node_kind" enum:"substation,line,district"`
	NodeID      id.ID    `db:"node_id" json:"node_id"`
	InstalledOn when.Day `db:"installed_on" json:"installed_on,omitempty" format:"date"`
}

var equipment = table[Equipment, *Equipment]{"equipment",
	"no, name, kind, model, maker, rating, owner, node_kind, node_id, installed_on, health, health_rank, open_defects"}

func (e *Equipment) row() []any {
	return []any{e.No, e.Name, e.Kind, e.Model, e.Maker, e.Rating, e.Owner, e.NodeKind, e.NodeID, e.InstalledOn, e.Health, e.HealthRank, e.OpenDefects}
}

func (e *Equipment) set(in EquipmentInput) { e.EquipmentInput = in }

func (e *Equipment) complete() {
	e.No, e.Name = NormalNumber(e.No), strings.TrimSpace(e.Name)
	orDefault(&e.Owner, "company")
	orDefault(&e.Health, "normal")
	e.HealthRank = rank("health", e.Health)
}

func (e *Equipment) validate() error {
	var v fault.Validation
	checkTags(&v, "", e)
	v.Check(!e.NodeID.IsZero(), "node_id", "required")
	return v.Err()
}

// The kinds of conditions that rules ask about.
const (
	conditionDefect = "defect"
	conditionFault  = "fault"
)

// Condition is what was found at a piece of equipment or a node: an inspection,
// a test, a defect, a fault, a repair.
type Condition struct {
	Head
	ConditionInput
}

// ConditionInput reports a condition. With an equipment the node is the
// equipment's; without, a fault is known only by its node.
type ConditionInput struct {
	EquipmentID id.ID        `db:"equipment_id" json:"equipment_id,omitzero"`
	NodeKind    NodeKind     `db:"node_kind" json:"node_kind,omitempty" enum:"substation,line,district"`
	NodeID      id.ID        `db:"node_id" json:"node_id,omitzero"`
	Kind        string       `db:"kind" json:"kind" enum:"inspection,test,defect,fault,repair"`
	Grade       string       `db:"grade" json:"grade,omitempty" enum:"general,serious,critical" doc:"of a defect: 一般, 严重, 危急"`
	Health      string       `db:"health" json:"health,omitempty" enum:"severe,abnormal,attention,normal" doc:"the equipment's from now on; absent: unchanged"`
	FoundAt     when.Instant `db:"found_at" json:"found_at"`
	RestoredAt  when.Instant `db:"restored_at" json:"restored_at,omitzero" doc:"a defect remedied, supply restored after a fault"`
	Finding     string       `db:"finding" json:"finding" minLength:"1" maxLength:"2000"`
	Cause       string       `db:"cause" json:"cause,omitempty" maxLength:"500"`
	Remedy      string       `db:"remedy" json:"remedy,omitempty" maxLength:"500"`
}

var conditions = table[Condition, *Condition]{"equipment_condition",
	"equipment_id, node_kind, node_id, kind, grade, health, found_at, restored_at, finding, cause, remedy"}

func (c *Condition) row() []any {
	return []any{c.EquipmentID, c.NodeKind, c.NodeID, c.Kind, c.Grade, c.Health, c.FoundAt, c.RestoredAt, c.Finding, c.Cause, c.Remedy}
}

func (c *Condition) set(in ConditionInput) { c.ConditionInput = in }

func (c *Condition) complete() { c.Finding = strings.TrimSpace(c.Finding) }

func (c *Condition) validate() error {
	var v fault.Validation
	checkTags(&v, "", &c.ConditionInput)
	v.Check(c.FoundAt > 0, "found_at", "required")
	v.Check(c.RestoredAt == 0 || c.RestoredAt >= c.FoundAt, "restored_at", "before_found")
	v.Check(c.Kind != conditionDefect || c.Grade != "", "grade", "required")
	v.Check(!c.EquipmentID.IsZero() || !c.NodeID.IsZero() && c.NodeKind != "", "equipment_id", "required")
	v.Check(!c.EquipmentID.IsZero() || c.Kind == conditionFault, "equipment_id", "required")
	return v.Err()
}
