package bulk_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/bulk"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// 10 000 customers get a tag, half of them are edited since: the taking back restores the
// others and lists these, and works once.
func TestTenThousandAreChangedAndTakenBack(t *testing.T) {
	each(t, func(w *world) {
		const n = 10_000
		w.customers(w.a.One, n)
		ctx := w.as(clerk, w.a.One)
		began := time.Now()
		v, err := w.Preview(ctx, w.tagging("新", w.a.One))
		w.must(err)
		t.Logf("preview of %d: %v", n, time.Since(began))
		if v.Total != n || v.Changed != n || v.Same+v.Refused != 0 || len(v.First) != 20 || w.tagged("新") != 0 {
			t.Fatalf("preview %+v", v.Counts)
		}
		began = time.Now()
		d := w.made(ctx, w.tagging("新", w.a.One))
		t.Logf("run of %d: %v", n, time.Since(began))
		if d.State != bulk.Done || d.Changed != n || w.tagged("新") != n || !d.MayUndo || !d.ByFilter {
			t.Fatalf("made %+v", d)
		}
		w.exec("UPDATE customer SET version = version + 1, industry = 'A' WHERE customer_no < 'C" + w.a.One.Code + "005000'")
		d, err = w.Undo(ctx, d.ID, d.Version)
		w.must(err)
		if _, err := w.Undo(ctx, d.ID, d.Version); !errors.Is(err, bulk.ErrState) {
			t.Errorf("undone twice at once: %v", err)
		}
		began = time.Now()
		w.work(context.Background())
		t.Logf("taking back of %d: %v", n, time.Since(began))
		d = w.got(ctx, d.ID)
		if d.State != bulk.Undone || d.Restored != n/2 || d.Kept != n/2 || w.tagged("新") != n/2 || w.tagged("旧") != n || d.MayUndo {
			t.Fatalf("taken back %+v", d)
		}
		rows, next, err := w.Rows(ctx, d.ID, bulk.Kept, bulk.Page{Limit: 50})
		w.must(err)
		if len(rows) != 50 || next == "" || rows[0].No == "" || rows[0].Text == "" {
			t.Errorf("kept %+v", rows[:1])
		}
		if _, err := w.Undo(ctx, d.ID, d.Version); !errors.Is(err, bulk.ErrState) {
			t.Errorf("undone twice: %v", err)
		}
	})
}

// What a preview tells is what becomes of the records: changed, the same, refused; who is
// another company's is none.
func TestAPreviewTellsWhatComes(t *testing.T) {
	each(t, func(w *world) {
		rows, foreign := w.customers(w.a.One, 4), w.customers(w.a.Two, 1)
		ctx := w.as(clerk, w.a.One)
		must := func(_ int, err error) { w.t.Helper(); w.must(err) }
		must(w.a.Customers.Tag(ctx, customer.TagInput{IDs: []id.ID{rows[1].ID}, Add: []string{"新"}}))
		rows[1].Version = 2
		must(w.a.Customers.Tag(ctx, customer.TagInput{IDs: []id.ID{rows[2].ID}, Add: []string{"别的"}}))
		w.exec("UPDATE customer SET status = 'merged' WHERE id = $1", rows[3].ID)
		ask := w.tagging("新", w.a.One, append(slices.Clone(rows), foreign[0], rows[0])...)
		v, err := w.Preview(ctx, ask)
		w.must(err)
		if v.Total != 4 || v.Changed != 1 || v.Same != 1 || v.Refused != 2 || len(v.Reasons) != 2 || v.First[0].State != bulk.Refused {
			t.Fatalf("preview %+v", v)
		}
		if len(v.Words) != 1 || v.Words[0] != "添加标签：新" {
			t.Errorf("words %q", v.Words)
		}
		d := w.made(ctx, ask)
		if d.Counts != v.Counts || w.tagged("新") != 2 {
			t.Errorf("made %+v, foretold %+v", d.Counts, v.Counts)
		}
		if n := w.count("SELECT count(*) FROM bulk_row WHERE object_id = $1", foreign[0].ID); n != 0 {
			t.Error("a customer of another company is kept")
		}
		if n := w.count("SELECT count(*) FROM audit_entry WHERE action = 'customer.tag' AND object_id = $1", rows[0].ID); n != 1 {
			t.Errorf("%d entries in the log", n)
		}
	})
}

