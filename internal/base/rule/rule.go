// Package rule holds rules of the trade as data: each with an id and a version, the time
// it is in force, where and for whom, its source and how far it is to be trusted. What is
// decided by a rule keeps its Ref, so that it can be explained when the rule is another.
package rule

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Everywhere and Anybody are the place and the company of a rule that holds for all.
const (
	Everywhere = "CN"
	Anybody    = "*"
)

// Head is what every rule has.
type Head struct {
	Kind          string   `json:"kind" doc:"what it decides"`
	ID            string   `json:"id"`
	Version       int      `json:"version" doc:"1, 2 … of the same id"`
	Jurisdiction  string   `json:"jurisdiction" doc:"CN, or a province such as CN-33"`
	Company       string   `json:"company" doc:"SGCC, CSG, LOCAL or *"`
	EffectiveFrom when.Day `json:"effective_from"`
	EffectiveTo   when.Day `json:"effective_to,omitempty" doc:"the last day; absent: until further notice"`
	Confidence    string   `json:"confidence" doc:"A law or primary source, B company page, C mirror, GK general knowledge, design our own"`
	SourceZh      string   `json:"source_zh"`
	SourceEn      string   `json:"source_en"`
}

// Ref names a rule as it was: id@version.
func (h Head) Ref() string { return fmt.Sprint(h.ID, "@", h.Version) }

// Params are what a kind of rule is about; Check refuses what makes no sense.
type Params interface{ Check() error }

// Rule is one rule.
type Rule[P Params] struct {
	Head
	Params P `json:"params"`
}

// Place is where and for whom something is decided.
type Place struct{ Jurisdiction, Company string }

// fits tells how well a rule fits a place: -1 not at all, more the nearer it is.
func (h Head) fits(p Place) int {
	if h.Jurisdiction != Everywhere && h.Jurisdiction != p.Jurisdiction || h.Company != Anybody && h.Company != p.Company {
		return -1
	}
	near := 0
	if h.Jurisdiction != Everywhere {
		near += 2
	}
	if h.Company != Anybody {
		near++
	}
	return near
}

func (h Head) on(day when.Day) bool {
	return h.EffectiveFrom <= day && (h.EffectiveTo == "" || day <= h.EffectiveTo)
}

// Book holds the rules of one sort. It is never changed.
type Book[P Params] struct{ rules []Rule[P] }

// Load reads rules and checks them: every one is whole, versions count from 1, and of
// one kind no two eras meet in the same place.
func Load[P Params](raw []byte) (Book[P], error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	var rules []Rule[P]
	if err := d.Decode(&rules); err != nil {
		return Book[P]{}, fmt.Errorf("rule: %w", err)
	}
	slices.SortStableFunc(rules, func(a, b Rule[P]) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Version, b.Version))
	})
	for i, r := range rules {
		err := r.check()
		for j := 0; j < i && err == nil; j++ {
			err = r.besides(rules[j].Head)
		}
		if err == nil && (i == 0 || rules[i-1].ID != r.ID) && r.Version != 1 || i > 0 && rules[i-1].ID == r.ID && r.Version != rules[i-1].Version+1 {
			err = fmt.Errorf("versions of an id count 1, 2, 3")
		}
		if err != nil {
			return Book[P]{}, fmt.Errorf("rule %s: %w", r.Ref(), err)
		}
	}
	return Book[P]{rules}, nil
}

// Must is Load for files that are part of the program.
func Must[P Params](raw []byte) Book[P] {
	b, err := Load[P](raw)
	if err != nil {
		panic(err)
	}
	return b
}

var (
	dotted = regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)*$`)
	places = regexp.MustCompile(`^CN(-\d{2})?$`)
)

func (r Rule[P]) check() error {
	switch {
	case !dotted.MatchString(r.ID) || !dotted.MatchString(r.Kind):
		return fmt.Errorf("id and kind are words with dots")
	case !places.MatchString(r.Jurisdiction):
		return fmt.Errorf("no jurisdiction %q", r.Jurisdiction)
	case !slices.Contains([]string{"SGCC", "CSG", "LOCAL", Anybody}, r.Company):
		return fmt.Errorf("no company %q", r.Company)
	case !slices.Contains([]string{"A", "B", "C", "GK", "design"}, r.Confidence):
		return fmt.Errorf("no confidence %q", r.Confidence)
	case r.SourceZh == "" || r.SourceEn == "":
		return fmt.Errorf("no source")
	case r.EffectiveTo != "" && r.EffectiveTo < r.EffectiveFrom:
		return fmt.Errorf("ends before it begins")
	}
	for _, d := range []when.Day{r.EffectiveFrom, cmp.Or(r.EffectiveTo, r.EffectiveFrom)} {
		if _, err := when.ParseDay(string(d)); err != nil {
			return err
		}
	}
	return r.Params.Check()
}

// besides refuses another rule that decides the same in the same place on a day. Versions
// of one id may follow each other: the later counts.
func (h Head) besides(other Head) error {
	meet := (other.EffectiveTo == "" || h.EffectiveFrom <= other.EffectiveTo) && (h.EffectiveTo == "" || other.EffectiveFrom <= h.EffectiveTo)
	switch {
	case h.ID == other.ID && h.Version == other.Version:
		return fmt.Errorf("is there twice")
	case h.ID == other.ID && (h.Kind != other.Kind || h.Jurisdiction != other.Jurisdiction || h.Company != other.Company):
		return fmt.Errorf("versions differ in kind or place")
	case h.ID != other.ID && h.Kind == other.Kind && h.Jurisdiction == other.Jurisdiction && h.Company == other.Company && meet:
		return fmt.Errorf("meets %s, which decides the same", other.Ref())
	}
	return nil
}

// On is the rule of a kind that holds on a day in a place: the nearest to the place and
// of its versions the latest.
func (b Book[P]) On(kind string, day when.Day, p Place) (best Rule[P], ok bool) {
	near := -1
	for _, r := range b.rules {
		if n := r.fits(p); r.Kind == kind && r.on(day) && n >= 0 && n >= near {
			best, near, ok = r, n, true
		}
	}
	return best, ok
}

// Find is a rule by its Ref.
func (b Book[P]) Find(ref string) (r Rule[P], ok bool) {
	i := slices.IndexFunc(b.rules, func(r Rule[P]) bool { return r.Ref() == ref })
	if i < 0 {
		return r, false
	}
	return b.rules[i], true
}

// All lists the rules by kind, id and version.
func (b Book[P]) All() []Rule[P] { return slices.Clone(b.rules) }
