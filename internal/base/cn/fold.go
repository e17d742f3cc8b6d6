package cn

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold brings text to the form in which it is compared and indexed; the same
// function serves indexing and queries (requirement A4).
//
//   - compatibility forms become plain (Unicode NFKC): full-width letters, digits
//     and punctuation half-width, ㈱ ① ㎡ spelt out, look-alike CJK radicals and
//     compatibility ideographs the ordinary character. Traditional characters stay;
//   - letters become lower case, the dots inside transliterated names one sign (·);
//   - control, zero-width and other invisible characters and broken UTF-8 go;
//   - white space is trimmed and runs of it become one space, which goes too where
//     it touches a Han character: 张　伟 and 张伟 are one name, Li  Wei is li wei.
//
// Folding twice changes nothing. Text already folded is returned without a copy.
func Fold(s string) string {
	if isFolded(s) {
		return s
	}
	for range maxFoldPasses {
		t := foldOnce(s)
		if t == s {
			break
		}
		s = t
	}
	return s
}

// maxFoldPasses bounds the repetition needed when removing one character lets its
// neighbours compose; real text is stable after the first pass.
const maxFoldPasses = 4

// isFolded recognises the usual stored text at a glance; when in doubt it says no.
func isFolded(s string) bool {
	afterHan, afterSpace := false, true // a space at the start is not folded
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if !plainHan(r) || (afterSpace && i > 0) {
				return false
			}
			afterHan, afterSpace = true, false
			i += size
			continue
		}
		if c == ' ' {
			if afterSpace || afterHan {
				return false
			}
		} else if c < ' ' || c == 0x7f || isUpper(c) {
			return false
		}
		afterHan, afterSpace = false, c == ' '
		i++
	}
	return !afterSpace || s == ""
}

// plainHan holds for the Han blocks no character of which folds to another.
func plainHan(r rune) bool {
	return 0x4E00 <= r && r <= 0x9FFF || 0x3400 <= r && r <= 0x4DBF || 0x20000 <= r && r <= 0x2F7FF
}

// isHan reports whether r is written as a Chinese character, including 〇 and 々.
func isHan(r rune) bool {
	return plainHan(r) || r > utf8.RuneSelf && unicode.Is(unicode.Han, r)
}

func foldOnce(s string) string {
	s = norm.NFKC.String(strings.Map(dropInvisible, s))
	var b strings.Builder
	b.Grow(len(s))
	space, afterHan := false, false
	for _, r := range s {
		if unicode.IsSpace(r) {
			space = b.Len() > 0
			continue
		}
		han := isHan(r)
		if space && !han && !afterHan {
			b.WriteByte(' ')
		}
		b.WriteRune(foldRune(r))
		space, afterHan = false, han
	}
	return b.String()
}

// dropInvisible removes what cannot be seen. White-space controls stay for the
// squeeze; a broken byte arrives as U+FFFD and goes with it.
func dropInvisible(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
	case plainHan(r) || unicode.IsSpace(r):
		return r
	case r == utf8.RuneError, unicode.In(r, unicode.Cc, unicode.Cf, unicode.Variation_Selector),
		unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
		return -1
	}
	return r
}

func foldRune(r rune) rune {
	switch {
	case 'A' <= r && r <= 'Z':
		return r + 'a' - 'A'
	case r < utf8.RuneSelf || plainHan(r):
		return r
	}
	switch r {
	case '•', '‧', '・', '･', '᛫', '⋅', '∙': // typed for the dot of transliterated names
		return '·'
	}
	return unicode.ToLower(r)
}
