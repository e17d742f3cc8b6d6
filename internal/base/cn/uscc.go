package cn

import (
	"strings"
	"unicode/utf8"
)

// USCC is a unified social credit code 统一社会信用代码 taken apart (GB 32100-2015).
type USCC struct {
	Number           string // 18 characters, upper case
	Class            string // registering authority and entity class, for example 91 enterprise, 92 individual business
	Division         string // 6-digit division code
	OrganisationCode string // 9 characters, the last one the check character of GB 11714
}

// SoleTrader reports whether the code belongs to an individual business 个体工商户,
// whose data are a person's.
func (u USCC) SoleTrader() bool { return u.Class == "92" }

// usccAlphabet leaves out I, O, S, V and Z, which are taken for 1, 0, 5, U and 2.
const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// ParseUSCC reads a unified social credit code in either letter case, with or
// without spaces and hyphens. The division code is not compared with a list.
//
// Errors are of type *InvalidError. With ReasonChecksum the code is returned too:
// a few genuine codes carry a wrong check character.
func ParseUSCC(s string) (USCC, error) {
	n := compact(s)
	switch {
	case n == "":
		return USCC{}, KindUSCC.invalid(ReasonEmpty, 0)
	case utf8.RuneCountInString(n) != 18:
		return USCC{}, KindUSCC.invalid(ReasonLength, 0)
	}
	if at := firstOther(n, func(c byte) bool { return strings.IndexByte(usccAlphabet, c) >= 0 }); at > 0 {
		return USCC{}, KindUSCC.invalid(ReasonCharacter, at)
	}
	if at := firstOther(n[2:8], isDigit); at > 0 {
		return USCC{}, KindUSCC.invalid(ReasonCharacter, 2+at)
	}
	u := USCC{Number: n, Class: n[:2], Division: n[2:8], OrganisationCode: n[8:17]}
	if usccCheck(n) != n[17] {
		return u, KindUSCC.invalid(ReasonChecksum, 18)
	}
	return u, nil
}

// USCCCheckDigit computes the check character of the first 17 characters of a
// unified social credit code. The error is an *InvalidError.
func USCCCheckDigit(body string) (byte, error) {
	if len(body) != 17 {
		return 0, KindUSCC.invalid(ReasonLength, 0)
	}
	if at := firstOther(body, func(c byte) bool { return strings.IndexByte(usccAlphabet, c) >= 0 }); at > 0 {
		return 0, KindUSCC.invalid(ReasonCharacter, at)
	}
	return usccCheck(body), nil
}

// usccCheck weighs position i with 3^i mod 31. The second mod 31 is needed: a sum
// divisible by 31 has the check character 0.
func usccCheck(n string) byte {
	sum, weight := 0, 1
	for i := range 17 {
		sum += strings.IndexByte(usccAlphabet, n[i]) * weight
		weight = weight * 3 % 31
	}
	return usccAlphabet[(31-sum%31)%31]
}

// ParseOrganisationCode reads an organisation code 组织机构代码 (GB 11714), written
// D2143569-X, and returns its nine characters without the hyphen. Errors are of
// type *InvalidError. With ReasonChecksum the code is returned too.
func ParseOrganisationCode(s string) (string, error) {
	n := compact(s)
	switch {
	case n == "":
		return "", KindOrganisationCode.invalid(ReasonEmpty, 0)
	case utf8.RuneCountInString(n) != 9:
		return "", KindOrganisationCode.invalid(ReasonLength, 0)
	}
	if at := firstOther(n[:8], isBase36); at > 0 {
		return "", KindOrganisationCode.invalid(ReasonCharacter, at)
	}
	if !isDigit(n[8]) && n[8] != 'X' {
		return "", KindOrganisationCode.invalid(ReasonCharacter, 9)
	}
	if organisationCheck(n) != n[8] {
		return n, KindOrganisationCode.invalid(ReasonChecksum, 9)
	}
	return n, nil
}

// OrganisationCodeCheckDigit computes the check character of the first eight
// characters of an organisation code. The error is an *InvalidError.
func OrganisationCodeCheckDigit(body string) (byte, error) {
	if len(body) != 8 {
		return 0, KindOrganisationCode.invalid(ReasonLength, 0)
	}
	if at := firstOther(body, isBase36); at > 0 {
		return 0, KindOrganisationCode.invalid(ReasonCharacter, at)
	}
	return organisationCheck(body), nil
}

func organisationCheck(n string) byte {
	sum := 0
	for i, weight := range [8]int{3, 7, 9, 10, 5, 8, 4, 2} {
		v := int(n[i] - '0')
		if isUpper(n[i]) {
			v = int(n[i]-'A') + 10
		}
		sum += v * weight
	}
	return "0123456789X0"[11-sum%11]
}

func isBase36(c byte) bool { return isDigit(c) || isUpper(c) }
