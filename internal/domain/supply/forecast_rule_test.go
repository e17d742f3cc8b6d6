package supply

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// drawSeries draws a series of up to four years with gaps.
func drawSeries(t *rapid.T, most int64) (s series, last when.Month) {
	s, last = series{}, when.Month(202612)
	for i := range rapid.IntRange(0, 48).Draw(t, "months") {
		if rapid.IntRange(0, 9).Draw(t, "gap") > 0 {
			s[last.Add(-i)] = rapid.Int64Range(0, most).Draw(t, "energy")
		}
	}
	return s, last
}

// A forecast is between half and twice the month a year before, of a month behind
// the last one, each month once and in order, and never made of nothing.
func TestAForecastStaysWithinReason(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, last := drawSeries(t, maxEnergyWh)
		horizon := rapid.IntRange(0, 20).Draw(t, "horizon")
		before := last
		for _, f := range s.ahead(last, horizon) {
			base, known := s[f.Month.Add(-12)]
			if !known || f.BaseWh != base || f.EnergyWh < base/2 || f.EnergyWh > 2*base {
				t.Fatalf("%+v of a base of %d, known %v", f, base, known)
			}
			if f.Month <= before || f.Month > last.Add(min(horizon, maxHorizon)) {
				t.Fatalf("%d foretold after %d, %d months from %d", f.Month, before, horizon, last)
			}
			before = f.Month
		}
	})
}

// What follows the last month does not reach into what is foretold from it.
func TestAForecastKnowsNothingOfTheFuture(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, last := drawSeries(t, 1e12)
		past := series{}
		cut := last.Add(-rapid.IntRange(0, 24).Draw(t, "cut"))
		for m, e := range s {
			if m <= cut {
				past[m] = e
			}
		}
		for h := 1; h <= 12; h++ {
			a, ok1 := s.forecast(cut, cut.Add(h))
			b, ok2 := past.forecast(cut, cut.Add(h))
			if a != b || ok1 != ok2 {
				t.Fatalf("%+v %v, from the past alone %+v %v", a, ok1, b, ok2)
			}
		}
	})
}

// A customer twice as large has the same figures in thousandths, and twice the
// forecast but for rounding.
func TestFiguresDoNotDependOnSize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, last := drawSeries(t, 1e9)
		double := series{}
		for m, e := range s {
			double[m] = 2 * e
		}
		a, b := s.figures(last), double.figures(last)
		for i := range a {
			if a[i].Known != b[i].Known || a[i].Unit == unitPermille && a[i].Value != b[i].Value || a[i].Unit == unitWh && 2*a[i].Value != b[i].Value {
				t.Fatalf("%+v, twice as large %+v", a[i], b[i])
			}
		}
		x, y := s.ahead(last, 12), double.ahead(last, 12)
		for i := range x {
			if d := y[i].EnergyWh - 2*x[i].EnergyWh; d < 0 || d > 1 {
				t.Fatalf("%+v, twice as large %+v", x[i], y[i])
			}
		}
		if s.pastError(last).Months != double.pastError(last).Months {
			t.Fatal("the past error checks other months")
		}
	})
}

// A forecast held to the capacity says what it would have been, and one that fits
// is left alone.
func TestCappedForecastsFitTheCapacity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, last := drawSeries(t, 1e10)
		va := rapid.Int64Range(0, 1e7).Draw(t, "capacity")
		free := s.ahead(last, 12)
		for i, f := range capped(s.ahead(last, 12), va) {
			most := capacityWh(va, f.Month)
			switch {
			case va == 0 || free[i].EnergyWh <= most:
				if f != free[i] {
					t.Fatalf("%+v was changed to %+v", free[i], f)
				}
			case f.EnergyWh != most || f.CappedWh != free[i].EnergyWh:
				t.Fatalf("%+v of %+v, at most %d", f, free[i], most)
			}
		}
	})
}

// A month has the days of the calendar, whatever the clocks did in it: China had
// summer time until 1991.
func TestEveryMonthHasItsDays(t *testing.T) {
	for m := when.Month(190001); m.Valid(); m = m.Add(1) {
		want := time.Date(int(m)/100, time.Month(int(m)%100+1), 0, 0, 0, 0, 0, time.UTC).Day()
		if got := daysOf(m); got != want {
			t.Errorf("%d has %d days, want %d", m, got, want)
		}
	}
}

// The day before a state begins is the day before, on every day there is.
func TestEveryDayHasADayBefore(t *testing.T) {
	for d := time.Date(1900, 1, 2, 0, 0, 0, 0, time.UTC); d.Year() < 2200; d = d.AddDate(0, 0, 1) {
		want := when.Day(d.AddDate(0, 0, -1).Format(time.DateOnly))
		if got, err := dayBefore(when.Day(d.Format(time.DateOnly))); got != want || err != nil {
			t.Fatalf("before %s: %s, want %s: %v", d.Format(time.DateOnly), got, want, err)
		}
	}
	if _, err := dayBefore("2026-02-30"); err == nil {
		t.Error("before no day")
	}
}

// A share of nothing is not known, the shares of the parts do not exceed the whole,
// and a growth beyond all reason is held rather than turned round.
func TestSharesAndChangesAtTheirLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64Range(0, maxEnergyWh).Draw(t, "a"), rapid.Int64Range(0, maxEnergyWh).Draw(t, "b")
		x, y := share(a, a+b, nil), share(b, a+b, nil)
		if known := a+b > 0; x.Known != known || y.Known != known || x.Value+y.Value > 1000 || known && x.Value+y.Value < 999 {
			t.Fatalf("%+v and %+v of %d and %d", x, y, a, b)
		}
		c := change("yoy_month", true, a, b, nil)
		if c.Known != (b > 0) || c.Value < -1000 || c.Known && a >= b && c.Value < 0 || c.Known && a < b && c.Value >= 0 {
			t.Fatalf("from %d to %d: %+v", b, a, c)
		}
	})
	if c := change("yoy_month", true, 1<<62, 1, nil); c.Value < 0 {
		t.Errorf("beyond reach: %d", c.Value)
	}
}
