package job_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// die claims the next job as a process does that then dies at once.
func (b *bench) die(t *testing.T) {
	t.Helper()
	b.write(t, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE job SET state = 'running', attempt = attempt + 1, lease_until = $1 WHERE state IN ('queued', 'running')`, tx.Now().Add(30*time.Second))
		return err
	})
}

func (b *bench) write(t *testing.T, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := b.db.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) later(d time.Duration) { b.now.Add(int64(d / time.Microsecond)) }

// add inserts a job with options.
func (b *bench) add(t *testing.T, kind string, a any, o job.Options) (i id.ID) {
	t.Helper()
	b.write(t, func(tx *db.Tx) (err error) { i, err = b.InsertTx(tx, org, org, kind, a, o); return err })
	return i
}

// A job that kills every process it runs in is given up after its attempts; it
// does not take down one after another for ever.
func TestAJobThatKillsItsProcessesIsGivenUp(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		job.Register(b.Queue, "test.work", func(context.Context, *job.Run, args) error { t.Error("it ran once more"); return nil })
		i := b.insert(t, 1)
		for range 3 {
			b.die(t)
			if b.run(t) {
				t.Fatal("it was taken over while the lease lasts")
			}
			b.later(31 * time.Second)
		}
		if !b.run(t) || b.run(t) {
			t.Error("it was not settled once")
		}
		if j := b.get(t, i); j.State != job.Failed || j.Error != "internal" || j.Attempt != 3 || j.FinishedAt == 0 {
			t.Errorf("job %+v", j)
		}
	})
}

// The attempts before the last are taken over by another process.
func TestADeadProcessIsReplaced(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ran := 0
		job.Register(b.Queue, "test.work", func(context.Context, *job.Run, args) error { ran++; return nil })
		i := b.insert(t, 1)
		for range 2 {
			b.die(t)
			b.later(31 * time.Second)
		}
		if b.run(t); ran != 1 {
			t.Errorf("ran %d times", ran)
		}
		if j := b.get(t, i); j.State != job.Done || j.Attempt != 3 {
			t.Errorf("job %+v", j)
		}
	})
}

// A job whose process died may be cancelled: the next one stops at its first step.
func TestCancellingAJobOfADeadProcess(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		job.Register(b.Queue, "test.work", func(ctx context.Context, run *job.Run, _ args) error {
			return b.db.Write(ctx, func(tx *db.Tx) error { return run.StepTx(tx, job.Step{Progress: 1}) })
		})
		i := b.insert(t, 1)
		b.die(t)
		if err := b.Cancel(context.Background(), scope, i); err != nil {
			t.Fatal(err)
		}
		b.later(31 * time.Second)
		b.run(t)
		if j := b.get(t, i); j.State != job.Cancelled || j.Progress != 0 || j.FinishedAt == 0 {
			t.Errorf("job %+v", j)
		}
	})
}

// A job that waits for its next attempt is cancelled at once.
func TestCancellingAJobThatWaitsForItsNextAttempt(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		job.Register(b.Queue, "test.work", func(context.Context, *job.Run, args) error { return errors.New("network") })
		i := b.insert(t, 1)
		b.run(t)
		if err := b.Cancel(context.Background(), scope, i); err != nil {
			t.Fatal(err)
		}
		b.later(time.Hour)
		if b.run(t) {
			t.Error("it ran again")
		}
		if j := b.get(t, i); j.State != job.Cancelled || j.Attempt != 1 {
			t.Errorf("job %+v", j)
		}
	})
}

// Nobody cancels a job of another company, nor one that is not there.
func TestCancellingWhatIsNotOnes(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		job.Register(b.Queue, "test.work", func(context.Context, *job.Run, args) error { return nil })
		i := b.insert(t, 1)
		for _, s := range []db.Scope{{}, db.ScopeOf(id.ID{7})} {
			if err := b.Cancel(context.Background(), s, i); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("scope of %d: %v", len(s.Orgs()), err)
			}
		}
		if err := b.Cancel(context.Background(), scope, id.ID{7}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("not there: %v", err)
		}
		if !b.run(t) || b.get(t, i).State != job.Done {
			t.Error("the job did not run")
		}
	})
}

// Arguments of another version of the program fail the job with a code, and are
// not tried again.
func TestArgumentsThatCannotBeRead(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		job.Register(b.Queue, "test.work", func(context.Context, *job.Run, args) error { t.Error("it ran"); return nil })
		for _, bad := range []any{"a word", []int{1}, map[string]string{"N": "x"}} {
			i := b.add(t, "test.work", bad, job.Options{})
			b.run(t)
			if j := b.get(t, i); j.State != job.Failed || j.Error != "job.args" || j.Attempt != 1 {
				t.Errorf("%v: %+v", bad, j)
			}
		}
		if err := b.db.Write(context.Background(), func(tx *db.Tx) error {
			_, err := b.InsertTx(tx, org, org, "test.work", func() {}, job.Options{})
			return err
		}); err == nil {
			t.Error("arguments that cannot be written were accepted")
		}
	})
}

// A job runs at its time and not before, the one due first first; it has the
// attempts it was given.
func TestJobsRunWhenDue(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		var ran []int
		job.Register(b.Queue, "test.work", func(_ context.Context, _ *job.Run, a args) error { ran = append(ran, a.N); return nil })
		job.Register(b.Queue, "test.fail", func(context.Context, *job.Run, args) error { return errors.New("network") })
		at := func(d time.Duration) job.Options { return job.Options{RunAt: when.Instant(b.now.Load()).Add(d)} }
		b.add(t, "test.work", args{3}, at(2*time.Minute))
		b.add(t, "test.work", args{2}, at(time.Minute))
		b.add(t, "test.work", args{1}, job.Options{})
		for range 3 {
			for b.run(t) {
			}
			b.later(time.Minute)
		}
		if got := fmt.Sprint(ran); got != "[1 2 3]" {
			t.Errorf("ran %s", got)
		}
		once := b.add(t, "test.fail", args{}, job.Options{MaxAttempts: 1})
		b.run(t)
		if j := b.get(t, once); j.State != job.Failed || j.Error != "internal" {
			t.Errorf("one attempt: %+v", j)
		}
	})
}

// What a process that lost its job still writes is refused as a whole: step,
// result and the rows of the same transaction.
func TestALateProcessWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		var late *job.Run
		job.Register(b.Queue, "test.work", func(ctx context.Context, run *job.Run, _ args) error {
			if late == nil {
				late = run
				return errors.New("network")
			}
			return b.db.Write(ctx, func(tx *db.Tx) error { return run.ResultTx(tx, "right") })
		})
		i := b.insert(t, 1)
		for range 2 {
			b.run(t)
			b.later(time.Hour)
		}
		for name, write := range map[string]func(tx *db.Tx) error{
			"step":   func(tx *db.Tx) error { return late.StepTx(tx, job.Step{Progress: 9, Checkpoint: 9}) },
			"result": func(tx *db.Tx) error { return late.ResultTx(tx, "wrong") },
		} {
			err := b.db.Write(context.Background(), func(tx *db.Tx) error {
				if _, err := b.InsertTx(tx, org, org, "test.work", args{}, job.Options{}); err != nil {
					return err
				}
				return write(tx)
			})
			if !errors.Is(err, job.ErrCancelled) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if j := b.get(t, i); j.Result != `"right"` || j.Progress != 0 || j.Checkpoint != "" || b.run(t) {
			t.Errorf("job %+v", j)
		}
	})
}

// A step without a checkpoint of its own keeps the last one; one that cannot be
// written fails.
func TestCheckpoints(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		job.Register(b.Queue, "test.work", func(ctx context.Context, run *job.Run, _ args) error {
			var at struct{ Row int }
			if resumed, err := run.Resume(&at); err != nil || resumed != (run.Job.Attempt > 1) || at.Row != 7*(run.Job.Attempt-1) {
				t.Errorf("attempt %d resumes at %+v: %t, %v", run.Job.Attempt, at, resumed, err)
			}
			if run.Job.Attempt > 1 {
				return nil
			}
			at.Row = 7
			for _, s := range []job.Step{{Progress: 1, Checkpoint: at}, {Progress: 2}} {
				if err := b.db.Write(ctx, func(tx *db.Tx) error { return run.StepTx(tx, s) }); err != nil {
					t.Error(err)
				}
			}
			if err := b.db.Write(ctx, func(tx *db.Tx) error { return run.StepTx(tx, job.Step{Checkpoint: func() {}}) }); err == nil {
				t.Error("a checkpoint that cannot be written")
			}
			return errors.New("network")
		})
		i := b.insert(t, 1)
		b.run(t)
		b.later(time.Hour)
		b.run(t)
		if j := b.get(t, i); j.State != job.Done || j.Progress != 2 {
			t.Errorf("job %+v", j)
		}
	})
}

// Processes that die, hang, are stopped and share one queue: whatever happens,
// the rows of a job's steps come in exactly once each.
func TestEveryStepHappensOnceWhateverHappens(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		const jobs, steps = 12, 5
		var chaos atomic.Int64
		work := func(ctx context.Context, run *job.Run, a args) error {
			at := 0
			if _, err := run.Resume(&at); err != nil {
				return err
			}
			for ; at < steps; at++ {
				if err := b.db.Write(ctx, func(tx *db.Tx) error {
					if _, err := tx.Exec(`INSERT INTO company_key (org_id, key_no, wrapped, created_at) VALUES ($1, $2, $3, 0)`, run.Job.ID, at, []byte{1}); err != nil {
						return err
					}
					return run.StepTx(tx, job.Step{Progress: int64(at + 1), Checkpoint: at + 1})
				}); err != nil {
					return err
				}
				switch r := rand.New(rand.NewPCG(1, uint64(chaos.Add(1)))); r.IntN(8) {
				case 0:
					return context.Canceled // the process stops
				case 1:
					b.later(31 * time.Second) // it hangs, and loses this and other leases
				}
			}
			return nil
		}
		queues := []*job.Queue{b.Queue, job.New(b.db, slog.New(slog.DiscardHandler)), job.New(b.db, slog.New(slog.DiscardHandler))}
		var ids []id.ID
		for _, q := range queues {
			job.Register(q, "test.work", work)
		}
		for range jobs {
			ids = append(ids, b.add(t, "test.work", args{}, job.Options{MaxAttempts: 1000}))
		}
		var wg sync.WaitGroup
		for _, q := range queues {
			wg.Go(func() {
				for range 20 * jobs {
					if _, err := q.RunNext(context.Background()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		b.settle(t, ids, steps)
	})
}

// settle runs what is left and holds that each job is done with all its steps.
func (b *bench) settle(t *testing.T, ids []id.ID, steps int) {
	t.Helper()
	b.later(time.Hour)
	for b.run(t) {
	}
	for _, i := range ids {
		var rows int
		if err := b.db.Read(context.Background(), func(tx *db.Tx) error { return tx.Get(&rows, `SELECT count(*) FROM company_key WHERE org_id = $1`, i) }); err != nil {
			t.Fatal(err)
		}
		if j := b.get(t, i); j.State != job.Done || rows != steps || j.Progress != int64(steps) {
			t.Errorf("%s: %s (%s), %d rows, progress %d", i, j.State, j.Error, rows, j.Progress)
		}
	}
}
