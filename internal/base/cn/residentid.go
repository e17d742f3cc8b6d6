package cn

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Sex is the sex a resident identity number encodes.
type Sex string

// The two values of Sex.
const (
	Male   Sex = "male"
	Female Sex = "female"
)

// ResidentID is a resident identity number 公民身份号码 taken apart (GB 11643).
type ResidentID struct {
	Number string // 18 characters, the last in upper case
	Region string // 6-digit code of the place of first registration; retired codes are kept for life
	Birth  string // YYYY-MM-DD
	Sex    Sex
	Legacy bool // written with 15 digits, Number is the 18-digit form of it
}

// ResidentIDCheck sets what ParseResidentID accepts.
type ResidentIDCheck struct {
	Today  string // YYYY-MM-DD; a later birth date is refused. Empty: not compared
	Legacy bool   // accept the 15-digit numbers issued before October 1999
}

// earliestBirthYear is older than anybody alive when the numbers were introduced in 1984.
const earliestBirthYear = 1850

// ParseResidentID reads a resident identity number. Full-width digits, white
// space, a lower-case x and the signs commonly typed for X (× Ⅹ Х) are accepted.
// The region is not compared with a list because numbers outlive the codes.
//
// Errors are of type *InvalidError. With ReasonChecksum the parsed number is
// returned too, for the caller who has seen the card.
func ParseResidentID(s string, check ResidentIDCheck) (ResidentID, error) {
	return parseResidentNumber(KindResidentID, s, check)
}

func parseResidentNumber(kind CertificateKind, s string, check ResidentIDCheck) (ResidentID, error) {
	n := strings.Map(likeX, compact(s))
	fail := func(r Reason, at int) (ResidentID, error) { return ResidentID{}, kind.invalid(r, at) }
	length := utf8.RuneCountInString(n)
	legacy := check.Legacy && length == 15
	switch {
	case n == "":
		return fail(ReasonEmpty, 0)
	case length != 18 && !legacy:
		return fail(ReasonLength, 0)
	}
	if at := firstOther(strings.TrimSuffix(n, "X"), isDigit); at > 0 {
		return fail(ReasonCharacter, at)
	}
	if legacy {
		if strings.HasSuffix(n, "X") {
			return fail(ReasonCharacter, len(n))
		}
		n = upgradeLegacy(n)
	}
	birth, reason := birthDate(n[6:14], check.Today)
	if reason != "" {
		return fail(reason, 7)
	}
	id := ResidentID{Number: n, Region: n[:6], Birth: birth, Sex: Female, Legacy: legacy}
	if (n[16]-'0')%2 == 1 {
		id.Sex = Male
	}
	if residentCheck(n) != n[17] {
		return id, kind.invalid(ReasonChecksum, 18)
	}
	return id, nil
}

// likeX turns the signs that look like X into it.
func likeX(r rune) rune {
	if r == '×' || r == 'Х' { // U+00D7 multiplication sign, U+0425 Cyrillic; Ⅹ is folded before
		return 'X'
	}
	return r
}

// upgradeLegacy inserts the century into a 15-digit number and adds the check
// character. The sequence numbers 996 to 999 belong to people born before 1900.
func upgradeLegacy(n string) string {
	century := "19"
	if n[12:] >= "996" {
		century = "18"
	}
	n = n[:6] + century + n[6:]
	return n + string(residentCheck(n))
}

func birthDate(yyyymmdd, today string) (string, Reason) {
	t, err := time.Parse("20060102", yyyymmdd)
	if err != nil || t.Year() < earliestBirthYear {
		return "", ReasonDate
	}
	day := t.Format(time.DateOnly)
	if today != "" && day > today {
		return "", ReasonFuture
	}
	return day, ""
}

// ResidentIDCheckDigit computes the check character of the first 17 digits of a
// resident identity number (ISO 7064 MOD 11-2). The error is an *InvalidError.
func ResidentIDCheckDigit(body string) (byte, error) {
	if len(body) != 17 {
		return 0, KindResidentID.invalid(ReasonLength, 0)
	}
	if at := firstOther(body, isDigit); at > 0 {
		return 0, KindResidentID.invalid(ReasonCharacter, at)
	}
	return residentCheck(body), nil
}

// residentCheck wants at least 17 digits; the weight of position i is 2^(17-i) mod 11.
func residentCheck(digits string) byte {
	sum := 0
	for i := range 17 {
		sum = (sum + int(digits[i]-'0')) * 2 % 11
	}
	return "10X98765432"[sum]
}

// UnassignedRegion is the division code of generated people and companies. No
// province has the leading digits 59, so it is nobody's.
const UnassignedRegion = "590100"

// provinces are the first two digits of the division codes in use (GB/T 2260),
// with 83 for residence permits of Taiwan residents and 91 for foreigners.
const provinces = " 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91 "

// Unassigned reports whether a division code belongs to no province, so that a
// number built with it cannot be a real person's or company's.
func Unassigned(region string) bool {
	if len(region) != 6 || firstOther(region, isDigit) > 0 {
		return false
	}
	return !strings.Contains(provinces, " "+region[:2]+" ")
}

// SyntheticResidentID builds a valid number from its parts for generated people:
// region as 6 digits, birth as YYYY-MM-DD, sequence 0 to 999 of which odd ones
// are male. The error is an *InvalidError.
func SyntheticResidentID(region, birth string, sequence int) (string, error) {
	seq := strconv.Itoa(1000 + sequence%1000)[1:]
	body := region + strings.ReplaceAll(birth, "-", "") + seq
	c, err := ResidentIDCheckDigit(body)
	if err != nil {
		return "", err
	}
	return body + string(c), nil
}
