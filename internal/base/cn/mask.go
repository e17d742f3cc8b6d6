package cn

import (
	"strings"
	"unicode/utf8"
)

// NameKind says whose name a text is. It decides how the name is masked and read.
type NameKind uint8

// The kinds of name.
const (
	PersonName       NameKind = iota // surname first, see the readings of surnames
	OrganisationName                 // company, authority, shop; not personal data
	PlaceName                        // division, road, address
)

// MaskName hides the given name of a person: the surname stays, compound ones
// whole, and the last character of names with at least two more (张*, 张*丰, 欧阳*,
// 欧阳*月). Of a name in Latin letters or with dots only the first letter of the
// first part stays (J*** *****, 买**·***). Names of organisations and places are
// returned unchanged; the caller knows which is which.
func MaskName(name string, kind NameKind) string {
	if kind != PersonName {
		return name
	}
	rs := []rune(name)
	keep, tail := 1, 0
	if n := compoundLength(rs); n > 0 && n < len(rs) {
		keep = n
	}
	if len(rs) >= keep+2 && allHan(rs) {
		tail = 1
	}
	for i := keep; i < len(rs)-tail; i++ {
		if rs[i] != ' ' && rs[i] != '·' {
			rs[i] = '*'
		}
	}
	if len(rs) == 1 {
		return "*"
	}
	return string(rs)
}

func allHan(rs []rune) bool {
	for _, r := range rs {
		if !isHan(r) {
			return false
		}
	}
	return true
}

// MaskPhone hides the middle of a mobile number (138****5678) and the last four
// digits of any other private line (0578-212****, also with an extension, which
// goes altogether). The public numbers of companies and services stay. Text that
// is no telephone number keeps nothing.
func MaskPhone(number string) string {
	p, err := ParsePhone(number, "")
	if err != nil {
		return maskUnreadPhone(number)
	}
	switch p.Kind {
	case PhoneMobile:
		return p.Number[:3] + "****" + p.LastFour()
	case PhoneToll, PhoneService:
		return p.Number
	}
	p.Extension = ""
	s := p.Display()
	return s[:len(s)-4] + "****"
}

// maskUnreadPhone serves numbers kept as they came, such as landlines without area code.
func maskUnreadPhone(number string) string {
	d, at := phoneDigits(Fold(number))
	if at > 0 || len(d) < 7 {
		return stars(number)
	}
	return d[:3] + strings.Repeat("*", len(d)-3)
}

// MaskCertificate hides a certificate number on the screens of staff: of 18-digit
// and 15-digit personal numbers the first three and last four characters stay
// (110***********1234), of all other personal numbers the first and the last. The
// code of an organisation is public and stays, except a sole trader's, who is a person.
func MaskCertificate(kind CertificateKind, number string) string {
	switch {
	case kind == KindOrganisationCode, kind == KindUSCC && !(USCC{Class: number[:min(2, len(number))]}).SoleTrader():
		return number
	case len(number) == 18 || len(number) == 15:
		return keepEnds(number, 3, 4)
	}
	return MaskCertificatePublic(number)
}

// MaskCertificatePublic hides a personal certificate number on public screens and
// print: the first and the last character stay.
func MaskCertificatePublic(number string) string { return keepEnds(number, 1, 1) }

// MaskEmail keeps the first character before the @ and the domain (a***@example.com).
// Text without an @ keeps nothing.
func MaskEmail(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return "***"
	}
	_, first := utf8.DecodeRuneInString(address[:at])
	if first == at { // a single character would be the whole mailbox
		first = 0
	}
	return address[:first] + "***" + address[at:]
}

// keepEnds replaces all but the given numbers of first and last characters by one
// star each. What is too short to hide anything becomes stars altogether.
func keepEnds(s string, first, last int) string {
	rs := []rune(s)
	if len(rs) <= first+last {
		return stars(s)
	}
	for i := first; i < len(rs)-last; i++ {
		rs[i] = '*'
	}
	return string(rs)
}

func stars(s string) string { return strings.Repeat("*", utf8.RuneCountInString(s)) }
