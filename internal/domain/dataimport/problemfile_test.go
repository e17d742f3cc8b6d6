package dataimport_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
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

// Rows go back under a mark to who sent them; anybody else is told their numbers and
// what is wrong with them.
func TestRowsGoBackToWhoSentThem(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		d := w.done(ctx, dataimport.Customers, dataimport.Both, heading+strings.Replace(line(2), ",8\n", ",八\n", 1))
		name := strings.Split(line(2), ",")[0]
		if own := w.problems(ctx, d.ID); !strings.Contains(own, name) || strings.Count(own, "7K2Q-90FM-4TXC-B13Z") != 1 || !strings.Contains(own, "领取人") {
			w.t.Errorf("to the sender: %s", own)
		}
		colleague := access.WithCaller(context.Background(), access.NewCaller(access.User{ID: id.ID{9}, Name: "同事"}, w.tree,
			access.Held{Patterns: access.Patterns{"customer.*", "supply.*", "import.*"}, OrgID: w.one.ID}))
		if other := w.problems(colleague, d.ID); strings.Contains(other, name) || strings.Contains(other, "7K2Q") || !strings.Contains(other, "个人信息已脱敏") || strings.Count(other, "\n") != 2 {
			w.t.Errorf("to a colleague: %s", other)
		}
	})
}

// What an export masked does not come in again.
func TestMaskedValuesStayOut(t *testing.T) {
	each(t, func(w *world) {
		d := w.checked(w.as(w.one), dataimport.Customers, dataimport.Both, "客户名称,客户类别,联系电话,领取人\n张*丰,个人,,王芳\n李四,个人,154****1234,王芳\n王五,个人,,王芳\n")
		if told(d.Problems) != "2A name masked_value; 3C phone masked_value" || d.Planned.CustomersCreated != 1 {
			w.t.Errorf("%+v %s", d.Planned, told(d.Problems))
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
