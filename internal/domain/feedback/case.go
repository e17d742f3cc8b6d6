package feedback

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
)

// Type is what a customer wants.
type Type string

// The types of 95598.
const (
	Fault          Type = "fault"
	Inquiry        Type = "inquiry"
	Complaint      Type = "complaint"
	Report         Type = "report" // of misconduct or theft
	Opinion        Type = "opinion"
	Suggestion     Type = "suggestion"
	Praise         Type = "praise"
	ServiceRequest Type = "service_request"
)

// Types are all of them.
var Types = []Type{Fault, Inquiry, Complaint, Report, Opinion, Suggestion, Praise, ServiceRequest}

// State is where a case stands.
type State string

// The states.
const (
	Registered State = "registered"
	Dispatched State = "dispatched"
	Accepted   State = "accepted"
	Waiting    State = "waiting"
	Resolved   State = "resolved"
	Closed     State = "closed"
	Withdrawn  State = "withdrawn"
	Joined     State = "joined"
)

// Source is how feedback came to us (E1).
type Source string

// The sources.
const (
	Active     Source = "active"     // the customer came
	Solicited  Source = "solicited"  // we asked
	Intangible Source = "intangible" // told by behaviour; other modules make these
)

// Verdict is the customer's about what was done.
type Verdict string

// The verdicts.
const (
	Satisfied    Verdict = "satisfied"
	Dissatisfied Verdict = "dissatisfied"
)

// never sorts what has no due moment last, and keeps it from every sweep.
const never = when.Instant(1) << 61

