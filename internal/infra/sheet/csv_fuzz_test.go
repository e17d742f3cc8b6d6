package sheet_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// FuzzCSV feeds broken texts: reading ends, rows rise, and no cell is lost or
// made up but for white space around it.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{small, "a,b\n1,\"y\n2,x\n", "a;b\r\n\"1\"x;y\r\n", "a\tb\r1\t\"\"\"\"\r", "\ufeffa,b\n=1+1,'-x\n", "a,b\n1,\"" + strings.Repeat("长\n", 200), "a,b\n\"1\",2,,,\n,\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) { readAll(t, []byte(text)) })
}

// FuzzWrittenTablesReadTheSame writes three cells and reads them back, whatever
// they hold.
func FuzzWrittenTablesReadTheSame(f *testing.F) {
	f.Add("张三", "=1+1", "\"a\",b;c|d\te\r\nf")
	f.Add("-5", "'=x", "@SUM(A1)")
	f.Add("", "'", "+86 190")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		cells := []string{"x", a, b, c}
		for i := range cells {
			if cells[i] = strings.TrimSpace(strings.Map(printed, strings.ToValidUTF8(cells[i], ""))); len(cells[i]) > 1 && cells[i][0] == '\'' {
				return // an apostrophe of the user's own is read as the mark of text
			}
		}
		var out bytes.Buffer
		w, err := sheet.NewWriter(&out, sheet.CSV)
		if err := errors.Join(err, w.Write([]string{"h1", "h2", "h3", "h4"}), w.Write(cells), w.Close()); err != nil {
			t.Fatal(err)
		}
		r, err := sheet.Open(bytes.NewReader(out.Bytes()), int64(out.Len()), sheet.Options{})
		if err != nil {
			t.Fatalf("%q: %v", out.String(), err)
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

// printed drops what no table of ours writes: control characters but line ends.
func printed(r rune) rune {
	if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' || r == unicode.ReplacementChar || r == '\ufeff' {
		return -1
	}
	return r
}
