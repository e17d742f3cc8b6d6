package dataimport_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/dataimport"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// step names a way to move an import on.
type step func(w *world, ctx context.Context, i id.ID) error

var steps = map[string]step{
	"map": func(w *world, ctx context.Context, i id.ID) error {
		d := w.get(ctx, i)
		_, err := w.Map(ctx, i, d.Version, dataimport.MapInput{Mode: dataimport.Both, Mapping: &d.Mapping})
		return err
	},
	"check":  func(w *world, ctx context.Context, i id.ID) error { _, err := w.Check(ctx, i); return err },
	"run":    func(w *world, ctx context.Context, i id.ID) error { _, err := w.Run(ctx, i); return err },
	"cancel": func(w *world, ctx context.Context, i id.ID) error { _, err := w.Cancel(ctx, i); return err },
	"revert": func(w *world, ctx context.Context, i id.ID) error { _, err := w.Revert(ctx, i); return err },
	"drain":  func(w *world, ctx context.Context, i id.ID) error { w.drain(); return nil },
}

// Every step from every state: where it leads, or that it is refused.
func TestStates(t *testing.T) {
	paths := []struct {
		way   []string
		state dataimport.State
		next  map[string]string // step → state, or the error's code
	}{
		{nil, dataimport.Uploaded, map[string]string{"map": "uploaded", "check": "checking", "run": "dataimport.unchecked", "cancel": "discarded", "revert": "dataimport.state"}},
		{[]string{"check"}, dataimport.Checking, map[string]string{"map": "dataimport.state", "check": "dataimport.state", "run": "dataimport.state", "cancel": "uploaded", "revert": "dataimport.state"}},
		{[]string{"check", "drain"}, dataimport.Checked, map[string]string{"map": "uploaded", "check": "checking", "run": "running", "cancel": "discarded", "revert": "dataimport.state"}},
		{[]string{"check", "drain", "run"}, dataimport.Running, map[string]string{"map": "dataimport.state", "check": "dataimport.state", "run": "dataimport.state", "cancel": "cancelled", "revert": "dataimport.state"}},
		{[]string{"check", "drain", "run", "cancel"}, dataimport.Cancelled, map[string]string{"map": "dataimport.state", "check": "dataimport.state", "run": "running", "cancel": "dataimport.state", "revert": "reverting"}},
		{[]string{"check", "drain", "run", "drain"}, dataimport.Done, map[string]string{"map": "dataimport.state", "check": "dataimport.state", "run": "dataimport.state", "cancel": "dataimport.state", "revert": "reverting"}},
		{[]string{"check", "drain", "run", "drain", "revert"}, dataimport.Reverting, map[string]string{"map": "dataimport.state", "run": "dataimport.state", "cancel": "done", "revert": "dataimport.state"}},
		{[]string{"check", "drain", "run", "drain", "revert", "drain"}, dataimport.Reverted, map[string]string{"map": "dataimport.state", "check": "dataimport.state", "run": "dataimport.state", "cancel": "dataimport.state", "revert": "dataimport.state"}},
		{[]string{"cancel"}, dataimport.Discarded, map[string]string{"map": "dataimport.state", "check": "dataimport.state", "run": "dataimport.state", "cancel": "dataimport.state", "revert": "dataimport.state"}},
	}
	each(t, func(w *world) {
		ctx := w.as(w.one)
		for _, p := range paths {
			for next, want := range p.next {
				i := w.upload(ctx, dataimport.Customers, table(1, 2)).ID
				for _, s := range p.way {
					w.must(steps[s](w, ctx, i))
				}
				if got := w.get(ctx, i).State; got != p.state {
					w.t.Fatalf("%v leads to %s, want %s", p.way, got, p.state)
				}
				err := steps[next](w, ctx, i)
				got := string(w.get(ctx, i).State)
				if err != nil {
					got = err.Error()
				}
				if got != want {
					w.t.Errorf("%s, then %s: %s, want %s", p.state, next, got, want)
				}
				w.clear(ctx, i)
			}
		}
		if w.count("customer") != 0 {
			w.t.Error("something was left")
		}
	})
}

