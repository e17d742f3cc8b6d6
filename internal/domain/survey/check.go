package survey

import (
	"crypto/sha256"
	"math"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// maxLevels bounds the different values of an attribute, maxLevel their length.
const (
	maxLevels = 60
	maxLevel  = 60
)

// usualCodes are values that survey programs write for no answer.
var usualCodes = []float64{-1, -8, -9, -88, -98, -99, -998, -999, -9999, 88, 98, 99, 998, 999, 9999}

// record is one respondent as it is kept.
type record struct {
	row        int
	respondent string
	weight     float64
	answers    []float64 // by item, NaN where missing
	levels     []int     // by attribute, position in its levels plus 1; 0 where empty
}

// checker reads the rows of a file by its mapping.
type checker struct {
	mapping    Mapping
	items      []itemColumn
	blocks     [][]int // items by construct, positions in items
	attributes []attributeColumn
	weight     int // position of the column, 0 for none
	respondent int
	header     []string
	missing    missingCodes

	findings
	sound bool             // nothing wrong with the row so far
	seen  map[[16]byte]int // respondents, first row
	rec   record
}

type itemColumn struct {
	Column
	construct string
}

type attributeColumn struct {
	Column
	levels []string
	counts []int64
	at     map[string]int
}

// newChecker expects a mapping that was validated against the header.
func newChecker(m Mapping, header []string, q Questionnaire) *checker {
	c := &checker{mapping: m, header: header, missing: newMissingCodes(m.MissingCodes), seen: map[[16]byte]int{}}
	for _, col := range m.Columns {
		switch col.Role {
		case RoleItem:
			construct, _ := q.construct(col.Target)
			c.items = append(c.items, itemColumn{col, construct})
		case RoleAttribute:
			c.attributes = append(c.attributes, attributeColumn{Column: col, at: map[string]int{}})
		case RoleWeight:
			c.weight = col.Position
		case RoleRespondent:
			c.respondent = col.Position
		}
	}
	c.arrange(q)
	c.rec.answers, c.rec.levels = make([]float64, len(c.items)), make([]int, len(c.attributes))
	return c
}

// arrange puts the items in the order of the questionnaire, so that the order of
// columns does not matter, and finds those without a column.
func (c *checker) arrange(q Questionnaire) {
	place := func(code string) int {
		return slices.IndexFunc(q.Questions, func(question Question) bool { return question.Code == code })
	}
	slices.SortFunc(c.items, func(a, b itemColumn) int { return place(a.Target) - place(b.Target) })
	at := map[string]int{}
	for i, item := range c.items {
		b, ok := at[item.construct]
		if !ok {
			b = len(c.blocks)
			at[item.construct] = b
			c.blocks = append(c.blocks, nil)
		}
		c.blocks[b] = append(c.blocks[b], i)
	}
	for _, question := range q.Questions {
		if !slices.ContainsFunc(c.items, func(item itemColumn) bool { return item.Target == question.Code }) {
			c.add(Problem{Code: CodeUnmapped, Severity: Doubtful, Construct: question.Construct, Item: question.Code})
		}
	}
}

// row checks a row. The record is valid until the next row; ok is false for a
// row that is left out. The error is ErrLevels.
func (c *checker) row(r sheet.Row) (rec *record, ok bool, err error) {
	c.summary.Rows++
	c.rec.row, c.sound = r.Number, true
	if r.Problem != nil {
		c.rejectUnreadable(*r.Problem)
	} else {
		c.readAnswers(r)
		c.readWeight(r)
		c.checkLevels(r)
		c.readRespondent(r)
	}
	if !c.sound {
		c.summary.Rejected++
		return nil, false, nil
	}
	c.summary.Accepted++
	return &c.rec, true, c.readLevels(r)
}

func (c *checker) reject(p Problem) {
	p.Row, p.Severity, c.sound = c.rec.row, Rejected, false
	c.add(p)
}

func (c *checker) rejectCell(col Column, p Problem) {
	p.Column, p.Header = col.Position, col.Header
	c.reject(p)
}

// rejectUnreadable leaves out a row that could not be read as one.
func (c *checker) rejectUnreadable(f fault.Field) {
	p := Problem{Code: f.Code, Params: f.Params}
	for i := range c.header {
		if sheet.ColumnName(i) == f.Name {
			p.Column, p.Header = i+1, c.header[i]
		}
	}
	c.reject(p)
}

func (c *checker) readAnswers(r sheet.Row) {
	answered := 0
	for i, item := range c.items {
		cell := r.Cells[item.Position-1]
		v, ok := c.answer(item, cell)
		c.rec.answers[i] = v
		if !math.IsNaN(v) || !ok {
			answered++
		}
	}
	if answered == 0 {
		c.reject(Problem{Code: CodeNoAnswer})
		return
	}
	for _, block := range c.blocks {
		if len(block) > 1 && !slices.ContainsFunc(block, func(i int) bool { return !math.IsNaN(c.rec.answers[i]) }) {
			c.add(Problem{Row: c.rec.row, Construct: c.items[block[0]].construct, Code: CodeBlock, Severity: Doubtful})
		}
	}
}

// answer reads a cell; NaN is no answer, ok is false for a mistake.
func (c *checker) answer(item itemColumn, cell string) (v float64, ok bool) {
	if c.missing.has(cell) {
		return math.NaN(), true
	}
	p := Problem{Construct: item.construct, Item: item.Target, Params: map[string]any{"value": strings.Clone(cut(cell))}}
	v, isNumber := number(cell)
	scale := c.mapping.Scale
	switch {
	case !isNumber:
		p.Code = CodeText
	case !scale.has(v) && slices.Contains(usualCodes, v):
		p.Code = CodeMissingCode
	case !scale.has(v):
		p.Code = CodeOutside
		p.Params["min"], p.Params["max"] = scale.Min, scale.Max
	case item.Reverse:
		return scale.Min + scale.Max - v, true
	default:
		return v, true
	}
	c.rejectCell(item.Column, p)
	return math.NaN(), false
}

// missingCodes are the cells that mean no answer, as texts and as numbers.
type missingCodes struct {
	texts   []string
	numbers []float64
}

func newMissingCodes(codes []string) missingCodes {
	m := missingCodes{texts: []string{"", "NA", "N/A", "na", "n/a"}}
	for _, code := range codes {
		m.texts = append(m.texts, strings.TrimSpace(code))
		if v, ok := number(code); ok {
			m.numbers = append(m.numbers, v)
		}
	}
	return m
}

func (m missingCodes) has(cell string) bool {
	if slices.Contains(m.texts, cell) {
		return true
	}
	if len(m.numbers) == 0 {
		return false
	}
	v, ok := number(cell)
	return ok && slices.Contains(m.numbers, v)
}

func (c *checker) readWeight(r sheet.Row) {
	if c.weight == 0 {
		return
	}
	cell := r.Cells[c.weight-1]
	v, ok := number(cell)
	if c.rec.weight = v; !ok || !(v > 0) {
		c.rejectCell(c.column(c.weight), Problem{Code: CodeWeight, Params: map[string]any{"value": strings.Clone(cut(cell))}})
	}
}

func (c *checker) column(position int) Column {
	return Column{Position: position, Header: c.header[position-1]}
}

func (c *checker) checkLevels(r sheet.Row) {
	for _, a := range c.attributes {
		if len([]rune(r.Cells[a.Position-1])) > maxLevel {
			c.rejectCell(a.Column, Problem{Code: CodeLevel, Params: map[string]any{"limit": maxLevel}})
		}
	}
}

// readRespondent remembers only respondents whose row is otherwise sound: the
// corrected row may come again in the same file.
func (c *checker) readRespondent(r sheet.Row) {
	if c.respondent == 0 {
		return
	}
	cell := r.Cells[c.respondent-1]
	if c.rec.respondent = strings.Clone(cell); cell == "" {
		c.rejectCell(c.column(c.respondent), Problem{Code: CodeRespondent})
		return
	}
	sum := sha256.Sum256([]byte(cn.Fold(cell)))
	key := [16]byte(sum[:16])
	if first, twice := c.seen[key]; twice {
		c.rejectCell(c.column(c.respondent), Problem{Code: CodeDuplicate, Params: map[string]any{"value": cut(c.rec.respondent), "first_row": first}})
	} else if c.sound {
		c.seen[key] = r.Number
	}
}

// readLevels reads the attributes of a row that is taken.
func (c *checker) readLevels(r sheet.Row) error {
	for i := range c.attributes {
		a := &c.attributes[i]
		cell := r.Cells[a.Position-1]
		if c.rec.levels[i] = 0; c.missing.has(cell) {
			continue
		}
		level, known := a.at[cell]
		if !known {
			if len(a.levels) == maxLevels {
				return ErrLevels.With("attribute", a.Target, "limit", maxLevels, "row", c.rec.row)
			}
			cell = strings.Clone(cell)
			a.levels, a.counts = append(a.levels, cell), append(a.counts, 0)
			level = len(a.levels)
			a.at[cell] = level
		}
		c.rec.levels[i] = level
		a.counts[level-1]++
	}
	return nil
}
