package dataimport_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/dataimport"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// atOnce runs fn several times at the same moment and gives the errors.
func atOnce(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan bool)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { <-start; errs[i] = fn(i) })
	}
	close(start)
	wg.Wait()
	return errs
}

// succeeded counts those without an error; the others must be told that they came
// too late.
func (w *world) succeeded(errs []error) (n int) {
	w.t.Helper()
	for _, err := range errs {
		if err == nil {
			n++
		} else if k := fault.KindOf(err); k != fault.Conflict && k != fault.Stale {
			w.t.Errorf("told %v", err)
		}
	}
	return n
}

// Several people press the same button at once: each step is taken once.
func TestTheSameStepTakenAtOnce(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		i := w.upload(ctx, dataimport.Customers, table(1, 20)).ID
		for _, s := range []struct {
			step  string
			state dataimport.State
		}{{"check", dataimport.Checked}, {"run", dataimport.Done}, {"revert", dataimport.Reverted}} {
			if n := w.succeeded(atOnce(4, func(int) error { return steps[s.step](w, ctx, i) })); n != 1 {
				w.t.Errorf("%s was begun %d times", s.step, n)
			}
			w.drain()
			if d := w.get(ctx, i); d.State != s.state {
				w.t.Errorf("after %s: %s %+v", s.step, d.State, d.Error)
			}
		}
		if n := w.count("job"); n != 3 || w.count("customer") != 0 {
			w.t.Errorf("%d jobs, %d customers", n, w.count("customer"))
		}
	})
}

// Two people bring in the same file at once: one of them runs, and the other, who
// comes next, makes nothing twice.
func TestTheSameFileByTwoAtOnce(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		var files [2]id.ID
		for n := range files {
			files[n] = w.checked(ctx, dataimport.Customers, dataimport.Both, table(1, 50)).ID
		}
		if n := w.succeeded(atOnce(2, func(n int) error { return steps["run"](w, ctx, files[n]) })); n != 1 {
			w.t.Fatalf("%d ran", n)
		}
		w.drain()
		made := int64(0)
		for _, i := range files {
			d := w.get(ctx, i)
			if d.State == dataimport.Checked {
				d = w.run(ctx, i)
			}
			if d.State != dataimport.Done || d.Counts.CustomersCreated+d.Counts.Unchanged != 50 {
				w.t.Errorf("%s %+v", d.State, d.Counts)
			}
			made += d.Counts.CustomersCreated
		}
		if made != 50 || w.count("customer") != 50 || w.count("account") != 50 {
			w.t.Errorf("made %d: %d customers, %d accounts", made, w.count("customer"), w.count("account"))
		}
	})
}

// The same upload sent twice at once, as a browser does that lost the answer, is
// one import with one file.
func TestTheSameUploadAtOnce(t *testing.T) {
	each(t, func(w *world) {
		var mu sync.Mutex
		kept := map[id.ID]bool{}
		for _, err := range atOnce(4, func(int) error {
			d, err := w.Upload(w.as(w.one), dataimport.UploadInput{Key: "k", Kind: dataimport.Customers, FileName: "a.csv"}, strings.NewReader(table(1, 3)))
			mu.Lock()
			defer mu.Unlock()
			kept[d.ID] = true
			return err
		}) {
			if err != nil {
				w.t.Error(err)
			}
		}
		if len(kept) != 1 || w.count("data_import") != 1 || w.files() != 1 {
			w.t.Errorf("told of %d, %d imports, %d files", len(kept), w.count("data_import"), w.files())
		}
	})
}

// People work on the customers while an import changes them: what each said is
// there in the end.
func TestPeopleWorkWhileAnImportRuns(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		const n = 40
		w.done(ctx, dataimport.Customers, dataimport.Both, table(1, n))
		d := w.checked(ctx, dataimport.Customers, dataimport.Both, strings.ReplaceAll(table(1, n), "欧阳", "司马"))
		_, err := w.Run(ctx, d.ID)
		w.must(err)
		var edited []error
		done := make(chan bool)
		go func() {
			defer close(done)
			for i := 1; i <= n; i += 4 {
				edited = append(edited, w.edit(ctx, fmt.Sprintf("1001%06d", i)))
				time.Sleep(time.Millisecond)
			}
		}()
		w.drain()
		<-done
		w.must(errors.Join(edited...))
		if d = w.get(ctx, d.ID); d.State == dataimport.Failed && d.Error.Code == dataimport.ErrConcurrent.Code { // they were too quick
			d = w.run(ctx, d.ID)
		}
		if d.State != dataimport.Done {
			w.t.Fatalf("%s %+v", d.State, d.Error)
		}
		for i := 1; i <= n; i++ {
			c := w.find(ctx, fmt.Sprintf("1001%06d", i))
			if !strings.HasPrefix(c.Name, "司马") || (c.Industry == "A01") != (i%4 == 1) {
				w.t.Errorf("%d is %s, %q", i, c.Name, c.Industry)
			}
		}
	})
}

// edit changes one thing of a customer, again when somebody else was quicker.
func (w *world) edit(ctx context.Context, no string) error {
	industry := "A01"
	for {
		found, err := w.customers.Search(ctx, no, 1)
		if err != nil || len(found) != 1 {
			return errors.Join(err, fmt.Errorf("%d found", len(found)))
		}
		c, err := w.customers.Get(ctx, found[0].ID)
		if err != nil {
			return err
		}
		if _, err = w.customers.Update(ctx, c.ID, c.Version, customer.UpdateInput{Industry: &industry}); !errors.Is(err, db.ErrStale) {
			return err
		}
	}
}

// A process that loses its lease in the dry run, or in taking back, leaves both
// whole.
func TestALostLeaseInTheOtherSteps(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		i := w.upload(ctx, dataimport.Customers, table(1, 3000)+"坏,x,,1001999999,居民生活,八,地址\n").ID
		for _, s := range []string{"check", "run", "revert"} {
			w.must(steps[s](w, ctx, i))
			ran := make(chan error)
			go func() { _, err := w.jobs.RunNext(context.Background()); ran <- err }()
			<-w.interrupt(ctx, i, 1).Done()
			w.later(time.Minute)
			w.drain()
			w.must(<-ran)
			w.drain()
		}
		d := w.get(ctx, i)
		if d.State != dataimport.Reverted || d.Planned.CustomersCreated != 3000 || d.Planned.Rejected != 1 || d.Planned.Rows != 3001 || d.Counts.Kept != 0 {
			w.t.Errorf("%s, planned %+v, done %+v", d.State, d.Planned, d.Counts)
		}
		if w.count("customer")+w.count("account")+w.count("data_import_created")+w.count("data_import_changed") != 0 {
			w.t.Error("something was left")
		}
		if problems := w.problems(ctx, i); strings.Count(problems, "\n") != 1 {
			w.t.Errorf("listed:\n%s", problems)
		}
	})
}
