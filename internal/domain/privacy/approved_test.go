package privacy_test

import (
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// byApproval names the look-up of tests in which everything was approved, blunt
// one without sensitive fields.
var (
	byApproval = privacy.ExportInput{LookupID: id.ID{15: 77}}
	blunt      = privacy.ExportInput{LookupID: id.ID{15: 78}}
)

var errOver = errors.New("the approval is over")

// approved lets everybody's data leave until a moment.
type approved struct {
	until when.Instant
	taken map[id.ID]customer.Release
}

func (a *approved) ReleaseTx(tx *db.Tx, who access.Who, lookup id.ID, t customer.Taking) (customer.Release, error) {
	r := customer.Release{ID: tx.NewID(), OrgID: who.Scope.Orgs()[0], Lookup: lookup, What: t.What, UntilAt: a.until, Sensitive: lookup != blunt.LookupID,
		Mark: customer.Mark{Serial: "7K2Q-90FM-4TXC-B13Z", Taker: who.Name, At: tx.Now()}, Customers: []id.ID{t.Customer}}
	a.taken[r.ID] = r
	return r, nil
}

func (a *approved) ReleasedTx(tx *db.Tx, _ access.Who, release id.ID) (customer.Release, error) {
	if tx.Now() >= a.until {
		return customer.Release{}, errOver
	}
	return a.taken[release], nil
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
