package sheet_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// FuzzWrittenWorkbooksReadTheSame writes three cells as XLSX and reads them back,
// whatever they hold.
func FuzzWrittenWorkbooksReadTheSame(f *testing.F) {
	f.Add("张三", "=1+1", "a\r\nb\tc")
	f.Add("_x0041_x0042_", "_x000D_", "__x005f_x0041_")
	f.Add("]]>", "<t>&amp;</t>", "\ufffd𠮷")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		cells := []string{"x", a, b, c}
		for i := range cells {
			if cells[i] = strings.TrimSpace(strings.Map(written, strings.ToValidUTF8(cells[i], ""))); len(cells[i]) > 1 && cells[i][0] == '\'' {
				return // an apostrophe of the user's own is read as the mark of text
			}
		}
		raw := write(t, sheet.XLSX, []string{"h1", "h2", "h3", "h4"}, cells)
		r, err := sheet.Open(bytes.NewReader(raw), int64(len(raw)), sheet.Options{})
		if err != nil {
			t.Fatal(err)
		}
		row, err := r.Next()
		if err != nil || row.Problem != nil || !slices.Equal(row.Cells, cells) {
			t.Fatalf("%q: %q %+v %v", cells, row.Cells, row.Problem, err)
		}
		if _, err := r.Next(); !errors.Is(err, io.EOF) {
			t.Fatalf("a second row: %v", err)
		}
	})
}

// written drops what XML cannot hold.
func written(r rune) rune {
	if r == '\ufffe' || r == '\uffff' {
		return -1
	}
	return printed(r)
}

func write(t testing.TB, f sheet.Format, rows ...[]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := sheet.NewWriter(&b, f)
	for _, row := range rows {
		err = errors.Join(err, w.Write(row))
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Another program reads in our workbooks what we wrote, and computes none of it.
func TestWorkbooksAreReadByAnotherProgram(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		cell := rapid.StringMatching(`[=+@a-c_x0-9"<>&\n张 -]{0,10}`)
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 3, 3), 1, 5).Draw(r, "rows")
		f, err := excelize.OpenReader(bytes.NewReader(write(t, sheet.XLSX, rows...)))
		if err != nil {
			r.Fatal(err)
		}
		defer f.Close()
		for i, row := range rows {
			for j, want := range row {
				ref, _ := excelize.CoordinatesToCellName(j+1, i+1)
				got, err := f.GetCellValue("Sheet1", ref)
				formula, ferr := f.GetCellFormula("Sheet1", ref)
				if err := errors.Join(err, ferr); err != nil || formula != "" || got != want && got != "'"+want {
					r.Fatalf("%s: %q (formula %q), want %q, %v", ref, got, formula, want, err)
				}
				if want != "" && strings.Contains("=+@-", want[:1]) && got == want && !number(want) {
					r.Fatalf("%s: %q may be run", ref, got)
				}
			}
		}
	})
}

func number(s string) bool { _, ok := sheet.ParseNumber(s); return ok }

// A disk that is full is told by the writing, whatever it was at.
func TestAWriterTellsThatItCannotWrite(t *testing.T) {
	full := errors.New("disk full")
	for _, f := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		whole := len(write(t, f, slices.Repeat([][]string{{"甲", "=1", "a,b"}}, 2000)...))
		for _, room := range []int{0, 1, whole / 2, whole - 1} {
			w, err := sheet.NewWriter(&narrow{room, full}, f)
			for n := 0; err == nil && n < 2000; n++ {
				err = w.Write([]string{"甲", "=1", "a,b"})
			}
			if err == nil {
				err = w.Close()
			}
			if !errors.Is(err, full) {
				t.Errorf("%s with room for %d of %d bytes: %v", f, room, whole, err)
			}
		}
	}
}

type narrow struct {
	room int
	err  error
}

func (n *narrow) Write(p []byte) (int, error) {
	if len(p) > n.room {
		return n.room, n.err
	}
	n.room -= len(p)
	return len(p), nil
}