// Only what the caller may change in the company is changed, when it is asked for and when
// it is done.
func TestRightsHoldFromPreviewToTakingBack(t *testing.T) {
	each(t, func(w *world) {
		rows := w.customers(w.a.One, 150)
		ask := w.tagging("新", w.a.One, rows...)
		for _, ctx := range []context.Context{w.as(other, w.a.One, "customer.list", "proposal.*", "bulk.*"), w.as(other, w.a.Two)} {
			_, perr := w.Preview(ctx, ask)
			_, serr := w.Start(ctx, "", ask)
			if perr == nil || serr == nil {
				t.Fatalf("preview %v, start %v", perr, serr)
			}
		}
		ctx := w.as(clerk, w.a.One)
		w.hook = func(n int) {
			if n == 1 {
				w.as(clerk, w.a.One, "customer.list") // from the next portion on
			}
		}
		d, err := w.Start(ctx, "", ask)
		w.must(err)
		w.work(context.Background())
		w.hook = nil
		d = w.got(ctx, d.ID)
		if d.State != bulk.Stopped || d.Error != "access.forbidden" || d.Changed != 100 || w.tagged("新") != 100 {
			t.Fatalf("stopped %+v", d)
		}
		without := w.as(clerk, w.a.One, "bulk.*")
		if _, err := w.Undo(without, d.ID, d.Version); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("undone without the right: %v", err)
		}
		stranger := w.as(other, w.a.One, "customer.*", "bulk.list", "bulk.get", "bulk.undo")
		if _, err := w.Get(stranger, d.ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another's: %v", err)
		}
		ctx = w.as(clerk, w.a.One)
		d, err = w.Undo(ctx, d.ID, d.Version)
		w.must(err)
		w.work(context.Background())
		if d = w.got(ctx, d.ID); d.State != bulk.Undone || d.Restored != 100 || w.tagged("新") != 0 {
			t.Errorf("taken back %+v", d)
		}
		if n := w.count("SELECT count(*) FROM bulk_row WHERE state = 'left'"); n != 50 {
			t.Errorf("%d were not reached", n)
		}
	})
}

// A process that dies in the middle is followed by another that goes on where it stopped;
// nothing happens twice.
func TestAKilledRunGoesOn(t *testing.T) {
	each(t, func(w *world) {
		w.customers(w.a.One, 450)
		ctx := w.as(clerk, w.a.One)
		d, err := w.Start(ctx, "k", w.tagging("新", w.a.One))
		w.must(err)
		again, err := w.Start(ctx, "k", w.tagging("新", w.a.One))
		w.must(err)
		if again.ID != d.ID {
			t.Fatal("the same request began twice")
		}
		process, die := context.WithCancel(context.Background())
		w.hook = func(n int) {
			if n == 3 {
				die()
			}
		}
		w.work(process)
		if n := w.tagged("新"); n != 200 {
			t.Fatalf("%d were changed when it died", n)
		}
		w.hook, w.now = nil, w.now.Add(time.Hour)
		w.work(context.Background())
		d = w.got(ctx, d.ID)
		if d.State != bulk.Done || d.Changed != 450 || w.count("SELECT count(*) FROM customer_event WHERE kind = 'customer.tagged'") != 450 {
			t.Errorf("gone on %+v", d)
		}
	})
}

// Of two changes of the same customers each takes in whom the other has not changed first.
func TestTwoChangesOfTheSameCustomers(t *testing.T) {
	each(t, func(w *world) {
		rows := w.customers(w.a.One, 300)
		ctx := w.as(clerk, w.a.One)
		a, err := w.Start(ctx, "", w.tagging("甲", w.a.One, rows...))
		w.must(err)
		b, err := w.Start(ctx, "", w.tagging("乙", w.a.One, rows...))
		w.must(err)
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _ = w.a.Jobs.RunNext(context.Background())
		}()
		w.work(context.Background())
		<-done
		w.work(context.Background())
		a, b = w.got(ctx, a.ID), w.got(ctx, b.ID)
		if a.State != bulk.Done || b.State != bulk.Done || a.Changed+b.Changed != 300 || a.Refused+b.Refused != 300 || w.tagged("甲")+w.tagged("乙") != 300 {
			t.Errorf("a %+v, b %+v", a.Counts, b.Counts)
		}
	})
}

