package cn

import (
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// PhoneKind is the kind of line a telephone number belongs to.
type PhoneKind string

// The kinds of telephone number.
const (
	PhoneMobile   PhoneKind = "mobile"   // 11 digits beginning with 13 to 19
	PhoneLandline PhoneKind = "landline" // area code and 7 or 8 digits
	PhoneToll     PhoneKind = "toll"     // 400 and 800 numbers of companies
	PhoneService  PhoneKind = "service"  // short numbers: 95598, 12345, 12398, 110 …
	PhoneForeign  PhoneKind = "foreign"  // any other country or region, Hong Kong, Macao and Taiwan included
)

// Phone is a telephone number in its normal form.
type Phone struct {
	// Number has digits only, as dialled inside China (13812345678, 05782123456,
	// 4001234567, 95598); a foreign number begins with + and its country code.
	// Equal lines have equal numbers, so it serves as key of the blind index.
	Number    string
	Extension string // digits behind the switchboard, often empty
	Kind      PhoneKind
}

// UnallocatedMobilePrefix begins the mobile numbers of generated people: the
// numbering plan gives it to no operator, so nobody can be called by mistake.
const UnallocatedMobilePrefix = "154"

// maxPhoneRunes is longer than any number people write with its extension.
const maxPhoneRunes = 40

// ParsePhone reads a telephone number as written in China: full-width digits,
// separators, +86 or 0086, an extension after 转, 分机, ext, x, # or a second
// hyphen, the leading zero of the area code lost in a spreadsheet. area is the
// area code (0578) that completes local numbers; empty, they are refused with
// ReasonAreaCode.
//
// A mobile number is judged by its shape alone because new ranges are opened
// faster than any list follows (see Allocated); landline and foreign numbers are
// checked against the numbering plan. Errors are of type *InvalidError.
func ParsePhone(s, area string) (Phone, error) {
	text, ext, at := splitExtension(Fold(s))
	if at > 0 {
		return Phone{}, invalidPhone(ReasonCharacter, at)
	}
	d, at := phoneDigits(text)
	switch {
	case at > 0:
		return Phone{}, invalidPhone(ReasonCharacter, at)
	case strings.Trim(d, "+") == "":
		return Phone{}, invalidPhone(ReasonEmpty, 0)
	case len(d) > maxPhoneRunes:
		return Phone{}, invalidPhone(ReasonLength, 0)
	}
	d = trimCountryCode(d)
	if strings.HasPrefix(d, "+") {
		return foreignPhone(d, ext)
	}
	p, reason := domesticPhone(d, area)
	if reason != "" {
		return Phone{}, invalidPhone(reason, 0)
	}
	p.Extension = ext
	return p, nil
}

func invalidPhone(r Reason, at int) *InvalidError {
	return &InvalidError{Subject: "phone", Reason: r, Position: at}
}

// LastFour returns the last four digits, by which clerks and customers find a
// number again; shorter numbers are returned whole.
func (p Phone) LastFour() string { return p.Number[max(0, len(p.Number)-4):] }

// Allocated reports whether the numbering plan known to the program gives the
// number's range to an operator. False for a mobile number is a warning, no error.
func (p Phone) Allocated() bool {
	if p.Kind == PhoneService {
		return true
	}
	n, err := phonenumbers.Parse(p.Number, "CN")
	return err == nil && phonenumbers.IsValidNumber(n)
}

// maxHyphenExtension is the longest extension that may follow a hyphen: longer
// digits behind one are taken for a part of the number.
const maxHyphenExtension = 5

// Display returns the number as people write it: of a landline the area code and
// the extension set off with hyphens, long extensions and those of others with 转.
// ParsePhone reads it as the same number.
func (p Phone) Display() string {
	s, sign := p.Number, "转"
	if p.Kind == PhoneLandline {
		n := areaCodeLength(s)
		s = s[:n] + "-" + s[n:]
		if len(p.Extension) <= maxHyphenExtension {
			sign = "-"
		}
	}
	if p.Extension != "" {
		s += sign + p.Extension
	}
	return s
}

func domesticPhone(d, area string) (Phone, Reason) {
	mobile := bareMobile(d)
	switch {
	case isMobile(mobile):
		return Phone{Number: mobile, Kind: PhoneMobile}, ""
	case isTollNumber(d):
		return Phone{Number: d, Kind: PhoneToll}, ""
	case isServiceNumber(d):
		return Phone{Number: d, Kind: PhoneService}, ""
	case len(d) < 7 || len(d) > 12:
		return Phone{}, ReasonLength
	}
	return landline(d, area)
}

// landline completes a number with the area code or its lost zero and asks the
// numbering plan whether an area has numbers of this length.
func landline(d, area string) (Phone, Reason) {
	switch local := len(d) <= 8 && d[0] != '0'; {
	case local && (area == "" || firstOther(area, isDigit) > 0):
		return Phone{}, ReasonAreaCode
	case local:
		d = "0" + strings.TrimPrefix(area, "0") + d
	case d[0] != '0':
		d = "0" + d
	}
	n, err := phonenumbers.Parse(d, "CN")
	if err != nil || !phonenumbers.IsValidNumber(n) || phonenumbers.GetNumberType(n) == phonenumbers.MOBILE {
		return Phone{}, ReasonUnknown
	}
	return Phone{Number: d, Kind: PhoneLandline}, ""
}

func foreignPhone(d, ext string) (Phone, error) {
	n, err := phonenumbers.Parse(d, "")
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return Phone{}, invalidPhone(ReasonUnknown, 0)
	}
	return Phone{Number: phonenumbers.Format(n, phonenumbers.E164), Extension: ext, Kind: PhoneForeign}, nil
}

