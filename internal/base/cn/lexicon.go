package cn

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	pinyin "github.com/mozillazg/go-pinyin"
)

// A reading is a syllable with its tone: bits 0-2 the tone (1 to 5, 5 is neutral),
// bits 3-12 the index of the syllable. 0 means unknown. An entry of the character
// table carries flags above that say which word tables know the character.
type reading uint16

const (
	toneBits             = 3
	syllableBits         = 10
	readingMask  reading = 1<<(toneBits+syllableBits) - 1

	flagSurname reading = 1 << 13 // begins a surname of the table
	flagPlace   reading = 1 << 14 // begins a word of the place table
	flagGiven   reading = 1 << 15 // begins a word of the given-name table
)

func (r reading) reading() reading { return r & readingMask }
func (r reading) tone() byte       { return byte(r & (1<<toneBits - 1)) }
func (r reading) syllable() int    { return int(r&readingMask) >> toneBits }

// A word is a text with one reading for each of its characters.
type word struct {
	text     string
	readings []reading
}

// A surname has its usual reading and, some of them, another.
type surname struct{ first, other []reading }

// readings is the pinyin dictionary; it is not changed after it is built.
type readings struct {
	pages     [0x324]*[256]reading // by code point >> 8
	syllables []string             // index 0 is unused
	index     map[string]int
	places    map[rune][]word // by first character, longest first
	given     map[rune][]word
	surnames  map[string]surname
}

// lexicon returns the dictionary, built at the first call from go-pinyin's
// characters and the word tables of this package (a few milliseconds, 200 kB).
var lexicon = sync.OnceValue(newReadings)

func newReadings() *readings {
	lx := &readings{syllables: []string{""}, index: map[string]int{}, surnames: map[string]surname{}}
	for r, all := range pinyin.PinyinDict {
		first, _, _ := strings.Cut(all, ",")
		lx.set(rune(r), lx.intern(plainSyllable(first)))
	}
	for _, w := range lx.words(everydayReadings) {
		r, _ := utf8.DecodeRuneInString(w.text)
		lx.set(r, w.readings[0])
	}
	lx.places = lx.byFirst(lx.words(placeReadings+tradeReadings), flagPlace)
	lx.given = lx.byFirst(lx.words(givenNameReadings), flagGiven)
	lx.addSurnames()
	return lx
}

// entry returns what the table holds for a character, 0 if nothing.
func (lx *readings) entry(r rune) reading {
	if page := uint32(r) >> 8; page < uint32(len(lx.pages)) && lx.pages[page] != nil {
		return lx.pages[page][r&0xFF]
	}
	return 0
}

func (lx *readings) set(r rune, e reading) {
	page := &lx.pages[r>>8]
	if *page == nil {
		*page = new([256]reading)
	}
	(*page)[r&0xFF] = e
}

func (lx *readings) intern(syllable string, tone byte) reading {
	i, ok := lx.index[syllable]
	if !ok {
		i = len(lx.syllables)
		lx.index[syllable] = i
		lx.syllables = append(lx.syllables, syllable)
	}
	return reading(i<<toneBits) | reading(tone)
}

// words reads lines of the tables: text, then its syllables each closed by the
// digit of its tone.
func (lx *readings) words(table string) []word {
	fields := strings.Fields(table)
	out := make([]word, 0, len(fields)/2)
	for i := 0; i+1 < len(fields); i += 2 {
		out = append(out, word{fields[i], lx.parse(fields[i+1])})
	}
	return out
}

func (lx *readings) parse(syllables string) []reading {
	var out []reading
	start := 0
	for i := range len(syllables) {
		if isDigit(syllables[i]) {
			out = append(out, lx.intern(syllables[start:i], syllables[i]-'0'))
			start = i + 1
		}
	}
	return out
}

func (lx *readings) byFirst(words []word, flag reading) map[rune][]word {
	out := map[rune][]word{}
	for _, w := range words {
		r, _ := utf8.DecodeRuneInString(w.text)
		out[r] = append(out[r], w)
		lx.set(r, lx.entry(r)|flag)
	}
	for _, ws := range out {
		slices.SortFunc(ws, func(a, b word) int { return cmp.Compare(len(b.text), len(a.text)) })
	}
	return out
}

// addSurnames reads the surname table: text, usual reading and, after a slash,
// another. Without another one, the everyday reading serves where it differs.
func (lx *readings) addSurnames() {
	fields := strings.Fields(surnameReadings)
	for i := 0; i+1 < len(fields); i += 2 {
		text := fields[i]
		usual, other, found := strings.Cut(fields[i+1], "/")
		sn := surname{first: lx.parse(usual), other: lx.parse(other)}
		if !found {
			sn.other = lx.everyday(text, sn.first)
		}
		lx.surnames[text] = sn
		r, _ := utf8.DecodeRuneInString(text)
		lx.set(r, lx.entry(r)|flagSurname)
	}
}

// everyday returns the character-by-character reading of a text, nil if it has the
// syllables of usual.
func (lx *readings) everyday(text string, usual []reading) []reading {
	var out []reading
	same := true
	for i, r := range []rune(text) {
		out = append(out, lx.entry(r).reading())
		same = same && out[i].syllable() == usual[i].syllable()
	}
	if same {
		return nil
	}
	return out
}

// plainSyllable takes the tone mark off a syllable and writes ü as v.
func plainSyllable(marked string) (syllable string, tone byte) {
	tone = 5
	var b strings.Builder
	for _, r := range marked {
		if at := strings.IndexRune(toneMarks, r); at >= 0 {
			n := utf8.RuneCountInString(toneMarks[:at])
			tone = byte(n%4) + 1
			r = rune("aoeiuvnm"[n/4])
		}
		switch r {
		case 'ü':
			r = 'v'
		case 'ê':
			r = 'e'
		}
		if r < utf8.RuneSelf { // drops the combining marks of ê̄ and m̀
			b.WriteRune(r)
		}
	}
	return b.String(), tone
}

// toneMarks has the four tones of each vowel, then of the syllabic nasals.
const toneMarks = "āáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜ\x00ńňǹ\x00ḿ\x00\x00"