// A step is taken from what the caller saw: whoever means to stop a dry run that
// has ended meanwhile does not discard the file.
func TestAStepFromAnOldVersionIsRefused(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		d := w.upload(ctx, dataimport.Customers, table(1, 2))
		seen, err := w.Check(ctx, d.ID)
		w.must(err)
		w.drain()
		for name, step := range map[string]func(context.Context, id.ID, int64) (dataimport.Import, error){
			"check": w.Service.Check, "run": w.Service.Run, "cancel": w.Service.Cancel, "revert": w.Service.Revert,
		} {
			if _, err := step(ctx, d.ID, seen.Version); !errors.Is(err, db.ErrStale) {
				w.t.Errorf("%s: %v", name, err)
			}
		}
		if d = w.get(ctx, d.ID); d.State != dataimport.Checked {
			w.t.Errorf("the import is %s", d.State)
		}
	})
}

// clear takes back what an import may have done, so that the next begins anew.
func (w *world) clear(ctx context.Context, i id.ID) {
	w.t.Helper()
	w.drain()
	switch w.get(ctx, i).State {
	case dataimport.Done, dataimport.Cancelled, dataimport.Failed:
		w.reverted(ctx, i)
	}
}

// interrupt ends the context when the import has so many rows in.
func (w *world) interrupt(ctx context.Context, i id.ID, rows int64) context.Context {
	stopping, stop := context.WithCancel(context.Background())
	go func() {
		defer stop()
		for range 5000 {
			if d, err := w.Get(ctx, i); err != nil || d.RowsDone >= rows {
				return
			}
			time.Sleep(2 * time.Millisecond)
		}
	}()
	return stopping
}

// whole holds that the archive has just what the import says.
func (w *world) whole(d dataimport.Detail) {
	w.t.Helper()
	if c, a := w.count("customer"), w.count("account"); c != d.Counts.CustomersCreated || a != d.Counts.AccountsCreated || d.Counts.Rows != d.RowsDone {
		w.t.Errorf("%s: %d rows done, %+v, but %d customers and %d accounts", d.State, d.RowsDone, d.Counts, c, a)
	}
}

// A process that stops between two batches leaves whole batches; the next goes on
// with the next row, and knows which keys the earlier rows took.
func TestAStoppedImportGoesOn(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		content := table(1, 3000) + fmt.Sprintf("别人,%s,,1001%06d,居民生活,8,x\n", resident(9001), 1) + fmt.Sprintf("%s,%s,,1001900001,居民生活,8,y\n", nameOf(2), resident(2))
		d := w.checked(ctx, dataimport.Customers, dataimport.Both, content)
		_, err := w.Run(ctx, d.ID)
		w.must(err)
		_, err = w.jobs.RunNext(w.interrupt(ctx, d.ID, 1000))
		w.must(err)
		d = w.get(ctx, d.ID)
		if d.State != dataimport.Running || d.RowsDone < 1000 || d.RowsDone >= 3000 || d.RowsDone%1000 != 0 {
			w.t.Fatalf("stopped: %s after %d rows", d.State, d.RowsDone)
		}
		w.whole(d)
		w.drain()
		d = w.get(ctx, d.ID)
		if d.State != dataimport.Done || d.Counts.CustomersCreated != 3000 || d.Counts.AccountsCreated != 3001 || told(d.Problems) != "3002D account_no repeated_in_file" {
			w.t.Errorf("%s %+v %s", d.State, d.Counts, told(d.Problems))
		}
		w.reverted(ctx, d.ID)
		if w.count("customer")+w.count("account")+w.count("premise") != 0 {
			w.t.Error("something was left")
		}
	})
}

// A process that hangs loses its lease; what it still writes is refused, and the
// other one's work is whole.
func TestALostLease(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		d := w.checked(ctx, dataimport.Customers, dataimport.Both, table(1, 3000))
		_, err := w.Run(ctx, d.ID)
		w.must(err)
		ran := make(chan error)
		go func() { _, err := w.jobs.RunNext(context.Background()); ran <- err }()
		<-w.interrupt(ctx, d.ID, 1000).Done()
		w.later(time.Minute) // the first one's lease is over
		w.drain()
		w.must(<-ran)
		if d = w.get(ctx, d.ID); d.State != dataimport.Done || d.Counts.CustomersCreated != 3000 {
			w.t.Errorf("%s %+v", d.State, d.Counts)
		}
		w.whole(d)
	})
}

