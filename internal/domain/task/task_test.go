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
	one   = org.Org{ID: id.ID{1}, Level: org.County, Code: "1001"}
	two   = org.Org{ID: id.ID{2}, Level: org.County, Code: "1002"}
	tree  = org.NewTree([]org.Org{one, two})
	clerk = id.ID{11}
)

func as(user id.ID, orgs ...org.Org) context.Context {
	var held []access.Held
	for _, o := range orgs {
		held = append(held, access.Held{Patterns: access.Patterns{"task.*"}, OrgID: o.ID})
	}
	return access.WithCaller(context.Background(), access.NewCaller(access.User{ID: user, Name: "x", Locale: "en"}, tree, held...))
}

// bench is the service with two companies; the friend is a clerk of the first,
// the stranger of the second.
type bench struct {
	*task.Service
	d                *db.DB
	now              when.Instant
	friend, stranger id.ID
}

func each(t *testing.T, fn func(t *testing.T, b *bench)) {
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) {
		b := &bench{now: when.At(time.Date(2026, 3, 2, 9, 0, 0, 0, when.Zone))}
		b.d = dbtest.Open(t, e, func() when.Instant { return b.now })
		keys, err := crypt.New(bytes.Repeat([]byte{1}, 32))
		if err != nil {
			t.Fatal(err)
		}
		log := audit.New(b.d, keys)
		users := access.New(b.d, keys, org.New(b.d), log, access.Cost{MemoryKiB: 8, Passes: 1})
		b.settle(t, users)
		b.Service = task.NewService(task.Deps{DB: b.d, Keys: keys, Audit: log, Users: users, Cursors: page.NewSigner([]byte("k")),
			Text: func(lang, key string, params map[string]any) string { return fmt.Sprint(lang, " ", key, " ", params) }})
		fn(t, b)
	})
}

// settle makes the companies and users.
func (b *bench) settle(t *testing.T, users *access.Service) {
	t.Helper()
	if err := users.InstallRoles(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := b.d.Write(t.Context(), func(tx *db.Tx) error {
		for _, o := range []org.Org{one, two} {
			if _, err := tx.Exec("INSERT INTO org (id, parent_id, level, code, name, short_name, version, created_at) VALUES ($1, $2, $3, $4, $4, $4, 1, 0)",
				o.ID, o.ParentID, o.Level, o.Code); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, home := range map[*id.ID]org.Org{&b.friend: one, &b.stranger: two} {
		*i, err = users.Bootstrap(t.Context(), access.UserInput{Login: "u" + home.Code, Name: "李", Password: "correct horse", HomeOrgID: home.ID}, "clerk")
		if err != nil {
			t.Fatal(err)
		}
	}
}

func create(t *testing.T, b *bench, ctx context.Context, in task.CreateInput) task.Task {
	t.Helper()
	made, err := b.Create(ctx, "", in)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func inbox(t *testing.T, b *bench, ctx context.Context, state task.State) (texts []string) {
	t.Helper()
	cursor := ""
	for {
		tasks, next, err := b.Inbox(ctx, task.Asked{State: state}, cursor, 2)
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

func TestWhatIsFinishedIsListedFromTheLast(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := as(clerk, one, two)
		for i, title := range []string{"first", "second", "third"} {
			made := create(t, b, ctx, task.CreateInput{OrgID: []org.Org{one, two}[i%2].ID, Title: title, DueAt: b.now.Add(time.Duration(9-i) * time.Hour)})
			b.now = b.now.Add(time.Minute)
			if _, err := b.Move(ctx, made.ID, made.Version, task.Done); err != nil {
				t.Fatal(err)
			}
		}
		if got := fmt.Sprint(inbox(t, b, ctx, task.Done)); got != "[third second first]" {
			t.Errorf("finished %s", got)
		}
	})
}

func TestTheInboxIsOrderedByUrgencyAcrossCompanies(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := as(clerk, one, two)
		for i, in := range []task.CreateInput{
			{OrgID: one.ID, Title: "no limit"}, {OrgID: two.ID, Title: "third", DueAt: b.now.Add(3 * time.Hour)}, {OrgID: one.ID, Title: "first", DueAt: b.now.Add(time.Hour)},
			{OrgID: two.ID, Title: "second", DueAt: b.now.Add(2 * time.Hour)}, {OrgID: one.ID, Title: "another's", AssigneeID: b.friend},
		} {
			if got := create(t, b, ctx, in); got.Text != in.Title || got.Overdue {
				t.Errorf("task %d: %+v", i, got)
			}
		}
		if got := fmt.Sprint(inbox(t, b, ctx, task.Open)); got != "[first second third no limit]" {
			t.Errorf("inbox %s", got)
		}
		if got := fmt.Sprint(inbox(t, b, as(clerk, one), task.Open)); got != "[first no limit]" {
			t.Errorf("of one company: %s", got)
		}
		b.now = b.now.Add(90 * time.Minute)
		tasks, _, err := b.Inbox(ctx, task.Asked{State: task.Open}, "", 2)
		if err != nil || !tasks[0].Overdue || tasks[1].Overdue {
			t.Errorf("overdue: %+v, %v", tasks, err)
		}
	})
}

func TestFinishingAndTakingBack(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := as(clerk, one)
		made := create(t, b, ctx, task.CreateInput{Title: "call back"})
		done, err := b.Move(ctx, made.ID, 1, task.Done)
		if err != nil || done.State != task.Done || done.DoneAt != b.now || done.Version != 2 {
			t.Fatalf("done: %+v, %v", done, err)
		}
		if _, err := b.Move(ctx, made.ID, 2, task.Dropped); !errors.Is(err, task.ErrState) {
			t.Errorf("dropping what is done: %v", err)
		}
		if _, err := b.Move(ctx, made.ID, 1, task.Open); !errors.Is(err, db.ErrStale) {
			t.Errorf("stale: %v", err)
		}
		open, err := b.Move(ctx, made.ID, 2, task.Open)
		if err != nil || open.DoneAt != 0 {
			t.Errorf("taken back: %+v, %v", open, err)
		}
		for name, other := range map[string]context.Context{"a colleague": as(b.friend, one), "another company": as(clerk, two)} {
			if _, err := b.Move(other, made.ID, 3, task.Done); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if len(inbox(t, b, ctx, task.Done)) != 0 || len(inbox(t, b, ctx, task.Open)) != 1 {
			t.Error("the inbox does not follow the state")
		}
	})
}

func TestCreateRefusesAndRepeats(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := as(clerk, one)
		if _, err := b.Create(ctx, "", task.CreateInput{Title: "x", DueAt: b.now.Add(-time.Hour)}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("due in the past: %v", err)
		}
		if _, err := b.Create(ctx, "", task.CreateInput{OrgID: two.ID, Title: "x"}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another company: %v", err)
		}
		if _, err := b.Create(as(clerk, one, two), "", task.CreateInput{Title: "x"}); !errors.Is(err, db.ErrOrgRequired) {
			t.Errorf("which company: %v", err)
		}
		if _, err := b.Create(as(clerk), "", task.CreateInput{Title: "x"}); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("without permission: %v", err)
		}
		first, err := b.Create(ctx, "key", task.CreateInput{Title: "once"})
		if err != nil {
			t.Fatal(err)
		}
		again, err := b.Create(ctx, "key", task.CreateInput{Title: "once"})
		if err != nil || first.ID != again.ID || len(inbox(t, b, ctx, task.Open)) != 1 {
			t.Errorf("sent twice: %v %v %v", first.ID, again.ID, err)
		}
	})
}

