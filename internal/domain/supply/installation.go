package supply

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// OwnInstallation is a state of the customer's own installation 客户受电装置, filled
// from the reviewed design and the completion report (A11). It holds from its
// first day to the day before the next state's.
type OwnInstallation struct {
	Head
	AccountID id.ID `json:"account_id"`
	InstallationInput
	ValidTo     when.Day `json:"valid_to,omitempty" doc:"absent: holds today"`
	StaffMasked bool     `json:"staff_masked,omitempty" doc:"the duty staff is shown in part only"`
	StaffGone   bool     `json:"staff_gone,omitempty" doc:"the duty staff was erased with its customer"`
}

// InstallationInput is what an installation is made of.
type InstallationInput struct {
	ValidFrom       when.Day     `json:"valid_from" format:"date"`
	SecurityLoadW   int64        `json:"security_load_w,omitempty" minimum:"0" maximum:"10000000000" doc:"保安负荷: what must never lose supply, W"`
	TolerableMin    int64        `json:"tolerable_min,omitempty" minimum:"0" maximum:"100000" doc:"tolerable interruption, minutes; 0: not known"`
	CompensationVar int64        `json:"compensation_var,omitempty" minimum:"0" maximum:"10000000000" doc:"reactive compensation, var"`
	Protection      string       `json:"protection,omitempty" maxLength:"1000" doc:"relay and over-voltage protection"`
	Sources         []Source     `json:"sources,omitempty" maxItems:"10"`
	Generation      []Generation `json:"generation,omitempty" maxItems:"20" doc:"own generation 自备电源"`
	Documents       []Document   `json:"documents,omitempty" maxItems:"50"`
	Staff           []Duty       `json:"staff,omitempty" maxItems:"50" doc:"duty staff; absent in a correction: unchanged"`
}

// Source is a power source of the customer.
type Source struct {
	Role       string `json:"role" enum:"main,standby,security"`
	Kind       string `json:"kind" enum:"dedicated_line,dedicated_transformer,public_transformer"`
	Name       string `json:"name" minLength:"1" maxLength:"100" doc:"line or substation it comes from"`
	Voltage    string `json:"voltage" enum:"AC02202,AC03802,AC00061,AC00101,AC00201,AC00351,AC01101,AC02201,AC05001,AC07501"`
	CapacityVA int64  `json:"capacity_va" minimum:"0" maximum:"10000000000"`
}

// Generation is a generator or store of the customer's own.
type Generation struct {
	Kind       string `json:"kind" enum:"diesel,gas,pv,storage,ups,other"`
	CapacityVA int64  `json:"capacity_va" minimum:"0" maximum:"10000000000"`
	Interlock  string `json:"interlock,omitempty" maxLength:"200" doc:"how feeding back is prevented"`
}

// Document is a paper the installation was filled from.
type Document struct {
	Kind         string   `json:"kind" enum:"design_review,completion_report,other"`
	Title        string   `json:"title" minLength:"1" maxLength:"100"`
	ApprovedOn   when.Day `json:"approved_on,omitempty" format:"date"`
	AttachmentID id.ID    `json:"attachment_id,omitzero" doc:"the customer's attachment"`
}

// Duty is a person on duty at the customer's installation. It is personal data.
type Duty struct {
	Name          string   `json:"name" minLength:"1" maxLength:"50"`
	Phone         string   `json:"phone,omitempty" maxLength:"30"`
	Qualification string   `json:"qualification,omitempty" maxLength:"100"`
	LicenceNo     string   `json:"licence_no,omitempty" maxLength:"40"`
	ValidUntil    when.Day `json:"valid_until,omitempty" format:"date"`
}

func (in InstallationInput) validate() error {
	var v fault.Validation
	checkTags(&v, "", in)
	for i, d := range in.Staff {
		if d.Phone != "" {
			_, err := cn.ParsePhone(d.Phone, "")
			v.Check(err == nil, fmt.Sprintf("staff[%d].phone", i), "wrong_format")
		}
	}
	return v.Err()
}

// dayBefore is the last day of the state before one that begins on the day.
func dayBefore(day when.Day) (when.Day, error) {
	t, err := time.Parse(time.DateOnly, string(day))
	return when.Day(t.AddDate(0, 0, -1).Format(time.DateOnly)), err
}

// installationRow is a state as stored: lists as JSON, the staff sealed by the
// key of the customer who had the account then.
type installationRow struct {
	Head
	AccountID       id.ID    `db:"account_id"`
	ValidFrom       when.Day `db:"valid_from"`
	ValidTo         when.Day `db:"valid_to"`
	SecurityLoadW   int64    `db:"security_load_w"`
	TolerableMin    int64    `db:"tolerable_min"`
	CompensationVar int64    `db:"compensation_var"`
	Protection      string   `db:"protection"`
	Details         string   `db:"details"`
	Staff           []byte   `db:"staff"`
	StaffKey        id.ID    `db:"staff_key"`
}

