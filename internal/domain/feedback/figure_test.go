package feedback_test

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
)

func about(c customer.Customer, of feedback.Type, category string) feedback.CreateInput {
	in := complaint()
	in.Type, in.Category, in.CustomerID = of, category, c.ID
	return in
}

// solve brings a case to its end after some hours, with the customer's verdict.
func (w *world) solve(in feedback.CreateInput, hours int, v feedback.Verdict) feedback.Detail {
	w.t.Helper()
	d := w.accepted(in)
	w.now = w.now.Add(time.Duration(hours) * time.Hour)
	d, err := w.Resolve(w.as(w.zhang), d.ID, d.Version, feedback.ResolveInput{Answer: "已办理", Finding: "management"})
	w.must(err)
	if v != "" {
		d, err = w.Verdict(w.as(w.agent), d.ID, d.Version, feedback.VerdictInput{Verdict: v, By: "call", Timely: true, Reasonable: true, Fair: true})
		w.must(err)
	}
	return d
}

// march is a month of cases of both customers.
func (w *world) march() {
	w.t.Helper()
	for i, hours := range []int{1, 3, 8, 20, 30} {
		w.at("2026-03-0" + string(rune('2'+i)) + " 09:00")
		w.solve(about(w.li, feedback.Inquiry, "business.billing"), hours, feedback.Satisfied)
	}
	w.at("2026-03-09 10:00")
	w.solve(about(w.li, feedback.Complaint, "service.attitude"), 2, feedback.Satisfied)
	w.at("2026-03-10 10:00")
	w.solve(about(w.wang, feedback.Complaint, "quality.voltage"), 24*20, "")
	w.at("2026-04-01 09:00")
	d := w.registered(complaint())
	_, err := w.Withdraw(w.as(w.agent), d.ID, d.Version, feedback.ReasonInput{Reason: "重复登记"})
	w.must(err)
}

func TestFiguresAgreeWithACountByHand(t *testing.T) {
	each(t, func(w *world) {
		w.march()
		ctx := w.as(w.head)
		f := feedback.FigureFilter{From: "2026-03-01", To: "2026-04-30"}
		c, err := w.Causes(ctx, f, feedback.ByCategory)
		w.must(err)
		if len(c.Groups) != 3 || c.Groups[0].Key != "business.billing" || c.Groups[0].Cases != 5 || c.Groups[0].Name == "" || c.Total.Cases != 7 || c.Total.Solved != 7 {
			t.Fatalf("%+v", c)
		}
		// The times to solve, in minutes, from the list itself.
		all, _, err := w.List(ctx, feedback.ListInput{Sort: "received_at", Limit: 100})
		w.must(err)
		var minutes []float64
		late := 0
		for _, one := range all {
			if one.State == feedback.Withdrawn {
				continue
			}
			minutes = append(minutes, one.ResolvedAt.Sub(one.ReceivedAt).Minutes())
			d, err := w.Get(ctx, one.ID)
			w.must(err)
			if slices.ContainsFunc(d.Deadlines, func(x feedback.Deadline) bool { return x.Stage == feedback.StageAnswer && x.Late }) {
				late++
			}
		}
		if p50, p90 := between(minutes, 0.5), between(minutes, 0.9); math.Abs(c.Total.Solve.P50-p50) > 1e-6 || math.Abs(c.Total.Solve.P90-p90) > 1e-6 {
			t.Errorf("median %g, nine in ten %g; by hand %g and %g", c.Total.Solve.P50, c.Total.Solve.P90, p50, p90)
		}
		if late == 0 || c.Total.Late != late || c.Total.Kept != len(minutes)-late {
			t.Errorf("late %d of %d, by hand %d", c.Total.Late, c.Total.Cases, late)
		}
		if c.Total.Satisfied != 6 || c.Total.Repeats != 4 || c.Total.Complaints != 2 {
			t.Errorf("%+v", c.Total)
		}
	})
}

// between interpolates between the nearest two of sorted values.
func between(values []float64, share float64) float64 {
	v := slices.Sorted(slices.Values(values))
	place := share * float64(len(v)-1)
	low := int(math.Floor(place))
	if low+1 == len(v) {
		return v[low]
	}
	return v[low]*(1-(place-float64(low))) + v[low+1]*(place-float64(low))
}

