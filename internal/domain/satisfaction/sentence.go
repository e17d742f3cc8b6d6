package satisfaction

import (
	"fmt"
	"maps"
	"math"
	"strconv"
	"strings"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/pls"
)

// Tone says how a sentence is to be taken.
type Tone string

// The tones.
const (
	Good    Tone = "good"
	Neutral Tone = "neutral"
	Bad     Tone = "bad"
	Caution Tone = "caution"
)

// Figure is a number a sentence rests on. Names are those of package pls
// ("index:Satisfaction", "total:Quality->Satisfaction"), or "n", "segment:…".
type Figure struct {
	Name  string `json:"name"`
	Value Number `json:"value" nullable:"true"`
}

// Sentence is a finding in plain words: a code, what it names, and the text in
// the reader's language.
type Sentence struct {
	Code    string         `json:"code"`
	Tone    Tone           `json:"tone" enum:"good,neutral,bad,caution"`
	Params  map[string]any `json:"params,omitempty"`
	Figures []Figure       `json:"figures,omitempty"`
	Text    string         `json:"text"`
}

// speaker writes sentences about a model in one language.
type speaker struct {
	lang  string
	model Model
}

// title is a construct in the reader's language.
func (s speaker) title(construct string) string {
	if c, ok := s.model.Construct(construct); ok {
		return c.Title.In(s.lang)
	}
	return construct
}

// question is the wording of an item, without its code.
func (s speaker) question(code string) string {
	if item, ok := s.model.Item(code); ok {
		return item.In(s.lang)
	}
	return code
}

func (s speaker) word(key string) string {
	return catalogue.Text(s.lang, "satisfaction."+key, nil)
}

// field is the sentence of a rejected input.
func (s speaker) field(f fault.Field) string {
	return catalogue.Text(s.lang, "problem.field."+f.Code, f.Params)
}

// list joins words as the language does.
func (s speaker) list(words []string) string { return strings.Join(words, s.word("list_separator")) }

// say makes a sentence of a family ("meaning", "warning", "problem").
func (s speaker) say(family, code string, tone Tone, params map[string]any, figures ...Figure) Sentence {
	return Sentence{Code: code, Tone: tone, Params: params, Figures: figures, Text: catalogue.Text(s.lang, "satisfaction."+family+"."+code, readable(params))}
}

// readable are the parameters as a sentence shows them: counts with their digits in threes.
func readable(params map[string]any) map[string]any {
	shown := maps.Clone(params)
	for name, value := range shown {
		switch value.(type) {
		case int, int64:
			shown[name] = catalogue.Grouped(fmt.Sprint(value))
		}
	}
	return shown
}

// decimals shows a number with so many digits after the point.
func decimals(v Number, digits int) string {
	if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
		return "–"
	}
	text := strconv.FormatFloat(float64(v), 'f', digits, 64)
	if zero := strings.Trim(text, "-0."); zero == "" {
		text = strings.TrimPrefix(text, "-")
	}
	return text
}

func percent(share Number) string { return decimals(100*share, 1) }

// pText shows a p-value.
func pText(p Number) string {
	if p < 0.001 {
		return "< 0.001"
	}
	return "= " + decimals(p, 3)
}

// warning puts a warning of package pls into words.
func (s speaker) warning(w pls.Warning) Sentence {
	params := map[string]any{
		"construct": s.title(w.Construct), "other": s.title(w.Other), "item": w.Item, "items": s.list(w.Items), "row": w.Row, "count": w.Count,
		"value": catalogue.Grouped(short(w.Value)), "limit": catalogue.Grouped(short(w.Limit)), "share": "",
	}
	if w.Code == pls.SuspectCode {
		params["value"] = short(w.Value) // an answer as it stands in the file
	}
	if w.Value > 0 && w.Value <= 1 {
		params["share"] = percent(w.Value)
	}
	if w.Code == pls.ResamplesSkipped {
		var reasons []string
		for _, code := range w.Items {
			reasons = append(reasons, s.word("skip."+code))
		}
		params["items"] = s.list(reasons)
	}
	maps.DeleteFunc(params, func(_ string, v any) bool { return v == "" || v == 0 || v == "0" })
	return s.say("warning", string(w.Code), Caution, params)
}

// short shows whole numbers as such and others with three digits.
func short(v Number) string {
	if float64(v) == math.Trunc(float64(v)) {
		return decimals(v, 0)
	}
	return decimals(v, 3)
}

// problem puts a refusal of package pls into words.
func (s speaker) problem(p pls.Problem) Sentence {
	detail := p.Detail
	if detail == "" && p.Count != 0 {
		detail = catalogue.Grouped(strconv.Itoa(p.Count))
	}
	return s.say("problem", string(p.Code), Bad, map[string]any{
		"construct": s.title(p.Construct), "other": s.title(p.Other), "item": p.Item, "items": s.list(p.Items), "at": p.At, "row": p.Row, "column": p.Column,
		"count": p.Count, "value": short(Number(p.Value)), "detail": detail,
	})
}
