package knowledge

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// The bounds of a standard answer.
const (
	maxSnippetName = 60
	maxSnippet     = 2000
)

// Phrase is a standard answer in one language.
type Phrase struct {
	Name string `json:"name,omitempty" maxLength:"60"`
	Text string `json:"text,omitempty" maxLength:"2000" doc:"with variables in braces, such as {customer_name}"`
}

func (p Phrase) empty() bool { return p == Phrase{} }

// SnippetBody is what a standard answer says.
type SnippetBody struct {
	Zh Phrase `json:"zh,omitzero"`
	En Phrase `json:"en,omitzero"`
}

// SnippetInput is a standard answer as its author writes it.
type SnippetInput struct {
	OrgID        id.ID  `json:"org_id,omitzero" doc:"whose answer; as of articles; fixed once it is made"`
	ContactPoint string `json:"contact_point" maxLength:"40" doc:"code, of the terms"`
	SnippetBody
	Retired bool `json:"retired,omitempty" doc:"no longer offered"`
}

// Snippet is a standard answer.
type Snippet struct {
	ID           id.ID  `json:"id"`
	OrgID        id.ID  `json:"org_id"`
	Shared       bool   `json:"shared" doc:"of an organisation above the county companies"`
	ContactPoint string `json:"contact_point"`
	SnippetBody
	Variables  []string     `json:"variables" nullable:"false" doc:"that its texts leave open"`
	Retired    bool         `json:"retired"`
	SourceRef  string       `json:"source_ref,omitempty" doc:"of one that comes with the product"`
	AuthorName string       `json:"author_name"`
	UpdatedAt  when.Instant `json:"updated_at"`
	Version    int64        `json:"version"`
	May        []string     `json:"may" nullable:"false" doc:"update, where the caller may change it"`
}

func (in SnippetInput) checked() (SnippetInput, error) {
	var v fault.Validation
	v.Check(!in.Zh.empty() || !in.En.empty(), "zh.name", "required")
	for name, p := range map[string]*Phrase{"zh": &in.Zh, "en": &in.En} {
		p.Name, p.Text = strings.TrimSpace(p.Name), strings.TrimSpace(p.Text)
		v.Check(p.Name != "" || p.empty(), name+".name", "required")
		v.Check(p.Text != "" || p.empty(), name+".text", "required")
		v.Check(len([]rune(p.Name)) <= maxSnippetName, name+".name", "too_long", "limit", maxSnippetName)
		v.Check(len([]rune(p.Text)) <= maxSnippet, name+".text", "too_long", "limit", maxSnippet)
		if unknown, ok := unknownVariable(p.Text); !ok {
			v.Add(name+".text", "knowledge.variable_unknown", "variable", unknown)
		}
	}
	v.Check(known(terms.ContactPoints, in.ContactPoint), "contact_point", "no_such")
	return in, v.Err()
}

// braces is whatever stands in braces.
var braces = regexp.MustCompile(`\{([^{}]*)\}`)

// unknownVariable finds what is written like a variable and is none; a brace that is
// not closed counts.
func unknownVariable(text string) (found string, ok bool) {
	for _, m := range braces.FindAllStringSubmatch(text, -1) {
		if !isVariable(m[1]) {
			return m[0], false
		}
	}
	if rest := braces.ReplaceAllString(text, ""); strings.ContainsAny(rest, "{}") {
		return rest[strings.IndexAny(rest, "{}"):][:1], false
	}
	return "", true
}

func isVariable(code string) bool {
	return slices.ContainsFunc(terms.Variables, func(v Variable) bool { return v.Code == code })
}

// variablesOf lists the variables of a text in their order.
func variablesOf(text string) (codes []string) {
	for _, m := range braces.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(codes, m[1]) {
			codes = append(codes, m[1])
		}
	}
	return codes
}

// in is the phrase in a language, or in the other.
func (b SnippetBody) in(lang string) Phrase {
	if lang == "en" && !b.En.empty() || b.Zh.empty() {
		return b.En
	}
	return b.Zh
}

// Filled is a standard answer with its variables filled in.
type Filled struct {
	Text    string   `json:"text"`
	Missing []string `json:"missing" nullable:"false" doc:"variables nobody gave a value; they stand in the text as they are"`
}

// fill puts values in the place of variables; blank values count as none.
func fill(text string, values map[string]string) Filled {
	f := Filled{Missing: []string{}}
	f.Text = braces.ReplaceAllStringFunc(text, func(variable string) string {
		code := variable[1 : len(variable)-1]
		value := strings.TrimSpace(values[code])
		if value == "" && !slices.Contains(f.Missing, code) {
			f.Missing = append(f.Missing, code)
		}
		return cmp.Or(value, variable)
	})
	return f
}
