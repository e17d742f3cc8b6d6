package sheet_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// sheetPart replaces the sheet of the hand-made workbook.
func sheetPart(t testing.TB, xml string) []byte { return book(t, "", "xl/s.xml", xml) }

// inline is a row behind the header whose first cell holds the XML.
func inline(xml string) string {
	return head + `<row r="2"><c r="A2" t="inlineStr"><is>` + xml + `</is></c></row>`
}

// Workbooks made to harm, small to send and endless to read, are refused in a
// moment.
func TestHostileWorkbooks(t *testing.T) {
	brackets := strings.Repeat(">", 8<<20)
	for name, c := range map[string]struct {
		raw  []byte
		want error
	}{
		"an attribute full of brackets": {sheetPart(t, `<worksheet a="`+brackets), sheet.ErrDamaged},
		"attributes in a row":           {sheetPart(t, `<worksheet>`+strings.Repeat(`<c a=">>>>" `, 1<<19)), sheet.ErrDamaged},
		"a comment without end":         {sheetPart(t, `<worksheet><!--`+brackets), sheet.ErrDamaged},
		"text between comments":         {sheetPart(t, `<worksheet>`+strings.Repeat(`xxxxxxxxxxxxxxxx<!-- -->`, 1<<18)), sheet.ErrDamaged},
		"CDATA without end":             {sheetPart(t, `<worksheet><![CDATA[`+brackets), sheet.ErrDamaged},
		"more than was declared":        {lying(t, sheetPart(t, `<worksheet><sheetData>`+head+strings.Repeat(`<row><c><v>1</v></c></row>`, 1<<16)+`</sheetData></worksheet>`)), sheet.ErrDamaged},
		"NUL in a cell":                 {book(t, inline("<t>a\x00b</t>")), sheet.ErrDamaged},
		"broken UTF-8 in a cell":        {book(t, inline("<t>a\xffb</t>")), sheet.ErrDamaged},
		"broken UTF-8 in CDATA":         {book(t, inline("<t><![CDATA[\xc3]]></t>")), sheet.ErrDamaged},
		"NUL in a shared string":        {book(t, head, "xl/strings.xml", "<sst><si><t>a\x00</t></si></sst>"), sheet.ErrDamaged},
		"broken name of a sheet":        {book(t, head, "xl/workbook.xml", "<workbook><sheets><sheet name=\"\xff\" r:id=\"rId1\"/></sheets></workbook>"), sheet.ErrDamaged},
	} {
		began := time.Now()
		if got, err := all(c.raw, sheet.Options{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %.100s, %v", name, got, err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s: refused after %s", name, took)
		}
	}
}

// lying makes the directory of an archive say that the sheet is 100 bytes long.
func lying(t testing.TB, honest []byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(honest), int64(len(honest)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		var packed bytes.Buffer
		p, err := flate.NewWriter(&packed, flate.BestSpeed)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Write(content); err != nil {
			t.Fatal(err)
		}
		h := &zip.FileHeader{Name: f.Name, Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(content), UncompressedSize64: uint64(len(content))}
		if f.Name == "xl/s.xml" {
			h.UncompressedSize64 = 100
		}
		err = p.Close()
		h.CompressedSize64 = uint64(packed.Len())
		raw, rerr := w.CreateRaw(h)
		if err := errors.Join(err, rerr); err != nil {
			t.Fatal(err)
		}
		if _, err := raw.Write(packed.Bytes()); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A text of many megabytes in one cell is one problem row; it is not kept, and the
// next row comes.
func TestAnEndlessTextIsOneProblemRow(t *testing.T) {
	long := strings.Repeat("<r><t>"+strings.Repeat("长", 20_000)+"</t></r>", 200) // 12 MB
	const behind = `<row r="3"><c r="A3"><v>7</v></c></row>`
	for name, raw := range map[string][]byte{
		"inline": book(t, inline(long)+behind),
		"shared": book(t, `<row r="1"><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row r="2"><c t="s"><v>2</v></c></row>`+behind,
			"xl/strings.xml", "<sst><si><t>甲</t></si><si><t>乙</t></si><si>"+long+"</si></sst>"),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r, err := sheet.Open(bytes.NewReader(raw), int64(len(raw)), sheet.Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		bad, err := r.Next()
		if err != nil || bad.Problem == nil || bad.Problem.Code != sheet.RowCellLong || bad.Problem.Name != "A" {
			t.Errorf("%s: %+v, %v", name, bad.Problem, err)
		}
		next, err := r.Next()
		if err != nil || next.Problem != nil || next.Number != 3 || next.Cells[0] != "7" {
			t.Errorf("%s: %+v, %v", name, next, err)
		}
		if runtime.ReadMemStats(&after); after.TotalAlloc-before.TotalAlloc > 6<<20 {
			t.Errorf("%s: %d kB taken", name, (after.TotalAlloc-before.TotalAlloc)>>10)
		}
	}
}

// A row of a workbook is bounded as one of a text file is.
func TestALongRowOfAWorkbook(t *testing.T) {
	cell := func(ref string) string {
		return `<c r="` + ref + `" t="inlineStr"><is><t>` + strings.Repeat("长", 32_767) + `</t></is></c>`
	}
	got, err := all(book(t, head+`<row r="2">`+cell("A2")+cell("B2")+cell("C2")+`</row><row r="3"><c><v>1</v></c></row>`), sheet.Options{})
	if err != nil || !strings.Contains(got, "! row_too_longmap[limit_kb:256]") || !strings.HasSuffix(got, ` 3["1" "" ""]`) {
		t.Errorf("…%s, %v", got[max(0, len(got)-100):], err)
	}
}

// What a cell means does not depend on how its XML says it.
func TestOneTextInManySpellings(t *testing.T) {
	for xml, want := range map[string]string{
		`<t>张</t><rPh sb="0" eb="1"><t>ZHANG</t></rPh>`: "张", // the reading is no part of the text
		`<t><![CDATA[a&amp;b]]></t>`:                    "a&amp;b",
		`<t><![CDATA[a]]>&amp;<![CDATA[b]]></t>`:        "a&b",
		`<r><t>a</t></r><r><t/></r><r><t> b</t></r>`:    "a b",
		`<t>a<!-- x > y -->b</t>`:                       "ab",
		`<t>a_x0000_b</t>`:                              "a\ufffdb",
		`<t>a_x005F_x0041_b</t>`:                        "a_x0041_b",
		`<t>&#0;&#xFFFFFFF;&unknown;&lt</t>`:            "\ufffd\ufffd&unknown;&lt",
		`<t xml:space="preserve">  a  </t>`:             "a",
	} {
		want := fmt.Sprintf(`["甲" "乙 &<" "丁"] 2[%q "" ""]`, want)
		if got, err := all(book(t, inline(xml)), sheet.Options{}); err != nil || got != want {
			t.Errorf("%s: got %s, %v", xml, got, err)
		}
	}
}
