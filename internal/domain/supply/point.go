package supply

import (
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Point is a metering point 计量点: a place where energy is measured.
type Point struct {
	Head
	PointInput
	// Apart: supplied from elsewhere than its account. A point that is told no
	// place of its own is supplied as its account and follows it.
	Apart bool `db:"apart" json:"apart"`
}

// PointInput is what a metering point is made of.
type PointInput struct {
	No           string `db:"no" json:"no" minLength:"1" maxLength:"32"`
	Name         string `db:"name" json:"name" minLength:"1" maxLength:"100"`
	Kind         string `db:"kind" json:"kind,omitempty" enum:"customer,gateway" default:"customer"`
	Attribute    string `db:"attribute" json:"attribute,omitempty" enum:"settlement,assessment" default:"settlement"`
	Purpose      string `db:"purpose" json:"purpose,omitempty" enum:"settlement,district_check,line_check,indicator,gateway" default:"settlement"`
	Wiring       string `db:"wiring" json:"wiring" enum:"single_phase,three_wire,four_wire"`
	MeteringMode string `db:"metering_mode" json:"metering_mode" enum:"hv_hv,hv_lv,lv_lv" doc:"高供高计, 高供低计, 低供低计"`
	Status       string `db:"status" json:"status,omitempty" enum:"planned,in_use,suspended,withdrawn" default:"in_use"`
	Voltage      string `db:"voltage" json:"voltage" enum:"AC02202,AC03802,AC00061,AC00101,AC00201,AC00351,AC01101,AC02201,AC05001,AC07501"`
	ReadingOrder int64  `db:"reading_order" json:"reading_order,omitempty" minimum:"0" maximum:"1000000" doc:"place within the reading section"`
	AccountID    id.ID  `db:"account_id" json:"account_id,omitzero" doc:"absent for a check point of the network"`
	DistrictID   id.ID  `db:"district_id" json:"district_id,omitzero"`
	LineID       id.ID  `db:"line_id" json:"line_id,omitzero"`
}

var points = table[Point, *Point]{"metering_point",
	"no, name, kind, attribute, purpose, wiring, metering_mode, status, voltage, reading_order, account_id, district_id, line_id, apart"}

func (p *Point) row() []any {
	return []any{p.No, p.Name, p.Kind, p.Attribute, p.Purpose, p.Wiring, p.MeteringMode, p.Status, p.Voltage, p.ReadingOrder,
		p.AccountID, p.DistrictID, p.LineID, p.Apart}
}

const pointWithdrawn = "withdrawn"

func (p *Point) set(in PointInput) { p.PointInput = in }

func (p *Point) complete() {
	p.No, p.Name = NormalNumber(p.No), strings.TrimSpace(p.Name)
	orDefault(&p.Kind, "customer")
	orDefault(&p.Attribute, "settlement")
	orDefault(&p.Purpose, "settlement")
	orDefault(&p.Status, "in_use")
}

func (p *Point) validate() error {
	var v fault.Validation
	checkTags(&v, "", &p.PointInput)
	v.Check(p.Kind == "gateway" || p.Attribute == "assessment" || !p.AccountID.IsZero(), "account_id", "required")
	return v.Err()
}

// place fills in where the point is supplied from, given its account's place.
func (p *Point) place(account position) {
	if p.DistrictID.IsZero() && p.LineID.IsZero() {
		p.DistrictID, p.LineID = account.DistrictID, account.LineID
	}
	p.Apart = p.Status != pointWithdrawn && !p.AccountID.IsZero() && position{p.DistrictID, p.LineID} != account
}

// position is where an account or a point is supplied from.
type position struct{ DistrictID, LineID id.ID }

func (a *Account) position() position { return position{a.DistrictID, a.LineID} }

// Meter is an energy meter 电能表, an asset that hangs at one point after another.
type Meter struct {
	Head
	MeterInput
	Status      string   `db:"status" json:"status" enum:"in_stock,installed,removed,scrapped"`
	PointID     id.ID    `db:"point_id" json:"point_id,omitzero" doc:"where it hangs"`
	InstalledOn when.Day `db:"installed_on" json:"installed_on,omitempty"`
}

// MeterInput is what is known of a meter wherever it is.
type MeterInput struct {
	AssetNo    string `db:"asset_no" json:"asset_no" minLength:"1" maxLength:"40"`
	Kind       string `db:"kind" json:"kind,omitempty" enum:"smart,electronic,induction" default:"smart"`
	MeterClass string `db:"meter_class" json:"meter_class,omitempty" enum:"I,II,III,IV,V" doc:"class of the metering device (DL/T 448)"`
	Model      string `db:"model" json:"model,omitempty" maxLength:"60"`
	Factor     int64  `db:"factor" json:"factor,omitempty" minimum:"1" maximum:"10000000" default:"1" doc:"total factor: own × CT × PT"`
}

var meters = table[Meter, *Meter]{"meter", "asset_no, kind, meter_class, model, factor, status, point_id, installed_on"}

func (m *Meter) row() []any {
	return []any{m.AssetNo, m.Kind, m.MeterClass, m.Model, m.Factor, m.Status, m.PointID, m.InstalledOn}
}

// The states of a meter.
const (
	meterInStock   = "in_stock"
	meterInstalled = "installed"
	meterRemoved   = "removed"
	meterScrapped  = "scrapped"
)

func (m *Meter) set(in MeterInput) { m.MeterInput = in }

func (m *Meter) complete() {
	m.AssetNo = NormalNumber(m.AssetNo)
	orDefault(&m.Kind, "smart")
	m.Factor = max(m.Factor, 1)
	orDefault(&m.Status, meterInStock)
	if !m.PointID.IsZero() {
		m.Status = meterInstalled
	}
}

func (m *Meter) validate() error {
	var v fault.Validation
	checkTags(&v, "", m)
	v.Check(m.PointID.IsZero() || m.InstalledOn != "", "installed_on", "required")
	return v.Err()
}

// Installed is a time a meter hung at a point.
type Installed struct {
	OrgID       id.ID    `db:"org_id" json:"-"`
	ID          id.ID    `db:"id" json:"id"`
	MeterID     id.ID    `db:"meter_id" json:"meter_id"`
	PointID     id.ID    `db:"point_id" json:"point_id"`
	InstalledOn when.Day `db:"installed_on" json:"installed_on"`
	InstalledWh int64    `db:"installed_wh" json:"installed_wh" doc:"register at installation, Wh before the factor"`
	RemovedOn   when.Day `db:"removed_on" json:"removed_on,omitempty"`
	RemovedWh   int64    `db:"removed_wh" json:"removed_wh,omitempty"`
	Reason      string   `db:"reason" json:"reason,omitempty"`
}

// InstallInput hangs a meter.
type InstallInput struct {
	PointID    id.ID    `json:"point_id"`
	On         when.Day `json:"on" format:"date"`
	RegisterWh int64    `json:"register_wh" minimum:"0" maximum:"1000000000000000"`
}

// RemoveInput takes a meter down.
type RemoveInput struct {
	On         when.Day `json:"on" format:"date"`
	RegisterWh int64    `json:"register_wh" minimum:"0" maximum:"1000000000000000"`
	Reason     string   `json:"reason,omitempty" maxLength:"100"`
	Scrap      bool     `json:"scrap,omitempty" doc:"it will not be used again"`
}

// install hangs the meter; the error says why it cannot. down is the day it was
// taken down last.
func (m *Meter) install(in InstallInput, down, today when.Day) (Installed, error) {
	var v fault.Validation
	checkTags(&v, "", in)
	checkOrder(&v, "on", down, in.On)
	v.Check(in.On <= today, "on", "in_future")
	v.Check(!in.PointID.IsZero(), "point_id", "required")
	if err := v.Err(); err != nil {
		return Installed{}, err
	}
	switch m.Status {
	case meterInstalled:
		return Installed{}, ErrMeterInstalled
	case meterScrapped:
		return Installed{}, ErrMeterScrapped
	}
	m.Status, m.PointID, m.InstalledOn = meterInstalled, in.PointID, in.On
	return Installed{OrgID: m.OrgID, MeterID: m.ID, PointID: in.PointID, InstalledOn: in.On, InstalledWh: in.RegisterWh}, nil
}

// takeDown ends the meter's time at its point. The register may have run over,
// so a lower one than at installation is no error.
func (m *Meter) takeDown(in RemoveInput, today when.Day) error {
	var v fault.Validation
	checkTags(&v, "", in)
	checkOrder(&v, "on", m.InstalledOn, in.On)
	v.Check(in.On <= today, "on", "in_future")
	if err := v.Err(); err != nil {
		return err
	}
	if m.Status != meterInstalled {
		return ErrMeterNotThere
	}
	m.Status, m.PointID, m.InstalledOn = meterRemoved, id.ID{}, ""
	if in.Scrap {
		m.Status = meterScrapped
	}
	return nil
}
