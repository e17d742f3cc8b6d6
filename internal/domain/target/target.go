package target

import (
	"cmp"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
)

// Target is what an account manager is to sell in a year.
type Target struct {
	OrgID          id.ID        `db:"org_id" json:"org_id"`
	ID             id.ID        `db:"id" json:"id,omitzero"`
	ManagerID      id.ID        `db:"manager_id" json:"manager_id,omitzero" doc:"absent: the managers of the company together"`
	Year           int          `db:"year" json:"year"`
	GrowthPermille int64        `db:"growth_permille" json:"growth_permille" doc:"by which the forecast was raised"`
	SetBy          id.ID        `db:"set_by" json:"set_by,omitzero"`
	SetName        string       `db:"set_name" json:"set_name,omitempty"`
	Version        int64        `db:"version" json:"version" doc:"0: there is no target yet"`
	CreatedAt      when.Instant `db:"created_at" json:"-"`
	UpdatedAt      when.Instant `db:"updated_at" json:"set_at,omitzero"`
}

// Goal is the target of a month, with the forecast of that time.
type Goal struct {
	Month      when.Month `db:"month" json:"month"`
	EnergyWh   int64      `db:"energy_wh" json:"energy_wh"`
	ForecastWh *int64     `db:"forecast_wh" json:"forecast_wh,omitempty"`
}

// Month is how a month stands; what is not known is absent.
type Month struct {
	Month      when.Month `json:"month"`
	BaseWh     *int64     `json:"base_wh,omitempty" doc:"the same month a year before, or its forecast where it is still to come"`
	ForecastWh *int64     `json:"forecast_wh,omitempty" doc:"from what was on record a month before at the latest"`
	ProposalWh *int64     `json:"proposal_wh,omitempty" doc:"the forecast raised by the growth"`
	TargetWh   *int64     `json:"target_wh,omitempty"`
	WasWh      *int64     `json:"was_wh,omitempty" doc:"the forecast when the target was set"`
	EnergyWh   *int64     `json:"energy_wh,omitempty" doc:"what was sold, once the month has ended"`
	Permille   *int64     `json:"permille,omitempty" doc:"what was sold over the target"`
}

// Attainment is energy over the target of the same months.
type Attainment struct {
	Months   int   `json:"months" doc:"how many could be compared; 0: none"`
	TargetWh int64 `json:"target_wh"`
	EnergyWh int64 `json:"energy_wh"`
	Permille int64 `json:"permille"`
}

// Standing is how a manager, or the managers of a company together, stand against
// the target of a year.
type Standing struct {
	Target
	ManagerName string           `json:"manager_name,omitempty"`
	Months      []Month          `json:"months" nullable:"false" doc:"the twelve of the year"`
	TargetWh    int64            `json:"target_wh" doc:"of all months that have a target"`
	Planned     int              `json:"planned" doc:"how many months have a target"`
	ToDate      Attainment       `json:"to_date" doc:"the months that have ended"`
	Outlook     Attainment       `json:"outlook" doc:"the year: what was sold, and the forecast of what is to come"`
	PastError   supply.PastError `json:"past_error" doc:"of the forecast, in the past year"`
}

const monthsOfYear = 12

func firstMonth(year int) when.Month { return when.Month(year*100 + 1) }

// lastMonth is the latest month that has ended.
func lastMonth(at when.Instant) when.Month { return when.MonthOf(at).Add(-1) }

// step is what targets are rounded to: 100 kWh, the last digit that both 万千瓦时
// and MWh show.
const step = 100_000

// proposal raises a forecast by a growth, to the nearest step.
func proposal(forecastWh, growthPermille int64) int64 {
	num := 1000 + growthPermille
	raised := forecastWh/1000*num + forecastWh%1000*num/1000 // in this order nothing overflows
	return (raised + step/2) / step * step
}

// stand judges a target by sales that are complete up to last.
func stand(t Target, goals []Goal, sales supply.ManagerSales, last when.Month, growthPermille int64) Standing {
	s := Standing{Target: t, Months: make([]Month, monthsOfYear), PastError: sales.PastError(last)}
	for i := range s.Months {
		m := &s.Months[i]
		m.Month = firstMonth(t.Year).Add(i)
		if wh, known := sales.Energy(m.Month); known && m.Month <= last {
			m.EnergyWh = &wh
		}
		if f, ok := sales.Foretell(min(last, m.Month.Add(-1)), m.Month); ok {
			proposed := proposal(f.EnergyWh, growthPermille)
			m.BaseWh, m.ForecastWh, m.ProposalWh = &f.BaseWh, &f.EnergyWh, &proposed
		}
	}
	for _, g := range goals {
		m := &s.Months[g.Month-firstMonth(t.Year)]
		m.TargetWh, m.WasWh = &g.EnergyWh, g.ForecastWh
	}
	s.conclude()
	return s
}

