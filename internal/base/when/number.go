package when

import "time"

// micros of a day, and of Zone before UTC: the same all year since 1992.
const (
	dayMicros  = int64(24 * time.Hour / time.Microsecond)
	zoneMicros = int64(8 * time.Hour / time.Microsecond)
)

// dayNo counts days since 1970-01-01 in Zone.
type dayNo int32

func (i Instant) number() dayNo {
	n := (int64(i) + zoneMicros) / dayMicros
	if (int64(i)+zoneMicros)%dayMicros < 0 {
		n--
	}
	return dayNo(n)
}

// first and last moments of a day; a limit that ends with a day ends at the last.
func (n dayNo) first() Instant { return Instant(int64(n)*dayMicros - zoneMicros) }
func (n dayNo) last() Instant  { return (n + 1).first().Add(-time.Second) }

func (n dayNo) date() time.Time { return time.Unix(int64(n)*86400, 0).UTC() }
func (n dayNo) day() Day        { return Day(n.date().Format(time.DateOnly)) }
func (n dayNo) year() int       { return n.date().Year() }

// weekday is 0 for Monday to 6 for Sunday: 1970-01-01 was a Thursday.
func (n dayNo) weekday() int { return int(((n+3)%7 + 7) % 7) }

func (n dayNo) onWeekend() bool { return n.weekday() >= 5 }

func newYear(year int) dayNo {
	return dayNo(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// number of a day that was parsed before.
func (d Day) number() (dayNo, bool) {
	t, err := time.Parse(time.DateOnly, string(d))
	return dayNo(t.Unix() / 86400), err == nil
}
