package cn

import (
	"regexp"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	pinyin "github.com/mozillazg/go-pinyin"
)

func TestPlainSyllable(t *testing.T) {
	tests := []struct {
		marked, want string
		tone         byte
	}{
		{"zhāng", "zhang", 1}, {"wéi", "wei", 2}, {"wěi", "wei", 3}, {"dào", "dao", 4}, {"de", "de", 5},
		{"lǚ", "lv", 3}, {"lüè", "lve", 4}, {"nǜ", "nv", 4}, {"ê̄", "e", 5}, {"ń", "n", 2}, {"ḿ", "m", 2}, {"ér", "er", 2},
	}
	for _, tc := range tests {
		if got, tone := plainSyllable(tc.marked); got != tc.want || tone != tc.tone {
			t.Errorf("%s: got %s%d, want %s%d", tc.marked, got, tone, tc.want, tc.tone)
		}
	}
}

func TestLexiconFitsItsBits(t *testing.T) {
	lx := lexicon()
	if n := len(lx.syllables); n > 1<<syllableBits {
		t.Errorf("%d syllables do not fit", n)
	}
	ascii := regexp.MustCompile(`^[a-z]+$`)
	for _, s := range lx.syllables[1:] {
		if !ascii.MatchString(s) {
			t.Errorf("syllable %q", s)
		}
	}
}

// Every character the dictionary reads must be read here.
func TestLexiconIsComplete(t *testing.T) {
	lx := lexicon()
	for r := range pinyin.PinyinDict {
		e := lx.entry(rune(r))
		if e.reading() == 0 || e.tone() < 1 || e.tone() > 5 {
			t.Errorf("%c: no reading", r)
		}
	}
}

// A table entry has one syllable a character, all syllables exist in the language,
// and it says something the tables before it do not.
func TestReadingTables(t *testing.T) {
	lx := lexicon()
	plain := map[string]bool{}
	for _, all := range pinyin.PinyinDict {
		for s := range strings.SplitSeq(all, ",") {
			syllable, _ := plainSyllable(s)
			plain[syllable] = true
		}
	}
	for name, table := range map[string]string{"place": placeReadings, "trade": tradeReadings, "given": givenNameReadings} {
		seen := map[string]bool{}
		for _, w := range lx.words(table) {
			if seen[w.text] {
				t.Errorf("%s: %s is listed twice", name, w.text)
			}
			seen[w.text] = true
			if utf8.RuneCountInString(w.text) != len(w.readings) {
				t.Fatalf("%s: %s has %d syllables", name, w.text, len(w.readings))
			}
			same := true
			for i, r := range []rune(w.text) {
				same = same && lx.entry(r).reading() == w.readings[i]
				if !plain[lx.syllables[w.readings[i].syllable()]] {
					t.Errorf("%s: %s has an impossible syllable", name, w.text)
				}
			}
			shields := strings.Contains(w.text, "行政") // keeps 中行 out of 中行政
			if same && !shields {
				t.Errorf("%s: %s is read so anyway", name, w.text)
			}
		}
	}
}

func TestSurnameTable(t *testing.T) {
	for text, sn := range lexicon().surnames {
		n := utf8.RuneCountInString(text)
		if n > maxSurnameRunes || len(sn.first) != n || len(sn.other) != 0 && len(sn.other) != n {
			t.Errorf("%s: %d characters, %d and %d syllables", text, n, len(sn.first), len(sn.other))
		}
	}
}

func TestCompoundLength(t *testing.T) {
	for name, want := range map[string]int{
		"欧阳修": 2, "欧阳": 0, "欧阳明月": 2, "叶赫那拉氏": 4, "叶赫明": 0, "张三丰": 0, "万俟卨": 2, "": 0, "a": 0,
	} {
		if got := compoundLength([]rune(name)); got != want {
			t.Errorf("%s: got %d, want %d", name, got, want)
		}
	}
}

// The dictionary is built once and read by all requests at the same time.
func TestLexiconIsSharedSafely(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				if full, _ := Pinyin("单雄信", PersonName); full != "shanxiongxin" {
					t.Errorf("got %s", full)
				}
			}
		})
	}
	wg.Wait()
	if first, again := lexicon(), lexicon(); first != again {
		t.Error("the dictionary is built twice")
	}
}
