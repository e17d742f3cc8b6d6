package job_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

type args struct{ N int }

var (
	org   = id.MustParse("01900000-0000-7000-8000-00000000000a")
	scope = db.ScopeOf(org)
)

// bench is a queue on a database whose clock the test moves.
type bench struct {
	*job.Queue
	db  *db.DB
	now atomic.Int64
}

func each(t *testing.T, fn func(t *testing.T, b *bench)) {
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) {
		b := &bench{}
		b.now.Store(1_763_784_000_000_000)
		b.db = dbtest.Open(t, e, func() when.Instant { return when.Instant(b.now.Load()) })
		b.Queue = job.New(b.db, slog.New(slog.DiscardHandler))
		fn(t, b)
	})
}

func (b *bench) insert(t *testing.T, n int) (i id.ID) {
	t.Helper()
	err := b.db.Write(context.Background(), func(tx *db.Tx) (err error) {
		i, err = b.InsertTx(tx, org, org, "test.work", args{n}, job.Options{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func (b *bench) run(t *testing.T) bool {
	t.Helper()
	ran, err := b.RunNext(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return ran
}

func (b *bench) get(t *testing.T, i id.ID) job.Job {
	t.Helper()
	j, err := b.Get(context.Background(), scope, i)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func TestAJobRunsOnceAndKeepsItsResult(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		job.Register(b.Queue, "test.work", func(ctx context.Context, run *job.Run, a args) error {
			return b.db.Write(ctx, func(tx *db.Tx) error {
				if err := run.StepTx(tx, job.Step{Progress: 3, Total: 9, Note: "counting"}); err != nil {
					return err
				}
				return run.ResultTx(tx, a.N*2)
			})
		})
		i := b.insert(t, 21)
		if !b.run(t) || b.run(t) {
			t.Fatal("did not run exactly once")
		}
		j := b.get(t, i)
		if j.State != job.Done || j.Result != "42" || j.Progress != 3 || j.Total != 9 || j.Note != "counting" || j.FinishedAt == 0 {
			t.Errorf("job %+v", j)
		}
		if _, err := b.Get(context.Background(), db.ScopeOf(id.ID{9}), i); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another company sees the job: %v", err)
		}
	})
}

func TestAJobRolledBackNeverRuns(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		job.Register(b.Queue, "test.work", func(context.Context, *job.Run, args) error { t.Error("it ran"); return nil })
		boom := errors.New("boom")
		if err := b.db.Write(context.Background(), func(tx *db.Tx) error {
			if _, err := b.InsertTx(tx, org, org, "test.work", args{}, job.Options{}); err != nil {
				return err
			}
			return boom
		}); !errors.Is(err, boom) {
			t.Fatal(err)
		}
		if b.run(t) {
			t.Error("something ran")
		}
		err := b.db.Write(context.Background(), func(tx *db.Tx) error {
			_, err := b.InsertTx(tx, org, org, "test.nothing", nil, job.Options{})
			return err
		})
		if err == nil {
			t.Error("an unknown kind was accepted")
		}
	})
}

func TestUnforeseenErrorsAreTriedAgainForeseenOnesAreNot(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		var fail error
		job.Register(b.Queue, "test.work", func(context.Context, *job.Run, args) error {
			if errors.Is(fail, context.DeadlineExceeded) {
				panic("bug")
			}
			return fail
		})
		fail = errors.New("network")
		i := b.insert(t, 1)
		for attempt := 1; attempt <= 3; attempt++ {
			if !b.run(t) {
				t.Fatalf("attempt %d did not run", attempt)
			}
			if b.run(t) {
				t.Fatalf("attempt %d came without a pause", attempt+1)
			}
			b.now.Add(int64(time.Hour / time.Microsecond))
		}
		if j := b.get(t, i); j.State != job.Failed || j.Error != "internal" || j.Attempt != 3 {
			t.Errorf("after three attempts: %+v", j)
		}
		fail = fault.New(fault.Invalid, "file.empty")
		i = b.insert(t, 1)
		b.run(t)
		if j := b.get(t, i); j.State != job.Failed || j.Error != "file.empty" || j.Attempt != 1 {
			t.Errorf("foreseen: %+v", j)
		}
		fail = context.DeadlineExceeded
		i = b.insert(t, 1)
		b.run(t)
		if j := b.get(t, i); j.State != job.Failed || j.Error != "internal" {
			t.Errorf("panic: %+v", j)
		}
	})
}

