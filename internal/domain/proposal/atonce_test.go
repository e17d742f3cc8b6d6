package proposal_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/proposal"
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
		case !errors.Is(err, db.ErrStale) && !errors.Is(err, proposal.ErrState):
			w.t.Error(err)
		}
	}
	if n != 1 {
		w.t.Errorf("%d got through: %v", n, errs)
	}
}

func TestTwoMaintainersDecideAtOnce(t *testing.T) {
	each(t, func(w *world) {
		for range 5 {
			c := w.customer()
			d := w.endorsed(w.phoneAndJob(c))
			decide := func(who context.Context) func() error {
				return func() error { _, err := w.Decide(who, d.ID, d.Version, verdicts(d, "contacts")); return err }
			}
			w.once(together(decide(w.maintainer), decide(w.second), decide(w.maintainer)))
			if now, err := w.customers.Get(w.maintainer, c.ID); err != nil || now.Version != 2 {
				w.t.Errorf("version %d, %v", now.Version, err)
			}
		}
	})
}

func TestWithdrawnWhileItIsDecided(t *testing.T) {
	each(t, func(w *world) {
		for range 5 {
			c := w.customer()
			d := w.endorsed(w.phoneAndJob(c))
			errs := together(func() error { _, err := w.Decide(w.maintainer, d.ID, d.Version, verdicts(d, "contacts")); return err },
				func() error { _, err := w.Withdraw(w.clerk, d.ID, d.Version); return err })
			w.once(errs)
			now, err := w.customers.Get(w.maintainer, c.ID)
			w.must(err)
			if changed := now.Version == 2; changed != (errs[0] == nil) {
				w.t.Errorf("changed %v, decided %v, withdrawn %v", changed, errs[0], errs[1])
			}
		}
	})
}

// A new customer whose proposal is decided by two is made once.
func TestANewCustomerIsMadeOnce(t *testing.T) {
	each(t, func(w *world) {
		w.customer()
		d := w.endorsed(proposal.Input{Reason: "来电", Customer: &customer.CreateInput{Kind: customer.KindOrganisation, Name: "清河纺织厂"}})
		decide := func(who context.Context) func() error {
			return func() error { _, err := w.Decide(who, d.ID, d.Version, verdicts(d, "kind", "name")); return err }
		}
		w.once(together(decide(w.maintainer), decide(w.second)))
		found, _, err := w.customers.List(w.maintainer, customer.ListInput{Filter: customer.Filter{Kind: customer.KindOrganisation}, Sort: "name", Limit: 10})
		if err != nil || len(found) != 1 {
			w.t.Errorf("%d made, %v", len(found), err)
		}
	})
}

// Sent twice it is one proposal; decided twice it is decided once.
func TestSentTwice(t *testing.T) {
	each(t, func(w *world) {
		in := w.phoneAndJob(w.customer())
		first, err := w.Create(w.clerk, "key", in)
		w.must(err)
		again, err := w.Create(w.clerk, "key", in)
		if err != nil || again.ID != first.ID || len(w.listed(w.clerk, proposal.Filter{})) != 1 || len(w.open(w.head)) != 1 {
			w.t.Errorf("%v %v %v", first.ID, again.ID, err)
		}
		in.Reason = "另一个理由"
		if _, err := w.Create(w.clerk, "key", in); !errors.Is(err, db.ErrKeyReused) {
			w.t.Errorf("another body: %v", err)
		}
		d, err := w.Endorse(w.head, first.ID, 1)
		w.must(err)
		done, err := w.Decide(w.maintainer, d.ID, d.Version, verdicts(d, "contacts"))
		w.must(err)
		if _, err := w.Decide(w.maintainer, d.ID, d.Version, verdicts(d, "contacts")); !errors.Is(err, db.ErrStale) {
			w.t.Errorf("by the old version: %v", err)
		}
		if _, err := w.Decide(w.maintainer, d.ID, done.Version, verdicts(done, "contacts")); !errors.Is(err, proposal.ErrState) {
			w.t.Errorf("once more: %v", err)
		}
	})
}
