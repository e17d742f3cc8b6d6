package sheet

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The errors that end a file. Places stand in the parameters: row (as a
// spreadsheet counts), line (as a text editor counts), column (a letter),
// offset (bytes).
var (
	ErrEmpty           = fault.New(fault.Invalid, "sheet.empty")
	ErrNoHeader        = fault.New(fault.Invalid, "sheet.no_header")        // row, column
	ErrDuplicateHeader = fault.New(fault.Invalid, "sheet.duplicate_header") // row, header, first, second
	ErrColumns         = fault.New(fault.Invalid, "sheet.columns")          // row, count, limit
	ErrEncoding        = fault.New(fault.Invalid, "sheet.encoding")         // line, offset, encoding
	ErrBinary          = fault.New(fault.Invalid, "sheet.binary")           // neither CSV nor XLSX; line, offset
	ErrOldExcel        = fault.New(fault.Invalid, "sheet.old_excel")        // .xls, or XLSX with a password
	ErrQuoting         = fault.New(fault.Invalid, "sheet.quoting")          // line, count: too many rows with broken quoting
	ErrCut             = fault.New(fault.Invalid, "sheet.cut")              // XLSX whose end is missing
	ErrDamaged         = fault.New(fault.Invalid, "sheet.damaged")          // XLSX that breaks its format
	ErrTooLarge        = fault.New(fault.TooLarge, "sheet.too_large")       // limit_mb: unpacked
	ErrSheet           = fault.New(fault.Invalid, "sheet.unknown_sheet")    // sheet
)

// Codes of what may be wrong with one row. The sentence of a code is that of the
// field code of the same name.
const (
	RowQuoteOpen  = "quote_open"    // a quotation mark without its closing one; line
	RowQuote      = "quote"         // text behind a closing quotation mark, or a mark in the middle; line
	RowTooLong    = "row_too_long"  // limit_kb
	RowCellLong   = "cell_too_long" // limit
	RowCellsFew   = "cells_missing" // count, expected
	RowCellsExtra = "cells_extra"   // count, expected
	RowCut        = "row_cut"       // the last line is short and has no line end: the file was cut
)

// IsRowCode tells whether a code is of a row that could not be read.
func IsRowCode(code string) bool {
	switch code {
	case RowQuoteOpen, RowQuote, RowTooLong, RowCellLong, RowCellsFew, RowCellsExtra, RowCut:
		return true
	}
	return false
}

const (
	// maxColumns bounds the width of a table; wider is no customer list.
	maxColumns = 500
	// maxCell is what a cell of a spreadsheet may hold, in characters.
	maxCell = 32_767
	// maxRowBytes bounds a row, so that an open quotation mark does not swallow
	// the file.
	maxRowBytes = 256 << 10
	// maxQuoteProblems ends a file whose quoting is broken throughout: each such
	// row is read twice.
	maxQuoteProblems = 1000
	// maxHeaderRow is how many rows are looked at for the header.
	maxHeaderRow = 20
)
