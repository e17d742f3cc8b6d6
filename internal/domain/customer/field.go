package customer

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Field is a field of the archive that a company defined (A12). Its code and
// type do not change.
type Field struct {
	ID    id.ID  `json:"id"`
	OrgID id.ID  `json:"org_id"`
	Code  string `json:"code"`
	FieldBody
	Active    bool         `json:"active"`
	Version   int64        `json:"version"`
	CreatedAt when.Instant `json:"created_at"`
}

// FieldBody is what an administrator says of a field.
type FieldBody struct {
	Section      string    `json:"section,omitempty" maxLength:"40" doc:"heading it stands under"`
	NameZh       string    `json:"name_zh" minLength:"1" maxLength:"40"`
	NameEn       string    `json:"name_en,omitempty" maxLength:"60"`
	Type         FieldType `json:"type" enum:"text,number,date,choice,bool"`
	AppliesTo    Kind      `json:"applies_to,omitempty" enum:"person,organisation" doc:"absent: to both"`
	Required     bool      `json:"required,omitempty" doc:"a new customer needs it"`
	Confidential bool      `json:"confidential,omitempty" doc:"sealed, and hidden from callers who do not see the customer whole"`
	Sensitive    bool      `json:"sensitive,omitempty" doc:"confidential, and opened only where sensitive fields were asked for"`
	Options      []Class   `json:"options,omitempty" maxItems:"100" doc:"of a choice"`
	Position     int       `json:"position,omitempty" minimum:"0" maximum:"10000"`
}

// FieldType is the type of a field's values. All travel as text: numbers with a
// dot, days as YYYY-MM-DD, true or false, the code of an option.
type FieldType string

// The types.
const (
	TextField   FieldType = "text"
	NumberField FieldType = "number"
	DateField   FieldType = "date"
	ChoiceField FieldType = "choice"
	BoolField   FieldType = "bool"
)

func (f Field) appliesTo(k Kind) bool { return f.AppliesTo == "" || f.AppliesTo == k }

func (b FieldBody) validate() error {
	var v fault.Validation
	v.Check(strings.TrimSpace(b.NameZh) != "", "name_zh", "required")
	v.Check(!b.Sensitive || b.Confidential, "sensitive", "only_of_confidential")
	v.Check(b.Type != ChoiceField || len(b.Options) > 0, "options", "required")
	v.Check(b.Type == ChoiceField || len(b.Options) == 0, "options", "only_of_choice")
	seen := map[string]bool{}
	for i, o := range b.Options {
		v.Check(!seen[o.Code], fmt.Sprintf("options[%d].code", i), "repeated")
		v.Check(strings.TrimSpace(o.NameZh) != "", fmt.Sprintf("options[%d].name_zh", i), "required")
		seen[o.Code] = true
	}
	return v.Err()
}

var decimal = regexp.MustCompile(`^-?[0-9]{1,15}(\.[0-9]{1,6})?$`)

const maxFieldText = 500

// problem is the code of what is wrong with a value; "" for nothing. Empty takes
// the value away.
func (b FieldBody) problem(value string) string {
	if value == "" {
		return ""
	}
	ok := true
	switch b.Type {
	case TextField:
		if utf8.RuneCountInString(value) > maxFieldText {
			return "too_long"
		}
	case NumberField:
		ok = decimal.MatchString(value)
	case DateField:
		_, err := when.ParseDay(value)
		ok = err == nil
	case BoolField:
		ok = value == "true" || value == "false"
	case ChoiceField:
		o, known := find(b.Options, func(o Class) bool { return o.Code == value })
		ok = known && !o.Retired
	}
	if !ok {
		return "field_" + string(b.Type)
	}
	return ""
}

// required names the fields a new customer lacks.
func (s *settings) required(kind Kind, given map[string]string) error {
	var v fault.Validation
	for _, f := range s.fields {
		v.Check(!f.Active || !f.Required || !f.appliesTo(kind) || given[f.Code] != "", "fields."+f.Code, "required")
	}
	return v.Err()
}

// holder is whose values are written, and by whom.
type holder struct {
	org, customer id.ID
	kind          Kind
	actor         audit.Actor
}

// given is a value for a field that may have it.
type given struct {
	Field
	value string
}

// checkValues holds the given values to their fields, in the order of the codes.
func (s *settings) checkValues(kind Kind, values map[string]string) (all []given, err error) {
	var v fault.Validation
	for _, code := range slices.Sorted(maps.Keys(values)) {
		value, name := strings.TrimSpace(values[code]), "fields."+code
		f, ok := find(s.fields, func(f Field) bool { return f.Code == code })
		if !ok || !f.Active || !f.appliesTo(kind) {
			v.Add(name, "no_such")
			continue
		}
		if problem := f.problem(value); problem != "" {
			v.Add(name, problem, "limit", maxFieldText)
			continue
		}
		all = append(all, given{f, value})
	}
	return all, v.Err()
}

// values checks the given values and makes rows of them.
func (s *settings) values(tx *db.Tx, subject *crypt.Subject, h holder, values map[string]string) (rows []fieldValueRow, err error) {
	all, err := s.checkValues(h.kind, values)
	for _, g := range all {
		r := fieldValueRow{OrgID: h.org, ID: tx.NewID(), CustomerID: h.customer, OriginID: h.customer, FieldID: g.ID, Current: true,
			Sealed: []byte{}, At: tx.Now(), ActorID: h.actor.ID, ActorName: h.actor.Name}
		if g.Confidential {
			r.Sealed = subject.Seal(valuePlace(r.ID), g.value)
		} else {
			r.Value = g.value
		}
		rows = append(rows, r)
	}
	return rows, err
}

func valuePlace(value id.ID) crypt.Place {
	return crypt.Place{Table: "customer_field_value", Column: "sealed", ID: value}
}
