package feedback

import (
	"cmp"
	"context"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Grain is how long a period of a trend is.
type Grain string

// The grains.
const (
	ByDay   Grain = "day"
	ByWeek  Grain = "week" // from Monday
	ByMonth Grain = "month"
)

// Measure is what a trend shows.
type Measure string

// The measures.
const (
	MeasureCases        Measure = "cases"
	MeasureComplaints   Measure = "complaints"
	MeasureLate         Measure = "late"
	MeasureRepeat       Measure = "repeat"
	MeasureDissatisfied Measure = "dissatisfied"
	MeasureSolve        Measure = "solve"
)

// TrendPoint is one period.
type TrendPoint struct {
	Period
	Known  bool    `json:"known" doc:"there is a value; none before the first case"`
	Value  float64 `json:"value" doc:"cases, per mille, or minutes at the median"`
	Signal string  `json:"signal,omitempty" enum:"above,below,run" doc:"why it is no chance"`
	Whole  bool    `json:"whole" doc:"the period has ended; others do not make limits"`
	Tally
}

// Trend is a series with its control limits.
type Trend struct {
	Period
	Grain   Grain        `json:"grain"`
	Measure Measure      `json:"measure"`
	Rule    string       `json:"rule" doc:"id@version"`
	Limits  bool         `json:"limits" doc:"there are periods enough"`
	Centre  float64      `json:"centre" doc:"mean of the whole periods"`
	Lower   float64      `json:"lower"`
	Upper   float64      `json:"upper"`
	Points  []TrendPoint `json:"points" nullable:"false" doc:"the oldest first"`
}

// maxPoints bounds a trend.
const maxPoints = 400

// Trend follows a measure through time, with the control limits of a chart of
// individuals (E7). Errors: validation, ErrTrendTooLong.
func (s *Service) Trend(ctx context.Context, f FigureFilter, grain Grain, measure Measure) (t Trend, err error) {
	return t, s.count(ctx, f, func(k counter) error { t, err = k.trend(grain, measure); return err })
}

func (k counter) trend(grain Grain, measure Measure) (t Trend, err error) {
	t = Trend{Period: k.Period, Grain: cmp.Or(grain, ByMonth), Measure: cmp.Or(measure, MeasureCases), Rule: k.ref, Points: []TrendPoint{}}
	begins, err := t.Grain.periods(k.Period)
	if err != nil {
		return t, err
	}
	if len(begins)-1 > maxPoints {
		return t, ErrTrendTooLong.With("periods", len(begins)-1).With("most", maxPoints)
	}
	now := k.tx.Now()
	for i := range begins[1:] {
		t.Points = append(t.Points, TrendPoint{Period: Period{begins[i].Day(), begins[i+1].Add(-time.Second).Day()}, Whole: begins[i+1] <= now})
	}
	err = k.each(func(f fact) error {
		// The period that begins last before it: there are few.
		for i := len(t.Points) - 1; i >= 0; i-- {
			if f.ReceivedAt >= begins[i] {
				t.Points[i].add(f, now)
				return nil
			}
		}
		return nil
	})
	if err != nil {
		return t, err
	}
	begun := false // what was before the first case says nothing
	for i := range t.Points {
		t.Points[i].measure(t.Measure)
		begun = begun || t.Points[i].Cases > 0
		t.Points[i].Known = t.Points[i].Known && begun
	}
	t.control(k.rule)
	return t, nil
}

// periods are the moments at which the periods of some days begin, and the end of the last.
func (g Grain) periods(p Period) (begins []when.Instant, err error) {
	first, err := p.From.Time()
	if err != nil {
		return nil, err
	}
	last, err := p.To.Time()
	if err != nil {
		return nil, err
	}
	end := last.AddDate(0, 0, 1)
	at := first
	for at.Before(end) && len(begins) <= maxPoints+1 {
		begins = append(begins, when.At(at))
		switch g {
		case ByDay:
			at = at.AddDate(0, 0, 1)
		case ByWeek:
			at = at.AddDate(0, 0, 7-(int(at.Weekday())+6)%7)
		default:
			at = time.Date(at.Year(), at.Month()+1, 1, 0, 0, 0, 0, when.Zone)
		}
	}
	return append(begins, when.At(end)), nil
}

// measure works a period's value out.
func (p *TrendPoint) measure(m Measure) {
	p.finish()
	share := func(part, of int) { p.Known, p.Value = of > 0, float64(permille(part, of)) }
	switch m {
	case MeasureComplaints:
		p.Known, p.Value = true, float64(p.Complaints)
	case MeasureLate:
		share(p.Late, p.Kept+p.Late)
	case MeasureRepeat:
		share(p.Repeats, p.Cases)
	case MeasureDissatisfied:
		share(p.Dissatisfied, p.Satisfied+p.Dissatisfied)
	case MeasureSolve:
		p.Known, p.Value = p.Solved > 0, p.Solve.P50
	default:
		p.Known, p.Value = true, float64(p.Cases)
	}
}

// control sets the limits of a chart of individuals and moving ranges (Shewhart;
// GB/T 17989.2) and marks what is no chance.
func (t *Trend) control(r FigureRule) {
	var values []float64
	for _, p := range t.Points {
		if p.Whole && p.Known {
			values = append(values, p.Value)
		}
	}
	if len(values) < r.FewestPoints {
		return
	}
	t.Limits = true
	sum, ranges := values[0], 0.0
	for i, v := range values[1:] {
		sum += v
		ranges += max(v-values[i], values[i]-v)
	}
	t.Centre = sum / float64(len(values))
	reach := r.RangeFactor * ranges / float64(len(values)-1)
	t.Lower, t.Upper = max(0, t.Centre-reach), t.Centre+reach
	if t.share() {
		t.Upper = min(t.Upper, 1000)
	}
	t.signal(r.Run)
}

func (t *Trend) share() bool {
	return t.Measure == MeasureLate || t.Measure == MeasureRepeat || t.Measure == MeasureDissatisfied
}

// signal marks periods outside the limits, and runs on one side of the centre.
func (t *Trend) signal(run int) {
	length, side := 0, 0
	for i := range t.Points {
		p := &t.Points[i]
		if !p.Whole || !p.Known {
			continue
		}
		now := cmp.Compare(p.Value, t.Centre)
		if now == side && now != 0 {
			length++
		} else {
			length, side = 1, now
		}
		switch {
		case p.Value > t.Upper:
			p.Signal = "above"
		case p.Value < t.Lower:
			p.Signal = "below"
		case length >= run && side != 0:
			p.Signal = "run"
		}
	}
}
