package cn

import (
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestFold(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"plain", "张伟", "张伟"},
		{"full width", "ＡＢｃ１２３（甲）", "abc123(甲)"},
		{"upper case", "Li Wei", "li wei"},
		{"accents stay", "ÉCOLE Müller", "école müller"},
		{"traditional stays", "歐陽銳", "歐陽銳"},
		{"rare characters", "𠮷野家 㐱 䶮", "𠮷野家㐱䶮"},
		{"padding between characters", "张　伟", "张伟"},
		{"spaces around Han", " 人民路 12 号 ", "人民路12号"},
		{"spaces between words", "  li \t\n wei  ", "li wei"},
		{"only space", " \u3000\u00a0", ""},
		{"zero width", "张\u200b伟\ufeff", "张伟"},
		{"direction marks", "\u202d13812345678\u202c", "13812345678"},
		{"soft hyphen", "li\u00adwei", "liwei"},
		{"control", "张\x00伟\x07", "张伟"},
		{"variation selector", "葛\U000e0100城", "葛城"},
		{"broken UTF-8", "张\xff伟\xe5", "张伟"},
		{"dots of a name", "买买提・吐尔逊•艾力", "买买提·吐尔逊·艾力"},
		{"Kangxi radicals", "⾦⼭", "金山"},
		{"compatibility ideograph", "\uf92c", "郎"},
		{"signs spelt out", "①㎡℃№", "1m2°cno"},
		{"combining accent", "e\u0301", "é"},
		{"punctuation", "甲，乙：丙。", "甲,乙:丙。"},
		{"leading mark after a space", "a \u0301b", "a \u0301b"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			got := Fold(tc.in)
			if got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
			if again := Fold(got); again != got {
				t.Errorf("folding %q again gave %q", got, again)
			}
		})
	}
}

func TestFoldedTextIsNotCopied(t *testing.T) {
	for _, s := range []string{"张伟", "人民路12号", "li wei", "丽水市莲都区a座3-2-501室"} {
		if n := testing.AllocsPerRun(10, func() { Fold(s) }); n != 0 {
			t.Errorf("%s: %v allocations", s, n)
		}
	}
}

// Indexing and querying fold independently, so folding twice must change nothing.
func TestFoldIsIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		once := Fold(s)
		if twice := Fold(once); twice != once {
			t.Fatalf("%q: %q, then %q", s, once, twice)
		}
	})
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"张　伟", "ＡＢ c", "\u202d138\x00", "e\u0301 \u0327", "ﷺ¨", "İ\u0307"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Fold(s)
		if !utf8.ValidString(once) {
			t.Errorf("%q is not UTF-8", once)
		}
		if twice := Fold(once); twice != once {
			t.Errorf("%q: %q, then %q", s, once, twice)
		}
	})
}
