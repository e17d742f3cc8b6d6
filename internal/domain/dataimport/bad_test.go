package dataimport_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/domain/dataimport"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// heading is that of most files here: columns A to F.
const heading = "客户名称,证件号码,联系电话,户号,用电类别,合同容量(kVA)\n"

// line is a good row of such a file.
func line(i int) string {
	return fmt.Sprintf("%s,%s,%s,1001%06d,居民生活,8\n", nameOf(i), resident(i), mobile(i), i)
}

// told is what is said of problem rows: "3B certificate_no number_checksum".
func told(problems []dataimport.Told) string {
	var all []string
	for _, p := range problems {
		all = append(all, fmt.Sprintf("%d%s %s %s", p.Row, p.Column, p.Field, p.Code))
	}
	return strings.Join(all, "; ")
}

// Every kind of bad row is named with row, column and remedy, the rows around it
// come in, and the file of problem rows comes in once corrected.
func TestBadRowsAreNamedAndTheRestComesIn(t *testing.T) {
	cases := []struct{ name, row, want, right string }{
		{"impossible date", "甲,,,,,,2026-02-30", "3G opened_on no_such_day", ""},
		{"wrong check character", "甲," + resident(1)[:17] + other(resident(1)[17]) + ",,1001900001,居民生活,8,", "3B certificate_no number_checksum", ""},
		{"birth date that never was", "甲," + resident(1)[:6] + "20230230" + resident(1)[14:] + ",,1001900001,居民生活,8,", "3B certificate_no number_date", ""},
		{"text for a number", "甲," + resident(9) + ",,1001900001,居民生活,很大,", "3F contract_capacity no_number", ""},
		{"digits lost", "甲,9.90101E+17,,1001900001,居民生活,8,", "3B certificate_no digits_lost", ""},
		{"formula", "\"=HYPERLINK(\"\"http://x\"\")\"," + resident(9) + ",,1001900001,居民生活,8,", "3A name formula", ""},
		{"failed formula", "甲," + resident(9) + ",#N/A,1001900001,居民生活,8,", "3C phone cell_error", ""},
		{"unknown code", "甲," + resident(9) + ",,1001900001,照明用电吧,8,", "3E use_category unknown_code", ""},
		{"phone", "甲," + resident(9) + ",12,1001900001,居民生活,8,", "3C phone number_", ""},
		{"cells missing", "甲,x", "3  cells_missing", ""},
		{"cells too many", "甲,,,,,,,x", "3  cells_extra", ""},
		{"broken quoting", "\"甲,,,,,,", "3A  quote_open", ""},
		{"quote within", "甲\"乙,,,,,,", "3A  quote", ""},
		{"no kind", "甲,,,,,,", "3 kind kind_unknown", ""},
		{"no name", "," + resident(9) + ",,,,,", "3A name required", ""},
		{"account twice", "甲," + resident(9) + ",,1001000001,居民生活,8,", "3D account_no repeated_in_file", ""},
		{"customer twice", "欧阳丙," + resident(1) + ",,1001900001,居民生活,8,", "3A name repeated_differently", ""},
		{"same customer again", nameOf(1) + "," + resident(1) + ",,,,,", "3B certificate_no repeated_in_file", ""},
	}
	each(t, func(w *world) {
		ctx := w.as(w.one)
		head := strings.TrimSuffix(heading, "\n") + ",立户日期\n"
		full := func(i int) string { return strings.TrimSuffix(line(i), "\n") + ",2026-01-02\n" }
		for n, c := range cases {
			content := head + full(1) + c.row + "\n" + full(2)
			d := w.checked(ctx, dataimport.Customers, dataimport.CreateOnly, content)
			if got := told(d.Problems); d.Planned.Rejected != 1 || !strings.HasPrefix(got, c.want) || len(d.Problems) == 0 || d.Problems[0].Message == "" || strings.Contains(d.Problems[0].Message, "problem.") {
				w.t.Errorf("%s: %q, want %q (%+v, %+v)", c.name, got, c.want, d.Planned, d.Error)
				continue
			}
			if n > 0 { // one is enough to see that the rest comes in
				continue
			}
			d = w.run(ctx, d.ID)
			if d.State != dataimport.Done || d.Counts.CustomersCreated != 2 || d.Counts.Rejected != 1 {
				w.t.Errorf("%s: %s %+v %s", c.name, d.State, d.Counts, told(d.Problems))
			}
			w.reverted(ctx, d.ID)
		}
	})
}

// other is another check character.
func other(c byte) string {
	if c == '5' {
		return "6"
	}
	return "5"
}

