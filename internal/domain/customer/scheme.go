package customer

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Scheme is a way to sort customers into classes, exclusive and complete: every
// customer has one class of it, the default for his kind where none was chosen
// (A2).
type Scheme struct {
	OrgID id.ID  `json:"org_id"`
	Code  string `json:"code"`
	SchemeBody
	Builtin   bool         `json:"builtin" doc:"shipped with the program; a change makes the company's own copy"`
	Active    bool         `json:"active"`
	Version   int64        `json:"version"`
	CreatedAt when.Instant `json:"created_at,omitzero"`
}

// SchemeBody is what an administrator says of a scheme.
type SchemeBody struct {
	NameZh              string  `json:"name_zh" minLength:"1" maxLength:"40"`
	NameEn              string  `json:"name_en,omitempty" maxLength:"60" doc:"the Chinese name when absent"`
	DefaultPerson       string  `json:"default_person" minLength:"1" doc:"class of persons where none was chosen"`
	DefaultOrganisation string  `json:"default_organisation" minLength:"1" doc:"class of organisations where none was chosen"`
	Classes             []Class `json:"classes" minItems:"1" maxItems:"100"`
}

// Class is one class of a scheme. A retired one is no longer given to customers.
type Class struct {
	Code    string `json:"code" pattern:"^[a-z][a-z0-9_]{0,39}$"`
	NameZh  string `json:"name_zh" minLength:"1" maxLength:"40"`
	NameEn  string `json:"name_en,omitempty" maxLength:"60"`
	Retired bool   `json:"retired,omitempty"`
}

func (b SchemeBody) class(code string) (Class, bool) {
	return find(b.Classes, func(c Class) bool { return c.Code == code })
}

func (b SchemeBody) byDefault(k Kind) string {
	if k == KindPerson {
		return b.DefaultPerson
	}
	return b.DefaultOrganisation
}

// label is the name of a class in a language.
func (b SchemeBody) label(lang, code string) string {
	c, ok := b.class(code)
	if !ok {
		return code
	}
	return c.label(lang)
}

func (c Class) label(lang string) string { return inLanguage(lang, c.NameZh, c.NameEn) }

func inLanguage(lang, zh, en string) string {
	if lang == "en" && en != "" {
		return en
	}
	return zh
}

var codePattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

func (b SchemeBody) validate() error {
	var v fault.Validation
	v.Check(strings.TrimSpace(b.NameZh) != "", "name_zh", "required")
	seen := map[string]bool{}
	for i, c := range b.Classes {
		name := fmt.Sprintf("classes[%d]", i)
		v.Check(codePattern.MatchString(c.Code), name+".code", "wrong_format")
		v.Check(!seen[c.Code], name+".code", "repeated")
		v.Check(strings.TrimSpace(c.NameZh) != "", name+".name_zh", "required")
		seen[c.Code] = true
	}
	for name, code := range map[string]string{"default_person": b.DefaultPerson, "default_organisation": b.DefaultOrganisation} {
		c, ok := b.class(code)
		v.Check(ok && !c.Retired, name, "no_such")
	}
	return v.Err()
}

//go:embed scheme/builtin.json
var builtinJSON []byte

var builtinSchemes = sync.OnceValue(func() []Scheme {
	var all []Scheme
	if err := json.Unmarshal(builtinJSON, &all); err != nil {
		panic(err) // the file is part of the program
	}
	for i := range all {
		all[i].Builtin, all[i].Active = true, true
	}
	return all
})

// overlay puts a company's own schemes over the shipped ones.
func overlay(own []Scheme) []Scheme {
	all := slices.Clone(builtinSchemes())
	for _, s := range own {
		i := slices.IndexFunc(all, func(b Scheme) bool { return b.Code == s.Code })
		if i < 0 {
			all = append(all, s)
			continue
		}
		s.Builtin = true
		all[i] = s
	}
	return all
}

// classes checks chosen classes.
func (s *settings) classes(chosen map[string]string) (Classes, error) {
	var v fault.Validation
	for _, scheme := range slices.Sorted(maps.Keys(chosen)) {
		name := "classes." + scheme
		def, ok := s.scheme(scheme)
		if !ok || !def.Active {
			v.Add(name, "no_such")
			continue
		}
		c, ok := def.class(chosen[scheme])
		v.Check(ok && !c.Retired, name, "no_such")
	}
	return Classes(chosen), v.Err()
}

// complete fills in the defaults.
func (s *settings) complete(kind Kind, classes Classes) Classes {
	all := make(Classes, len(s.schemes))
	for _, scheme := range s.schemes {
		if !scheme.Active {
			continue
		}
		all[scheme.Code] = scheme.byDefault(kind)
		if c, ok := classes[scheme.Code]; ok {
			all[scheme.Code] = c
		}
	}
	return all
}

func (s *settings) scheme(code string) (Scheme, bool) {
	return find(s.schemes, func(x Scheme) bool { return x.Code == code })
}
