package customer

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// FieldInput makes a field.
type FieldInput struct {
	OrgID id.ID  `json:"org_id,omitzero" doc:"company; needed by callers of several"`
	Code  string `json:"code" pattern:"^[a-z][a-z0-9_]{0,39}$"`
	FieldBody
}

// FieldChange changes a field. Type and confidentiality stay as they were made,
// because values were kept by them.
type FieldChange struct {
	FieldBody
	Active bool `json:"active" doc:"false hides the field; its values stay"`
}

// Fields lists the fields of a company in their order of making.
func (s *Service) Fields(ctx context.Context, company id.ID) (fields []Field, err error) {
	_, org, err := access.AllowOne(ctx, PermFieldList, company)
	if err != nil {
		return nil, err
	}
	return fields, s.DB.Read(ctx, func(tx *db.Tx) error { fields, err = fieldsOf(tx, org); return err })
}

// CreateField defines a field. Errors: validation, ErrCodeTaken, ErrTooMany,
// db.ErrKeyReused.
func (s *Service) CreateField(ctx context.Context, key string, in FieldInput) (made Field, err error) {
	who, err := access.Allow(ctx, PermFieldCreate)
	if err != nil {
		return Field{}, err
	}
	var v fault.Validation
	v.Check(codePattern.MatchString(in.Code), "code", "wrong_format")
	if err := v.Err(); err != nil {
		return Field{}, err
	}
	if err := in.validate(); err != nil {
		return Field{}, err
	}
	org, err := who.Scope.One(in.OrgID)
	if err != nil {
		return Field{}, err
	}
	defer s.cache.forget(org)
	return made, s.DB.Write(ctx, func(tx *db.Tx) error {
		i, _, err := tx.Once(onceOf(who, owner{row: row{Base: Base{OrgID: org}}}, PermFieldCreate, key, in), func() (id.ID, error) {
			return s.createFieldTx(tx, who, org, in)
		})
		if err != nil {
			return err
		}
		made, err = fieldByID(tx, db.ScopeOf(org), i)
		return err
	})
}

func (s *Service) createFieldTx(tx *db.Tx, who access.Who, org id.ID, in FieldInput) (id.ID, error) {
	fields, err := fieldsOf(tx, org)
	if err != nil {
		return id.ID{}, err
	}
	if len(fields) >= maxSettings {
		return id.ID{}, ErrTooMany
	}
	f := Field{ID: tx.NewID(), OrgID: org, Code: in.Code, FieldBody: in.FieldBody, Active: true, Version: 1, CreatedAt: tx.Now()}
	if err := insertField(tx, f); err != nil {
		return id.ID{}, codeTaken(err)
	}
	return f.ID, s.Audit.RecordTx(tx, audit.Change{OrgID: org, Actor: who.Actor(), Action: PermFieldCreate, ObjectType: "field", ObjectID: f.ID, After: f})
}

// UpdateField changes a field. Errors: validation, db.ErrNotFound, db.ErrStale,
// ErrFieldFixed.
func (s *Service) UpdateField(ctx context.Context, field id.ID, version int64, in FieldChange) (after Field, err error) {
	who, err := access.Allow(ctx, PermFieldUpdate)
	if err != nil {
		return Field{}, err
	}
	if err := in.validate(); err != nil {
		return Field{}, err
	}
	defer func() { s.cache.forget(after.OrgID) }()
	return after, s.DB.Write(ctx, func(tx *db.Tx) error {
		before, err := fieldByID(tx, who.Scope, field)
		if err != nil {
			return err
		}
		if before.Type != in.Type || before.Confidential != in.Confidential {
			return ErrFieldFixed
		}
		after = before
		after.FieldBody, after.Active, after.Version = in.FieldBody, in.Active, version+1
		if err := updateField(tx, after, version); err != nil {
			return err
		}
		return s.Audit.RecordTx(tx, audit.Change{OrgID: after.OrgID, Actor: who.Actor(), Action: PermFieldUpdate, ObjectType: "field", ObjectID: field, Before: before, After: after})
	})
}

// FieldReport tells how a field fares (A12): whether it is filled, how old its
// values are, and whether anybody uses it.
type FieldReport struct {
	Field
	Customers    int64        `json:"customers" doc:"to whom the field applies"`
	Filled       int64        `json:"filled"`
	Completeness float64      `json:"completeness" doc:"filled of customers, 0 to 1"`
	MeanAgeDays  int64        `json:"mean_age_days" doc:"of current values"`
	OldestAt     when.Instant `json:"oldest_at,omitzero"`
	Changes      int64        `json:"changes" doc:"values written in the last 12 months"`
	Writers      int64        `json:"writers" doc:"people who wrote them"`
	Shown        int64        `json:"shown" doc:"times a value was shown on a customer's page in the last 12 months"`
}

// ReportFields tells of every field of a company.
func (s *Service) ReportFields(ctx context.Context, company id.ID) (reports []FieldReport, err error) {
	_, org, err := access.AllowOne(ctx, PermFieldReport, company)
	if err != nil {
		return nil, err
	}
	return reports, s.DB.Read(ctx, func(tx *db.Tx) error { reports, err = reportFieldsTx(tx, org); return err })
}

func reportFieldsTx(tx *db.Tx, org id.ID) ([]FieldReport, error) {
	fields, err := fieldsOf(tx, org)
	if err != nil {
		return nil, err
	}
	kinds, err := countKinds(tx, org)
	if err != nil {
		return nil, err
	}
	filled, err := countFilled(tx, org)
	if err != nil {
		return nil, err
	}
	yearAgo := when.At(tx.Now().Time().AddDate(-1, 0, 0))
	changed, err := countChanges(tx, org, yearAgo)
	if err != nil {
		return nil, err
	}
	shown, err := countShown(tx, org, when.MonthOf(yearAgo))
	if err != nil {
		return nil, err
	}
	reports := make([]FieldReport, len(fields))
	for i, f := range fields {
		values := f.filled(filled[f.ID])
		r := FieldReport{Field: f, Filled: values.N, OldestAt: values.Oldest, Changes: changed[f.ID].N, Writers: changed[f.ID].Writers, Shown: shown[f.ID].N}
		for kind, n := range kinds {
			if f.appliesTo(kind) {
				r.Customers += n
			}
		}
		if r.Customers > 0 {
			r.Completeness = float64(r.Filled) / float64(r.Customers)
		}
		if r.Filled > 0 {
			r.MeanAgeDays = int64(tx.Now()-values.Mean) / (24 * 3600 * 1e6)
		}
		reports[i] = r
	}
	return reports, nil
}

// filled sums up the values of customers of the kinds to which the field applies;
// others may have kept theirs from before.
func (f Field) filled(byKind []fieldCount) (sum fieldCount) {
	for _, c := range byKind {
		if !f.appliesTo(c.Kind) {
			continue
		}
		sum.N += c.N
		sum.Mean += when.Instant(float64(c.Mean-sum.Mean) * float64(c.N) / float64(sum.N))
		if sum.Oldest == 0 || c.Oldest < sum.Oldest {
			sum.Oldest = c.Oldest
		}
	}
	return sum
}
