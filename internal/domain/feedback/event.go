package feedback

import (
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// The kinds of events that are no steps.
const (
	kindNote     = "note"  // internal
	kindReply    = "reply" // words to the customer
	kindLinked   = "link"
	kindUnlinked = "unlink"
	kindAttached = "attach"
	kindDetached = "detach"
	kindWarned   = "warn"
	kindDrafted  = "draft"    // an article is written of it
	kindLed      = "led"      // another case was joined into this one
	kindOpenOwn  = "open_own" // its owner opened the customer for himself

	kindTakenBack = "take_back" // a step that a bulk change took counts no more
)

// Audience is for whom an event is.
type Audience string

// The audiences.
const (
	Internal Audience = "internal"
	Customer Audience = "customer" // he may read it
)

// Params are what an event tells beside its words, without anything personal.
type Params struct {
	At        when.Instant `json:"at,omitzero" doc:"when it took place, where that is not when it was written"`
	UnitID    id.ID        `json:"unit_id,omitzero"`
	OwnerID   id.ID        `json:"owner_id,omitzero"`
	CaseID    id.ID        `json:"case_id,omitzero" doc:"the other case"`
	CaseNo    string       `json:"case_no,omitempty"`
	Milestone string       `json:"milestone,omitempty" enum:"contacted,arrived,restored"`
	Code      string       `json:"code,omitempty" doc:"of a reason or verdict"`
	Stage     Stage        `json:"stage,omitempty"`
	Share     int          `json:"share,omitempty" doc:"per cent of the time that were over"`
	Mentions  []id.ID      `json:"mentions,omitempty"`
	Fields    []string     `json:"fields,omitempty" doc:"what was changed"`
	TakesBack id.ID        `json:"takes_back,omitzero" doc:"the event that counts no more"`
}

// Words are the sealed part of an event.
type Words struct {
	Text     string `json:"text,omitempty"`
	Evidence string `json:"evidence,omitempty" doc:"what proves the reason of a pause"`
	Before   *Body  `json:"before,omitempty" doc:"what was known before a change"`
}

// Event is a step of a case as a reader sees it.
type Event struct {
	ID        id.ID        `json:"id"`
	At        when.Instant `json:"at"`
	Kind      string       `json:"kind" doc:"words: feedback.did.KIND"`
	State     State        `json:"state" doc:"where the case stood after it"`
	Audience  Audience     `json:"audience" enum:"internal,customer"`
	ActorID   id.ID        `json:"actor_id,omitzero"`
	ActorName string       `json:"actor_name"`
	Params
	BeganAt   when.Instant `json:"began_at,omitzero" doc:"when it took place, where that is not when it was written"`
	UnitName  string       `json:"unit_name,omitempty"`
	OwnerName string       `json:"owner_name,omitempty"`
	Words
}

// event is a step as it is kept.
type event struct {
	OrgID     id.ID        `db:"org_id"`
	CaseID    id.ID        `db:"case_id"`
	ID        id.ID        `db:"id"`
	At        when.Instant `db:"at"`
	Kind      string       `db:"kind"`
	State     State        `db:"state"`
	Audience  Audience     `db:"audience"`
	ActorID   id.ID        `db:"actor_id"`
	ActorName string       `db:"actor_name"`
	OriginID  id.ID        `db:"origin_id"`
	RawParams string       `db:"params"`
	Body      []byte       `db:"body"`
	Params    Params       `db:"-"`
	words     Words
}

// began is when it took place.
func (e event) began() when.Instant { return cmp.Or(e.Params.At, e.At) }

func (e *event) read() error {
	if err := json.Unmarshal([]byte(e.RawParams), &e.Params); err != nil {
		return fmt.Errorf("feedback event %s: %w", e.ID, err)
	}
	return nil
}

func encode(v any) (string, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("feedback: %w", err)
	}
	return string(raw), nil
}

func decode(plain string, into any) error {
	if plain == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(plain), into); err != nil {
		return fmt.Errorf("feedback: %w", err)
	}
	return nil
}
