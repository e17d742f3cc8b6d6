package feedback_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/bulk"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// bulks makes bulk changes of the world's cases.
func (w *world) bulks() *bulk.Service {
	b := bulk.New(bulk.Deps{DB: w.a.DB, Keys: w.a.Keys, Audit: w.a.Audit, Users: w.a.Users, Jobs: w.a.Jobs, Cursors: w.a.Cursors, Text: catalogue.Text})
	b.Add(feedback.BulkKind, w.BulkRecords())
	b.RegisterJobs()
	return b
}

func (w *world) ask(c feedback.BulkChange, cases ...feedback.Detail) bulk.Ask {
	w.t.Helper()
	raw, err := json.Marshal(c)
	w.must(err)
	a := bulk.Ask{Kind: feedback.BulkKind, OrgID: w.one.ID, Change: raw}
	for _, d := range cases {
		a.Rows = append(a.Rows, bulk.Seen{ID: d.ID, Version: d.Version})
	}
	return a
}

func (w *world) work() {
	w.t.Helper()
	for ran := true; ran; {
		var err error
		ran, err = w.a.Jobs.RunNext(context.Background())
		w.must(err)
	}
}

func (w *world) bulked(b *bulk.Service, u access.User, a bulk.Ask) bulk.Detail {
	w.t.Helper()
	v, err := b.Preview(w.as(u), a)
	w.must(err)
	d, err := b.Start(w.as(u), "", a)
	w.must(err)
	w.work()
	d, err = b.Get(w.as(u), d.ID)
	w.must(err)
	if d.State != bulk.Done || d.Counts != v.Counts {
		w.t.Fatalf("made %+v, foretold %+v", d, v.Counts)
	}
	return d
}

func (w *world) undone(b *bulk.Service, u access.User, d bulk.Detail) bulk.Detail {
	w.t.Helper()
	d, err := b.Undo(w.as(u), d.ID, d.Version)
	w.must(err)
	w.work()
	d, err = b.Get(w.as(u), d.ID)
	w.must(err)
	return d
}

// Cases are handed to another unit and taken back: state, owner, limits and what is asked
// of people are as before, but for one that was accepted there since.
func TestHandingCasesOnAndTakingThatBack(t *testing.T) {
	each(t, func(w *world) {
		b := w.bulks()
		first, second := w.accepted(complaint()), w.accepted(complaint())
		ended := w.resolved(complaint())
		mine := w.registered(complaint())
		limits := due(w.get(first.ID))
		w.at("2026-03-02 11:00")
		d := w.bulked(b, w.head, w.ask(feedback.BulkChange{Action: feedback.Transfer, UnitID: w.hall.ID, Reason: "归口城东"}, first, second, ended, mine))
		if d.Changed != 2 || d.Refused != 2 {
			t.Fatalf("made %+v", d.Counts)
		}
		got := w.get(first.ID)
		if got.UnitID != w.hall.ID || got.State != feedback.Dispatched || !got.OwnerID.IsZero() || got.Events[0].Text != "归口城东" {
			t.Errorf("handed on %+v", got.Case)
		}
		other := w.get(second.ID)
		_, err := w.Accept(w.as(w.qian), other.ID, other.Version)
		w.must(err)
		w.at("2026-03-02 12:00")
		if d = w.undone(b, w.head, d); d.State != bulk.Undone || d.Restored != 1 || d.Kept != 1 {
			t.Fatalf("taken back %+v", d)
		}
		got = w.get(first.ID)
		if got.UnitID != w.station.ID || got.State != feedback.Accepted || got.OwnerID != w.zhang.ID || got.Events[0].Kind != "take_back" {
			t.Errorf("taken back %+v", got.Case)
		}
		for stage, at := range limits {
			if due(got)[stage] != at {
				t.Errorf("%s is due %s, was %s", stage, due(got)[stage], at)
			}
		}
		if asked := strings.Join(w.inbox(w.qian), " "); len(due(got)) != len(limits) || strings.Contains(asked, got.CaseNo) {
			t.Errorf("limits %v, was %v; asked of 钱工: %v", due(got), limits, asked)
		}
		if other = w.get(second.ID); other.OwnerID != w.qian.ID || other.UnitID != w.hall.ID {
			t.Errorf("accepted since, yet %+v", other.Case)
		}
		// Work goes on from where it was taken back to.
		_, err = w.Resolve(w.as(w.zhang), got.ID, got.Version, feedback.ResolveInput{Answer: "已答复", Finding: "none"})
		w.must(err)
	})
}

