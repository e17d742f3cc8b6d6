package target

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
)

func TestProposal(t *testing.T) {
	for _, c := range []struct{ forecast, growth, want int64 }{
		{0, 500, 0},
		{1_000_000, 0, 1_000_000},
		{1_000_000, 50, 1_100_000}, // 1 050 kWh: half a step is rounded up
		{1_000_000, 49, 1_000_000},
		{10_000_000, 30, 10_300_000},
		{10_000_000, -500, 5_000_000},
		{10_000_000, 1000, 20_000_000},
		{49_999, 0, 0},
		{50_000, 0, 100_000},
		{123_456_789_000, 35, 127_777_800_000},
		{4_000_000_000_000_000_000, 1000, 8_000_000_000_000_000_000},
	} {
		if got := proposal(c.forecast, c.growth); got != c.want {
			t.Errorf("proposal(%d, %d) = %d, want %d", c.forecast, c.growth, got, c.want)
		}
	}
}

func TestProposalIsRoundAndNear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, g := rapid.Int64Range(0, maxWh).Draw(t, "forecast"), rapid.Int64Range(minGrowth, maxGrowth).Draw(t, "growth")
		p := proposal(f, g)
		exact := f/1000*(1000+g) + f%1000*(1000+g)/1000
		if p%step != 0 || p-exact > step/2 || exact-p > step/2 {
			t.Fatalf("proposal(%d, %d) = %d, exactly %d", f, g, p, exact)
		}
	})
}

// sold is 1 000 kWh a month in 2024, growing by a tenth each year, up to last.
func sold(last when.Month) supply.ManagerSales {
	months := map[when.Month]int64{}
	for m := when.Month(202401); m <= last; m = m.Add(1) {
		months[m] = map[int]int64{2024: 1_000_000, 2025: 1_100_000, 2026: 1_210_000}[int(m)/100]
	}
	return supply.SalesOf(id.ID{1}, id.ID{2}, months)
}

// goals are targets of the first n months of a year.
func goals(year, n int, wh int64) (all []Goal) {
	for i := range n {
		all = append(all, Goal{Month: firstMonth(year).Add(i), EnergyWh: wh})
	}
	return all
}

func wh(p *int64) int64 {
	if p == nil {
		return -1
	}
	return *p
}

func TestStanding(t *testing.T) {
	for name, c := range map[string]struct {
		year            int
		goals           []Goal
		toDate, outlook Attainment
		planned         int
	}{
		"a whole year": {2026, goals(2026, 12, 1_331_000), Attainment{10, 13_310_000, 12_100_000, 909}, Attainment{12, 15_972_000, 14_520_000, 909}, 12},
		"one quarter":  {2026, goals(2026, 3, 1_000_000), Attainment{3, 3_000_000, 3_630_000, 1210}, Attainment{3, 3_000_000, 3_630_000, 1210}, 3},
		"none":         {2026, nil, Attainment{}, Attainment{}, 0},
		"next year":    {2027, goals(2027, 12, 1_331_000), Attainment{}, Attainment{12, 15_972_000, 15_972_000, 1000}, 12},
		"long ago":     {2020, goals(2020, 12, 1_000_000), Attainment{}, Attainment{}, 12},
	} {
		s := stand(Target{Year: c.year}, c.goals, sold(202610), 202610, 0)
		if s.ToDate != c.toDate || s.Planned != c.planned || len(s.Months) != 12 {
			t.Errorf("%s: to date %+v of %d, want %+v of %d", name, s.ToDate, s.Planned, c.toDate, c.planned)
		}
		if s.Outlook != c.outlook {
			t.Errorf("%s: outlook %+v, want %+v", name, s.Outlook, c.outlook)
		}
	}
}

func TestTheForecastIsNotToldTheOutcome(t *testing.T) {
	s := stand(Target{Year: 2026}, nil, sold(202610), 202610, 100)
	for _, m := range s.Months {
		if wh(m.BaseWh) != 1_100_000 || wh(m.ForecastWh) != 1_210_000 || wh(m.ProposalWh) != 1_300_000 {
			t.Errorf("%d: base %d, forecast %d, proposal %d", m.Month, wh(m.BaseWh), wh(m.ForecastWh), wh(m.ProposalWh))
		}
		if ended := m.Month <= 202610; (m.EnergyWh != nil) != ended {
			t.Errorf("%d: energy %d", m.Month, wh(m.EnergyWh))
		}
	}
	// The surge of the last month known raises the forecast of the month after it, not its own.
	surge := map[when.Month]int64{}
	for m := when.Month(202401); m <= 202610; m = m.Add(1) {
		surge[m] = 1_000_000
	}
	surge[202610] = 4_000_000
	s = stand(Target{Year: 2026}, nil, supply.SalesOf(id.ID{1}, id.ID{2}, surge), 202610, 0)
	if wh(s.Months[9].ForecastWh) != 1_000_000 || wh(s.Months[10].ForecastWh) != 1_500_000 {
		t.Errorf("October %d, November %d", wh(s.Months[9].ForecastWh), wh(s.Months[10].ForecastWh))
	}
}

func TestTogetherCountsOnlyWhatAllHave(t *testing.T) {
	a := stand(Target{Year: 2026}, goals(2026, 12, 1_000_000), sold(202610), 202610, 0)
	b := stand(Target{Year: 2026}, goals(2026, 6, 2_000_000), sold(202603), 202610, 0)
	both := []supply.ManagerSales{sold(202610), sold(202603)}
	s := together(Target{Year: 2026}, []Standing{a, b}, both, 202610)
	for month, want := range map[int][3]int64{1: {3_000_000, 2_420_000, 806}, 4: {3_000_000, -1, -1}, 7: {1_000_000, 1_210_000, 1210}, 12: {1_000_000, -1, -1}} {
		m := s.Months[month-1]
		if got := [3]int64{wh(m.TargetWh), wh(m.EnergyWh), wh(m.Permille)}; got != want {
			t.Errorf("month %d: %v, want %v", month, got, want)
		}
	}
	if s.TargetWh != 24_000_000 || s.ToDate.Months != 7 || s.PastError.Months != 12 {
		t.Errorf("sum %d, %+v, %+v", s.TargetWh, s.ToDate, s.PastError)
	}
}

func TestInputIsChecked(t *testing.T) {
	good := MonthInput{202601, 1}
	for name, c := range map[string]struct {
		in   Input
		want string
	}{
		"fine":            {Input{30, []MonthInput{good, {202612, maxWh}}}, ""},
		"nothing":         {Input{}, "input.invalid months=required"},
		"shrinks too far": {Input{-501, []MonthInput{good}}, "input.invalid growth_permille=too_small"},
		"grows too far":   {Input{1001, []MonthInput{good}}, "input.invalid growth_permille=too_large"},
		"another year":    {Input{0, []MonthInput{{202701, 1}}}, "input.invalid months[0].month=not_in_year"},
		"no month":        {Input{0, []MonthInput{{202613, 1}}}, "input.invalid months[0].month=not_in_year"},
		"a month twice":   {Input{0, []MonthInput{good, good}}, "input.invalid months[1].month=twice"},
		"nothing to sell": {Input{0, []MonthInput{{202601, 0}}}, "input.invalid months[0].energy_wh=too_small"},
		"too much":        {Input{0, []MonthInput{{202601, maxWh + 1}}}, "input.invalid months[0].energy_wh=too_large"},
	} {
		got := ""
		if err := c.in.validate(2026); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
