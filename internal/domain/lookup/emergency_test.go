package lookup_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/lookup"
)

func TestAnEmergencyOpensAtOnceAndIsReviewed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d, err := w.Emergency(w.as(w.agent), "", lookup.EmergencyInput{CustomerIDs: []id.ID{w.li.ID}, Reason: "线路落地，须立即通知住户"})
		if err != nil || d.State != lookup.Running || !d.Emergency || d.ReviewBy == 0 {
			t.Fatalf("%+v %v", d, err)
		}
		if got := w.sees(w.agent, w.li); got != "phone" {
			t.Errorf("sees %q", got)
		}
		if got := w.inbox(w.head); len(got) != 1 || !strings.Contains(got[0], "紧急") {
			t.Errorf("to review: %v", got)
		}
		waiting, _, err := w.List(w.as(w.head), lookup.Filter{ToReview: true}, customer.Page{Limit: 10})
		if err != nil || len(waiting) != 1 {
			t.Errorf("to review: %v %v", waiting, err)
		}
		if _, err := w.Review(w.as(w.head), d.ID, d.Version, lookup.ReviewInput{Verdict: lookup.Objected}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("objected without a word: %v", err)
		}
		d, err = w.Review(w.as(w.head), d.ID, d.Version, lookup.ReviewInput{Verdict: lookup.Objected, Word: "并非紧急"})
		if err != nil || d.Verdict != lookup.Objected || d.State != lookup.Ended || w.sees(w.agent, w.li) != "" || len(w.inbox(w.head)) != 0 || len(w.inbox(w.agent)) != 1 {
			t.Errorf("objected: %+v %v", d, err)
		}
		if _, err := w.Review(w.as(w.other), d.ID, d.Version, lookup.ReviewInput{Verdict: lookup.Justified}); !errors.Is(err, lookup.ErrState) {
			t.Errorf("reviewed twice: %v", err)
		}
		d, err = w.Emergency(w.as(w.agent), "", lookup.EmergencyInput{CustomerIDs: []id.ID{w.wang.ID}, Reason: "线路落地，须立即通知住户"})
		w.must(err)
		w.later(30 * time.Minute)
		w.work()
		if d, err = w.Get(w.as(w.agent), d.ID); err != nil || d.EndCause != lookup.TimeOver || w.sees(w.agent, w.wang) != "" {
			t.Errorf("over: %+v %v", d, err)
		}
		if d, err = w.Review(w.as(w.head), d.ID, d.Version, lookup.ReviewInput{Verdict: lookup.Justified}); err != nil || d.Verdict != lookup.Justified {
			t.Errorf("justified: %+v %v", d, err)
		}
		if got := w.actions(); got != "lookup.emergency customer.get lookup.review lookup.emergency lookup.lapse lookup.review" {
			t.Errorf("audit log: %s", got)
		}
	})
}

// Nobody walks through the archive by emergencies, also not by many at once.
func TestEmergenciesOfADayAreBounded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := lookup.EmergencyInput{CustomerIDs: []id.ID{w.li.ID}, Reason: "线路故障，须联系客户"}
		ctx := w.as(w.clerk)
		var done, refused atomic.Int64
		var all sync.WaitGroup
		for range 14 {
			all.Go(func() {
				switch _, err := w.Emergency(ctx, "", in); {
				case err == nil:
					done.Add(1)
				case errors.Is(err, lookup.ErrEmergencies):
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if done.Load() != 10 || refused.Load() != 4 {
			t.Errorf("%d made, %d refused", done.Load(), refused.Load())
		}
		if _, err := w.Emergency(w.as(w.agent), "", in); err != nil {
			t.Errorf("a colleague: %v", err)
		}
		w.later(25 * time.Hour)
		if _, err := w.Emergency(w.as(w.clerk), "", in); err != nil {
			t.Errorf("the next day: %v", err)
		}
	})
}
