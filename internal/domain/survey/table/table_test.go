package table_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/domain/survey/table"
)

const small = "编号,区域,Q1\nR1,城市,8\n\nR2, 农村 ,\n"

// all reads a table to its end and shows it as text.
func all(raw []byte, o table.Options) (string, error) {
	r, err := table.Open(bytes.NewReader(raw), int64(len(raw)), o)
	if err != nil {
		return "", err
	}
	defer r.Close()
	out := fmt.Sprintf("%s %s %q", r.Format, r.Encoding, r.Header)
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		out += fmt.Sprintf(" %d%q", row.Number, row.Cells)
	}
}

func encode(t *testing.T, s string, e interface {
	Bytes([]byte) ([]byte, error)
}) []byte {
	t.Helper()
	b, err := e.Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// workbook makes an XLSX file of rows; a string that begins with "=" is a formula.
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
	const want = `["编号" "区域" "Q1"] 2["R1" "城市" "8"] 3["R2" "农村" ""]`
	for name, c := range map[string]struct {
		raw  []byte
		head string
	}{
		"UTF-8":         {[]byte(small), "csv utf-8 "},
		"UTF-8 and BOM": {[]byte("\ufeff" + small), "csv utf-8 "},
		"GB18030":       {encode(t, small, simplifiedchinese.GB18030.NewEncoder()), "csv gb18030 "},
		"UTF-16":        {encode(t, small, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()), "csv utf-16le "},
		"semicolons":    {[]byte(strings.ReplaceAll(small, ",", ";")), "csv utf-8 "},
		"tabs":          {[]byte(strings.ReplaceAll(small, ",", "\t")), "csv utf-8 "},
		"quoted":        {[]byte(`"编号","区域","Q1"` + "\r\n\"R1\",\"城市\",8\r\nR2,农村,\r\n"), "csv utf-8 "},
		"comma in head": {[]byte("编号;区域;\"Q1\"\nR1;城市;8\nR2;农村;\n"), "csv utf-8 "},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := all(c.raw, table.Options{}); err != nil || got != c.head+want {
				t.Errorf("got %s, %v", got, err)
			}
		})
	}
}