// The file of problem rows is the file to correct: it comes in as it stands once
// the cells are right, its own columns left aside.
func TestTheProblemFileIsCorrectedAndSentAgain(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		content := heading + line(1) + strings.Replace(line(2), ",8\n", ",八\n", 1) + line(3) + strings.Replace(line(4), "居民生活", "=1+1", 1)
		d := w.done(ctx, dataimport.Customers, dataimport.Both, content)
		if d.Counts.CustomersCreated != 2 || d.Counts.Rejected != 2 {
			w.t.Fatalf("%+v", d.Counts)
		}
		file := w.problems(ctx, d.ID)
		want := "\ufeff客户名称,证件号码,联系电话,户号,用电类别,合同容量(kVA),行号,出错列,问题与处理办法,文件编号,领取人,领取时间\r\n" +
			strings.Replace(strings.TrimSuffix(line(2), "\n"), ",8", ",八", 1) + ",3,F 合同容量(kVA),"
		if !strings.HasPrefix(file, want) || !strings.Contains(file, ",'=1+1,8,5,E 用电类别,") || strings.Count(file, "\r\n") != 3 {
			w.t.Fatalf("problem file:\n%s", file)
		}
		d = w.done(ctx, dataimport.Customers, dataimport.Both, strings.NewReplacer(",八,", ",8,", "'=1+1", "居民生活").Replace(file))
		if d.Counts.CustomersCreated != 2 || d.Counts.Rejected != 0 || w.count("customer") != 4 {
			w.t.Errorf("after correction: %+v %s", d.Counts, told(d.Problems))
		}
		if f, err := w.Problems(ctx, d.ID, sheet.XLSX, "en"); err != nil || !strings.HasSuffix(f.Name, ".xlsx") {
			w.t.Errorf("%v", err)
		}
	})
}

// A file that cannot be read at all is refused when it is sent, and leaves
// nothing behind.
func TestFilesThatCannotBeRead(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(heading + line(1))
	if err != nil {
		t.Fatal(err)
	}
	wide := strings.Repeat("x,", 9_999) + "x\n"
	each(t, func(w *world) {
		ctx := w.as(w.one)
		for _, c := range []struct {
			name, content string
			encoding      cn.Encoding
			want          string
		}{
			{"empty", "", "", "sheet.empty"},
			{"blank lines", "\n\n,,\n", "", "sheet.empty"},
			{"binary", "\x00\x01\x02\x03\x04" + strings.Repeat("\x00\xff", 300), "", "sheet.binary"},
			{"old Excel", "\xD0\xCF\x11\xE0" + strings.Repeat("x", 600), "", "sheet.old_excel"},
			{"GB18030 taken for UTF-8", gb, cn.EncodingUTF8, "sheet.encoding"},
			{"10 000 columns", wide + wide, "", "sheet.columns"},
			{"heading twice", "户号,户号\n1,2\n", "", "sheet.duplicate_header"},
			{"no heading", "王五,19000000001,2026-01-01\n", "", "sheet.no_header"},
			{"workbook cut in the middle", string(workbook(t, 50)[:900]), "", "sheet.cut"},
		} {
			_, err := w.Upload(ctx, dataimport.UploadInput{Kind: dataimport.Customers, FileName: "x", Encoding: c.encoding}, strings.NewReader(c.content))
			var f *fault.Error
			if !errors.As(err, &f) || f.Code != c.want {
				w.t.Errorf("%s: %v, want %s", c.name, err, c.want)
			}
		}
		if w.count("data_import") != 0 || w.files() != 0 {
			w.t.Errorf("%d imports and %d files are left", w.count("data_import"), w.files())
		}
		d, err := w.Upload(ctx, dataimport.UploadInput{Kind: dataimport.Customers, FileName: "x"}, strings.NewReader(gb))
		if err != nil || d.Encoding != cn.EncodingGB18030 || d.Header[0] != "客户名称" {
			w.t.Errorf("GB18030 found out: %s %v, %v", d.Encoding, d.Header, err)
		}
	})
}

// A row of 10 000 cells in an otherwise good file is one problem row.
func TestAVeryWideRow(t *testing.T) {
	each(t, func(w *world) {
		d := w.checked(w.as(w.one), dataimport.Customers, dataimport.Both, heading+line(1)+strings.Repeat("x,", 9_999)+"x\n"+line(2))
		if told(d.Problems) != "3  cells_extra" || d.Planned.CustomersCreated != 2 {
			w.t.Errorf("%s %+v", told(d.Problems), d.Planned)
		}
	})
}

// A CSV file cut in the middle: a short last line is a problem row; a cut behind
// a whole number of cells shows only by the missing line end, and is told.
func TestFilesCutInTheMiddle(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		d := w.checked(ctx, dataimport.Customers, dataimport.Both, heading+line(1)+line(2)[:20])
		if told(d.Problems) != "3  row_cut" || d.Planned.OpenEnd {
			w.t.Errorf("short: %s %+v", told(d.Problems), d.Planned)
		}
		d = w.checked(ctx, dataimport.Customers, dataimport.Both, strings.TrimSuffix(heading+line(1)+line(2), "\n"))
		if len(d.Problems) != 0 || !d.Planned.OpenEnd {
			w.t.Errorf("whole cells: %s %+v", told(d.Problems), d.Planned)
		}
		d = w.checked(ctx, dataimport.Customers, dataimport.Both, heading+line(1)+"\"欧阳")
		if told(d.Problems) != "3A  quote_open" {
			w.t.Errorf("within quotes: %s", told(d.Problems))
		}
	})
}

