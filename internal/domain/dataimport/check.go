package dataimport

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// check is the dry run. It keeps problems and progress batch by batch; an
// interrupted one begins anew.
func (t *task) check(ctx context.Context, run *job.Run) error {
	t.imp.RowsDone, t.imp.Planned = 0, Counts{}
	err := t.s.DB.Write(ctx, func(tx *db.Tx) error { return clearProblems(tx, t.imp, phaseCheck) })
	if err != nil {
		return err
	}
	err = t.batches(ctx, 0, nil, func(ctx context.Context, b batch, file *keyIndex) error { return t.checkBatch(ctx, run, b, file) })
	if err != nil {
		return err
	}
	if t.imp.Planned.Rows == 0 {
		return ErrNoRows
	}
	return t.s.DB.Write(ctx, func(tx *db.Tx) error {
		i := t.imp
		if err := i.moveTo(Checked); err != nil {
			return err
		}
		i.RowsTotal, i.RowsDone = i.Planned.Rows, 0
		return errors.Join(updateState(tx, &i, Checking), run.StepTx(tx, job.Step{Progress: i.RowsTotal, Total: i.RowsTotal, Note: noteChecking}))
	})
}

// The notes of the jobs' steps.
const (
	noteChecking  = "dataimport.checking"
	noteRunning   = "dataimport.running"
	noteReverting = "dataimport.reverting"
	noteSettling  = "dataimport.settling"
)

// batches reads and checks the next batch while one is being worked on.
func (t *task) batches(ctx context.Context, skip int64, left map[int]bool, do func(context.Context, batch, *keyIndex) error) error {
	g, ctx := errgroup.WithContext(ctx)
	file, out := newKeyIndex(), make(chan batch, 1)
	g.Go(func() error {
		defer close(out)
		return t.read(ctx, skip, left, file, out)
	})
	g.Go(func() error {
		for b := range out {
			if err := do(ctx, b, file); err != nil {
				return err
			}
		}
		return nil
	})
	return g.Wait()
}

func (t *task) checkBatch(ctx context.Context, run *job.Run, b batch, file *keyIndex) error {
	var w *work
	bad := badRows{}
	for {
		err := t.s.DB.Read(ctx, func(tx *db.Tx) (err error) { w, err = t.try(tx, b.rows, file, bad, nil, true); return err })
		if !bad.join(err) {
			if err != nil {
				return err
			}
			break
		}
	}
	t.take(b, w, file)
	t.imp.RowsDone = b.done
	t.imp.Planned.add(w.counts)
	return t.s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := insertProblems(tx, t.own, t.imp, phaseCheck, int64(b.rows[0].row), w.problems); err != nil {
			return err
		}
		if err := progressed(tx, t.imp); err != nil {
			return err
		}
		return run.StepTx(tx, job.Step{Progress: b.done, Note: noteChecking})
	})
}

// join takes the rows over that made a try fail; false when it failed for another
// reason, or not at all.
func (r badRows) join(err error) bool {
	var more badRows
	if !errors.As(err, &more) {
		return false
	}
	for row, p := range more {
		r[row] = p
	}
	return true
}

// take remembers the keys of the rows that were accepted.
func (t *task) take(b batch, w *work, file *keyIndex) {
	for _, i := range w.accepted {
		file.add(&b.rows[i], w.fates[i].keys(&b.rows[i], t.imp.Kind))
	}
}
