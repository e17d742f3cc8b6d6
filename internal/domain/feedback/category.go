package feedback

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Category is what cases are about. The shipped ones hold until a company has one of the
// same code otherwise.
type Category struct {
	Code    string `json:"code"`
	Parent  string `json:"parent,omitempty" doc:"code of the one above"`
	NameZh  string `json:"name_zh"`
	NameEn  string `json:"name_en"`
	Types   []Type `json:"types" nullable:"false"`
	Clock   string `json:"clock,omitempty" doc:"limits of its own: reconnect, damage, meter, reading or charging"`
	Retired bool   `json:"retired,omitempty" doc:"for no new cases"`
	Built   bool   `json:"built" doc:"comes with the program"`
	Version int64  `json:"version" doc:"0: as it comes with the program"`
}

// CategoryInput is what a company says of a category.
type CategoryInput struct {
	Parent  string `json:"parent,omitempty" maxLength:"60" pattern:"^[a-z0-9_.]*$"`
	NameZh  string `json:"name_zh" minLength:"1" maxLength:"60"`
	NameEn  string `json:"name_en" minLength:"1" maxLength:"100"`
	Types   []Type `json:"types" minItems:"1" maxItems:"8" enum:"fault,inquiry,complaint,report,opinion,suggestion,praise,service_request"`
	Clock   string `json:"clock,omitempty" enum:"reconnect,damage,meter,reading,charging"`
	Retired bool   `json:"retired,omitempty"`
}

// tree is the categories of a company by code.
type tree map[string]Category

// overlay is the shipped categories with a company's own.
func overlay(own []Category) tree {
	t := tree{}
	for _, c := range shipped {
		c.Built = true
		t[c.Code] = c
	}
	for _, c := range own {
		c.Built = t[c.Code].Built
		t[c.Code] = c
	}
	return t
}

// list is in the order of codes: a category comes after the one above it.
func (t tree) list() []Category {
	all := make([]Category, 0, len(t))
	for _, c := range t {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b Category) int { return cmp.Compare(a.Code, b.Code) })
	return all
}

// above lists a category and those above it, the nearest first.
func (t tree) above(code string) (all []Category) {
	for c, ok := t[code]; ok && len(all) < len(t); c, ok = t[c.Parent] {
		all = append(all, c)
	}
	return all
}

// below lists a category and all below it.
func (t tree) below(code string) (codes []string) {
	for c := range t {
		if slices.ContainsFunc(t.above(c), func(a Category) bool { return a.Code == code }) {
			codes = append(codes, c)
		}
	}
	slices.Sort(codes)
	return codes
}

// name is a category with those above it.
func (t tree) name(lang, code string) string {
	all := t.above(code)
	if len(all) == 0 {
		return code
	}
	names := make([]string, len(all))
	for i, c := range all {
		names[len(all)-1-i] = inLanguage(lang, c.NameZh, c.NameEn)
	}
	return strings.Join(names, " / ")
}

func inLanguage(lang, zh, en string) string {
	if lang == "en" {
		return en
	}
	return zh
}

// check refuses a category that is not there, retired, or of other types. Error:
// ErrCategory.
func (t tree) check(code string, of Type) error {
	c, ok := t[code]
	if !ok || c.Retired || !slices.Contains(c.Types, of) {
		return ErrCategory.With("category", code)
	}
	return nil
}

// Categories lists the categories of a company.
func (s *Service) Categories(ctx context.Context, org id.ID) (all []Category, err error) {
	_, org, err = access.AllowOne(ctx, PermList, org)
	if err != nil {
		return nil, err
	}
	return all, s.DB.Read(ctx, func(tx *db.Tx) error {
		own, err := categoriesOf(tx, org)
		all = overlay(own).list()
		return err
	})
}

var codes = regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)*$`)

// SetCategory adds a category or changes one. Errors: validation, ErrLoop, ErrCategory
// for the one above, db.ErrStale, db.ErrOrgRequired.
func (s *Service) SetCategory(ctx context.Context, org id.ID, code string, version int64, in CategoryInput) (c Category, err error) {
	var v fault.Validation
	v.Check(codes.MatchString(code), "code", "wrong_format")
	v.Check(strings.TrimSpace(in.NameZh) != "", "name_zh", "required")
	v.Check(strings.TrimSpace(in.NameEn) != "", "name_en", "required")
	if err := v.Err(); err != nil {
		return c, err
	}
	c = Category{Code: code, Parent: in.Parent, NameZh: strings.TrimSpace(in.NameZh), NameEn: strings.TrimSpace(in.NameEn), Types: in.Types, Clock: in.Clock, Retired: in.Retired}
	return c, s.changeCategory(ctx, org, func(tx *db.Tx, who access.Who, org id.ID, t tree) error {
		before, known := t[code]
		if before.Version != version {
			return db.ErrStale
		}
		if _, ok := t[in.Parent]; in.Parent != "" && !ok {
			return ErrCategory.With("category", in.Parent)
		}
		if in.Parent != "" && slices.Contains(t.below(code), in.Parent) || in.Parent == code {
			return ErrLoop
		}
		c.Built = before.Built
		if err := saveCategory(tx, org, &c, version); err != nil {
			return err
		}
		ch := audit.Change{OrgID: org, Actor: who.Actor(), Action: PermSetCategory, ObjectType: "org", ObjectID: org, After: c}
		if known {
			ch.Before = before
		}
		return s.Audit.RecordTx(tx, ch)
	})
}

// RemoveCategory takes a category away that no case has. Errors: ErrInUse, ErrShipped,
// db.ErrNotFound, db.ErrStale.
func (s *Service) RemoveCategory(ctx context.Context, org id.ID, code string, version int64) error {
	return s.changeCategory(ctx, org, func(tx *db.Tx, who access.Who, org id.ID, t tree) error {
		c, ok := t[code]
		switch {
		case !ok:
			return db.ErrNotFound
		case c.Built:
			return ErrShipped
		case len(t.below(code)) > 1:
			return ErrInUse
		}
		used, err := categoryUsed(tx, org, code)
		if err != nil {
			return err
		}
		if used {
			return ErrInUse
		}
		if err := deleteCategory(tx, org, code, version); err != nil {
			return err
		}
		return s.Audit.RecordTx(tx, audit.Change{OrgID: org, Actor: who.Actor(), Action: opRemoveCategory, ObjectType: "org", ObjectID: org, Before: c})
	})
}

func (s *Service) changeCategory(ctx context.Context, org id.ID, fn func(tx *db.Tx, who access.Who, org id.ID, t tree) error) error {
	who, org, err := access.AllowOne(ctx, PermSetCategory, org)
	if err != nil {
		return err
	}
	defer s.cache.forget(org)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		own, err := categoriesOf(tx, org)
		if err != nil {
			return err
		}
		return fn(tx, who, org, overlay(own))
	})
}
