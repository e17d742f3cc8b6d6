package supply

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// grown is a series with a season, growing by percent a year from 202301 on.
func grown(months int, percent int64) series {
	s := series{}
	season := []int64{900, 800, 700, 600, 600, 800, 1200, 1300, 900, 700, 700, 800}
	for i := range months {
		m := when.Month(202301).Add(i)
		e := season[i%12] * 1000
		for range i / 12 {
			e = e * (100 + percent) / 100
		}
		s[m] = e
	}
	return s
}

func TestForecastFollowsSeasonAndGrowth(t *testing.T) {
	s := grown(36, 10)
	list := s.ahead(202512, 12)
	if len(list) != 12 {
		t.Fatalf("%d months foretold, want 12", len(list))
	}
	for i, f := range list {
		if want := s[f.Month.Add(-12)] * 110 / 100; math.Abs(float64(f.EnergyWh-want)) > 1000 || f.Month != when.Month(202601).Add(i) {
			t.Errorf("%d: %d Wh, want about %d", f.Month, f.EnergyWh, want)
		}
	}
	if e := s.pastError(202512); e.Months != 12 || e.WapePermille > 2 || e.BiasPermille > 2 {
		t.Errorf("steady growth is foretold exactly, error %+v", e)
	}
}

func TestForecastKnowsWhenItKnowsTooLittle(t *testing.T) {
	for name, c := range map[string]struct {
		s    series
		want int
	}{
		"nothing":         {series{}, 0},
		"eleven months":   {grown(11, 0), 0},
		"twelve months":   {grown(12, 0), 0}, // no trend without a second year
		"thirteen months": {grown(13, 0), 12},
		"a year of zero":  {series{202501: 0, 202401: 0}, 0},
	} {
		last := when.Month(202301).Add(len(c.s) - 1)
		if got := len(c.s.ahead(last, 12)); got != c.want {
			t.Errorf("%s: %d months foretold, want %d", name, got, c.want)
		}
	}
}

func TestForecastIsHeldToReasonAndCapacity(t *testing.T) {
	s := series{202401: 100, 202402: 100, 202501: 1000}
	if f, ok := s.forecast(202501, 202502); !ok || f.EnergyWh != 200 {
		t.Errorf("ten times as much last month: %+v, want twice", f)
	}
	s[202501] = 1
	if f, ok := s.forecast(202501, 202502); !ok || f.EnergyWh != 50 {
		t.Errorf("a hundredth last month: %+v, want half", f)
	}
	big := series{202402: 1_000_000, 202401: 1_000_000, 202501: 1_000_000}
	list := capped(big.ahead(202501, 1), 1000) // 1 kVA over February's 672 h
	if len(list) != 1 || list[0].EnergyWh != 672_000 || list[0].CappedWh != 1_000_000 {
		t.Errorf("%+v, want held to 672 000 Wh", list)
	}
}

func TestPastErrorByHand(t *testing.T) {
	// Each month foretold from the ones before it: 202502 from January's trend.
	s := series{202401: 100, 202402: 100, 202403: 100, 202501: 120, 202502: 100, 202503: 130}
	// January has no year of trend before it; February is foretold 120 (+20 off);
	// March 110 (trend 220/200), 20 too little.
	if e := s.pastError(202503); e != (PastError{Months: 2, WapePermille: 40 * 1000 / 230, BiasPermille: 0}) {
		t.Errorf("%+v", e)
	}
}

func TestScaleNeverOverflows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, math.MaxInt64).Draw(t, "n")
		den := rapid.Int64Range(1, math.MaxInt64).Draw(t, "den")
		num := rapid.Int64Range(0, den).Draw(t, "num")
		if got := scale(n, num, den); got < 0 || got > n {
			t.Fatalf("%d of %d/%d is %d", n, num, den, got)
		}
		if got := scale(n, den, den); got != n {
			t.Fatalf("%d is not itself: %d", n, got)
		}
	})
	if got := scale(math.MaxInt64, math.MaxInt64, 1); got != math.MaxInt64 {
		t.Errorf("beyond reach: %d", got)
	}
}

func TestFiguresByHand(t *testing.T) {
	s := grown(24, 10)
	got := map[string]Figure{}
	for _, f := range append(s.figures(202412), capacityUse(s, 202412, 8000), share(1, 4, nil)) {
		got[f.Code] = f
	}
	for code, want := range map[string]int64{"energy_month": 880_000, "per_day": 880_000 / 31, "yoy_month": 100, "yoy_12m": 100, "trend": 1100,
		"energy_12m": 11_000_000, "capacity_use": 880_000 * 1000 / (8000 * 24 * 31), "share": 250} {
		if f := got[code]; !f.Known || f.Value != want {
			t.Errorf("%s: %+v, want %d", code, f, want)
		}
	}
	for _, f := range append(series{}.figures(202412), capacityUse(series{202412: 1}, 202412, 0), share(0, 0, nil)) {
		if f.Known {
			t.Errorf("%s is known of nothing: %+v", f.Code, f)
		}
	}
	delete(s, 202403)
	for _, f := range s.figures(202412) {
		if f.Code == "yoy_12m" && f.Known {
			t.Error("a year with a gap is compared with a whole one")
		}
		if f.Code == "energy_12m" && f.Params["months"] != 11 {
			t.Errorf("the sum of a year with a gap says %v months", f.Params["months"])
		}
	}
}

func TestDaysOf(t *testing.T) {
	for m, want := range map[when.Month]int{202402: 29, 202502: 28, 202512: 31, 202604: 30} {
		if got := daysOf(m); got != want {
			t.Errorf("%d has %d days, want %d", m, got, want)
		}
	}
	if got := monthsBetween(202311, 202602); got != 28 {
		t.Errorf("monthsBetween = %d", got)
	}
}
