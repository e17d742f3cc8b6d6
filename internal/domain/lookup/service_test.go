package lookup_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/lookup"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func TestFromAskingToTheEnd(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d := w.asked(ask(), w.li)
		if d.State != lookup.Requested || fmt.Sprint(d.Deciders) != "[李主任 周主任]" || !d.Mine || d.MayDecide || w.sees(w.clerk, w.li) != "" {
			t.Fatalf("asked: %+v", d)
		}
		if got := w.inbox(w.head); len(got) != 1 || !strings.Contains(got[0], "王芳") {
			t.Errorf("the head's tasks: %v", got)
		}
		d, err := w.Decide(w.as(w.head), d.ID, d.Version, lookup.DecideInput{Approve: true, Minutes: 10, Word: "同意"})
		if err != nil || d.State != lookup.Approved || d.GrantedMinutes != 10 || d.Word != "同意" || w.sees(w.clerk, w.li) != "" {
			t.Fatalf("approved: %+v %v", d, err)
		}
		if len(w.inbox(w.head))+len(w.inbox(w.other)) != 0 || !strings.Contains(fmt.Sprint(w.inbox(w.clerk)), "李主任 已批准") {
			t.Errorf("tasks: %v %v %v", w.inbox(w.head), w.inbox(w.other), w.inbox(w.clerk))
		}
		d, err = w.Start(w.as(w.clerk), d.ID, d.Version)
		if err != nil || d.State != lookup.Running || d.UntilAt != w.now.Add(10*time.Minute) || len(w.inbox(w.clerk)) != 0 {
			t.Fatalf("begun: %+v %v", d, err)
		}
		for _, c := range []struct {
			who  access.User
			of   customer.Customer
			want string
		}{{w.clerk, w.li, "phone"}, {w.clerk, w.wang, ""}, {w.agent, w.li, ""}, {w.head, w.li, ""}} {
			if got := w.sees(c.who, c.of); got != c.want {
				t.Errorf("%s sees of %s %q, want %q", c.who.Name, c.of.Name, got, c.want)
			}
		}
		w.later(10 * time.Minute)
		if got := w.sees(w.clerk, w.li); got != "" {
			t.Errorf("over, and still open: %s", got)
		}
		if d, _ = w.Get(w.as(w.clerk), d.ID); d.State != lookup.Ended || d.EndCause != lookup.TimeOver {
			t.Errorf("over: %+v", d)
		}
		w.work()
		if got := w.actions(); got != "lookup.ask lookup.decide lookup.start customer.get lookup.lapse" {
			t.Errorf("audit log: %s", got)
		}
		looks, _, err := w.Looks(w.as(w.head), d.ID, customer.Page{Limit: 10})
		if err != nil || len(looks) != 1 || looks[0].UserID != w.clerk.ID || looks[0].Customer.Name != "李*明" || fmt.Sprint(looks[0].Fields) != "[customer_name phone]" {
			t.Errorf("what was seen: %+v %v", looks, err)
		}
	})
}

func TestSensitiveFieldsOpenOnlyWhereAskedFor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := ask()
		in.Sensitive = true
		w.running(in, w.li, w.wang)
		if got := w.sees(w.clerk, w.wang); got != "phone certificate" {
			t.Errorf("%s", got)
		}
	})
}

func TestAViewNobodyApprovedOpensNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.running(ask(lookup.Export), w.li)
		if got := w.sees(w.clerk, w.li); got != "" {
			t.Errorf("approved for export, and shown: %s", got)
		}
	})
}

// What ended another way, and what cannot be done from each state.
func TestOtherEnds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d := w.asked(ask(), w.li)
		if _, err := w.Decide(w.as(w.head), d.ID, d.Version, lookup.DecideInput{}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("refused without a word: %v", err)
		}
		d, err := w.Decide(w.as(w.head), d.ID, d.Version, lookup.DecideInput{Word: "理由不足"})
		if err != nil || d.State != lookup.Refused || len(w.inbox(w.clerk)) != 1 {
			t.Errorf("refused: %+v %v", d, err)
		}
		if _, err := w.Start(w.as(w.clerk), d.ID, d.Version); !errors.Is(err, lookup.ErrState) {
			t.Errorf("begun though refused: %v", err)
		}
		d = w.asked(ask(), w.li)
		if d, err = w.Withdraw(w.as(w.clerk), d.ID, d.Version); err != nil || d.State != lookup.Withdrawn || len(w.inbox(w.head)) != 0 {
			t.Errorf("withdrawn: %+v %v", d, err)
		}
		if _, err := w.Decide(w.as(w.head), d.ID, d.Version, lookup.DecideInput{Approve: true}); !errors.Is(err, lookup.ErrState) {
			t.Errorf("approved though withdrawn: %v", err)
		}
		d = w.running(ask(), w.li)
		if d, err = w.End(w.as(w.clerk), d.ID, d.Version); err != nil || d.EndCause != lookup.GivenBack || w.sees(w.clerk, w.li) != "" {
			t.Errorf("given back: %+v %v", d, err)
		}
		d = w.running(ask(), w.li)
		if _, err = w.End(w.as(w.agent), d.ID, d.Version); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("ended by a colleague: %v", err)
		}
		if d, err = w.End(w.as(w.other), d.ID, d.Version); err != nil || d.EndCause != lookup.Revoked || w.sees(w.clerk, w.li) != "" {
			t.Errorf("revoked: %+v %v", d, err)
		}
	})
}

