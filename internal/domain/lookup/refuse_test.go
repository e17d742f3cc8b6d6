package lookup_test

import (
	"context"
	"errors"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/lookup"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func TestWhoMayNot(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d := w.asked(ask(), w.li)
		heads := func() lookup.Detail {
			in := ask()
			in.CustomerIDs = []id.ID{w.li.ID}
			d, err := w.Ask(w.as(w.head), "", in)
			w.must(err)
			return d
		}()
		yes := lookup.DecideInput{Approve: true}
		for name, err := range map[string]error{
			"head about his own":         second(w.Decide(w.as(w.head), heads.ID, 1, yes)),
			"head of another company":    second(w.Decide(w.as(w.foreign), d.ID, 1, yes)),
			"clerk decides":              second(w.Decide(w.as(w.clerk), d.ID, 1, yes)),
			"head begins another's":      second(w.Start(w.as(w.head), d.ID, 1)),
			"agent withdraws another's":  second(w.Withdraw(w.as(w.agent), d.ID, 1)),
			"agent reads another's":      second(w.Get(w.as(w.agent), d.ID)),
			"foreign head reads":         second(w.Get(w.as(w.foreign), d.ID)),
			"customer of another":        second(w.Ask(w.as(w.clerk), "", withCustomers(w.strange.ID))),
			"nobody":                     second(w.Ask(context.Background(), "", withCustomers(w.li.ID))),
			"longer than was asked":      second(w.Decide(w.as(w.head), d.ID, 1, lookup.DecideInput{Approve: true, Minutes: 21})),
			"an old version":             second(w.Decide(w.as(w.head), d.ID, 7, yes)),
			"review of no emergency":     second(w.Review(w.as(w.head), d.ID, 1, lookup.ReviewInput{Verdict: lookup.Justified})),
			"begun before it is decided": second(w.Start(w.as(w.clerk), d.ID, 1)),
		} {
			if err == nil {
				t.Errorf("%s: allowed", name)
			}
		}
		if _, err := w.Decide(w.as(w.head), heads.ID, 1, yes); !errors.Is(err, lookup.ErrOwn) {
			t.Errorf("own: %v", err)
		}
		if got := w.inbox(w.head); len(got) != 1 {
			t.Errorf("his own request is not his task: %v", got)
		}
		if all, _, err := w.List(w.as(w.foreign), lookup.Filter{}, customer.Page{Limit: 10}); err != nil || len(all) != 0 {
			t.Errorf("the foreign head lists %v %v", all, err)
		}
	})
}

func withCustomers(customers ...id.ID) lookup.AskInput {
	in := ask()
	in.CustomerIDs = customers
	return in
}

func second[T any](_ T, err error) error { return err }

func TestWhatMayBeAskedFor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		long, terse, none, both := withCustomers(w.li.ID), withCustomers(w.li.ID), ask(), withCustomers(w.li.ID)
		long.Minutes, terse.Reason, both.Filter = 241, "看看", &customer.Filter{}
		for name, in := range map[string]lookup.AskInput{"too long": long, "no reason": terse, "nobody": none, "customers and a filter": both} {
			if _, err := w.Ask(w.as(w.clerk), "", in); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		chosen := ask()
		chosen.Filter = &customer.Filter{Kind: customer.KindPerson}
		d, err := w.Ask(w.as(w.clerk), "k", chosen)
		if err != nil || d.RecordCount != 2 || len(d.Records) != 2 || d.Records[0].Name == "李小明" {
			t.Errorf("by filter: %+v %v", d, err)
		}
		again, err := w.Ask(w.as(w.clerk), "k", chosen)
		if err != nil || again.ID != d.ID {
			t.Errorf("sent twice: %v %v", again.ID, err)
		}
		r, err := w.SetRule(w.as(w.head), w.one.ID, 0, lookup.Rule{DefaultMinutes: 5, MaxMinutes: 10, StartWithinHours: 1, MaxRecords: 1, EmergencyMinutes: 5, EmergencyRecords: 1, ReviewWithinDays: 8})
		if err != nil || r.Version != 1 {
			t.Fatal(err)
		}
		if _, err := w.SetRule(w.as(w.head), w.one.ID, 0, r.Rule); !errors.Is(err, db.ErrStale) {
			t.Errorf("an old version of the rule: %v", err)
		}
		short := ask()
		short.Minutes = 0
		if d := w.asked(short, w.li); d.AskedMinutes != 5 {
			t.Errorf("proposed %d minutes", d.AskedMinutes)
		}
		chosen.Minutes = 5
		for name, in := range map[string]lookup.AskInput{"longer than the rule": withCustomers(w.li.ID), "more than the rule": chosen} {
			if _, err := w.Ask(w.as(w.clerk), "", in); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestWithoutAManagerNobodyIsAsked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, h := range []access.User{w.head, w.other} {
			w.must(w.db.Write(context.Background(), func(tx *db.Tx) error {
				_, err := tx.Exec("UPDATE app_user SET active = $1 WHERE id = $2", false, h.ID)
				return err
			}))
		}
		if _, err := w.Ask(w.as(w.clerk), "", withCustomers(w.li.ID)); !errors.Is(err, lookup.ErrNoDecider) {
			t.Errorf("%v", err)
		}
	})
}

// A deputy does not decide in the place of who asked.
func TestNobodyIsApprovedByHisOwnDeputy(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := ask()
		in.CustomerIDs = []id.ID{w.li.ID}
		d, err := w.Ask(w.as(w.head), "", in)
		w.must(err)
		yes := lookup.DecideInput{Approve: true}
		held := func(absent access.User) access.Held {
			return access.Held{Patterns: w.patterns("head"), OrgID: w.one.ID, Absent: access.Absent{UserID: absent.ID, Name: absent.Name}}
		}
		deputy := func(all ...access.Held) context.Context {
			return access.WithCaller(context.Background(), access.NewCaller(w.clerk, w.tree, append(all, access.Held{Patterns: w.patterns("clerk"), OrgID: w.one.ID})...))
		}
		if _, err := w.Decide(deputy(held(w.head)), d.ID, 1, yes); !errors.Is(err, lookup.ErrOwn) {
			t.Errorf("for the asker: %v", err)
		}
		if got, err := w.Get(deputy(held(w.head)), d.ID); err != nil || got.MayDecide {
			t.Errorf("is offered to: %v, %v", got.MayDecide, err)
		}
		if got, err := w.Decide(deputy(held(w.head), held(w.other)), d.ID, 1, yes); err != nil || got.State != lookup.Approved {
			t.Errorf("for another head as well: %v, %v", got.State, err)
		}
	})
}
