package task

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const columns = "id, org_id, kind, params, title, assignee_id, created_by, due_at, state, object_type, object_id, done_at, version, created_at"

type row struct {
	ID         id.ID        `db:"id"`
	OrgID      id.ID        `db:"org_id"`
	Kind       string       `db:"kind"`
	Params     string       `db:"params"`
	Title      []byte       `db:"title"`
	AssigneeID id.ID        `db:"assignee_id"`
	CreatedBy  id.ID        `db:"created_by"`
	DueAt      when.Instant `db:"due_at"`
	State      State        `db:"state"`
	ObjectType string       `db:"object_type"`
	ObjectID   id.ID        `db:"object_id"`
	DoneAt     when.Instant `db:"done_at"`
	Version    int64        `db:"version"`
	CreatedAt  when.Instant `db:"created_at"`
}

// noLimit sorts tasks without a due time last.
const noLimit = when.Instant(1) << 61

func (r row) task() (Task, error) {
	t := Task{ID: r.ID, OrgID: r.OrgID, Kind: r.Kind, AssigneeID: r.AssigneeID, CreatedBy: r.CreatedBy, DueAt: r.DueAt, State: r.State,
		ObjectType: r.ObjectType, ObjectID: r.ObjectID, DoneAt: r.DoneAt, Version: r.Version, CreatedAt: r.CreatedAt}
	if t.DueAt == noLimit {
		t.DueAt = 0
	}
	if err := json.Unmarshal([]byte(r.Params), &t.Params); err != nil {
		return Task{}, fmt.Errorf("task %s: %w", r.ID, err)
	}
	return t, nil
}

// values are in the order of the columns.
func (r row) values() []any {
	if r.DueAt == 0 {
		r.DueAt = noLimit
	}
	return []any{r.ID, r.OrgID, r.Kind, r.Params, r.Title, r.AssigneeID, r.CreatedBy, r.DueAt, r.State, r.ObjectType, r.ObjectID, r.DoneAt, r.Version, r.CreatedAt}
}

func insertTask(tx *db.Tx, r row) error {
	return insertTasks(tx, []row{r})
}

func insertTasks(tx *db.Tx, rows []row) error {
	return tx.Add(db.Bulk{Table: "task", Columns: strings.Split(columns, ", "), Len: len(rows), Row: func(i int) []any { return rows[i].values() }})
}

func taskByID(tx *db.Tx, scope db.Scope, i id.ID) (r row, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+columns+" FROM task", "")
	return r, tx.Get(&r, text, args...)
}

// lockTask reads a task and keeps others from changing it until the transaction ends.
func lockTask(tx *db.Tx, scope db.Scope, i id.ID) (r row, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+columns+" FROM task", tx.Dialect().ForUpdate())
	return r, tx.Get(&r, text, args...)
}

func tasksByID(tx *db.Tx, org id.ID, ids []id.ID) (rows []row, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "id", ids).Text("SELECT "+columns+" FROM task", "ORDER BY id LIMIT ?", len(ids))
	return rows, tx.Select(&rows, text, args...)
}

// updateTask writes state and assignee over the version that was seen.
func updateTask(tx *db.Tx, r row, version int64) error {
	return tx.ExecOne(db.ErrStale, "UPDATE task SET state = $1, done_at = $2, assignee_id = $3, version = version + 1 WHERE org_id = $4 AND id = $5 AND version = $6",
		r.State, r.DoneAt, r.AssigneeID, r.OrgID, r.ID, version)
}

// position is the sort values of the last task seen: when it is due while it is
// open, when it was finished afterwards.
type position struct {
	At when.Instant
	ID id.ID
}

func start(state State) position {
	if state == Open {
		return position{At: -1}
	}
	return position{At: noLimit}
}

func (r row) position() position {
	if r.State == Open {
		return position{r.DueAt, r.ID}
	}
	return position{r.DoneAt, r.ID}
}

// desk is whose tasks are listed, and in which companies.
type desk struct {
	assignees []id.ID
	scope     db.Scope
}

// inbox lists tasks of desks after a position: open ones by due time, the others
// from the last finished.
func inbox(tx *db.Tx, desks []desk, asked Asked, after position, limit int) (rows []row, err error) {
	beyond, order := "(due_at, id) > (?, ?)", "due_at, id"
	if asked.State != Open {
		beyond, order = "(done_at, id) < (?, ?)", "done_at DESC, id DESC"
	}
	parts := make([]db.Part, len(desks))
	for i, d := range desks {
		q := db.In(new(db.Query), "assignee_id", d.assignees).Where("state = ?", asked.State).Where(beyond, after.At, after.ID)
		switch from, until := today(tx.Now()); asked.Due {
		case DueToday:
			q.Where("due_at >= ?", from).Where("due_at < ?", until)
		case DueLate:
			q.Where("due_at < ?", tx.Now())
		}
		if asked.Module != "" {
			q.Where("kind >= ?", asked.Module+".").Where("kind < ?", asked.Module+"/") // "/" follows "."
		}
		parts[i].Text, parts[i].Args = q.PerOrg(d.scope, "SELECT "+columns+" FROM task", "org_id", order, limit)
	}
	text, args := db.Merge(parts, order, limit)
	return rows, tx.Select(&rows, text, args...)
}

