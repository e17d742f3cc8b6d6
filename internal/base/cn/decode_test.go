package cn

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"
)

func gb18030(t testing.TB, s string) []byte {
	t.Helper()
	b, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func utf16Bytes(s string, little bool) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + s)) {
		if little {
			out = append(out, byte(u), byte(u>>8))
		} else {
			out = append(out, byte(u>>8), byte(u))
		}
	}
	return out
}

const sample = "户号,姓名,地址\r\n3310123456,张伟,丽水市莲都区人民街121号\r\n3310123457,𠮷田䶮,三岩寺路\r\n"

func TestDecodeText(t *testing.T) {
	tests := []struct {
		name string
		in   []byte
		enc  Encoding
		want string
	}{
		{"UTF-8", []byte(sample), EncodingUTF8, sample},
		{"UTF-8 with mark", []byte("\ufeff" + sample), EncodingUTF8, sample},
		{"GB18030", gb18030(t, sample), EncodingGB18030, sample},
		{"UTF-16LE", utf16Bytes(sample, true), EncodingUTF16LE, sample},
		{"UTF-16BE", utf16Bytes(sample, false), EncodingUTF16BE, sample},
		{"ASCII", []byte("a,b\n1,2\n"), EncodingUTF8, "a,b\n1,2\n"},
		{"empty", nil, EncodingUTF8, ""},
		{"mark alone", []byte("\ufeff"), EncodingUTF8, ""},
		{"two characters known for being taken for UTF-8", gb18030(t, "联通"), EncodingGB18030, "联通"},
		{"euro sign of the old code page", []byte("\xd5\xc5\x80"), EncodingGB18030, "张€"},
		{"long GB18030", gb18030(t, strings.Repeat(sample, 20000)), EncodingGB18030, strings.Repeat(sample, 20000)},
		{"long UTF-8", []byte(strings.Repeat(sample, 20000)), EncodingUTF8, strings.Repeat(sample, 20000)},
		{"long UTF-16", utf16Bytes(strings.Repeat(sample, 5000), true), EncodingUTF16LE, strings.Repeat(sample, 5000)},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			r, enc, err := DecodeText(bytes.NewReader(tc.in))
			if err != nil || enc != tc.enc {
				t.Fatalf("got %s, %v; want %s", enc, err, tc.enc)
			}
			got, err := io.ReadAll(r)
			if err != nil || string(got) != tc.want {
				t.Errorf("got %d bytes, %v; want %d bytes", len(got), err, len(tc.want))
			}
		})
	}
}

// The look-ahead must not cut a character and then take UTF-8 for GB18030.
func TestDecodeTextPrefixBoundary(t *testing.T) {
	for pad := range 4 {
		in := strings.Repeat("a", sniffBytes-pad) + "𠮷张伟"
		for _, r := range []io.Reader{strings.NewReader(in), iotest.OneByteReader(strings.NewReader(in)), iotest.DataErrReader(strings.NewReader(in))} {
			out, enc, err := DecodeText(r)
			if err != nil || enc != EncodingUTF8 {
				t.Fatalf("pad %d: got %s, %v", pad, enc, err)
			}
			if got, err := io.ReadAll(out); err != nil || string(got) != in {
				t.Errorf("pad %d: got %d bytes, %v", pad, len(got), err)
			}
		}
	}
}

func TestPartialRune(t *testing.T) {
	for in, want := range map[string]int{
		"": 0, "a": 0, "张": 0, "a\xe5": 1, "a\xe5\xbc": 2, "a\xf0\xa0\xae": 3, "\x80\x80\x80\x80": 0, "\xff": 0,
	} {
		if got := partialRune([]byte(in)); got != want {
			t.Errorf("%q: got %d, want %d", in, got, want)
		}
	}
}

