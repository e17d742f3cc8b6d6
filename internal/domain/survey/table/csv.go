package table

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
)

// csvRows reads records. The row numbers count records, as a spreadsheet does
// where a quoted cell goes over several lines.
type csvRows struct {
	in     *csv.Reader
	guard  *guard
	source *counter
	size   int64
	number int
}

func (r *Reader) openCSV(src io.Reader, size int64, o Options) (err error) {
	source := &counter{r: src}
	var text io.Reader
	if o.Encoding == "" {
		text, r.Encoding, err = cn.DecodeText(source)
	} else {
		r.Encoding = o.Encoding
		text, err = cn.DecodeTextAs(source, o.Encoding)
	}
	if err != nil {
		return textError(err, 1)
	}
	head := bufio.NewReaderSize(text, 1<<16)
	start, err := head.Peek(1 << 16)
	if err != nil && !errors.Is(err, io.EOF) {
		return textError(err, 1)
	}
	r.Format, r.Separator = CSV, separator(string(start))
	g := &guard{r: head}
	in := csv.NewReader(g)
	in.Comma, in.FieldsPerRecord, in.ReuseRecord = r.Separator, -1, true
	r.rows = &csvRows{in: in, guard: g, source: source, size: size}
	return nil
}

// separator is the one of comma, semicolon and tab that the first line has most
// of outside quotation marks.
func separator(text string) rune {
	count, quoted := map[rune]int{}, false
	for _, c := range text {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n' && len(count) > 0:
			return most(count)
		case c == ',' || c == ';' || c == '\t':
			count[c]++
		}
	}
	return most(count)
}

func most(count map[rune]int) rune {
	best := ','
	for _, c := range []rune{';', '\t'} {
		if count[c] > count[best] {
			best = c
		}
	}
	return best
}

func (c *csvRows) next() (Row, error) {
	c.number++
	c.guard.left = maxRowBytes
	cells, err := c.in.Read()
	if err != nil {
		return Row{}, textError(err, c.number)
	}
	for i, cell := range cells {
		cells[i] = strings.TrimSpace(cell)
	}
	return Row{Number: c.number, Cells: cells}, nil
}

func (c *csvRows) progress() (done, total int64) { return c.source.n, c.size }

func (c *csvRows) close() error { return nil }

// textError says in our words what stopped the reading of text.
func textError(err error, row int) error {
	var text *cn.TextError
	var quote *csv.ParseError
	switch {
	case errors.As(err, &text) && text.Reason == cn.TextBinary:
		return ErrBinary.Wrap(err)
	case errors.As(err, &text):
		return ErrEncoding.With("row", text.Line, "encoding", string(text.Encoding)).Wrap(err)
	case errors.Is(err, errTooBig):
		return ErrRowTooBig.With("row", row)
	case errors.As(err, &quote):
		return ErrQuote.With("row", row, "column", quote.Column)
	}
	return err
}

var errTooBig = errors.New("table: row too big")

// guard ends the reading of a row that is longer than allowed.
type guard struct {
	r    io.Reader
	left int
}

func (g *guard) Read(p []byte) (int, error) {
	if g.left <= 0 {
		return 0, errTooBig
	}
	n, err := g.r.Read(p)
	g.left -= n
	return n, err
}

// counter counts the bytes read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
