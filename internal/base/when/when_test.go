package when_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

func TestDayIsCountedInShanghai(t *testing.T) {
	// 16:00 UTC is midnight of the next day in China.
	at := when.At(time.Date(2026, 2, 13, 16, 0, 0, 0, time.UTC))
	if got := at.Day(); got != "2026-02-14" {
		t.Errorf("Day = %s", got)
	}
	if got := at.Add(-time.Microsecond).Day(); got != "2026-02-13" {
		t.Errorf("Day = %s", got)
	}
	if got := at.Time().UTC().Hour(); got != 16 {
		t.Errorf("Time lost the instant: %d h", got)
	}
}

func TestParseDay(t *testing.T) {
	for _, s := range []string{"2026-02-28", "2024-02-29", "1900-01-01"} {
		d, err := when.ParseDay(s)
		if err != nil {
			t.Errorf("ParseDay(%s): %v", s, err)
		}
		if first, err := d.Time(); err != nil || when.At(first).Day() != d {
			t.Errorf("%s: first moment %v, %v", s, first, err)
		}
	}
	for _, s := range []string{"", "2026-02-29", "2026-2-3", "20260203", "1899-12-31", "2200-01-01", "2026-02-03x"} {
		if _, err := when.ParseDay(s); err == nil {
			t.Errorf("ParseDay(%q) accepted", s)
		}
	}
}

func TestMonthArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := when.Month(rapid.IntRange(1950, 2100).Draw(t, "y")*100 + rapid.IntRange(1, 12).Draw(t, "m"))
		n := rapid.IntRange(-600, 600).Draw(t, "n")
		if got := m.Add(n); !got.Valid() || got.Add(-n) != m {
			t.Fatalf("%d + %d = %d", m, n, got)
		}
	})
	if got := when.Month(202612).Add(1); got != 202701 {
		t.Errorf("202612+1 = %d", got)
	}
	if when.Month(202613).Valid() || when.Month(202600).Valid() {
		t.Error("months 13 and 0 accepted")
	}
}

func TestFixedClock(t *testing.T) {
	c := when.Fixed(42)
	for range 2 {
		if got := c(); got != 42 {
			t.Errorf("a fixed clock moved to %d", got)
		}
	}
	if got := when.MonthOf(when.At(time.Date(2026, 1, 31, 16, 0, 0, 0, time.UTC))); got != 202602 {
		t.Errorf("MonthOf = %d", got)
	}
	if d := time.Since(when.System().Time()); d < 0 || d > time.Minute {
		t.Errorf("the system clock is %v off", d)
	}
}

func TestInstantsAreRFC3339InJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := when.Instant(rapid.Int64Range(1, 4_000_000_000_000_000).Draw(t, "micros"))
		raw, err := i.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var back when.Instant
		if err := back.UnmarshalText(raw); err != nil || back != i {
			t.Fatalf("%d -> %s -> %d, %v", i, raw, back, err)
		}
	})
	var never when.Instant
	if raw, _ := never.MarshalText(); len(raw) != 0 {
		t.Errorf("never = %q", raw)
	}
	if err := never.UnmarshalText([]byte("yesterday")); err == nil {
		t.Error("accepted a word")
	}
}
