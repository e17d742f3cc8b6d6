package knowledge_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/knowledge"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// From the draft to the end: written, judged by another, published, changed, published
// anew, brought back, retired.
func TestTheLifeOfAnArticle(t *testing.T) {
	each(t, func(w *world) {
		d := w.written("editor", input("怎样看账单", "先看抄表日期。"))
		if d.State != knowledge.Draft || d.Live || d.OwnerName != "李editor" || w.titles("agent", "账单") != "" || !slices.Equal(d.May, []string{"update", "submit"}) {
			t.Errorf("a draft: %+v, found %q", d, w.titles("agent", "账单"))
		}
		d = w.done(w.svc.Submit(w.as("editor"), d.ID, d.Version))
		if w.inbox("head") != "审核知识条目“怎样看账单”" || w.inbox("editor") != "" {
			t.Errorf("tasks: head %q, editor %q", w.inbox("head"), w.inbox("editor"))
		}
		d = w.done(w.svc.Return(w.as("head"), d.ID, d.Version, "缺依据"))
		if d.State != knowledge.Draft || d.Work.Answer != "缺依据" || w.inbox("head") != "" || w.inbox("editor") != "修改被退回的知识条目“怎样看账单”" {
			t.Errorf("sent back: %+v, head %q, editor %q", d.Work, w.inbox("head"), w.inbox("editor"))
		}
		in := input("怎样看账单", "先看抄表日期，再看示数。")
		in.Note = "补充示数"
		d = w.done(w.svc.Update(w.as("editor"), d.ID, d.Version, in))
		d = w.done(w.svc.Submit(w.as("editor"), d.ID, d.Version))
		d = w.done(w.svc.Publish(w.as("head"), d.ID, d.Version, "2026-09-01"))
		if d.State != knowledge.Published || !d.Live || d.PublishedNo != 1 || d.ReviewOn != "2026-09-01" || w.titles("agent", "账单") != "怎样看账单" || w.inbox("head")+w.inbox("editor") != "" {
			t.Errorf("published: %+v, found %q", d.Article, w.titles("agent", "账单"))
		}
		w.changedAndRetired(d)
		if got := w.recorded(); got != "create submit return update submit publish update restore update submit publish retire revive" {
			t.Errorf("audit log: %s", got)
		}
	})
}

func (w *world) changedAndRetired(d knowledge.Detail) {
	w.t.Helper()
	first := d
	d = w.done(w.svc.Update(w.as("editor"), d.ID, d.Version, input("怎样看懂账单", "分五步。")))
	if d.State != knowledge.Draft || !d.Live || d.Title != "怎样看账单" || !strings.Contains(d.Sheet.Zh.HTML, "再看示数") || d.Work.Zh.Title != "怎样看懂账单" || w.titles("agent", "看懂") != "" {
		w.t.Errorf("a change that is being written: %+v", d)
	}
	if d = w.done(w.svc.Restore(w.as("editor"), d.ID, d.Version, 1)); d.State != knowledge.Published || d.Work.Zh.Title != "怎样看账单" {
		w.t.Errorf("restored: %+v", d)
	}
	d = w.done(w.svc.Update(w.as("editor"), d.ID, d.Version, input("怎样看懂账单", "分五步。")))
	d = w.done(w.svc.Submit(w.as("editor"), d.ID, d.Version))
	d = w.done(w.svc.Publish(w.as("head"), d.ID, d.Version, ""))
	if d.PublishedNo != 2 || d.ReviewOn != "2027-03-02" || w.titles("agent", "看懂") != "怎样看懂账单" || w.titles("agent", "示数") != "" {
		w.t.Errorf("published anew: %+v", d.Article)
	}
	v, err := w.svc.Version(w.as("agent"), d.ID, 1)
	if err != nil || v.Content.Zh != first.Work.Zh || v.PublisherName != "李head" || v.Note != "补充示数" {
		w.t.Errorf("the first version: %+v, %v", v, err)
	}
	d = w.done(w.svc.Retire(w.as("head"), d.ID, d.Version, "不再适用"))
	if d.Live || d.Work.Answer != "不再适用" || w.titles("agent", "看懂") != "" {
		w.t.Errorf("retired: %+v", d)
	}
	if _, err := w.svc.Get(w.as("agent"), d.ID); !errors.Is(err, db.ErrNotFound) {
		w.t.Errorf("an agent reads what is retired: %v", err)
	}
	if d = w.done(w.svc.Revive(w.as("head"), d.ID, d.Version)); d.State != knowledge.Draft || d.Live {
		w.t.Errorf("revived: %+v", d.Article)
	}
}

