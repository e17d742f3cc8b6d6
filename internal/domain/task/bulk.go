package task

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/bulk"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// BulkKind names tasks among the records that bulk changes are made of.
const BulkKind = "task"

// bulkAssign gives tasks to somebody; the other changes are the states they come to.
const bulkAssign = "assign"

// BulkChange is what becomes of many open tasks.
type BulkChange struct {
	Action     string `json:"action" enum:"done,dropped,assign"`
	AssigneeID id.ID  `json:"assignee_id,omitzero" doc:"of assign"`
}

// BulkFilter chooses tasks as an inbox holds them.
type BulkFilter struct {
	Of         string `json:"of,omitempty" enum:"mine,team"`
	Due        string `json:"due,omitempty" enum:"today,late"`
	AssigneeID id.ID  `json:"assignee_id,omitzero"`
	Module     string `json:"module,omitempty" maxLength:"20" pattern:"^[a-z]*$"`
}

// bulkRecords are tasks as bulk changes are made of them.
type bulkRecords struct{ *Service }

// BulkRecords gives tasks to bulk.
func (s *Service) BulkRecords() bulk.Records { return bulkRecords{s} }

func (bulkRecords) read(raw json.RawMessage) (c BulkChange, err error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	err = d.Decode(&c)
	return c, err
}

// Permission implements bulk.Records.
func (b bulkRecords) Permission(raw json.RawMessage) (string, error) {
	c, err := b.read(raw)
	if err != nil {
		return "", err
	}
	var v fault.Validation
	v.Check(slices.Contains([]string{string(Done), string(Dropped), bulkAssign}, c.Action), "change.action", "no_such")
	v.Check(c.Action != bulkAssign || !c.AssigneeID.IsZero(), "change.assignee_id", "required")
	if c.Action == bulkAssign {
		return PermAssign, v.Err()
	}
	return PermMove, v.Err()
}

// CheckTx implements bulk.Records. Error: ErrAssignee.
func (b bulkRecords) CheckTx(tx *db.Tx, org id.ID, raw json.RawMessage) error {
	c, err := b.read(raw)
	if err != nil || c.Action != bulkAssign {
		return err
	}
	reaches, err := b.users.ReachesTx(tx, c.AssigneeID, PermList, org)
	if err == nil && !reaches {
		err = ErrAssignee
	}
	return err
}

// WordsTx implements bulk.Records.
func (b bulkRecords) WordsTx(tx *db.Tx, _ id.ID, lang string, raw json.RawMessage) ([]string, error) {
	c, err := b.read(raw)
	if err != nil {
		return nil, err
	}
	names, err := b.users.NamesTx(tx, []id.ID{c.AssigneeID})
	return []string{b.text(lang, "task.bulk."+c.Action, map[string]any{"what": names[c.AssigneeID]})}, err
}

// bulkBefore is what a bulk change keeps of a task.
type bulkBefore struct {
	State      State        `json:"state"`
	DoneAt     when.Instant `json:"done_at"`
	AssigneeID id.ID        `json:"assignee_id"`
}

// ChangeTx implements bulk.Records.
func (b bulkRecords) ChangeTx(tx *db.Tx, who access.Who, org id.ID, raw json.RawMessage, rows []bulk.Row, dry bool) (map[id.ID]bulk.Outcome, error) {
	c, err := b.read(raw)
	if err != nil {
		return nil, err
	}
	team, err := b.teamTx(tx, who)
	if err != nil {
		return nil, err
	}
	read := lockTask
	if dry {
		read = taskByID
	}
	outcomes := make(map[id.ID]bulk.Outcome, len(rows))
	for _, r := range rows {
		now, err := read(tx, db.ScopeOf(org), r.ObjectID)
		if errors.Is(err, db.ErrNotFound) || err == nil && !sees(who, team, now) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if outcomes[r.ObjectID], err = b.bulkOneTx(tx, who, now, r, c, dry); err != nil {
			return nil, err
		}
	}
	return outcomes, nil
}

// sees tells whether a task is in the caller's inbox, or in his team's.
func sees(who access.Who, team []Member, r row) bool {
	if _, his := mover(who, Task{OrgID: r.OrgID, AssigneeID: r.AssigneeID, CreatedBy: r.CreatedBy}); his {
		return true
	}
	_, leads := who.May(PermTeam)
	return leads && slices.ContainsFunc(team, func(m Member) bool { return m.ID == r.AssigneeID })
}

