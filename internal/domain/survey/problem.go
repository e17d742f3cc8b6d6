package survey

import (
	"slices"
	"strconv"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// Severity says whether a problem keeps a row out.
type Severity string

// The severities.
const (
	Rejected Severity = "error"   // the row is left out
	Doubtful Severity = "warning" // the row is taken
)

// Codes of problems; the sentence with the remedy is "survey.problem.CODE". Rows
// that cannot be read, and errors that end a file, keep the codes of package
// sheet.
const (
	CodeText        = "text_for_number"      // value
	CodeOutside     = "outside_scale"        // value, min, max
	CodeMissingCode = "missing_code"         // value: outside the scale and a usual code for no answer
	CodeNoAnswer    = "no_answer"            // a row without any answer
	CodeDuplicate   = "duplicate_respondent" // value, first_row
	CodeRespondent  = "respondent_missing"
	CodeWeight      = "weight" // value: no number above zero
	CodeLevel       = "level_too_long"
	CodeBlock       = "block_missing" // no answer to any of several items of construct
	CodeUnmapped    = "item_unmapped" // no column for item of construct; not of a row
)

// Problem is one thing found in a file. Row and Column are numbered as a
// spreadsheet does; 0 where there is none.
type Problem struct {
	Row       int            `json:"row,omitempty"`
	Column    int            `json:"column,omitempty"`
	Header    string         `json:"header,omitempty"`
	Construct string         `json:"construct,omitempty"`
	Item      string         `json:"item,omitempty"`
	Code      string         `json:"code"`
	Severity  Severity       `json:"severity" enum:"error,warning"`
	Params    map[string]any `json:"params,omitempty"`
}

// key names the problem's sentence.
func (p Problem) key() string {
	switch {
	case strings.HasPrefix(p.Code, "sheet."):
		return p.Code
	case sheet.IsRowCode(p.Code):
		return "problem.field." + p.Code
	}
	return "survey.problem." + p.Code
}

// sentence names the parameters of the problem's sentence.
func (p Problem) sentence() map[string]any {
	all := map[string]any{"row": p.Row, "column": p.Column, "header": p.Header, "construct": p.Construct, "item": p.Item}
	for k, v := range p.Params {
		if x, ok := v.(float64); ok { // as JSON gives numbers back
			v = strconv.FormatFloat(x, 'f', -1, 64)
		}
		all[k] = v
	}
	return all
}

// ProblemCount sums up the problems of one code in one column.
type ProblemCount struct {
	Code      string   `json:"code"`
	Severity  Severity `json:"severity" enum:"error,warning"`
	Column    int      `json:"column,omitempty"`
	Header    string   `json:"header,omitempty"`
	Construct string   `json:"construct,omitempty"`
	Item      string   `json:"item,omitempty"`
	Count     int64    `json:"count"`
	FirstRow  int      `json:"first_row,omitempty"`
}

// Summary is the outcome of a check or an import.
type Summary struct {
	Rows     int64          `json:"rows" doc:"rows with anything in them, the header not counted"`
	Accepted int64          `json:"accepted"`
	Rejected int64          `json:"rejected"`
	Problems int64          `json:"problems" doc:"all that were found; the first 5000 are listed"`
	Counts   []ProblemCount `json:"counts" nullable:"false"`
}

// maxProblems bounds the problems kept; all are counted.
const maxProblems = 5000

// findings collects problems.
type findings struct {
	summary Summary
	list    []Problem
}

func (f *findings) add(p Problem) {
	f.summary.Problems++
	if len(f.list) < maxProblems {
		f.list = append(f.list, p)
	}
	i := slices.IndexFunc(f.summary.Counts, func(c ProblemCount) bool {
		return c.Code == p.Code && c.Column == p.Column && c.Construct == p.Construct && c.Item == p.Item
	})
	if i < 0 {
		i = len(f.summary.Counts)
		f.summary.Counts = append(f.summary.Counts, ProblemCount{
			Code: p.Code, Severity: p.Severity, Column: p.Column, Header: p.Header, Construct: p.Construct, Item: p.Item, FirstRow: p.Row,
		})
	}
	f.summary.Counts[i].Count++
}
