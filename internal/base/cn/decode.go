package cn

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Encoding is the encoding of a text file. The values are stable codes.
type Encoding string

// The encodings that are read.
const (
	EncodingUTF8    Encoding = "utf-8"
	EncodingUTF16LE Encoding = "utf-16le"
	EncodingUTF16BE Encoding = "utf-16be"
	EncodingGB18030 Encoding = "gb18030" // GBK and GB2312 are parts of it
)

// TextReason says why a text cannot be decoded.
type TextReason string

// The reasons of a TextError.
const (
	TextBinary   TextReason = "binary"   // a NUL byte or character: a spreadsheet, archive or picture
	TextInvalid  TextReason = "invalid"  // bytes the encoding does not know
	TextDamaged  TextReason = "damaged"  // U+FFFD: an earlier conversion has lost the character
	TextEncoding TextReason = "encoding" // unknown Encoding
)

// A TextError names the first place at which a text cannot be decoded.
type TextError struct {
	Encoding Encoding
	Reason   TextReason
	Offset   int64 // bytes from the start of the file, byte order mark included
	Line     int   // 1-based
}

func (e *TextError) Error() string {
	return fmt.Sprintf("text: %s as %s at byte %d, line %d", e.Reason, e.Encoding, e.Offset, e.Line)
}

const (
	sniffBytes = 256 << 10 // how far DecodeText looks ahead
	chunkBytes = 32 << 10  // how much is decoded at a time
)

// The byte order marks. That of UTF-32LE begins like UTF-16LE; such files then
// fail at their first NUL character.
var byteOrderMarks = []struct {
	mark []byte
	enc  Encoding
}{
	{[]byte("\xEF\xBB\xBF"), EncodingUTF8},
	{[]byte("\xFF\xFE"), EncodingUTF16LE},
	{[]byte("\xFE\xFF"), EncodingUTF16BE},
}

// DecodeText finds out how a text is encoded and returns it as UTF-8 without byte
// order mark: by the mark if there is one, else UTF-8 if the first 256 kB are valid
// but for a few bytes, else GB18030, which office programs in China write by
// default. It streams and holds only that prefix.
//
// Nothing is replaced silently: where a text cannot be decoded the reader delivers
// what stands before and fails with a *TextError. If the guess may be wrong
// (Chinese only after the first 256 kB), offer the user DecodeTextAs.
func DecodeText(r io.Reader) (io.Reader, Encoding, error) {
	br := bufio.NewReaderSize(r, sniffBytes)
	head, err := br.Peek(sniffBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, "", err
	}
	enc := sniff(head, err != nil)
	out, err := decodeBuffered(br, head, enc)
	return out, enc, err
}

// DecodeTextAs decodes a text whose encoding the user has chosen; a byte order mark
// of that encoding is skipped. Errors are those of DecodeText.
func DecodeTextAs(r io.Reader, enc Encoding) (io.Reader, error) {
	br := bufio.NewReaderSize(r, chunkBytes)
	head, err := br.Peek(len(byteOrderMarks[0].mark))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return decodeBuffered(br, head, enc)
}

// sniff decides by the head of a text; complete says that there is no more of it.
func sniff(head []byte, complete bool) Encoding {
	for _, m := range byteOrderMarks {
		if bytes.HasPrefix(head, m.mark) {
			return m.enc
		}
	}
	if !complete {
		head = head[:len(head)-partialRune(head)]
	}
	if utf8.Valid(head) || isDamagedUTF8(head) {
		return EncodingUTF8
	}
	return EncodingGB18030
}