func TestDecodeTextErrors(t *testing.T) {
	tests := []struct {
		name   string
		in     []byte
		enc    Encoding
		good   string
		reason TextReason
		offset int64
		line   int
	}{
		{"broken UTF-8 with mark", []byte("\ufeff姓名\n张\xe4\xbc\n"), EncodingUTF8, "姓名\n张", TextInvalid, 13, 2},
		{"UTF-8 cut at the end", []byte("\ufeff姓名\n张\xe4\xbc"), EncodingUTF8, "姓名\n张", TextInvalid, 13, 2},
		{"UTF-8 without mark cut at the end", []byte("姓名\n张\xe4\xbc"), EncodingUTF8, "姓名\n张", TextInvalid, 10, 2},
		{"UTF-8 and GB18030 put together", append([]byte("姓名,地址,电话\n"), gb18030(t, "张伟\n")...), EncodingUTF8, "姓名,地址,电话\n", TextInvalid, 21, 2},
		{"damaged UTF-8", []byte("姓名\n张\ufffd\n"), EncodingUTF8, "姓名\n张", TextDamaged, 10, 2},
		{"NUL in UTF-8", []byte("PK\x03\x04\x00"), EncodingUTF8, "PK\x03\x04", TextBinary, 4, 1},
		{"broken GB18030", append(gb18030(t, "姓名\n张"), 0xff, '\n'), EncodingGB18030, "姓名\n张", TextInvalid, 7, 2},
		{"GB18030 cut at the end", append(gb18030(t, "姓名\n张"), 0xd5), EncodingGB18030, "姓名\n张", TextInvalid, 7, 2},
		{"GB18030 with four-byte character before", append(gb18030(t, "𠮷\n\n"), 0x81, 0x20), EncodingGB18030, "𠮷\n\n", TextInvalid, 6, 3},
		{"damaged GB18030", gb18030(t, "姓名\n\ufffd"), EncodingGB18030, "姓名\n", TextDamaged, 5, 2},
		{"NUL in GB18030", append(gb18030(t, "姓名"), 0), EncodingGB18030, "姓名", TextBinary, 4, 1},
		{"lone surrogate", []byte("\xff\xfe\x20\x5f\x00\xd8\x0a\x00"), EncodingUTF16LE, "张", TextInvalid, 4, 1},
		{"odd length", []byte("\xff\xfe\x20\x5f\x0a\x00\x20"), EncodingUTF16LE, "张\n", TextInvalid, 6, 2},
		{"damaged UTF-16", []byte("\xfe\xff\x5f\x20\xff\xfd"), EncodingUTF16BE, "张", TextDamaged, 4, 1},
		{"UTF-32", []byte("\xff\xfe\x00\x00\x20\x5f\x00\x00"), EncodingUTF16LE, "", TextBinary, 2, 1},
		{"UTF-16 without mark", []byte("a\x00b\x00"), EncodingUTF8, "a", TextBinary, 1, 1},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			r, enc, err := DecodeText(bytes.NewReader(tc.in))
			if err != nil || enc != tc.enc {
				t.Fatalf("got %s, %v; want %s", enc, err, tc.enc)
			}
			got, err := io.ReadAll(r)
			var bad *TextError
			if !errors.As(err, &bad) {
				t.Fatalf("got %q, %v; want a TextError", got, err)
			}
			want := TextError{tc.enc, tc.reason, tc.offset, tc.line}
			if string(got) != tc.good || *bad != want {
				t.Errorf("got %q, %+v; want %q, %+v", got, *bad, tc.good, want)
			}
			if n, again := r.Read(make([]byte, 1)); n != 0 || again != err {
				t.Errorf("reading on gave %d, %v", n, again)
			}
		})
	}
}

// Chinese that begins behind the look-ahead of an ASCII file is reported, not guessed.
func TestDecodeTextLateGB18030(t *testing.T) {
	head := strings.Repeat("1234567,8\n", sniffBytes/10+1)
	in := append([]byte(head), gb18030(t, "张伟\n")...)
	r, enc, err := DecodeText(bytes.NewReader(in))
	if err != nil || enc != EncodingUTF8 {
		t.Fatalf("got %s, %v", enc, err)
	}
	got, err := io.ReadAll(r)
	var bad *TextError
	if !errors.As(err, &bad) || string(got) != head || bad.Offset != int64(len(head)) || bad.Line != sniffBytes/10+2 {
		t.Fatalf("got %d bytes, %v", len(got), err)
	}
	if want := "text: invalid as utf-8 at byte 262150, line 26216"; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
	r, err = DecodeTextAs(bytes.NewReader(in), EncodingGB18030)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || string(got) != head+"张伟\n" {
		t.Errorf("as GB18030: got %d bytes, %v", len(got), err)
	}
}

