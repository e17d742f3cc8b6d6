package message

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Template is a text with variables, for the channels it has texts for.
type Template struct {
	Code      string     `json:"code"`
	Kind      Kind       `json:"kind" enum:"service,marketing"`
	NameZh    string     `json:"name_zh"`
	NameEn    string     `json:"name_en"`
	Variables []Variable `json:"variables" nullable:"false"`
	Texts     Texts      `json:"texts"`

	Version  int64        `json:"version" doc:"0: as it was shipped"`
	MadeName string       `json:"made_name,omitempty"`
	MadeAt   when.Instant `json:"made_at,omitzero"`
}

// Variable is what the module that sends fills in.
type Variable struct {
	Name     string `json:"name"`
	LabelZh  string `json:"label_zh"`
	LabelEn  string `json:"label_en"`
	SampleZh string `json:"sample_zh"`
	SampleEn string `json:"sample_en"`
	Required bool   `json:"required,omitempty" doc:"without it the text is useless, such as a code"`
	Optional bool   `json:"optional,omitempty" doc:"it may be empty: it stands in a part {?name}…{/name}, which then is left out"`
}

// Texts are what is said, by channel and language. A channel without texts is not used.
type Texts struct {
	Email *EmailTexts `json:"email,omitempty"`
	SMS   *SMSTexts   `json:"sms,omitempty"`
}

// EmailTexts are those of an e-mail.
type EmailTexts struct {
	SubjectZh string `json:"subject_zh" maxLength:"200"`
	TextZh    string `json:"text_zh" maxLength:"10000"`
	SubjectEn string `json:"subject_en" maxLength:"200"`
	TextEn    string `json:"text_en" maxLength:"10000"`
}

// SMSTexts are those of an SMS.
type SMSTexts struct {
	TextZh string `json:"text_zh" maxLength:"500"`
	TextEn string `json:"text_en" maxLength:"500"`
}

//go:embed template/*.json
var files embed.FS

// shipped are the templates that come with the program, by code.
var shipped = mustLoad()

func mustLoad() map[string]Template {
	all := map[string]Template{}
	names, err := fs.Glob(files, "template/*.json")
	if err != nil {
		panic(err) // the pattern is constant
	}
	for _, name := range names {
		raw, err := files.ReadFile(name)
		if err != nil {
			panic(err)
		}
		var t Template
		if err = json.Unmarshal(raw, &t); err == nil {
			err = t.check(t.Texts)
		}
		if err != nil {
			panic(fmt.Sprintf("%s: %v", name, err))
		}
		all[t.Code] = t
	}
	return all
}

// codes are those of the shipped templates, in order.
func codes() []string { return slices.Sorted(maps.Keys(shipped)) }

func (t Template) name(lang string) string { return inLanguage(lang, t.NameZh, t.NameEn) }

func inLanguage(lang, zh, en string) string {
	if lang == "en" {
		return en
	}
	return zh
}

// part is one text of a template, with its name as the API spells it.
type part struct {
	field, text string
	line        bool // it stands in a header, or goes as one line
}

func (t Texts) parts() (all []part) {
	if e := t.Email; e != nil {
		all = append(all, part{"email.subject_zh", e.SubjectZh, true}, part{"email.text_zh", e.TextZh, false},
			part{"email.subject_en", e.SubjectEn, true}, part{"email.text_en", e.TextEn, false})
	}
	if m := t.SMS; m != nil {
		all = append(all, part{"sms.text_zh", m.TextZh, false}, part{"sms.text_en", m.TextEn, false})
	}
	return all
}

var (
	variable = regexp.MustCompile(`\{([^{}]*)\}`)
	// section is a part that is left out where its variable is empty.
	section = regexp.MustCompile(`(?s)\{\?([^{}]*)\}(.*?)\{/([^{}]*)\}`)
)

// whole is a text with all its parts, without their marks.
func whole(text string) string { return section.ReplaceAllString(text, "$2") }

// check refuses texts that could not be filled in, naming the field and what there is.
func (t Template) check(texts Texts) error {
	var v fault.Validation
	v.Check((texts.Email == nil) == (t.Texts.Email == nil), "email", "message_channels")
	v.Check((texts.SMS == nil) == (t.Texts.SMS == nil), "sms", "message_channels")
	for _, p := range texts.parts() {
		if strings.TrimSpace(p.text) == "" {
			v.Add(p.field, "required")
			continue
		}
		v.Check(!p.line || !strings.ContainsFunc(p.text, unicode.IsControl), p.field, "message_one_line")
		t.checkVariables(&v, p)
	}
	return v.Err()
}