func TestAModulesTaskSpeaksTheReadersLanguage(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		err := b.d.Write(context.Background(), func(tx *db.Tx) error {
			_, err := b.CreateTx(tx, id.ID{}, task.New{OrgID: one.ID, Kind: "reception.check", Params: map[string]any{"n": 3}, AssigneeID: clerk})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(inbox(t, b, as(clerk, one), task.Open)); got != "[en reception.check map[n:3]]" {
			t.Errorf("inbox %s", got)
		}
	})
}

// A task is handed only to somebody who sees it.
func TestTasksForOthers(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := as(clerk, one, two)
		for _, c := range []struct {
			name     string
			company  org.Org
			assignee id.ID
			want     error
		}{
			{"a colleague", one, b.friend, nil}, {"a colleague elsewhere", two, b.stranger, nil}, {"nobody", one, id.ID{99}, task.ErrAssignee},
			{"without a right there", one, b.stranger, task.ErrAssignee}, {"nor the other way", two, b.friend, task.ErrAssignee},
		} {
			if _, err := b.Create(ctx, "", task.CreateInput{OrgID: c.company.ID, Title: "x", AssigneeID: c.assignee}); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
		}
		if got := inbox(t, b, as(b.friend, one), task.Open); len(got) != 1 {
			t.Errorf("the colleague's: %v", got)
		}
	})
}

// What is due at a moment is ended for everybody, of its kind and object only.
func TestADueTimeThatIsGone(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		due := b.d.Now().Add(time.Hour)
		ends := task.New{OrgID: one.ID, Kind: "access.grant_ends", AssigneeID: clerk, DueAt: due, ObjectType: "user", ObjectID: id.ID{1}}
		later, anothers, own := ends, ends, ends
		later.DueAt, anothers.AssigneeID, own.Kind = due.Add(time.Hour), b.friend, "access.own_grant_ends"
		err := b.d.Write(t.Context(), func(tx *db.Tx) error {
			for _, n := range []task.New{ends, later, anothers, own} {
				if _, err := b.CreateTx(tx, id.ID{}, n); err != nil {
					return err
				}
			}
			return b.FinishDueTx(tx, ends)
		})
		if err != nil {
			t.Fatal(err)
		}
		for user, want := range map[id.ID]int{clerk: 2, b.friend: 0} {
			if got := inbox(t, b, as(user, one), task.Open); len(got) != want {
				t.Errorf("open: %v, want %d", got, want)
			}
		}
	})
}

// What a module made is ended by the module, for its assignee and object only.
func TestAReasonThatIsGone(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		visit := task.New{OrgID: one.ID, Kind: "reception.course", AssigneeID: clerk, ObjectType: "reception", ObjectID: id.ID{1}}
		other, anothers := visit, visit
		other.ObjectID, anothers.AssigneeID = id.ID{2}, b.friend
		err := b.d.Write(t.Context(), func(tx *db.Tx) error {
			for _, n := range []task.New{visit, other, anothers} {
				if _, err := b.CreateTx(tx, id.ID{}, n); err != nil {
					return err
				}
			}
			return b.FinishTx(tx, visit)
		})
		if err != nil {
			t.Fatal(err)
		}
		for user, want := range map[id.ID]string{clerk: "1 open, 1 done", b.friend: "1 open, 0 done"} {
			ctx := as(user, one)
			if got := fmt.Sprintf("%d open, %d done", len(inbox(t, b, ctx, task.Open)), len(inbox(t, b, ctx, task.Done))); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
	})
}
