package supply_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// held starts use cases one after another and lets none finish before all of them
// wait, for each other or for the audit log that is held meanwhile. PostgreSQL
// only: on SQLite no two writers are ever on their way at once.
func (w *world) held(cases ...func() error) []error {
	w.t.Helper()
	errs := make([]error, len(cases))
	var wg sync.WaitGroup
	w.write(func(tx *db.Tx) error {
		if _, err := tx.Exec("LOCK TABLE audit_entry IN EXCLUSIVE MODE"); err != nil {
			return err
		}
		for i, c := range cases {
			wg.Go(func() { errs[i] = c() })
			if err := waiting(tx, int64(i+1)); err != nil {
				return err
			}
		}
		return nil
	})
	wg.Wait()
	return errs
}

// waiting returns when n connections wait for a lock.
func waiting(tx *db.Tx, n int64) error {
	for range 500 {
		if _, err := tx.Exec("SELECT pg_stat_clear_snapshot()"); err != nil { // else a transaction sees the same activity for ever
			return err
		}
		var now int64
		if err := tx.Get(&now, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"); err != nil || now >= n {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
	return errors.New("they do not wait")
}

// A point made while its account moves is supplied from where the account is then.
func TestAPointFollowsAnAccountThatMovesMeanwhile(t *testing.T) {
	w := newWorld(t, db.PostgreSQL)
	n := w.build(w.a)
	ids := w.populate(w.a, n)
	ctx := w.as(w.a, "supply.*", "customer.reveal")
	a, err := supply.ReadAccount(ctx, w.svc, ids["1004"])
	if err != nil {
		t.Fatal(err)
	}
	moved := *a
	moved.LineID = n.X
	if err := errors.Join(w.held(
		func() error { _, err := supply.AddPoint(ctx, w.svc, point("M77", a.ID)); return err },
		func() error { _, err := supply.ChangeAccount(ctx, w.svc, moved); return err },
	)...); err != nil {
		t.Fatal(err)
	}
	if got := w.count("SELECT count(*) FROM metering_point WHERE account_id = $1 AND (line_id <> $2 OR apart)", a.ID, n.X); got != 0 {
		t.Errorf("%d points stayed where the account was", got)
	}
}

// An account opened in a district while its load is transferred is on the new line.
func TestAnAccountFollowsADistrictTransferredMeanwhile(t *testing.T) {
	w := newWorld(t, db.PostgreSQL)
	n := w.build(w.a)
	ctx := w.as(w.a, "supply.*", "customer.reveal")
	d, err := supply.ReadDistrict(ctx, w.svc, n.D1)
	if err != nil {
		t.Fatal(err)
	}
	d.LineID = n.X
	in, other := account("77", "张伟"), account("78", "张伟")
	in.DistrictID, other.DistrictID = n.D1, n.D1
	if err := errors.Join(w.held(
		func() error { _, err := supply.AddAccount(ctx, w.svc, "", in); return err },
		func() error { _, err := supply.ChangeDistrict(ctx, w.svc, *d); return err },
		func() error { _, err := supply.AddAccount(ctx, w.svc, "", other); return err },
	)...); err != nil {
		t.Fatal(err)
	}
	if got := behindNos(w, ctx, "line", n.X); got != "77 78" {
		t.Errorf("behind the new line: %q", got)
	}
}

// A branch hung on a line that moves meanwhile is under the new trunk.
func TestABranchFollowsALineThatMovesMeanwhile(t *testing.T) {
	w := newWorld(t, db.PostgreSQL)
	n := w.build(w.a)
	ctx := w.as(w.a, "supply.*")
	u, err := supply.ReadLine(ctx, w.svc, n.U)
	if err != nil {
		t.Fatal(err)
	}
	u.ParentID = n.X
	if err := errors.Join(w.held(
		func() error {
			_, err := supply.AddLine(ctx, w.svc, supply.LineInput{No: "L-104", Name: "新支线", Voltage: "AC00101", ParentID: n.V})
			return err
		},
		func() error { _, err := supply.ChangeLine(ctx, w.svc, *u); return err },
	)...); err != nil {
		t.Fatal(err)
	}
	if got := w.count("SELECT count(*) FROM power_line WHERE feeder_id = $1 AND substation_id IS NULL", n.X); got != 4 {
		t.Errorf("%d lines under the new trunk, want itself and three branches", got)
	}
}

// An account is not removed while its first energy is entered.
func TestEnergyHoldsItsAccount(t *testing.T) {
	w := newWorld(t, db.PostgreSQL)
	ctx := w.as(w.a, "supply.*", "customer.reveal")
	a, err := supply.AddAccount(ctx, w.svc, "", account("77", "张伟"))
	if err != nil {
		t.Fatal(err)
	}
	errs := w.held(
		func() error {
			_, err := w.svc.RecordEnergy(ctx, 0, supply.Energy{AccountID: a.ID, Month: 202601, EnergyWh: 5})
			return err
		},
		func() error { return supply.RemoveAccount(ctx, w.svc, *a) },
	)
	if errs[0] != nil || !errors.Is(errs[1], supply.ErrHasConsumption) {
		t.Errorf("%v", errs)
	}
	if n := w.count("SELECT count(*) FROM account"); n != 1 {
		t.Error("energy of no account")
	}
}

// heldArchive is a world with the real customer archive on PostgreSQL.
func heldArchive(t *testing.T) archived { return withArchive(t, db.PostgreSQL) }

// An account opened while its customer is merged goes with him, or is refused.
func TestNoAccountIsLeftWithAMergedCustomer(t *testing.T) {
	for _, mergeFirst := range []bool{false, true} {
		t.Run(fmt.Sprint("merge first ", mergeFirst), func(t *testing.T) {
			t.Parallel()
			a := heldArchive(t)
			into, from := a.person("张伟"), a.person("张玮")
			in := account("77", "张玮")
			in.CustomerID = from.ID
			open := func() error { _, err := supply.AddAccount(a.ctx, a.svc, "", in); return err }
			merge := func() error {
				_, err := a.customers.Merge(a.ctx, into.ID, into.Version, customer.MergeInput{FromID: from.ID, FromVersion: from.Version})
				return err
			}
			cases := []func() error{open, merge}
			if mergeFirst {
				cases = []func() error{merge, open}
			}
			for _, err := range a.held(cases...) {
				if err != nil && fault.KindOf(err) != fault.Invalid {
					t.Error(err)
				}
			}
			if n := a.count("SELECT count(*) FROM account WHERE customer_id = $1", from.ID); n != 0 {
				t.Error("an account of a merged customer")
			}
		})
	}
}

// A customer is not closed while an account of his is opened.
func TestNoAccountIsOpenedForACustomerClosedMeanwhile(t *testing.T) {
	for _, closeFirst := range []bool{false, true} {
		t.Run(fmt.Sprint("close first ", closeFirst), func(t *testing.T) {
			t.Parallel()
			a := heldArchive(t)
			zhang := a.person("张伟")
			in := account("77", "张伟")
			in.CustomerID = zhang.ID
			open := func() error { _, err := supply.AddAccount(a.ctx, a.svc, "", in); return err }
			end := func() error {
				_, err := a.customers.Close(a.ctx, zhang.ID, zhang.Version, customer.CloseInput{Reason: "moved_away"})
				return err
			}
			cases := []func() error{open, end}
			if closeFirst {
				cases = []func() error{end, open}
			}
			errs := a.held(cases...)
			c, err := a.customers.Get(a.ctx, zhang.ID)
			if err != nil {
				t.Fatal(err)
			}
			live := a.count("SELECT count(*) FROM account WHERE customer_id = $1 AND status <> 'closed'", zhang.ID)
			if (errs[0] == nil) == (errs[1] == nil) || c.Status == customer.Closed && live > 0 {
				t.Errorf("%v: customer %s with %d live accounts", errs, c.Status, live)
			}
		})
	}
}
