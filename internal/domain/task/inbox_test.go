package task_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// head is at home in a company and may do something there.
func head(user id.ID, home org.Org, may ...string) context.Context {
	u := access.User{ID: user, Name: "x", Locale: "en", HomeOrgID: home.ID}
	return access.WithCaller(context.Background(), access.NewCaller(u, tree, access.Held{Patterns: may, OrgID: home.ID}))
}

func (b *bench) asked(t *testing.T, ctx context.Context, q task.Asked) string {
	t.Helper()
	tasks, _, err := b.Inbox(ctx, q, "", 20)
	if err != nil {
		t.Fatal(err)
	}
	texts := make([]string, len(tasks))
	for i, x := range tasks {
		texts[i] = x.Text
	}
	return strings.Join(texts, " ")
}

func TestWhatIsDueTodayAndWhatIsLate(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := as(clerk, one)
		for title, after := range map[string]time.Duration{"soon": time.Hour, "tonight": 14 * time.Hour, "tomorrow": 16 * time.Hour, "whenever": 0} {
			in := task.CreateInput{Title: title}
			if after > 0 {
				in.DueAt = b.now.Add(after)
			}
			create(t, b, ctx, in)
		}
		b.now = b.now.Add(2 * time.Hour)
		for due, want := range map[string]string{"": "soon tonight tomorrow whenever", task.DueToday: "soon tonight", task.DueLate: "soon"} {
			if got := b.asked(t, ctx, task.Asked{State: task.Open, Due: due}); got != want {
				t.Errorf("due %q: %s", due, got)
			}
		}
		c, err := b.Count(ctx)
		if want := (task.Counts{Mine: 4, Today: 2, Late: 1}); err != nil || c != want {
			t.Errorf("counted %+v, %v", c, err)
		}
		if _, _, err := b.Inbox(ctx, task.Asked{State: task.Done, Due: task.DueLate}, "", 5); fault.KindOf(err) != fault.Invalid {
			t.Errorf("late and done: %v", err)
		}
	})
}

func TestATeamsTasksAreSeenByRight(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		boss := head(id.ID{15: 7}, one, "task.*")
		create(t, b, boss, task.CreateInput{Title: "own"})
		theirs := create(t, b, boss, task.CreateInput{Title: "theirs", AssigneeID: b.friend, DueAt: b.now.Add(time.Hour)})
		create(t, b, as(b.stranger, two), task.CreateInput{Title: "elsewhere"})
		team := task.Asked{Of: task.OfTeam, State: task.Open}
		if got := b.asked(t, boss, team); got != "theirs" {
			t.Errorf("the team's: %s", got)
		}
		if members, err := b.Team(boss); err != nil || len(members) != 1 || members[0].ID != b.friend || members[0].Name != "李" {
			t.Errorf("the team: %+v, %v", members, err)
		}
		tasks, _, err := b.Inbox(boss, team, "", 5)
		if err != nil || tasks[0].AssigneeName != "李" || tasks[0].AbsentName != "" {
			t.Errorf("%+v, %v", tasks, err)
		}
		for who, want := range map[id.ID]string{b.friend: "theirs", b.stranger: "", {15: 7}: ""} {
			if got := b.asked(t, boss, task.Asked{Of: task.OfTeam, State: task.Open, AssigneeID: who}); got != want {
				t.Errorf("of %s: %s", who, got)
			}
		}
		if c, err := b.Count(boss); err != nil || c.Mine != 1 || c.Team != 1 {
			t.Errorf("counted %+v, %v", c, err)
		}
		if _, _, err := b.Inbox(head(id.ID{15: 8}, one, "task.list"), team, "", 5); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("without the right: %v", err)
		}
		if _, err := b.Move(boss, theirs.ID, theirs.Version, task.Done); err != nil {
			t.Errorf("who made it ends it: %v", err)
		}
		if got := b.asked(t, boss, task.Asked{Of: task.OfTeam, State: task.Done}); got != "theirs" {
			t.Errorf("done: %s", got)
		}
	})
}

func TestATeamsTaskIsGivenToAnother(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		boss := head(id.ID{15: 7}, one, "task.*")
		made := create(t, b, as(b.friend, one), task.CreateInput{Title: "call"})
		mine, err := b.Assign(boss, made.ID, 1, id.ID{15: 7})
		if err != nil || mine.AssigneeID != (id.ID{15: 7}) || mine.Version != 2 || !mine.MayMove {
			t.Fatalf("%+v, %v", mine, err)
		}
		if _, err := b.Assign(boss, made.ID, 1, b.friend); !errors.Is(err, db.ErrStale) {
			t.Errorf("an old version: %v", err)
		}
		if _, err := b.Assign(boss, made.ID, 2, b.stranger); !errors.Is(err, task.ErrAssignee) {
			t.Errorf("to who cannot see it: %v", err)
		}
		if back, err := b.Assign(boss, made.ID, 2, b.friend); err != nil || back.AssigneeName != "李" || back.MayMove {
			t.Errorf("given back: %+v, %v", back, err)
		}
		if _, err := b.Assign(head(b.stranger, two, "task.*"), made.ID, 3, b.stranger); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("of another company: %v", err)
		}
		other := create(t, b, as(id.ID{15: 9}, one), task.CreateInput{Title: "of nobody's team"})
		if _, err := b.Assign(boss, other.ID, 1, b.friend); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("of who is no team of his: %v", err)
		}
		if _, err := b.Move(as(b.friend, one), made.ID, 3, task.Done); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Assign(boss, made.ID, 4, b.friend); !errors.Is(err, task.ErrState) {
			t.Errorf("a task that is done: %v", err)
		}
	})
}
