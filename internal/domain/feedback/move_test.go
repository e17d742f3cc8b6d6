package feedback_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// every state with the steps that are possible from it.
var possible = map[feedback.State]string{
	feedback.Registered: "dispatch join resolve split update withdraw",
	feedback.Dispatched: "accept assign join progress return split transfer update withdraw",
	feedback.Accepted:   "assign join pause progress resolve return split transfer update withdraw",
	feedback.Waiting:    "assign join progress resume split update withdraw",
	feedback.Resolved:   "close reopen update verdict",
	feedback.Closed:     "reopen",
	feedback.Withdrawn:  "reopen",
	feedback.Joined:     "reopen",
}

// in brings a new case into a state.
func (w *world) in(s feedback.State) feedback.Detail {
	w.t.Helper()
	ctx := w.as(w.zhang)
	var d feedback.Detail
	var err error
	switch s {
	case feedback.Registered:
		return w.registered(complaint())
	case feedback.Dispatched:
		return w.dispatched(complaint())
	case feedback.Accepted:
		return w.accepted(complaint())
	case feedback.Waiting:
		d = w.accepted(complaint())
		d, err = w.Pause(ctx, d.ID, d.Version, feedback.PauseInput{Reason: "客户出差", Evidence: "通话录音 3"})
	case feedback.Resolved:
		return w.resolved(complaint())
	case feedback.Closed:
		d = w.resolved(complaint())
		d, err = w.Close(ctx, d.ID, d.Version, feedback.CloseInput{Reason: "unreachable"})
	case feedback.Withdrawn:
		d = w.accepted(complaint())
		d, err = w.Withdraw(ctx, d.ID, d.Version, feedback.ReasonInput{Reason: "客户撤诉"})
	case feedback.Joined:
		d = w.accepted(complaint())
		d, err = w.Join(ctx, d.ID, d.Version, feedback.JoinInput{LeadID: w.accepted(complaint()).ID})
	}
	w.must(err)
	return d
}

// take tries a step with an input that is right.
func (w *world) take(a feedback.Action, d feedback.Detail) (feedback.Detail, error) {
	ctx := w.as(w.zhang)
	switch a {
	case feedback.Dispatch:
		return w.Dispatch(ctx, d.ID, d.Version, feedback.GiveInput{UnitID: w.station.ID})
	case feedback.Accept:
		return w.Accept(ctx, d.ID, d.Version)
	case feedback.Assign:
		return w.Assign(ctx, d.ID, d.Version, feedback.AssignInput{OwnerID: w.wu.ID})
	case feedback.Transfer:
		return w.Transfer(ctx, d.ID, d.Version, feedback.GiveInput{UnitID: w.hall.ID, Reason: "营业厅的事"})
	case feedback.Return:
		return w.Return(ctx, d.ID, d.Version, feedback.ReasonInput{Reason: "不属于本所"})
	case feedback.Pause:
		return w.Pause(ctx, d.ID, d.Version, feedback.PauseInput{Reason: "等客户材料", Evidence: "短信截图"})
	case feedback.Resume:
		return w.Resume(ctx, d.ID, d.Version)
	case feedback.Progress:
		return w.Progress(ctx, d.ID, d.Version, feedback.ProgressInput{Milestone: "contacted"})
	case feedback.Resolve:
		return w.Resolve(ctx, d.ID, d.Version, feedback.ResolveInput{Answer: "已处理"})
	case feedback.Judge:
		return w.Verdict(ctx, d.ID, d.Version, feedback.VerdictInput{Verdict: feedback.Satisfied, By: "call", Timely: true, Reasonable: true, Fair: true})
	case feedback.Close:
		return w.Close(ctx, d.ID, d.Version, feedback.CloseInput{Reason: "declined"})
	case feedback.Reopen:
		return w.Reopen(ctx, d.ID, d.Version, feedback.ReopenInput{Reason: "客户再次来电"})
	case feedback.Withdraw:
		return w.Withdraw(ctx, d.ID, d.Version, feedback.ReasonInput{Reason: "客户撤诉"})
	case feedback.Join:
		return w.Join(ctx, d.ID, d.Version, feedback.JoinInput{LeadID: w.accepted(complaint()).ID})
	case feedback.Split:
		return w.Split(ctx, d.ID, d.Version, feedback.SplitInput{Type: feedback.Inquiry, Category: "business.billing", Text: "还问了电价"})
	}
	f := complaint().Facts
	f.Text = "改了的话"
	return w.Update(w.as(w.agent), d.ID, d.Version, f)
}

// Every step from every state does what the table says, and the detail offers just
// those that are possible; each leaves an event and an audit entry.
func TestStepsFollowTheTable(t *testing.T) {
	each(t, func(w *world) {
		for state, steps := range possible {
			d := w.in(state)
			if d.State != state {
				w.t.Fatalf("case is %s, want %s", d.State, state)
			}
			seen, err := w.Get(w.as(w.zhang), d.ID)
			w.must(err)
			offered := steps
			if state == feedback.Registered {
				offered = strings.Replace(steps, " update", "", 1) // that is for who took it in
			}
			if got := fmt.Sprint(seen.Actions); got != "["+offered+"]" {
				w.t.Errorf("%s offers %s, want [%s]", state, got, offered)
			}
			for _, a := range []feedback.Action{feedback.Dispatch, feedback.Accept, feedback.Assign, feedback.Transfer, feedback.Return, feedback.Pause, feedback.Resume, feedback.Progress, feedback.Resolve,
				feedback.Judge, feedback.Close, feedback.Reopen, feedback.Withdraw, feedback.Join, feedback.Split, feedback.Update} {
				fits := slices.Contains(strings.Fields(steps), string(a))
				if !fits {
					if _, err := w.take(a, d); !errors.Is(err, feedback.ErrState) {
						w.t.Errorf("%s from %s: %v", a, state, err)
					}
					continue
				}
				d := w.in(state)
				entries := w.count("SELECT count(*) FROM audit_entry WHERE object_id = $1", d.ID)
				after, err := w.take(a, d)
				if err != nil {
					w.t.Errorf("%s from %s: %v", a, state, err)
					continue
				}
				if after.Version != d.Version+1 || after.Events[0].Kind != string(a) || w.count("SELECT count(*) FROM audit_entry WHERE object_id = $1", d.ID) != entries+1 {
					w.t.Errorf("%s from %s: version %d, newest event %s", a, state, after.Version, after.Events[0].Kind)
				}
			}
		}
	})
}