// A workbook whose sheet breaks off behind the header is refused by the dry run,
// and no row of it comes in.
func TestADamagedWorkbookStopsTheDryRun(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		book := damaged(t, workbook(t, 3000))
		d, err := w.Upload(ctx, dataimport.UploadInput{Kind: dataimport.Customers, FileName: "x.xlsx"}, bytes.NewReader(book))
		w.must(err)
		_, err = w.Check(ctx, d.ID)
		w.must(err)
		w.drain()
		if d = w.get(ctx, d.ID); d.State != dataimport.Uploaded || d.Error.Code != "sheet.damaged" || d.Message == "" {
			w.t.Errorf("%s %+v %q", d.State, d.Error, d.Message)
		}
		if _, err := w.Run(ctx, d.ID); !errors.Is(err, dataimport.ErrUnchecked) {
			w.t.Errorf("run: %v", err)
		}
	})
}

// workbook is an XLSX file of customers.
func workbook(t testing.TB, rows int) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	s, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows + 1 {
		text := heading
		if i > 0 {
			text = line(i)
		}
		var cells []any
		for _, c := range strings.Split(strings.TrimSuffix(text, "\n"), ",") {
			cells = append(cells, c)
		}
		if err := s.SetRow(fmt.Sprintf("A%d", i+1), cells); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := errors.Join(s.Flush(), f.Write(&b)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWorkbooksComeIn(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		d, err := w.Upload(ctx, dataimport.UploadInput{Kind: dataimport.Customers, FileName: "客户.xlsx"}, bytes.NewReader(workbook(t, 30)))
		w.must(err)
		_, err = w.Check(ctx, d.ID)
		w.must(err)
		w.drain()
		if d = w.run(ctx, d.ID); d.State != dataimport.Done || d.Format != sheet.XLSX || d.Counts.CustomersCreated != 30 {
			w.t.Errorf("%s %+v %s", d.State, d.Counts, told(d.Problems))
		}
	})
}

// Formulas are never computed and never leave as such.
func TestFormulasStayText(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		d := w.done(ctx, dataimport.Customers, dataimport.Both, "客户名称,客户类别,联系人,联系电话\n@SUM(A1:A9),个人,+cmd|x,"+mobile(1)+"\n")
		if d.Counts.CustomersCreated != 1 {
			w.t.Fatalf("%+v %s", d.Counts, told(d.Problems))
		}
		d = w.checked(ctx, dataimport.Customers, dataimport.Both, "客户名称,客户类别,联系人\n@SUM(A1:A9),不知道,+cmd|x\n")
		if file := w.problems(ctx, d.ID); !strings.Contains(file, "\r\n'@SUM(A1:A9),不知道,\"'+cmd|x\",2,") {
			w.t.Errorf("problem file: %s", file)
		}
	})
}

// The same file sent again with its key is kept once.
func TestAnUploadIsKeptOncePerKey(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		send := func(name string) (dataimport.Detail, error) {
			return w.Upload(ctx, dataimport.UploadInput{Key: "k", Kind: dataimport.Customers, FileName: name}, strings.NewReader(heading+line(1)))
		}
		first, err := send("客户.csv")
		w.must(err)
		if again, err := send("客户.csv"); err != nil || again.ID != first.ID || w.count("data_import") != 1 || w.files() != 1 {
			w.t.Errorf("sent again: %s, %v; %d imports, %d files", again.ID, err, w.count("data_import"), w.files())
		}
		if _, err := send("另.csv"); !errors.Is(err, db.ErrKeyReused) || w.files() != 1 {
			w.t.Errorf("another file: %v; %d files", err, w.files())
		}
	})
}

// A file larger than the limit, or whose sender goes away, leaves nothing.
func TestABrokenUploadLeavesNothing(t *testing.T) {
	each(t, func(w *world) {
		gone := errors.New("connection lost")
		_, err := w.Upload(w.as(w.one), dataimport.UploadInput{Kind: dataimport.Customers, FileName: "x"}, failing{strings.NewReader(heading + line(1)), gone})
		if !errors.Is(err, gone) || w.count("data_import") != 0 || w.files() != 0 {
			w.t.Errorf("%v; %d imports, %d files", err, w.count("data_import"), w.files())
		}
		if _, err := w.Get(w.as(w.one), [16]byte{1}); err == nil {
			w.t.Error("an import that is not there")
		}
		_, err = w.Upload(context.Background(), dataimport.UploadInput{}, strings.NewReader("x"))
		if fault.KindOf(err) != fault.Unauthenticated {
			w.t.Errorf("nobody: %v", err)
		}
	})
}
