package outage

import (
	"cmp"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
)

// State is where an outage stands.
type State string

// The states.
const (
	Reported   State = "reported"
	Dispatched State = "dispatched"
	Arrived    State = "arrived"
	Restored   State = "restored"
	Closed     State = "closed"
	Cancelled  State = "cancelled"
)

// Action is a step of an outage; it names route, permission and event.
type Action string

// The steps.
const (
	Create   Action = "create"
	Join     Action = "join"
	Leave    Action = "leave"
	Relocate Action = "relocate"
	Dispatch Action = "dispatch"
	Arrive   Action = "arrive"
	Restore  Action = "restore"
	Close    Action = "close"
	Cancel   Action = "cancel"
)

// move is where a step leads from which states; same leaves the state as it is. working
// tells that only the unit that has the outage takes it.
type move struct {
	from    []State
	to      State
	working bool
}

const same State = ""

var underWay = []State{Reported, Dispatched, Arrived}

// moves is the transition table.
var moves = map[Action]move{
	Join:     {from: []State{Reported, Dispatched, Arrived, Restored}, to: same},
	Leave:    {from: underWay, to: same},
	Relocate: {from: underWay, to: same},
	Dispatch: {from: []State{Reported, Dispatched}, to: Dispatched},
	Arrive:   {from: []State{Dispatched}, to: Arrived, working: true},
	Restore:  {from: []State{Arrived}, to: Restored, working: true},
	Close:    {from: []State{Restored}, to: Closed},
	Cancel:   {from: underWay, to: Cancelled},
}

// stages are how far each state is, as the cases are brought along.
var stages = map[State]int{Dispatched: 1, Arrived: 2, Restored: 3, Closed: 3}

// never sorts what has no due moment last.
const never = when.Instant(1) << 61

// Outage is one failure of supply with its repair.
type Outage struct {
	ID           id.ID          `json:"id" db:"id"`
	OrgID        id.ID          `json:"org_id" db:"org_id"`
	OutageNo     string         `json:"outage_no" db:"outage_no"`
	State        State          `json:"state" db:"state" enum:"reported,dispatched,arrived,restored,closed,cancelled"`
	PlaceKind    string         `json:"place_kind" db:"place_kind" enum:"equipment,district,line,substation"`
	PlaceID      id.ID          `json:"place_id" db:"place_id"`
	PlaceNo      string         `json:"place_no" db:"place_no"`
	PlaceName    string         `json:"place_name" db:"place_name"`
	NodeID       id.ID          `json:"node_id" db:"node_id" doc:"where the place stands in the network"`
	Area         string         `json:"area" db:"area" enum:"urban,rural,remote"`
	UnitID       id.ID          `json:"unit_id,omitzero" db:"unit_id" doc:"who repairs it"`
	UnitName     string         `json:"unit_name,omitempty" db:"-"`
	Crew         string         `json:"crew,omitempty" db:"crew" doc:"the team that was sent"`
	Cause        string         `json:"cause,omitempty" db:"cause" doc:"code"`
	CauseName    string         `json:"cause_name,omitempty" db:"-" doc:"in the reader's language"`
	ConditionID  id.ID          `json:"condition_id,omitzero" db:"condition_id" doc:"the fault in the history of the place"`
	Cases        int64          `json:"cases" db:"cases" doc:"that report it"`
	Accounts     int64          `json:"accounts" db:"accounts" doc:"behind the place when it was put down, and again when supply was restored"`
	Customers    int64          `json:"customers" db:"customers" doc:"of these accounts; 0: too many to be told apart"`
	TellAll      bool           `json:"tell_all" db:"tell_all" doc:"all behind it are told that supply is back, rather than who reported it"`
	ToldAfter    string         `json:"-" db:"told_after"`
	Told         int64          `json:"told" db:"told" doc:"messages that supply is back"`
	Following    bool           `json:"following" db:"following" doc:"cases are being brought along, or people told"`
	ReportedAt   when.Instant   `json:"reported_at" db:"reported_at" doc:"by the first case"`
	DispatchedAt when.Instant   `json:"dispatched_at,omitzero" db:"dispatched_at"`
	ArrivedAt    when.Instant   `json:"arrived_at,omitzero" db:"arrived_at"`
	RestoredAt   when.Instant   `json:"restored_at,omitzero" db:"restored_at"`
	EndedAt      when.Instant   `json:"ended_at,omitzero" db:"ended_at"`
	DueStage     feedback.Stage `json:"due_stage,omitempty" db:"due_stage" enum:"arrival,restore"`
	DueAt        when.Instant   `json:"due_at,omitzero" db:"due_at"`
	Overdue      bool           `json:"overdue" db:"-"`
	Late         bool           `json:"late" db:"late" doc:"the crew came, or supply was back, after its time"`
	Urgency      int64          `json:"-" db:"urgency"`
	Version      int64          `json:"version" db:"version"`
	CreatedAt    when.Instant   `json:"created_at" db:"created_at"`
	UpdatedAt    when.Instant   `json:"updated_at" db:"updated_at"`
}