// Who wrote an article does not publish it, alone or among others, nor who revived it.
func TestFourEyes(t *testing.T) {
	each(t, func(w *world) {
		d := w.written("head", input("一", "一"))
		d = w.done(w.svc.Submit(w.as("head"), d.ID, d.Version))
		if _, err := w.svc.Publish(w.as("head"), d.ID, d.Version, ""); !errors.Is(err, knowledge.ErrOwn) {
			t.Errorf("one's own: %v", err)
		}
		if slices.Contains(d.May, "publish") || !strings.Contains(w.inbox("chief"), "审核") {
			t.Errorf("may %v; the chief is asked: %q", d.May, w.inbox("chief"))
		}
		d = w.done(w.svc.Publish(w.as("chief"), d.ID, d.Version, ""))

		d = w.done(w.svc.Update(w.as("editor"), d.ID, d.Version, input("一", "二")))
		d = w.done(w.svc.Update(w.as("head"), d.ID, d.Version, input("一", "三")))
		d = w.done(w.svc.Update(w.as("editor"), d.ID, d.Version, input("一", "四")))
		d = w.done(w.svc.Submit(w.as("editor"), d.ID, d.Version))
		if _, err := w.svc.Publish(w.as("head"), d.ID, d.Version, ""); !errors.Is(err, knowledge.ErrOwn) {
			t.Errorf("one of several authors: %v", err)
		}
		d = w.done(w.svc.Retire(w.as("head"), d.ID, d.Version, "停"))
		d = w.done(w.svc.Revive(w.as("head"), d.ID, d.Version))
		d = w.done(w.svc.Submit(w.as("editor"), d.ID, d.Version))
		if _, err := w.svc.Publish(w.as("head"), d.ID, d.Version, ""); !errors.Is(err, knowledge.ErrOwn) {
			t.Errorf("who revived it: %v", err)
		}
	})
}

func TestStepsThatAreRefused(t *testing.T) {
	each(t, func(w *world) {
		d := w.published("editor", "head", input("一", "一"))
		v := d.Version
		for name, c := range map[string]struct {
			err  error
			want error
		}{
			"stale":                  {second(w.svc.Update(w.as("editor"), d.ID, v-1, input("二", "二"))), db.ErrStale},
			"submit what is out":     {second(w.svc.Submit(w.as("editor"), d.ID, v)), knowledge.ErrState},
			"withdraw nothing":       {second(w.svc.Withdraw(w.as("editor"), d.ID, v)), knowledge.ErrState},
			"return nothing":         {second(w.svc.Return(w.as("head"), d.ID, v, "why")), knowledge.ErrState},
			"publish twice":          {second(w.svc.Publish(w.as("head"), d.ID, v, "")), knowledge.ErrState},
			"revive what lives":      {second(w.svc.Revive(w.as("head"), d.ID, v)), knowledge.ErrState},
			"restore what never was": {second(w.svc.Restore(w.as("editor"), d.ID, v, 7)), knowledge.ErrVersion},
			"an agent's change":      {second(w.svc.Update(w.as("agent"), d.ID, v, input("二", "二"))), access.ErrForbidden},
			"an agent's confirming":  {second(w.svc.Confirm(w.as("agent"), d.ID, v, "")), access.ErrForbidden},
			"another company's":      {second(w.svc.Update(w.as("neighbour"), d.ID, v, input("二", "二"))), db.ErrNotFound},
			"without a right":        {second(w.svc.Publish(w.as("editor"), d.ID, v, "")), access.ErrForbidden},
		} {
			if !errors.Is(c.err, c.want) {
				t.Errorf("%s: %v, want %v", name, c.err, c.want)
			}
		}
		for _, day := range []string{"2026-03-02", "2036-01-01", "soon"} {
			if err := second(w.svc.Confirm(w.as("editor"), d.ID, v, whenDay(day))); fault.KindOf(err) != fault.Invalid {
				t.Errorf("confirmed until %s: %v", day, err)
			}
		}
		if err := second(w.svc.Retire(w.as("head"), d.ID, v, "  ")); fault.KindOf(err) != fault.Invalid {
			t.Errorf("retired for no reason: %v", err)
		}
	})
}

