package task_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/bulk"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// change is a bulk change of tasks by somebody, run or taken back in one portion.
type change struct {
	b   *bench
	t   *testing.T
	ctx context.Context
	raw json.RawMessage
	who access.Who
}

func (b *bench) change(t *testing.T, ctx context.Context, c task.BulkChange) change {
	t.Helper()
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	permission, err := b.BulkRecords().Permission(raw)
	if err != nil {
		t.Fatal(err)
	}
	who, err := access.Allow(ctx, permission)
	if err != nil {
		t.Fatal(err)
	}
	return change{b, t, ctx, raw, who}
}

func (c change) run(dry bool, tasks ...task.Task) (outcomes map[id.ID]bulk.Outcome) {
	c.t.Helper()
	rows := make([]bulk.Row, len(tasks))
	for i, x := range tasks {
		rows[i] = bulk.Row{ObjectID: x.ID, Version: x.Version}
	}
	in := c.b.d.Write
	if dry {
		in = c.b.d.Read
	}
	err := in(c.ctx, func(tx *db.Tx) (err error) {
		outcomes, err = c.b.BulkRecords().ChangeTx(tx, c.who, one.ID, c.raw, rows, dry)
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return outcomes
}

func (c change) undo(of map[id.ID]bulk.Outcome) (outcomes map[id.ID]bulk.Outcome) {
	c.t.Helper()
	var rows []bulk.Row
	for i, o := range of {
		if o.State == bulk.Changed {
			rows = append(rows, bulk.Row{ObjectID: i, Version: o.Version, Before: o.Before})
		}
	}
	err := c.b.d.Write(c.ctx, func(tx *db.Tx) (err error) {
		outcomes, err = c.b.BulkRecords().UndoTx(tx, c.who, one.ID, rows)
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return outcomes
}

// Tasks are finished together as one by one: one's own, not those of another, and what a
// dry run tells comes. Taken back, they are open again but for those touched since.
func TestManyTasksAreFinishedAndBroughtBack(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		boss := head(id.ID{15: 7}, one, "task.*")
		mine, second := create(t, b, boss, task.CreateInput{Title: "mine"}), create(t, b, boss, task.CreateInput{Title: "second"})
		done := create(t, b, boss, task.CreateInput{Title: "done"})
		done, err := b.Move(boss, done.ID, done.Version, task.Done)
		if err != nil {
			t.Fatal(err)
		}
		theirs := create(t, b, as(b.friend, one), task.CreateInput{Title: "theirs"})
		foreign := create(t, b, as(b.stranger, two), task.CreateInput{Title: "elsewhere"})
		stale := second
		stale.Version = 9
		finish := b.change(t, boss, task.BulkChange{Action: "done"})
		for _, dry := range []bool{true, false} {
			o := finish.run(dry, mine, stale, done, theirs, foreign)
			if len(o) != 4 || o[mine.ID].State != bulk.Changed || o[done.ID].State != bulk.Same || !errors.Is(o[second.ID].Err, db.ErrStale) || !errors.Is(o[theirs.ID].Err, task.ErrNotYours) {
				t.Fatalf("dry %v: %+v", dry, o)
			}
		}
		o := finish.run(false, second)
		if _, err := b.Move(boss, second.ID, second.Version+1, task.Open); err != nil {
			t.Fatal(err)
		}
		if back := finish.undo(o); back[second.ID].State != bulk.Kept {
			t.Errorf("touched since: %+v", back)
		}
	})
}

// Tasks of a team are given away and come back to whom they were.
func TestManyTasksAreGivenAway(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		boss := head(id.ID{15: 7}, one, "task.*")
		own := create(t, b, boss, task.CreateInput{Title: "own", DueAt: b.now.Add(time.Hour)})
		give := b.change(t, boss, task.BulkChange{Action: "assign", AssigneeID: b.friend})
		o := give.run(false, own)
		team := task.Asked{Of: task.OfTeam, State: task.Open}
		if got := b.asked(t, boss, team); got != "own" {
			t.Errorf("given: %s", got)
		}
		if back := give.undo(o); back[own.ID].State != bulk.Restored || b.asked(t, boss, team) != "" || b.asked(t, boss, task.Asked{State: task.Open}) != "own" {
			t.Errorf("taken back: %+v", back)
		}
		check := func(c task.BulkChange) error {
			raw, _ := json.Marshal(c)
			return b.d.Read(boss, func(tx *db.Tx) error { return b.BulkRecords().CheckTx(tx, one.ID, raw) })
		}
		if err := check(task.BulkChange{Action: "assign", AssigneeID: b.stranger}); !errors.Is(err, task.ErrAssignee) {
			t.Errorf("to another company: %v", err)
		}
	})
}

// An inbox is narrowed to what a module made, and a bulk change takes in what it holds.
func TestAnInboxByModule(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := as(clerk, one)
		create(t, b, ctx, task.CreateInput{Title: "own"})
		err := b.d.Write(ctx, func(tx *db.Tx) error {
			return b.CreateManyTx(tx, id.ID{}, []task.New{{OrgID: one.ID, Kind: "feedback.task.warn", AssigneeID: clerk}, {OrgID: one.ID, Kind: "feedbacks.other", AssigneeID: clerk}})
		})
		if err != nil {
			t.Fatal(err)
		}
		for module, want := range map[string]int{"": 3, "feedback": 1, "task": 1, "nothing": 0} {
			tasks, _, err := b.Inbox(ctx, task.Asked{State: task.Open, Module: module}, "", 20)
			if err != nil || len(tasks) != want {
				t.Errorf("of %q: %d, %v", module, len(tasks), err)
			}
			who, err := access.Allow(ctx, task.PermMove)
			if err != nil {
				t.Fatal(err)
			}
			err = b.d.Read(ctx, func(tx *db.Tx) error {
				seen, err := b.BulkChosenTx(tx, who, one.ID, task.BulkFilter{Module: module}, 20)
				if len(seen) != want {
					t.Errorf("chosen of %q: %d", module, len(seen))
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
}
