package supply

import (
	"math/bits"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// series is the energy of months in Wh; an absent month is not known.
type series map[when.Month]int64

// The forecast of a month is the energy of the same month a year before times the
// trend: the energy of the last trendMonths months known in both years, divided by
// that of the same months a year before, held between ½ and 2. It follows the
// season and the growth and knows nothing else, so the error it would have made in
// the past year stands beside it (A10).
const (
	trendMonths = 6
	maxHorizon  = 12
)

// Trend is this year's energy over last year's, of the months compared.
type Trend struct {
	Known    bool  `json:"known"`
	Permille int64 `json:"permille" doc:"1000: as the year before"`
	Months   int   `json:"months" doc:"how many months were compared"`
	NowWh    int64 `json:"now_wh"`
	BeforeWh int64 `json:"before_wh"`
}

// Forecast is the energy expected in a month.
type Forecast struct {
	Month    when.Month `json:"month"`
	EnergyWh int64      `json:"energy_wh"`
	BaseWh   int64      `json:"base_wh" doc:"the same month a year before"`
	CappedWh int64      `json:"capped_wh,omitempty" doc:"what was expected before it was held to the running capacity"`
}

// PastError is how far the forecast would have been off in the past year, each
// month foretold from the months before it.
type PastError struct {
	Months       int   `json:"months" doc:"how many months could be checked"`
	WapePermille int64 `json:"wape_permille" doc:"sum of absolute errors over the sum of energy"`
	BiasPermille int64 `json:"bias_permille" doc:"positive: too much was expected"`
}

// trend compares the months up to last.
func (s series) trend(last when.Month) (t Trend) {
	for i := range trendMonths {
		m := last.Add(-i)
		now, ok1 := s[m]
		before, ok2 := s[m.Add(-12)]
		if ok1 && ok2 {
			t.Months, t.NowWh, t.BeforeWh = t.Months+1, t.NowWh+now, t.BeforeWh+before
		}
	}
	if t.Known = t.BeforeWh > 0; t.Known {
		t.Permille = scale(1000, t.NowWh, t.BeforeWh)
	}
	return t
}

// scale is n × num ÷ den, rounded down, without overflow in between.
func scale(n, num, den int64) int64 {
	hi, lo := bits.Mul64(uint64(n), uint64(num))
	if hi >= uint64(den) {
		return 1<<63 - 1 // beyond any figure: the ratio is out of reason
	}
	q, _ := bits.Div64(hi, lo, uint64(den))
	return int64(min(q, 1<<63-1))
}

// forecast foretells a month from what is known up to last.
func (s series) forecast(last, month when.Month) (f Forecast, ok bool) {
	base, known := s[month.Add(-12)]
	t := s.trend(last)
	if !known || !t.Known {
		return f, false
	}
	num, den := t.NowWh, t.BeforeWh
	switch {
	case num > 2*den:
		num, den = 2, 1
	case 2*num < den:
		num, den = 1, 2
	}
	return Forecast{Month: month, EnergyWh: scale(base, num, den), BaseWh: base}, true
}

// ahead foretells the months after last, as far as they have a year before.
func (s series) ahead(last when.Month, horizon int) []Forecast {
	list := []Forecast{}
	for h := 1; h <= min(horizon, maxHorizon); h++ {
		if f, ok := s.forecast(last, last.Add(h)); ok {
			list = append(list, f)
		}
	}
	return list
}

// capped holds forecasts to what an account's running capacity can take.
func capped(list []Forecast, runningVA int64) []Forecast {
	for i, f := range list {
		if most := capacityWh(runningVA, f.Month); runningVA > 0 && f.EnergyWh > most {
			list[i].CappedWh, list[i].EnergyWh = f.EnergyWh, most
		}
	}
	return list
}

// capacityWh is the most a capacity can take in a month, at unity power factor.
func capacityWh(va int64, m when.Month) int64 { return va * 24 * int64(daysOf(m)) }

func daysOf(m when.Month) int { return firstDay(m).AddDate(0, 1, -1).Day() }

// pastError checks the forecast of each of the twelve months up to last against
// what came.
func (s series) pastError(last when.Month) (e PastError) {
	var off, bias, sum int64
	for i := range 12 {
		m := last.Add(-i)
		actual, known := s[m]
		f, ok := s.forecast(m.Add(-1), m)
		if !known || !ok {
			continue
		}
		d := f.EnergyWh - actual
		e.Months, off, bias, sum = e.Months+1, off+abs(d), bias+d, sum+actual
	}
	if sum > 0 {
		e.WapePermille = scale(1000, off, sum)
		e.BiasPermille = scale(1000, abs(bias), sum)
		if bias < 0 {
			e.BiasPermille = -e.BiasPermille
		}
	}
	return e
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}

// span sums the n months up to last and tells how many of them are known.
func (s series) span(last when.Month, n int) (total int64, known int) {
	for i := range n {
		if e, ok := s[last.Add(-i)]; ok {
			total, known = total+e, known+1
		}
	}
	return total, known
}
