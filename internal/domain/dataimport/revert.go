package dataimport

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// changedAtOnce is how many changed records one transaction takes back.
const changedAtOnce = 100

// revert takes back what the import did, last batch first: changed records become
// what they were, made ones go. What somebody has changed since stays and is
// listed. What has been taken back is forgotten in the same transaction, so that
// an interrupted revert goes on where it stopped.
func (t *task) revert(ctx context.Context, run *job.Run) error {
	var total int64
	err := t.s.DB.Read(ctx, func(tx *db.Tx) (err error) { total, err = leftToRevert(tx, t.imp); return err })
	if err != nil {
		return err
	}
	t.imp.RowsTotal = total
	r := &reverter{task: t, run: run, total: total}
	for {
		before := *r.task
		ended := false
		err := t.s.DB.Write(ctx, func(tx *db.Tx) error {
			r.imp = before.imp
			ended, err = r.stepTx(tx)
			return err
		})
		if err != nil || ended {
			return err
		}
	}
}

type reverter struct {
	*task
	run   *job.Run
	total int64
}

// stepTx takes one portion back; ended when there is nothing left.
func (r *reverter) stepTx(tx *db.Tx) (ended bool, err error) {
	changed, err := someChanged(tx, r.own, r.imp, changedAtOnce)
	if err != nil {
		return false, err
	}
	var kept []Problem
	made, left, err := lastCreated(tx, r.imp)
	switch {
	case err != nil:
		return false, err
	case len(changed) > 0:
		kept, err = r.restoreTx(tx, changed)
	case left:
		kept, err = r.unmakeTx(tx, made)
	default:
		return true, r.endTx(tx)
	}
	if err != nil {
		return false, err
	}
	r.imp.Counts.Kept += int64(len(kept))
	now, err := leftToRevert(tx, r.imp)
	if err != nil {
		return false, err
	}
	// Portions are numbered as they come, over interruptions too.
	if err := insertProblems(tx, r.own, r.imp, phaseRevert, math.MaxInt32-now, kept); err != nil {
		return false, err
	}
	r.imp.RowsDone = r.total - now
	if err := progressed(tx, r.imp); err != nil {
		return false, err
	}
	if err := r.s.recordTx(tx, r.actor, r.imp, PermRevert, nil, map[string]any{"changed": len(changed), "batch": made.FirstRow, "kept": len(kept)}); err != nil {
		return false, err
	}
	return false, r.run.StepTx(tx, job.Step{Progress: r.imp.RowsDone, Total: r.total, Note: noteReverting})
}

func (r *reverter) endTx(tx *db.Tx) error {
	if err := r.imp.moveTo(Reverted); err != nil {
		return err
	}
	r.imp.FinishedAt = tx.Now()
	if err := updateState(tx, &r.imp, Reverting); err != nil {
		return err
	}
	return r.run.StepTx(tx, job.Step{Progress: r.total, Total: r.total, Note: noteReverting})
}

// restoreTx makes changed records what they were.
func (r *reverter) restoreTx(tx *db.Tx, changed []changedRecord) (kept []Problem, err error) {
	for _, c := range changed {
		back := false
		if c.Object == objectCustomer {
			u := customer.Updated{ID: c.ObjectID, Version: c.Version, Before: c.Before, Changed: true}
			back, err = r.s.Customers.RevertUpdateTx(tx, r.actor, r.imp.OrgID, u)
		} else {
			back, err = r.restoreAccountTx(tx, c)
		}
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", c.Object, c.ObjectID, err)
		}
		if !back {
			kept = append(kept, r.keptRecord(c.Object, c.ObjectID))
		}
		if err := removeChanged(tx, r.imp, c); err != nil {
			return nil, err
		}
	}
	return r.nameTx(tx, kept)
}

func (r *reverter) restoreAccountTx(tx *db.Tx, c changedRecord) (bool, error) {
	var change supply.AccountChange
	if err := json.Unmarshal(c.Before, &change); err != nil {
		return false, err
	}
	stay, err := r.s.Supply.RestoreAccountsTx(tx, r.actor, r.imp.OrgID, []supply.AccountChange{change})
	return len(stay) == 0, err
}

