package incident

import (
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
)

// State is where an incident stands.
type State string

// The states.
const (
	Opened    State = "opened"    // not reported upward yet
	Reported  State = "reported"  // being investigated
	Concluded State = "concluded" // measures are being taken
	Submitted State = "submitted" // waits to be closed one level higher
	Closed    State = "closed"
	Dismissed State = "dismissed" // it was none
)

// Action is a step of an incident; it names route and event.
type Action string

// The steps.
const (
	Create   Action = "create"
	Report   Action = "report"
	Regrade  Action = "regrade"
	Assign   Action = "assign"
	Conclude Action = "conclude"
	Plan     Action = "plan" // a measure
	Keep     Action = "keep" // of a measure
	Drop     Action = "drop" // of a measure
	Submit   Action = "submit"
	Close    Action = "close"
	Return   Action = "return"
	Dismiss  Action = "dismiss"
	Reopen   Action = "reopen"
)

// move is where a step leads from which states; same leaves the state as it is. working
// tells that only the unit that has the incident takes it, above that only somebody
// higher does.
type move struct {
	from           []State
	to             State
	working, above bool
}

const same State = ""

// moves is the transition table. Reopen leads back to Opened what was never reported.
var moves = map[Action]move{
	Report:   {from: []State{Opened}, to: Reported, working: true},
	Regrade:  {from: []State{Opened, Reported, Concluded}, to: same, working: true},
	Assign:   {from: []State{Opened, Reported, Concluded}, to: same, working: true},
	Conclude: {from: []State{Reported, Concluded}, to: Concluded, working: true},
	Plan:     {from: []State{Reported, Concluded}, to: same, working: true},
	Keep:     {from: []State{Reported, Concluded}, to: same},
	Drop:     {from: []State{Reported, Concluded}, to: same, working: true},
	Submit:   {from: []State{Concluded}, to: Submitted, working: true},
	Close:    {from: []State{Submitted}, to: Closed, above: true},
	Return:   {from: []State{Submitted}, to: Concluded, above: true},
	Dismiss:  {from: []State{Opened, Reported}, to: Dismissed, above: true},
	Reopen:   {from: []State{Closed, Dismissed}, to: Reported, above: true},
}

// never sorts what has no due moment last.
const never = when.Instant(1) << 61

// Incident is one service incident.
type Incident struct {
	ID              id.ID  `json:"id" db:"id"`
	OrgID           id.ID  `json:"org_id" db:"org_id"`
	IncidentNo      string `json:"incident_no" db:"incident_no"`
	Grade           string `json:"grade" db:"grade" doc:"code"`
	GradeName       string `json:"grade_name" db:"-" doc:"in the reader's language"`
	Rank            int    `json:"rank" db:"grade_rank" doc:"1 the gravest"`
	Rule            string `json:"rule" db:"rule" doc:"id@version, of the grade"`
	State           State  `json:"state" db:"state" enum:"opened,reported,concluded,submitted,closed,dismissed"`
	CaseID          id.ID  `json:"case_id,omitzero" db:"case_id" doc:"which it was opened from"`
	CaseNo          string `json:"case_no,omitempty" db:"case_no"`
	CustomerID      id.ID  `json:"-" db:"customer_id"`
	UnitID          id.ID  `json:"unit_id" db:"unit_id" doc:"where it happened; it investigates"`
	UnitName        string `json:"unit_name" db:"-"`
	ResponsibleID   id.ID  `json:"responsible_id" db:"responsible_id" doc:"the responsible unit: the one where it happened, until the conclusion names another"`
	ResponsibleName string `json:"responsible_name" db:"-"`
	PersonID        id.ID  `json:"person_id,omitzero" db:"person_id" doc:"who is responsible; told to those who hold incident.person"`
	PersonName      string `json:"person_name,omitempty" db:"person_name"`
	OwnerID         id.ID  `json:"owner_id,omitzero" db:"owner_id" doc:"who has to report and investigate it"`
	OwnerName       string `json:"owner_name,omitempty" db:"owner_name"`
	RegistrarID     id.ID  `json:"registrar_id,omitzero" db:"registrar_id"`
	RegistrarName   string `json:"registrar_name" db:"registrar_name"`
	Body
	OccurredAt   when.Instant `json:"occurred_at" db:"occurred_at"`
	KnownAt      when.Instant `json:"known_at" db:"known_at" doc:"since when the time of the report runs"`
	DueAt        when.Instant `json:"due_at" db:"due_at" doc:"until when it is reported upward"`
	ReportedAt   when.Instant `json:"reported_at,omitzero" db:"reported_at"`
	Late         bool         `json:"late" db:"late" doc:"it was reported after its time"`
	Overdue      bool         `json:"overdue" db:"-" doc:"not reported, or a measure not taken, and its time is over"`
	Measures     int          `json:"measures" db:"measures" doc:"all but the dropped"`
	MeasuresDone int          `json:"measures_done" db:"measures_done"`
	MeasuresLate int          `json:"measures_late" db:"measures_late" doc:"done after their day"`
	MeasureDueAt when.Instant `json:"measure_due_at,omitzero" db:"measure_due_at" doc:"the next measure's last moment"`
	EndedAt      when.Instant `json:"ended_at,omitzero" db:"ended_at"`
	Told         bool         `json:"-" db:"told"`
	Version      int64        `json:"version" db:"version"`
	UpdatedAt    when.Instant `json:"updated_at" db:"updated_at"`
}

