package promise_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/promise"
	"github.com/zhiyin-power/zhiyin/internal/domain/webhook"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// together calls all at once and gives their errors.
func together(all ...func() error) []error {
	errs, start := make([]error, len(all)), make(chan struct{})
	var wg sync.WaitGroup
	for i, fn := range all {
		wg.Go(func() { <-start; errs[i] = fn() })
	}
	close(start)
	wg.Wait()
	return errs
}

// once tells that one of several got through and the others found it changed.
func (w *world) once(errs []error) {
	w.t.Helper()
	n := 0
	for _, err := range errs {
		switch {
		case err == nil:
			n++
		case !errors.Is(err, db.ErrStale):
			w.t.Error(err)
		}
	}
	if n != 1 {
		w.t.Errorf("%d got through: %v", n, errs)
	}
}

func TestTwoHeadsDecideAtOnce(t *testing.T) {
	each(t, func(w *world) {
		first, second := w.as(w.head), w.as(w.deputy)
		for range 4 {
			d := w.made(w.clerk, w.offer(2))
			w.once(together(
				func() error { _, err := w.Approve(first, d.ID, d.Version, promise.ApproveInput{}); return err },
				func() error {
					_, err := w.Refuse(second, d.ID, d.Version, promise.ReasonInput{Reason: "不行"})
					return err
				}))
		}
	})
}

func TestItIsKeptAndBrokenAtOnce(t *testing.T) {
	each(t, func(w *world) {
		clerk := w.as(w.clerk)
		for range 4 {
			d := w.made(w.clerk, w.offer(5))
			w.once(together(
				func() error {
					_, err := w.Keep(clerk, d.ID, d.Version, promise.KeepInput{Evidence: "x"})
					return err
				},
				func() error {
					_, err := w.Break(clerk, d.ID, d.Version, promise.ReasonInput{Reason: "x"})
					return err
				}))
		}
	})
}

func TestRemindersOfTwoProcessesTellOnce(t *testing.T) {
	each(t, func(w *world) {
		in := w.offer(0)
		in.Type, in.Value = "restore", 4
		w.made(w.clerk, in)
		w.at("2026-03-02 12:30")
		remind := func() error { return w.Remind(t.Context()) }
		if err := errors.Join(together(remind, remind, remind)...); err != nil {
			t.Error(err)
		}
		if got := w.inbox(w.clerk); len(got) != 2 {
			t.Error(got)
		}
	})
}

func TestAListGoesOnFromItsCursor(t *testing.T) {
	each(t, func(w *world) {
		var want []string
		for range 5 {
			w.now += 60_000_000
			want = append(want, w.made(w.clerk, w.offer(5)).PromiseNo)
		}
		for _, sort := range []promise.Sort{"made_at", "-made_at", "due_at"} {
			var got []string
			for cursor, more := "", true; more; more = cursor != "" {
				all, next, err := w.List(w.as(w.hall), promise.ListInput{Sort: sort, Cursor: cursor, Limit: 2})
				w.must(err)
				for _, p := range all {
					got = append(got, p.PromiseNo)
				}
				cursor = next
			}
			if sort == "-made_at" {
				slices.Reverse(got)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %v", sort, got)
			}
		}
		_, _, err := w.List(w.as(w.hall), promise.ListInput{Sort: "made_at", Cursor: "forged", Limit: 2})
		w.refused(err, page.ErrCursor)
	})
}

func TestAListIsOfWhatIsAskedFor(t *testing.T) {
	each(t, func(w *world) {
		mine, other := w.made(w.clerk, w.offer(5)), w.made(w.hall, w.offer(2))
		for name, x := range map[string]struct {
			f    promise.Filter
			want []string
		}{
			"mine":     {promise.Filter{Mine: true}, []string{mine.PromiseNo}},
			"state":    {promise.Filter{States: []promise.State{promise.Awaiting}}, []string{other.PromiseNo}},
			"type":     {promise.Filter{Types: []string{"visit"}}, nil},
			"unit":     {promise.Filter{UnitID: w.hall.HomeOrgID}, []string{other.PromiseNo}},
			"company":  {promise.Filter{UnitID: w.a.One.ID}, []string{mine.PromiseNo, other.PromiseNo}},
			"foreign":  {promise.Filter{OrgID: w.a.Two.ID}, nil},
			"above":    {promise.Filter{Above: true}, []string{other.PromiseNo}},
			"number":   {promise.Filter{Query: mine.PromiseNo[len(mine.PromiseNo)-8:]}, []string{mine.PromiseNo}},
			"customer": {promise.Filter{CustomerID: w.wang.ID}, nil},
			"day":      {promise.Filter{MadeFrom: "2026-03-03"}, nil},
		} {
			if got := w.listed(w.clerk, x.f); !slices.Equal(got, x.want) {
				t.Errorf("%s: %v, want %v", name, got, x.want)
			}
		}
		if got := w.listed(w.foreign, promise.Filter{}); len(got) != 0 {
			t.Error(got)
		}
		_, _, err := w.List(w.as(w.clerk), promise.ListInput{Filter: promise.Filter{MadeFrom: "soon"}, Sort: "made_at", Limit: 5})
		w.field(err, "made_from", "no_day")
		c, err := w.Counts(w.as(w.clerk), w.a.One.ID)
		w.must(err)
		if c != (promise.Counts{Mine: 1, Awaiting: 1}) {
			t.Errorf("%+v", c)
		}
		for q, n := range map[string]int{mine.PromiseNo: 1, strings.ToLower(mine.PromiseNo): 1, "20260302": 0, "李小明": 0} {
			if found, err := w.Find(w.as(w.clerk), q, 10); err != nil || len(found) != n {
				t.Errorf("%s: %v %v", q, found, err)
			}
		}
	})
}

// Nothing that was said leaves with an event, or stands in the audit log or in clear.
func TestWhatWasSaidStaysSealed(t *testing.T) {
	each(t, func(w *world) {
		var told []webhook.Event
		w.Publish = func(_ *db.Tx, e webhook.Event) error { told = append(told, e); return nil }
		d := w.made(w.clerk, w.offer(5))
		_, err := w.Keep(w.as(w.clerk), d.ID, d.Version, promise.KeepInput{Evidence: "录音 4711"})
		w.must(err)
		if len(told) != 2 || told[0].Kind != "promise.create" || told[1].Kind != "promise.keep" || !strings.Contains(fmt.Sprint(told[1].Data), "state:kept") {
			t.Errorf("%+v", told)
		}
		for _, e := range told {
			if strings.Contains(fmt.Sprint(e.Data), "书面") || strings.Contains(fmt.Sprint(e.Data), "陈晨") {
				t.Errorf("%+v", e)
			}
			if !slices.Contains(promise.EventKinds(), e.Kind) {
				t.Error(e.Kind)
			}
		}
		var bodies [][]byte
		w.must(w.a.DB.Read(t.Context(), func(tx *db.Tx) error {
			return tx.Select(&bodies, "SELECT body FROM promise UNION ALL SELECT body FROM promise_event UNION ALL SELECT after FROM audit_entry")
		}))
		for _, b := range bodies {
			if strings.Contains(string(b), "书面答复您") || strings.Contains(string(b), "4711") || strings.Contains(string(b), "客户很急") {
				t.Errorf("%q", b)
			}
		}
	})
}