func TestXLSX(t *testing.T) {
	raw := workbook(t, []any{"编号", "Q1", "Q2"}, []any{"R1", 8, 7.25}, []any{}, []any{"R3", "=1+1", true})
	if got, err := all(raw, table.Options{}); err != nil || got != `xlsx  ["编号" "Q1" "Q2"] 2["R1" "8" "7.25"] 4["R3" "" "1"]` {
		t.Errorf("got %s, %v", got, err)
	}
	r, err := table.Open(bytes.NewReader(raw), int64(len(raw)), table.Options{})
	if err != nil || fmt.Sprint(r.Sheets) != "[Sheet1 其他]" || r.Sheet != "Sheet1" {
		t.Fatalf("%v %v", r, err)
	}
	if done, total := r.Progress(); done != 1 || total != 0 {
		t.Errorf("progress %d of %d", done, total)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func TestAChosenEncoding(t *testing.T) {
	raw := encode(t, small, simplifiedchinese.GB18030.NewEncoder())
	if got, err := all(raw, table.Options{Encoding: cn.EncodingGB18030}); err != nil || !strings.Contains(got, "城市") {
		t.Errorf("got %s, %v", got, err)
	}
	if _, err := all(raw, table.Options{Encoding: cn.EncodingUTF8}); !errors.Is(err, table.ErrEncoding) {
		t.Errorf("as UTF-8: %v", err)
	}
}

func TestBadFiles(t *testing.T) {
	good := workbook(t, []any{"a", "b"}, []any{1, 2})
	wide := strings.Repeat("x,", 9_999) + "x\n"
	for name, c := range map[string]struct {
		raw    []byte
		o      table.Options
		want   *fault.Error
		params string
	}{
		"empty":              {nil, table.Options{}, table.ErrEmpty, "map[]"},
		"blank lines":        {[]byte("\n\n ,\n"), table.Options{}, table.ErrEmpty, "map[]"},
		"empty workbook":     {workbook(t), table.Options{}, table.ErrEmpty, "map[]"},
		"10 000 columns":     {[]byte(wide), table.Options{}, table.ErrColumns, "map[count:10000 limit:1000]"},
		"broken quoting":     {[]byte("a,b\n1,2\n3,\"x\"y\n"), table.Options{}, table.ErrQuote, "map[column:5 row:3]"},
		"quotation not shut": {[]byte("a,b\n1,2\n\"3,4\n"), table.Options{}, table.ErrQuote, "map[column:6 row:3]"},
		"a row too big":      {[]byte("a,b\n1,\"" + strings.Repeat("x\n", 1<<20)), table.Options{}, table.ErrRowTooBig, "map[row:2]"},
		"wrong encoding":     {[]byte("a,b\n1,\xff\xff\n"), table.Options{}, table.ErrEncoding, "map[encoding:gb18030 row:2]"},
		"picture":            {[]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), table.Options{}, table.ErrBinary, "map[]"},
		"program":            {[]byte("ELF\x00\x01\x02"), table.Options{}, table.ErrBinary, "map[]"},
		"old Excel":          {[]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more"), table.Options{}, table.ErrOldExcel, "map[]"},
		"cut off":            {good[:len(good)/2], table.Options{}, table.ErrDamaged, "map[]"},
		"archive":            {[]byte("PK\x03\x04 nothing"), table.Options{}, table.ErrDamaged, "map[]"},
		"unknown sheet":      {good, table.Options{Sheet: "无"}, table.ErrSheet, "map[sheet:无]"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := all(c.raw, c.o)
			var f *fault.Error
			if !errors.As(err, &f) || !errors.Is(err, c.want) {
				t.Fatalf("error %v, want %v", err, c.want)
			}
			if got := fmt.Sprint(f.Params); got != c.params && got+c.params != "map[]map[]" {
				t.Errorf("params %s, want %s", got, c.params)
			}
		})
	}
}

func TestSeparatorsAreFoundOutsideQuotes(t *testing.T) {
	for name, c := range map[string]struct{ raw, want string }{
		"commas in a cell":     {"a;\"b,c,d\";e\n1;2;3\n", `["a" "b,c,d" "e"] 2["1" "2" "3"]`},
		"semicolons in a cell": {"a,\"b;c;d;e\"\n1,2\n", `["a" "b;c;d;e"] 2["1" "2"]`},
		"one column":           {"a\n1\n2\n", `["a"] 2["1"] 3["2"]`},
		"a line break inside":  {"a,b\n\"1\n1\",2\n3,4\n", `["a" "b"] 2["1\n1" "2"] 3["3" "4"]`},
		"doubled quotes":       {"a,b\n\"say \"\"yes\"\"\",2\n", `["a" "b"] 2["say \"yes\"" "2"]`},
		"Windows":              {"a,b\r\n1,2\r\n\r\n3,4", `["a" "b"] 2["1" "2"] 3["3" "4"]`},
		"empty columns at end": {"a,b,,\n1,2,,\n", `["a" "b"] 2["1" "2" "" ""]`},
		"an empty column":      {"a,,c\n1,,3\n", `["a" "" "c"] 2["1" "" "3"]`},
		"rows of any width":    {"a,b\n1\n1,2,3\n", `["a" "b"] 2["1"] 3["1" "2" "3"]`},
		"blank rows first":     {",,\na,b\n1,2\n", `["a" "b"] 3["1" "2"]`},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := all([]byte(c.raw), table.Options{}); err != nil || strings.TrimPrefix(got, "csv utf-8 ") != c.want {
				t.Errorf("got %s, %v, want %s", got, err, c.want)
			}
		})
	}
}

// sheets makes a workbook of two sheets.
func sheets(t *testing.T, change func(f *excelize.File) error) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	if _, err := f.NewSheet("第二"); err != nil {
		t.Fatal(err)
	}
	if err := change(f); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestASheetOfChoice(t *testing.T) {
	raw := sheets(t, func(f *excelize.File) error {
		return errors.Join(f.SetSheetRow("Sheet1", "A1", &[]any{"a"}), f.SetSheetRow("第二", "A1", &[]any{"b", "c"}), f.SetSheetRow("第二", "A3", &[]any{1.5, "x"}))
	})
	if got, err := all(raw, table.Options{Sheet: "第二"}); err != nil || got != `xlsx  ["b" "c"] 3["1.5" "x"]` {
		t.Errorf("got %s, %v", got, err)
	}
	if got, err := all(raw, table.Options{}); err != nil || got != `xlsx  ["a"]` {
		t.Errorf("got %s, %v", got, err)
	}
}

