package feedback

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/rule"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Stage is a part of the work that has a limit of its own.
type Stage string

// The stages.
const (
	StageDispatch Stage = "dispatch"
	StageAccept   Stage = "accept"
	StageContact  Stage = "contact"
	StageArrival  Stage = "arrival"
	StageRestore  Stage = "restore"
	StageAnswer   Stage = "answer"
	StageChannel  Stage = "channel" // of whoever passed the case on to us
	StageCallback Stage = "callback"
)

var stages = []Stage{StageDispatch, StageAccept, StageContact, StageArrival, StageRestore, StageAnswer, StageChannel, StageCallback}

// Deadline is a limit of a case as it was last counted.
type Deadline struct {
	OrgID    id.ID        `json:"-" db:"org_id"`
	CaseID   id.ID        `json:"-" db:"case_id"`
	Round    int          `json:"round" db:"round"`
	Stage    Stage        `json:"stage" db:"stage" enum:"dispatch,accept,contact,arrival,restore,answer,channel,callback"`
	Rule     string       `json:"rule" db:"rule" doc:"id@version"`
	SinceAt  when.Instant `json:"since_at" db:"since_at"`
	State    when.State   `json:"state" db:"state" enum:"counted,paused,calendar_missing"`
	TargetAt when.Instant `json:"target_at,omitzero" db:"target_at" doc:"what we promise; absent while the clock stands still or a calendar is missing"`
	LegalAt  when.Instant `json:"legal_at,omitzero" db:"legal_at" doc:"at the most, where that is another"`
	DoneAt   when.Instant `json:"done_at,omitzero" db:"done_at"`
	Late     bool         `json:"late" db:"-" doc:"done after the target, or still not done then"`
}

func (d *Deadline) judge(now when.Instant) {
	d.Late = d.TargetAt != 0 && cmp.Or(d.DoneAt, now) > d.TargetAt
}

// course is what limits are counted from: the phases and pauses of the present round,
// and when each stage was done.
type course struct {
	when.History
	done map[Stage]when.Instant
}

// courseOf reads the events of a case, the oldest first.
func courseOf(c Case, events []event) (k course, err error) {
	k.done = map[Stage]when.Instant{}
	for _, e := range standing(events) {
		if err := k.follow(e); err != nil {
			return k, err
		}
	}
	if c.ResolvedAt != 0 || !c.Open() {
		for _, s := range stages[:len(stages)-1] {
			k.done[s] = cmp.Or(k.done[s], c.ResolvedAt, c.EndedAt)
		}
	}
	if !c.Open() {
		k.done[StageCallback] = c.EndedAt
	}
	return k, nil
}

// follow takes one event over.
func (k *course) follow(e event) error {
	switch e.Kind {
	case string(Create), string(Reopen):
		*k = course{done: map[Stage]when.Instant{}}
		if err := k.Enter(phaseReceived, e.began(), true); err != nil {
			return err
		}
		return k.enter(e)
	case string(Dispatch), string(Transfer), string(Return), string(Accept), string(Resolve):
		return k.enter(e)
	case string(Progress):
		return k.progress(e)
	case string(Pause):
		return k.Pause(e.At, "pause", "event")
	case string(Resume):
		return k.Resume(e.At)
	}
	return nil
}

// enter begins the phase of the state an event led to.
func (k *course) enter(e event) error {
	at := max(e.At, e.began())
	switch e.State {
	case Registered:
		delete(k.done, StageDispatch)
		return k.Enter(phaseRegistered, at, true)
	case Dispatched:
		k.done[StageDispatch] = at
		delete(k.done, StageAccept)
		return k.Enter(phaseDispatched, at, true)
	case Accepted:
		k.done[StageAccept] = at
	case Resolved:
		return k.Enter(phaseResolved, at, true)
	}
	return nil
}

// milestones are what progress tells, with the stage each ends.
var milestones = map[string]Stage{"contacted": StageContact, "arrived": StageArrival, "restored": StageRestore}

func (k *course) progress(e event) error {
	stage := milestones[e.Params.Milestone]
	if k.done[stage] != 0 {
		return nil
	}
	k.done[stage] = e.began()
	if stage != StageArrival || k.stands() {
		return nil
	}
	return k.Enter(phaseArrived, max(e.began(), k.last()), true)
}

// stands tells whether the clock stands still.
func (k *course) stands() bool {
	n := len(k.Pauses)
	return n > 0 && k.Pauses[n-1].To == 0
}

