package cn

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Pinyin returns the reading of a name without tones, once in full and once as
// initials: 单雄信 is shanxiongxin and sxx. Both are lower-case ASCII, ü is written
// v as on keyboards (吕 lv), runs of Latin letters and digits are part of both (TCL
// stays tcl). Characters without a known reading and all others are left out.
//
// In a PersonName the surname is read as a surname (table of our own), in the other
// kinds words of the place-name and trade table are read as they are there (重庆,
// 六安, 银行). A name no table knows is read character by character.
func Pinyin(name string, kind NameKind) (full, initials string) {
	s := Fold(name)
	var buffer [48]unit
	return lexicon().join(s, lexicon().read(s, kind, buffer[:0]))
}

// OtherPinyin returns a second reading of a person's name whose surname has one:
// that of another family (覃 qin, tan; 翟 zhai, di), else the everyday reading of
// the character, which those type who see the name and do not know it (单 dan). ok
// is false for all other names. Index it beside Pinyin.
func OtherPinyin(name string) (full, initials string, ok bool) {
	s := Fold(name)
	lx := lexicon()
	key, sn := lx.surname(s)
	if len(sn.other) == 0 {
		return "", "", false
	}
	var buffer [48]unit
	units := lx.read(s, PersonName, buffer[:0])
	for i := range utf8.RuneCountInString(key) {
		units[i].reading = sn.other[i]
	}
	full, initials = lx.join(s, units)
	return full, initials, true
}

// SortKey returns a key whose byte order is the Chinese order of names: character
// by character by reading, tone and code point, so that 张 and 章 do not mix;
// numbers come first, then Latin letters, then characters by pinyin, then
// characters of unknown reading. Other signs and letter case do not count. Names
// equal in the first 24 characters have equal keys: order by a unique key next.
func SortKey(name string, kind NameKind) string {
	s := Fold(name)
	var buffer [48]unit
	lx := lexicon()
	units := lx.read(s, kind, buffer[:0])
	var b strings.Builder
	b.Grow(min(len(units), sortKeyUnits) * 9)
	for _, u := range units[:min(len(units), sortKeyUnits)] {
		text := s[u.start:u.end]
		switch {
		case u.reading != 0:
			b.WriteString(lx.syllables[u.reading.syllable()])
			b.WriteByte('0' + u.reading.tone())
			b.WriteString(text)
		case u.han:
			b.WriteString(text)
		default:
			b.WriteString(strings.ToUpper(text)) // capitals sort before the small letters of pinyin
		}
	}
	return b.String()
}

const sortKeyUnits = 24

// A unit is a Han character with its reading (0 if unknown) or a run of other
// letters and digits.
type unit struct {
	start, end int
	reading    reading
	han        bool
}

// read cuts folded text into units and finds their readings.
func (lx *readings) read(s string, kind NameKind, out []unit) []unit {
	words, flag := lx.places, flagPlace
	i := 0
	if kind == PersonName {
		words, flag = lx.given, flagGiven
		key, sn := lx.surname(s)
		out = appendWord(out, key, 0, sn.first)
		i = len(key)
	}
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		e := lx.entry(r)
		switch {
		case e&flag != 0:
			w := longestWord(words[r], s[i:])
			if w == nil {
				out = append(out, unit{i, i + size, e.reading(), true})
				break
			}
			out = appendWord(out, w.text, i, w.readings)
			size = len(w.text)
		case e != 0 || isHan(r):
			out = append(out, unit{i, i + size, e.reading(), true})
		case isRunRune(r):
			end := runEnd(s, i)
			out = append(out, unit{i, end, 0, false})
			size = end - i
		}
		i += size
	}
	return out
}

// surname returns the surname with which s begins if the table reads it specially.
// A compound surname needs a given name behind it.
func (lx *readings) surname(s string) (key string, sn surname) {
	r, size := utf8.DecodeRuneInString(s)
	if lx.entry(r)&flagSurname == 0 {
		return "", surname{}
	}
	if n := lx.compound(s); n > 0 {
		return s[:n], lx.surnames[s[:n]]
	}
	if sn, ok := lx.surnames[s[:size]]; ok {
		return s[:size], sn
	}
	return "", surname{}
}

// compound returns the length in bytes of the compound surname before a given
// name with which s begins, 0 if there is none.
func (lx *readings) compound(s string) int {
	end, count := 0, 0
	for i := range s {
		if count > 1 && count <= maxSurnameRunes {
			if _, ok := lx.surnames[s[:i]]; ok {
				end = i
			}
		}
		if count++; count > maxSurnameRunes+1 {
			break
		}
	}
	return end
}

// compoundLength returns the number of characters of the compound surname before a
// given name, 0 if there is none.
func compoundLength(rs []rune) int {
	if len(rs) < 3 {
		return 0
	}
	s := string(rs)
	return utf8.RuneCountInString(s[:lexicon().compound(s)])
}

func longestWord(words []word, s string) *word {
	for i := range words {
		if strings.HasPrefix(s, words[i].text) {
			return &words[i]
		}
	}
	return nil
}

func appendWord(out []unit, text string, at int, rs []reading) []unit {
	n := 0
	for i, r := range text {
		out = append(out, unit{at + i, at + i + utf8.RuneLen(r), rs[n], true})
		n++
	}
	return out
}

func (lx *readings) spell(s string, u unit) string {
	if u.reading != 0 {
		return lx.syllables[u.reading.syllable()]
	}
	return asciiOnly(s[u.start:u.end])
}

func (lx *readings) join(s string, units []unit) (full, initials string) {
	var fullBuffer, initialBuffer [128]byte
	f, in := fullBuffer[:0], initialBuffer[:0]
	for _, u := range units {
		p := lx.spell(s, u)
		f = append(f, p...)
		if u.han && p != "" {
			p = p[:1]
		}
		in = append(in, p...)
	}
	return string(f), string(in)
}

// asciiOnly keeps ASCII letters and digits; accented letters lose their accents.
func asciiOnly(run string) string {
	if firstOther(run, isLowerAlnum) == 0 {
		return run
	}
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf && isLowerAlnum(byte(r)) {
			return r
		}
		return -1
	}, norm.NFD.String(run))
}

func isLowerAlnum(c byte) bool { return isDigit(c) || 'a' <= c && c <= 'z' }