func TestDecodeTextAs(t *testing.T) {
	for enc, in := range map[Encoding][]byte{
		EncodingUTF8: []byte("\ufeff" + sample), EncodingGB18030: gb18030(t, sample),
		EncodingUTF16LE: utf16Bytes(sample, true), EncodingUTF16BE: utf16Bytes(sample, false),
	} {
		r, err := DecodeTextAs(bytes.NewReader(in), enc)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != sample {
			t.Errorf("%s: got %q, %v", enc, got, err)
		}
	}
	var bad *TextError
	if _, err := DecodeTextAs(strings.NewReader(""), "big5"); !errors.As(err, &bad) || bad.Reason != TextEncoding {
		t.Errorf("big5: got %v", err)
	}
}

func TestDecodeTextPassesReadErrors(t *testing.T) {
	broken := errors.New("disk failed")
	if _, _, err := DecodeText(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if _, err := DecodeTextAs(iotest.ErrReader(broken), EncodingUTF8); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	long := io.MultiReader(strings.NewReader(strings.Repeat("a", 2*sniffBytes)), iotest.ErrReader(broken))
	r, _, err := DecodeText(long)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(r); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if n, err := r.Read(nil); n != 0 || err != nil {
		t.Errorf("an empty read gave %d, %v", n, err)
	}
}

// Files with a heading in GB18030 are not taken for UTF-8, however short. (Two
// characters alone may be valid in both, 郑霞 is.)
func TestDecodeTextTellsGB18030(t *testing.T) {
	var people []string
	for _, n := range Surnames() {
		for _, c := range GivenCharacters(Female, 1990)[:4] {
			people = append(people, n.Text+string(c))
		}
	}
	for i, name := range people {
		for _, text := range []string{"姓名\n" + name, "户号,姓名\n1," + strings.Join(people[max(0, i-50):i+1], ",")} {
			if r, enc, err := DecodeText(bytes.NewReader(gb18030(t, text))); err != nil || enc != EncodingGB18030 {
				t.Fatalf("%s: got %s, %v, %v", text, enc, err, r)
			}
		}
	}
}

// Wherever a byte is broken, the text before it is delivered and the place is right.
func TestDecodeTextFindsTheBreak(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.IntRange(0, 4000).Draw(t, "lines")
		column := rapid.IntRange(0, 9).Draw(t, "column")
		rng := rand.New(rand.NewPCG(uint64(lines), uint64(column)))
		var text strings.Builder
		for range lines {
			text.WriteString(strings.Repeat("张a𠮷é", rng.IntN(6)) + "\n")
		}
		text.WriteString(strings.Repeat("伟", column))
		head, err := simplifiedchinese.GB18030.NewEncoder().String(text.String())
		if err != nil {
			t.Fatal(err)
		}
		r, err := DecodeTextAs(strings.NewReader(head+"\xff\xff\n张"), EncodingGB18030)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(iotest.HalfReader(r))
		var bad *TextError
		if !errors.As(err, &bad) || string(got) != text.String() || bad.Offset != int64(len(head)) || bad.Line != lines+1 {
			t.Fatalf("got %d bytes, %v; want %d bytes, offset %d, line %d", len(got), err, text.Len(), len(head), lines+1)
		}
	})
}

func FuzzDecodeText(f *testing.F) {
	f.Add([]byte(sample))
	f.Add(gb18030(f, sample))
	f.Add(utf16Bytes("张\n", true))
	f.Add([]byte("\xff\xfe\x00\xd8"))
	f.Add([]byte("\x81\x30\x81\x30\x84\x31\xa4\x37\xff\x80"))
	f.Fuzz(func(t *testing.T, in []byte) {
		r, enc, err := DecodeText(bytes.NewReader(in))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if strings.ContainsAny(string(got), "\x00\ufffd") || !bytes.Equal(got, bytes.ToValidUTF8(got, nil)) {
			t.Errorf("%q was delivered", got)
		}
		var bad *TextError
		if errors.As(err, &bad) && (bad.Offset >= int64(len(in)) || bad.Line != 1+bytes.Count(got, []byte{'\n'})) {
			t.Errorf("%d bytes as %s: %v", len(in), enc, err)
		}
	})
}
