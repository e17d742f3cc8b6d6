package incident

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/rule"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
)

var (
	//go:embed rule/grade.json
	gradeFile []byte

	grades = rule.Must[Terms](gradeFile)
)

const gradeKind = "incident."

// Terms are what a grade means.
type Terms struct {
	NameZh  string     `json:"name_zh"`
	NameEn  string     `json:"name_en"`
	Rank    int        `json:"rank" doc:"1 the gravest"`
	SignsZh string     `json:"signs_zh" doc:"by what it is recognised"`
	SignsEn string     `json:"signs_en"`
	Within  when.Limit `json:"within" doc:"how soon it is reported upward, day and night: 30m, 4h"`
	Level   org.Level  `json:"level" enum:"province,city,county" doc:"up to which organisations it is told"`
}

// Check implements rule.Params.
func (t Terms) Check() error {
	var v fault.Validation
	v.Check(t.NameZh != "" && t.NameEn != "", "name", "required")
	v.Check(t.SignsZh != "" && t.SignsEn != "", "signs", "required")
	v.Check(t.Rank >= 1, "rank", "too_small")
	v.Check(t.Within.N >= 1 && !t.Within.ByDay(), "within", "wrong_format")
	v.Check(slices.Contains([]org.Level{org.Province, org.City, org.County}, t.Level), "level", "wrong_format")
	if err := v.Err(); err != nil {
		return fmt.Errorf("incident: grade %q: %w", t.NameEn, err)
	}
	return nil
}

// due is until when an incident known at a moment is reported.
func (t Terms) due(known when.Instant) when.Instant {
	return when.ShippedCalendar().Due(when.Count{From: known, Limit: t.Within}).At
}

func (t Terms) name(lang string) string {
	if lang == "en" {
		return t.NameEn
	}
	return t.NameZh
}

// named is the name in each language.
func (t Terms) named() map[string]any { return map[string]any{"zh": t.NameZh, "en": t.NameEn} }

// gradeOn is a grade as it is on a day. Error: ErrGrade.
func gradeOn(code string, day when.Day) (r rule.Rule[Terms], err error) {
	r, ok := grades.On(gradeKind+code, day, rule.Place{Jurisdiction: rule.Everywhere})
	if !ok {
		return r, ErrGrade.With("grade", code)
	}
	return r, nil
}

// gradeName is the name of a grade for a reader.
func gradeName(code, lang string) string {
	for _, r := range grades.All() {
		if r.Kind == gradeKind+code {
			return r.Params.name(lang)
		}
	}
	return code
}

// Grade is a grade as it is today.
type Grade struct {
	Code string `json:"code"`
	Terms
	Head rule.Head `json:"head" doc:"the rule it follows today"`
}

// gradesOn are the grades of a day, the gravest first.
func gradesOn(day when.Day) (all []Grade) {
	seen := map[string]bool{}
	for _, r := range grades.All() {
		code := r.Kind[len(gradeKind):]
		today, err := gradeOn(code, day)
		if err == nil && !seen[code] {
			all = append(all, Grade{code, today.Params, today.Head})
		}
		seen[code] = true
	}
	slices.SortFunc(all, func(a, b Grade) int { return cmp.Compare(a.Rank, b.Rank) })
	return all
}