// dueTimes are when the open tasks of desks are due, of some.
func dueTimes(tx *db.Tx, desks []desk, limit int) (due []when.Instant, err error) {
	for _, d := range desks {
		var some []when.Instant
		text, args := db.In(new(db.Query).Scope("org_id", d.scope), "assignee_id", d.assignees).Where("state = ?", Open).
			Text("SELECT due_at FROM task", "ORDER BY due_at, id LIMIT ?", limit-len(due))
		if err := tx.Select(&some, text, args...); err != nil {
			return nil, err
		}
		due = append(due, some...)
	}
	return due, nil
}

func finishTasks(tx *db.Tx, of New, now when.Instant) error {
	_, err := tx.Exec(`UPDATE task SET state = $1, done_at = $2, version = version + 1
		WHERE org_id = $3 AND assignee_id = $4 AND state = $5 AND kind = $6 AND object_type = $7 AND object_id = $8`,
		Done, now, of.OrgID, of.AssigneeID, Open, of.Kind, of.ObjectType, of.ObjectID)
	return err
}

func finishKind(tx *db.Tx, of New, now when.Instant) error {
	_, err := tx.Exec(`UPDATE task SET state = $1, done_at = $2, version = version + 1
		WHERE org_id = $3 AND object_id = $4 AND object_type = $5 AND state = $6 AND kind = $7`, Done, now, of.OrgID, of.ObjectID, of.ObjectType, Open, of.Kind)
	return err
}

func setDue(tx *db.Tx, of New) error {
	if of.DueAt == 0 {
		of.DueAt = noLimit
	}
	_, err := tx.Exec(`UPDATE task SET due_at = $1, version = version + 1
		WHERE org_id = $2 AND object_id = $3 AND object_type = $4 AND kind = $5 AND state = $6`, of.DueAt, of.OrgID, of.ObjectID, of.ObjectType, of.Kind, Open)
	return err
}

func finishDue(tx *db.Tx, of New, now when.Instant) error {
	_, err := tx.Exec(`UPDATE task SET state = $1, done_at = $2, version = version + 1
		WHERE org_id = $3 AND state = $4 AND kind = $5 AND object_type = $6 AND object_id = $7 AND due_at = $8`,
		Done, now, of.OrgID, Open, of.Kind, of.ObjectType, of.ObjectID, of.DueAt)
	return err
}

func finishAll(tx *db.Tx, org id.ID, objectType string, object id.ID, now when.Instant) error {
	_, err := tx.Exec(`UPDATE task SET state = $1, done_at = $2, version = version + 1
		WHERE org_id = $3 AND object_id = $4 AND object_type = $5 AND state = $6 AND kind <> $7`, Done, now, org, object, objectType, Open, Manual)
	return err
}

func updateState(tx *db.Tx, t Task, version int64) error {
	return tx.ExecOne(db.ErrStale, "UPDATE task SET state = $1, done_at = $2, version = version + 1 WHERE org_id = $3 AND id = $4 AND version = $5",
		t.State, t.DoneAt, t.OrgID, t.ID, version)
}

func updateAssignee(tx *db.Tx, r row, version int64) error {
	return tx.ExecOne(db.ErrStale, "UPDATE task SET assignee_id = $1, version = version + 1 WHERE org_id = $2 AND id = $3 AND version = $4",
		r.AssigneeID, r.OrgID, r.ID, version)
}

func about(org id.ID, objectType string, objects []id.ID) *db.Query {
	return db.In(new(db.Query).Where("org_id = ?", org).Where("object_type = ?", objectType), "object_id", objects)
}

func tasksAbout(tx *db.Tx, org id.ID, objectType string, objects []id.ID) (rows []row, err error) {
	text, args := about(org, objectType, objects).Text("SELECT "+columns+" FROM task", "ORDER BY created_at, id")
	return rows, tx.Select(&rows, text, args...)
}

func countAbout(tx *db.Tx, org id.ID, objectType string, objects []id.ID) (n int64, err error) {
	text, args := about(org, objectType, objects).Text("SELECT count(*) FROM task", "")
	return n, tx.Get(&n, text, args...)
}

func deleteAbout(tx *db.Tx, org id.ID, objectType string, objects []id.ID) error {
	text, args := about(org, objectType, objects).Text("DELETE FROM task", "")
	_, err := tx.Exec(text, args...)
	return err
}
