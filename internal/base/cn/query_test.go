package cn

import (
	"slices"
	"strings"
	"testing"
)

const number = TargetText | TargetNumber

var queryTests = []struct {
	name, q string
	want    []Term
}{
	{"nothing", "  　", nil},
	{"name", "张伟", []Term{{"张伟", TermText, TargetText, nil}}},
	{"two words", "张伟 人民路", []Term{{"张伟", TermText, TargetText, nil}, {"人民路", TermText, TargetText, nil}}},
	{"full-width space", "张伟　5678", []Term{{"张伟", TermText, TargetText, nil}, {"5678", TermDigits, number | TargetPhoneTail, nil}}},
	{"address with number", "人民路12号", []Term{{"人民路12号", TermText, TargetText, nil}}},
	{"mobile", "13812345678", []Term{{"13812345678", TermDigits, number | TargetPhone, nil}}},
	{"mobile in groups", "138 1234 5678", []Term{{"13812345678", TermDigits, number | TargetPhone, nil}}},
	{"mobile with country code", "+86 138-1234-5678", []Term{{"13812345678", TermDigits, number | TargetPhone, nil}}},
	{"mobile with zero", "013812345678", []Term{{"13812345678", TermDigits, number | TargetPhone, nil}}},
	{"tail that looks like a country code", "0086", []Term{{"0086", TermDigits, number | TargetPhoneTail, nil}}},
	{"mobile after a name", "张伟 138 1234 5678", []Term{{"张伟", TermText, TargetText, nil}, {"13812345678", TermDigits, number | TargetPhone, nil}}},
	{"digits that make no number together", "1234 5678", []Term{{"1234", TermDigits, number | TargetPhoneTail, nil}, {"5678", TermDigits, number | TargetPhoneTail, nil}}},
	{"landline", "0578-2123456", []Term{{"05782123456", TermDigits, number | TargetPhone, nil}}},
	{"local landline", "2123456", []Term{{"2123456", TermDigits, number | TargetPhone, nil}}},
	{"company line", "400-800-1234", []Term{{"4008001234", TermDigits, number | TargetPhone | TargetCertificate, nil}}},
	{"service line", "95598", []Term{{"95598", TermDigits, number | TargetPhone, nil}}},
	{"account", "3310123456", []Term{{"3310123456", TermDigits, number | TargetCertificate, nil}}},
	{"long account", "3310123456789", []Term{{"3310123456789", TermDigits, number, nil}}},
	{"permit or phone", "12345678", []Term{{"12345678", TermDigits, number | TargetCertificate | TargetPhone, nil}}},
	{"identity number", "110105194912310021", []Term{{"110105194912310021", TermDigits, number | TargetCertificate, nil}}},
	{"identity number with X", "11010519491231002X", []Term{{"11010519491231002x", TermCode, TargetCertificate, nil}}},
	{"identity number in groups", "110105 19491231 002X", []Term{{"11010519491231002x", TermCode, TargetCertificate, nil}}},
	{"credit code", "91350100M000100Y43", []Term{{"91350100m000100y43", TermCode, number | TargetCertificate, nil}}},
	{"meter", "ZJ-0012345", []Term{{"zj-0012345", TermCode, number | TargetCertificate, nil}}},
	{"pinyin", "ZhangWei", []Term{{"zhangwei", TermLetters, TargetText | TargetPinyin, []string{"zhangwei"}}}},
	{"initials", "zw", []Term{{"zw", TermLetters, TargetText | TargetPinyin | TargetInitials, []string{"zw"}}}},
	{"ü of a passport", "lyubu", []Term{{"lyubu", TermLetters, TargetText | TargetPinyin, []string{"lyubu", "lvbu"}}}},
	{"ü as it is", "lü", []Term{{"lü", TermLetters, TargetText | TargetPinyin, []string{"lv"}}}},
	{"ü that may be u", "jinyu", []Term{{"jinyu", TermLetters, TargetText | TargetPinyin, []string{"jinyu", "jinv"}}}},
	{"apostrophe", "xi'an", []Term{{"xi'an", TermLetters, TargetText | TargetPinyin, []string{"xian"}}}},
	{"full width", "ＺＷ", []Term{{"zw", TermLetters, TargetText | TargetPinyin | TargetInitials, []string{"zw"}}}},
	{"sign", "%", []Term{{"%", TermText, TargetText, nil}}},
	{"invisible", "\u200b", nil},
	{"x alone", "x", []Term{{"x", TermLetters, TargetText | TargetPinyin | TargetInitials, []string{"x"}}}},
	{"hyphen alone", "-", []Term{{"-", TermText, TargetText, nil}}},
}

func TestClassifyQuery(t *testing.T) {
	for _, tc := range queryTests {
		t.Run(tc.name, func(t *testing.T) {
			got := ClassifyQuery(tc.q)
			same := slices.EqualFunc(got, tc.want, func(a, b Term) bool {
				return a.Text == b.Text && a.Kind == b.Kind && a.Targets == b.Targets && slices.Equal(a.Forms, b.Forms)
			})
			if !same {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
		})
	}
}

func TestClassifyQueryIsBounded(t *testing.T) {
	if got := ClassifyQuery(strings.Repeat("张 ", 50)); len(got) != maxQueryTerms {
		t.Errorf("got %d terms, want %d", len(got), maxQueryTerms)
	}
	if got := ClassifyQuery(strings.Repeat("张", 5000)); len(got) != 1 || len([]rune(got[0].Text)) != maxQueryRunes {
		t.Errorf("got %d terms", len(got))
	}
}

func TestTargetHas(t *testing.T) {
	both := TargetText | TargetPhone
	if !both.Has(TargetPhone) || !both.Has(both) || both.Has(TargetPhone|TargetPinyin) {
		t.Error("membership is wrong")
	}
}

// What Pinyin writes is found by what ClassifyQuery looks for.
func TestPinyinIsFoundByItsSpellings(t *testing.T) {
	for _, tc := range []struct{ name, typed string }{
		{"吕布", "lvbu"}, {"吕布", "lyubu"}, {"吕布", "lübu"}, {"吕布", "LYUBU"}, {"李略", "lilue"}, {"李略", "lilve"}, {"刘玉", "liuyu"}, {"金玉", "jinyu"},
		{"单雄信", "sxx"}, {"万俟卨", "moqi"},
	} {
		full, initials := Pinyin(tc.name, PersonName)
		found := false
		for _, form := range ClassifyQuery(tc.typed)[0].Forms {
			found = found || strings.HasPrefix(full, form) || strings.HasPrefix(initials, form)
		}
		if !found {
			t.Errorf("%s is not found by %s", tc.name, tc.typed)
		}
	}
}

func FuzzClassifyQuery(f *testing.F) {
	for _, s := range []string{"张伟 138 1234 5678", "lü", "+86", "x-x", "- 1 -", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, q string) {
		terms := ClassifyQuery(q)
		if len(terms) > maxQueryTerms {
			t.Errorf("%q: %d terms", q, len(terms))
		}
		for _, term := range terms {
			if term.Text == "" || term.Targets == 0 || (len(term.Forms) > 0) != term.Targets.Has(TargetPinyin) {
				t.Errorf("%q: %+v", q, term)
			}
		}
	})
}
