package lookup

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Rule is how long and how much a company lets look up.
type Rule struct {
	DefaultMinutes   int `json:"default_minutes" minimum:"1" maximum:"1440" doc:"what is proposed"`
	MaxMinutes       int `json:"max_minutes" minimum:"1" maximum:"1440"`
	StartWithinHours int `json:"start_within_hours" minimum:"1" maximum:"168" doc:"an approval lapses when nobody begins in time"`
	MaxRecords       int `json:"max_records" minimum:"1" maximum:"1000" doc:"customers of one look-up"`
	EmergencyMinutes int `json:"emergency_minutes" minimum:"1" maximum:"120"`
	EmergencyRecords int `json:"emergency_records" minimum:"1" maximum:"100"`
	EmergencyPerDay  int `json:"emergency_per_day" minimum:"1" maximum:"200" doc:"emergency look-ups of one person in 24 hours"`
	ReviewWithinDays int `json:"review_within_days" minimum:"1" maximum:"30" doc:"working days an emergency look-up is reviewed within"`

	CaseFields    customer.FieldList `json:"case_fields" nullable:"false" maxItems:"10" enum:"customer_name,phone,contact_person,address,email,wechat,employer,legal_representative,birth_date,certificate" doc:"what who has an open case sees of its customer; none: a case opens nothing"`
	CaseOwnPerDay int                `json:"case_own_per_day" minimum:"0" maximum:"500" doc:"customers somebody opens for himself in 24 hours by cases he took in or turned to them"`

	ReceptionLooksPerDay  int `json:"reception_looks_per_day" minimum:"1" maximum:"5000" doc:"phones of visitors one person looks up in a day"`
	ReceptionVisitsPerDay int `json:"reception_visits_per_day" minimum:"1" maximum:"2000" doc:"visitors one person registers in a day, and as many he ties to customers"`
}

// Cases follow what who has an open case sees of its customer; feedback implements it.
type Cases interface {
	// CaseFieldsTx changes what the open cases of a company show.
	CaseFieldsTx(tx *db.Tx, org id.ID, before, after customer.FieldList) error
}

// SetCases wires the cases; app calls it once.
func (s *Service) SetCases(c Cases) { s.cases = c }

// RuleTx gives the rule of a company.
func (s *Service) RuleTx(tx *db.Tx, org id.ID) (Rule, error) {
	r, err := ruleTx(tx, org)
	return r.Rule, err
}

// CompanyRule is the rule of a company. Version is 0 while the default holds.
type CompanyRule struct {
	OrgID id.ID `json:"org_id"`
	Rule
	Version int64 `json:"version"`
}

//go:embed rule/default.json
var defaultJSON []byte

var defaultRule = mustRead(defaultJSON)

func mustRead(raw []byte) (r Rule) {
	if err := json.Unmarshal(raw, &r); err != nil {
		panic(err) // the file is part of the program
	}
	return r
}

// ref names the rule as it is: id@version.
func (r CompanyRule) ref() string { return fmt.Sprint("lookup.rule@", r.Version) }

func (r Rule) validate() error {
	var v fault.Validation
	v.Check(r.DefaultMinutes <= r.MaxMinutes, "default_minutes", "too_large", "limit", r.MaxMinutes)
	return v.Err()
}

// ReceptionLimitsTx implements customer.Limits.
func (s *Service) ReceptionLimitsTx(tx *db.Tx, org id.ID) (customer.ReceptionLimits, error) {
	r, err := ruleTx(tx, org)
	return customer.ReceptionLimits{Looks: r.ReceptionLooksPerDay, Visits: r.ReceptionVisitsPerDay}, err
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }
func hours(n int) time.Duration   { return time.Duration(n) * time.Hour }

// Rule gives the rule of a company. Error: db.ErrOrgRequired.
func (s *Service) Rule(ctx context.Context, org id.ID) (r CompanyRule, err error) {
	_, org, err = access.AllowOne(ctx, PermRule, org)
	if err != nil {
		return r, err
	}
	return r, s.DB.Read(ctx, func(tx *db.Tx) error { r, err = ruleTx(tx, org); return err })
}

// SetRule changes the rule of a company; what was asked for before keeps its
// times. Errors: validation, db.ErrStale, db.ErrOrgRequired.
func (s *Service) SetRule(ctx context.Context, org id.ID, version int64, in Rule) (r CompanyRule, err error) {
	who, org, err := access.AllowOne(ctx, PermSetRule, org)
	if err != nil {
		return r, err
	}
	if err := in.validate(); err != nil {
		return r, err
	}
	slices.Sort(in.CaseFields)
	in.CaseFields = slices.Compact(in.CaseFields)
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		before, err := ruleTx(tx, org)
		if err != nil {
			return err
		}
		if before.Version != version {
			return db.ErrStale
		}
		r = CompanyRule{OrgID: org, Rule: in, Version: version + 1}
		if err := saveRule(tx, r); err != nil {
			return err
		}
		if s.cases != nil && !slices.Equal(before.CaseFields, in.CaseFields) {
			if err := s.cases.CaseFieldsTx(tx, org, before.CaseFields, in.CaseFields); err != nil {
				return err
			}
		}
		return s.Audit.RecordTx(tx, audit.Change{OrgID: org, Actor: who.Actor(), Action: PermSetRule, ObjectType: "lookup_rule", ObjectID: org,
			Before: before.Rule, After: in})
	})
	return r, err
}

// Fields are the fields of the archive with their classes: the product's, and those
// the company defined.
type Fields struct {
	Product []customer.Classified      `json:"product" nullable:"false"`
	Company []customer.ClassifiedField `json:"company" nullable:"false"`
}

// Fields lists how the fields of a company are classified. Error:
// db.ErrOrgRequired.
func (s *Service) Fields(ctx context.Context, org id.ID) (f Fields, err error) {
	_, org, err = access.AllowOne(ctx, PermFields, org)
	if err != nil {
		return f, err
	}
	f.Product = customer.Classification()
	return f, s.DB.Read(ctx, func(tx *db.Tx) error { f.Company, err = s.Customers.ClassifiedTx(tx, org); return err })
}