var installations = table[installationRow, *installationRow]{"own_installation",
	"account_id, valid_from, valid_to, security_load_w, tolerable_min, compensation_var, protection, details, staff, staff_key"}

func (r *installationRow) row() []any {
	return []any{r.AccountID, r.ValidFrom, r.ValidTo, r.SecurityLoadW, r.TolerableMin, r.CompensationVar, r.Protection, r.Details, present(r.Staff), r.StaffKey}
}

// details are the lists of an installation.
type details struct {
	Sources    []Source     `json:"sources,omitempty"`
	Generation []Generation `json:"generation,omitempty"`
	Documents  []Document   `json:"documents,omitempty"`
}

// fill takes over everything but the staff.
func (r *installationRow) fill(in InstallationInput) error {
	raw, err := json.Marshal(details{in.Sources, in.Generation, in.Documents})
	r.ValidFrom, r.SecurityLoadW, r.TolerableMin, r.CompensationVar, r.Protection = in.ValidFrom, in.SecurityLoadW, in.TolerableMin, in.CompensationVar, in.Protection
	r.Details = string(raw)
	return err
}

func (r *installationRow) place() crypt.Place {
	return crypt.Place{Table: installations.name, Column: "staff", ID: r.ID}
}

func (r *installationRow) sealStaff(key *crypt.Subject, keyOf id.ID, staff []Duty) error {
	raw, err := json.Marshal(staff)
	if len(staff) == 0 {
		raw = nil
	}
	r.Staff, r.StaffKey = key.Seal(r.place(), string(raw)), keyOf
	return err
}

// open gives the state with its staff. No key means the staff was erased.
func (r *installationRow) open(key *crypt.Subject) (o OwnInstallation, err error) {
	o = OwnInstallation{Head: r.Head, AccountID: r.AccountID, ValidTo: r.ValidTo, StaffGone: key == nil && len(r.Staff) > 0}
	o.ValidFrom, o.SecurityLoadW, o.TolerableMin, o.CompensationVar, o.Protection = r.ValidFrom, r.SecurityLoadW, r.TolerableMin, r.CompensationVar, r.Protection
	var d details
	if err := json.Unmarshal([]byte(r.Details), &d); err != nil {
		return o, fmt.Errorf("supply: installation %s: %w", r.ID, err)
	}
	o.Sources, o.Generation, o.Documents = d.Sources, d.Generation, d.Documents
	if key == nil {
		return o, nil
	}
	staff, err := key.Open(r.place(), r.Staff)
	if err != nil || staff == "" {
		return o, err
	}
	return o, json.Unmarshal([]byte(staff), &o.Staff)
}

// masked hides the staff from callers who must not read personal data; of is the
// customer they work for, where he is known.
func (o OwnInstallation) masked(see customer.Sight, of id.ID) OwnInstallation {
	if len(o.Staff) == 0 || see.Sees(o.OrgID, of, customer.FieldDutyStaff) {
		return o
	}
	o.StaffMasked = true
	staff := o.Staff
	o.Staff = make([]Duty, len(staff))
	for i, d := range staff {
		o.Staff[i] = d.masked()
	}
	return o
}

func (d Duty) masked() Duty {
	d.Name, d.Phone, d.LicenceNo = cn.MaskName(d.Name, cn.PersonName), cn.MaskPhone(d.Phone), cn.MaskCertificatePublic(d.LicenceNo)
	return d
}

// staffSent is the staff that a caller sends for the state, none being the one
// there is: who is sent back as the caller was shown him is who he was.
func (o OwnInstallation) staffSent(see customer.Sight, sent []Duty) []Duty {
	switch {
	case sent == nil:
		return o.Staff
	case see.Sees(o.OrgID, id.ID{}, customer.FieldDutyStaff):
		return sent
	}
	staff, left := slices.Clone(sent), slices.Clone(o.Staff)
	for i, d := range staff {
		shown := func(b Duty) bool {
			m := b.masked()
			return m.Name == d.Name && m.Phone == d.Phone && m.LicenceNo == d.LicenceNo
		}
		if k := slices.IndexFunc(left, shown); k >= 0 {
			staff[i].Name, staff[i].Phone, staff[i].LicenceNo = left[k].Name, left[k].Phone, left[k].LicenceNo
			left = slices.Delete(left, k, k+1)
		}
	}
	return staff
}

func (in InstallationInput) with(staff []Duty) InstallationInput {
	in.Staff = staff
	return in
}

// keyTx is the key of the customer an account has, or the company's own.
func (s *Service) keyTx(tx *db.Tx, org, of id.ID) (*crypt.Subject, error) {
	if !of.IsZero() {
		return s.Customers.SubjectTx(tx, org, of)
	}
	company, err := s.Keys.CompanyTx(tx, org)
	if err != nil {
		return nil, err
	}
	return company.Own(), nil
}

func (r *installationRow) hasGeneration() bool {
	var d details
	return json.Unmarshal([]byte(r.Details), &d) == nil && len(d.Generation) > 0
}
