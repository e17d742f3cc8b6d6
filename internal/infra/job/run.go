package job

import (
	"context"
	"encoding/json"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Run is one attempt at a job, as its function sees it.
type Run struct {
	Job   Job
	queue *Queue
}

// Resume fills state from the checkpoint of an earlier attempt; false when
// there is none.
func (r *Run) Resume(state any) (bool, error) {
	if r.Job.Checkpoint == "" {
		return false, nil
	}
	return true, json.Unmarshal([]byte(r.Job.Checkpoint), state)
}

// Step is what a function reports between two pieces of work.
type Step struct {
	Progress, Total int64
	Note            string // code of the step under way
	Checkpoint      any    // nil keeps the last one
}

// StepTx reports progress and the checkpoint in the transaction that holds the
// rows of the step, so that both are there or neither. Error: ErrCancelled when
// somebody cancelled the job, or it is no longer this process's.
func (r *Run) StepTx(tx *db.Tx, s Step) error {
	checkpoint, err := encode(s.Checkpoint)
	if err != nil {
		return err
	}
	if checkpoint == "" {
		checkpoint = r.Job.Checkpoint
	}
	if err := stepJob(tx, r.Job, s, checkpoint); err != nil {
		return err
	}
	r.Job.Checkpoint = checkpoint
	return nil
}

// ResultTx keeps what the job produced, as JSON.
func (r *Run) ResultTx(tx *db.Tx, result any) error {
	raw, err := encode(result)
	if err != nil {
		return err
	}
	return resultJob(tx, r.Job, raw)
}

// renew keeps the lease, and stops the function when the job was cancelled or
// taken over by another process.
func (r *Run) renew(ctx context.Context, stop context.CancelCauseFunc) {
	ticker := time.NewTicker(renewEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		err := r.queue.db.Write(ctx, func(tx *db.Tx) error { return renewJob(tx, r.Job) })
		if err != nil && ctx.Err() == nil {
			stop(err)
			return
		}
	}
}