// later moves the clock.
func (w *world) later(d time.Duration) { w.now.Store(w.now.Load() + int64(d/time.Microsecond)) }

// Cancelling stops behind the batch in hand; from there the import goes on or is
// taken back.
func TestCancelAndGoOn(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		d, rows := w.cancelledMidway(ctx)
		w.whole(d)
		d = w.run(ctx, d.ID)
		if d.State != dataimport.Done || d.Counts.CustomersCreated != int64(rows) {
			w.t.Errorf("gone on: %s %+v", d.State, d.Counts)
		}
		w.whole(d)
	})
}

// cancelledMidway cancels a running import. On a busy machine all rows may be in before
// anybody comes to cancel it: then a longer one is tried.
func (w *world) cancelledMidway(ctx context.Context) (d dataimport.Detail, rows int) {
	w.t.Helper()
	for rows = 3000; rows <= 24_000; rows *= 2 {
		d = w.checked(ctx, dataimport.Customers, dataimport.Both, table(1, rows))
		_, err := w.Run(ctx, d.ID)
		w.must(err)
		cancelled := make(chan error, 1)
		go func(i id.ID) {
			<-w.interrupt(ctx, i, 1000).Done()
			_, err := w.Cancel(ctx, i)
			cancelled <- err
		}(d.ID)
		w.drain()
		err = <-cancelled
		if d = w.get(ctx, d.ID); d.RowsDone < int64(rows) { // it may also be cancelled when all rows are in
			w.must(err)
			break
		}
		w.reverted(ctx, d.ID)
	}
	if d.State != dataimport.Cancelled || d.RowsDone >= int64(rows) {
		w.t.Fatalf("%s after %d rows", d.State, d.RowsDone)
	}
	return d, rows
}

// One import of a company runs at a time; of another company at once.
func TestTwoImportsAtOnce(t *testing.T) {
	each(t, func(w *world) {
		one, two := w.as(w.one), w.as(w.two)
		a := w.checked(one, dataimport.Customers, dataimport.Both, table(1, 3))
		b := w.checked(one, dataimport.Customers, dataimport.Both, table(2, 3))
		c := w.checked(two, dataimport.Customers, dataimport.Both, table(1, 3))
		_, err := w.Run(one, a.ID)
		w.must(err)
		if _, err := w.Run(one, b.ID); !errors.Is(err, dataimport.ErrBusy) {
			w.t.Errorf("the second: %v", err)
		}
		if got := w.get(one, b.ID).State; got != dataimport.Checked {
			w.t.Errorf("the second is %s", got)
		}
		_, err = w.Run(two, c.ID)
		w.must(err)
		w.drain()
		if d := w.run(one, b.ID); d.Counts.CustomersCreated != 1 || d.Counts.Unchanged != 2 {
			w.t.Errorf("then: %+v %s", d.Counts, told(d.Problems))
		}
		if n := w.count("customer"); n != 7 {
			w.t.Errorf("%d customers", n)
		}
	})
}

// A job that was given up without a word does not keep the company busy for ever.
func TestAnAbandonedImportMakesWay(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		a := w.checked(ctx, dataimport.Customers, dataimport.Both, table(1, 3))
		b := w.checked(ctx, dataimport.Customers, dataimport.Both, table(5, 3))
		i, err := w.Run(ctx, a.ID)
		w.must(err)
		w.must(w.jobs.Cancel(context.Background(), db.ScopeOf(w.one.ID), i.JobID)) // past the import
		if d := w.run(ctx, b.ID); d.State != dataimport.Done {
			w.t.Errorf("the other: %s", d.State)
		}
		if d := w.get(ctx, a.ID); d.State != dataimport.Cancelled {
			w.t.Errorf("the abandoned: %s", d.State)
		}
	})
}

