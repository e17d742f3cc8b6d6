package bulk

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// State is where a bulk change stands.
type State string

// The states.
const (
	Running State = "running"
	Stopped State = "stopped"
	Done    State = "done"
	Undoing State = "undoing"
	Undone  State = "undone"
)

// moves is the transition table.
var moves = map[State][]State{
	Running: {Done, Stopped},
	Stopped: {Running, Undoing},
	Done:    {Undoing},
	Undoing: {Undone, Done},
}

// stoppedAs is the state a change falls back to when its job stops.
var stoppedAs = map[State]State{Running: Stopped, Undoing: Done}

// Bounds of a change.
const (
	// MaxRecords is how many records one change takes in.
	MaxRecords = 20_000
	// keepFor is how long a change can be taken back.
	keepFor = 30 * 24 * time.Hour
)

// RowState is what became of a record.
type RowState string

// The states of a record. Left is one that a stopped change did not reach before it was
// taken back.
const (
	Waiting  RowState = "waiting"
	Changed  RowState = "changed"
	Same     RowState = "same"
	Refused  RowState = "refused"
	Restored RowState = "restored"
	Kept     RowState = "kept"
	Left     RowState = "left"
)

// Counts are how many records became what.
type Counts struct {
	Total    int64 `json:"total" db:"total"`
	Changed  int64 `json:"changed" db:"changed" doc:"with those taken back since"`
	Same     int64 `json:"same" db:"same" doc:"were so already"`
	Refused  int64 `json:"refused" db:"refused"`
	Restored int64 `json:"restored" db:"restored" doc:"taken back"`
	Kept     int64 `json:"kept" db:"kept" doc:"left as they are when it was taken back: they were changed since"`
}

func (c *Counts) add(s RowState) {
	switch s {
	case Changed:
		c.Changed++
	case Same:
		c.Same++
	case Refused:
		c.Refused++
	case Restored:
		c.Restored++
	case Kept:
		c.Kept++
	}
}

// done are how many records the present step has behind it, and of how many.
func (c Counts) done(s State) (n, of int64) {
	if s == Undoing || s == Undone {
		return c.Restored + c.Kept, c.Changed
	}
	return c.Changed + c.Same + c.Refused, c.Total
}

// Change is a bulk change.
type Change struct {
	ID         id.ID  `json:"id" db:"id"`
	OrgID      id.ID  `json:"org_id" db:"org_id"`
	Kind       string `json:"kind" db:"kind" enum:"customer,case,task" doc:"of records"`
	State      State  `json:"state" db:"state" enum:"running,stopped,done,undoing,undone"`
	Permission string `json:"-" db:"permission"`
	ByFilter   bool   `json:"by_filter" db:"by_filter" doc:"all that a filter chose, else those that were ticked"`
	Counts
	Error       string       `json:"error,omitempty" db:"error" doc:"code of why it stopped"`
	JobID       id.ID        `json:"-" db:"job_id"`
	CreatedBy   id.ID        `json:"created_by,omitzero" db:"created_by"`
	CreatedName string       `json:"created_name" db:"created_name"`
	CreatedAt   when.Instant `json:"created_at" db:"created_at"`
	FinishedAt  when.Instant `json:"finished_at,omitzero" db:"finished_at"`
	UndoUntil   when.Instant `json:"undo_until" db:"undo_until"`
	UndoneName  string       `json:"undone_name,omitempty" db:"undone_name"`
	Version     int64        `json:"version" db:"version"`
}

func (c *Change) moveTo(to State) error {
	if !slices.Contains(moves[c.State], to) {
		return ErrState.With("state", string(c.State))
	}
	c.State = to
	return nil
}

// Detail is a bulk change as a reader sees it.
type Detail struct {
	Change
	Words     []string `json:"words" nullable:"false" doc:"what it makes of the records, in the reader's language"`
	ErrorText string   `json:"error_text,omitempty"`
	Progress  int64    `json:"progress" doc:"records the step under way has behind it"`
	Of        int64    `json:"of"`
	MayCancel bool     `json:"may_cancel"`
	MayResume bool     `json:"may_resume"`
	MayUndo   bool     `json:"may_undo"`
}

// Seen is a record and the version of it that was seen.
type Seen struct {
	ID      id.ID `json:"id" db:"id"`
	Version int64 `json:"version" db:"version" minimum:"1"`
}

// Row is a record of a change. Version is that it was seen in and, once it is changed,
// that it was left in; Before is what it was, as its module keeps it.
type Row struct {
	N        int64    `db:"n"`
	ObjectID id.ID    `db:"object_id"`
	Version  int64    `db:"version"`
	State    RowState `db:"state"`
	Code     string   `db:"code"`
	Params   string   `db:"params"`
	Before   []byte   `db:"before"`
}

// Outcome is what becomes of a record: Changed, Same or Refused; of a taking back Restored
// or Kept. Err says why it is refused or kept.
type Outcome struct {
	State   RowState
	Version int64
	Before  []byte
	Err     *fault.Error
}

// Refuse is the outcome of a record that a rule keeps from being changed; any other error
// stays one.
func Refuse(as RowState, err error) (Outcome, error) {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind != fault.Internal {
		return Outcome{State: as, Err: f}, nil
	}
	return Outcome{}, err
}

func (r *Row) take(o Outcome) error {
	r.State, r.Code, r.Params, r.Before = o.State, "", "", []byte{}
	if o.Err != nil {
		code, params := reason(o.Err)
		raw, err := json.Marshal(params)
		if err != nil {
			return err
		}
		r.Code, r.Params = code, string(raw)
	}
	if o.State == Changed {
		r.Version, r.Before = o.Version, append(r.Before, o.Before...)
	}
	return nil
}

// reason is the sentence that tells why a record is refused: of a validation its first
// field's.
func reason(f *fault.Error) (code string, params map[string]any) {
	if len(f.Fields) > 0 {
		return "problem.field." + f.Fields[0].Code, f.Fields[0].Params
	}
	return f.Code, f.Params
}

// Name is what people know a record by.
type Name struct {
	No   string `json:"no"`
	Name string `json:"name,omitempty" doc:"as the reader may see it"`
}

// Records are the records of a module. A change is what the module's own type says, as
// JSON. Records that are not the company's, or not the caller's to see, have no outcome
// and no name: nobody learns of them.
type Records interface {
	// Permission is what a change needs. Error: validation.
	Permission(change json.RawMessage) (string, error)
	// CheckTx refuses a change to something that is not there. Errors: validation, and those
	// of the module.
	CheckTx(tx *db.Tx, org id.ID, change json.RawMessage) error
	// WordsTx says what a change makes of the records.
	WordsTx(tx *db.Tx, org id.ID, lang string, change json.RawMessage) ([]string, error)
	// ChangeTx changes records of a company, each from the version it was seen in. A dry one
	// only tells what would come of it, and writes and locks nothing.
	ChangeTx(tx *db.Tx, who access.Who, org id.ID, change json.RawMessage, rows []Row, dry bool) (map[id.ID]Outcome, error)
	// UndoTx puts back those that still stand in the version they were left in.
	UndoTx(tx *db.Tx, who access.Who, org id.ID, rows []Row) (map[id.ID]Outcome, error)
	// NamesTx names records for the context's reader.
	NamesTx(tx *db.Tx, who access.Who, org id.ID, records []id.ID) (map[id.ID]Name, error)
}
