package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// xmlReader cuts an XML part of a workbook into tags and text. It knows what
// spreadsheets write: no document types, UTF-8; and it is several times faster
// than encoding/xml, which a sheet of a million rows needs.
type xmlReader struct {
	in  *bufio.Reader
	raw []byte // of the last tag, without brackets
}

func newXML(r io.Reader) *xmlReader { return &xmlReader{in: bufio.NewReaderSize(r, 64<<10)} }

// tag is an element's start or end. Its contents are valid until the next read.
type tag struct {
	name  string // without prefix; of the elements asked for, else ""
	end   bool   // </name>
	empty bool   // <name/>
	attrs []byte
}

var errXML = errors.New("sheet: broken XML")

const maxXMLPiece = 1 << 20

// next reads up to the next tag. Text before it, its entities resolved, is
// appended to text.
func (x *xmlReader) next(text []byte) (tag, []byte, error) {
	for {
		from := len(text)
		var err error
		if text, err = x.until('<', text); err != nil {
			return tag{}, text, err
		}
		text = append(text[:from], unescapeXML(text[from:])...)
		if err := x.readTag(); err != nil {
			return tag{}, text, err
		}
		switch {
		case len(x.raw) == 0 || len(text) > maxXMLPiece || !wellFormed(x.raw) || !wellFormed(text[from:]):
			return tag{}, text, errXML
		case bytes.HasPrefix(x.raw, []byte("![CDATA[")):
			text = append(text, bytes.TrimSuffix(x.raw[8:], []byte("]]"))...)
		case bytes.HasPrefix(x.raw, []byte("!DOCTYPE")):
			return tag{}, text, errXML
		case x.raw[0] != '?' && x.raw[0] != '!':
			return parseTag(x.raw), text, nil
		}
	}
}

// readTag reads up to the bracket that ends the tag; others stand in attributes,
// comments and CDATA.
func (x *xmlReader) readTag() (err error) {
	quotes := 0
	for x.raw = x.raw[:0]; ; x.raw = append(x.raw, '>') {
		from := len(x.raw)
		if x.raw, err = x.until('>', x.raw); err != nil {
			return cut(err)
		}
		quotes += bytes.Count(x.raw[from:], []byte{'"'})
		switch {
		case !unfinished(x.raw, quotes):
			return nil
		case len(x.raw) > maxXMLPiece:
			return errXML
		}
	}
}

// wellFormed tells whether a text may stand in XML, and in a database.
func wellFormed(b []byte) bool { return utf8.Valid(b) && bytes.IndexByte(b, 0) < 0 }

// until appends what stands before the delimiter and skips that.
func (x *xmlReader) until(delimiter byte, to []byte) ([]byte, error) {
	from := len(to)
	for {
		piece, err := x.in.ReadSlice(delimiter)
		to = append(to, piece...)
		switch {
		case err == nil:
			return to[:len(to)-1], nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return to, err
		case len(to)-from > maxXMLPiece:
			return to, errXML
		}
	}
}

// cut: the part ends within a tag.
func cut(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// unfinished tells that the bracket read was no end: it stands in an attribute,
// a comment or CDATA. quotes are the marks of attributes so far.
func unfinished(raw []byte, quotes int) bool {
	switch {
	case bytes.HasPrefix(raw, []byte("!--")):
		return !bytes.HasSuffix(raw, []byte("--"))
	case bytes.HasPrefix(raw, []byte("![CDATA[")):
		return !bytes.HasSuffix(raw, []byte("]]"))
	}
	return quotes%2 != 0
}

func parseTag(raw []byte) (t tag) {
	if raw[0] == '/' {
		t.end, raw = true, raw[1:]
	}
	if n := len(raw); n > 0 && raw[n-1] == '/' {
		t.empty, raw = true, raw[:n-1]
	}
	name := raw
	if i := bytes.IndexAny(raw, " \t\r\n"); i >= 0 {
		name, t.attrs = raw[:i], raw[i:]
	}
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	t.name = elements[string(name)]
	return t
}

// elements are those that mean something here; their names need no allocation.
var elements = nameSet("row", "c", "v", "f", "is", "t", "si", "r", "rPh", "sheetData", "sheet", "workbookPr", "Relationship", "numFmt", "cellXfs", "xf")

func nameSet(names ...string) map[string]string {
	set := map[string]string{}
	for _, n := range names {
		set[n] = n
	}
	return set
}

// attr is an attribute's value; names are given as they stand in the file.
func (t tag) attr(name string) (string, bool) {
	rest := t.attrs
	for {
		i := bytes.Index(rest, []byte(name))
		if i < 0 {
			return "", false
		}
		before, after := rest[:i], bytes.TrimLeft(rest[i+len(name):], " \t\r\n")
		if i > 0 && bytes.IndexByte([]byte(" \t\r\n"), before[i-1]) >= 0 && len(after) > 0 && after[0] == '=' {
			after = bytes.TrimLeft(after[1:], " \t\r\n")
			if len(after) == 0 {
				return "", false
			}
			end := bytes.IndexByte(after[1:], after[0])
			if end < 0 {
				return "", false
			}
			return string(unescapeXML(bytes.Clone(after[1 : 1+end]))), true
		}
		rest = rest[i+len(name):]
	}
}

var namedEntities = map[string]byte{"lt": '<', "gt": '>', "amp": '&', "quot": '"', "apos": '\''}

// unescapeXML resolves entities in place.
func unescapeXML(b []byte) []byte {
	at := bytes.IndexByte(b, '&')
	if at < 0 {
		return b
	}
	out := b[:at]
	for rest := b[at:]; len(rest) > 0; {
		if rest[0] != '&' {
			out, rest = append(out, rest[0]), rest[1:]
			continue
		}
		end := bytes.IndexByte(rest, ';')
		if end < 0 || end > 10 {
			out, rest = append(out, '&'), rest[1:]
			continue
		}
		out = appendEntity(out, string(rest[1:end]))
		rest = rest[end+1:]
	}
	return out
}

func appendEntity(out []byte, name string) []byte {
	if b, ok := namedEntities[name]; ok {
		return append(out, b)
	}
	if len(name) < 2 || name[0] != '#' {
		return append(out, fmt.Sprintf("&%s;", name)...)
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n == 0 || n > utf8.MaxRune {
		return append(out, string(utf8.RuneError)...)
	}
	return utf8.AppendRune(out, rune(n))
}