func (b bulkRecords) bulkOneTx(tx *db.Tx, who access.Who, now row, seen bulk.Row, c BulkChange, dry bool) (bulk.Outcome, error) {
	t := Task{ID: now.ID, OrgID: now.OrgID, AssigneeID: now.AssigneeID, CreatedBy: now.CreatedBy, State: now.State}
	actor, his := mover(who, t)
	next := now
	switch {
	case now.Version != seen.Version:
		return bulk.Refuse(bulk.Refused, db.ErrStale)
	case c.Action == bulkAssign && now.AssigneeID == c.AssigneeID, string(now.State) == c.Action:
		return bulk.Outcome{State: bulk.Same}, nil
	case now.State != Open:
		return bulk.Refuse(bulk.Refused, ErrState.With("state", string(now.State)))
	case c.Action == bulkAssign:
		actor, next.AssigneeID = who.Actor(), c.AssigneeID
	case !his:
		return bulk.Refuse(bulk.Refused, ErrNotYours)
	default:
		next.State, next.DoneAt = State(c.Action), tx.Now()
	}
	o := bulk.Outcome{State: bulk.Changed, Version: now.Version + 1}
	if dry {
		return o, nil
	}
	var err error
	if o.Before, err = json.Marshal(bulkBefore{now.State, now.DoneAt, now.AssigneeID}); err != nil {
		return o, fmt.Errorf("task: %w", err)
	}
	return o, b.replaceTx(tx, actor, who.Permission, now, next)
}

// replaceTx writes what a task has become.
func (b bulkRecords) replaceTx(tx *db.Tx, by audit.Actor, action string, now, next row) error {
	if err := updateTask(tx, next, now.Version); err != nil {
		return err
	}
	ch := audit.Change{OrgID: now.OrgID, Actor: by, Action: action, ObjectType: "task", ObjectID: now.ID, Before: any(now.State), After: any(next.State)}
	if now.AssigneeID != next.AssigneeID {
		ch.Before, ch.After = now.AssigneeID, next.AssigneeID
	}
	return b.audit.RecordTx(tx, ch)
}

// UndoTx implements bulk.Records.
func (b bulkRecords) UndoTx(tx *db.Tx, who access.Who, org id.ID, rows []bulk.Row) (map[id.ID]bulk.Outcome, error) {
	outcomes := make(map[id.ID]bulk.Outcome, len(rows))
	for _, r := range rows {
		now, err := lockTask(tx, db.ScopeOf(org), r.ObjectID)
		if errors.Is(err, db.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if now.Version != r.Version {
			outcomes[r.ObjectID] = bulk.Outcome{State: bulk.Kept, Err: bulk.ErrEdited}
			continue
		}
		var was bulkBefore
		if err := json.Unmarshal(r.Before, &was); err != nil {
			return nil, fmt.Errorf("task: %w", err)
		}
		next := now
		next.State, next.DoneAt, next.AssigneeID = was.State, was.DoneAt, was.AssigneeID
		if err := b.replaceTx(tx, who.Actor(), who.Permission, now, next); err != nil {
			return nil, err
		}
		outcomes[r.ObjectID] = bulk.Outcome{State: bulk.Restored}
	}
	return outcomes, nil
}

// NamesTx implements bulk.Records.
func (b bulkRecords) NamesTx(tx *db.Tx, who access.Who, org id.ID, records []id.ID) (map[id.ID]bulk.Name, error) {
	rows, err := tasksByID(tx, org, records)
	names := make(map[id.ID]bulk.Name, len(rows))
	for _, r := range rows {
		t, err := b.readTx(tx, who.Locale, r)
		if err != nil {
			return nil, err
		}
		names[r.ID] = bulk.Name{Name: t.Text}
	}
	return names, err
}

// BulkChosenTx gives the open tasks of an inbox in a company.
func (s *Service) BulkChosenTx(tx *db.Tx, who access.Who, org id.ID, f BulkFilter, limit int) ([]bulk.Seen, error) {
	q := Asked{Of: f.Of, State: Open, Due: f.Due, AssigneeID: f.AssigneeID, Module: f.Module}
	permission := PermList
	if q.Of == OfTeam {
		permission = PermTeam
	}
	reader, _ := who.May(permission)
	desks, err := s.desksTx(tx, reader, q)
	if err != nil || !reader.Scope.Has(org) {
		return nil, err
	}
	for i := range desks {
		desks[i].scope = desks[i].scope.Narrow(org)
	}
	rows, err := inbox(tx, desks, q, start(Open), limit)
	seen := make([]bulk.Seen, len(rows))
	for i, r := range rows {
		seen[i] = bulk.Seen{ID: r.ID, Version: r.Version}
	}
	return seen, err
}
