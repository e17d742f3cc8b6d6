package sheet

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
)

// xlsxRows reads the rows of one sheet.
type xlsxRows struct {
	*workbook
	in    io.ReadCloser
	xml   *xmlReader
	count *counter
	size  int64
	text  []byte
	row   int // number of the last row
	bytes int // of its cells
}

func (w *workbook) open(name string) (*xlsxRows, error) {
	f := w.file(name)
	if f == nil {
		return nil, fmt.Errorf("no part %q", name)
	}
	in, err := f.Open()
	if err != nil {
		return nil, err
	}
	count := &counter{r: in}
	return &xlsxRows{workbook: w, in: in, xml: newXML(count), count: count, size: int64(f.UncompressedSize64)}, nil
}

func (x *xlsxRows) progress() (done, total int64) { return x.count.n, x.size }

func (x *xlsxRows) close() error { return x.in.Close() }

// next reads up to the end of the next row.
func (x *xlsxRows) next() (Row, error) {
	row, err := x.read()
	var known *fault.Error
	if err != nil && !errors.Is(err, io.EOF) && !errors.As(err, &known) {
		err = damaged(err)
	}
	return row, err
}

func (x *xlsxRows) read() (Row, error) {
	for {
		t, text, err := x.xml.next(x.text[:0])
		x.text = text
		switch {
		case errors.Is(err, io.EOF):
			return Row{}, io.ErrUnexpectedEOF // the sheet must be closed
		case err != nil:
			return Row{}, err
		case t.name == "sheetData" && (t.end || t.empty):
			return Row{}, io.EOF
		case t.name == "row" && !t.end:
			if err := x.number(t); err != nil {
				return Row{}, err
			}
			if t.empty {
				continue
			}
			cells, err := x.cells()
			row := Row{Number: x.row, Cells: cells}
			if x.bytes > maxRowBytes {
				row.problem(-1, RowTooLong, "limit_kb", maxRowBytes>>10)
			}
			return row, err
		}
	}
}

// number reads which row begins.
func (x *xlsxRows) number(t tag) error {
	n := x.row + 1
	if r, ok := t.attr("r"); ok {
		var err error
		if n, err = strconv.Atoi(r); err != nil {
			return err
		}
	}
	if n <= x.row || n > maxSheetRows {
		return fmt.Errorf("row %d after row %d", n, x.row)
	}
	x.row = n
	return nil
}

// xlsxCell is a cell being read.
type xlsxCell struct {
	column int
	kind   string // t
	style  int    // s
	value  []byte
}

// cells reads to the end of the row.
func (x *xlsxRows) cells() (cells []string, err error) {
	c, taking, phonetic := xlsxCell{column: -1}, false, false
	for x.bytes = 0; ; {
		t, text, err := x.xml.next(x.text[:0])
		x.text = text
		if err != nil {
			return nil, cut(err)
		}
		if taking {
			c.value = appendText(c.value, text)
		}
		taking = false
		switch t.name {
		case "row":
			return cells, nil
		case "c":
			if cells, err = x.edge(cells, &c, t); err != nil {
				return nil, err
			}
		case "rPh":
			phonetic = !t.end && !t.empty
		case "v", "t":
			taking = !t.end && !t.empty && !phonetic
		}
	}
}

// edge begins a cell, or puts the one that ends among the others.
func (x *xlsxRows) edge(cells []string, c *xlsxCell, t tag) ([]string, error) {
	switch {
	case !t.end:
		c.value = c.value[:0]
		return cells, c.begin(t, c.column)
	case len(c.value) > 0:
		return x.put(cells, *c)
	}
	return cells, nil
}

// appendText adds to the text of a cell. What is more than a cell may hold is told
// by the length and need not be kept.
func appendText(to, more []byte) []byte {
	if room := max(0, maxCell*utf8.UTFMax+utf8.UTFMax-len(to)); len(more) > room {
		more = bytes.ToValidUTF8(more[:room], nil) // no character in halves
	}
	return append(to, more...)
}

