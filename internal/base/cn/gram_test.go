package cn

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestGrams(t *testing.T) {
	for s, want := range map[string]string{
		"张伟":           "张 张伟 伟",
		"张　伟":          "张 张伟 伟",
		"TCL王牌":        "tcl 王 王牌 牌",
		"人民路12号A座":     "人 人民 民 民路 路 路1 路12 路12号 12 号 号a 号a座 a 座",
		"买买提·吐尔逊":      "买 买买 买 买提 提 吐 吐尔 尔 尔逊 逊",
		"91350100M0 x": "91350100m0 x",
		"𠮷野":           "𠮷 𠮷野 野",
		"Ünal قادر":    "ünal قادر",
		"（甲）、乙":        "甲 乙",
		"、。!":          "",
		"":             "",
	} {
		if got := strings.Join(Grams(s), " "); got != want {
			t.Errorf("%s: got %q, want %q", s, got, want)
		}
	}
}

func TestBigrams(t *testing.T) {
	for s, want := range map[string]string{
		"莲都区人民路12号": "莲都 都区 区人 人民 民路 路1 路12 路12号 12",
		"3号楼":       "3 号楼",
		"张":         "",
	} {
		if got := strings.Join(Bigrams(s), " "); got != want {
			t.Errorf("%s: got %q, want %q", s, got, want)
		}
	}
}

func TestQueryGrams(t *testing.T) {
	for s, want := range map[string]string{
		"张伟":     "张伟",
		"张":      "张",
		"人民路12":  "人民 民路 路12",
		"人民路12号": "人民 民路 路12号",
		"路1234":  "路123",
		"小区1幢3":  "小区 区1幢 幢3",
		"1幢1单":   "1 幢1单",
		"12号":    "12",
		"路1":     "路1",
		"tcl":    "tcl",
		"TCL王":   "tcl",
		"(":      "",
		"":       "",
	} {
		if got := strings.Join(QueryGrams(s), " "); got != want {
			t.Errorf("%s: got %q, want %q", s, got, want)
		}
	}
}

func TestLongRunsAreCut(t *testing.T) {
	long := strings.Repeat("a", 200)
	if got := Grams(long + "王"); len(got) != 2 || got[0] != long[:maxRunToken] {
		t.Errorf("got %q", got)
	}
	if got := Grams("a" + strings.Repeat("é", 200)); len(got) != 1 || !utf8.ValidString(got[0]) || len(got[0]) != maxRunToken-1 {
		t.Errorf("got %q", got)
	}
	if got, want := QueryGrams(long), Grams(long); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A text is found by each of its fragments that begins at the beginning of a run.
func TestEveryFragmentIsFound(t *testing.T) {
	alphabet := []rune("张伟人民路号楼12AB·  ()、é𠮷")
	rapid.Check(t, func(t *rapid.T) {
		text := []rune(Fold(string(rapid.SliceOfN(rapid.SampledFrom(alphabet), 1, 20).Draw(t, "text"))))
		if len(text) == 0 {
			return
		}
		from := rapid.IntRange(0, len(text)-1).Draw(t, "from")
		to := rapid.IntRange(from+1, len(text)).Draw(t, "to")
		if from > 0 && isRunRune(text[from-1]) && !isHan(text[from-1]) {
			return
		}
		fragment := string(text[from:to])
		tokens := Grams(string(text))
		for _, q := range QueryGrams(fragment) {
			found := slices.Contains(tokens, q)
			if !isHan([]rune(q)[0]) && len(QueryGrams(fragment)) == 1 { // a run alone may go on in the text
				found = slices.ContainsFunc(tokens, func(token string) bool { return strings.HasPrefix(token, q) })
			}
			if !found {
				t.Fatalf("%q misses %q of its fragment %q", tokens, q, fragment)
			}
		}
	})
}

func FuzzGrams(f *testing.F) {
	for _, s := range []string{"张伟", "人民路12号A座", "\xff张", "é\u0301x", "〇々"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		folded := Fold(s)
		for _, token := range append(Grams(s), append(Bigrams(s), QueryGrams(s)...)...) {
			if token == "" || len(token) > maxRunToken || !strings.Contains(folded, token) || strings.ContainsAny(token, " \x00") {
				t.Errorf("%q: token %q", s, token)
			}
		}
	})
}
