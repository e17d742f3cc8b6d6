package sheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

func archive(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// book is a workbook of one sheet with its parts written by hand.
func book(t testing.TB, rows string, change ...string) []byte {
	parts := map[string]string{
		"xl/workbook.xml":            `<x:workbook xmlns:x="main" xmlns:r="rel"><x:workbookPr date1904="1"/><x:sheets><x:sheet name="a&gt;b &#x5F20;" r:id="rId1"/></x:sheets></x:workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="/xl/s.xml"/><Relationship Id="rId2" Target="strings.xml" Type="x/sharedStrings"/></Relationships>`,
		"xl/strings.xml":             `<?xml version="1.0"?><!-- > --><sst><si><t>甲</t><rPh sb="0"><t>JIA</t></rPh></si><si/><si><r><t>乙</t></r><r><t xml:space="preserve"> &amp;&lt;</t></r></si><si><t><![CDATA[丙<>]]></t></si></sst>`,
		"xl/styles.xml":              `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="171" formatCode="0.0&quot;y&quot;[Red]"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="31"/></cellXfs></styleSheet>`,
		"xl/s.xml":                   `<x:worksheet><x:sheetData>` + rows + `</x:sheetData></x:worksheet>`,
	}
	for i := 0; i < len(change); i += 2 {
		parts[change[i]] = change[i+1]
	}
	return archive(t, parts)
}

const head = `<row r="1"><c t="s"><v>0</v></c><c t="s"><v>2</v></c><c t="inlineStr"><is><t>丁</t></is></c></row>`

func TestHandMadeWorkbook(t *testing.T) {
	raw := book(t, head+`<row/>`+
		`<x:row r="4" spans="1:3"><x:c r="A4" s="1"><x:v>44621</x:v></x:c><x:c r="B4" s="2"><x:f>A1+"&gt;"</x:f><x:v>3</x:v></x:c><x:c r="C4" t="s"><x:v>3</x:v></x:c></x:row>`+
		`<row r="5"><c r="A5" s="3"><v>1</v></c><c r="C5" t="e"><v>#N/A</v></c><c r="D5" s="9"/></row>`)
	const want = `["甲" "乙 &<" "丁"] 4["2026-03-02" "3" "丙<>"] 5["1904-01-02" "" "#N/A"]`
	if got, err := all(raw, sheet.Options{}); err != nil || got != want {
		t.Errorf("got %s, %v", got, err)
	}
	r, err := sheet.Open(bytes.NewReader(raw), int64(len(raw)), sheet.Options{})
	if err != nil || r.Sheet != "a>b 张" {
		t.Errorf("sheet %+v, %v", r, err)
	}
}

func TestDamagedWorkbooks(t *testing.T) {
	wide := `<row r="2"><c r="SH2"><v>1</v></c></row>`
	for name, c := range map[string]struct {
		raw  []byte
		want error
	}{
		"rows backwards":      {book(t, head+`<row r="5"><c><v>1</v></c></row><row r="3"><c><v>1</v></c></row>`), sheet.ErrDamaged},
		"a row beyond":        {book(t, head+`<row r="1048577"><c><v>1</v></c></row>`), sheet.ErrDamaged},
		"a row no number":     {book(t, head+`<row r="x"/>`), sheet.ErrDamaged},
		"columns backwards":   {book(t, head+`<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row>`), sheet.ErrDamaged},
		"unknown string":      {book(t, head+`<row r="2"><c t="s"><v>4</v></c></row>`), sheet.ErrDamaged},
		"style no number":     {book(t, head+`<row r="2"><c s="x"><v>4</v></c></row>`), sheet.ErrDamaged},
		"column 502":          {book(t, head+wide), sheet.ErrColumns},
		"sheet not closed":    {book(t, "", "xl/s.xml", `<worksheet><sheetData>`+head), sheet.ErrDamaged},
		"row not closed":      {book(t, "", "xl/s.xml", `<worksheet><sheetData>`+head+`<row r="2"><c><v>1</v>`), sheet.ErrDamaged},
		"tag not closed":      {book(t, "", "xl/s.xml", `<worksheet><sheetData`), sheet.ErrDamaged},
		"empty tag":           {book(t, "", "xl/s.xml", `<worksheet><>`), sheet.ErrDamaged},
		"document type":       {book(t, head, "xl/strings.xml", `<!DOCTYPE lolz [<!ENTITY a "b">]><sst/>`), sheet.ErrDamaged},
		"an endless tag":      {book(t, "", "xl/s.xml", `<worksheet `+strings.Repeat("x", 2<<20)), sheet.ErrDamaged},
		"no sheets":           {book(t, head, "xl/workbook.xml", `<workbook/>`), sheet.ErrDamaged},
		"sheet without file":  {book(t, head, "xl/_rels/workbook.xml.rels", `<Relationships/>`), sheet.ErrDamaged},
		"an archive of zeros": {archive(t, map[string]string{"xl/workbook.xml": strings.Repeat("\x00", 17<<20)}), sheet.ErrTooLarge},
	} {
		if _, err := all(c.raw, sheet.Options{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWriters(t *testing.T) {
	rows := [][]string{{"编号", "内容", "备注"}, {"1", "=cmd|' /C calc'!A0", "-12.5"}, {"2", "+8615400000001", "a \"b\", c\nd"}, {"3", "@SUM(A1)", "x <&> y"}, {"4", "-x", "＝1+1"}}
	for _, f := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		var b bytes.Buffer
		w, err := sheet.NewWriter(&b, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if err := w.Write(row); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if f == sheet.CSV && (!strings.Contains(b.String(), "'=cmd") || !strings.Contains(b.String(), "'@SUM") || !strings.Contains(b.String(), "'＝1+1") || !strings.Contains(b.String(), ",-12.5\r\n") || !strings.HasPrefix(b.String(), "\ufeff")) {
			t.Errorf("CSV %s", b.String())
		}
		want := fmt.Sprintf("%q", rows[0])
		for i, row := range rows[1:] {
			want += fmt.Sprintf(" %d%q", i+2, row)
		}
		if got, err := all(b.Bytes(), sheet.Options{}); err != nil || got != want {
			t.Errorf("%s: got %s, %v", f, got, err)
		}
	}
}

// A table of any length is read in a few megabytes.
func TestReadingStreams(t *testing.T) {
	const rows = 60_000
	for _, f := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		var b bytes.Buffer
		w, err := sheet.NewWriter(&b, f)
		if err != nil {
			t.Fatal(err)
		}
		for i := range rows {
			if err := w.Write([]string{fmt.Sprint("K", i), "云江省沧屏市青岭县", "10", "20"}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		var before, now runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		r, err := sheet.Open(bytes.NewReader(b.Bytes()), int64(b.Len()), sheet.Options{})
		if err != nil {
			t.Fatal(err)
		}
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
		if n != rows-1 {
			t.Errorf("%s: %d rows", f, n)
		}
		if grown := int64(now.HeapAlloc) - int64(before.HeapAlloc); grown > 3<<20 {
			t.Errorf("%s: the heap has grown by %d bytes", f, grown)
		}
	}
}

func TestSharedStringsBeyondABlock(t *testing.T) {
	rows := [][]any{{"a", "b"}}
	for i := range 5000 {
		rows = append(rows, []any{fmt.Sprint("s", i), fmt.Sprint("s", (i*7919)%5000)})
	}
	raw := workbook(t, rows...)
	r, err := sheet.Open(bytes.NewReader(raw), int64(len(raw)), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5000 {
		row, err := r.Next()
		if want := fmt.Sprintf("[s%d s%d]", i, (i*7919)%5000); err != nil || fmt.Sprint(row.Cells) != want {
			t.Fatalf("row %d: %v, %v", i, row, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	for _, seed := range [][]byte{[]byte(small), []byte("a;b\n\"1\n;2\""), workbook(f, []any{"a", "b"}, []any{1, "=A1"}), {0xFF, 0xFE, 'a', 0}, []byte("PK\x03\x04"), book(f, head)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw []byte) { readAll(t, raw) })
}

// FuzzSheet breaks the XML inside of a whole archive.
func FuzzSheet(f *testing.F) {
	f.Add(head, `<sst><si><t>a</t></si></sst>`)
	f.Add(`<row r="2"><c r="B2" t="inlineStr"><is><t>&#x5F20;&x;</t></is></c></row>`, `<sst><si><r><t><![CDATA[x]]></t></r></si>`)
	f.Fuzz(func(t *testing.T, rows, strings string) {
		readAll(t, book(t, rows, "xl/strings.xml", strings))
	})
}

func readAll(t *testing.T, raw []byte) {
	r, err := sheet.Open(bytes.NewReader(raw), int64(len(raw)), sheet.Options{})
	if err != nil {
		return
	}
	defer r.Close()
	last := 0
	for range 10_000 {
		row, err := r.Next()
		if err != nil {
			return
		}
		if row.Number <= last {
			t.Fatalf("row %d after row %d", row.Number, last)
		}
		if row.Problem == nil && len(row.Cells) != len(r.Header) {
			t.Fatalf("%d cells under %d headings", len(row.Cells), len(r.Header))
		}
		last = row.Number
	}
}

// Cells typed beside ours are text too: a number of 18 digits would lose its last
// ones.
func TestXLSXColumnsAreText(t *testing.T) {
	var b bytes.Buffer
	w, err := sheet.NewWriter(&b, sheet.XLSX)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Write([]string{"证件号码"}), w.Close()); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"xl/worksheets/sheet1.xml": `<col min="1" max="16384" width="16" style="1"`, "xl/styles.xml": `<xf xfId="0"/><xf numFmtId="49"`} {
		f, err := z.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(f)
		if err != nil || !strings.Contains(string(content), want) {
			t.Errorf("%s: %s, %v", name, content, err)
		}
	}
}
