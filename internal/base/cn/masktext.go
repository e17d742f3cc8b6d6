package cn

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// What is recognised as a number of somebody's in free text; digits may be full-width.
var (
	phoneInText = inText(`(?:[+＋]?[8８][6６][ -]?)?[1１][3-9３-９]\d(?:[ -]?\d{4}){2}|[(（]?[0０]\d{2,3}[)）-] ?\d{7,8}(?:-\d{1,5})?`)
	idInText    = inText(`\d{6}[ -]?\d{8}[ -]?\d{3}[\dXxＸｘ]|\d{15}`)
	mailInText  = regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`)
)

func inText(pattern string) *regexp.Regexp {
	return regexp.MustCompile(strings.ReplaceAll(strings.ReplaceAll(pattern, `[\d`, `[0-9０-９`), `\d`, `[0-9０-９]`))
}

// MaskPhonesIn masks mobile numbers, and landlines with their area code set off, in
// free text. Longer runs of digits, such as account and meter numbers, stay.
func MaskPhonesIn(text string) string { return maskIn(text, phoneInText, MaskPhone) }

// MaskIDsIn masks personal numbers of 18 and 15 digits in free text: those with a day
// of birth inside, for a digit mistyped elsewhere makes them nobody else's.
func MaskIDsIn(text string) string {
	return maskIn(text, idInText, func(found string) string {
		number := strings.NewReplacer(" ", "", "-", "").Replace(found)
		if !bornWithin(number) {
			return found
		}
		return MaskCertificate(KindResidentID, number)
	})
}

// MaskEmailsIn masks addresses of e-mail in free text.
func MaskEmailsIn(text string) string {
	if !strings.Contains(text, "@") {
		return text
	}
	return mailInText.ReplaceAllStringFunc(text, MaskEmail)
}

// bornWithin tells whether a day stands where a personal number has the birth.
func bornWithin(number string) bool {
	day := number[6:]
	if len(number) == 18 {
		if century := day[:2]; century != "18" && century != "19" && century != "20" {
			return false
		}
		day = day[2:]
	}
	month, of := day[2:4], day[4:6]
	return "01" <= month && month <= "12" && "01" <= of && of <= "31"
}

// fewestDigits are in the shortest number looked for: most texts hold fewer, and need no
// pattern.
const fewestDigits = 10

// maskIn masks what stands in no longer run of digits. It is handed on half-width.
func maskIn(text string, pattern *regexp.Regexp, mask func(string) string) string {
	if digitsIn(text) < fewestDigits {
		return text
	}
	var b strings.Builder
	last := 0
	for _, at := range pattern.FindAllStringIndex(text, -1) {
		before, _ := utf8.DecodeLastRuneInString(text[:at[0]])
		after, _ := utf8.DecodeRuneInString(text[at[1]:])
		if digitOfAnyWidth(before) || digitOfAnyWidth(after) {
			continue
		}
		found := text[at[0]:at[1]]
		b.WriteString(text[last:at[0]])
		if half := strings.Map(halfWidth, found); mask(half) != half {
			found = mask(half)
		}
		b.WriteString(found)
		last = at[1]
	}
	if last == 0 {
		return text
	}
	return b.String() + text[last:]
}

func digitsIn(text string) (n int) {
	for _, r := range text {
		if digitOfAnyWidth(r) {
			n++
		}
	}
	return n
}

func digitOfAnyWidth(r rune) bool { return '0' <= r && r <= '9' || '０' <= r && r <= '９' }

// halfWidth turns the full-width signs of ASCII into those.
func halfWidth(r rune) rune {
	if '！' <= r && r <= '～' {
		return r - '！' + '!'
	}
	return r
}
