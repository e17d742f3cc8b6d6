package customer

import (
	"context"
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// SchemeInput makes a scheme.
type SchemeInput struct {
	OrgID id.ID  `json:"org_id,omitzero" doc:"company; needed by callers of several"`
	Code  string `json:"code" pattern:"^[a-z][a-z0-9_]{0,39}$"`
	SchemeBody
}

// SchemeChange changes a scheme. A class that customers have may be retired, not
// removed.
type SchemeChange struct {
	SchemeBody
	Active bool `json:"active" doc:"false hides the scheme"`
}

// Schemes lists the schemes of a company, shipped ones first.
func (s *Service) Schemes(ctx context.Context, company id.ID) (schemes []Scheme, err error) {
	_, org, err := access.AllowOne(ctx, PermSchemeList, company)
	if err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		set, err := loadSettings(tx, org)
		if err == nil {
			schemes = set.schemes
		}
		return err
	})
	return schemes, err
}

// CreateScheme adds a scheme. Errors: validation, ErrCodeTaken, ErrTooMany,
// db.ErrKeyReused.
func (s *Service) CreateScheme(ctx context.Context, key string, in SchemeInput) (made Scheme, err error) {
	who, err := access.Allow(ctx, PermSchemeCreate)
	if err != nil {
		return Scheme{}, err
	}
	if err := in.validate(); err != nil {
		return Scheme{}, err
	}
	org, err := who.Scope.One(in.OrgID)
	if err != nil {
		return Scheme{}, err
	}
	defer s.cache.forget(org)
	return made, s.DB.Write(ctx, func(tx *db.Tx) error {
		// The company stands for the scheme, which its code identifies.
		_, _, err := tx.Once(onceOf(who, owner{row: row{Base: Base{OrgID: org}}}, PermSchemeCreate, key, in), func() (id.ID, error) {
			return org, s.createSchemeTx(tx, who, org, in)
		})
		if err != nil {
			return err
		}
		set, err := loadSettings(tx, org)
		made, _ = set.scheme(in.Code)
		return err
	})
}

func (s *Service) createSchemeTx(tx *db.Tx, who access.Who, org id.ID, in SchemeInput) error {
	set, err := loadSettings(tx, org)
	if err != nil {
		return err
	}
	if _, taken := set.scheme(in.Code); taken {
		return ErrCodeTaken
	}
	if len(set.schemes) >= maxSettings {
		return ErrTooMany
	}
	made := Scheme{OrgID: org, Code: in.Code, SchemeBody: in.SchemeBody, Active: true, Version: 1, CreatedAt: tx.Now()}
	if err := insertScheme(tx, made); err != nil {
		return codeTaken(err)
	}
	return s.Audit.RecordTx(tx, audit.Change{OrgID: org, Actor: who.Actor(), Action: PermSchemeCreate, ObjectType: "scheme", ObjectID: org, After: made})
}

func codeTaken(err error) error {
	if errors.Is(err, db.ErrDuplicate) {
		return ErrCodeTaken.Wrap(err)
	}
	return err
}

// UpdateScheme changes a scheme; of a shipped one, version 0, the company gets
// its own copy. Errors: validation, db.ErrNotFound, db.ErrStale, ErrClassInUse.
func (s *Service) UpdateScheme(ctx context.Context, company id.ID, code string, version int64, in SchemeChange) (after Scheme, err error) {
	who, err := access.Allow(ctx, PermSchemeUpdate)
	if err != nil {
		return Scheme{}, err
	}
	if err := in.validate(); err != nil {
		return Scheme{}, err
	}
	org, err := who.Scope.One(company)
	if err != nil {
		return Scheme{}, err
	}
	defer s.cache.forget(org)
	return after, s.DB.Write(ctx, func(tx *db.Tx) error {
		set, err := loadSettings(tx, org)
		if err != nil {
			return err
		}
		before, ok := set.scheme(code)
		if !ok {
			return db.ErrNotFound
		}
		if before.Version != version {
			return db.ErrStale
		}
		if err := refuseLostClasses(tx, who.Locale, before, in.SchemeBody); err != nil {
			return err
		}
		after = before
		after.SchemeBody, after.Active, after.Version = in.SchemeBody, in.Active, version+1
		if version == 0 {
			after.CreatedAt = tx.Now()
		}
		if err := saveScheme(tx, after, version); err != nil {
			return err
		}
		return s.Audit.RecordTx(tx, audit.Change{OrgID: org, Actor: who.Actor(), Action: PermSchemeUpdate, ObjectType: "scheme", ObjectID: org, Before: before, After: after})
	})
}

func saveScheme(tx *db.Tx, s Scheme, version int64) error {
	if version > 0 {
		return updateScheme(tx, s, version)
	}
	err := insertScheme(tx, s)
	if errors.Is(err, db.ErrDuplicate) {
		return db.ErrStale.Wrap(err)
	}
	return err
}

// refuseLostClasses refuses to drop classes that customers have.
func refuseLostClasses(tx *db.Tx, lang string, before Scheme, after SchemeBody) error {
	counts, err := countClasses(tx, before.OrgID, before.Code)
	if err != nil {
		return err
	}
	for _, c := range counts {
		if _, kept := after.class(c.Class); !kept {
			return ErrClassInUse.With("class", before.label(lang, c.Class), "n", c.Count)
		}
	}
	return nil
}

// ClassCount is how many customers have a class, merged ones left out.
type ClassCount struct {
	Class   string `db:"class" json:"class"`
	Kind    Kind   `db:"kind" json:"-"`
	Count   int64  `db:"n" json:"count"`
	Default int64  `db:"-" json:"by_default" doc:"of these, for want of a choice"`
}

// CountClasses counts the customers of each class of a scheme; the sum is all
// customers of the company. Error: db.ErrNotFound.
func (s *Service) CountClasses(ctx context.Context, company id.ID, code string) (counts []ClassCount, err error) {
	_, org, err := access.AllowOne(ctx, PermSchemeCount, company)
	if err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		set, err := loadSettings(tx, org)
		if err != nil {
			return err
		}
		scheme, ok := set.scheme(code)
		if !ok {
			return db.ErrNotFound
		}
		chosen, err := countClasses(tx, org, code)
		if err != nil {
			return err
		}
		kinds, err := countKinds(tx, org)
		if err != nil {
			return err
		}
		counts = scheme.counts(chosen, kinds)
		return nil
	})
	return counts, err
}

// counts gives each class its customers: who chose it, and of whose kind it is
// the default and who chose none.
func (b SchemeBody) counts(chosen []ClassCount, kinds map[Kind]int64) []ClassCount {
	all := make([]ClassCount, len(b.Classes))
	at := map[string]int{}
	for i, c := range b.Classes {
		all[i].Class, at[c.Code] = c.Code, i
	}
	for _, c := range chosen {
		if i, ok := at[c.Class]; ok {
			all[i].Count += c.Count
			kinds[c.Kind] -= c.Count
		}
	}
	for kind, rest := range kinds {
		i := at[b.byDefault(kind)]
		all[i].Count += rest
		all[i].Default += rest
	}
	return all
}

// validate of a SchemeInput also checks its code.
func (in SchemeInput) validate() error {
	var v fault.Validation
	v.Check(codePattern.MatchString(in.Code), "code", "wrong_format")
	if err := v.Err(); err != nil {
		return err
	}
	return in.SchemeBody.validate()
}