// An instant of a day comes back to the second, midnight as the day alone.
func TestDaysWithTimes(t *testing.T) {
	show := func(serial string) string {
		got, err := all(book(t, head+`<row r="2"><c r="A2" s="1"><v>`+serial+`</v></c></row>`), sheet.Options{})
		_, row, _ := strings.Cut(got, `2["`)
		cell, _, found := strings.Cut(row, `"`)
		if err != nil || !found {
			t.Fatalf("%s: %s, %v", serial, got, err)
		}
		return cell
	}
	for serial, want := range map[string]string{"44621": "2026-03-02", "44620.9999999": "2026-03-02", "44620.99998843": "2026-03-01 23:59:59", "44620.0000001": "2026-03-01", "0.5": "1904-01-01 12:00:00"} {
		if got := show(serial); got != want {
			t.Errorf("%s is %s, want %s", serial, got, want)
		}
	}
	epoch := time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(r *rapid.T) {
		at := epoch.AddDate(0, 0, rapid.IntRange(1, 70_000).Draw(r, "day")).Add(time.Duration(rapid.IntRange(0, 86_399).Draw(r, "second")) * time.Second)
		want := strings.TrimSuffix(at.Format(time.DateTime), " 00:00:00")
		if got := show(fmt.Sprintf("%.10f", at.Sub(epoch).Hours()/24)); got != want {
			r.Fatalf("%s, want %s", got, want)
		}
	})
}

// FuzzCells reads any text as a number and as a day: what is taken for one says
// the same when it is written anew.
func FuzzCells(f *testing.F) {
	for _, seed := range []string{"1,234.50", "￥1 200", "-1e-3", "999999999999999.9999999", "0.0000005", "2026年3月1日", "46082.5", "46082.abc", "12345.6元", "+46082", "20260230", "２０２６/3/1 9:30", "=\"0123\"", "5.9E+17"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		if n, ok := sheet.ParseNumber(cell); ok {
			sign, units, micros := "", n.Units, n.Micros
			if units < 0 || micros < 0 {
				sign, units, micros = "-", -units, -micros
			}
			if again, ok := sheet.ParseNumber(fmt.Sprintf("%s%d.%06d", sign, units, micros)); !ok || again != n {
				t.Fatalf("%q is %v, written anew %v", cell, n, again)
			}
		}
		if d, ok := sheet.ParseDay(cell); ok {
			if real, err := when.ParseDay(string(d)); err != nil || real != d {
				t.Fatalf("%q is the day %q: %v", cell, d, err)
			}
			if again, ok := sheet.ParseDay(string(d)); !ok || again != d {
				t.Fatalf("%q is %s, written anew %s", cell, d, again)
			}
		}
		if sheet.IsFormula(cell) && sheet.Text(cell) != cell {
			t.Fatalf("%q is a formula and a text", cell)
		}
	})
}

// A number with something behind it is no day, however like one it begins.
func TestNearlyDays(t *testing.T) {
	for _, in := range []string{"46082.abc", "12345.6元", "+46082", "46082.5.5", "20260301.5", "2026-03-01x", "2026-00-10", "2026-01-00", "46082-"} {
		if got, ok := sheet.ParseDay(in); ok {
			t.Errorf("%q is %s", in, got)
		}
	}
	for _, in := range []string{"999999999999999.9999999", "1000000000000000", strings.Repeat("9", 30)} {
		if got, ok := sheet.ParseNumber(in); ok {
			t.Errorf("%q is %v", in, got)
		}
	}
}

// FuzzParts breaks the parts around the sheet: names, styles and relationships.
func FuzzParts(f *testing.F) {
	f.Add(`<workbook><sheets><sheet name="a" r:id="rId1"/></sheets></workbook>`, `<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>`,
		`<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="s.xml"/></Relationships>`)
	f.Add(`<workbook><workbookPr date1904="true"/><sheets><sheet name='' r:id=rId1/>`, `<numFmt numFmtId="1" formatCode="[h]&quot;y&quot;\"/>`, `<Relationship Target="../../s.xml"`)
	f.Fuzz(func(t *testing.T, workbook, styles, relations string) {
		readAll(t, book(t, head+`<row r="2"><c r="A2" s="1"><v>44621</v></c></row>`, "xl/workbook.xml", workbook, "xl/styles.xml", styles, "xl/_rels/workbook.xml.rels", relations))
	})
}
