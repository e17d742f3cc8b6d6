package dataimport

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
	"github.com/zhiyin-power/zhiyin/internal/infra/search"
)

// run brings the rows in, from where an earlier attempt stopped.
func (t *task) run(ctx context.Context, run *job.Run) error {
	left, err := t.leftOut(ctx)
	if err != nil {
		return err
	}
	numbers := &numberPool{t: t}
	err = t.batches(ctx, t.imp.RowsDone, left, func(ctx context.Context, b batch, file *keyIndex) error {
		return t.runBatch(ctx, run, b, file, numbers)
	})
	if err != nil {
		return err
	}
	if t.imp.Counts.CustomersCreated >= settleFrom {
		if err := t.settleSearch(ctx, run); err != nil {
			return err
		}
	}
	return t.s.DB.Write(ctx, func(tx *db.Tx) error {
		i := t.imp
		if err := i.moveTo(Done); err != nil {
			return err
		}
		i.FinishedAt = tx.Now()
		if err := updateState(tx, &i, Running); err != nil {
			return err
		}
		if err := t.s.recordTx(tx, t.actor, i, PermRun, nil, i.Counts); err != nil {
			return err
		}
		return run.StepTx(tx, job.Step{Progress: i.RowsDone, Total: i.RowsTotal, Note: noteRunning})
	})
}

// settleFrom is the number of new customers from which the search index is
// brought into its fastest shape at the end.
const settleFrom = 10_000

func (t *task) settleSearch(ctx context.Context, run *job.Run) error {
	return t.s.DB.Write(ctx, func(tx *db.Tx) error {
		return errors.Join(search.SettleTx(tx), run.StepTx(tx, job.Step{Progress: t.imp.RowsDone, Total: t.imp.RowsTotal, Note: noteSettling}))
	})
}

// leftOut are the rows that earlier attempts did not take.
func (t *task) leftOut(ctx context.Context) (map[int]bool, error) {
	left := map[int]bool{}
	if t.imp.RowsDone == 0 {
		return left, nil
	}
	return left, t.s.DB.Read(ctx, func(tx *db.Tx) error {
		return eachProblems(tx, t.own, t.imp, phaseRun, func(problems []Problem) error {
			for _, p := range problems {
				left[p.Row] = true
			}
			return nil
		})
	})
}

// numberPool holds reserved customer numbers: a block is taken in a transaction
// of its own, so that a batch does not keep others waiting for the counter.
type numberPool struct {
	t    *task
	left []string
}

func (p *numberPool) atLeast(ctx context.Context, n int) error {
	if len(p.left) >= n {
		return nil
	}
	more, err := p.t.s.Customers.Numbers(ctx, p.t.imp.OrgID, n)
	p.left = append(p.left, more...)
	return err
}

// maxTries bounds how often a batch is tried when others change its rows
// meanwhile.
const maxTries = 5

func (t *task) runBatch(ctx context.Context, run *job.Run, b batch, file *keyIndex, numbers *numberPool) error {
	if err := numbers.atLeast(ctx, len(b.rows)); err != nil {
		return err
	}
	var w *work
	var after Import
	bad := badRows{}
	for tries := 0; ; {
		err := t.s.DB.Write(ctx, func(tx *db.Tx) (err error) {
			if w, err = t.try(tx, b.rows, file, bad, numbers.left, false); err != nil {
				return err
			}
			after, err = t.saveTx(tx, run, b, w)
			return err
		})
		switch {
		case err == nil:
			t.imp, numbers.left = after, numbers.left[w.used:]
			t.take(b, w, file)
			return nil
		case bad.join(err):
		case !changedMeanwhile(err):
			return err
		case tries == maxTries:
			return ErrConcurrent.Wrap(err)
		default:
			tries++
		}
	}
}

// changedMeanwhile: somebody took a number or changed a record between our look
// and our writing. Now it is seen.
func changedMeanwhile(err error) bool {
	for _, known := range []error{db.ErrStale, db.ErrDuplicate, customer.ErrNoTaken, supply.ErrNumberTaken, supply.ErrNoTaken} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// saveTx keeps what a batch did: what taking back needs, the rows left out,
// counters, audit entry and the job's step.
func (t *task) saveTx(tx *db.Tx, run *job.Run, b batch, w *work) (Import, error) {
	i, first := t.imp, int64(b.rows[0].row)
	i.RowsDone = b.done
	i.Counts.add(w.counts)
	i.RowsTotal = max(i.RowsTotal, i.RowsDone)
	customers, accounts := w.createdIDs()
	if err := insertCreated(tx, i, first, customers, accounts); err != nil {
		return i, err
	}
	if err := putChanged(tx, t.own, i, w.changed); err != nil {
		return i, err
	}
	if err := insertProblems(tx, t.own, i, phaseRun, first, w.problems); err != nil {
		return i, err
	}
	if err := progressed(tx, i); err != nil {
		return i, err
	}
	after := map[string]any{"first_row": first, "last_row": b.rows[len(b.rows)-1].row, "counts": w.counts, "digest": w.digest(customers, accounts)}
	if err := t.s.recordTx(tx, t.actor, i, PermRun, nil, after); err != nil {
		return i, err
	}
	return i, run.StepTx(tx, job.Step{Progress: i.RowsDone, Total: i.RowsTotal, Note: noteRunning})
}

func (w *work) createdIDs() (customers, accounts []id.ID) {
	for _, c := range w.made {
		customers = append(customers, c.ID)
	}
	for _, a := range w.batch.Accounts {
		accounts = append(accounts, a.ID)
	}
	return customers, accounts
}

// digest is over the records made and changed, by which they can be proven to be
// those of the batch.
func (w *work) digest(customers, accounts []id.ID) string {
	h := sha256.New()
	h.Write(packIDs(customers))
	h.Write(packIDs(accounts))
	for _, c := range w.changed {
		h.Write(c.id[:])
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(c.version)))
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}