// Registered cases are dispatched, owners named and categories changed, each by the rules
// of the single step; a category other types have is refused.
func TestDispatchingAssigningAndCategorising(t *testing.T) {
	each(t, func(w *world) {
		b := w.bulks()
		one, two := w.registered(complaint()), w.registered(complaint())
		d := w.bulked(b, w.agent, w.ask(feedback.BulkChange{Action: feedback.Dispatch, UnitID: w.station.ID}, one, two))
		if d.Changed != 2 || w.get(one.ID).State != feedback.Dispatched {
			t.Fatalf("dispatched %+v", d.Counts)
		}
		one, two = w.get(one.ID), w.get(two.ID)
		assigned := w.bulked(b, w.head, w.ask(feedback.BulkChange{Action: feedback.Assign, OwnerID: w.wu.ID}, one, two))
		if assigned.Changed != 2 || w.get(one.ID).OwnerName != "吴工" {
			t.Errorf("assigned %+v", assigned.Counts)
		}
		one, two = w.get(one.ID), w.get(two.ID)
		again := w.bulked(b, w.head, w.ask(feedback.BulkChange{Action: feedback.Assign, OwnerID: w.wu.ID}, one, two))
		if again.Same != 2 {
			t.Errorf("assigned again %+v", again.Counts)
		}
		if assigned = w.undone(b, w.head, assigned); assigned.Restored != 2 || !w.get(one.ID).OwnerID.IsZero() {
			t.Errorf("taken back %+v", assigned.Counts)
		}
		one = w.get(one.ID)
		moved := w.bulked(b, w.head, w.ask(feedback.BulkChange{Action: "category", Category: "service.conduct"}, one))
		if moved.Changed != 1 || w.get(one.ID).Category != "service.conduct" {
			t.Errorf("category %+v", moved.Counts)
		}
		if w.undone(b, w.head, moved); w.get(one.ID).Category != "service.attitude" {
			t.Error("the category was not taken back")
		}
		asked := w.ask(feedback.BulkChange{Action: "category", Category: "nothing.such"}, one)
		if _, err := b.Preview(w.as(w.head), asked); !errors.Is(err, feedback.ErrCategory) {
			t.Errorf("unknown category: %v", err)
		}
	})
}

// Whose cases they are is held to each: another unit's are refused, another company's are
// none, and who may not assign assigns none.
func TestBulkHoldsToWhoseCasesTheyAre(t *testing.T) {
	each(t, func(w *world) {
		b := w.bulks()
		theirs := w.dispatched(complaint())
		assign := w.ask(feedback.BulkChange{Action: feedback.Assign, OwnerID: w.qian.ID}, theirs)
		v, err := b.Preview(w.as(w.qian), assign)
		w.must(err)
		if v.Refused != 1 || v.Reasons[0].Text == "" {
			t.Errorf("another unit's case: %+v", v)
		}
		if _, err := b.Preview(w.as(w.agent), assign); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("without the right: %v", err)
		}
		if _, err := b.Preview(w.as(w.yi), assign); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("of another company: %v", err)
		}
	})
}

// A filter chooses what the list shows, by words too.
func TestAFilterChoosesWhatTheListShows(t *testing.T) {
	each(t, func(w *world) {
		w.dispatched(complaint())
		w.registered(complaint())
		w.resolved(complaint())
		for _, f := range []feedback.Filter{{}, {States: []feedback.State{feedback.Registered}}, {Query: "态度生硬"}, {Query: "没有这样的话"}, {UnitID: w.station.ID}} {
			for _, sort := range []feedback.Sort{"-received_at", "due_at"} {
				listed, _, err := w.List(w.as(w.head), feedback.ListInput{Filter: f, Sort: sort, Limit: 50})
				w.must(err)
				var seen []bulk.Seen
				ctx := w.as(w.head)
				who, err := access.Allow(ctx, feedback.PermAssign)
				w.must(err)
				w.must(w.a.DB.Read(ctx, func(tx *db.Tx) error {
					seen, err = w.BulkChosenTx(tx, who, w.one.ID, feedback.BulkFilter{Filter: f, Sort: sort}, 100)
					return err
				}))
				if len(seen) != len(listed) {
					t.Errorf("%+v by %s: listed %d, chosen %d", f, sort, len(listed), len(seen))
				}
			}
		}
	})
}

// Customers are told of single transfers where the company wants it, of bulk ones never: a
// message cannot be taken back.
func TestABulkTransferSendsNoMessage(t *testing.T) {
	each(t, func(w *world) {
		b := w.bulks()
		w.telling(func(n *feedback.Notices) {
			n.Rules = []feedback.NoticeRule{{On: string(feedback.Transfer), Template: "case.progress", AnyHour: true}}
		})
		single, many := w.accepted(complaint()), w.accepted(complaint())
		_, err := w.Transfer(w.as(w.zhang), single.ID, single.Version, feedback.GiveInput{UnitID: w.hall.ID, Reason: "归口城东"})
		w.must(err)
		d := w.bulked(b, w.head, w.ask(feedback.BulkChange{Action: feedback.Transfer, UnitID: w.hall.ID, Reason: "归口城东"}, many))
		messages := func(i id.ID) int { return w.count("SELECT count(*) FROM message WHERE object_id = $1", i) }
		if d.Changed != 1 || messages(single.ID) != 1 || messages(many.ID) != 0 {
			t.Errorf("%+v; messages of the single one %d, of the bulk one %d", d.Counts, messages(single.ID), messages(many.ID))
		}
	})
}