// begin reads place, type and style of a cell; before is the column of the one
// before.
func (c *xlsxCell) begin(t tag, before int) error {
	c.column, c.style = before+1, 0
	if ref, ok := t.attr("r"); ok {
		c.column = columnOf(ref)
	}
	if c.column <= before {
		return fmt.Errorf("column %d after column %d", c.column, before)
	}
	c.kind, _ = t.attr("t")
	if s, ok := t.attr("s"); ok {
		n, err := strconv.Atoi(s)
		if err != nil {
			return err
		}
		c.style = n
	}
	return nil
}

// columnOf is the column of a reference such as AB12, counted from 0; -1 when it
// is none.
func columnOf(ref string) int {
	n := 0
	for _, b := range []byte(ref) {
		if b < 'A' || b > 'Z' || n > 1<<16 {
			break
		}
		n = n*26 + int(b-'A') + 1
	}
	return n - 1
}

func (x *xlsxRows) put(cells []string, c xlsxCell) ([]string, error) {
	text, err := x.show(c)
	if err != nil || text == "" {
		return cells, err
	}
	if c.column >= maxColumns {
		return nil, ErrColumns.With("row", x.row, "count", c.column+1, "limit", maxColumns)
	}
	if x.bytes += len(text); x.bytes > maxRowBytes {
		return cells, nil // told of the row
	}
	for len(cells) < c.column {
		cells = append(cells, "")
	}
	return append(cells, text), nil
}

// show is the cell as text.
func (x *xlsxRows) show(c xlsxCell) (string, error) {
	switch c.kind {
	case "s":
		i, err := strconv.Atoi(string(c.value))
		if err != nil {
			return "", err
		}
		s, ok := x.strings.get(i)
		if !ok {
			return "", fmt.Errorf("no string %d", i)
		}
		return clean(unescapeControl(s)), nil
	case "b":
		if string(c.value) == "1" {
			return "TRUE", nil
		}
		return "FALSE", nil
	case "", "n":
		return x.showNumber(c), nil
	}
	return clean(unescapeControl(string(c.value))), nil // str, inlineStr, e, d
}

// showNumber writes a number as its style means it: as a day, or without
// exponent where that loses nothing.
func (x *xlsxRows) showNumber(c xlsxCell) string {
	s := strings.TrimSpace(string(c.value))
	day := c.style >= 0 && c.style < len(x.days) && x.days[c.style]
	if !day && !strings.ContainsAny(s, "eE") && len(s) < 16 {
		return s
	}
	f, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil || math.IsInf(f, 0) || math.IsNaN(f):
		return s
	case day && f >= 0 && f < 3_000_000:
		return x.showDay(f)
	case math.Abs(f) >= 1e15:
		return strconv.FormatFloat(f, 'E', -1, 64)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// showDay rounds to the second before it takes the day: the end of one is the
// beginning of the next.
func (x *xlsxRows) showDay(serial float64) string {
	seconds := int64(math.Round(serial * 86_400))
	s := string(serialDay(float64(seconds/86_400), x.from1904))
	if rest := seconds % 86_400; rest > 0 {
		s += time.Unix(rest, 0).UTC().Format(" 15:04:05")
	}
	return s
}

// unescapeControl resolves _x000D_, by which the format writes control
// characters.
func unescapeControl(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if r, ok := controlEscape(s[i:]); ok {
			b.WriteRune(r)
			i += controlEscapeLen - 1
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

const controlEscapeLen = len("_x000D_")

// controlEscape is the character that such an escape at the beginning of a text
// stands for. No text holds NUL.
func controlEscape(s string) (r rune, ok bool) {
	if len(s) < controlEscapeLen || s[0] != '_' || s[1] != 'x' || s[6] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[2:6], 16, 16)
	return cmp.Or(rune(n), utf8.RuneError), err == nil
}

// escapeControl escapes the first sign of what would be taken for an escape.
func escapeControl(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if _, ok := controlEscape(s[i:]); ok {
			b.WriteString("_x005F")
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