// isDamagedUTF8 tells UTF-8 with some broken bytes (a file cut in the middle, two
// files put together) from GB18030: there, hardly one character in a hundred looks
// like a Han character of UTF-8 and most bytes are broken. Read as GB18030, such a
// file would become garbage without an error; as UTF-8 the broken place is named.
func isDamagedUTF8(head []byte) bool {
	han, broken := 0, 0
	for i := 0; i < len(head); {
		r, size := utf8.DecodeRune(head[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			broken++
		case plainHan(r):
			han++
		}
		i += size
	}
	return han > broken
}

// partialRune returns how many bytes at the end begin a rune that goes on later.
func partialRune(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if tail := b[len(b)-n:]; utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}

func decodeBuffered(br *bufio.Reader, head []byte, enc Encoding) (io.Reader, error) {
	d := &textReader{r: br, enc: enc, line: 1, buffer: make([]byte, chunkBytes), out: make([]byte, 2*chunkBytes)}
	switch enc {
	case EncodingUTF8:
		d.decoder = encoding.UTF8Validator
	case EncodingUTF16LE:
		d.decoder = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder()
	case EncodingUTF16BE:
		d.decoder = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder()
	case EncodingGB18030:
		d.decoder = simplifiedchinese.GB18030.NewDecoder()
	default:
		return nil, &TextError{Encoding: enc, Reason: TextEncoding, Line: 1}
	}
	for _, m := range byteOrderMarks {
		if m.enc == enc && bytes.HasPrefix(head, m.mark) {
			n, err := br.Discard(len(m.mark))
			if err != nil {
				return nil, err
			}
			d.offset = int64(n)
		}
	}
	return d, nil
}

// A textReader decodes chunk by chunk and stops at the first thing that is no text.
type textReader struct {
	r       io.Reader
	decoder transform.Transformer
	enc     Encoding

	offset int64  // of source[0] in the file
	line   int    // at source[0]
	source []byte // read, not yet decoded: a part of buffer
	ready  []byte // decoded, not yet delivered: a part of out
	srcEnd bool
	err    error

	buffer, out []byte
}

func (d *textReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for len(d.ready) == 0 && d.err == nil {
		d.err = d.fill()
	}
	n := copy(p, d.ready)
	d.ready = d.ready[n:]
	if n == 0 {
		return 0, d.err
	}
	return n, nil
}

// fill reads and decodes the next chunk. It returns io.EOF behind the last one.
func (d *textReader) fill() error {
	if err := d.readSource(); err != nil {
		return err
	}
	if len(d.source) == 0 {
		return io.EOF
	}
	nDst, nSrc, err := d.decoder.Transform(d.out, d.source, d.srcEnd)
	out := d.out[:nDst]
	if at := firstBad(out); at >= 0 {
		return d.stop(out[:at])
	}
	d.advance(out, nSrc)
	switch {
	case err == nil, errors.Is(err, transform.ErrShortDst):
		return nil
	case errors.Is(err, transform.ErrShortSrc) && !d.srcEnd:
		return nil
	}
	return &TextError{Encoding: d.enc, Reason: TextInvalid, Offset: d.offset, Line: d.line}
}

// readSource tops the source up to one chunk.
func (d *textReader) readSource() error {
	if d.srcEnd || len(d.source) >= chunkBytes {
		return nil
	}
	kept := copy(d.buffer, d.source)
	n, err := io.ReadFull(d.r, d.buffer[kept:])
	d.source = d.buffer[:kept+n]
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		d.srcEnd, err = true, nil
	}
	return err
}

func (d *textReader) advance(decoded []byte, nSrc int) {
	d.ready = decoded
	d.line += bytes.Count(decoded, []byte{'\n'})
	d.offset += int64(nSrc)
	d.source = d.source[nSrc:]
}

// firstBad returns where decoded text holds a NUL or a replacement character, -1 if nowhere.
func firstBad(decoded []byte) int {
	at := bytes.IndexByte(decoded, 0)
	if i := bytes.Index(decoded, []byte(string(utf8.RuneError))); i >= 0 && (at < 0 || i < at) {
		at = i
	}
	return at
}

// stop delivers the good text before the bad place and reports the place. good is
// what the source begins with, decoded.
func (d *textReader) stop(good []byte) error {
	nSrc := 0
	one := make([]byte, utf8.UTFMax)
	for n := 0; n < len(good); {
		nDst, used, _ := d.decoder.Transform(one, d.source[nSrc:nSrc+d.unitLength(nSrc)], true)
		n += nDst
		nSrc += used
	}
	d.advance(good, nSrc)
	return &TextError{Encoding: d.enc, Reason: d.badReason(), Offset: d.offset, Line: d.line}
}

// badReason looks at the source, which now begins with the bad place.
func (d *textReader) badReason() TextReason {
	unit := d.source[:d.unitLength(0)]
	switch {
	case len(bytes.Trim(unit, "\x00")) == 0:
		return TextBinary
	case d.enc == EncodingUTF8, bytes.Equal(unit, []byte("\xFD\xFF")), bytes.Equal(unit, []byte("\xFF\xFD")), bytes.Equal(unit, []byte("\x84\x31\xA4\x37")):
		return TextDamaged
	}
	return TextInvalid
}

// unitLength returns how many source bytes at i make one character.
func (d *textReader) unitLength(i int) int {
	s, n := d.source[i:], 1
	switch {
	case d.enc == EncodingUTF8:
		_, n = utf8.DecodeRune(s)
	case d.enc == EncodingUTF16LE && len(s) > 1:
		n = utf16Length(s[1])
	case d.enc == EncodingUTF16BE:
		n = utf16Length(s[0])
	case d.enc == EncodingGB18030 && len(s) > 1 && s[0] > 0x80:
		n = 2
		if isDigit(s[1]) {
			n = 4
		}
	}
	return min(n, len(s))
}

// utf16Length goes by the high byte: a leading surrogate takes its partner along.
func utf16Length(high byte) int {
	if 0xD8 <= high && high <= 0xDB {
		return 4
	}
	return 2
}
