package feedback_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/knowledge"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// lesson is a case whose words tell who it is about.
func (w *world) lesson() feedback.CreateInput {
	in := complaint()
	in.CustomerID, in.Title = w.li.ID, "李小明投诉窗口态度"
	in.Text = "李小明（" + w.li.CustomerNo + "）在城关镇人民路12号来电 13911112222：窗口人员态度生硬。"
	return in
}

func (w *world) draft(u access.User, i id.ID) (id.ID, error) {
	d, err := w.Draft(w.as(u), i)
	return d.ArticleID, err
}

// A solved case becomes one draft that tells what was done, and not to whom.
func TestASolvedCaseBecomesADraft(t *testing.T) {
	each(t, func(w *world) {
		d := w.resolved(w.lesson())
		if !d.MayDraft {
			t.Error("the handler is not offered it")
		}
		made, err := w.draft(w.zhang, d.ID)
		w.must(err)
		a, err := w.articles.Get(w.as(w.zhang), made)
		w.must(err)
		words := a.Work.Zh
		if a.State != knowledge.Draft || a.Category != "case" || a.ContactPoint != "complaint" || a.Audience != knowledge.Internal || a.SourceRef != d.ID.String() || a.Work.Numbered {
			t.Errorf("draft %+v", a)
		}
		for _, want := range []string{"## 客户诉求", "窗口人员态度生硬", "## 答复客户", "已道歉并教育当事人"} {
			if !strings.Contains(words.Body, want) {
				t.Errorf("no %q in %q", want, words.Body)
			}
		}
		for _, known := range []string{"李小明", w.li.CustomerNo, "人民路12号", "13911112222"} {
			if strings.Contains(words.Title+words.Body, known) {
				t.Errorf("%q is told: %s\n%s", known, words.Title, words.Body)
			}
		}
		after, err := w.Get(w.as(w.zhang), d.ID)
		w.must(err)
		if after.Events[0].Kind != "draft" || after.Events[0].Audience != feedback.Internal || after.Version != d.Version {
			t.Errorf("the case tells %+v at version %d of %d", after.Events[0], after.Version, d.Version)
		}
		again, err := w.draft(w.zhang, d.ID)
		w.must(err)
		if again != made {
			t.Errorf("made twice: %s and %s", made, again)
		}
		if again, err := w.Get(w.as(w.zhang), d.ID); err != nil || len(again.Events) != len(after.Events) {
			t.Errorf("told twice: %+v, %v", again.Events[0], err)
		}
	})
}

// What is not solved, or secret, teaches nobody; who writes no articles makes none.
func TestWhatBecomesNoDraft(t *testing.T) {
	each(t, func(w *world) {
		refused := func(name string, u access.User, i id.ID, want error) {
			t.Helper()
			if _, err := w.draft(u, i); !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", name, err, want)
			}
		}
		open := w.accepted(w.lesson())
		refused("a case in work", w.zhang, open.ID, feedback.ErrUnsolved)
		secret := w.lesson()
		secret.Secret = true
		hidden := w.resolved(secret)
		if hidden.MayDraft {
			t.Error("a secret case is offered")
		}
		refused("a secret case", w.zhang, hidden.ID, feedback.ErrUnsolved)
		solved := w.resolved(w.lesson())
		refused("of another company", w.yi, solved.ID, db.ErrNotFound)
		metering := w.user("metering", "郑工", w.one, w.station)
		refused("who writes none", metering, solved.ID, access.ErrForbidden)
		if d, err := w.Get(w.as(metering), solved.ID); err != nil || d.MayDraft {
			t.Errorf("is offered it: %v, %v", d.MayDraft, err)
		}
		if _, err := w.draft(w.zhang, solved.ID); err != nil {
			t.Fatal(err)
		}
		refused("while a colleague writes it", w.agent, solved.ID, knowledge.ErrDrafted)
		if _, err := w.draft(w.head, solved.ID); err != nil {
			t.Errorf("the head reads the draft: %v", err)
		}
	})
}

// An English case gives an English draft.
func TestTheDraftKeepsTheLanguage(t *testing.T) {
	each(t, func(w *world) {
		in := complaint()
		in.Title, in.Text, in.CallerName, in.Place = "", "The bill of Ann Lee is twice as high as last month.", "Ann Lee", ""
		d := w.accepted(in)
		d, err := w.Resolve(w.as(w.zhang), d.ID, d.Version, feedback.ResolveInput{Answer: "The reading was estimated and has been corrected.", Cause: "Estimated reading"})
		w.must(err)
		made, err := w.draft(w.zhang, d.ID)
		w.must(err)
		a, err := w.articles.Get(w.as(w.zhang), made)
		w.must(err)
		if a.Work.Zh.Title != "" || !strings.Contains(a.Work.En.Body, "## Cause") || strings.Contains(a.Work.En.Body, "Ann Lee") {
			t.Errorf("draft %+v", a.Work.Content)
		}
	})
}

// Two who press the key at once make one draft.
func TestTwoDraftAtOnce(t *testing.T) {
	each(t, func(w *world) {
		d := w.resolved(w.lesson())
		made := make([]id.ID, 4)
		var all sync.WaitGroup
		for n := range made {
			ctx := w.as(w.head)
			all.Go(func() {
				one, err := w.Draft(ctx, d.ID)
				if err != nil {
					t.Error(err)
				}
				made[n] = one.ArticleID
			})
		}
		all.Wait()
		for _, m := range made {
			if m != made[0] {
				t.Errorf("drafts %v", made)
				return
			}
		}
	})
}