// An unforeseen error is tried again and then told; the import can go on.
func TestAnImportWhoseFileIsGone(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		d := w.checked(ctx, dataimport.Customers, dataimport.Both, table(1, 3))
		w.must(w.Blobs.Remove(d.ID))
		if d = w.run(ctx, d.ID); d.State != dataimport.Failed || d.Error.Code != "dataimport.file_gone" || d.Message == "" {
			w.t.Errorf("%s %+v", d.State, d.Error)
		}
		if _, err := w.Preview(ctx, d.ID); !errors.Is(err, dataimport.ErrFileGone) {
			w.t.Errorf("preview: %v", err)
		}
		if d = w.reverted(ctx, d.ID); d.State != dataimport.Reverted {
			w.t.Errorf("taken back: %s", d.State)
		}
	})
}

func TestAFileWithoutRows(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		d := w.checked(ctx, dataimport.Customers, dataimport.Both, heading)
		if d.State != dataimport.Uploaded || d.Error.Code != "dataimport.no_rows" {
			w.t.Errorf("%s %+v", d.State, d.Error)
		}
		d = w.upload(ctx, dataimport.Customers, "甲,乙\n1,2\n")
		if _, err := w.Check(ctx, d.ID); !errors.Is(err, dataimport.ErrMapping) {
			w.t.Errorf("nothing mapped: %v", err)
		}
	})
}

// Somebody takes a number between the look and the writing: the batch looks
// again.
func TestTheArchiveChangesBetweenCheckAndRun(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		a := w.checked(ctx, dataimport.Customers, dataimport.CreateOnly, table(1, 3))
		w.done(ctx, dataimport.Customers, dataimport.Both, table(2, 1))
		if d := w.run(ctx, a.ID); d.Counts.CustomersCreated != 2 || d.Counts.Skipped != 1 || d.Planned.CustomersCreated != 3 {
			w.t.Errorf("planned %+v, done %+v", d.Planned, d.Counts)
		}
	})
}

// The mapping of a file is remembered for files with the same headings, of the
// same company alone.
func TestTheMappingIsRemembered(t *testing.T) {
	each(t, func(w *world) {
		one, two := w.as(w.one), w.as(w.two)
		d := w.upload(one, dataimport.Customers, "谁,哪类\n王五,甲\n")
		m := dataimport.Mapping{Columns: []dataimport.ColumnMap{{Header: "谁", Field: "name"}, {Header: "哪类", Field: "kind", Values: map[string]string{"甲": "person"}}}}
		if _, err := w.Map(one, d.ID, d.Version+1, dataimport.MapInput{Mode: dataimport.Both, Mapping: &m}); !errors.Is(err, db.ErrStale) {
			w.t.Errorf("stale: %v", err)
		}
		_, err := w.Map(one, d.ID, d.Version, dataimport.MapInput{Mode: dataimport.Both, Mapping: &m})
		w.must(err)
		d = w.done(one, dataimport.Customers, dataimport.Both, "哪类,谁\n甲,赵六\n")
		if !d.Remembered || d.Counts.CustomersCreated != 1 {
			w.t.Errorf("remembered %t, %+v %s", d.Remembered, d.Counts, told(d.Problems))
		}
		if d = w.upload(two, dataimport.Customers, "谁,哪类\n王五,甲\n"); d.Remembered || len(d.Mapping.Columns) != 0 {
			w.t.Errorf("the other company knows it: %+v", d.Mapping)
		}
		if d = w.upload(one, dataimport.Contacts, "谁,哪类\n王五,甲\n"); d.Remembered {
			w.t.Error("another kind knows it")
		}
	})
}

// An import left over by a job of an earlier attempt is not touched by it.
func TestALateJobIsIgnored(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		d := w.checked(ctx, dataimport.Customers, dataimport.Both, table(1, 3))
		i, err := w.Run(ctx, d.ID)
		w.must(err)
		w.write(func(tx *db.Tx) error {
			_, err := w.jobs.InsertTx(tx, w.one.ID, id.ID{}, "import.revert", map[string]any{"id": i.ID}, job.Options{RunAt: when.Instant(1)})
			return err
		})
		w.drain()
		if d = w.get(ctx, d.ID); d.State != dataimport.Done || w.count("customer") != 3 {
			w.t.Errorf("%s, %d customers", d.State, w.count("customer"))
		}
	})
}
