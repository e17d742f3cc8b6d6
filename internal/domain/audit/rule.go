package audit

import (
	_ "embed"
	"encoding/json"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

var (
	//go:embed rule/retention.json
	retentionFile []byte
	//go:embed rule/kind.json
	kindFile []byte

	floors = mustRead[struct {
		Floors []Floor `json:"floors"`
	}](retentionFile).Floors
	kinds = mustRead[map[Kind][]string](kindFile)
)

func mustRead[T any](raw []byte) (v T) {
	if err := json.Unmarshal(raw, &v); err != nil {
		panic(err) // the file is part of the program, and tests read it
	}
	return v
}

// Kind sorts actions by what an auditor looks for.
type Kind string

// The kinds. What is of no other is a change.
const (
	OfChange  Kind = "change"
	OfRead    Kind = "read"
	OfExport  Kind = "export"
	OfSession Kind = "session"
)

// KindOf tells the kind of an action.
func KindOf(action string) Kind {
	for k, actions := range kinds {
		if slices.Contains(actions, action) {
			return k
		}
	}
	return OfChange
}

// Floor is the least time the law wants entries kept.
type Floor struct {
	Code          string   `json:"code"`
	Months        int      `json:"months"`
	Source        string   `json:"source"`
	SourceEn      string   `json:"source_en" doc:"the source in English"`
	EffectiveFrom when.Day `json:"effective_from"`
	Confidence    string   `json:"confidence"`
}

// floorOn is the floor that holds on a day: the longest.
func floorOn(day when.Day) (f Floor) {
	for _, other := range floors {
		if other.EffectiveFrom <= day && other.Months > f.Months {
			f = other
		}
	}
	return f
}

// Rule is how long a company keeps its entries.
type Rule struct {
	OrgID      id.ID        `db:"org_id" json:"org_id"`
	KeepMonths int          `db:"keep_months" json:"keep_months" doc:"0: for ever"`
	Version    int64        `db:"version" json:"version" doc:"0: never set"`
	UpdatedAt  when.Instant `db:"updated_at" json:"updated_at,omitzero"`
}

const maxKeepMonths = 1200

// RuleInput is what an auditor sets.
type RuleInput struct {
	KeepMonths int `json:"keep_months" minimum:"0" maximum:"1200" doc:"0: for ever"`
}

func (in RuleInput) validate(today when.Day) error {
	var v fault.Validation
	if f := floorOn(today); in.KeepMonths != 0 {
		v.Check(in.KeepMonths >= f.Months, "keep_months", "below_law", "months", f.Months, "source", f.Source)
		v.Check(in.KeepMonths <= maxKeepMonths, "keep_months", "too_large", "limit", maxKeepMonths)
	}
	return v.Err()
}

// cut is the instant before which entries go.
func (r Rule) cut(now when.Instant) when.Instant {
	months := max(r.KeepMonths, floorOn(now.Day()).Months)
	return when.At(now.Time().AddDate(0, -months, 0))
}