// Case is one case. What it is due by is the next limit that is not kept yet.
type Case struct {
	ID             id.ID    `json:"id" db:"id"`
	OrgID          id.ID    `json:"org_id" db:"org_id"`
	CaseNo         string   `json:"case_no" db:"case_no"`
	Type           Type     `json:"type" db:"type" enum:"fault,inquiry,complaint,report,opinion,suggestion,praise,service_request"`
	Category       string   `json:"category" db:"category" doc:"code"`
	CategoryName   string   `json:"category_name" db:"-" doc:"with those above it, in the reader's language"`
	State          State    `json:"state" db:"state" enum:"registered,dispatched,accepted,waiting,resolved,closed,withdrawn,joined"`
	Channel        string   `json:"channel" db:"channel" enum:"phone,hall,web,sms,wechat,letter,leader_day,press,h12345,h12398,visit,other"`
	Source         Source   `json:"source" db:"source" enum:"active,solicited,intangible"`
	Area           string   `json:"area" db:"area" enum:"urban,rural,remote"`
	Circumstances  wordList `json:"circumstances" db:"circumstances" nullable:"false" doc:"what makes it severe; words: feedback.circumstance.CODE"`
	Severity       int      `json:"severity" db:"severity" doc:"1 the most severe to 4"`
	SeverityReason string   `json:"severity_reason,omitempty" db:"severity_reason" doc:"the circumstance that decided"`
	SeverityRule   string   `json:"severity_rule" db:"severity_rule" doc:"id@version"`
	Secret         bool     `json:"secret" db:"secret" doc:"its text is for those who work on it alone"`
	Anonymous      bool     `json:"anonymous" db:"anonymous"`
	Quiet          bool     `json:"quiet" db:"quiet" doc:"the customer is told nothing by message"`
	RepeatOf       id.ID    `json:"repeat_of,omitzero" db:"repeat_of" doc:"an ended case of the same customer about the same"`
	CustomerID     id.ID    `json:"customer_id,omitzero" db:"customer_id"`
	CustomerNo     string   `json:"customer_no,omitempty" db:"-"`
	CustomerName   string   `json:"customer_name,omitempty" db:"-"`
	AccountID      id.ID    `json:"account_id,omitzero" db:"account_id"`
	EquipmentID    id.ID    `json:"equipment_id,omitzero" db:"equipment_id"`
	UnitID         id.ID    `json:"unit_id,omitzero" db:"unit_id" doc:"who has to solve it"`
	UnitName       string   `json:"unit_name,omitempty" db:"-"`
	OwnerID        id.ID    `json:"owner_id,omitzero" db:"owner_id"`
	OwnerName      string   `json:"owner_name,omitempty" db:"owner_name"`
	RegistrarID    id.ID    `json:"registrar_id,omitzero" db:"registrar_id"`
	RegistrarName  string   `json:"registrar_name" db:"registrar_name"`
	LeadID         id.ID    `json:"lead_id,omitzero" db:"lead_id" doc:"the case it was joined into"`
	ImportID       id.ID    `json:"import_id,omitzero" db:"import_id"`
	Body
	Hidden          bool         `json:"hidden" db:"-" doc:"a secret case whose text the caller may not read"`
	Finding         string       `json:"finding,omitempty" db:"finding" enum:"product,management,own_error,none,unlawful" doc:"what was found"`
	Verdict         Verdict      `json:"verdict,omitempty" db:"verdict" enum:"satisfied,dissatisfied"`
	VerdictBy       string       `json:"verdict_by,omitempty" db:"verdict_by" doc:"how it was got, or why there is none"`
	Timely          bool         `json:"timely" db:"timely"`
	Reasonable      bool         `json:"reasonable" db:"reasonable"`
	Fair            bool         `json:"fair" db:"fair"`
	Round           int          `json:"round" db:"round" doc:"1; one more each time it is opened again"`
	ReceivedAt      when.Instant `json:"received_at" db:"received_at"`
	ResolvedAt      when.Instant `json:"resolved_at,omitzero" db:"resolved_at"`
	EndedAt         when.Instant `json:"ended_at,omitzero" db:"ended_at"`
	DueStage        Stage        `json:"due_stage,omitempty" db:"due_stage" enum:"dispatch,accept,contact,arrival,restore,answer,channel,callback"`
	DueState        when.State   `json:"due_state,omitempty" db:"due_state" enum:"counted,paused,calendar_missing"`
	DueSince        when.Instant `json:"due_since,omitzero" db:"due_since"`
	DueAt           when.Instant `json:"due_at,omitzero" db:"due_at"`
	LegalAt         when.Instant `json:"legal_at,omitzero" db:"legal_at" doc:"the next limit at the most"`
	Overdue         bool         `json:"overdue" db:"-"`
	WarnLevel       int          `json:"warn_level" db:"warn_level" doc:"how many warnings there were about what is due"`
	WarnAt          when.Instant `json:"-" db:"warn_at"`
	CalendarMissing bool         `json:"calendar_missing" db:"calendar_missing" doc:"a limit waits for the calendar of its year"`
	Version         int64        `json:"version" db:"version"`
	CreatedAt       when.Instant `json:"created_at" db:"created_at"`
	UpdatedAt       when.Instant `json:"updated_at" db:"updated_at"`
}

// Body is the sealed part of a case.
type Body struct {
	Title       string `json:"title" maxLength:"100" db:"-"`
	Text        string `json:"text" maxLength:"5000" db:"-" doc:"what was said, unaltered"`
	CallerName  string `json:"caller_name,omitempty" maxLength:"60" db:"-"`
	CallerPhone string `json:"caller_phone,omitempty" maxLength:"40" db:"-"`
	Place       string `json:"place,omitempty" maxLength:"200" db:"-" doc:"where it is: address, landmark, pole"`
	Answer      string `json:"answer,omitempty" maxLength:"5000" db:"-" doc:"what the customer was told in the end"`
	Cause       string `json:"cause,omitempty" maxLength:"2000" db:"-" doc:"why it happened"`
	Measures    string `json:"measures,omitempty" maxLength:"2000" db:"-" doc:"what was done about it"`
}

// Open tells whether the case has not ended.
func (c Case) Open() bool { return c.EndedAt == 0 }

func bodyPlace(i id.ID) crypt.Place {
	return crypt.Place{Table: "feedback_case", Column: "body", ID: i}
}

func wordsPlace(i id.ID) crypt.Place {
	return crypt.Place{Table: "feedback_event", Column: "body", ID: i}
}

func namePlace(i id.ID) crypt.Place {
	return crypt.Place{Table: "feedback_attachment", Column: "name", ID: i}
}