func TestAnExpiredApprovalIsNotUsedOnceMore(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d := w.approved(ask(), w.li)
		begun := w.now
		w.later(25 * time.Hour)
		w.asked(ask(), w.wang) // something happens: the log tells of this moment
		if _, err := w.Start(w.as(w.clerk), d.ID, d.Version); !errors.Is(err, lookup.ErrState) {
			t.Errorf("begun after it lapsed: %v", err)
		}
		w.now = begun.Add(time.Minute)
		if _, err := w.Start(w.as(w.clerk), d.ID, d.Version); !errors.Is(err, lookup.ErrState) {
			t.Errorf("begun with the clock set back: %v", err)
		}
		w.later(48 * time.Hour)
		w.work()
		if d, _ = w.Get(w.as(w.clerk), d.ID); d.State != lookup.Ended || d.EndCause != lookup.NotBegun || len(w.inbox(w.clerk)) != 0 {
			t.Errorf("lapsed: %+v", d)
		}
		used := w.running(ask(), w.li)
		for _, back := range []time.Duration{0, 30 * time.Minute} {
			w.later(back)
			current, err := w.Get(w.as(w.clerk), used.ID)
			w.must(err)
			if _, err := w.Start(w.as(w.clerk), used.ID, current.Version); !errors.Is(err, lookup.ErrState) {
				t.Errorf("begun twice: %v", err)
			}
		}
		if got := w.sees(w.clerk, w.li); got != "" {
			t.Errorf("still open: %s", got)
		}
	})
}

func TestAClockSetBackDoesNotProlong(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.running(ask(), w.li)
		begun := w.now
		w.later(19 * time.Minute)
		if w.sees(w.clerk, w.li) != "phone" {
			t.Fatal("not open")
		}
		for _, at := range []time.Duration{0, 5 * time.Minute, 18 * time.Minute} {
			if w.now = begun.Add(at); w.sees(w.clerk, w.li) != "" {
				t.Errorf("open with the clock set back to minute %v", at)
			}
		}
		if w.now = begun.Add(20 * time.Minute); w.sees(w.clerk, w.li) != "" {
			t.Error("open after its time")
		}
	})
}

// Of two managers who decide at once one is heard, the other is told.
func TestTwoManagersDecideAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for round := range 5 {
			d := w.asked(ask(), w.li)
			heads := []context.Context{w.as(w.head), w.as(w.other)}
			errs := make([]error, 2)
			var all sync.WaitGroup
			for i, in := range []lookup.DecideInput{{Approve: true}, {Word: "不同意"}} {
				all.Go(func() { _, errs[i] = w.Decide(heads[i], d.ID, d.Version, in) })
			}
			all.Wait()
			heard := 0
			for _, err := range errs {
				switch {
				case err == nil:
					heard++
				case !errors.Is(err, db.ErrStale):
					t.Errorf("the other is told %v", err)
				}
			}
			got, err := w.Get(w.as(w.head), d.ID)
			if err != nil || heard != 1 || (got.State == lookup.Approved) != (errs[0] == nil) || got.Version != 2 {
				t.Errorf("round %d: %d heard, %s %v", round, heard, got.State, err)
			}
		}
	})
}

// A person is told that he was looked up, and the record of it outlives his data.
func TestLookupsAreAmongWhatIsKeptOfAPerson(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.asked(ask(), w.li, w.wang)
		_, err := w.Emergency(w.as(w.clerk), "", lookup.EmergencyInput{CustomerIDs: []id.ID{w.li.ID}, Reason: "线路故障，须联系客户"})
		w.must(err)
		p := privacy.Person{OrgID: w.one.ID, ID: w.li.ID, IDs: []id.ID{w.li.ID, w.wang.ID}}
		w.must(w.db.Read(t.Context(), func(tx *db.Tx) error {
			held, err := w.HoldingsTx(tx, p)
			w.must(err)
			if len(held) != 1 || held[0].N != 2 {
				t.Errorf("kept: %+v", held)
			}
			data, err := w.DataTx(tx, p, "zh")
			if rows := data.Sections[0].Rows; len(rows) != 2 || rows[0][1] != catalogue.Text("zh", "lookup.purpose_name.contact", nil) || rows[1][1] != "紧急" {
				t.Errorf("told: %v", rows)
			}
			return err
		}))
	})
}
