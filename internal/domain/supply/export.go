package supply

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

const (
	// maxExport bounds a list as CSV, exportPage the rows read at once: no
	// connection is held while the client reads.
	maxExport  = 200_000
	exportPage = 1000
	// cutMark is the last row of a file that is not complete.
	cutMark = "#cut"
)

// byteOrderMark makes spreadsheets read the file as UTF-8.
const byteOrderMark = "\ufeff"

// exportHandler streams a list as CSV, with the columns as they are stored; the
// page asked for does not matter.
func exportHandler[R, I any, P entity[R, I], Q query](s *Service, n noun[R, I, P]) func(context.Context, *Q) (*rest.Stream, error) {
	return func(ctx context.Context, in *Q) (*rest.Stream, error) {
		return csvFile[R]{
			name:    n.path,
			columns: n.all(),
			page:    func(cursor string) ([]R, string, error) { return list(ctx, s, n, PermExport, *in, cursor, exportPage) },
			row:     func(r *R) []any { return append(P(r).head().values(), P(r).row()...) },
		}.stream()
	}
}

// csvFile is a list that is read page by page and written as CSV.
type csvFile[R any] struct {
	name    string
	columns string // separated by ", "
	page    func(cursor string) ([]R, string, error)
	row     func(*R) []any
}

// stream reads the first page, which decides whether there is an answer at all.
func (f csvFile[R]) stream() (*rest.Stream, error) {
	records, next, err := f.page("")
	if err != nil {
		return nil, err
	}
	return &rest.Stream{Body: func(hc rest.Context) {
		hc.SetHeader("Content-Type", "text/csv; charset=utf-8")
		hc.SetHeader("Content-Disposition", `attachment; filename="`+f.name+`.csv"`)
		f.write(hc.BodyWriter(), records, next)
	}}, nil
}

// write writes page after page. A file cut by an error or the bound ends in
// cutMark; the status was sent long before.
func (f csvFile[R]) write(to io.Writer, records []R, next string) {
	io.WriteString(to, byteOrderMark)
	w := csv.NewWriter(to)
	w.Write(strings.Split(f.columns, ", "))
	var err error
	for written := len(records); ; written += len(records) {
		for i := range records {
			w.Write(cells(f.row(&records[i])))
		}
		w.Flush()
		if next == "" || w.Error() != nil {
			return
		}
		if written < maxExport {
			records, next, err = f.page(next)
		}
		if written >= maxExport || err != nil {
			w.Write([]string{cutMark})
			w.Flush()
			return
		}
	}
}

func cells(values []any) []string {
	row := make([]string, len(values))
	for i, v := range values {
		if at, ok := v.(when.Instant); ok {
			text, _ := at.MarshalText() // never fails
			v = string(text)
		}
		row[i] = harmless(fmt.Sprint(v))
	}
	return row
}

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(cell string) string {
	first, _ := utf8.DecodeRuneInString(cell)
	if cell != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", first) && !isNumber(cell) {
		return "'" + cell
	}
	return cell
}

func isNumber(cell string) bool {
	return strings.Trim(strings.TrimPrefix(cell, "-"), "0123456789") == "" && cell != "-"
}
