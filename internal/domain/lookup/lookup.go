package lookup

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
)

// State is where a look-up stands.
type State string

// The states.
const (
	Requested State = "requested"
	Approved  State = "approved"
	Running   State = "running"
	Ended     State = "ended"
	Refused   State = "refused"
	Withdrawn State = "withdrawn"
)

// moves is the transition table.
var moves = map[State][]State{Requested: {Approved, Refused, Withdrawn}, Approved: {Running, Withdrawn, Ended}, Running: {Ended}}

// Use is what somebody wants to do with the data.
type Use string

// The uses.
const (
	View   Use = "view"
	Export Use = "export"
	Print  Use = "print"
	// Return is no use that is asked for: rows go back to who sent them in.
	Return Use = "return"
	// Own is none either: who decides takes a file that belongs to no customer.
	Own Use = "own"
)

// Cause is why a look-up ended.
type Cause string

// The causes.
const (
	TimeOver  Cause = "time"
	GivenBack Cause = "given_back"
	Revoked   Cause = "revoked"
	NotBegun  Cause = "not_begun"
)

// Verdict is what the review of an emergency look-up found.
type Verdict string

// The verdicts.
const (
	Justified Verdict = "justified"
	Objected  Verdict = "objected"
)

// Purposes are what data are looked up for; words: lookup.purpose.CODE.
var Purposes = []string{"contact", "verify", "complaint", "billing", "field_work", "authority", "other"}

// Lookup is one look-up.
type Lookup struct {
	ID             id.ID        `json:"id"`
	OrgID          id.ID        `json:"org_id"`
	State          State        `json:"state" enum:"requested,approved,running,ended,refused,withdrawn"`
	Emergency      bool         `json:"emergency"`
	UserID         id.ID        `json:"user_id"`
	UserName       string       `json:"user_name"`
	Purpose        string       `json:"purpose,omitempty"`
	Sensitive      bool         `json:"sensitive" doc:"sensitive fields too"`
	Uses           []Use        `json:"uses" nullable:"false" enum:"view,export,print"`
	RecordCount    int          `json:"record_count"`
	AskedMinutes   int          `json:"asked_minutes"`
	GrantedMinutes int          `json:"granted_minutes,omitempty"`
	AskedAt        when.Instant `json:"asked_at"`
	DecidedAt      when.Instant `json:"decided_at,omitzero"`
	DeciderID      id.ID        `json:"decider_id,omitzero"`
	DeciderName    string       `json:"decider_name,omitempty"`
	StartBy        when.Instant `json:"start_by,omitzero" doc:"when the approval lapses"`
	StartedAt      when.Instant `json:"started_at,omitzero"`
	UntilAt        when.Instant `json:"until_at,omitzero"`
	EndedAt        when.Instant `json:"ended_at,omitzero"`
	EndCause       Cause        `json:"end_cause,omitempty" enum:"time,given_back,revoked,not_begun"`
	ReviewBy       when.Instant `json:"review_by,omitzero" doc:"absent while the calendar of its year is missing"`
	ReviewRule     string       `json:"review_rule,omitempty" doc:"the company's rule, id@version"`
	ReviewLimit    when.Limit   `json:"-"`
	ReviewCalendar string       `json:"review_calendar,omitempty" doc:"the calendar it was counted by: imported years, year@version"`
	ReviewedAt     when.Instant `json:"reviewed_at,omitzero"`
	ReviewerName   string       `json:"reviewer_name,omitempty"`
	Verdict        Verdict      `json:"verdict,omitempty" enum:"justified,objected"`
	Body
	Version int64 `json:"version"`
}

// Body is what people wrote; it is sealed.
type Body struct {
	Reason string           `json:"reason"`
	Filter *customer.Filter `json:"filter,omitempty" doc:"what chose the customers, when they were not named"`
	Word   string           `json:"word,omitempty" doc:"of who decided"`
	Review string           `json:"review,omitempty" doc:"of who reviewed"`
}

// AskInput asks for a look-up of named customers, or of those a filter chooses.
type AskInput struct {
	CustomerIDs []id.ID          `json:"customer_ids,omitempty" maxItems:"1000" doc:"of one company; or filter"`
	Filter      *customer.Filter `json:"filter,omitempty"`
	Purpose     string           `json:"purpose" enum:"contact,verify,complaint,billing,field_work,authority,other"`
	Reason      string           `json:"reason" minLength:"1" maxLength:"500"`
	Uses        []Use            `json:"uses" minItems:"1" maxItems:"3" enum:"view,export,print"`
	Sensitive   bool             `json:"sensitive,omitempty" doc:"sensitive fields too, such as certificates"`
	Minutes     int              `json:"minutes,omitempty" minimum:"1" maximum:"1440" doc:"absent: as the rule proposes"`
}

