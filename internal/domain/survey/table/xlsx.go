package table

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// maxUnzipped bounds what an XLSX file may grow to: 200 times would still be a
// table, more is an attack.
const maxUnzipped = 2 << 30

// maxSheetRows is the length of a sheet in the file format; a row that calls
// itself a later one is a fake that would be counted up to for hours.
const maxSheetRows = 1 << 20

type xlsxRows struct {
	file   *excelize.File
	rows   *excelize.Rows
	number int
}

// openXLSX holds the packed file in memory; an unpacked sheet over 16 MB goes to
// a temporary file.
func (r *Reader) openXLSX(src io.Reader, o Options) (err error) {
	defer damaged(&err)
	f, err := excelize.OpenReader(src, excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnzipped})
	if err != nil {
		return ErrDamaged.Wrap(err)
	}
	r.Format, r.Sheets = XLSX, f.GetSheetList()
	switch {
	case len(r.Sheets) == 0:
		return errors.Join(ErrDamaged, f.Close())
	case o.Sheet == "":
		r.Sheet = r.Sheets[0]
	case !slices.Contains(r.Sheets, o.Sheet):
		return errors.Join(ErrSheet.With("sheet", o.Sheet), f.Close())
	default:
		r.Sheet = o.Sheet
	}
	rows, err := f.Rows(r.Sheet)
	if err != nil {
		return errors.Join(ErrDamaged.Wrap(err), f.Close())
	}
	r.rows = &xlsxRows{file: f, rows: rows}
	return nil
}

func (x *xlsxRows) next() (row Row, err error) {
	defer damaged(&err)
	if !x.rows.Next() {
		return Row{}, io.EOF
	}
	if x.number++; x.number > maxSheetRows {
		return Row{}, ErrDamaged
	}
	cells, err := x.rows.Columns(excelize.Options{RawCellValue: true})
	if err != nil {
		return Row{}, ErrDamaged.Wrap(err)
	}
	for i, cell := range cells {
		cells[i] = strings.TrimSpace(cell)
	}
	return Row{Number: x.number, Cells: cells, Padded: true}, nil
}

// progress cannot tell the total: the library reads the size of a sheet only with
// the whole sheet.
func (x *xlsxRows) progress() (done, total int64) { return int64(x.number), 0 }

func (x *xlsxRows) close() error { return errors.Join(x.rows.Close(), x.file.Close()) }

// damaged turns a panic of the library on a malformed file into ErrDamaged.
func damaged(err *error) {
	if p := recover(); p != nil {
		*err = ErrDamaged.Wrap(fmt.Errorf("panic: %v", p))
	}
}
