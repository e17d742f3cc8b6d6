package job

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Queue inserts and runs jobs. Kinds are registered before Start.
type Queue struct {
	db    *db.DB
	log   *slog.Logger
	kinds map[string]func(ctx context.Context, run *Run) error
	wake  chan struct{}
	wg    sync.WaitGroup
}

// New makes a queue without kinds.
func New(d *db.DB, log *slog.Logger) *Queue {
	return &Queue{db: d, log: log, kinds: map[string]func(context.Context, *Run) error{}, wake: make(chan struct{}, 1)}
}

// Register says which function runs the jobs of a kind. An error of a foreseen
// kind (*fault.Error) fails the job; any other is tried again.
func Register[A any](q *Queue, kind string, work func(ctx context.Context, run *Run, args A) error) {
	q.kinds[kind] = func(ctx context.Context, run *Run) error {
		var args A
		if err := json.Unmarshal([]byte(run.Job.Args), &args); err != nil {
			return fault.New(fault.Invalid, "job.args").Wrap(err)
		}
		return work(ctx, run, args)
	}
}

// InsertTx adds a job to the caller's transaction; Wake after its commit makes
// it start at once rather than within a second.
func (q *Queue) InsertTx(tx *db.Tx, org, by id.ID, kind string, args any, o Options) (id.ID, error) {
	if q.kinds[kind] == nil {
		return id.ID{}, fmt.Errorf("job: unknown kind %q", kind)
	}
	raw, err := encode(args)
	if err != nil {
		return id.ID{}, fmt.Errorf("job: %s: %w", kind, err)
	}
	j := Job{ID: tx.NewID(), OrgID: org, Kind: kind, State: Queued, Args: raw, MaxAttempts: cmp.Or(o.MaxAttempts, 3),
		RunAt: cmp.Or(o.RunAt, tx.Now()), CreatedBy: by, CreatedAt: tx.Now()}
	return j.ID, insertJob(tx, j)
}

// Wake looks for due jobs now.
func (q *Queue) Wake() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// Start runs due jobs with this many workers until ctx ends; Wait waits for
// them. A job that is running then goes back to the queue.
func (q *Queue) Start(ctx context.Context, workers int) {
	for range workers {
		q.wg.Go(func() { q.loop(ctx) })
	}
}

// Wait returns when the workers have ended.
func (q *Queue) Wait() { q.wg.Wait() }

// pollEvery is how long a job inserted by another process may wait.
const pollEvery = time.Second

func (q *Queue) loop(ctx context.Context) {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		ran, err := q.RunNext(ctx)
		if err != nil && ctx.Err() == nil {
			q.log.ErrorContext(ctx, "job queue", "error", err)
		}
		if ran && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-q.wake:
		}
	}
}

// RunNext claims one due job and runs it to its end; ran is false when none is
// due.
func (q *Queue) RunNext(ctx context.Context) (ran bool, err error) {
	return q.runDue(ctx, dueJobs)
}

// RunOne is RunNext for one job, for commands that wait for theirs; ran is false
// when it is not due: ended, or with another process.
func (q *Queue) RunOne(ctx context.Context, org, i id.ID) (ran bool, err error) {
	return q.runDue(ctx, func(tx *db.Tx) ([]Job, error) { return dueJob(tx, org, i) })
}

func (q *Queue) runDue(ctx context.Context, find func(tx *db.Tx) ([]Job, error)) (ran bool, err error) {
	var j Job
	err = q.db.Write(ctx, func(tx *db.Tx) error {
		ran = false
		var due []Job
		if due, err = find(tx); err != nil || len(due) == 0 {
			return err
		}
		j, ran = due[0], true
		if j.State == Running && j.Attempt >= j.MaxAttempts { // every process that had it has died of it
			j.State, j.Error, j.FinishedAt = Failed, "internal", tx.Now()
			return endJob(tx, j.Attempt, j)
		}
		j.State, j.Attempt, j.LeaseUntil = Running, j.Attempt+1, tx.Now().Add(lease)
		return claimJob(tx, j)
	})
	switch {
	case err != nil || !ran:
		return false, err
	case j.Ended():
		q.log.ErrorContext(ctx, "job abandoned", "kind", j.Kind, "id", j.ID, "attempt", j.Attempt)
		return true, nil
	}
	return true, q.finish(ctx, j, q.run(ctx, j))
}

// run calls the job's function, renewing the lease meanwhile.
func (q *Queue) run(ctx context.Context, j Job) (err error) {
	work := q.kinds[j.Kind]
	if work == nil {
		return fault.New(fault.Internal, "job.unknown_kind")
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r := &Run{Job: j, queue: q}
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		r.renew(ctx, stop)
	}()
	defer func() {
		if p := recover(); p != nil {
			q.log.ErrorContext(ctx, "panic in job", "kind", j.Kind, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = fault.New(fault.Internal, "internal")
		}
		stop(nil)
		<-renewed
	}()
	if err = work(ctx, r); err != nil && errors.Is(context.Cause(ctx), ErrCancelled) {
		err = ErrCancelled
	}
	return err
}

// finish writes down how the attempt ended.
func (q *Queue) finish(ctx context.Context, j Job, err error) error {
	var f *fault.Error
	foreseen := errors.As(err, &f)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return q.db.Write(ctx, func(tx *db.Tx) error {
		end := j
		end.State, end.FinishedAt = Done, tx.Now()
		switch {
		case err == nil:
		case errors.Is(err, ErrCancelled):
			end.State, end.Error = Cancelled, ErrCancelled.Code
		case errors.Is(err, context.Canceled): // the process stops
			end.State, end.FinishedAt, end.Attempt = Queued, 0, j.Attempt-1
		case foreseen || j.Attempt >= j.MaxAttempts:
			end.State, end.Error = Failed, "internal"
			if foreseen {
				end.Error = f.Code
			}
		default:
			end.State, end.FinishedAt, end.RunAt = Queued, 0, tx.Now().Add(backoff(j.Attempt))
		}
		if err != nil && !foreseen && !errors.Is(err, context.Canceled) {
			q.log.ErrorContext(ctx, "job failed", "kind", j.Kind, "id", j.ID, "attempt", j.Attempt, "error", err)
		}
		return endJob(tx, j.Attempt, end)
	})
}

// Get gives one job of the scope. Error: db.ErrNotFound.
func (q *Queue) Get(ctx context.Context, scope db.Scope, i id.ID) (j Job, err error) {
	return j, q.db.Read(ctx, func(tx *db.Tx) error { j, err = q.GetTx(tx, scope, i); return err })
}

// GetTx is Get in the caller's transaction.
func (q *Queue) GetTx(tx *db.Tx, scope db.Scope, i id.ID) (Job, error) { return jobByID(tx, scope, i) }

// Cancel stops a job of the scope: at once when it waits, at its next step when
// it runs. Errors: db.ErrNotFound, ErrEnded.
func (q *Queue) Cancel(ctx context.Context, scope db.Scope, i id.ID) error {
	return q.db.Write(ctx, func(tx *db.Tx) error { return q.CancelTx(tx, scope, i) })
}

// CancelTx is Cancel in the caller's transaction.
func (q *Queue) CancelTx(tx *db.Tx, scope db.Scope, i id.ID) error {
	j, err := jobByID(tx, scope, i)
	if err != nil {
		return err
	}
	return cancelJob(tx, j)
}
