package supply

import (
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Figure is a number that explains itself: the sentence "supply.how." + Code of
// the catalogue, filled with Params, says what was summed.
type Figure struct {
	Code   string         `json:"code" enum:"energy_month,per_day,yoy_month,energy_12m,yoy_12m,trend,share,capacity_use"`
	Known  bool           `json:"known" doc:"false: too little is on record"`
	Value  int64          `json:"value"`
	Unit   string         `json:"unit" enum:"Wh,Wh/d,permille"`
	Params map[string]any `json:"params"`
}

// The units of figures.
const (
	unitWh       = "Wh"
	unitWhDay    = "Wh/d"
	unitPermille = "permille"
)

// figures are the speed of consumption at a month (A7): its energy, per day,
// against the year before, of twelve months, and the trend.
func (s series) figures(m when.Month) []Figure {
	energy, known := s[m]
	lastYear, knownThen := s[m.Add(-12)]
	year, months := s.span(m, 12)
	before, monthsBefore := s.span(m.Add(-12), 12)
	t := s.trend(m)
	days := int64(daysOf(m))
	at := map[string]any{"month": m, "days": days}
	span := map[string]any{"from": m.Add(-11), "to": m, "months": months}
	return []Figure{
		{"energy_month", known, energy, unitWh, at},
		{"per_day", known, energy / days, unitWhDay, at},
		change("yoy_month", known && knownThen, energy, lastYear, map[string]any{"month": m, "before": m.Add(-12)}),
		{"energy_12m", months > 0, year, unitWh, span},
		change("yoy_12m", months == 12 && monthsBefore == 12, year, before,
			map[string]any{"from": m.Add(-11), "to": m, "from_before": m.Add(-23), "to_before": m.Add(-12)}),
		{"trend", t.Known, t.Permille, unitPermille, map[string]any{"months": t.Months, "to": m, "now_wh": t.NowWh, "before_wh": t.BeforeWh}},
	}
}

// change is how much more or less, in thousandths of before.
func change(code string, known bool, now, before int64, params map[string]any) Figure {
	f := Figure{Code: code, Known: known && before > 0, Unit: unitPermille, Params: params}
	if f.Known {
		f.Value = scale(1000, now, before) - 1000
	}
	return f
}

// share is a part of a whole in thousandths.
func share(part, whole int64, params map[string]any) Figure {
	f := Figure{Code: "share", Known: whole > 0, Unit: unitPermille, Params: params}
	if f.Known {
		f.Value = scale(1000, part, whole)
	}
	return f
}

// capacityUse is the energy of a month over what the running capacity could take.
func capacityUse(s series, m when.Month, runningVA int64) Figure {
	energy, known := s[m]
	f := Figure{Code: "capacity_use", Known: known && runningVA > 0, Unit: unitPermille, Params: map[string]any{"month": m, "running_va": runningVA}}
	if f.Known {
		f.Value = scale(1000, energy, capacityWh(runningVA, m))
	}
	return f
}

// firstDay is of the calendar alone: a clock that was put forward would take a day.
func firstDay(m when.Month) time.Time {
	return time.Date(int(m)/100, time.Month(int(m)%100), 1, 0, 0, 0, 0, time.UTC)
}

// MonthEnergy is the energy of one month.
type MonthEnergy struct {
	Month    when.Month `db:"month" json:"month"`
	EnergyWh int64      `db:"energy_wh" json:"energy_wh"`
	Accounts int64      `db:"accounts" json:"accounts" doc:"how many accounts were summed"`
	Version  int64      `db:"version" json:"version,omitempty" doc:"of one account's month, for its correction"`
}

func seriesOf(months []MonthEnergy) series {
	s := make(series, len(months))
	for _, m := range months {
		s[m.Month] = m.EnergyWh
	}
	return s
}

// span of history that figures and the past error look at: three years and the
// month itself.
const history = 36

// lastMonth is the month before the instant's: the latest one that has ended.
func lastMonth(at when.Instant) when.Month { return when.MonthOf(at).Add(-1) }