// conclude computes what follows from the months.
func (s *Standing) conclude() {
	for i := range s.Months {
		m := &s.Months[i]
		if m.TargetWh == nil {
			continue
		}
		s.Planned, s.TargetWh = s.Planned+1, s.TargetWh+*m.TargetWh
		if m.EnergyWh != nil {
			p := supply.Permille(*m.EnergyWh, *m.TargetWh)
			m.Permille = &p
			s.ToDate.add(*m.TargetWh, *m.EnergyWh)
		}
		if expected := cmp.Or(m.EnergyWh, m.ForecastWh); expected != nil {
			s.Outlook.add(*m.TargetWh, *expected)
		}
	}
}

func (a *Attainment) add(targetWh, energyWh int64) {
	a.Months, a.TargetWh, a.EnergyWh = a.Months+1, a.TargetWh+targetWh, a.EnergyWh+energyWh
	a.Permille = supply.Permille(a.EnergyWh, a.TargetWh)
}

// together adds up the standings of a company's managers and the sales behind
// them. A month counts those who have a target in it; what one of them lacks, the
// company lacks.
func together(t Target, managers []Standing, sales []supply.ManagerSales, last when.Month) Standing {
	s := Standing{Target: t, Months: make([]Month, monthsOfYear), PastError: supply.Together(sales).PastError(last)}
	for i := range s.Months {
		var with []Month
		for _, m := range managers {
			if m.Months[i].TargetWh != nil {
				with = append(with, m.Months[i])
			}
		}
		s.Months[i] = Month{Month: firstMonth(t.Year).Add(i),
			BaseWh:     total(with, func(m Month) *int64 { return m.BaseWh }),
			ForecastWh: total(with, func(m Month) *int64 { return m.ForecastWh }),
			TargetWh:   total(with, func(m Month) *int64 { return m.TargetWh }),
			WasWh:      total(with, func(m Month) *int64 { return m.WasWh }),
			EnergyWh:   total(with, func(m Month) *int64 { return m.EnergyWh }),
		}
	}
	s.conclude()
	return s
}

func total(months []Month, which func(Month) *int64) *int64 {
	var sum int64
	for _, m := range months {
		wh := which(m)
		if wh == nil {
			return nil
		}
		sum += *wh
	}
	if len(months) == 0 {
		return nil
	}
	return &sum
}

// Input is a target as a supervisor sets it; months left out have none.
type Input struct {
	GrowthPermille int64        `json:"growth_permille" minimum:"-500" maximum:"1000" doc:"the growth the proposal was derived with"`
	Months         []MonthInput `json:"months" minItems:"1" maxItems:"12" nullable:"false"`
}

// MonthInput is the target of a month.
type MonthInput struct {
	Month    when.Month `json:"month"`
	EnergyWh int64      `json:"energy_wh" minimum:"1" maximum:"1000000000000000"`
}

// The bounds of growth: half as much, twice as much.
const (
	minGrowth = -500
	maxGrowth = 1000
	maxWh     = 1_000_000_000_000_000
)

// validate checks the input for a year.
func (in Input) validate(year int) error {
	var v fault.Validation
	v.Check(in.GrowthPermille >= minGrowth, "growth_permille", "too_small", "limit", minGrowth)
	v.Check(in.GrowthPermille <= maxGrowth, "growth_permille", "too_large", "limit", maxGrowth)
	v.Check(len(in.Months) > 0, "months", "required")
	seen := map[when.Month]bool{}
	for i, m := range in.Months {
		name := fmt.Sprintf("months[%d]", i)
		v.Check(m.Month.Valid() && int(m.Month)/100 == year, name+".month", "not_in_year", "year", year)
		v.Check(!seen[m.Month], name+".month", "twice")
		v.Check(m.EnergyWh > 0, name+".energy_wh", "too_small", "limit", 1)
		v.Check(m.EnergyWh <= maxWh, name+".energy_wh", "too_large", "limit", maxWh)
		seen[m.Month] = true
	}
	return v.Err()
}
