package message

import (
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Channel is the way a message goes.
type Channel string

// The channels.
const (
	Email Channel = "email"
	SMS   Channel = "sms"
)

// Kind tells why somebody is written to.
type Kind string

// The kinds. Marketing needs the person's consent; service is part of what he asked for.
const (
	KindService   Kind = "service"
	KindMarketing Kind = "marketing"
)

// State is where a message stands.
type State string

// The states.
const (
	Queued    State = "queued"
	Sending   State = "sending"
	Sent      State = "sent"
	Failed    State = "failed"
	Refused   State = "refused"
	Dropped   State = "dropped"
	Uncertain State = "uncertain"
)

// Reasons of ours for a state; those of the other side are "smtp_550", "http_401" and
// "gateway_CODE".
const (
	reasonConsent    = "no_consent"
	reasonExpired    = "expired"
	reasonByHand     = "by_hand"
	reasonErased     = "erased"
	reasonOvertaken  = "overtaken"   // what it says is no longer so
	reasonNoChannel  = "no_channel"  // the company has not set the channel up, or turned it off
	reasonConnect    = "no_connect"  // nobody answers at the address
	reasonBroken     = "broken"      // the connection ended before everything was said
	reasonNoAnswer   = "no_answer"   // everything was said, and no answer came
	reasonCrash      = "interrupted" // the process ended while it was sending
	reasonUnreadable = "unreadable"  // what is stored or configured cannot be used
)

// Message is one thing told to one person.
type Message struct {
	ID              id.ID        `json:"id"`
	OrgID           id.ID        `json:"org_id"`
	Channel         Channel      `json:"channel" enum:"email,sms"`
	Kind            Kind         `json:"kind" enum:"service,marketing"`
	Template        string       `json:"template"`
	TemplateVersion int64        `json:"template_version" doc:"0: as it was shipped"`
	TemplateName    string       `json:"template_name" doc:"in the reader's language"`
	Lang            string       `json:"lang" enum:"zh,en"`
	CustomerID      id.ID        `json:"customer_id,omitzero"`
	ObjectType      string       `json:"object_type,omitempty" doc:"what it is about"`
	ObjectID        id.ID        `json:"object_id,omitzero"`
	To              string       `json:"to" doc:"masked without message.reveal"`
	ToName          string       `json:"to_name,omitempty" doc:"masked without message.reveal"`
	State           State        `json:"state" enum:"queued,sending,sent,failed,refused,dropped,uncertain"`
	Reason          string       `json:"reason,omitempty" doc:"code"`
	ReasonText      string       `json:"reason_text,omitempty"`
	Attempt         int          `json:"attempt" doc:"how often it was tried"`
	DueAt           when.Instant `json:"due_at,omitzero" doc:"next try of a queued one"`
	UntilAt         when.Instant `json:"until_at" doc:"after this it is not sent any more"`
	EndedAt         when.Instant `json:"ended_at,omitzero"`
	CreatedAt       when.Instant `json:"created_at"`
	Version         int64        `json:"version"`
}

// Detail is a message with its text and attempts.
type Detail struct {
	Message
	Subject  string    `json:"subject,omitempty"`
	Text     string    `json:"text" doc:"without message.reveal its template, variables unfilled"`
	Masked   bool      `json:"masked" doc:"address and text are not shown whole"`
	Attempts []Attempt `json:"attempts" nullable:"false" doc:"the oldest first"`
	Actions  []string  `json:"actions" nullable:"false" doc:"what the caller may do now: message.retry, message.drop"`
}

// Attempt is one try.
type Attempt struct {
	Attempt    int          `db:"attempt" json:"attempt"`
	BeganAt    when.Instant `db:"began_at" json:"began_at"`
	EndedAt    when.Instant `db:"ended_at" json:"ended_at"`
	Outcome    State        `db:"outcome" json:"outcome" enum:"queued,sent,failed,refused,dropped,uncertain" doc:"queued: it is tried again"`
	Reason     string       `db:"reason" json:"reason,omitempty"`
	ReasonText string       `db:"-" json:"reason_text,omitempty"`
	Receipt    string       `db:"-" json:"receipt,omitempty" doc:"what the gateway or mail server calls it"`
}

// moves are what a person may make of a message: send it again, or stop it.
var moves = map[State]map[string]State{
	Queued:    {PermDrop: Dropped},
	Failed:    {PermRetry: Queued},
	Refused:   {PermRetry: Queued},
	Dropped:   {PermRetry: Queued},
	Uncertain: {PermRetry: Queued, PermDrop: Dropped},
}

// keep is how long a message is tried when its maker names no end.
const keep = 24 * time.Hour

// testFor is how long a test is tried.
const testFor = 15 * time.Minute

// delays are the pauses before the next attempts; the last one repeats.
var delays = []time.Duration{30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour}

func delay(attempt int) time.Duration { return delays[min(max(attempt, 1), len(delays))-1] }

// body is what is sealed of a message.
type body struct {
	To      string `json:"to"`
	ToName  string `json:"to_name,omitempty"`
	Subject string `json:"subject,omitempty"`
	Text    string `json:"text,omitempty"`
}

// outcome is how an attempt ended. State queued is "try again".
type outcome struct {
	state   State
	reason  string
	receipt string
}

// next is what becomes of a message after an attempt that ended so: what failed for now
// is tried again while its time lasts.
func (r row) after(o outcome, now when.Instant) row {
	r.State, r.Reason, r.DueAt = o.state, o.reason, 0
	if o.state == Queued {
		r.DueAt, r.HandedAt = now.Add(delay(r.Attempt)), 0
		if r.DueAt >= r.UntilAt {
			r.State, r.DueAt = Failed, 0
		}
	}
	if r.State != Queued {
		r.EndedAt = now
	}
	return r
}