// What a cell shows does not matter, only what it holds.
func TestCellsHoldTheirValues(t *testing.T) {
	raw := sheets(t, func(f *excelize.File) error {
		style, err := f.NewStyle(&excelize.Style{NumFmt: 1}) // whole numbers
		if err != nil {
			return err
		}
		return errors.Join(f.SetSheetRow("Sheet1", "A1", &[]any{"a", "b", "c", "d"}), f.SetSheetRow("Sheet1", "A2", &[]any{7.25, " 长 ", true, 0.1}),
			f.SetCellStyle("Sheet1", "A2", "A2", style), f.SetSheetRow("Sheet1", "B3", &[]any{nil, nil, 5}))
	})
	if got, err := all(raw, table.Options{}); err != nil || got != `xlsx  ["a" "b" "c" "d"] 2["7.25" "长" "1" "0.1"] 3["" "" "" "5"]` {
		t.Errorf("got %s, %v", got, err)
	}
}

// A row that calls itself the last but a million is not counted up to.
func TestRowsFarAway(t *testing.T) {
	raw := sheets(t, func(f *excelize.File) error {
		return errors.Join(f.SetSheetRow("Sheet1", "A1", &[]any{"a"}), f.SetSheetRow("Sheet1", "A5000", &[]any{9}))
	})
	if got, err := all(raw, table.Options{}); err != nil || got != `xlsx  ["a"] 5000["9"]` {
		t.Errorf("got %s, %v", got, err)
	}
	far := replaceInZip(t, raw, `r="5000"`, `r="999999999"`)
	if _, err := all(far, table.Options{}); !errors.Is(err, table.ErrDamaged) {
		t.Errorf("a row that cannot be: %v", err)
	}
}

// replaceInZip changes a text in every part of a packed file.
func replaceInZip(t *testing.T, raw []byte, before, after string) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, part := range in.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		w, err := out.Create(part.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(bytes.ReplaceAll(content, []byte(before), []byte(after))); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestASourceThatFails(t *testing.T) {
	boom := errors.New("disk")
	for _, n := range []int{0, 2, 40} {
		src := io.MultiReader(strings.NewReader(strings.Repeat("a,b\n", 20)[:n]), failing{boom})
		r, err := table.Open(src, 100, table.Options{})
		for err == nil {
			_, err = r.Next()
		}
		if !errors.Is(err, boom) {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// A file of any length is read in a few megabytes.
func TestCSVStreams(t *testing.T) {
	line := strings.Repeat("10,", 29) + "9\n"
	const rows = 300_000
	src := io.LimitReader(&repeat{text: line}, int64(len(line))*rows)
	r, err := table.Open(src, int64(len(line))*rows, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	n := 0
	for ; ; n++ {
		if _, err := r.Next(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if n == rows-10 {
			runtime.GC()
			runtime.ReadMemStats(&now)
		}
	}
	if done, total := r.Progress(); n != rows-1 || done != total {
		t.Errorf("%d rows, %d of %d bytes", n, done, total)
	}
	if grown := int64(now.HeapAlloc) - int64(before.HeapAlloc); grown > 4<<20 {
		t.Errorf("the heap has grown by %d bytes", grown)
	}
}

type repeat struct {
	text string
	at   int
}

func (r *repeat) Read(p []byte) (int, error) {
	n := copy(p, r.text[r.at:])
	r.at = (r.at + n) % len(r.text)
	return n, nil
}

func FuzzOpen(f *testing.F) {
	for _, seed := range [][]byte{[]byte(small), []byte("a;b\n\"1\n;2\""), workbook(f, []any{"a", "b"}, []any{1, "=A1"}), {0xFF, 0xFE, 'a', 0}, []byte("PK\x03\x04")} {
		f.Add(seed)
	}
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(small))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(gb)
	damagedBook := workbook(f, []any{"a", "b"}, []any{1, 2})
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		b := bytes.Clone(damagedBook)
		b[random.IntN(len(b))] ^= byte(1 + random.IntN(255))
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := table.Open(bytes.NewReader(raw), int64(len(raw)), table.Options{})
		if err != nil {
			return
		}
		defer r.Close()
		last := 1
		for range 10_000 {
			row, err := r.Next()
			if err != nil {
				return
			}
			if row.Number <= last {
				t.Fatalf("row %d after row %d", row.Number, last)
			}
			last = row.Number
		}
	})
}
