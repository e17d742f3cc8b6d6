package dataimport

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
)

// Kind is what the rows of a file are.
type Kind string

// The kinds.
const (
	Customers Kind = "customers"
	Accounts  Kind = "accounts"
	Contacts  Kind = "contacts"
)

// Field is a thing a column may hold.
type Field struct {
	Code  string   `json:"code"`
	Kinds []Kind   `json:"-"`
	Type  string   `json:"type" enum:"text,number,code,list,day,count,yuan,kva,yesno" doc:"number: a number people read, kept as text"`
	Zh    string   `json:"zh"`
	En    string   `json:"en"`
	Codes string   `json:"-"`
	Limit int      `json:"limit,omitempty" doc:"characters"`
	Max   int64    `json:"-"`
	Also  []string `json:"-"`
	// Values are the codes of the list, for mapping values of the file to them.
	Values []Value `json:"values,omitempty"`
}

// Value is one code of a list.
type Value struct {
	Code string `json:"code"`
	Zh   string `json:"zh"`
	En   string `json:"en,omitempty" doc:"a company need not name its own in English"`
}

// name is what the code means in a language.
func (v Value) name(lang string) string {
	if lang == catalogue.English && v.En != "" {
		return v.En
	}
	return v.Zh
}

// The types of fields.
const (
	typeText   = "text"
	typeNumber = "number"
	typeCode   = "code"
	typeList   = "list"
	typeDay    = "day"
	typeCount  = "count"
	typeYuan   = "yuan"
	typeKVA    = "kva"
	typeYesNo  = "yesno"
)

// listWords are where the catalogue names the codes of our own lists.
var listWords = map[string]string{"kind": "customer_ui.kind.", "sex": "customer_ui.sex.", "certificate_kind": "customer_ui.certificate."}

//go:embed field/fields.json
var wordsJSON []byte

// words is what columns and cells are recognised by.
type words struct {
	fields []Field
	codes  map[string]map[string]string // list → folded cell → code
	lists  map[string][]Value
	empty  map[string]bool // folded cells that mean nothing
	own    map[string]bool // folded headings that the file of problem rows adds
}

var dictionary = sync.OnceValue(func() *words {
	var raw struct {
		Fields []struct {
			Field
			Kinds []Kind   `json:"kinds"`
			Codes string   `json:"codes"`
			Max   int64    `json:"max"`
			Also  []string `json:"also"`
		}
		Codes      map[string]map[string][]string
		Empty, Own []string
	}
	if err := json.Unmarshal(wordsJSON, &raw); err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	w := &words{codes: map[string]map[string]string{}, lists: map[string][]Value{}, empty: foldedSet(raw.Empty), own: foldedSet(raw.Own)}
	for list, codes := range raw.Codes {
		w.codes[list] = map[string]string{}
		for code, cells := range codes {
			v := Value{code, cells[0], catalogue.Text(catalogue.English, listWords[list]+code, nil)}
			w.lists[list] = append(w.lists[list], v)
			for _, c := range append(cells, code, v.En) {
				w.codes[list][cn.Fold(c)] = code
			}
		}
		slices.SortFunc(w.lists[list], func(a, b Value) int { return strings.Compare(a.Code, b.Code) })
	}
	for _, f := range raw.Fields {
		f.Field.Kinds, f.Field.Codes, f.Field.Max, f.Field.Also = f.Kinds, f.Codes, f.Max, f.Also
		f.Values = w.values(f.Codes)
		w.fields = append(w.fields, f.Field)
	}
	return w
})

func foldedSet(texts []string) map[string]bool {
	set := map[string]bool{}
	for _, t := range texts {
		set[cn.Fold(t)] = true
	}
	return set
}

// values lists the codes of a list, ours or supply's.
func (w *words) values(list string) []Value {
	if list == "" {
		return nil
	}
	if own, ok := w.lists[list]; ok {
		return own
	}
	var values []Value
	for _, c := range supply.Codes(list) {
		values = append(values, Value{c.Code, c.Zh, c.En})
	}
	return values
}

// isOwn tells whether a heading is one the file of problem rows adds.
func (w *words) isOwn(header string) bool { return w.own[cn.Fold(header)] }

// code finds the code a folded cell means.
func (w *words) code(list, cell string) (string, bool) {
	if own, ok := w.codes[list]; ok {
		code, known := own[cell]
		return code, known
	}
	return supply.ParseCode(list, cell)
}

// Fields of company-defined values and classes carry the code behind a prefix.
const (
	fieldPrefix = "field."
	classPrefix = "class."
)

// fieldsOf lists what the columns of a kind may hold: the built-in fields, and
// of customers the company's own fields and classes.
func fieldsOf(k Kind, own []customer.Field, schemes []customer.Scheme) (fields []Field) {
	for _, f := range dictionary().fields {
		if slices.Contains(f.Kinds, k) {
			fields = append(fields, f)
		}
	}
	if k != Customers {
		return fields
	}
	for _, o := range own {
		if o.Active {
			fields = append(fields, ownField(o))
		}
	}
	for _, s := range schemes {
		if s.Active {
			fields = append(fields, Field{Code: classPrefix + s.Code, Type: typeCode, Zh: s.NameZh, En: s.NameEn, Values: valuesOf(s.Classes)})
		}
	}
	return fields
}

// ownField is a company-defined field; its values travel as text and are checked
// by the archive.
func ownField(o customer.Field) Field {
	f := Field{Code: fieldPrefix + o.Code, Zh: o.NameZh, En: o.NameEn, Type: typeText, Values: valuesOf(o.Options)}
	switch o.Type {
	case customer.DateField:
		f.Type = typeDay
	case customer.ChoiceField:
		f.Type = typeCode
	case customer.BoolField:
		f.Type = typeYesNo
	}
	return f
}

func valuesOf(classes []customer.Class) (values []Value) {
	for _, c := range classes {
		if !c.Retired {
			values = append(values, Value{c.Code, c.NameZh, c.NameEn})
		}
	}
	return values
}

// name is the field's name in a language. A company need not name its own in
// English.
func (f Field) name(lang string) string {
	if lang == catalogue.English && f.En != "" {
		return f.En
	}
	return f.Zh
}

// names are the headings that mean the field, folded.
func (f Field) names() []string {
	names := []string{f.Code, f.Zh, f.En}
	return append(names, f.Also...)
}