// An agent writes and changes his own; a colleague does not see it before it is read by
// all; the editor sees everything.
func TestWhoSeesADraft(t *testing.T) {
	each(t, func(w *world) {
		d := w.written("agent", input("坐席写的", "内容"))
		d = w.done(w.svc.Update(w.as("agent"), d.ID, d.Version, input("坐席写的", "改过")))
		for name, want := range map[string]int{"agent": 1, "other": 0, "editor": 1, "head": 1, "neighbour": 0, "chief": 1, "metering": 0} {
			list, _, err := w.svc.List(w.as(name), knowledge.Filter{}, "", 50)
			if err != nil || len(list) != want {
				t.Errorf("%s lists %d, %v", name, len(list), err)
			}
			if _, err := w.svc.Get(w.as(name), d.ID); (err == nil) != (want == 1) {
				t.Errorf("%s opens it: %v", name, err)
			}
		}
		if _, err := w.svc.Create(w.as("metering"), "", input("一", "一")); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("a metering clerk writes: %v", err)
		}
	})
}

// What the province writes, all companies read; they do not change it.
func TestSharedByTheProvince(t *testing.T) {
	each(t, func(w *world) {
		in := input("全省统一答复", "内容")
		if _, err := w.svc.Create(w.as("chief"), "", in); !errors.Is(err, db.ErrOrgRequired) {
			t.Errorf("whose? %v", err)
		}
		in.OrgID = w.orgs.Province.ID
		d := w.published("chief", "deputy", in)
		if w.inbox("deputy") != "" || !d.Shared {
			t.Errorf("the deputy was asked and is done: %q", w.inbox("deputy"))
		}
		for _, name := range []string{"agent", "reader", "head"} {
			got, err := w.svc.Get(w.as(name), d.ID)
			if err != nil || got.Work != nil || w.titles(name, "统一") != "全省统一答复" || !slices.Equal(got.May, []string{"vote"}) {
				t.Errorf("%s: %+v, %v, finds %q", name, got.May, err, w.titles(name, "统一"))
			}
		}
		for org, want := range map[id.ID]int{w.orgs.One.ID: 1, w.orgs.Province.ID: 1, {}: 1} {
			if list, _, err := w.svc.List(w.as("agent"), knowledge.Filter{OrgID: org}, "", 5); err != nil || len(list) != want {
				t.Errorf("the list for %s holds %d, %v", org, len(list), err)
			}
		}
		if err := second(w.svc.Update(w.as("head"), d.ID, d.Version, in)); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("a county changes it: %v", err)
		}
		yes := true
		if got := w.done(w.svc.Vote(w.as("reader"), d.ID, knowledge.VoteInput{No: 1, Useful: &yes})); got.Votes != 1 {
			t.Errorf("a vote from below: %+v", got.Article)
		}
	})
}

// The owner is told once when the review date has come, and again after the next.
func TestReviewDates(t *testing.T) {
	each(t, func(w *world) {
		d := w.published("editor", "head", input("要复审的", "内容"))
		keep := func(days int, want string) {
			t.Helper()
			w.now = w.now.Add(time.Duration(days) * 24 * time.Hour)
			for range 2 {
				if err := w.svc.Keep(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if got := w.inbox("editor"); got != want {
				t.Errorf("after %d days: %q, want %q", days, got, want)
			}
		}
		keep(364, "")
		keep(1, "复审知识条目“要复审的”：内容仍然正确吗？")
		due, _, err := w.svc.List(w.as("head"), knowledge.Filter{Due: true}, "", 10)
		if err != nil || len(due) != 1 || !due[0].ReviewDue {
			t.Errorf("due: %+v, %v", due, err)
		}
		d = w.done(w.svc.Confirm(w.as("editor"), d.ID, d.Version, ""))
		if d.ReviewDue || d.ReviewOn != "2028-03-02" {
			t.Errorf("confirmed: %+v", d.Article)
		}
		keep(1, "")
		keep(366, "复审知识条目“要复审的”：内容仍然正确吗？")
		in := input("要复审的", "内容")
		in.OwnerID = w.people["agent"].UserID
		d = w.done(w.svc.Update(w.as("editor"), d.ID, d.Version, in))
		if d.State != knowledge.Published || d.OwnerName != "李agent" {
			t.Errorf("handed on: %+v", d.Article)
		}
		in.OwnerID = w.people["reader"].UserID
		if err := second(w.svc.Update(w.as("editor"), d.ID, d.Version, in)); !errors.Is(err, knowledge.ErrOwner) {
			t.Errorf("to another company: %v", err)
		}
	})
}
