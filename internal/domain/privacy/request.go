package privacy

import (
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
)

// Kind is the right a person uses.
type Kind string

// The kinds (个人信息保护法).
const (
	Access   Kind = "access"   // art. 45: see and have a copy
	Correct  Kind = "correct"  // art. 46
	Delete   Kind = "delete"   // art. 47
	Withdraw Kind = "withdraw" // art. 15: consent
)

// State is where a request stands.
type State string

// The states.
const (
	Received State = "received"
	Verified State = "verified" // the person is who he says
	Proposed State = "proposed" // erasure waits for the second person
	Done     State = "done"
	Refused  State = "refused"
)

var moves = map[State][]State{Received: {Verified, Refused}, Verified: {Done, Refused, Proposed}, Proposed: {Done, Verified}}

// Channel is the way something reached us.
type Channel string

// Request is what a person asks for.
type Request struct {
	ID           id.ID   `json:"id" db:"id"`
	OrgID        id.ID   `json:"org_id" db:"org_id"`
	RequestNo    string  `json:"request_no" db:"request_no"`
	CustomerID   id.ID   `json:"customer_id" db:"customer_id"`
	CustomerNo   string  `json:"customer_no" db:"-"`
	CustomerName string  `json:"customer_name" db:"-"`
	Kind         Kind    `json:"kind" db:"kind" enum:"access,correct,delete,withdraw"`
	Channel      Channel `json:"channel" db:"channel" enum:"counter,phone,letter,portal"`
	State        State   `json:"state" db:"state" enum:"received,verified,proposed,done,refused"`
	Proof        string  `json:"proof,omitempty" db:"proof" doc:"how identity was verified"`
	Refusal      string  `json:"refusal,omitempty" db:"refusal" doc:"code of the legal reason"`
	Said
	Hidden       bool         `json:"hidden" db:"-" doc:"the caller may not read what was said"`
	DueRule      string       `json:"due_rule" db:"due_rule" doc:"id@version"`
	DueAt        when.Instant `json:"due_at,omitzero" db:"due_at"`
	DueCalendar  string       `json:"due_calendar,omitempty" db:"due_calendar" doc:"the calendar it was counted by: imported years, year@version"`
	DueState     when.State   `json:"due_state" db:"-" enum:"counted,calendar_missing"`
	Overdue      bool         `json:"overdue" db:"-"`
	ChangeID     id.ID        `json:"change_id,omitzero" db:"change_id" doc:"the correction, in the customer's history"`
	HandlerID    id.ID        `json:"handler_id" db:"handler_id"`
	HandlerName  string       `json:"handler_name" db:"handler_name"`
	VerifiedAt   when.Instant `json:"verified_at,omitzero" db:"verified_at"`
	VerifiedName string       `json:"verified_name,omitempty" db:"verified_name"`
	ClosedAt     when.Instant `json:"closed_at,omitzero" db:"closed_at"`
	ClosedName   string       `json:"closed_name,omitempty" db:"closed_name"`
	CreatedName  string       `json:"created_name" db:"created_name"`
	CreatedAt    when.Instant `json:"created_at" db:"created_at"`
	UpdatedAt    when.Instant `json:"updated_at" db:"updated_at"`
	Version      int64        `json:"version" db:"version"`
}

// Said is the sealed part; it goes with the person's key.
type Said struct {
	Text    string `json:"text,omitempty" db:"-" doc:"what the person asks for"`
	Note    string `json:"note,omitempty" db:"-" doc:"what proved identity, such as the end of a document number"`
	Outcome string `json:"outcome,omitempty" db:"-" doc:"what was done or answered"`
}

func saidPlace(request id.ID) crypt.Place {
	return crypt.Place{Table: "privacy_request", Column: "body", ID: request}
}

// moveTo changes the state. Error: ErrState.
func (r *Request) moveTo(to State) error {
	if !slices.Contains(moves[r.State], to) {
		return ErrState.With("state", string(r.State))
	}
	r.State = to
	return nil
}

// ReceiveInput registers a request.
type ReceiveInput struct {
	CustomerID id.ID   `json:"customer_id"`
	Kind       Kind    `json:"kind" enum:"access,correct,delete,withdraw"`
	Channel    Channel `json:"channel" enum:"counter,phone,letter,portal"`
	Text       string  `json:"text,omitempty" maxLength:"2000"`
	HandlerID  id.ID   `json:"handler_id,omitzero" doc:"oneself when absent"`
}

// VerifyInput says how identity was verified.
type VerifyInput struct {
	Proof string `json:"proof" enum:"document,agent,account_facts,portal_login"`
	Note  string `json:"note" minLength:"1" maxLength:"500"`
}

func (in VerifyInput) validate() error {
	var v fault.Validation
	v.Check(strings.TrimSpace(in.Note) != "", "note", "required")
	return v.Err()
}

// FinishInput says what was done.
type FinishInput struct {
	Outcome  string `json:"outcome" minLength:"1" maxLength:"2000"`
	ChangeID id.ID  `json:"change_id,omitzero" doc:"for a correction: the change in the customer's history"`
}

func (in FinishInput) validate() error {
	var v fault.Validation
	v.Check(strings.TrimSpace(in.Outcome) != "", "outcome", "required")
	return v.Err()
}

// RefuseInput refuses, with a legal reason of rule/refusal.json.
type RefuseInput struct {
	Reason  string `json:"reason" maxLength:"40" pattern:"^[a-z_]+$"`
	Outcome string `json:"outcome,omitempty" maxLength:"2000" doc:"the answer given"`
}

// ListInput chooses requests.
type ListInput struct {
	OrgID      id.ID `query:"org_id"`
	State      State `query:"state" enum:"received,verified,proposed,done,refused"`
	Kind       Kind  `query:"kind" enum:"access,correct,delete,withdraw"`
	CustomerID id.ID `query:"customer_id"`
	Overdue    bool  `query:"overdue" doc:"only those past their due day"`
}

// Changed is a change of the customer since a correction was asked for.
type Changed struct {
	ID        id.ID        `json:"id"`
	At        when.Instant `json:"at"`
	Action    string       `json:"action"`
	ActorName string       `json:"actor_name"`
}

// Detail is a request with what hangs on it.
type Detail struct {
	Request
	Deadline Deadline  `json:"deadline" doc:"how the due day is counted"`
	Refusals []Refusal `json:"refusals" nullable:"false" doc:"reasons such a request may be refused for"`
	Changes  []Changed `json:"changes" nullable:"false" doc:"of a correction: changes since"`
	Exports  []Export  `json:"exports" nullable:"false"`
	Erasure  *Erasure  `json:"erasure,omitempty"`
}
