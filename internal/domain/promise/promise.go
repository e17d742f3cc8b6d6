package promise

import (
	"cmp"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
)

// State is where a promise stands.
type State string

// The states.
const (
	Awaiting  State = "awaiting"
	Open      State = "open"
	Kept      State = "kept"
	Late      State = "late" // kept after its time
	Broken    State = "broken"
	Withdrawn State = "withdrawn"
	Refused   State = "refused"
)

// Action is a step of a promise; it names route, permission and event.
type Action string

// The steps.
const (
	Create   Action = "create"
	Approve  Action = "approve"
	Refuse   Action = "refuse"
	Keep     Action = "keep"
	Break    Action = "break"
	Assign   Action = "assign"
	Withdraw Action = "withdraw"
	Reopen   Action = "reopen"
)

// Actions are all of them.
var Actions = []Action{Create, Approve, Refuse, Keep, Break, Assign, Withdraw, Reopen}

// move is where a step leads from which states; same leaves the state as it is. working
// tells that only the unit that has the promise takes it.
type move struct {
	from    []State
	to      State
	working bool
}

const same State = ""

// moves is the transition table. Keep leads to Late when the time is over.
var moves = map[Action]move{
	Approve:  {from: []State{Awaiting}, to: Open},
	Refuse:   {from: []State{Awaiting}, to: Refused},
	Keep:     {from: []State{Open}, to: Kept, working: true},
	Break:    {from: []State{Open}, to: Broken, working: true},
	Assign:   {from: []State{Awaiting, Open}, to: same, working: true},
	Withdraw: {from: []State{Awaiting, Open}, to: Withdrawn, working: true},
	Reopen:   {from: []State{Kept, Late, Broken}, to: Open, working: true},
}

// Source is what a promise was made in.
type Source string

// The sources.
const (
	OfCase      Source = "case"
	OfReception Source = "reception"
	OfContact   Source = "interaction" // a call or visit on a customer's record
)

// never sorts what has no due moment last, and keeps it from every sweep.
const never = when.Instant(1) << 61

// Promise is one promise.
type Promise struct {
	ID           id.ID  `json:"id" db:"id"`
	OrgID        id.ID  `json:"org_id" db:"org_id"`
	PromiseNo    string `json:"promise_no" db:"promise_no"`
	Type         string `json:"type" db:"type" doc:"code"`
	TypeName     string `json:"type_name" db:"-" doc:"in the reader's language"`
	Unit         Unit   `json:"unit" db:"unit" enum:"m,h,d,wd,fen" doc:"what is promised in"`
	Value        int64  `json:"value" db:"value" doc:"how much of the unit"`
	Rule         string `json:"rule" db:"rule" doc:"id@version"`
	Above        bool   `json:"above" db:"above" doc:"more than anybody may promise: it needs, or had, an approval"`
	State        State  `json:"state" db:"state" enum:"awaiting,open,kept,late,broken,withdrawn,refused"`
	CustomerID   id.ID  `json:"customer_id,omitzero" db:"customer_id"`
	CustomerNo   string `json:"customer_no,omitempty" db:"-"`
	CustomerName string `json:"customer_name,omitempty" db:"-"`
	SourceType   Source `json:"source_type,omitempty" db:"source_type" enum:"case,reception,interaction"`
	SourceID     id.ID  `json:"source_id,omitzero" db:"source_id"`
	SourceNo     string `json:"source_no,omitempty" db:"source_no" doc:"of the case"`
	UnitID       id.ID  `json:"unit_id,omitzero" db:"unit_id" doc:"who has to keep it"`
	UnitName     string `json:"unit_name,omitempty" db:"-"`
	OwnerID      id.ID  `json:"owner_id,omitzero" db:"owner_id"`
	OwnerName    string `json:"owner_name" db:"owner_name"`
	MakerID      id.ID  `json:"maker_id,omitzero" db:"maker_id"`
	MakerName    string `json:"maker_name" db:"maker_name"`
	ApproverName string `json:"approver_name,omitempty" db:"approver_name"`
	Body
	MadeAt    when.Instant `json:"made_at" db:"made_at" doc:"when it was said"`
	CountsAt  when.Instant `json:"counts_at,omitzero" db:"counts_at" doc:"since when it counts: the approval, where it needed one"`
	DueState  when.State   `json:"due_state,omitempty" db:"due_state" enum:"counted,calendar_missing"`
	DueAt     when.Instant `json:"due_at,omitzero" db:"due_at"`
	Overdue   bool         `json:"overdue" db:"-"`
	EndedAt   when.Instant `json:"ended_at,omitzero" db:"ended_at" doc:"when it was kept or ended otherwise"`
	Told      int          `json:"told" db:"told" doc:"1: its owner was reminded, 2: the head was told that it is late"`
	TellAt    when.Instant `json:"-" db:"tell_at"`
	Calendar  string       `json:"-" db:"calendar"`
	Version   int64        `json:"version" db:"version"`
	UpdatedAt when.Instant `json:"updated_at" db:"updated_at"`
}

