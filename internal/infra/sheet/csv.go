package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
)

// csvRows reads records (RFC 4180, with any of three separators). Unlike
// encoding/csv it goes on behind a record with broken quoting and knows the line
// of the opening mark.
type csvRows struct {
	in        *bufio.Reader // decoded text
	source    *counter
	size      int64
	separator byte

	buf    []byte // the text from the start of the record on; a part of it is used up
	at     int    // in buf, where the next record starts
	ended  error  // what the source ended with
	number int    // records so far
	line   int    // where the next record starts
	broken int    // records with broken quoting

	text []byte // of the record's cells, one behind the other
	ends []int  // of each cell in text
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
		return textError(err)
	}
	c := &csvRows{in: bufio.NewReaderSize(text, 64<<10), source: source, size: size, line: 1}
	start, err := c.in.Peek(64 << 10)
	if err != nil && !errors.Is(err, io.EOF) && len(start) == 0 {
		return textError(err)
	}
	c.separator = separatorOf(start)
	r.Format, r.Separator, r.rows = CSV, rune(c.separator), c
	return nil
}

const separators = ",\t;|"

// separatorOf finds the separator by the first lines. It is one of those in the
// first line that has any, a title above having none: the one that most lines
// have as often.
func separatorOf(start []byte) byte {
	lines := separatorCounts(start)
	best, bestLines := 0, 0
	for i := range separators {
		same := 0
		for _, l := range lines {
			if l[i] > 0 && l[i] == lines[0][i] {
				same++
			}
		}
		if same > bestLines || same == bestLines && same > 0 && lines[0][i] > lines[0][best] {
			best, bestLines = i, same
		}
	}
	return separators[best]
}

// separatorCounts counts the separators outside of quotation marks in the first
// lines that have any.
func separatorCounts(start []byte) (lines [][len(separators)]int) {
	var line [len(separators)]int
	quoted := false
	for _, b := range append(start[:len(start):len(start)], '\n') {
		switch i := strings.IndexByte(separators, b); {
		case b == '"':
			quoted = !quoted
		case quoted:
		case i >= 0:
			line[i]++
		case (b == '\n' || b == '\r') && line != [len(separators)]int{}:
			if lines = append(lines, line); len(lines) == maxHeaderRow {
				return lines
			}
			line = [len(separators)]int{}
		}
	}
	return lines
}

func (c *csvRows) progress() (done, total int64) { return c.source.n, c.size }

func (c *csvRows) close() error { return nil }

// next reads a record. A quotation mark that never closes would swallow what
// follows, so the record is given up and reading goes on with the line after the
// mark.
func (c *csvRows) next() (Row, error) {
	if c.at >= csvChunk {
		c.buf, c.at = append(c.buf[:0], c.buf[c.at:]...), 0
	}
	if !c.more(c.at) {
		return Row{}, textError(c.ended)
	}
	c.number++
	c.text, c.ends = c.text[:0], c.ends[:0]
	s := scan{csvRows: c, start: c.at, at: c.at, line: c.line}
	s.record()
	if s.end && !errors.Is(c.ended, io.EOF) {
		return Row{}, textError(c.ended)
	}
	row := Row{Number: c.number, Cells: c.cells(), Open: s.open}
	switch s.code {
	case "":
	case RowTooLong:
		row.problem(-1, s.code, "limit_kb", maxRowBytes>>10)
	default:
		row.problem(s.column, s.code, "line", s.openLine)
		if c.broken++; c.broken > maxQuoteProblems {
			return Row{}, ErrQuoting.With("line", s.openLine, "count", c.broken)
		}
	}
	c.at, c.line = s.at, s.line
	return row, nil
}

// cells cuts the text; the row keeps it after the next one is read.
func (c *csvRows) cells() []string {
	text, cells, start := string(c.text), make([]string, len(c.ends)), 0
	for i, end := range c.ends {
		cells[i] = clean(text[start:end])
		start = end
	}
	return cells
}

// clean drops white space around a cell and the mark that escape put there.
func clean(cell string) string {
	cell = strings.TrimSpace(cell)
	if rest, marked := strings.CutPrefix(cell, "'"); marked && risky(rest) {
		return rest
	}
	return cell
}

// more tells whether there is a byte at buf[i], reading on when needed.
func (c *csvRows) more(i int) bool {
	for i >= len(c.buf) && c.ended == nil {
		c.buf, c.ended = c.fill(c.buf)
	}
	return i < len(c.buf)
}

