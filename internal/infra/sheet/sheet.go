package sheet

import (
	"errors"
	"io"
	"strings"
	"unicode/utf8"

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

// Options choose how a file is read; the zero value finds out.
type Options struct {
	Encoding cn.Encoding // of CSV
	Sheet    string      // of XLSX; the first when empty
}

// Row is one row of cells. With a Problem its cells are what could be read.
type Row struct {
	Number  int // as a spreadsheet numbers it, from 1
	Cells   []string
	Problem *fault.Field // Name is the letter of the column, "" for the whole row
	Open    bool         // the last line of a CSV file that has no line end: it may be cut
}

// Reader reads one table. The header has been read when Open returns.
type Reader struct {
	Format    Format
	Encoding  cn.Encoding // of CSV
	Separator rune        // of CSV
	Sheet     string      // of XLSX
	Sheets    []string    // of XLSX
	Header    []string    // "" for a column without heading
	HeaderRow int
	rows      rows
	pending   []Row // read while looking for the header
}

// rows is a format's way to go on.
type rows interface {
	next() (Row, error) // io.EOF after the last
	progress() (done, total int64)
	close() error
}

// Open recognises the format by the content and reads the header. size is the
// length of src in bytes.
func Open(src io.ReaderAt, size int64, o Options) (*Reader, error) {
	var magic [4]byte
	n, err := src.ReadAt(magic[:min(size, 4)], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	r := &Reader{}
	switch string(magic[:n]) {
	case "PK\x03\x04", "PK\x05\x06":
		err = r.openXLSX(src, size, o)
	case "\xD0\xCF\x11\xE0":
		err = ErrOldExcel
	default:
		err = r.openCSV(io.NewSectionReader(src, 0, size), size, o)
	}
	if err != nil {
		return nil, err
	}
	if err := r.findHeader(); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// Next gives the next row that is not blank, io.EOF after the last.
func (r *Reader) Next() (Row, error) {
	row, err := r.read()
	if err == nil && row.Problem == nil {
		row.fit(len(r.Header), r.Format)
	}
	return row, err
}

// read is Next without holding the row to the header.
func (r *Reader) read() (Row, error) {
	if len(r.pending) > 0 {
		row := r.pending[0]
		r.pending = r.pending[1:]
		return row, nil
	}
	for {
		row, err := r.rows.next()
		if err != nil || row.Problem != nil || !blank(row.Cells) {
			return row, err
		}
	}
}

// Progress tells how much has been read of how much, in bytes of the file or of
// the unpacked sheet.
func (r *Reader) Progress() (done, total int64) { return r.rows.progress() }

// Close frees what the reader holds; the source stays the caller's.
func (r *Reader) Close() error { return r.rows.close() }

// fit makes a row as wide as the header. XLSX leaves out empty cells at the end;
// in CSV a missing separator means that cells have shifted.
func (row *Row) fit(width int, f Format) {
	for i, c := range row.Cells {
		if len(c) > maxCell && utf8.RuneCountInString(c) > maxCell {
			row.problem(i, RowCellLong, "limit", maxCell)
			return
		}
	}
	n := len(row.Cells)
	for n > width && row.Cells[n-1] == "" {
		n--
	}
	switch {
	case n > width:
		row.problem(-1, RowCellsExtra, "count", n, "expected", width)
	case n < width && row.Open:
		row.problem(-1, RowCut)
	case n < width && f == CSV:
		row.problem(-1, RowCellsFew, "count", n, "expected", width)
	}
	row.Cells = row.Cells[:n]
	for len(row.Cells) < width {
		row.Cells = append(row.Cells, "")
	}
}

// problem marks the row; column -1 is the row as a whole.
func (row *Row) problem(column int, code string, params ...any) {
	var v fault.Validation
	name := ""
	if column >= 0 {
		name = ColumnName(column)
	}
	v.Add(name, code, params...)
	var e *fault.Error
	if errors.As(v.Err(), &e) {
		row.Problem = &e.Fields[0]
	}
}

// ColumnName is the letter of a column counted from 0: A, B, …, Z, AA, ….
func ColumnName(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

func blank(cells []string) bool {
	for _, c := range cells {
		if c != "" {
			return false
		}
	}
	return true
}

// findHeader takes the first row with two filled cells: above it may stand a
// title. A table of one column has its first row as header.
func (r *Reader) findHeader() error {
	var seen []Row
	for len(seen) < maxHeaderRow {
		row, err := r.read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if len(row.Cells) > maxColumns {
			return ErrColumns.With("row", row.Number, "count", len(row.Cells), "limit", maxColumns)
		}
		seen = append(seen, row)
		if filled(row.Cells) > 1 {
			return r.setHeader(row)
		}
	}
	if len(seen) == 0 {
		return ErrEmpty
	}
	r.pending = seen[1:]
	return r.setHeader(seen[0])
}

func filled(cells []string) (n int) {
	for _, c := range cells {
		if c != "" {
			n++
		}
	}
	return n
}

func (r *Reader) setHeader(row Row) error {
	if row.Problem != nil {
		return ErrNoHeader.With("row", row.Number, "column", row.Problem.Name)
	}
	header := row.Cells
	for len(header) > 0 && header[len(header)-1] == "" {
		header = header[:len(header)-1]
	}
	seen := map[string]int{}
	for i, h := range header {
		if h == "" {
			continue
		}
		if isData(h) {
			return ErrNoHeader.With("row", row.Number, "column", ColumnName(i))
		}
		if first, twice := seen[cn.Fold(h)]; twice {
			return ErrDuplicateHeader.With("row", row.Number, "header", h, "first", ColumnName(first), "second", ColumnName(i))
		}
		seen[cn.Fold(h)] = i
	}
	r.Header, r.HeaderRow = header, row.Number
	return nil
}

// isData tells a value from a heading: long numbers, days, e-mail addresses.
func isData(cell string) bool {
	if _, ok := ParseNumber(cell); ok {
		return len(cell) > 4 // 2024 may head a column
	}
	if strings.ContainsRune(cell, '@') {
		return true
	}
	_, ok := ParseDay(cell)
	return ok
}
