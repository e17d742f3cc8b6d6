// Package when holds instants, days and the injected clock. Instants are
// microseconds since 1970 UTC; days are "YYYY-MM-DD" in Asia/Shanghai.
package when

import (
	"fmt"
	"time"
	_ "time/tzdata" // a bare machine has no zone files

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
)

// Zone is where the companies are. China keeps one zone without summer time.
var Zone = mustZone("Asia/Shanghai")

func mustZone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

// Instant is a moment in microseconds since 1970 UTC; zero means "never".
type Instant int64

// At converts a time.
func At(t time.Time) Instant { return Instant(t.UnixMicro()) }

// Time converts back, in Zone.
func (i Instant) Time() time.Time { return time.UnixMicro(int64(i)).In(Zone) }

// MarshalText writes RFC 3339 with microseconds in Zone, or nothing for zero.
func (i Instant) MarshalText() ([]byte, error) {
	if i == 0 {
		return nil, nil
	}
	return []byte(i.Time().Format("2006-01-02T15:04:05.999999Z07:00")), nil
}

// UnmarshalText reads RFC 3339, or nothing as zero.
func (i *Instant) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*i = 0
		return nil
	}
	t, err := time.Parse(time.RFC3339Nano, string(b))
	if err != nil {
		return fmt.Errorf("when: %q is no RFC 3339 instant", b)
	}
	*i = At(t)
	return nil
}

// Add moves by a duration.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d/time.Microsecond) }

// Sub is the time from j to i.
func (i Instant) Sub(j Instant) time.Duration { return time.Duration(i-j) * time.Microsecond }

// Day is the calendar day in Zone.
func (i Instant) Day() Day { return Day(i.Time().Format(time.DateOnly)) }

// Minute is the date and the time on paper, "2026-11-29 14:05"; nothing for zero.
func (i Instant) Minute() string {
	if i == 0 {
		return ""
	}
	return i.Time().Format("2006-01-02 15:04")
}

// Day is a calendar day "YYYY-MM-DD"; "" means none. Days compare as text.
type Day string

// ParseDay accepts only real days between 1900 and 2199.
func ParseDay(s string) (Day, error) {
	t, err := time.ParseInLocation(time.DateOnly, s, Zone)
	if err != nil || t.Year() < 1900 || t.Year() > 2199 {
		return "", fmt.Errorf("when: %q is no day YYYY-MM-DD", s)
	}
	return Day(s), nil
}

// Time is the day's first moment.
func (d Day) Time() (time.Time, error) { return time.ParseInLocation(time.DateOnly, string(d), Zone) }

// Last is the day's last moment, to the second; false for what is no day.
func (d Day) Last() (Instant, bool) {
	if _, err := ParseDay(string(d)); err != nil {
		return 0, false
	}
	n, _ := d.number()
	return n.last(), true
}

// Between reads a first and a last day as people give them, each of which may be missing:
// from is the first moment that counts and until the one after the last; zero is no bound.
func Between(v *fault.Validation, nameOfFirst, first, nameOfLast, last string) (from, until Instant) {
	read := func(name, day string, add int) Instant {
		if day == "" {
			return 0
		}
		d, err := ParseDay(day)
		v.Check(err == nil, name, "no_day")
		t, _ := d.Time()
		return At(t.AddDate(0, 0, add))
	}
	return read(nameOfFirst, first, 0), read(nameOfLast, last, 1)
}

// Month is a billing month yyyymm, e.g. 202611.
type Month int

// MonthOf is the month an instant falls in.
func MonthOf(i Instant) Month {
	t := i.Time()
	return Month(t.Year()*100 + int(t.Month()))
}

// Add moves by n months.
func (m Month) Add(n int) Month {
	k := int(m)/100*12 + int(m)%100 - 1 + n
	return Month(k/12*100 + k%12 + 1)
}

// Valid tells whether the month part is 1 to 12.
func (m Month) Valid() bool { return m >= 190001 && m <= 219912 && m%100 >= 1 && m%100 <= 12 }

// Clock tells the time. Commands set it by --now, tests as they need.
type Clock func() Instant

// System is the machine's clock.
func System() Instant { return At(time.Now()) }

// Fixed always tells the same instant.
func Fixed(i Instant) Clock { return func() Instant { return i } }