// isMobile holds for 11 digits beginning with 13 to 19.
func isMobile(d string) bool {
	return len(d) == 11 && d[0] == '1' && d[1] >= '3' && firstOther(d, isDigit) == 0
}

// bareMobile takes the country code or the zero of long distance off a mobile
// number. Other digits stay as they are: 0086 may be the end of a number.
func bareMobile(d string) string {
	for _, prefix := range []string{"0086", "86", "0"} {
		if rest, ok := strings.CutPrefix(d, prefix); ok && isMobile(rest) {
			return rest
		}
	}
	return d
}

// isTollNumber holds for the ten digits of 400 and 800 numbers.
func isTollNumber(d string) bool { return len(d) == 10 && (d[:3] == "400" || d[:3] == "800") }

// isServiceNumber holds for short numbers: emergency and enquiry 11x and 12x,
// operators and government lines 10xxx and 12xxx, 11xxxx, company lines 95xxx and
// 96xxx, some with a sixth digit, and 951xxxxx. The library knows none of them.
func isServiceNumber(d string) bool {
	var prefixes []string
	switch len(d) {
	case 3:
		prefixes = []string{"11", "12"}
	case 5:
		prefixes = []string{"10", "12", "95", "96"}
	case 6:
		prefixes = []string{"11", "95", "96"}
	case 8:
		prefixes = []string{"951"}
	}
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(d, p) })
}

// areaCodeLength counts the area code of a landline number with its zero: three
// digits for 010 and 02x, four for all others.
func areaCodeLength(d string) int {
	if strings.HasPrefix(d, "01") || strings.HasPrefix(d, "02") {
		return min(3, len(d))
	}
	return min(4, len(d))
}

// trimCountryCode takes +86 or 0086 away and writes 00 before another country as +.
func trimCountryCode(d string) string {
	switch {
	case strings.HasPrefix(d, "+86"):
		return d[3:]
	case strings.HasPrefix(d, "0086"):
		return d[4:]
	case strings.HasPrefix(d, "00") && len(d) > 10:
		return "+" + d[2:]
	}
	return d
}

// splitExtension cuts a folded number at the sign before its extension. The
// position is that of the first character that cannot stand in an extension.
func splitExtension(s string) (number, ext string, at int) {
	for _, sign := range []string{"转", "轉", "分机", "分機", "ext", "x", "#", ","} {
		if before, after, ok := strings.Cut(s, sign); ok {
			ext = strings.Trim(after, " .:-转#)")
			if ext == "" || len(ext) > 6 || firstOther(ext, isDigit) > 0 {
				return "", "", len([]rune(before)) + 1
			}
			return strings.TrimRight(before, " ,.(-"), ext, 0
		}
	}
	if i := strings.LastIndexByte(s, '-'); i >= 0 && hyphenExtension(s[:i], s[i+1:]) {
		return s[:i], s[i+1:], 0
	}
	return s, "", 0
}

// hyphenExtension reports whether a hyphen sets off an extension: 2123456-801 and
// 0578-2123456-801 have one, 1381234-5678 has not.
func hyphenExtension(number, ext string) bool {
	local := number[strings.LastIndexByte(number, '-')+1:]
	return len(ext) > 0 && len(ext) <= maxHyphenExtension && firstOther(ext, isDigit) == 0 &&
		len(local) >= 7 && len(local) <= 12 && firstOther(local, isDigit) == 0 && !isMobile(local+ext)
}

// phoneDigits takes the separators away; a plus sign may stand first. The position
// is that of the first other character.
func phoneDigits(s string) (digits string, at int) {
	var b strings.Builder
	n := 0
	for _, r := range s {
		n++
		switch {
		case '0' <= r && r <= '9', r == '+' && b.Len() == 0:
			b.WriteRune(r)
		case strings.ContainsRune(" -–—‐‑−()./·", r):
		default:
			return "", n
		}
	}
	return b.String(), 0
}
