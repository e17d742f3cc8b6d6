package incident_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/incident"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// hall is another unit of the first company.
func (w *world) hall() (hall org.Org) {
	w.t.Helper()
	w.must(w.Archive.DB.Write(w.t.Context(), func(tx *db.Tx) (err error) {
		hall, err = org.CreateTx(tx, org.CreateInput{Level: org.Unit, Code: "100112", Name: "城东营业厅", ParentID: w.One.ID})
		return err
	}))
	w.Archive.Orgs.Forget()
	return hall
}

func (w *world) listed(u access.User, f incident.Filter) (numbers []string) {
	w.t.Helper()
	for cursor, more := "", true; more; more = cursor != "" {
		all, next, err := w.List(w.As(u), incident.ListInput{Filter: f, Sort: "known_at", Cursor: cursor, Limit: 1})
		w.must(err)
		for _, n := range all {
			numbers = append(numbers, n.IncidentNo)
		}
		cursor = next
	}
	return numbers
}

// together calls all at once and gives how many got through; the others must have found
// the incident changed.
func (w *world) together(all ...func() error) (through int) {
	w.t.Helper()
	errs, start := make([]error, len(all)), make(chan struct{})
	var wg sync.WaitGroup
	for i, fn := range all {
		wg.Go(func() { <-start; errs[i] = fn() })
	}
	close(start)
	wg.Wait()
	for _, err := range errs {
		if err == nil {
			through++
		} else if !errors.Is(err, db.ErrStale) {
			w.t.Error(err)
		}
	}
	return through
}

func TestTwoCloseItAtOnce(t *testing.T) {
	each(t, func(w *world) {
		head, chief := w.As(w.head), w.As(w.chief)
		for range 3 {
			d := w.submitted()
			n := w.together(
				func() error { _, err := w.Close(head, d.ID, d.Version, why); return err },
				func() error { _, err := w.Close(chief, d.ID, d.Version, why); return err },
				func() error { _, err := w.Return(head, d.ID, d.Version, why); return err })
			if n != 1 {
				t.Errorf("%d got through", n)
			}
		}
	})
}

func TestTwoMeasuresAtOnceAreOneAfterTheOther(t *testing.T) {
	each(t, func(w *world) {
		d, handler := w.concluded(0), w.As(w.handler)
		plan := func() error {
			_, err := w.Plan(handler, d.ID, d.Version, incident.PlanInput{Text: "x", OwnerID: w.clerk.ID, DueDay: "2026-03-03"})
			return err
		}
		if n := w.together(plan, plan, plan); n != 1 {
			t.Errorf("%d got through", n)
		}
	})
}

func TestWarningsOfTwoProcessesTellOnce(t *testing.T) {
	each(t, func(w *world) {
		w.opened()
		w.at("2026-03-02 22:00")
		warn := func() error { return w.Warn(t.Context()) }
		if n := w.together(warn, warn, warn); n != 3 {
			t.Error(n)
		}
		if got := w.Inbox(w.head); len(got) != 1 {
			t.Error(got)
		}
	})
}

func TestItIsOpenedOnceHoweverOftenItIsSent(t *testing.T) {
	each(t, func(w *world) {
		one, err := w.Create(w.As(w.handler), "k", w.input())
		w.must(err)
		two, err := w.Create(w.As(w.handler), "k", w.input())
		w.must(err)
		in := w.input()
		in.Title = "另一起"
		_, err = w.Create(w.As(w.handler), "k", in)
		w.refused(err, db.ErrKeyReused)
		if one.ID != two.ID || len(w.Inbox(w.handler)) != 1 {
			t.Errorf("%s %s", one.IncidentNo, two.IncidentNo)
		}
	})
}

func TestPeopleAreThoseWhoMay(t *testing.T) {
	each(t, func(w *world) {
		for to, want := range map[incident.For][]string{incident.ToReport: {"陈晨", "王所长", "李主任", "赵总"}, incident.ToKeep: {"陈晨", "钱工", "王所长", "李主任", "赵总"}} {
			people, err := w.Service.People(w.As(w.head), w.One.ID, to)
			w.must(err)
			var names []string
			for _, p := range people {
				names = append(names, p.Name)
			}
			slices.Sort(names)
			slices.Sort(want)
			if !slices.Equal(names, want) {
				t.Errorf("%s: %v", to, names)
			}
		}
	})
}