// A process dies when its context ends and it writes nothing more; another
// takes over after the lease and goes on from the checkpoint.
func TestADeadProcessIsReplacedFromTheCheckpoint(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		var attempts []int
		job.Register(b.Queue, "test.work", func(ctx context.Context, run *job.Run, _ args) error {
			var at int
			if _, err := run.Resume(&at); err != nil {
				return err
			}
			attempts = append(attempts, at)
			for ; at < 4; at++ {
				if err := b.db.Write(ctx, func(tx *db.Tx) error { return run.StepTx(tx, job.Step{Progress: int64(at + 1), Checkpoint: at + 1}) }); err != nil {
					return err
				}
				if len(attempts) == 1 && at == 1 {
					return context.Canceled
				}
			}
			return nil
		})
		i := b.insert(t, 1)
		b.run(t)
		if j := b.get(t, i); j.State != job.Queued || j.Attempt != 0 {
			t.Fatalf("after the stop: %+v", j)
		}
		b.run(t)
		if j := b.get(t, i); j.State != job.Done || j.Progress != 4 {
			t.Errorf("job %+v", j)
		}
		if len(attempts) != 2 || attempts[1] != 2 {
			t.Errorf("attempts began at %v, want [0 2]", attempts)
		}
	})
}

func TestALostLeaseMakesWayAndTheLateProcessIsRefused(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		var first *job.Run
		job.Register(b.Queue, "test.work", func(ctx context.Context, run *job.Run, _ args) error {
			if first != nil {
				return nil
			}
			first = run
			b.now.Add(int64(time.Minute / time.Microsecond)) // this process hangs
			if ran, err := b.RunNext(ctx); !ran || err != nil {
				t.Errorf("nobody took over: %v %v", ran, err)
			}
			return b.db.Write(ctx, func(tx *db.Tx) error { return run.StepTx(tx, job.Step{Progress: 1}) })
		})
		i := b.insert(t, 1)
		b.run(t)
		if j := b.get(t, i); j.State != job.Done || j.Attempt != 2 || j.Progress != 0 {
			t.Errorf("the late process was heard: %+v", j)
		}
	})
}

func TestCancel(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		var running id.ID
		job.Register(b.Queue, "test.work", func(ctx context.Context, run *job.Run, _ args) error {
			if err := b.Cancel(ctx, scope, running); err != nil {
				t.Error(err)
			}
			return b.db.Write(ctx, func(tx *db.Tx) error { return run.StepTx(tx, job.Step{}) })
		})
		waiting := b.insert(t, 1)
		if err := b.Cancel(context.Background(), scope, waiting); err != nil {
			t.Fatal(err)
		}
		running = b.insert(t, 1)
		b.run(t)
		for _, i := range []id.ID{waiting, running} {
			if j := b.get(t, i); j.State != job.Cancelled {
				t.Errorf("job %+v", j)
			}
			if err := b.Cancel(context.Background(), scope, i); !errors.Is(err, job.ErrEnded) {
				t.Errorf("second cancel: %v", err)
			}
		}
	})
}

func TestWorkersShareTheQueue(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		const jobs = 30
		var mu sync.Mutex
		seen := map[int]int{}
		all := make(chan struct{})
		job.Register(b.Queue, "test.work", func(_ context.Context, _ *job.Run, a args) error {
			mu.Lock()
			defer mu.Unlock()
			if seen[a.N]++; len(seen) == jobs {
				close(all)
			}
			return nil
		})
		for n := range jobs {
			b.insert(t, n)
		}
		ctx, stop := context.WithCancel(context.Background())
		b.Start(ctx, 4)
		b.Wake()
		select {
		case <-all:
		case <-time.After(20 * time.Second):
			t.Error("not all jobs ran")
		}
		stop()
		b.Wait()
		for n, times := range seen {
			if times != 1 {
				t.Errorf("job %d ran %d times", n, times)
			}
		}
	})
}
