package when

import (
	"fmt"
	"strconv"
)

// Unit is what a limit is counted in.
type Unit uint8

// The units. Minutes and hours run day and night unless there are service hours;
// days and working days end with the day.
const (
	Minutes Unit = iota + 1
	HoursUnit
	CalendarDays
	WorkingDays
)

var unitWords = [...]string{Minutes: "m", HoursUnit: "h", CalendarDays: "d", WorkingDays: "wd"}

func (u Unit) String() string { return unitWords[u] }

// Limit is a time limit, such as 3wd; zero is none.
type Limit struct {
	N    int
	Unit Unit
}

// MaxLimit bounds a limit, whatever its unit.
const MaxLimit = 9999

// ParseLimit reads a number and one of the units m h d wd.
func ParseLimit(s string) (Limit, error) {
	for u := WorkingDays; u >= Minutes; u-- { // wd before d
		digits, ok := cutUnit(s, u)
		if !ok {
			continue
		}
		n, err := strconv.Atoi(digits)
		if err != nil || n < 1 || n > MaxLimit || strconv.Itoa(n) != digits {
			break
		}
		return Limit{n, u}, nil
	}
	return Limit{}, fmt.Errorf("when: %q is no limit such as 30m, 24h, 10d or 3wd", s)
}

func cutUnit(s string, u Unit) (string, bool) {
	w := u.String()
	if len(s) <= len(w) || s[len(s)-len(w):] != w {
		return "", false
	}
	return s[:len(s)-len(w)], true
}

// IsZero tells whether there is no limit.
func (l Limit) IsZero() bool { return l == Limit{} }

func (l Limit) String() string {
	if l.IsZero() {
		return ""
	}
	return strconv.Itoa(l.N) + l.Unit.String()
}

// ByDay tells whether the limit ends with a day.
func (l Limit) ByDay() bool { return l.Unit >= CalendarDays }

// MarshalText writes "3wd".
func (l Limit) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads "3wd", or nothing as none.
func (l *Limit) UnmarshalText(b []byte) (err error) {
	*l = Limit{}
	if len(b) > 0 {
		*l, err = ParseLimit(string(b))
	}
	return err
}
