package pls

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Mode says how the weights of a block are found.
type Mode string

// Modes: A, reflective, takes each item's covariance with the inner proxy; B, formative, the regression of the proxy
// on the items.
const (
	ModeA Mode = "A"
	ModeB Mode = "B"
)

// A Construct is a latent variable with its block of items.
type Construct struct {
	Name       string   `json:"name"`
	Mode       Mode     `json:"mode"`
	Indicators []string `json:"indicators"`
}

// A Path is an arrow of the structural model.
type Path struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// A Scale gives the ends of the answering scale common to all items.
type Scale struct {
	Min float64 `json:"min"`
	Max float64 `json:"max"`
}

// A Model is a path model. Items keep the order of the constructs and within them.
type Model struct {
	Constructs []Construct `json:"constructs"`
	Paths      []Path      `json:"paths"`
	Scale      *Scale      `json:"scale,omitempty"` // without it there is no index
}

// Items lists the items of all blocks in model order.
func (m Model) Items() []string {
	var items []string
	for _, c := range m.Constructs {
		items = append(items, c.Indicators...)
	}
	return items
}

// ReadModel reads a model as JSON: the model itself or an object that holds it under "model". Keys it does not know are
// ignored, so that a model may carry titles and question texts. The error is of type [Problems] and covers the whole
// model, or it is that of the reader.
func ReadModel(r io.Reader) (Model, error) {
	var doc struct {
		Model
		Inner *Model `json:"model"`
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return Model{}, err
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		return Model{}, Problems{{Code: ModelSyntax, Detail: err.Error()}}
	}
	m := doc.Model
	if doc.Inner != nil {
		m = *doc.Inner
	}
	return m, m.Validate()
}

// Validate checks the model alone, without data. The error is of type [Problems] and lists everything that is wrong.
func (m Model) Validate() error { return m.problems().err() }

func (m Model) problems() Problems {
	var ps Problems
	if len(m.Constructs) == 0 {
		ps = append(ps, Problem{Code: NoConstruct, At: "constructs"})
	}
	if len(m.Paths) == 0 {
		ps = append(ps, Problem{Code: NoPath, At: "paths"})
	}
	ps = append(ps, m.blockProblems()...)
	ps = append(ps, m.pathProblems()...)
	if s := m.Scale; s != nil && !(s.Min < s.Max && s.Max-s.Min <= maxScale) {
		ps = append(ps, Problem{Code: BadScale, At: "scale", Detail: fmt.Sprintf("%g:%g", s.Min, s.Max)})
	}
	return ps
}

// maxScale bounds the width of a scale so that an infinite end is refused.
const maxScale = 1e12

func (m Model) blockProblems() Problems {
	var ps Problems
	names := map[string]bool{}
	owner := map[string]string{}
	for i, c := range m.Constructs {
		at := fmt.Sprintf("constructs[%d]", i)
		if badName(c.Name) {
			ps = append(ps, Problem{Code: BadName, Construct: c.Name, At: at + ".name"})
		} else if names[c.Name] {
			ps = append(ps, Problem{Code: DuplicateName, Construct: c.Name, At: at + ".name"})
		}
		names[c.Name] = true
		if c.Mode != ModeA && c.Mode != ModeB {
			ps = append(ps, Problem{Code: BadMode, Construct: c.Name, At: at + ".mode", Detail: string(c.Mode)})
		}
		if len(c.Indicators) == 0 {
			ps = append(ps, Problem{Code: EmptyBlock, Construct: c.Name, At: at + ".indicators"})
		}
		ps = append(ps, itemProblems(c, at, owner)...)
	}
	return ps
}

func itemProblems(c Construct, at string, owner map[string]string) Problems {
	var ps Problems
	for j, item := range c.Indicators {
		p := Problem{Construct: c.Name, Item: item, At: fmt.Sprintf("%s.indicators[%d]", at, j)}
		first, seen := owner[item]
		switch {
		case item == "":
			p.Code = BadName
		case seen && first == c.Name:
			p.Code = ItemTwice
		case seen:
			p.Code, p.Other = ItemInTwoBlocks, first
		default:
			owner[item] = c.Name
			continue
		}
		ps = append(ps, p)
	}
	return ps
}

// badName tells whether a construct cannot be named in parameters such as "path:A->B" or "htmt:A~B".
func badName(name string) bool {
	return strings.TrimSpace(name) == "" || strings.Contains(name, "->") || strings.Contains(name, "~")
}

func (m Model) pathProblems() Problems {
	var ps Problems
	known := map[string]bool{}
	for _, c := range m.Constructs {
		known[c.Name] = true
	}
	linked := map[string]bool{}
	seen := map[Path]bool{}
	for i, p := range m.Paths {
		at := fmt.Sprintf("paths[%d]", i)
		for _, end := range []struct{ name, at string }{{p.From, ".from"}, {p.To, ".to"}} {
			if !known[end.name] {
				ps = append(ps, Problem{Code: UnknownConstruct, Construct: end.name, At: at + end.at})
			}
		}
		switch {
		case p.From == p.To:
			ps = append(ps, Problem{Code: SelfPath, Construct: p.From, At: at})
			continue
		case seen[p]:
			ps = append(ps, Problem{Code: DuplicatePath, Construct: p.From, Other: p.To, At: at})
		}
		seen[p], linked[p.From], linked[p.To] = true, true, true
	}
	for i, c := range m.Constructs {
		if !linked[c.Name] {
			ps = append(ps, Problem{Code: Isolated, Construct: c.Name, At: fmt.Sprintf("constructs[%d]", i)})
		}
	}
	if way := m.cycle(); way != nil {
		ps = append(ps, Problem{Code: Cycle, Construct: way[0], At: "paths", Detail: strings.Join(way, " -> ")})
	}
	return ps
}

// cycle returns the names along one directed cycle, first and last the same, or nil. A path from a construct to itself
// is a problem of its own and left out.
func (m Model) cycle() []string {
	next := map[string][]string{}
	for _, p := range m.Paths {
		if p.From != p.To {
			next[p.From] = append(next[p.From], p.To)
		}
	}
	done := map[string]bool{}
	var way []string
	var visit func(name string) []string
	visit = func(name string) []string {
		for i, n := range way {
			if n == name {
				return append(append([]string{}, way[i:]...), name)
			}
		}
		if done[name] {
			return nil
		}
		way = append(way, name)
		for _, n := range next[name] {
			if found := visit(n); found != nil {
				return found
			}
		}
		way = way[:len(way)-1]
		done[name] = true
		return nil
	}
	for _, c := range m.Constructs {
		if found := visit(c.Name); found != nil {
			return found
		}
	}
	return nil
}
