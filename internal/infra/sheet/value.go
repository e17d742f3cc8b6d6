package sheet

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Number is a decimal number, exact to a millionth: Units + Micros/10⁶, both
// with the same sign.
type Number struct{ Units, Micros int64 }

var (
	// A separator of thousands stands before groups of three digits only, so that
	// a decimal comma is no thousands separator.
	decimal  = regexp.MustCompile(`^([+-]?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]*))?$`)
	exponent = regexp.MustCompile(`^[+-]?[0-9](\.[0-9]*)?e[+-]?[0-9]{1,3}$`)
)

// maxUnits has more digits than a spreadsheet keeps.
const maxUnits = 1_000_000_000_000_000

// ParseNumber reads a number as people write it: 1,234.50, １２３４, 1.5E+3,
// ￥1 200. It refuses more than 15 digits before the point, and anything else
// that is no number.
func ParseNumber(cell string) (n Number, ok bool) {
	s := strings.ReplaceAll(strings.TrimLeft(cn.Fold(cell), "¥￥$"), " ", "")
	if exponent.MatchString(s) {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || math.Abs(f) >= maxUnits {
			return Number{}, false
		}
		s = strconv.FormatFloat(f, 'f', -1, 64)
	}
	m := decimal.FindStringSubmatch(s)
	if m == nil {
		return Number{}, false
	}
	n.Units, _ = strconv.ParseInt(strings.ReplaceAll(m[2], ",", ""), 10, 64) // only digits; of too many the largest number
	if n.Micros = micros(m[3]); n.Micros == 1_000_000 && n.Units < maxUnits {
		n.Units, n.Micros = n.Units+1, 0
	}
	if n.Units >= maxUnits {
		return Number{}, false
	}
	if m[1] == "-" {
		n.Units, n.Micros = -n.Units, -n.Micros
	}
	return n, true
}

// micros rounds the digits behind the point to a millionth.
func micros(digits string) int64 {
	seven := (digits + "0000000")[:7]
	n, _ := strconv.ParseInt(seven, 10, 64) // only digits
	return (n + 5) / 10
}

// Scaled is the number times a factor, rounded half away from zero; ok is false
// when it does not fit.
func (n Number) Scaled(factor int64) (scaled int64, ok bool) {
	if factor <= 0 || abs(n.Units) > (math.MaxInt64-factor)/factor {
		return 0, false
	}
	part := abs(n.Micros) * factor
	part = (part + 500_000) / 1_000_000
	if n.Micros < 0 {
		part = -part
	}
	return n.Units*factor + part, true
}

// Whole tells whether there is nothing behind the point.
func (n Number) Whole() bool { return n.Micros == 0 }

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}

// LostDigits tells whether a spreadsheet has turned a long number, such as a
// certificate's, into 5.90100199001E+17: its last digits are gone.
func LostDigits(cell string) bool {
	s := strings.ToLower(cell)
	at := strings.IndexByte(s, 'e')
	if at < 0 || !exponent.MatchString(s) {
		return false
	}
	n, err := strconv.Atoi(strings.TrimPrefix(s[at+1:], "+"))
	return err == nil && n >= 9
}

var dayPattern = regexp.MustCompile(`^([0-9]{4})(?:年|-|/|\.)([0-9]{1,2})(?:月|-|/|\.)([0-9]{1,2})日?(?:[ t]?[0-9]{1,2}[:时][0-9:.分秒]*z?)?$`)

// The serial numbers of days that are taken for such: 1927 to 2119. Smaller
// numbers are years or mistakes.
const minSerial, maxSerial = 10_000, 80_000

// ParseDay reads a day as people and spreadsheets write it: 2026-03-01,
// 2026/3/1, 2026.3.1, 2026年3月1日, 20260301, each also with a time of day, or
// the serial number 46082. Impossible days are refused.
func ParseDay(cell string) (when.Day, bool) {
	s := cn.Fold(cell)
	if m := dayPattern.FindStringSubmatch(s); m != nil {
		return day(m[1], m[2], m[3])
	}
	whole, part, _ := strings.Cut(s, ".")
	if strings.Trim(whole+part, "0123456789") != "" {
		return "", false
	}
	switch n, err := strconv.Atoi(whole); {
	case err != nil:
		return "", false
	case len(s) == 8 && whole == s:
		return day(s[:4], s[4:6], s[6:])
	case n >= minSerial && n <= maxSerial:
		return serialDay(float64(n), false), true
	}
	return "", false
}

func day(y, m, d string) (when.Day, bool) {
	if len(m) == 1 {
		m = "0" + m
	}
	if len(d) == 1 {
		d = "0" + d
	}
	parsed, err := when.ParseDay(y + "-" + m + "-" + d)
	return parsed, err == nil
}

// serialDay is the day of a spreadsheet's serial number. Excel counts from 1900
// and believes in a 29 February of that year, old Macintosh files from 1904.
func serialDay(serial float64, from1904 bool) when.Day {
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if from1904 {
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return when.Day(epoch.AddDate(0, 0, int(math.Floor(serial))).Format(time.DateOnly))
}

// Text is a cell that is meant as text though a program wrapped it to keep a
// spreadsheet from making a number of it: ="0123", '0123.
func Text(cell string) string {
	if inner, ok := strings.CutPrefix(cell, `="`); ok && strings.HasSuffix(inner, `"`) {
		return strings.TrimSuffix(inner, `"`)
	}
	return strings.TrimPrefix(cell, "'")
}

// IsFormula tells whether a spreadsheet would compute the cell.
func IsFormula(cell string) bool { return strings.HasPrefix(cell, "=") && Text(cell) == cell }

var cellErrors = map[string]bool{"#N/A": true, "#VALUE!": true, "#REF!": true, "#DIV/0!": true, "#NUM!": true, "#NAME?": true, "#NULL!": true, "#SPILL!": true}

// IsError tells whether the cell holds what a spreadsheet shows for a formula
// that failed.
func IsError(cell string) bool { return cellErrors[cell] }