// EmergencyInput opens customers at once: a fault, a danger to life.
type EmergencyInput struct {
	CustomerIDs []id.ID `json:"customer_ids" minItems:"1" maxItems:"100"`
	Reason      string  `json:"reason" minLength:"1" maxLength:"500"`
}

// DecideInput approves, for no longer than was asked, or refuses with a word.
type DecideInput struct {
	Approve bool   `json:"approve"`
	Minutes int    `json:"minutes,omitempty" minimum:"1" maximum:"1440" doc:"absent: as asked"`
	Word    string `json:"word,omitempty" maxLength:"500"`
}

// ReviewInput is the finding about an emergency look-up.
type ReviewInput struct {
	Verdict Verdict `json:"verdict" enum:"justified,objected"`
	Word    string  `json:"word,omitempty" maxLength:"500"`
}

// minReason is the least that says anything.
const minReason = 4

func checkReason(v *fault.Validation, reason string) {
	v.Check(utf8.RuneCountInString(strings.TrimSpace(reason)) >= minReason, "reason", "too_short", "limit", minReason)
}

func (in *AskInput) validate(r Rule) error {
	var v fault.Validation
	checkReason(&v, in.Reason)
	v.Check((len(in.CustomerIDs) == 0) != (in.Filter == nil), "customer_ids", "required")
	slices.Sort(in.Uses)
	in.Uses = slices.Compact(in.Uses)
	if in.Minutes == 0 {
		in.Minutes = r.DefaultMinutes
	}
	v.Check(in.Minutes <= r.MaxMinutes, "minutes", "too_large", "limit", r.MaxMinutes)
	return v.Err()
}

// at is the look-up as it stands at a moment: time ends it by itself.
func (l Lookup) at(now when.Instant) Lookup {
	switch {
	case l.State == Running && l.UntilAt <= now:
		l.State, l.EndedAt, l.EndCause = Ended, l.UntilAt, TimeOver
	case l.State == Approved && l.StartBy <= now:
		l.State, l.EndedAt, l.EndCause = Ended, l.StartBy, NotBegun
	}
	return l
}

// moveTo changes the state.
func (l *Lookup) moveTo(to State) error {
	if !slices.Contains(moves[l.State], to) {
		return ErrState.With("state", string(l.State))
	}
	l.State = to
	return nil
}

// decide approves or refuses; pure.
func (l *Lookup) decide(in DecideInput, r Rule, now when.Instant) error {
	var v fault.Validation
	v.Check(in.Approve || strings.TrimSpace(in.Word) != "", "word", "required")
	v.Check(in.Minutes <= l.AskedMinutes, "minutes", "too_large", "limit", l.AskedMinutes)
	if err := v.Err(); err != nil {
		return err
	}
	l.DecidedAt, l.Word = now, strings.TrimSpace(in.Word)
	if !in.Approve {
		return l.moveTo(Refused)
	}
	l.GrantedMinutes, l.StartBy = in.Minutes, now.Add(hours(r.StartWithinHours))
	if in.Minutes == 0 {
		l.GrantedMinutes = l.AskedMinutes
	}
	return l.moveTo(Approved)
}

// start begins the time.
func (l *Lookup) start(now when.Instant) error {
	l.StartedAt, l.UntilAt = now, now.Add(minutes(l.GrantedMinutes))
	return l.moveTo(Running)
}

// end ends it for a cause.
func (l *Lookup) end(cause Cause, now when.Instant) error {
	l.EndedAt, l.EndCause = now, cause
	return l.moveTo(Ended)
}

// review puts down the finding about an emergency look-up.
func (l *Lookup) review(in ReviewInput, now when.Instant) error {
	if !l.Emergency || l.ReviewedAt != 0 {
		return ErrState.With("state", string(l.State))
	}
	var v fault.Validation
	v.Check(in.Verdict == Justified || strings.TrimSpace(in.Word) != "", "word", "required")
	if err := v.Err(); err != nil {
		return err
	}
	l.ReviewedAt, l.Verdict, l.Review = now, in.Verdict, strings.TrimSpace(in.Word)
	if in.Verdict == Objected && l.State == Running {
		return l.end(Revoked, now)
	}
	return nil
}

// reviewCount is what the date of the review is counted from.
func (l Lookup) reviewCount() when.Count { return when.Count{From: l.AskedAt, Limit: l.ReviewLimit} }

// basis is what customers are opened on.
func (l Lookup) basis() customer.Basis {
	if l.Emergency {
		return customer.Basis{Type: "emergency", ID: l.ID}
	}
	return customer.Basis{Type: "lookup", ID: l.ID}
}