// unmakeTx removes what a batch made: accounts before customers, and no customer
// who has an account left.
func (r *reverter) unmakeTx(tx *db.Tx, made createdRow) (kept []Problem, err error) {
	accounts, owners, err := r.s.Supply.RemoveAccountsTx(tx, r.actor, r.imp.OrgID, unpackIDs(made.Accounts))
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		kept = append(kept, r.keptRecord(objectAccount, a))
	}
	customers := unpackIDs(made.Customers)
	stay, err := r.removeCustomersTx(tx, customers)
	if err != nil {
		return nil, err
	}
	for _, c := range stay {
		kept = append(kept, r.keptRecord(objectCustomer, c))
	}
	if err := r.reindexTx(tx, owners, customers, stay); err != nil {
		return nil, err
	}
	if kept, err = r.nameTx(tx, kept); err != nil {
		return nil, err
	}
	return kept, removeCreated(tx, r.imp, made.FirstRow)
}

// removeCustomersTx removes customers nobody touched and nothing hangs on.
func (r *reverter) removeCustomersTx(tx *db.Tx, ids []id.ID) (stay []id.ID, err error) {
	refs, err := r.s.Customers.RefsTx(tx, db.ScopeOf(r.imp.OrgID), ids...)
	if err != nil {
		return nil, err
	}
	used, err := r.s.Supply.OwnersTx(tx, r.imp.OrgID, ids)
	if err != nil {
		return nil, err
	}
	var free []customer.Ref
	for _, i := range ids {
		ref, there := refs[i]
		switch {
		case !there:
		case used[i]:
			stay = append(stay, i)
		default:
			ref.Version = 1
			free = append(free, ref)
		}
	}
	left, err := r.s.Customers.RemoveManyTx(tx, r.source(), free)
	for _, ref := range left {
		stay = append(stay, ref.ID)
	}
	return stay, err
}

// reindexTx makes customers who stay findable without the accounts that went.
func (r *reverter) reindexTx(tx *db.Tx, owners, removed, stay []id.ID) error {
	gone := map[id.ID]bool{}
	for _, i := range removed {
		gone[i] = true
	}
	for _, i := range stay {
		gone[i] = false
	}
	var left []id.ID
	for _, o := range owners {
		if !gone[o] {
			left = append(left, o)
		}
	}
	return r.s.Customers.ReindexTx(tx, r.imp.OrgID, left...)
}

// keptRecord is a record the revert left alone. Its number and name follow.
func (r *reverter) keptRecord(object string, i id.ID) Problem {
	return Problem{Field: object, Code: codeEditedSince, Params: map[string]any{"id": i.String()}}
}

// nameTx gives kept records their numbers and names, by which people know them.
func (r *reverter) nameTx(tx *db.Tx, kept []Problem) ([]Problem, error) {
	var customers, accounts []id.ID
	ids := make([]id.ID, len(kept))
	for n, p := range kept {
		ids[n] = id.MustParse(fmt.Sprint(p.Params["id"]))
		if p.Field == objectCustomer {
			customers = append(customers, ids[n])
		} else {
			accounts = append(accounts, ids[n])
		}
	}
	refs, err := r.s.Customers.RefsTx(tx, db.ScopeOf(r.imp.OrgID), customers...)
	if err != nil {
		return nil, err
	}
	numbers, err := r.s.Supply.AccountsTx(tx, r.imp.OrgID, accounts)
	if err != nil {
		return nil, err
	}
	for n, p := range kept {
		no, name := refs[ids[n]].CustomerNo, refs[ids[n]].Name
		if p.Field == objectAccount {
			no, name = numbers[ids[n]].AccountNo, numbers[ids[n]].Name
		}
		p.Params["no"], p.Params["name"] = no, name
	}
	return kept, nil
}