func (t Template) checkVariables(v *fault.Validation, p part) {
	known := make([]string, len(t.Variables))
	for i, k := range t.Variables {
		known[i] = "{" + k.Name + "}"
	}
	if !t.checkSections(v, p, known) {
		return
	}
	text, used := whole(p.text), map[string]bool{}
	for _, m := range variable.FindAllStringSubmatch(text, -1) {
		used[m[1]] = true
		if !slices.Contains(known, m[0]) {
			v.Add(p.field, "message_variable", "name", m[0], "known", strings.Join(known, " "))
			return
		}
	}
	if strings.ContainsAny(variable.ReplaceAllString(text, ""), "{}") {
		v.Add(p.field, "message_brace")
		return
	}
	for _, k := range t.Variables {
		if k.Required && !used[k.Name] && !p.line {
			v.Add(p.field, "message_needs", "name", "{"+k.Name+"}")
			return
		}
	}
}

// checkSections refuses parts of unknown variables, and variables that may be empty outside
// of one.
func (t Template) checkSections(v *fault.Validation, p part, known []string) bool {
	for _, m := range section.FindAllStringSubmatch(p.text, -1) {
		if m[1] != m[3] || !slices.Contains(known, "{"+m[1]+"}") {
			v.Add(p.field, "message_section", "name", m[1], "known", strings.Join(known, " "))
			return false
		}
	}
	alone := section.ReplaceAllString(p.text, "")
	for _, k := range t.Variables {
		if k.Optional && strings.Contains(alone, "{"+k.Name+"}") {
			v.Add(p.field, "message_optional", "name", k.Name)
			return false
		}
	}
	return true
}

// text gives subject and text for a channel and language; false when the template does
// not go that way.
func (t Template) text(c Channel, lang string) (subject, text string, ok bool) {
	switch {
	case c == Email && t.Texts.Email != nil:
		e := t.Texts.Email
		return inLanguage(lang, e.SubjectZh, e.SubjectEn), inLanguage(lang, e.TextZh, e.TextEn), true
	case c == SMS && t.Texts.SMS != nil:
		return "", inLanguage(lang, t.Texts.SMS.TextZh, t.Texts.SMS.TextEn), true
	}
	return "", "", false
}

// fill puts values in the place of variables, and leaves out the parts whose variable has
// none. A value that is not given otherwise is an error of the caller's.
func fill(text string, values map[string]string) (string, error) {
	text = section.ReplaceAllStringFunc(text, func(m string) string {
		p := section.FindStringSubmatch(m)
		if values[p[1]] == "" {
			return ""
		}
		return p[2]
	})
	var missing error
	filled := variable.ReplaceAllStringFunc(text, func(m string) string {
		value, ok := values[m[1:len(m)-1]]
		if !ok && missing == nil {
			missing = fmt.Errorf("message: no value for %s", m)
		}
		return value
	})
	return filled, missing
}

// oneLine makes a filled text fit for a header: whatever a value brings along, it ends
// no line.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }), " ")
}

// samples are values of a language to show a template with.
func (t Template) samples(lang string) map[string]string {
	values := map[string]string{}
	for _, v := range t.Variables {
		values[v.Name] = inLanguage(lang, v.SampleZh, v.SampleEn)
	}
	return values
}

// Preview is a template as a person would get it.
type Preview struct {
	Email []Shown `json:"email" nullable:"false"`
	SMS   []Shown `json:"sms" nullable:"false"`
}

// Shown is a text in a language.
type Shown struct {
	Lang       string `json:"lang" enum:"zh,en"`
	Subject    string `json:"subject,omitempty"`
	Text       string `json:"text"`
	Characters int    `json:"characters,omitempty"`
	Parts      int    `json:"parts,omitempty" doc:"of an SMS: as how many it is charged"`
}

func (t Template) preview() (p Preview, err error) {
	p = Preview{Email: []Shown{}, SMS: []Shown{}}
	for _, c := range []Channel{Email, SMS} {
		for _, lang := range []string{"zh", "en"} {
			subject, text, ok := t.text(c, lang)
			if !ok {
				continue
			}
			s := Shown{Lang: lang}
			if s.Subject, s.Text, err = t.fillBoth(subject, text, t.samples(lang)); err != nil {
				return p, err
			}
			if c == Email {
				p.Email = append(p.Email, s)
				continue
			}
			s.Characters, s.Parts = smsLength(s.Text)
			p.SMS = append(p.SMS, s)
		}
	}
	return p, nil
}

func (t Template) fillBoth(subject, text string, values map[string]string) (string, string, error) {
	subject, err := fill(subject, values)
	if err != nil {
		return "", "", err
	}
	text, err = fill(text, values)
	return oneLine(subject), text, err
}

// An SMS of UCS-2 holds 70 characters, one that was split 67 each (3GPP TS 23.040); the
// operators count Latin texts the same way here, for signatures are Chinese.
const smsWhole, smsPart = 70, 67

func smsLength(text string) (characters, parts int) {
	characters = len(utf16.Encode([]rune(text)))
	if characters <= smsWhole {
		return characters, 1
	}
	return characters, (characters + smsPart - 1) / smsPart
}
