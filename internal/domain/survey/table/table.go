// Package table reads the tables people send, row by row in bounded memory: CSV
// in the usual encodings and separators, and XLSX.
//
// Rows are numbered as a spreadsheet numbers them: the header is row 1. Blank
// rows are passed over, in XLSX with their numbers. Nothing is guessed about
// cells: they are text, without surrounding white space; of a formula the value
// last computed.
package table

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
)

// Format is the kind of file.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// The errors. A place in the file stands in the parameters row and column.
var (
	ErrEmpty     = fault.New(fault.Invalid, "survey.file_empty")
	ErrColumns   = fault.New(fault.Invalid, "survey.file_columns")     // count, limit
	ErrEncoding  = fault.New(fault.Invalid, "survey.file_encoding")    // row, encoding
	ErrBinary    = fault.New(fault.Invalid, "survey.file_binary")      // neither CSV nor XLSX
	ErrOldExcel  = fault.New(fault.Invalid, "survey.file_old_excel")   // .xls, or XLSX with a password
	ErrQuote     = fault.New(fault.Invalid, "survey.file_quote")       // row, column (bytes of the line)
	ErrRowTooBig = fault.New(fault.Invalid, "survey.file_row_too_big") // row
	ErrDamaged   = fault.New(fault.Invalid, "survey.file_damaged")
	ErrSheet     = fault.New(fault.Invalid, "survey.file_sheet") // sheet
)

// maxColumns bounds the width of a table; maxRowBytes what one row may hold, so
// that an open quotation mark does not swallow the file.
const (
	maxColumns  = 1000
	maxRowBytes = 1 << 20
)

// Options choose how a file is read; the zero value finds out.
type Options struct {
	Encoding cn.Encoding // of CSV
	Sheet    string      // of XLSX
}

// Row is one row of cells, valid until the next one is read.
type Row struct {
	Number int // as a spreadsheet numbers it; the header is 1
	Cells  []string
	Padded bool // the format leaves out empty cells at the end
}

// Reader reads one table. The header has been read when Open returns.
type Reader struct {
	Format    Format
	Encoding  cn.Encoding // of CSV
	Separator rune        // of CSV
	Sheet     string      // of XLSX
	Sheets    []string    // of XLSX
	Header    []string
	rows      rows
}

// rows is a format's way to go on.
type rows interface {
	next() (Row, error) // io.EOF after the last
	progress() (done, total int64)
	close() error
}

// Next gives the next row that is not blank, io.EOF after the last.
func (r *Reader) Next() (Row, error) {
	for {
		row, err := r.rows.next()
		if err != nil || !blank(row.Cells) {
			return row, err
		}
	}
}

// Progress tells how much has been read of how much: bytes of CSV; of XLSX rows,
// with a total of 0, for it is not known.
func (r *Reader) Progress() (done, total int64) { return r.rows.progress() }

// Close frees what the reader holds; the source stays the caller's.
func (r *Reader) Close() error { return r.rows.close() }

// Open recognises the format by the content and reads the header. size is the
// length of src in bytes.
func Open(src io.Reader, size int64, o Options) (*Reader, error) {
	var magic [4]byte
	n, err := io.ReadFull(src, magic[:])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	src = io.MultiReader(bytes.NewReader(magic[:n]), src)
	r := &Reader{}
	switch string(magic[:n]) {
	case "PK\x03\x04":
		err = r.openXLSX(src, o)
	case "\xD0\xCF\x11\xE0":
		err = ErrOldExcel
	default:
		err = r.openCSV(src, size, o)
	}
	if err != nil {
		return nil, err
	}
	if err := r.readHeader(); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

func (r *Reader) readHeader() error {
	row, err := r.Next()
	if errors.Is(err, io.EOF) {
		return ErrEmpty
	}
	if err != nil {
		return err
	}
	for _, cell := range row.Cells {
		r.Header = append(r.Header, strings.Clone(cell))
	}
	for len(r.Header) > 0 && r.Header[len(r.Header)-1] == "" {
		r.Header = r.Header[:len(r.Header)-1]
	}
	if len(r.Header) > maxColumns {
		return ErrColumns.With("count", len(r.Header), "limit", maxColumns)
	}
	return nil
}

func blank(cells []string) bool {
	for _, c := range cells {
		if c != "" {
			return false
		}
	}
	return true
}
