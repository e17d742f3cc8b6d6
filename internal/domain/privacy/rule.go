package privacy

import (
	_ "embed"
	"encoding/json"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/rule"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

var (
	//go:embed rule/deadline.json
	deadlineFile []byte
	//go:embed rule/law.json
	lawFile []byte
	//go:embed rule/fate.json
	fateFile []byte
	//go:embed rule/refusal.json
	refusalFile []byte
	//go:embed rule/purpose.json
	purposeFile []byte

	deadlines       = rule.Must[when.Terms](deadlineFile)
	laws            = mustRead[[]Law](lawFile)
	fates           = mustRead[[]fateRule](fateFile)
	refusals        = mustRead[[]Refusal](refusalFile)
	shippedPurposes = mustRead[[]Purpose](purposeFile)
)

func mustRead[T any](raw []byte) (v T) {
	if err := json.Unmarshal(raw, &v); err != nil {
		panic(err) // the file is part of the program, and tests read it
	}
	return v
}

// Deadline is by when a request is answered: the rule, and every day that was counted.
type Deadline struct {
	Ref string `json:"ref" doc:"the rule, id@version"`
	rule.Head
	when.Explanation
}

// ruleOn is the rule that holds on a day.
func ruleOn(day when.Day) rule.Rule[when.Terms] {
	r, _ := deadlines.On("privacy.answer", day, rule.Place{})
	return r
}

// count is what the date of a request is counted from: the day it came and the rule it
// came under.
func (r Request) count() when.Count {
	terms, _ := deadlines.Find(r.DueRule)
	return when.Count{From: r.CreatedAt, Limit: terms.Params.Target}
}

// deadline explains the date of a request.
func (r Request) deadline(c *when.Calendar) Deadline {
	d := Deadline{Ref: r.DueRule, Explanation: when.Explanation{Due: when.Due{State: when.Counted, At: r.DueAt}, Steps: []when.Step{}, Notices: []when.Notice{}}}
	if terms, ok := deadlines.Find(r.DueRule); ok {
		d.Head, d.Explanation = terms.Head, c.Explain(r.count())
	}
	return d
}

// Law is why something is kept although it was to be erased.
type Law struct {
	Code          string   `json:"code"`
	KeepMonths    int      `json:"keep_months" doc:"from the end of the matter; 0: without end"`
	SourceZh      string   `json:"source_zh"`
	SourceEn      string   `json:"source_en"`
	EffectiveFrom when.Day `json:"effective_from"`
	Confidence    string   `json:"confidence"`
}

// Fate is what becomes of something in an erasure.
type Fate string

// The fates.
const (
	Destroy   Fate = "destroy"
	Anonymise Fate = "anonymise"
	Keep      Fate = "keep"
)

type fateRule struct {
	Kind string `json:"kind"`
	Fate Fate   `json:"fate"`
	Law  string `json:"law"`
}

func fateOf(kind string) (f fateRule, law *Law, ok bool) {
	i := slices.IndexFunc(fates, func(f fateRule) bool { return f.Kind == kind })
	if i < 0 {
		return f, nil, false
	}
	for _, l := range laws {
		if l.Code == fates[i].Law {
			law = &l
		}
	}
	return fates[i], law, true
}

// Refusal is a legal reason to refuse requests of some kinds.
type Refusal struct {
	Code     string `json:"code"`
	Kinds    []Kind `json:"kinds"`
	SourceZh string `json:"source_zh"`
	SourceEn string `json:"source_en"`
}

func (r Refusal) fits(k Kind) bool { return slices.Contains(r.Kinds, k) }

func refusalOf(code string) (Refusal, bool) {
	i := slices.IndexFunc(refusals, func(r Refusal) bool { return r.Code == code })
	if i < 0 {
		return Refusal{}, false
	}
	return refusals[i], true
}

func inLanguage(lang, zh, en string) string {
	if lang == "en" {
		return en
	}
	return zh
}
