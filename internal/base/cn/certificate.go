package cn

import (
	"slices"
	"strings"
)

// CertificateKind is a kind of proof of identity. The values are stable codes;
// their labels live in the message catalogue.
type CertificateKind string

// The kinds of certificate, persons first.
const (
	KindResidentID       CertificateKind = "resident_id"                // 居民身份证, GB 11643
	KindPassport         CertificateKind = "passport"                   // 护照, of any country
	KindHKMacaoPermit    CertificateKind = "hk_macao_travel_permit"     // 港澳居民来往内地通行证
	KindTaiwanPermit     CertificateKind = "taiwan_travel_permit"       // 台湾居民来往大陆通行证
	KindHMTResidence     CertificateKind = "hmt_residence_permit"       // 港澳台居民居住证
	KindForeignResident  CertificateKind = "foreign_permanent_resident" // 外国人永久居留身份证
	KindOther            CertificateKind = "other"                      // military, household register …: not checked
	KindUSCC             CertificateKind = "uscc"                       // 统一社会信用代码, GB 32100-2015
	KindOrganisationCode CertificateKind = "organisation_code"          // 组织机构代码, GB 11714
)

// CertificateKinds lists all kinds in the order in which a form offers them.
func CertificateKinds() []CertificateKind {
	return []CertificateKind{
		KindResidentID, KindPassport, KindHKMacaoPermit, KindTaiwanPermit, KindHMTResidence,
		KindForeignResident, KindOther, KindUSCC, KindOrganisationCode,
	}
}

// Known reports whether k is one of CertificateKinds.
func (k CertificateKind) Known() bool { return slices.Contains(CertificateKinds(), k) }

func (k CertificateKind) invalid(r Reason, at int) *InvalidError {
	return &InvalidError{Subject: string(k), Reason: r, Position: at}
}

// Certificate is a number in its normal form with what can be read from it.
type Certificate struct {
	Kind   CertificateKind
	Number string // upper case, without spaces, hyphens and brackets
	Birth  string // YYYY-MM-DD, empty if the number does not tell
	Sex    Sex    // empty if the number does not tell
}

// ParseCertificate checks a number by the rules of its kind and normalises it, so
// that equal certificates have equal numbers. Errors are of type *InvalidError;
// with ReasonChecksum the certificate is returned too.
func ParseCertificate(kind CertificateKind, s string, check ResidentIDCheck) (Certificate, error) {
	switch kind {
	case KindResidentID, KindHMTResidence:
		return residentCertificate(kind, s, check)
	case KindForeignResident:
		if len(compact(s)) == 18 { // the card issued since December 2023
			return residentCertificate(kind, s, check)
		}
	case KindUSCC:
		u, err := ParseUSCC(s)
		return Certificate{Kind: kind, Number: u.Number}, err
	case KindOrganisationCode:
		n, err := ParseOrganisationCode(s)
		return Certificate{Kind: kind, Number: n}, err
	}
	shapes, ok := certificateShapes[kind]
	if !ok {
		return Certificate{}, kind.invalid(ReasonKind, 0)
	}
	n := compact(s)
	if err := matchShapes(kind, n, shapes); err != nil {
		return Certificate{}, err
	}
	return Certificate{Kind: kind, Number: n}, nil
}

// residentCertificate reads the cards that carry an 18-character number built like
// that of residents. Their first digits tell them apart.
func residentCertificate(kind CertificateKind, s string, check ResidentIDCheck) (Certificate, error) {
	check.Legacy = check.Legacy && kind == KindResidentID
	id, err := parseResidentNumber(kind, s, check)
	if id.Number == "" {
		return Certificate{}, err
	}
	c := Certificate{Kind: kind, Number: id.Number, Birth: id.Birth, Sex: id.Sex}
	prefixes := map[CertificateKind][]string{
		KindHMTResidence:    {"810000", "820000", "830000"}, // Hong Kong, Macao, Taiwan
		KindForeignResident: {"9"},
	}[kind]
	if len(prefixes) > 0 && !slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(id.Number, p) }) {
		return Certificate{}, kind.invalid(ReasonFormat, 1)
	}
	return c, err
}

// A shape is one way a number may be built: A is a letter, 9 a digit, N either;
// other characters stand for themselves.
type shape string

// certificateShapes are the formats without a check character. Passports of other
// countries have up to nine characters in the machine-readable zone (ICAO 9303);
// a few states print longer numbers. Travel permits may carry the two digits that
// count the issues, old Taiwan permits a letter behind them.
var certificateShapes = map[CertificateKind][]shape{
	KindPassport:        {"NNNNN", "NNNNNN", "NNNNNNN", "NNNNNNNN", "NNNNNNNNN", "NNNNNNNNNN", "NNNNNNNNNNN", "NNNNNNNNNNNN"},
	KindHKMacaoPermit:   {"H99999999", "M99999999", "H9999999999", "M9999999999"},
	KindTaiwanPermit:    {"99999999", "9999999999", "9999999999A"},
	KindForeignResident: {"AAA999999999999"},
	KindOther:           nil,
}

const maxOtherCertificate = 40

func matchShapes(kind CertificateKind, n string, shapes []shape) error {
	if n == "" {
		return kind.invalid(ReasonEmpty, 0)
	}
	if shapes == nil {
		if len(n) > maxOtherCertificate {
			return kind.invalid(ReasonLength, 0)
		}
		return nil
	}
	worst := kind.invalid(ReasonLength, 0)
	for _, sh := range shapes {
		if len(sh) != len(n) {
			continue
		}
		at := sh.mismatch(n)
		if at == 0 {
			return nil
		}
		if at > worst.Position {
			worst = kind.invalid(ReasonCharacter, at)
		}
	}
	return worst
}

// mismatch returns the 1-based position of the first character that does not fit,
// 0 if all do. n has the length of the shape.
func (sh shape) mismatch(n string) int {
	for i := range len(sh) {
		ok := sh[i] == n[i]
		switch sh[i] {
		case 'A':
			ok = isUpper(n[i])
		case '9':
			ok = isDigit(n[i])
		case 'N':
			ok = isUpper(n[i]) || isDigit(n[i])
		}
		if !ok {
			return i + 1
		}
	}
	return 0
}

// compact folds a number as typed, takes away white space, hyphens and brackets
// and makes letters upper case.
func compact(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '‐', '‑', '‒', '–', '—', '−', '(', ')':
			return -1
		}
		return r
	}, strings.ToUpper(Fold(s)))
}

// firstOther returns the 1-based position of the first byte for which ok is false, 0 if there is none.
func firstOther(s string, ok func(byte) bool) int {
	for i := range len(s) {
		if !ok(s[i]) {
			return i + 1
		}
	}
	return 0
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
