package customer_test

import (
	"context"
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// approval is the look-up of tests in which everything was approved.
var approval = id.ID{15: 77}

var errOver = errors.New("the approval is over")

// approved lets every customer of a company leave until it is over.
type approved struct {
	taken map[id.ID]customer.Release
	until when.Instant
	over  bool
	plain bool // without sensitive fields
}

func (a *approved) ReleaseTx(tx *db.Tx, who access.Who, lookup id.ID, t customer.Taking) (r customer.Release, err error) {
	if a.over {
		return r, errOver
	}
	until := a.until
	if until == 0 {
		until = tx.Now() + 1<<50
	}
	r = customer.Release{ID: tx.NewID(), OrgID: who.Scope.Orgs()[0], Lookup: lookup, What: t.What, UntilAt: until, Sensitive: !a.plain,
		Mark: customer.Mark{Serial: "7K2Q-90FM-4TXC-B13Z", Taker: who.Name, At: tx.Now()}, Customers: []id.ID{t.Customer}}
	if t.Customer.IsZero() {
		err = tx.Select(&r.Customers, "SELECT id FROM customer WHERE org_id = $1 LIMIT 100", r.OrgID)
	}
	if a.taken == nil {
		a.taken = map[id.ID]customer.Release{}
	}
	a.taken[r.ID] = r
	return r, err
}

func (a *approved) ReleasedTx(_ *db.Tx, _ access.Who, release id.ID) (customer.Release, error) {
	r, ok := a.taken[release]
	switch {
	case a.over:
		return r, errOver
	case !ok:
		return r, db.ErrNotFound
	}
	return r, nil
}

func (a *approved) OwnTx(*db.Tx, access.Who, id.ID, id.ID, customer.Taking) (m customer.Mark, err error) {
	return m, nil
}

func (a *approved) ReturnTx(*db.Tx, access.Who, id.ID, id.ID, customer.Taking) (m customer.Mark, err error) {
	return m, nil
}

func (a *approved) MarkTx(_ *db.Tx, _, release id.ID) (customer.Mark, error) {
	return a.taken[release].Mark, nil
}

func (w *world) taker(ctx context.Context) string { return access.CallerOf(ctx).Name }

// sheet lets a sheet of a customer leave.
func (w *world) sheet(ctx context.Context, what string, of id.ID) (release id.ID) {
	w.t.Helper()
	who, err := access.Allow(ctx, customer.PermGet)
	w.must(err)
	w.must(w.db.Write(ctx, func(tx *db.Tx) error {
		r, err := w.ReleaseTx(tx, who, approval, customer.Taking{What: what, Customer: of})
		if err == nil {
			release = r.ID
		}
		return err
	}))
	return release
}
