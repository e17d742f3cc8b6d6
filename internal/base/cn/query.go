package cn

import (
	"strings"
	"unicode/utf8"
)

// TermKind is the outer form of a word in a query.
type TermKind string

// The forms of a term.
const (
	TermText    TermKind = "text"    // contains Han or other non-ASCII letters
	TermDigits  TermKind = "digits"  // digits only
	TermLetters TermKind = "letters" // ASCII letters only
	TermCode    TermKind = "code"    // letters and digits: certificate, meter or equipment number
)

// Target is a set of things a term may name; a search looks in each of them.
type Target uint16

// The members of Target.
const (
	TargetText        Target = 1 << iota // part of a name or address, see QueryGrams
	TargetPinyin                         // pinyin of a name or its beginning
	TargetInitials                       // pinyin initials of a name or their beginning
	TargetPhone                          // whole telephone number
	TargetPhoneTail                      // last four digits of a telephone number
	TargetCertificate                    // whole certificate number
	TargetNumber                         // account, meter or application number or its beginning
)

// Has reports whether all members of u are in t.
func (t Target) Has(u Target) bool { return t&u == u }

// A Term is one word of a query. All terms of a query must be met.
type Term struct {
	Text    string // folded; digits without separators and country code
	Kind    TermKind
	Targets Target
	Forms   []string // for TargetPinyin and TargetInitials: the spellings to look for, Text or its ü-forms
}

// The bounds of a query; what lies beyond is not looked at.
const (
	maxQueryRunes = 200
	maxQueryTerms = 8
)

// ClassifyQuery splits what a user typed into one search box at white space and
// says what each word may be. Groups of digits that only together make a mobile
// or certificate number (138 1234 5678) are joined.
func ClassifyQuery(q string) []Term {
	if r := []rune(q); len(r) > maxQueryRunes {
		q = string(r[:maxQueryRunes])
	}
	words := joinDigits(strings.Fields(q))
	terms := make([]Term, 0, min(len(words), maxQueryTerms))
	for _, w := range words {
		if len(terms) == maxQueryTerms {
			break
		}
		if w = Fold(w); w != "" {
			terms = append(terms, classifyTerm(w))
		}
	}
	return terms
}

// joinDigits replaces neighbouring words of digits by one word when together they
// have the shape of a mobile number or an 18-character identity number.
func joinDigits(words []string) []string {
	out := words[:0:0]
	for i := 0; i < len(words); {
		end, joined := i, ""
		for end < len(words) {
			d, ok := bareNumber(Fold(words[end]))
			if !ok {
				break
			}
			joined += d
			end++
		}
		if whole := bareMobile(joined); end > i+1 && (isMobile(whole) || isIdentityShape(whole)) {
			out = append(out, whole)
			i = end
			continue
		}
		out = append(out, words[i])
		i++
	}
	return out
}

func classifyTerm(w string) Term {
	if d, ok := bareNumber(w); ok {
		switch {
		case firstOther(d, isDigit) == 0:
			return digitTerm(bareMobile(d))
		case isIdentityShape(d):
			return Term{Text: d, Kind: TermCode, Targets: TargetCertificate}
		}
	}
	letters, digits, others := countRunes(strings.ReplaceAll(w, "ü", "v"))
	switch {
	case others > 0 || letters+digits == 0:
		return Term{Text: w, Kind: TermText, Targets: TargetText}
	case digits == 0:
		return letterTerm(w)
	}
	return Term{Text: w, Kind: TermCode, Targets: TargetText | TargetNumber | TargetCertificate}
}

// countRunes counts ASCII letters, digits and characters beyond ASCII; signs do not count.
func countRunes(w string) (letters, digits, others int) {
	for _, r := range w {
		switch {
		case r >= utf8.RuneSelf:
			others++
		case isDigit(byte(r)):
			digits++
		case isLowerAlnum(byte(r)):
			letters++
		}
	}
	return letters, digits, others
}

// digitTerm decides by length. Any digits may be part of an address or the
// beginning of an account or meter number.
func digitTerm(d string) Term {
	t := Term{Text: d, Kind: TermDigits, Targets: TargetText | TargetNumber}
	switch n := len(d); {
	case n == 4:
		t.Targets |= TargetPhoneTail
	case isMobile(d), isTollNumber(d), n >= 10 && n <= 12 && d[0] == '0', n == 7, n == 5:
		t.Targets |= TargetPhone
	}
	switch len(d) {
	case 8: // Taiwan travel permit, or a landline number without area code
		t.Targets |= TargetCertificate | TargetPhone
	case 10, 15, 18: // Taiwan permit with issue number, resident numbers old and new
		t.Targets |= TargetCertificate
	}
	return t
}

func letterTerm(w string) Term {
	t := Term{Text: w, Kind: TermLetters, Targets: TargetText | TargetPinyin, Forms: pinyinForms(w)}
	if !strings.ContainsAny(w, "iuvü") { // no syllable begins with these
		t.Targets |= TargetInitials
	}
	return t
}

// pinyinForms returns the spelling of ü our pinyin uses and, where the word may
// also be read without it, the word itself: passports write lyu and nyu, others lü
// or lue. Jinyu can be 金玉 or 锦女, so both are looked for.
func pinyinForms(w string) []string {
	plain := strings.NewReplacer("lü", "lv", "nü", "nv", "ü", "u", "'", "", "-", "").Replace(w)
	v := strings.NewReplacer("lyu", "lv", "nyu", "nv", "lue", "lve", "nue", "nve").Replace(plain)
	if v == plain {
		return []string{plain}
	}
	return []string{plain, v}
}

// bareNumber strips the separators people put into numbers. It reports false when
// anything but digits, and a final x, remains.
func bareNumber(w string) (string, bool) {
	d := strings.Map(func(r rune) rune {
		if strings.ContainsRune("-+()–—", r) {
			return -1
		}
		return r
	}, w)
	return d, d != "" && firstOther(strings.TrimSuffix(d, "x"), isDigit) == 0
}

func isIdentityShape(d string) bool {
	return len(d) == 18 && firstOther(strings.TrimSuffix(d, "x"), isDigit) == 0
}