// Of two who close a case at once one does, and the other is told that it was changed.
func TestTwoCloseAtOnce(t *testing.T) {
	each(t, func(w *world) {
		d := w.resolved(complaint())
		var wait sync.WaitGroup
		errs := make([]error, 2)
		for i, ctx := range []context.Context{w.as(w.zhang), w.as(w.agent)} {
			wait.Go(func() {
				_, errs[i] = w.Verdict(ctx, d.ID, d.Version, feedback.VerdictInput{Verdict: feedback.Satisfied, By: "call"})
			})
		}
		wait.Wait()
		if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), db.ErrStale) {
			w.t.Errorf("%v", errs)
		}
		if n := w.count("SELECT count(*) FROM feedback_event WHERE case_id = $1 AND kind = 'verdict'", d.ID); n != 1 {
			w.t.Errorf("%d verdicts", n)
		}
	})
}

// A pause takes a reason and what proves it, a transfer and a return a reason.
func TestReasonsAreDemanded(t *testing.T) {
	each(t, func(w *world) {
		d, ctx := w.accepted(complaint()), w.as(w.zhang)
		_, pause := w.Pause(ctx, d.ID, d.Version, feedback.PauseInput{Reason: "等", Evidence: " "})
		_, transfer := w.Transfer(ctx, d.ID, d.Version, feedback.GiveInput{UnitID: w.hall.ID})
		_, back := w.Return(ctx, d.ID, d.Version, feedback.ReasonInput{Reason: " "})
		_, answer := w.Resolve(ctx, d.ID, d.Version, feedback.ResolveInput{Answer: " "})
		_, unlawful := w.Resolve(ctx, d.ID, d.Version, feedback.ResolveInput{Answer: "不能办", Finding: "unlawful"})
		for name, err := range map[string]error{"evidence": pause, "reason": transfer, "reason ": back, "answer": answer, "cause": unlawful} {
			var f *fault.Error
			if !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Name != strings.TrimSpace(name) {
				w.t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// Only the unit that has a case works on it; whoever is at home above does, too. A unit
// of another company takes none, and one without people none either.
func TestUnitsWorkOnTheirOwnCases(t *testing.T) {
	each(t, func(w *world) {
		d := w.dispatched(complaint())
		if _, err := w.Accept(w.as(w.qian), d.ID, d.Version); !errors.Is(err, feedback.ErrNotYours) {
			w.t.Errorf("another unit: %v", err)
		}
		if _, err := w.Get(w.as(w.yi), d.ID); !errors.Is(err, db.ErrNotFound) {
			w.t.Errorf("another company: %v", err)
		}
		for unit, want := range map[string]error{w.two.Code: feedback.ErrUnit} {
			o, _ := w.tree.ByCode(unit)
			if _, err := w.Transfer(w.as(w.zhang), d.ID, d.Version, feedback.GiveInput{UnitID: o.ID, Reason: "转"}); !errors.Is(err, want) {
				w.t.Errorf("to %s: %v", unit, err)
			}
		}
		if _, err := w.Assign(w.as(w.zhang), d.ID, d.Version, feedback.AssignInput{OwnerID: w.yi.ID}); !errors.Is(err, feedback.ErrOwner) {
			w.t.Errorf("a stranger as owner: %v", err)
		}
		if _, err := w.Accept(w.as(w.head), d.ID, d.Version); err != nil {
			w.t.Errorf("the head: %v", err)
		}
	})
}

// Who is dissatisfied has his case opened again for somebody else, whose limits begin
// anew.
func TestDissatisfiedOpensAgainForAnother(t *testing.T) {
	each(t, func(w *world) {
		d := w.resolved(complaint())
		w.at("2026-03-05 10:00")
		in := feedback.VerdictInput{Verdict: feedback.Dissatisfied, By: "call", Text: "还是没有道歉", OwnerID: w.zhang.ID}
		if _, err := w.Verdict(w.as(w.agent), d.ID, d.Version, in); !errors.Is(err, feedback.ErrSameOwner) {
			w.t.Errorf("the same owner: %v", err)
		}
		in.OwnerID = w.wu.ID
		d, err := w.Verdict(w.as(w.agent), d.ID, d.Version, in)
		w.must(err)
		if d.State != feedback.Dispatched || d.Round != 2 || d.OwnerName != "吴工" || d.Verdict != feedback.Dissatisfied {
			w.t.Errorf("%s, round %d, %s", d.State, d.Round, d.OwnerName)
		}
		if got := due(d)[feedback.StageAnswer]; got != "2026-03-11 23:59" {
			w.t.Errorf("answer by %s", got)
		}
		if _, err := w.Accept(w.as(w.zhang), d.ID, d.Version); !errors.Is(err, feedback.ErrSameOwner) {
			w.t.Errorf("accepted by the last owner: %v", err)
		}
		if _, err := w.Accept(w.as(w.wu), d.ID, d.Version); err != nil {
			w.t.Error(err)
		}
	})
}
