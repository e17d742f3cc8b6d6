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
		// The first page decides whether there is an answer at all.
		records, next, err := list(ctx, s, n, PermExport, *in, "", exportPage)
		if err != nil {
			return nil, err
		}
		return &rest.Stream{Body: func(hc rest.Context) {
			hc.SetHeader("Content-Type", "text/csv; charset=utf-8")
			hc.SetHeader("Content-Disposition", `attachment; filename="`+n.path+`.csv"`)
			writeCSV(ctx, s, n, *in, hc.BodyWriter(), records, next)
		}}, nil
	}
}

// writeCSV writes page after page. A file cut by an error or the bound ends in
// cutMark; the status was sent long before.
func writeCSV[R, I any, P entity[R, I]](ctx context.Context, s *Service, n noun[R, I, P], asked query, to io.Writer, records []R, next string) {
	io.WriteString(to, byteOrderMark)
	w := csv.NewWriter(to)
	w.Write(strings.Split(n.all(), ", "))
	var err error
	for written := len(records); ; written += len(records) {
		for i := range records {
			r := P(&records[i])
			w.Write(cells(append(r.head().values(), r.row()...)))
		}
		w.Flush()
		if next == "" || w.Error() != nil {
			return
		}
		if written < maxExport {
			records, next, err = list(ctx, s, n, PermExport, asked, next, exportPage)
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
