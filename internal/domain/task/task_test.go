package task_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

var (
	one    = org.Org{ID: id.ID{1}, Level: org.County, Code: "1001"}
	two    = org.Org{ID: id.ID{2}, Level: org.County, Code: "1002"}
	tree   = org.NewTree([]org.Org{one, two})
	clerk  = id.ID{11}
	friend = id.ID{12}
)

func as(user id.ID, orgs ...org.Org) context.Context {
	var held []access.Held
	for _, o := range orgs {
		held = append(held, access.Held{Patterns: access.Patterns{"task.*"}, OrgID: o.ID})
	}
	return access.WithCaller(context.Background(), access.NewCaller(access.User{ID: user, Name: "x", Locale: "en"}, tree, held...))
}

func each(t *testing.T, fn func(t *testing.T, s *task.Service, d *db.DB, now *when.Instant)) {
	for _, e := range dbtest.Engines {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			now := when.At(time.Date(2026, 3, 2, 9, 0, 0, 0, when.Zone))
			d := dbtest.Open(t, e, func() when.Instant { return now })
			keys, err := crypt.New(bytes.Repeat([]byte{1}, 32))
			if err != nil {
				t.Fatal(err)
			}
			s := task.NewService(task.Deps{DB: d, Keys: keys, Audit: audit.New(d, keys), Cursors: page.NewSigner([]byte("k")),
				Text: func(lang, key string, params map[string]any) string { return fmt.Sprint(lang, " ", key, " ", params) }})
			fn(t, s, d, &now)
		})
	}
}

func create(t *testing.T, s *task.Service, ctx context.Context, in task.CreateInput) task.Task {
	t.Helper()
	made, err := s.Create(ctx, "", in)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func inbox(t *testing.T, s *task.Service, ctx context.Context, state task.State) (texts []string) {
	t.Helper()
	cursor := ""
	for {
		tasks, next, err := s.Inbox(ctx, state, cursor, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range tasks {
			texts = append(texts, x.Text)
		}
		if cursor = next; next == "" {
			return texts
		}
	}
}

func TestTheInboxIsOrderedByUrgencyAcrossCompanies(t *testing.T) {
	each(t, func(t *testing.T, s *task.Service, d *db.DB, now *when.Instant) {
		ctx := as(clerk, one, two)
		for i, in := range []task.CreateInput{
			{OrgID: one.ID, Title: "no limit"}, {OrgID: two.ID, Title: "third", DueAt: now.Add(3 * time.Hour)}, {OrgID: one.ID, Title: "first", DueAt: now.Add(time.Hour)},
			{OrgID: two.ID, Title: "second", DueAt: now.Add(2 * time.Hour)}, {OrgID: one.ID, Title: "another's", AssigneeID: friend},
		} {
			if got := create(t, s, ctx, in); got.Text != in.Title || got.Overdue {
				t.Errorf("task %d: %+v", i, got)
			}
		}
		if got := fmt.Sprint(inbox(t, s, ctx, task.Open)); got != "[first second third no limit]" {
			t.Errorf("inbox %s", got)
		}
		if got := fmt.Sprint(inbox(t, s, as(clerk, one), task.Open)); got != "[first no limit]" {
			t.Errorf("of one company: %s", got)
		}
		*now = now.Add(90 * time.Minute)
		tasks, _, err := s.Inbox(ctx, task.Open, "", 2)
		if err != nil || !tasks[0].Overdue || tasks[1].Overdue {
			t.Errorf("overdue: %+v, %v", tasks, err)
		}
	})
}

func TestFinishingAndTakingBack(t *testing.T) {
	each(t, func(t *testing.T, s *task.Service, d *db.DB, now *when.Instant) {
		ctx := as(clerk, one)
		made := create(t, s, ctx, task.CreateInput{Title: "call back"})
		done, err := s.Move(ctx, made.ID, 1, task.Done)
		if err != nil || done.State != task.Done || done.DoneAt != *now || done.Version != 2 {
			t.Fatalf("done: %+v, %v", done, err)
		}
		if _, err := s.Move(ctx, made.ID, 2, task.Dropped); !errors.Is(err, task.ErrState) {
			t.Errorf("dropping what is done: %v", err)
		}
		if _, err := s.Move(ctx, made.ID, 1, task.Open); !errors.Is(err, db.ErrStale) {
			t.Errorf("stale: %v", err)
		}
		open, err := s.Move(ctx, made.ID, 2, task.Open)
		if err != nil || open.DoneAt != 0 {
			t.Errorf("taken back: %+v, %v", open, err)
		}
		for name, other := range map[string]context.Context{"a colleague": as(friend, one), "another company": as(clerk, two)} {
			if _, err := s.Move(other, made.ID, 3, task.Done); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if len(inbox(t, s, ctx, task.Done)) != 0 || len(inbox(t, s, ctx, task.Open)) != 1 {
			t.Error("the inbox does not follow the state")
		}
	})
}

func TestCreateRefusesAndRepeats(t *testing.T) {
	each(t, func(t *testing.T, s *task.Service, d *db.DB, now *when.Instant) {
		ctx := as(clerk, one)
		if _, err := s.Create(ctx, "", task.CreateInput{Title: "x", DueAt: now.Add(-time.Hour)}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("due in the past: %v", err)
		}
		if _, err := s.Create(ctx, "", task.CreateInput{OrgID: two.ID, Title: "x"}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another company: %v", err)
		}
		if _, err := s.Create(as(clerk, one, two), "", task.CreateInput{Title: "x"}); !errors.Is(err, db.ErrOrgRequired) {
			t.Errorf("which company: %v", err)
		}
		if _, err := s.Create(as(clerk), "", task.CreateInput{Title: "x"}); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("without permission: %v", err)
		}
		a, err := s.Create(ctx, "key", task.CreateInput{Title: "once"})
		if err != nil {
			t.Fatal(err)
		}
		b, err := s.Create(ctx, "key", task.CreateInput{Title: "once"})
		if err != nil || a.ID != b.ID || len(inbox(t, s, ctx, task.Open)) != 1 {
			t.Errorf("sent twice: %v %v %v", a.ID, b.ID, err)
		}
	})
}

func TestAModulesTaskSpeaksTheReadersLanguage(t *testing.T) {
	each(t, func(t *testing.T, s *task.Service, d *db.DB, now *when.Instant) {
		err := d.Write(context.Background(), func(tx *db.Tx) error {
			_, err := s.CreateTx(tx, id.ID{}, task.New{OrgID: one.ID, Kind: "reception.check", Params: map[string]any{"n": 3}, AssigneeID: clerk})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(inbox(t, s, as(clerk, one), task.Open)); got != "[en reception.check map[n:3]]" {
			t.Errorf("inbox %s", got)
		}
	})
}
