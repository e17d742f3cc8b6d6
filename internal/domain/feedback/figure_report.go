package feedback

import (
	"context"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// MonthReport is what managers are told of a month.
type MonthReport struct {
	Month      when.Month    `json:"month"`
	OrgID      id.ID         `json:"org_id,omitzero"`
	Company    string        `json:"company" doc:"whose figures these are"`
	MadeAt     when.Instant  `json:"made_at"`
	MadeBy     string        `json:"made_by"`
	Present    Tally         `json:"present"`
	Before     Tally         `json:"before" doc:"the month before"`
	YearBefore Tally         `json:"year_before" doc:"the same month of the year before"`
	Types      []Group       `json:"types" nullable:"false"`
	Categories []Group       `json:"categories" nullable:"false" doc:"of complaints, the largest first, at most 10"`
	Units      []Group       `json:"units" nullable:"false" doc:"at most 20"`
	Policies   []Group       `json:"policies" nullable:"false" doc:"of complaints, at most 10"`
	Points     []PointFigure `json:"points" nullable:"false" doc:"the weakest contact points, at most 5"`
	Effect     Effect        `json:"effect"`
	Trend      Trend         `json:"trend" doc:"complaints of 13 months"`
}

// MonthReport gathers the figures of a month. Errors: validation.
func (s *Service) MonthReport(ctx context.Context, org id.ID, month when.Month) (r MonthReport, err error) {
	var v fault.Validation
	v.Check(month.Valid(), "month", "no_month")
	if err := v.Err(); err != nil {
		return r, err
	}
	r.Month, r.OrgID = month, org
	return r, s.count(ctx, monthFilter(org, month), func(k counter) error { return k.report(&r) })
}

// monthFilter chooses the cases received in a month.
func monthFilter(org id.ID, m when.Month) FigureFilter {
	first := time.Date(int(m)/100, time.Month(int(m)%100), 1, 0, 0, 0, 0, when.Zone)
	return FigureFilter{OrgID: org, From: first.Format(time.DateOnly), To: first.AddDate(0, 1, -1).Format(time.DateOnly)}
}

func (k counter) report(r *MonthReport) (err error) {
	of := k.who.HomeOrgID
	if all := k.scope.Orgs(); len(all) == 1 {
		of = all[0]
	}
	o, _ := k.units.Get(of)
	r.Company, r.MadeAt, r.MadeBy = o.Name, k.tx.Now(), k.who.Name
	all := monthFilter(r.OrgID, r.Month)
	complaints := all
	complaints.Types = []Type{Complaint}
	if r.Before, err = k.tally(monthFilter(r.OrgID, r.Month.Add(-1))); err != nil {
		return err
	}
	if r.YearBefore, err = k.tally(monthFilter(r.OrgID, r.Month.Add(-12))); err != nil {
		return err
	}
	for _, part := range []struct {
		of   FigureFilter
		by   Cause
		most int
		to   *[]Group
	}{{all, ByType, len(Types), &r.Types}, {complaints, ByCategory, 10, &r.Categories}, {all, ByUnit, 20, &r.Units}, {complaints, ByPolicy, 10, &r.Policies}} {
		c, err := k.of(part.of).causes(part.by)
		if err != nil {
			return err
		}
		if part.by == ByType {
			r.Present = c.Total
		}
		*part.to = c.Groups[:min(len(c.Groups), part.most)]
	}
	points, err := k.of(all).points()
	if err != nil {
		return err
	}
	r.Points = weakest(points.Points, 5)
	if r.Effect, err = k.of(complaints).effect(); err != nil {
		return err
	}
	year := complaints
	year.From = monthFilter(r.OrgID, r.Month.Add(-12)).From
	r.Trend, err = k.of(year).trend(ByMonth, MeasureCases)
	return err
}

// of counts other cases for the same caller.
func (k counter) of(f FigureFilter) counter {
	k.Period = f.period(k.tx.Now())
	k.in.Filter = f.filter()
	return k
}

func (k counter) tally(f FigureFilter) (t Tally, err error) {
	err = k.of(f).each(func(one fact) error { t.add(one, k.tx.Now()); return nil })
	t.finish()
	return t, err
}

// weakest are the first that are judged and do not reach what is expected.
func weakest(points []PointFigure, most int) []PointFigure {
	some := []PointFigure{}
	for _, p := range points {
		if len(some) < most && p.Judged && p.Experience < float64(p.Expectation) {
			some = append(some, p)
		}
	}
	return some
}
