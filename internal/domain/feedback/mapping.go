package feedback

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// The mappings that come with the program.
//
//go:embed rule/mapping/*.json
var mappingFiles embed.FS

// Mapping says which columns of a file are what of a case. Times are the company's local
// times.
type Mapping struct {
	Name       string     `json:"name"`
	SourceZh   string     `json:"source_zh"`
	SourceEn   string     `json:"source_en"`
	Prefix     string     `json:"prefix"`   // of the case number
	Key        string     `json:"key"`      // column of the number, unique in the file
	Received   string     `json:"received"` // column
	Ended      string     `json:"ended"`    // column; empty where it has not ended
	Author     string     `json:"author"`   // column: who took it
	Time       string     `json:"time"`     // form of the times, as Go writes it
	Title      []string   `json:"title"`    // columns, joined
	Text       []string   `json:"text"`
	Place      []string   `json:"place"`
	Channel    string     `json:"channel"`
	Kind       string     `json:"kind"`       // column that tells type and category
	Categories []Category `json:"categories"` // made where the company has none of the code
	Kinds      []mapped   `json:"kinds"`
}

// mapped is what a value of the kind's column means.
type mapped struct {
	Value    string `json:"value"`
	Type     Type   `json:"type"`
	Category string `json:"category"`
}

// ErrMapping: no mapping of the name; Params["names"] are those there are.
var ErrMapping = fault.New(fault.Invalid, "feedback.mapping")

// mappingOf finds a shipped mapping. Error: ErrMapping.
func mappingOf(name string) (m Mapping, err error) {
	files, err := mappingFiles.ReadDir("rule/mapping")
	if err != nil {
		return m, fmt.Errorf("feedback: %w", err)
	}
	var names []string
	for _, f := range files {
		known := strings.TrimSuffix(f.Name(), ".json")
		if names = append(names, known); known != name {
			continue
		}
		raw, err := mappingFiles.ReadFile("rule/mapping/" + f.Name())
		if err != nil {
			return m, fmt.Errorf("feedback: %w", err)
		}
		return m, json.Unmarshal(raw, &m)
	}
	return m, ErrMapping.With("names", strings.Join(names, ", "))
}

// columns are where the columns of a mapping stand in a file. Error: ErrColumns.
func (m Mapping) columns(header []string) (at map[string]int, err error) {
	at = map[string]int{}
	var missing []string
	for _, name := range slices.Concat([]string{m.Key, m.Received, m.Ended, m.Author, m.Kind}, m.Title, m.Text, m.Place) {
		i := slices.Index(header, name)
		if at[name] = i; i < 0 {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return nil, ErrColumns.With("names", strings.Join(missing, ", "))
	}
	return at, nil
}

// ErrColumns: the file lacks columns of the mapping; Params["names"].
var ErrColumns = fault.New(fault.Invalid, "feedback.columns")

// past is a case as a file tells of it.
type past struct {
	row             int
	no, author      string
	received, ended when.Instant
	facts           Facts
}

// read takes a row over. What is wrong names the column.
func (m Mapping) read(number int, cells []string, at map[string]int, now when.Instant) (p past, wrong *Refusal) {
	cell := func(name string) string { return strings.TrimSpace(cells[at[name]]) }
	refuse := func(column, code string) (past, *Refusal) { return past{}, &Refusal{number, column, code} }
	joined := func(names []string, with string) string {
		var parts []string
		for _, n := range names {
			if c := cell(n); c != "" {
				parts = append(parts, c)
			}
		}
		return strings.Join(parts, with)
	}
	p = past{row: number, no: m.Prefix + "-" + cell(m.Key), author: cmp.Or(cell(m.Author), m.Name)}
	if cell(m.Key) == "" {
		return refuse(m.Key, "required")
	}
	if column, code := m.times(&p, cell, now); code != "" {
		return refuse(column, code)
	}
	i := slices.IndexFunc(m.Kinds, func(k mapped) bool { return k.Value == cell(m.Kind) })
	if i < 0 {
		return refuse(m.Kind, "not_mapped")
	}
	p.facts = Facts{Type: m.Kinds[i].Type, Category: m.Kinds[i].Category, Channel: m.Channel, Title: joined(m.Title, " · "), Text: joined(m.Text, "\n"), Place: joined(m.Place, ", ")}
	var v fault.Validation
	p.facts.validate(&v)
	if v.Err() != nil {
		return refuse(m.Text[0], "required")
	}
	return p, nil
}

// times reads when a case came and ended; what is wrong names the column.
func (m Mapping) times(p *past, cell func(string) string, now when.Instant) (column, code string) {
	var ok bool
	if p.received, ok = m.moment(cell(m.Received)); !ok || p.received > now {
		return m.Received, "no_time"
	}
	if cell(m.Ended) == "" {
		return "", ""
	}
	if p.ended, ok = m.moment(cell(m.Ended)); !ok || p.ended > now {
		return m.Ended, "no_time"
	}
	if p.ended < p.received {
		return m.Ended, "too_early"
	}
	return "", ""
}

func (m Mapping) moment(cell string) (when.Instant, bool) {
	t, err := time.ParseInLocation(m.Time, cell, when.Zone)
	return when.At(t), err == nil && t.Year() >= 1900
}
