package sheet_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

const small = "编号,地址,容量\nR1,\"人民路1号,东\",8\n\nR2, 农村 ,\n"

// all reads a table to its end and shows it as text.
func all(raw []byte, o sheet.Options) (string, error) {
	r, err := sheet.Open(bytes.NewReader(raw), int64(len(raw)), o)
	if err != nil {
		return "", err
	}
	defer r.Close()
	out := fmt.Sprintf("%q", r.Header)
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		out += fmt.Sprintf(" %d%q", row.Number, row.Cells)
		if p := row.Problem; p != nil {
			out += fmt.Sprintf("!%s %s%v", p.Name, p.Code, p.Params)
		}
	}
}

func encode(t testing.TB, s string, e interface {
	Bytes([]byte) ([]byte, error)
}) []byte {
	t.Helper()
	b, err := e.Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// workbook makes an XLSX file by another hand than ours; a text that begins
// with "=" is a formula.
func workbook(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		for j, v := range row {
			cell, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				t.Fatal(err)
			}
			if s, ok := v.(string); ok && strings.HasPrefix(s, "=") {
				err = f.SetCellFormula("Sheet1", cell, s[1:])
			} else {
				err = f.SetCellValue("Sheet1", cell, v)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := f.NewSheet("其他"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTheSameTableInEveryForm(t *testing.T) {
	const want = `["编号" "地址" "容量"] 2["R1" "人民路1号,东" "8"] 4["R2" "农村" ""]`
	swap := func(to string) []byte {
		return []byte(strings.NewReplacer("1号,东", "1号,东", ",", to).Replace(small)) // the quoted comma stays
	}
	for name, raw := range map[string][]byte{
		"UTF-8":         []byte(small),
		"UTF-8 and BOM": []byte("\ufeff" + small),
		"GB18030":       encode(t, small, simplifiedchinese.GB18030.NewEncoder()),
		"UTF-16":        encode(t, small, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()),
		"semicolons":    swap(";"),
		"tabs":          swap("\t"),
		"bars":          swap("|"),
		"CR LF":         []byte(strings.ReplaceAll(small, "\n", "\r\n")),
		"CR":            []byte(strings.ReplaceAll(small, "\n", "\r")),
		"all quoted":    []byte("\"编号\",\"地址\",\"容量\"\r\n\"R1\", \"人民路1号,东\" ,\"8\"\r\n\r\n\"R2\",\"农村\",\"\"\r\n"),
		"XLSX":          workbook(t, []any{"编号", "地址", "容量"}, []any{"R1", "人民路1号,东", 8}, []any{}, []any{"R2", " 农村 "}),
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := all(raw, sheet.Options{}); err != nil || got != want {
				t.Errorf("got %s, %v", got, err)
			}
		})
	}
}

func TestWhatTheReaderTells(t *testing.T) {
	raw := encode(t, strings.ReplaceAll(small, ",", ";"), simplifiedchinese.GB18030.NewEncoder())
	r, err := sheet.Open(bytes.NewReader(raw), int64(len(raw)), sheet.Options{})
	if err != nil || r.Format != sheet.CSV || r.Encoding != cn.EncodingGB18030 || r.Separator != ';' || r.HeaderRow != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	book := workbook(t, []any{"a", "b"}, []any{1, 2})
	r, err = sheet.Open(bytes.NewReader(book), int64(len(book)), sheet.Options{Sheet: "Sheet1"})
	if err != nil || r.Format != sheet.XLSX || r.Sheet != "Sheet1" || fmt.Sprint(r.Sheets) != "[Sheet1 其他]" {
		t.Errorf("%+v, %v", r, err)
	}
	for {
		if _, err := r.Next(); err != nil {
			break
		}
	}
	if done, total := r.Progress(); done == 0 || done != total {
		t.Errorf("progress %d of %d", done, total)
	}
}

func TestHeader(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"title above":       {"2026年客户清单\n\n编号,户名\n1,张\n", `["编号" "户名"] 4["1" "张"]`},
		"one column":        {"户名\n张\n李\n", `["户名"] 2["张"] 3["李"]`},
		"empty at the end":  {"编号,户名,,\n1,张,,\n", `["编号" "户名"] 2["1" "张"]`},
		"empty in between":  {"编号,,户名\n1,x,张\n", `["编号" "" "户名"] 2["1" "x" "张"]`},
		"a year as heading": {"户名,2024,2025\n张,1,2\n", `["户名" "2024" "2025"] 2["张" "1" "2"]`},
		"only a header":     {"编号,户名\n", `["编号" "户名"]`},
	} {
		if got, err := all([]byte(c.in), sheet.Options{}); err != nil || got != c.want {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
}

func TestRowsThatCannotBeReadDoNotStopTheFile(t *testing.T) {
	long := strings.Repeat("长", 32_768)
	for name, c := range map[string]struct{ in, want string }{
		"mark in the middle":     {"a,b\n1,5\"管\n2,x\n", `2["1" "5\"管"]!B quote[line:2] 3["2" "x"]`},
		"text behind a mark":     {"a,b\n\"1\"x,y\n2,x\n", `2["\"1\"x,y"]!A quote[line:2] 3["2" "x"]`},
		"mark never closed":      {"a,b\n1,\"y\n2,x\n3,z\n", `2["1" "\"y"]!B quote_open[line:2] 3["2" "x"] 4["3" "z"]`},
		"closed by another mark": {"a,b\n1,\"y\n2,\"x\"\n", `2["1" "\"y"]!B quote[line:2] 3["2" "x"]`},
		"mark at the very end":   {"a,b\n1,\"", `2["1" "\""]!B quote_open[line:2]`},
		"escaped at the end":     {"a,b\n1,\"x\"\"", `2["1" "\"x\"\""]!B quote_open[line:2]`},
		"lines in a cell":        {"a,b\n1,\"x\ny\"\n2,\"5\"z\n", `2["1" "x\ny"] 3["2" "\"5\"z"]!B quote[line:4]`},
		"too few":                {"a,b,c\n1,2\n3,4,5\n", `2["1" "2" ""]! cells_missing[count:2 expected:3] 3["3" "4" "5"]`},
		"too many":               {"a,b\n1,2,3\n4,5,,\n", `2["1" "2" "3"]! cells_extra[count:3 expected:2] 3["4" "5"]`},
		"cut off":                {"a,b,c\n1,2,3\n4,5", `2["1" "2" "3"] 3["4" "5" ""]! row_cut[]`},
		"long cell":              {"a,b\n1," + long + "\n", `2["1" "` + long + `"]!B cell_too_long[limit:32767]`},
	} {
		got, err := all([]byte(c.in), sheet.Options{})
		if _, rows, _ := strings.Cut(strings.ReplaceAll(got, "map", ""), "] "); err != nil || rows != c.want {
			t.Errorf("%s: %.200s, %v", name, rows, err)
		}
	}
	got, err := all([]byte("a,b\n1,"+strings.Repeat("x", 600<<10)+"\n2,y\n"), sheet.Options{})
	if err != nil || !strings.Contains(got, "! row_too_longmap[limit_kb:256]") || !strings.HasSuffix(got, `3["2" "y"]`) {
		t.Errorf("a row of 600 kB: …%s, %v", got[max(0, len(got)-80):], err)
	}
}

func TestBadFiles(t *testing.T) {
	good := workbook(t, []any{"a", "b"}, []any{1, 2})
	for name, c := range map[string]struct {
		raw    []byte
		o      sheet.Options
		want   *fault.Error
		params string
	}{
		"empty":            {nil, sheet.Options{}, sheet.ErrEmpty, ""},
		"blank lines":      {[]byte("\n\n ,\n"), sheet.Options{}, sheet.ErrEmpty, ""},
		"empty workbook":   {workbook(t), sheet.Options{}, sheet.ErrEmpty, ""},
		"10 000 columns":   {[]byte(strings.Repeat("x,", 9_999) + "x\n"), sheet.Options{}, sheet.ErrColumns, "map[count:10000 limit:500 row:1]"},
		"no header":        {[]byte("K001,张三,15400000001\nK002,李四,15400000002\n"), sheet.Options{}, sheet.ErrNoHeader, "map[column:C row:1]"},
		"header twice":     {[]byte("户名,电话, 户名\n张,1,李\n"), sheet.Options{}, sheet.ErrDuplicateHeader, "map[first:A header:户名 row:1 second:C]"},
		"broken header":    {[]byte("户名,\"电话\n"), sheet.Options{}, sheet.ErrNoHeader, "map[column:B row:1]"},
		"wrong encoding":   {[]byte("a,b\n1,\xff\xff\n"), sheet.Options{}, sheet.ErrEncoding, "map[encoding:gb18030 line:2 offset:6]"},
		"chosen wrongly":   {encode(t, small, simplifiedchinese.GB18030.NewEncoder()), sheet.Options{Encoding: cn.EncodingUTF8}, sheet.ErrEncoding, "map[encoding:utf-8 line:1 offset:0]"},
		"picture":          {[]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), sheet.Options{}, sheet.ErrBinary, "map[line:3 offset:8]"},
		"old Excel":        {[]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more"), sheet.Options{}, sheet.ErrOldExcel, ""},
		"cut off":          {good[:len(good)/2], sheet.Options{}, sheet.ErrCut, ""},
		"another archive":  {archive(t, map[string]string{"x.txt": "x"}), sheet.Options{}, sheet.ErrDamaged, ""},
		"unknown sheet":    {good, sheet.Options{Sheet: "无"}, sheet.ErrSheet, "map[sheet:无]"},
		"quoting all over": {[]byte("a,b\n" + strings.Repeat("1,x\"y\n", 1001)), sheet.Options{}, sheet.ErrQuoting, "map[count:1001 line:1002]"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := all(c.raw, c.o)
			var f *fault.Error
			if !errors.As(err, &f) || !errors.Is(err, c.want) {
				t.Fatalf("error %v, want %v", err, c.want)
			}
			if got := fmt.Sprint(f.Params); got != c.params && got+c.params != "map[]" {
				t.Errorf("params %s, want %s", got, c.params)
			}
		})
	}
}

func TestASourceThatFails(t *testing.T) {
	boom := errors.New("disk")
	for _, n := range []int64{0, 2, 40} {
		r, err := sheet.Open(failing{strings.Repeat("a,b\n", 20), n, boom}, 80, sheet.Options{})
		for err == nil {
			_, err = r.Next()
		}
		if !errors.Is(err, boom) {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
}

type failing struct {
	text string
	good int64
	err  error
}

func (f failing) ReadAt(p []byte, at int64) (int, error) {
	if at >= f.good {
		return 0, f.err
	}
	n := copy(p, f.text[at:f.good])
	if n < len(p) {
		return n, f.err
	}
	return n, nil
}

// What encoding/csv writes is read the same.
func TestCSVAgreesWithTheStandardLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringMatching(`[a-z"\n,;|\t张 ]{0,8}`)
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 3, 3), 1, 8).Draw(t, "rows")
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		for _, row := range append([][]string{{"h1", "h2", "h3"}}, rows...) {
			row[0] = "k" + row[0] + "k" // no blank row
			if err := w.Write(row); err != nil {
				t.Fatal(err)
			}
		}
		w.Flush()
		r, err := sheet.Open(bytes.NewReader(b.Bytes()), int64(b.Len()), sheet.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range rows {
			got, err := r.Next()
			if err != nil || got.Problem != nil {
				t.Fatalf("row %d: %v %v", i, got.Problem, err)
			}
			for j := range want {
				if got.Cells[j] != strings.TrimSpace(want[j]) {
					t.Fatalf("row %d: %q, want %q", i, got.Cells, want)
				}
			}
		}
	})
}

func TestWorkbookCells(t *testing.T) {
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	raw := workbook(t,
		[]any{"文本", "数", "长号", "日", "时", "真", "公式"},
		[]any{"=没有", 7.25, 590100199001010000.0, day, day.Add(9*time.Hour + 30*time.Minute), true, "=1+1"},
		[]any{"_x000D_行", 1e-7, 123456789012345, "2026年3月1日", 46082, false, "x"})
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellRichText("Sheet1", "A2", []excelize.RichTextRun{{Text: "张"}, {Text: "三"}}); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	const want = `["文本" "数" "长号" "日" "时" "真" "公式"]` +
		` 2["张三" "7.25" "5.9010019900101E+17" "2026-03-01" "2026-03-01 09:30:00" "TRUE" ""]` +
		` 3["行" "0.0000001" "123456789012345" "2026年3月1日" "46082" "FALSE" "x"]`
	if got, err := all(b.Bytes(), sheet.Options{}); err != nil || got != want {
		t.Errorf("got %s, %v", got, err)
	}
}
