package pls

import (
	"fmt"
	"strings"
)

// Code names a problem or warning. The text a person reads is made from it elsewhere.
type Code string

// Codes of problems: the model or the data are refused, or a resample is skipped.
const (
	ModelSyntax      Code = "model_syntax"       // the document is no model; Detail holds the reader's message
	NoConstruct      Code = "no_construct"       // the model has no construct
	NoPath           Code = "no_path"            // the model has no path
	BadName          Code = "bad_name"           // a name is empty or holds "->" or "~", which parameter names use
	DuplicateName    Code = "duplicate_name"     // two constructs share a name
	BadMode          Code = "bad_mode"           // the mode is neither A nor B
	EmptyBlock       Code = "empty_block"        // a construct without items
	ItemTwice        Code = "item_twice"         // an item stands twice in its block
	ItemInTwoBlocks  Code = "item_in_two_blocks" // an item belongs to two constructs; Other is the first
	UnknownConstruct Code = "unknown_construct"  // a path names a construct that does not exist
	SelfPath         Code = "self_path"          // a path leads from a construct to itself
	DuplicatePath    Code = "duplicate_path"     // a path is given twice
	Cycle            Code = "cycle"              // paths lead back to their start; Detail shows the way
	Isolated         Code = "isolated_construct" // a construct without a path
	BadScale         Code = "bad_scale"          // the scale has no width
	BadOption        Code = "bad_option"         // an unknown scheme, missing rule, level or count; Detail names it

	NoData          Code = "no_data"          // no case at all, or none left after dropping cases
	RaggedData      Code = "ragged_data"      // columns differ in length
	UnknownItem     Code = "unknown_item"     // the data have no column of that name
	DuplicateColumn Code = "duplicate_column" // the data have two columns of that name
	NotFinite       Code = "not_finite"       // a value is infinite
	OutsideScale    Code = "outside_scale"    // Count values lie outside the scale, the first in Row
	ItemAllMissing  Code = "item_all_missing" // an item without a valid value
	TooFewCases     Code = "too_few_cases"    // fewer cases than a regression of the model needs
	ConstantItem    Code = "constant_item"    // an item without variance
	SingularBlock   Code = "singular_block"   // the items of a mode B block depend on each other; Items names them
	SingularInner   Code = "singular_inner"   // the predecessors of a construct depend on each other
	DegenerateBlock Code = "degenerate_block" // all weights of a block vanish: its items do not correlate with its neighbours
	NotConverged    Code = "not_converged"    // no fixed point within the allowed iterations

	BadCorrelation Code = "bad_correlation" // the matrix is not square, symmetric, with unit diagonal and entries within ±1
	BadResample    Code = "bad_resample"    // given indices do not fit the cases; Row is the line

	CSVEmpty     Code = "csv_empty"     // the file has no line
	CSVQuote     Code = "csv_quote"     // broken quoting
	CSVFields    Code = "csv_fields"    // a row has another number of cells than the header; Count is the number
	CSVNumber    Code = "csv_number"    // text where a number belongs; Detail is the text
	CSVDelimiter Code = "csv_delimiter" // cells are separated by something else than commas
)

// A Problem is one reason to refuse a model or data. Fields that do not apply are zero.
type Problem struct {
	Code      Code     `json:"code"`
	Construct string   `json:"construct,omitempty"`
	Item      string   `json:"item,omitempty"`
	Items     []string `json:"items,omitempty"`  // the items that depend on each other
	Other     string   `json:"other,omitempty"`  // a second construct
	At        string   `json:"at,omitempty"`     // position in the model document, such as "constructs[2].indicators[0]"
	Row       int      `json:"row,omitempty"`    // 1-based case of the data or line of given resamples
	Column    int      `json:"column,omitempty"` // 1-based column of the file; of its line where quoting is broken
	Value     Number   `json:"value,omitzero"`
	Count     int      `json:"count,omitempty"`
	Detail    string   `json:"detail,omitempty"`
}

// Error gives the code and its parameters in one line.
func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(string(p.Code))
	for _, f := range []struct{ name, value string }{
		{"construct", p.Construct}, {"other", p.Other}, {"item", p.Item}, {"items", strings.Join(p.Items, ",")},
		{"at", p.At}, {"detail", p.Detail},
	} {
		if f.value != "" {
			fmt.Fprintf(&b, " %s=%s", f.name, f.value)
		}
	}
	for _, f := range []struct {
		name  string
		value int
	}{{"row", p.Row}, {"column", p.Column}, {"count", p.Count}} {
		if f.value != 0 {
			fmt.Fprintf(&b, " %s=%d", f.name, f.value)
		}
	}
	if p.Value != 0 {
		fmt.Fprintf(&b, " value=%g", p.Value)
	}
	return b.String()
}

// Problems is the error of every check: all that was found, in the order of the model.
type Problems []Problem

// Error joins the lines of all problems.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "; ")
}

// err turns an empty list into a nil error.
func (ps Problems) err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}
