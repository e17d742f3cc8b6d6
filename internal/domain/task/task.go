package task

import (
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// State is where a task stands.
type State string

// The states.
const (
	Open    State = "open"
	Done    State = "done"
	Dropped State = "dropped"
)

// Manual is the kind of a task a person made himself.
const Manual = "task.manual"

// Task is one thing to do. Title is empty unless Kind is Manual; then Text is
// the title, else the sentence of the kind with Params.
type Task struct {
	ID           id.ID          `json:"id"`
	OrgID        id.ID          `json:"org_id"`
	Kind         string         `json:"kind"`
	Text         string         `json:"text" doc:"what to do, in the reader's language"`
	AssigneeID   id.ID          `json:"assignee_id"`
	AssigneeName string         `json:"assignee_name,omitempty" doc:"told in lists"`
	CreatedBy    id.ID          `json:"created_by,omitzero"`
	DueAt        when.Instant   `json:"due_at,omitzero"`
	Overdue      bool           `json:"overdue"`
	State        State          `json:"state" enum:"open,done,dropped"`
	ObjectType   string         `json:"object_type,omitempty"`
	ObjectID     id.ID          `json:"object_id,omitzero"`
	DoneAt       when.Instant   `json:"done_at,omitzero"`
	AbsentName   string         `json:"absent_name,omitempty" doc:"whose task it is, when the reader is his deputy"`
	MayMove      bool           `json:"may_move" doc:"the reader may finish, drop or reopen it"`
	Version      int64          `json:"version"`
	CreatedAt    when.Instant   `json:"created_at"`
	Params       map[string]any `json:"-"`
}

// New is what a module makes a task of.
type New struct {
	OrgID      id.ID
	Kind       string
	Params     map[string]any // without personal text; a value with a name in each language: by language
	Title      string         // only for Manual
	AssigneeID id.ID
	DueAt      when.Instant // zero: no limit
	ObjectType string
	ObjectID   id.ID
}

// CreateInput is what a person makes a task of.
type CreateInput struct {
	OrgID      id.ID        `json:"org_id,omitzero" doc:"needed by users of several companies"`
	Title      string       `json:"title" minLength:"1" maxLength:"200"`
	AssigneeID id.ID        `json:"assignee_id,omitzero" doc:"oneself when absent"`
	DueAt      when.Instant `json:"due_at,omitzero"`
	ObjectType string       `json:"object_type,omitempty" maxLength:"40"`
	ObjectID   id.ID        `json:"object_id,omitzero"`
}

func (in CreateInput) validate(now when.Instant) error {
	var v fault.Validation
	v.Check(in.DueAt == 0 || in.DueAt > now, "due_at", "in_the_past")
	v.Check(in.DueAt < now.Add(10*365*24*time.Hour), "due_at", "too_far")
	return v.Err()
}

// move is the transition table.
var moves = map[State][]State{Open: {Done, Dropped}, Done: {Open}, Dropped: {Open}}

// The module's errors.
var (
	ErrState    = fault.New(fault.Conflict, "task.state")      // not in a state this is possible from
	ErrAssignee = fault.New(fault.Invalid, "task.no_assignee") // nobody who sees tasks of the company
	ErrNotYours = fault.New(fault.Forbidden, "task.not_yours") // another's, of the team
)

// moveTo changes the state.
func (t *Task) moveTo(to State, now when.Instant) error {
	for _, s := range moves[t.State] {
		if s == to {
			t.State, t.DoneAt = to, now
			if to == Open {
				t.DoneAt = 0
			}
			return nil
		}
	}
	return ErrState.With("state", string(t.State))
}

// inLanguage chooses among values that have a name in each language.
func inLanguage(lang string, params map[string]any) map[string]any {
	chosen := make(map[string]any, len(params))
	for name, value := range params {
		if named, ok := value.(map[string]any); ok {
			value = named[lang]
		}
		chosen[name] = value
	}
	return chosen
}