func (o Outage) origin() supply.Origin { return supply.Origin{Kind: o.PlaceKind, ID: o.PlaceID} }

// open tells whether supply is not back yet.
func (o Outage) open() bool { return slices.Contains(underWay, o.State) }

// can tells whether a step is possible from where the outage stands.
func (o Outage) can(a Action) bool { return slices.Contains(moves[a].from, o.State) }

// take moves the outage by a step; at is when it took place. Error: ErrState.
func (o *Outage) take(a Action, at when.Instant) error {
	if !o.can(a) {
		return ErrState.With("state", string(o.State), "action", string(a))
	}
	if to := moves[a].to; to != same {
		o.State = to
	}
	switch a {
	case Dispatch:
		o.DispatchedAt = cmp.Or(o.DispatchedAt, at)
	case Arrive:
		o.ArrivedAt = at
	case Restore:
		o.RestoredAt = at
	case Close, Cancel:
		o.EndedAt = at
	}
	return nil
}

// due takes over what is due next, and whether anything was late.
func (o *Outage) due(all []feedback.Deadline) {
	o.DueStage, o.DueAt, o.Late = "", never, false
	for _, d := range all {
		switch {
		case d.DoneAt != 0:
			o.Late = o.Late || d.Late
		case o.open() && d.TargetAt != 0 && d.TargetAt < o.DueAt:
			o.DueStage, o.DueAt = d.Stage, d.TargetAt
		}
	}
	o.Urgency = o.rank()
}

// rank sorts what is under way by when it is due, then what is restored and what has
// ended, the newest first.
func (o Outage) rank() int64 {
	const restored, ended = int64(never / 4), int64(never / 2)
	switch {
	case o.open():
		return min(int64(o.DueAt), restored-int64(never/8))
	case o.State == Restored:
		return restored - int64(o.ReportedAt)
	}
	return ended - int64(o.ReportedAt)
}

// show is an outage as it is told.
func (o Outage) show(now when.Instant) Outage {
	o.Overdue = o.open() && o.DueAt < now
	if o.DueAt == never {
		o.DueAt = 0
	}
	return o
}

// Event is a step of an outage.
type Event struct {
	ID        id.ID        `json:"id"`
	At        when.Instant `json:"at"`
	Kind      string       `json:"kind" doc:"words: outage.did.KIND"`
	State     State        `json:"state" enum:"reported,dispatched,arrived,restored,closed,cancelled" doc:"where it stood after it"`
	ActorID   id.ID        `json:"actor_id,omitzero"`
	ActorName string       `json:"actor_name"`
	Params
	UnitName string `json:"unit_name,omitempty"`
	Text     string `json:"text,omitempty" doc:"a remark, or what was found"`
}

// Params are what an event tells beside its words, without anything personal.
type Params struct {
	TookPlaceAt when.Instant `json:"took_place_at,omitzero" doc:"where that is not when it was written"`
	CaseID      id.ID        `json:"case_id,omitzero"`
	CaseNo      string       `json:"case_no,omitempty"`
	Place       string       `json:"place,omitempty"`
	Crew        string       `json:"crew,omitempty"`
	UnitID      id.ID        `json:"unit_id,omitzero"`
	Cause       string       `json:"cause,omitempty"`
	N           int64        `json:"n,omitempty" doc:"how many were told"`
}

func wordsPlace(i id.ID) crypt.Place {
	return crypt.Place{Table: "outage_event", Column: "body", ID: i}
}
