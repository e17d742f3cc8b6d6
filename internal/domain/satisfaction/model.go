package satisfaction

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/pls"
)

// Text is a wording in both languages.
type Text struct {
	Zh string `json:"zh" minLength:"1" maxLength:"500"`
	En string `json:"en,omitempty" maxLength:"500" doc:"absent: the Chinese text"`
}

// In gives the wording in "zh" or "en".
func (t Text) In(lang string) string {
	if lang == "en" && t.En != "" {
		return t.En
	}
	return t.Zh
}

// Construct is a latent variable 构念 with the questions that measure it.
type Construct struct {
	Name       string   `json:"name" minLength:"1" maxLength:"40" doc:"unique in the model; stands in results"`
	Title      Text     `json:"title"`
	Mode       pls.Mode `json:"mode" enum:"A,B" doc:"A reflective, B formative"`
	Indicators []string `json:"indicators" maxItems:"60" nullable:"false" doc:"item codes"`
}

// Item is a question of the questionnaire 题目.
type Item struct {
	Code string `json:"code" minLength:"1" maxLength:"40"`
	Text
}

// Path is a relation 路径 of the structural model.
type Path struct {
	From string `json:"from" maxLength:"40"`
	To   string `json:"to" maxLength:"40"`
}

// Scale is the answering scale of all items.
type Scale struct {
	Min float64 `json:"min"`
	Max float64 `json:"max"`
}

// Model is a satisfaction model as data. As JSON it is a model document of
// package pls with titles, question texts and sources added (O4).
type Model struct {
	Name       string      `json:"name" pattern:"^[a-z][a-z0-9_-]*$" minLength:"2" maxLength:"40"`
	Title      Text        `json:"title"`
	About      Text        `json:"about,omitzero"`
	Sources    []string    `json:"sources,omitempty" maxItems:"20"`
	Target     string      `json:"target" maxLength:"40" doc:"the construct that drivers are ranked for"`
	Scale      Scale       `json:"scale"`
	Constructs []Construct `json:"constructs" maxItems:"40" nullable:"false"`
	Items      []Item      `json:"items" maxItems:"300" nullable:"false"`
	Paths      []Path      `json:"paths" maxItems:"400" nullable:"false"`
}

// PLS is the model as numbers need it.
func (m Model) PLS() pls.Model {
	out := pls.Model{Scale: &pls.Scale{Min: m.Scale.Min, Max: m.Scale.Max}}
	for _, c := range m.Constructs {
		out.Constructs = append(out.Constructs, pls.Construct{Name: c.Name, Mode: c.Mode, Indicators: c.Indicators})
	}
	for _, p := range m.Paths {
		out.Paths = append(out.Paths, pls.Path{From: p.From, To: p.To})
	}
	return out
}

// Item finds a question by its code.
func (m Model) Item(code string) (Item, bool) {
	i := slices.IndexFunc(m.Items, func(it Item) bool { return it.Code == code })
	if i < 0 {
		return Item{}, false
	}
	return m.Items[i], true
}

// Construct finds a construct by its name.
func (m Model) Construct(name string) (Construct, bool) {
	i := slices.IndexFunc(m.Constructs, func(c Construct) bool { return c.Name == name })
	if i < 0 {
		return Construct{}, false
	}
	return m.Constructs[i], true
}

// Validate collects everything that is wrong with the model, each with its
// construct, item and position in the document.
func (m Model) Validate() error {
	var v fault.Validation
	var problems pls.Problems
	if errors.As(m.PLS().Validate(), &problems) {
		for _, p := range problems {
			v.Add(p.At, problemCode(p), "construct", p.Construct, "other", p.Other, "item", p.Item, "detail", p.Detail)
		}
	}
	m.checkTexts(&v)
	if _, ok := m.Construct(m.Target); !ok && len(m.Constructs) > 0 {
		v.Add("target", "model_target", "construct", m.Target)
	}
	return v.Err()
}

// withDefaults completes a bare model document of package pls: constructs are
// called as the shipped models call theirs, else by their names, wordings are codes, the target is satisfaction by its usual names, else the
// construct that most paths lead to.
func (m Model) withDefaults() Model {
	m.Constructs, m.Items = slices.Clone(m.Constructs), slices.Clone(m.Items)
	for i, c := range m.Constructs {
		if c.Title == (Text{}) {
			m.Constructs[i].Title = usualTitle(c.Name)
		}
	}
	if m.Items == nil {
		seen := map[string]bool{}
		for _, c := range m.Constructs {
			for _, code := range c.Indicators {
				if !seen[code] {
					m.Items = append(m.Items, Item{code, Text{Zh: code}})
				}
				seen[code] = true
			}
		}
	}
	if m.Target == "" {
		m.Target = m.likelyTarget()
	}
	return m
}

// usualTitle is what the shipped models call a construct of this name.
func usualTitle(name string) Text {
	for _, m := range shipped() {
		for _, c := range m.Constructs {
			if strings.EqualFold(c.Name, name) {
				return c.Title
			}
		}
	}
	return Text{Zh: name}
}

func (m Model) likelyTarget() (name string) {
	for _, usual := range []string{"satisfaction", "满意", "用户满意", "顾客满意", "满意度"} {
		for _, c := range m.Constructs {
			if strings.EqualFold(c.Name, usual) {
				return c.Name
			}
		}
	}
	most := 0
	for _, c := range m.Constructs {
		n := 0
		for _, p := range m.Paths {
			if p.To == c.Name {
				n++
			}
		}
		if n > most {
			most, name = n, c.Name
		}
	}
	return name
}

// problemCode is the field code of a problem; package pls has one code for the
// empty names of constructs and of items.
func problemCode(p pls.Problem) string {
	if p.Code == pls.BadName && strings.Contains(p.At, ".indicators[") {
		return "model_item_empty"
	}
	return "model_" + string(p.Code)
}

// checkTexts compares the items of the blocks with those that have a text.
func (m Model) checkTexts(v *fault.Validation) {
	used := map[string]bool{}
	for b, c := range m.Constructs {
		v.Check(strings.TrimSpace(c.Title.Zh) != "", fmt.Sprintf("constructs[%d].title.zh", b), "required")
		for i, code := range c.Indicators {
			used[code] = true
			_, ok := m.Item(code)
			v.Check(ok, fmt.Sprintf("constructs[%d].indicators[%d]", b, i), "model_item_without_text", "construct", c.Name, "item", code)
		}
	}
	seen := map[string]bool{}
	for i, item := range m.Items {
		at := fmt.Sprintf("items[%d].code", i)
		v.Check(!seen[item.Code], at, "model_item_text_twice", "item", item.Code)
		v.Check(used[item.Code], at, "model_item_unused", "item", item.Code)
		v.Check(strings.TrimSpace(item.Zh) != "", fmt.Sprintf("items[%d].zh", i), "required")
		seen[item.Code] = true
	}
}
