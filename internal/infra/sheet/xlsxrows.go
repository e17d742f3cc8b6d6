package sheet

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

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
			return Row{Number: x.row, Cells: cells}, err
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
	var c xlsxCell
	column, taking := -1, false
	for {
		t, text, err := x.xml.next(x.text[:0])
		x.text = text
		if err != nil {
			return nil, cut(err)
		}
		if taking {
			c.value = append(c.value, unescapeXML(text)...)
		}
		taking = false
		switch t.name {
		case "row":
			return cells, nil
		case "c":
			if !t.end {
				c.value = c.value[:0]
				if err := c.begin(t, column); err != nil {
					return nil, err
				}
				column = c.column
			}
			if t.end && len(c.value) > 0 {
				if cells, err = x.put(cells, c); err != nil {
					return nil, err
				}
			}
		case "v", "t":
			taking = !t.end && !t.empty
		}
	}
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

func (x *xlsxRows) showDay(serial float64) string {
	s := string(serialDay(serial, x.from1904))
	seconds := time.Duration(math.Round((serial-math.Floor(serial))*86_400)) * time.Second
	if seconds > 0 {
		s += time.Time{}.Add(seconds).Format(" 15:04:05")
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
		if len(s) >= i+7 && s[i] == '_' && s[i+1] == 'x' && s[i+6] == '_' {
			if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil {
				b.WriteRune(rune(n))
				i += 6
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