// Body is the sealed part of a promise.
type Body struct {
	Words string `json:"words" db:"-" doc:"what the customer was told"`
	Note  string `json:"note,omitempty" db:"-" doc:"among us"`
}

// Event is a step of a promise.
type Event struct {
	ID        id.ID        `json:"id" db:"id"`
	At        when.Instant `json:"at" db:"at"`
	Kind      string       `json:"kind" db:"kind" doc:"words: promise.did.KIND"`
	State     State        `json:"state" db:"state" doc:"where it stood after it"`
	ActorID   id.ID        `json:"actor_id,omitzero" db:"actor_id"`
	ActorName string       `json:"actor_name" db:"actor_name"`
	OwnerName string       `json:"owner_name,omitempty" db:"owner_name" doc:"whom it was given to"`
	Text      string       `json:"text,omitempty" db:"-" doc:"the reason, or what proves that it was kept"`
}

// live tells whether the promise has not ended.
func (p Promise) live() bool { return p.State == Awaiting || p.State == Open }

// can tells whether a step is possible from where the promise stands.
func (p Promise) can(a Action) bool { return slices.Contains(moves[a].from, p.State) }

// take moves the promise by a step; at is when it took place. Error: ErrState.
func (p *Promise) take(a Action, at when.Instant) error {
	if !p.can(a) {
		return ErrState.With("state", string(p.State), "action", string(a))
	}
	if to := moves[a].to; to != same {
		p.State = to
	}
	if a == Keep && at > p.DueAt {
		p.State = Late
	}
	p.EndedAt = 0
	if !p.live() {
		p.EndedAt = at
	}
	return nil
}

// count is what the due time is counted from.
func (p Promise) count(t Terms) when.Count {
	return when.Count{From: p.CountsAt, Limit: t.limit(p.Value)}
}

// due takes a counted time over.
func (p *Promise) due(d when.Due, calendar string) {
	p.DueState, p.DueAt, p.Calendar = d.State, cmp.Or(d.At, never), calendar
}

// remind says when somebody is told next: the owner before the time, at half of it at the
// latest, and the head when it is over.
func (p *Promise) remind(t Terms) {
	switch {
	case p.State != Open || p.DueAt == never || p.Told >= toldLate:
		p.TellAt = never
	case p.Told == 0:
		p.TellAt = max(p.DueAt-t.lead(), p.CountsAt+(p.DueAt-p.CountsAt)/2)
	default:
		p.TellAt = p.DueAt + 1
	}
}

// How much was told.
const (
	toldSoon = 1
	toldLate = 2
)

func bodyPlace(i id.ID) crypt.Place { return crypt.Place{Table: "promise", Column: "body", ID: i} }
func wordsPlace(i id.ID) crypt.Place {
	return crypt.Place{Table: "promise_event", Column: "body", ID: i}
}
