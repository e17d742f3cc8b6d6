package feedback_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/promise"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// What was known before a change stays in the events; what comes back masked is kept.
func TestUpdateKeepsWhatWasKnown(t *testing.T) {
	each(t, func(w *world) {
		in := complaint()
		d := w.dispatched(in)
		seen, err := w.Get(w.as(w.wu), d.ID)
		w.must(err)
		f := in.Facts
		f.Title, f.Text, f.CallerName, f.CallerPhone, f.Place, f.Area = seen.Title, seen.Text, seen.CallerName, seen.CallerPhone, "城东路1号", "rural"
		d, err = w.Update(w.as(w.wu), d.ID, d.Version, f)
		w.must(err)
		got, err := w.Get(w.as(w.agent), d.ID)
		w.must(err)
		if got.CallerName != "李小明" || strings.Contains(got.Text+got.CallerPhone, "*") || got.Place != "城东路1号" {
			w.t.Errorf("%+v", got.Body)
		}
		if e := got.Events[0]; fmt.Sprint(e.Fields) != "[area place]" || e.Before == nil || e.Before.Place != "城关镇人民路12号" {
			w.t.Errorf("%v before %+v", e.Fields, e.Before)
		}
	})
}

// A step with many cases is taken with each by itself; what is refused says why.
func TestOneStepWithManyCases(t *testing.T) {
	each(t, func(w *world) {
		a, b, c := w.registered(complaint()), w.dispatched(complaint()), w.registered(complaint())
		in := feedback.BulkInput{Action: feedback.Dispatch, UnitID: w.station.ID, Cases: []feedback.Seen{{ID: a.ID, Version: a.Version}, {ID: b.ID, Version: b.Version}, {ID: c.ID, Version: 7}}}
		r, err := w.Bulk(w.as(w.head), in)
		w.must(err)
		var codes []string
		for _, f := range r.Failed {
			codes = append(codes, fmt.Sprint(f.Index, f.Code))
			if f.Text == "" || f.Text == f.Code {
				w.t.Errorf("%s has no words", f.Code)
			}
		}
		if got := fmt.Sprint(codes); len(r.Done) != 1 || r.Done[0].Version != 2 || got != "[1feedback.state 2record.stale]" {
			w.t.Errorf("%v %s", r.Done, got)
		}
		if _, err := w.Bulk(w.as(w.yi), in); !errors.Is(err, db.ErrNotFound) {
			w.t.Errorf("another company's: %v", err)
		}
		if _, err := w.Bulk(w.as(w.user("billing", "胡账", w.one, w.one)), in); !errors.Is(err, access.ErrForbidden) {
			w.t.Errorf("who may not dispatch: %v", err)
		}
	})
}

// What was promised to an unknown caller is told to the customer once he is known.
func TestPromisesOfACaseFollowItsCustomer(t *testing.T) {
	each(t, func(w *world) {
		d := w.accepted(complaint())
		p, err := w.promises.Create(w.as(w.zhang), "", promise.CreateInput{Type: "answer", Value: 5, Words: "五个工作日内答复", SourceType: promise.OfCase, SourceID: d.ID})
		w.must(err)
		if !p.CustomerID.IsZero() || p.SourceNo != d.CaseNo || p.UnitID != w.station.ID {
			t.Fatalf("%+v", p.Promise)
		}
		facts := complaint().Facts
		facts.CustomerID = w.li.ID
		_, err = w.Update(w.as(w.zhang), d.ID, d.Version, facts)
		w.must(err)
		p, err = w.promises.Get(w.as(w.zhang), p.ID)
		w.must(err)
		if p.CustomerID != w.li.ID || p.Words != "五个工作日内答复" {
			t.Errorf("%+v", p.Promise)
		}
	})
}
