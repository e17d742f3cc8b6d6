package survey

import (
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// Kind is what the cells of a column look like.
type Kind string

// The kinds.
const (
	KindEmpty   Kind = "empty"
	KindInteger Kind = "integer"
	KindNumber  Kind = "number"
	KindText    Kind = "text"
)

// ColumnPreview describes a column by the rows looked at.
type ColumnPreview struct {
	Position int      `json:"position"`
	Header   string   `json:"header"`
	Kind     Kind     `json:"kind" enum:"empty,integer,number,text"`
	Filled   int      `json:"filled" doc:"cells that are not empty"`
	Distinct int      `json:"distinct" doc:"different values, counted to 100"`
	Min      *float64 `json:"min,omitempty"`
	Max      *float64 `json:"max,omitempty"`
	Samples  []string `json:"samples" doc:"the first different values"`
}

const (
	previewRows    = 2000 // rows looked at
	previewShown   = 10   // rows shown
	previewSamples = 5    // values shown of a column
	maxDistinct    = 100
	maxCell        = 60 // characters of a cell that are shown, and of a target
)

// look reads the beginning of a sheet.
func look(r *sheet.Reader) (columns []ColumnPreview, shown [][]string, n int, err error) {
	sights := make([]sight, len(r.Header))
	shown = [][]string{}
	for ; n < previewRows; n++ {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, n, err
		}
		if row.Problem != nil {
			continue
		}
		if len(shown) < previewShown {
			shown = append(shown, cutAll(row.Cells))
		}
		for i := range sights {
			if row.Cells[i] != "" {
				sights[i].see(row.Cells[i])
			}
		}
	}
	for i, header := range r.Header {
		columns = append(columns, sights[i].preview(i+1, header))
	}
	return columns, shown, n, nil
}

func cutAll(cells []string) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = strings.Clone(cut(c))
	}
	return out
}

// sight collects what a column's cells look like.
type sight struct {
	filled, numbers, integers int
	min, max                  float64
	values                    []string
}

func (s *sight) see(cell string) {
	s.filled++
	if v, ok := number(cell); ok {
		if s.numbers == 0 {
			s.min, s.max = v, v
		}
		s.min, s.max = min(s.min, v), max(s.max, v)
		s.numbers++
		if v == math.Trunc(v) {
			s.integers++
		}
	}
	if len(s.values) < maxDistinct && !slices.Contains(s.values, cell) {
		s.values = append(s.values, strings.Clone(cell))
	}
}

func (s *sight) preview(position int, header string) ColumnPreview {
	p := ColumnPreview{Position: position, Header: header, Kind: KindText, Filled: s.filled, Distinct: len(s.values), Samples: []string{}}
	for _, v := range s.values[:min(len(s.values), previewSamples)] {
		p.Samples = append(p.Samples, cut(v))
	}
	switch {
	case s.filled == 0:
		p.Kind = KindEmpty
	case s.integers == s.filled:
		p.Kind = KindInteger
	case s.numbers*10 >= s.filled*9: // a few words among numbers are mistakes or codes
		p.Kind = KindNumber
	}
	if s.numbers > 0 {
		p.Min, p.Max = &s.min, &s.max
	}
	return p
}

// number reads a cell; full-width digits count as digits.
func number(cell string) (float64, bool) {
	v, err := strconv.ParseFloat(narrow(cell), 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}

// narrow turns full-width digits and signs into ASCII.
func narrow(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r > 0xFF00 }) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if 0xFF01 <= r && r <= 0xFF5E {
			return r - 0xFEE0
		}
		return r
	}, s)
}
