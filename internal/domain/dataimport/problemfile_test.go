package dataimport_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/zhiyin-power/zhiyin/internal/domain/dataimport"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// hostileCells are cells a spreadsheet would run, or that break a careless writer.
var hostileCells = []string{"=HYPERLINK(\"http://x\",\"y\")", "+86 1", "-1+1", "@SUM(A1)", "＝1+1", "a,b;c|d\te", "\"quoted\"", "two\nlines", "'=1", "𠮷𠮷"}

// The problem file gives every cell back as it was sent, escaped so that nothing in
// it is run, as CSV and as XLSX, and it can be sent again as it stands.
func TestTheProblemFileGivesCellsBack(t *testing.T) {
	var in bytes.Buffer
	w := csv.NewWriter(&in)
	rows := [][]string{{"客户名称", "客户类别", "备注"}}
	for _, c := range hostileCells {
		rows = append(rows, []string{"甲", "外星人", c})
	}
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	each(t, func(w *world) {
		ctx := w.as(w.one)
		d := w.checked(ctx, dataimport.Customers, dataimport.Both, in.String())
		if d.Planned.Rejected != int64(len(hostileCells)) {
			w.t.Fatalf("%+v %s", d.Planned, told(d.Problems))
		}
		var book bytes.Buffer
		f, err := w.Problems(ctx, d.ID, sheet.XLSX, "zh")
		w.must(err)
		w.must(f.Write(ctx, &book))
		x, err := excelize.OpenReader(&book)
		w.must(err)
		defer x.Close()
		for i, c := range hostileCells {
			ref := fmt.Sprintf("C%d", i+2)
			got, err := x.GetCellValue("Sheet1", ref)
			formula, ferr := x.GetCellFormula("Sheet1", ref)
			w.must(errors.Join(err, ferr))
			if got != c && got != "'"+strings.TrimPrefix(c, "'") || formula != "" {
				w.t.Errorf("%s: %q, formula %q, want %q", ref, got, formula, c)
			}
		}
		again := w.checked(ctx, dataimport.Customers, dataimport.Both, w.problems(ctx, d.ID))
		if told(again.Problems) != told(d.Problems) || again.Planned != d.Planned {
			w.t.Errorf("sent again: %+v %s", again.Planned, told(again.Problems))
		}
	})
}

// Where the file is gone meanwhile, the problem file says that it breaks off, and
// the import's problems can still be seen.
func TestAProblemFileThatBreaksOff(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		d := w.done(ctx, dataimport.Customers, dataimport.Both, heading+line(1)+strings.Replace(line(2), ",8\n", ",八\n", 1))
		w.must(w.Blobs.Remove(d.ID))
		f, err := w.Problems(ctx, d.ID, sheet.CSV, "zh")
		w.must(err)
		var b bytes.Buffer
		if err := f.Write(ctx, &b); !errors.Is(err, dataimport.ErrFileGone) || !strings.Contains(b.String(), "文件到此中断") {
			w.t.Errorf("%v: %s", err, b.String())
		}
		if d = w.get(ctx, d.ID); told(d.Problems) != "3F contract_capacity no_number" {
			w.t.Errorf("problems %s", told(d.Problems))
		}
	})
}