// A change is stopped after the portion in hand and gone on with, and what is queued is
// stopped at once.
func TestStoppingAndGoingOn(t *testing.T) {
	each(t, func(w *world) {
		w.customers(w.a.One, 250)
		ctx := w.as(clerk, w.a.One)
		d, err := w.Start(ctx, "", w.tagging("新", w.a.One))
		w.must(err)
		if d, err = w.Cancel(ctx, d.ID, d.Version); err != nil || d.State != bulk.Stopped || d.MayUndo || !d.MayResume {
			t.Fatalf("stopped before it began: %+v %v", d, err)
		}
		if d, err = w.Resume(ctx, d.ID, d.Version); err != nil || d.State != bulk.Running {
			t.Fatalf("going on: %+v %v", d, err)
		}
		if _, err := w.Resume(ctx, d.ID, d.Version-1); !errors.Is(err, db.ErrStale) {
			t.Errorf("an old version: %v", err)
		}
		w.work(context.Background())
		if d = w.got(ctx, d.ID); d.State != bulk.Done || d.Changed != 250 {
			t.Errorf("gone on %+v", d)
		}
		if _, err := w.Cancel(ctx, d.ID, d.Version); !errors.Is(err, bulk.ErrState) {
			t.Errorf("what is done was stopped: %v", err)
		}
	})
}

// After 30 days nothing is taken back, and what was known of single customers is gone.
func TestAnOldChangeStays(t *testing.T) {
	each(t, func(w *world) {
		rows := w.customers(w.a.One, 3)
		ctx := w.as(clerk, w.a.One)
		d := w.made(ctx, w.tagging("新", w.a.One, rows...))
		w.now = w.now.Add(30 * 24 * time.Hour)
		if _, err := w.Undo(ctx, d.ID, d.Version); !errors.Is(err, bulk.ErrExpired) {
			t.Errorf("taken back after 30 days: %v", err)
		}
		w.work(context.Background())
		if d = w.got(ctx, d.ID); d.Changed != 3 || d.MayUndo || w.count("SELECT count(*) FROM bulk_row") != 0 {
			t.Errorf("old %+v", d)
		}
	})
}

// Asks that cannot be followed are refused before anything is written.
func TestBadAsks(t *testing.T) {
	each(t, func(w *world) {
		rows, foreign := w.customers(w.a.One, 1), w.customers(w.a.Two, 1)
		ctx := w.as(clerk, w.a.One)
		for name, change := range map[string]string{"unknown action": `{"action":"erase"}`, "no tag": `{"action":"tag"}`, "no class": `{"action":"classify","scheme":"relation"}`,
			"unknown class": `{"action":"classify","scheme":"relation","class":"nothing"}`, "unknown manager": `{"action":"manager","manager_id":"` + other.String() + `"}`,
			"another company's unit": `{"action":"unit","unit_id":"` + w.a.Two.ID.String() + `"}`} {
			a := w.tagging("", w.a.One, rows...)
			a.Change = []byte(change)
			if _, err := w.Start(ctx, "", a); err == nil {
				t.Errorf("%s went through", name)
			}
		}
		if _, err := w.Preview(ctx, w.tagging("新", w.a.One, foreign...)); !errors.Is(err, bulk.ErrNothing) {
			t.Errorf("another company's customer: %v", err)
		}
		many := w.tagging("新", w.a.One)
		many.Choose = func(*db.Tx, access.Who, id.ID, int) ([]bulk.Seen, error) {
			return make([]bulk.Seen, bulk.MaxRecords+1), nil
		}
		if _, err := w.Preview(ctx, many); !errors.Is(err, bulk.ErrMany) {
			t.Errorf("too many: %v", err)
		}
		if n := w.count("SELECT count(*) FROM bulk_change"); n != 0 {
			t.Errorf("%d were kept", n)
		}
	})
}

// Holders of bulk.all see and take back everybody's in their company; others list their
// own.
func TestWhoSeesWhose(t *testing.T) {
	each(t, func(w *world) {
		rows := w.customers(w.a.One, 1)
		ctx := w.as(clerk, w.a.One)
		d := w.made(ctx, w.tagging("新", w.a.One, rows...))
		listed := func(ctx context.Context, everybody bool) int {
			all, _, err := w.List(ctx, w.a.One.ID, everybody, bulk.Page{Limit: 10})
			w.must(err)
			return len(all)
		}
		head := w.as(other, w.a.One)
		if listed(ctx, false) != 1 || listed(head, false) != 0 || listed(head, true) != 1 || listed(w.as(other, w.a.One, "bulk.list"), true) != 0 || listed(w.as(other, w.a.Two), true) != 0 {
			t.Error("somebody sees others' changes")
		}
		head = w.as(other, w.a.One)
		d, err := w.Undo(head, d.ID, d.Version)
		w.must(err)
		w.work(context.Background())
		if d = w.got(head, d.ID); d.State != bulk.Undone || d.UndoneName == "" || w.tagged("新") != 0 {
			t.Errorf("taken back by another: %+v", d)
		}
	})
}