func TestEveryGroupLeadsToItsCases(t *testing.T) {
	each(t, func(w *world) {
		w.march()
		ctx := w.as(w.head)
		f := feedback.FigureFilter{From: "2026-03-01", To: "2026-04-30"}
		for by, put := range map[feedback.Cause]func(*feedback.Filter, string){
			feedback.ByType:     func(f *feedback.Filter, k string) { f.Types = []feedback.Type{feedback.Type(k)} },
			feedback.ByCategory: func(f *feedback.Filter, k string) { f.Category = k },
			feedback.ByUnit:     func(f *feedback.Filter, k string) { f.UnitID = id.MustParse(k) },
			feedback.ByOwner:    func(f *feedback.Filter, k string) { f.OwnerID = id.MustParse(k) },
			feedback.ByChannel:  func(f *feedback.Filter, k string) { f.Channel = k },
			feedback.ByPoint:    func(f *feedback.Filter, k string) { f.Point = k },
			feedback.ByPolicy:   func(f *feedback.Filter, k string) { f.Policy = k },
			feedback.ByFinding:  func(f *feedback.Filter, k string) { f.Finding = k },
		} {
			c, err := w.Causes(ctx, f, by)
			w.must(err)
			for _, g := range c.Groups {
				filter := feedback.Filter{From: f.From, To: f.To, Counted: true}
				put(&filter, g.Key)
				all, _, err := w.List(ctx, feedback.ListInput{Filter: filter, Sort: "received_at", Limit: 100})
				w.must(err)
				if len(all) != g.Cases {
					t.Errorf("by %s, %q: %d cases, the list has %d", by, g.Key, g.Cases, len(all))
				}
			}
		}
	})
}

func TestWhoComplainsAgainWasNotWonBack(t *testing.T) {
	each(t, func(w *world) {
		w.march()
		ctx, f := w.as(w.head), feedback.FigureFilter{From: "2026-03-01", To: "2026-03-31"}
		e, err := w.Effect(ctx, f)
		w.must(err)
		if e.Total.Cases != 2 || e.Fast.Solved != 1 || e.Slow.Solved != 1 || e.Won.Early != 2 || e.Won.Known != 0 {
			t.Errorf("soon after: %+v", e)
		}
		w.at("2026-04-20 09:00")
		w.solve(about(w.wang, feedback.Complaint, "service.attitude"), 1, "")
		w.at("2026-08-01 09:00")
		e, err = w.Effect(ctx, f)
		w.must(err)
		if e.Fast.Stayed != 1 || e.Fast.Permille != 1000 || e.Slow.Again != 1 || e.Slow.Stayed != 0 || e.Won.Known != 2 || e.Won.Permille != 500 || e.Fast.ExpectedPermille != 950 {
			t.Errorf("after 90 days: %+v", e)
		}
	})
}

func TestTheWeakestContactPointComesFirst(t *testing.T) {
	each(t, func(w *world) {
		w.march()
		for i := range 5 {
			w.at("2026-04-0" + string(rune('2'+i)) + " 09:00")
			w.solve(about(w.li, feedback.Complaint, "outage.notice"), 1, "")
		}
		p, err := w.Points(w.as(w.head), feedback.FigureFilter{From: "2026-03-01", To: "2026-04-30"})
		w.must(err)
		first, second := p.Points[0], p.Points[1]
		if first.Code != "outage.notice" || !first.Judged || first.Lost[0].Why != "complaint" || first.Causes[0].Key != "outage.notice" || first.Experience >= second.Experience {
			t.Errorf("first %+v, second %+v", first, second)
		}
		if second.Code != "pay.bill" || p.Points[2].Judged {
			t.Errorf("then %+v, %+v", second, p.Points[2])
		}
	})
}

func TestTrendAndMonthReportTellTheSame(t *testing.T) {
	each(t, func(w *world) {
		w.march()
		ctx := w.as(w.head)
		tr, err := w.Trend(ctx, feedback.FigureFilter{From: "2026-02-01", To: "2026-04-30"}, feedback.ByMonth, feedback.MeasureCases)
		w.must(err)
		if len(tr.Points) != 3 || tr.Points[0].Value != 0 || tr.Points[1].Value != 7 || tr.Points[2].Value != 0 || tr.Limits {
			t.Errorf("%+v", tr.Points)
		}
		r, err := w.MonthReport(ctx, w.one.ID, 202603)
		w.must(err)
		if r.Present.Cases != 7 || r.Before.Cases != 0 || len(r.Types) != 2 || len(r.Categories) != 2 || len(r.Trend.Points) != 13 || r.Trend.Points[12].Cases != 2 || r.Effect.Total.Cases != 2 {
			t.Errorf("%+v", r)
		}
	})
}

func TestFiguresRefuseWhatCannotBe(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.head)
		var v *fault.Error
		if _, err := w.Causes(ctx, feedback.FigureFilter{From: "2026-13-01", To: "2026-12-01"}, feedback.ByType); !errors.As(err, &v) || len(v.Fields) != 1 || v.Fields[0].Name != "from" {
			t.Errorf("no month 13: %v", err)
		}
		if _, err := w.Trend(ctx, feedback.FigureFilter{From: "2000-01-01", To: "2026-01-01"}, feedback.ByDay, ""); !errors.Is(err, feedback.ErrTrendTooLong) {
			t.Errorf("9 000 days: %v", err)
		}
		if _, err := w.Causes(w.as(w.agent), feedback.FigureFilter{}, feedback.ByType); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("an agent: %v", err)
		}
		w.march()
		c, err := w.Causes(w.as(w.yi), feedback.FigureFilter{From: "2026-03-01", To: "2026-04-30"}, feedback.ByType)
		w.must(err)
		if c.Total.Cases != 0 {
			t.Errorf("another company sees %d cases", c.Total.Cases)
		}
	})
}