const csvChunk = 16 << 10

func (c *csvRows) fill(b []byte) ([]byte, error) {
	n := len(b)
	b = append(b, make([]byte, csvChunk)...)
	got, err := c.in.Read(b[n:])
	return b[:n+got], err
}

// scan is the reading of one record.
type scan struct {
	*csvRows
	start, at int // in buf
	line      int
	end       bool // the source has ended within the record
	open      bool // without a line end

	code     string
	column   int
	openLine int // of the quotation mark that is wrong
}

func (s *scan) more(i int) bool {
	ok := s.csvRows.more(i)
	s.end = s.end || !ok
	return ok
}

func (s *scan) tooLong() bool { return s.at-s.start > maxRowBytes }

func (s *scan) record() {
	for {
		if s.more(s.at) && s.buf[s.at] == '"' {
			s.quotedCell()
		} else {
			s.plainCell()
		}
		if s.code != "" {
			return
		}
		s.ends = append(s.ends, len(s.text))
		if s.lineEnd() {
			return
		}
		s.at++ // the separator
	}
}

// lineEnd consumes a line end, or finds the end of the file.
func (s *scan) lineEnd() bool {
	if !s.more(s.at) {
		s.open = true
		return true
	}
	switch s.buf[s.at] {
	case '\r':
		if s.at++; s.more(s.at) && s.buf[s.at] == '\n' {
			s.at++
		}
	case '\n':
		s.at++
	default:
		return false
	}
	s.line++
	return true
}

func (s *scan) plainCell() {
	from := s.at
	for ; s.more(s.at); s.at++ {
		switch b := s.buf[s.at]; {
		case b == s.separator || b == '\n' || b == '\r':
			s.text = append(s.text, s.buf[from:s.at]...)
			return
		case b == '"' && len(bytes.TrimSpace(s.buf[from:s.at])) == 0: // blanks before the mark
			s.quotedCell()
			return
		case b == '"':
			s.fail(RowQuote, from)
			return
		case s.tooLong():
			s.fail(RowTooLong, from)
			return
		}
	}
	s.text = append(s.text, s.buf[from:s.at]...)
}

func (s *scan) quotedCell() {
	mark, line, kept := s.at, s.line, len(s.text)
	code := RowQuoteOpen
	for s.at++; s.more(s.at) && !s.tooLong(); s.at++ {
		b := s.buf[s.at]
		if b == '"' {
			if s.at++; !s.more(s.at) || s.buf[s.at] != '"' {
				code = s.behind()
				break
			}
		} else if b == '\n' {
			s.line++
		}
		s.text = append(s.text, b)
	}
	if code == "" {
		return
	}
	// What was taken for one cell of many lines is rows of their own.
	s.at, s.line, s.text = mark, line, s.text[:kept]
	s.fail(code, mark)
}

// behind looks at what stands behind a closing mark: only blanks may before the
// cell ends.
func (s *scan) behind() (code string) {
	for s.more(s.at) && s.buf[s.at] == ' ' {
		s.at++
	}
	if s.more(s.at) && s.buf[s.at] != s.separator && s.buf[s.at] != '\n' && s.buf[s.at] != '\r' {
		return RowQuote
	}
	return ""
}

// fail ends the record with a problem in the cell that starts at from. The rest
// of the line becomes that cell.
func (s *scan) fail(code string, from int) {
	s.code, s.column, s.openLine = code, len(s.ends), s.line
	for s.more(s.at) && s.buf[s.at] != '\n' {
		if s.at++; s.at-from > maxRowBytes { // forget what nobody can keep
			s.buf = append(s.buf[:from], s.buf[s.at:]...)
			s.at = from
		}
	}
	s.text = append(s.text, s.buf[from:s.at]...)
	s.ends = append(s.ends, len(s.text))
	s.lineEnd()
}

// textError says in our words what stopped the reading of text.
func textError(err error) error {
	var text *cn.TextError
	switch {
	case !errors.As(err, &text):
		return err
	case text.Reason == cn.TextBinary:
		return ErrBinary.With("line", text.Line, "offset", text.Offset).Wrap(err)
	}
	return ErrEncoding.With("line", text.Line, "offset", text.Offset, "encoding", string(text.Encoding)).Wrap(err)
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