// Body is the sealed part of an incident.
type Body struct {
	Title string `json:"title" db:"-"`
	Text  string `json:"text" db:"-" doc:"what happened"`
	Cause string `json:"cause,omitempty" db:"-" doc:"what the investigation found"`
}

// MeasureState is where a measure stands.
type MeasureState string

// The states of a measure.
const (
	MeasureOpen    MeasureState = "open"
	MeasureKept    MeasureState = "kept"
	MeasureLate    MeasureState = "late"
	MeasureDropped MeasureState = "dropped"
)

// Measure is what is done so that it does not happen again.
type Measure struct {
	ID        id.ID        `json:"id" db:"id"`
	N         int          `json:"n" db:"n" doc:"its number within the incident"`
	OwnerID   id.ID        `json:"owner_id" db:"owner_id"`
	OwnerName string       `json:"owner_name" db:"owner_name"`
	DueDay    when.Day     `json:"due_day" db:"due_day"`
	DueAt     when.Instant `json:"-" db:"due_at"`
	State     MeasureState `json:"state" db:"state" enum:"open,kept,late,dropped"`
	EndedAt   when.Instant `json:"ended_at,omitzero" db:"ended_at"`
	Overdue   bool         `json:"overdue" db:"-"`
	Yours     bool         `json:"yours" db:"-" doc:"the caller may tell that it was taken"`
	MeasureBody
}

// MeasureBody is the sealed part of a measure.
type MeasureBody struct {
	Text  string `json:"text" db:"-"`
	Proof string `json:"proof,omitempty" db:"-" doc:"what proves that it was taken"`
}

// Event is a step of an incident.
type Event struct {
	ID        id.ID        `json:"id" db:"id"`
	At        when.Instant `json:"at" db:"at"`
	Kind      string       `json:"kind" db:"kind" doc:"words: incident.did.KIND"`
	State     State        `json:"state" db:"state" doc:"where it stood after it"`
	ActorID   id.ID        `json:"actor_id,omitzero" db:"actor_id"`
	ActorName string       `json:"actor_name" db:"actor_name"`
	Grade     string       `json:"grade,omitempty" db:"grade" doc:"the code it has from then on"`
	GradeName string       `json:"grade_name,omitempty" db:"-"`
	Measure   int          `json:"measure,omitempty" db:"measure" doc:"the number of the measure it is about"`
	OwnerName string       `json:"owner_name,omitempty" db:"owner_name" doc:"whom it, or the measure, was given to"`
	Text      string       `json:"text,omitempty" db:"-" doc:"the reason, or what was said"`
}

// live tells whether the incident has not ended.
func (n Incident) live() bool { return n.State != Closed && n.State != Dismissed }

// can tells whether a step is possible from where the incident stands.
func (n Incident) can(a Action) bool {
	return slices.Contains(moves[a].from, n.State) && (a != Submit || n.ready())
}

// ready tells whether all measures have ended, and one was taken.
func (n Incident) ready() bool { return n.Measures > 0 && n.Measures == n.MeasuresDone }

// take moves the incident by a step. Errors: ErrState, ErrMeasures.
func (n *Incident) take(a Action, now when.Instant) error {
	if !slices.Contains(moves[a].from, n.State) {
		return ErrState.With("state", string(n.State), "action", string(a))
	}
	if a == Submit && !n.ready() {
		return ErrMeasures
	}
	if to := moves[a].to; to != same {
		n.State = to
	}
	switch {
	case a == Report:
		n.ReportedAt, n.Late = now, now > n.DueAt
	case a == Reopen && n.ReportedAt == 0:
		n.State = Opened
	}
	n.EndedAt = 0
	if !n.live() {
		n.EndedAt = now
	}
	return nil
}

// end ends a measure: taken in time or late, or dropped. Error: ErrState.
func (m *Measure) end(a Action, now when.Instant) error {
	if m.State != MeasureOpen {
		return ErrState.With("state", string(m.State), "action", string(a))
	}
	switch {
	case a == Drop:
		m.State = MeasureDropped
	case now > m.DueAt:
		m.State = MeasureLate
	default:
		m.State = MeasureKept
	}
	m.EndedAt = now
	return nil
}

// count takes over how the measures stand.
func (n *Incident) count(all []Measure) {
	n.Measures, n.MeasuresDone, n.MeasuresLate, n.MeasureDueAt = 0, 0, 0, never
	for _, m := range all {
		switch m.State {
		case MeasureOpen:
			n.MeasureDueAt = min(n.MeasureDueAt, m.DueAt)
		case MeasureLate:
			n.MeasuresLate++
			n.MeasuresDone++
		case MeasureKept:
			n.MeasuresDone++
		case MeasureDropped:
			continue
		}
		n.Measures++
	}
}

// overdue tells whether something waits whose time is over.
func (n Incident) overdue(now when.Instant) bool {
	return n.State == Opened && n.DueAt < now || (n.State == Reported || n.State == Concluded) && n.MeasureDueAt < now
}

// higher tells whether somebody at home in one organisation stands above another.
func higher(units *org.Tree, home, unit id.ID) bool {
	return home != unit && units.Within(unit, home)
}

func bodyPlace(i id.ID) crypt.Place { return crypt.Place{Table: "incident", Column: "body", ID: i} }
func measurePlace(i id.ID) crypt.Place {
	return crypt.Place{Table: "incident_measure", Column: "body", ID: i}
}
func wordsPlace(i id.ID) crypt.Place {
	return crypt.Place{Table: "incident_event", Column: "body", ID: i}
}