// last is the moment of the newest phase or pause.
func (k *course) last() (at when.Instant) {
	if n := len(k.Phases); n > 0 {
		at = k.Phases[n-1].At
	}
	if n := len(k.Pauses); n > 0 {
		at = max(at, k.Pauses[n-1].From, k.Pauses[n-1].To)
	}
	return at
}

// kinds are the kinds of rule that may decide about a stage, the nearest first.
func (c Case) kinds(stage Stage, clock string) (all []string) {
	if stage == StageChannel {
		return []string{"case.channel." + c.Channel}
	}
	base := "case." + string(c.Type)
	if clock != "" {
		all = append(all, strings.Join([]string{base, clock, string(stage)}, "."))
	}
	areas := []string{c.Area}
	if c.Area == "remote" {
		areas = append(areas, "rural")
	}
	for _, a := range areas {
		all = append(all, strings.Join([]string{base, string(stage), a}, "."))
	}
	return append(all, base+"."+string(stage))
}

// ruleOf is the rule about a stage: the one it was first counted by, else the nearest
// that held when the case was received.
func (c Case) ruleOf(stage Stage, clock string, place rule.Place, before []Deadline) (r rule.Rule[Limit], ok bool) {
	i := slices.IndexFunc(before, func(d Deadline) bool { return d.Round == c.Round && d.Stage == stage })
	if i >= 0 {
		if r, ok = deadlineRules.Find(before[i].Rule); ok && slices.Contains(c.kinds(stage, clock), r.Kind) {
			return r, true
		}
	}
	for _, kind := range c.kinds(stage, clock) {
		if r, ok = deadlineRules.On(kind, c.ReceivedAt.Day(), place); ok {
			return r, true
		}
	}
	return r, false
}

// clockwork is what deadlines are counted with.
type clockwork struct {
	calendar *when.Calendar
	place    rule.Place
	clock    string // of the category
	before   []Deadline
}

// deadlines counts the limits of the present round anew; those of earlier rounds stay.
func (w clockwork) deadlines(c Case, k course) (all []Deadline, err error) {
	for _, d := range w.before {
		if d.Round < c.Round {
			all = append(all, d)
		}
	}
	for _, stage := range stages {
		r, ok := c.ruleOf(stage, w.clock, w.place, w.before)
		if !ok {
			continue
		}
		l, err := w.calendar.Limits(r.Params.Terms, k.History, r.Params.Since)
		if errors.Is(err, when.ErrNotBegun) {
			continue
		}
		if err != nil {
			return nil, err
		}
		d := Deadline{OrgID: c.OrgID, CaseID: c.ID, Round: c.Round, Stage: stage, Rule: r.Ref(), SinceAt: k.began(r.Params.Since), State: l.Target.State, TargetAt: l.Target.At, DoneAt: k.done[stage]}
		if l.Legal != nil {
			d.LegalAt = l.Legal.At
			if l.Legal.State == when.CalendarMissing {
				d.State = when.CalendarMissing
			}
		}
		all = append(all, d)
	}
	return all, nil
}

// began is when a phase last began.
func (k *course) began(phase string) (at when.Instant) {
	for _, p := range k.Phases {
		if p.Code == phase {
			at = p.At
		}
	}
	return at
}

// next puts into the case what it is due by: of the limits that are not kept yet the
// nearest. A warning is given again only about another limit.
func (c *Case) next(all []Deadline, ladder Ladder) {
	stage := c.DueStage
	c.DueStage, c.DueState, c.DueSince, c.DueAt, c.LegalAt, c.CalendarMissing = "", "", 0, never, never, false
	for _, d := range all {
		if d.Round != c.Round || d.DoneAt != 0 {
			continue
		}
		c.CalendarMissing = c.CalendarMissing || d.State == when.CalendarMissing
		if d.LegalAt != 0 {
			c.LegalAt = min(c.LegalAt, d.LegalAt)
		}
		at := d.TargetAt
		if at == 0 {
			at = never
		}
		if c.DueStage == "" || at < c.DueAt {
			c.DueStage, c.DueState, c.DueSince, c.DueAt = d.Stage, d.State, d.SinceAt, at
		}
	}
	if c.DueStage != stage {
		c.WarnLevel = 0
	}
	c.WarnAt = ladder.at(c.WarnLevel, c.DueSince, c.DueAt)
}
