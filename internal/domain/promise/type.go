package promise

import (
	"context"
	"fmt"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/rule"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Type is what may be promised, as a company has it today.
type Type struct {
	Code string `json:"code"`
	Terms
	Head     rule.Head     `json:"head" doc:"the rule it follows today"`
	Planned  *Planned      `json:"planned,omitempty" doc:"what it will be"`
	Earlier  []TypeVersion `json:"earlier" nullable:"false" doc:"what the company set, the newest first"`
	Version  int64         `json:"version" doc:"of the newest; 0: as it comes with the program"`
	Promised bool          `json:"promised" doc:"it may be promised today"`
}

// Planned is a type from a later day on.
type Planned struct {
	Terms
	EffectiveFrom when.Day `json:"effective_from"`
}

// TypeVersion is what a company set once.
type TypeVersion struct {
	Terms
	Version       int64        `json:"version"`
	EffectiveFrom when.Day     `json:"effective_from"`
	SetName       string       `json:"set_name"`
	SetAt         when.Instant `json:"set_at"`
}

// book is what a company's types are and were.
type book struct{ own map[string][]setting }

func bookTx(tx *db.Tx, org id.ID) (b book, err error) {
	all, err := settingsOf(tx, org)
	b.own = map[string][]setting{}
	for _, s := range all {
		b.own[s.Code] = append(b.own[s.Code], s)
	}
	return b, err
}

// head names a company's own version as a rule.
func (s setting) head() rule.Head {
	return rule.Head{Kind: kindOf(s.Code), ID: kindOf(s.Code) + ".own", Version: int(s.Version), Jurisdiction: rule.Everywhere, Company: rule.Anybody, EffectiveFrom: s.EffectiveFrom, Confidence: "design",
		SourceZh: fmt.Sprintf("本公司设定（%s，%s）", s.SetName, s.SetAt.Day()), SourceEn: fmt.Sprintf("Set by the company (%s, %s)", s.SetName, s.SetAt.Day())}
}

// on is a type as it is on a day: the company's newest that is in force, else the shipped.
func (b book) on(code string, day when.Day) (t Terms, h rule.Head, ok bool) {
	for _, s := range slices.Backward(b.own[code]) {
		if s.EffectiveFrom <= day {
			return s.Terms, s.head(), true
		}
	}
	r, ok := shipped.On(kindOf(code), day, rule.Place{Jurisdiction: rule.Everywhere})
	return r.Params, r.Head, ok
}

// find is the rule that a promise was made by.
func (b book) find(code, ref string) (t Terms, h rule.Head, ok bool) {
	for _, s := range b.own[code] {
		if h := s.head(); h.Ref() == ref {
			return s.Terms, h, true
		}
	}
	r, ok := shipped.Find(ref)
	return r.Params, r.Head, ok
}

// codes are those of all types there are or will be, by code.
func (b book) codes() (all []string) {
	for _, r := range shipped.All() {
		all = append(all, r.Kind[len("promise."):])
	}
	for code := range b.own {
		all = append(all, code)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (b book) typeOn(code string, day when.Day) Type {
	terms, head, ok := b.on(code, day)
	t := Type{Code: code, Terms: terms, Head: head, Earlier: []TypeVersion{}, Promised: ok && !terms.Closed}
	for _, s := range slices.Backward(b.own[code]) {
		if s.EffectiveFrom > day && t.Planned == nil && s.Version > int64(head.Version) {
			t.Planned = &Planned{s.Terms, s.EffectiveFrom}
		}
		t.Earlier = append(t.Earlier, TypeVersion{s.Terms, s.Version, s.EffectiveFrom, s.SetName, s.SetAt})
		t.Version = max(t.Version, s.Version)
	}
	if !ok && t.Planned != nil {
		t.Terms = t.Planned.Terms
	}
	return t
}

// Types lists what a company may promise. Error: db.ErrOrgRequired.
func (s *Service) Types(ctx context.Context, org id.ID) (all []Type, err error) {
	_, org, err = access.AllowOne(ctx, PermList, org)
	if err != nil {
		return nil, err
	}
	all = []Type{}
	return all, s.DB.Read(ctx, func(tx *db.Tx) error {
		b, err := bookTx(tx, org)
		for _, code := range b.codes() {
			all = append(all, b.typeOn(code, tx.Now().Day()))
		}
		return err
	})
}

// TypeInput is what an administrator sets.
type TypeInput struct {
	Terms
	EffectiveFrom when.Day `json:"effective_from,omitempty" doc:"today when absent"`
}

// SetType changes a type of a company from a day on, or adds one; what was promised
// before keeps its rule. Errors: validation, db.ErrStale.
func (s *Service) SetType(ctx context.Context, org id.ID, code string, version int64, in TypeInput) (t Type, err error) {
	who, org, err := access.AllowOne(ctx, PermSetType, org)
	if err != nil {
		return t, err
	}
	today := s.DB.Now().Day()
	if in.EffectiveFrom == "" {
		in.EffectiveFrom = today
	}
	var v fault.Validation
	v.Check(codes.MatchString(code), "code", "wrong_format")
	_, dayErr := when.ParseDay(string(in.EffectiveFrom))
	v.Check(dayErr == nil, "effective_from", "no_day")
	v.Check(in.EffectiveFrom >= today, "effective_from", "promise_past")
	in.validate(&v)
	if err := v.Err(); err != nil {
		return t, err
	}
	return t, s.DB.Write(ctx, func(tx *db.Tx) error {
		b, err := bookTx(tx, org)
		if err != nil {
			return err
		}
		before := b.typeOn(code, today)
		if before.Version != version {
			return db.ErrStale
		}
		kept := setting{Code: code, Version: version + 1, EffectiveFrom: in.EffectiveFrom, Terms: in.Terms, SetName: who.Name, SetAt: tx.Now()}
		if err := insertSetting(tx, org, kept); err != nil {
			return err
		}
		b.own[code] = append(b.own[code], kept)
		t = b.typeOn(code, today)
		return s.Audit.RecordTx(tx, audit.Change{OrgID: org, Actor: who.Actor(), Action: PermSetType, ObjectType: "org", ObjectID: org,
			Before: map[string]any{"type": code, "terms": before.Terms}, After: map[string]any{"type": code, "terms": in.Terms, "effective_from": in.EffectiveFrom}})
	})
}

// KeyClasses are the classes that make a customer a key customer: any of them is enough.
type KeyClasses struct {
	OrgID   id.ID    `json:"org_id"`
	Classes []string `json:"classes" nullable:"false" maxItems:"20" doc:"scheme:class, e.g. product:large_industry"`
	Version int64    `json:"version"`
}

var defaultKeyClasses = []string{"product:large_industry"}

// KeyClasses tells them. Error: db.ErrOrgRequired.
func (s *Service) KeyClasses(ctx context.Context, org id.ID) (k KeyClasses, err error) {
	_, org, err = access.AllowOne(ctx, PermList, org)
	if err != nil {
		return k, err
	}
	return k, s.DB.Read(ctx, func(tx *db.Tx) error { k, err = keyClassesOf(tx, org); return err })
}

// SetKeyClasses changes them. Errors: validation, db.ErrStale.
func (s *Service) SetKeyClasses(ctx context.Context, org id.ID, version int64, classes []string) (k KeyClasses, err error) {
	who, org, err := access.AllowOne(ctx, PermSetType, org)
	if err != nil {
		return k, err
	}
	slices.Sort(classes)
	classes = slices.Compact(classes)
	return k, s.DB.Write(ctx, func(tx *db.Tx) error {
		before, err := keyClassesOf(tx, org)
		if err != nil {
			return err
		}
		if before.Version != version {
			return db.ErrStale
		}
		k = KeyClasses{OrgID: org, Classes: classes, Version: version + 1}
		if _, err := s.keyCustomersTx(tx, k); err != nil {
			return err
		}
		if err := saveKeyClasses(tx, k, version); err != nil {
			return err
		}
		return s.Audit.RecordTx(tx, audit.Change{OrgID: org, Actor: who.Actor(), Action: opSetKey, ObjectType: "org", ObjectID: org, Before: before.Classes, After: classes})
	})
}
