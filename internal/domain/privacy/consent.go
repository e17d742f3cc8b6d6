package privacy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Consent is one giving or withdrawing.
type Consent struct {
	ID          id.ID        `json:"id" db:"id"`
	CustomerID  id.ID        `json:"customer_id" db:"customer_id"`
	Purpose     string       `json:"purpose" db:"purpose"`
	Given       bool         `json:"given" db:"given" doc:"false: withdrawn"`
	TextVersion string       `json:"text_version" db:"text_version"`
	Channel     Channel      `json:"channel" db:"channel" enum:"counter,phone,letter,portal"`
	EvidenceID  id.ID        `json:"evidence_id,omitzero" db:"evidence_id" doc:"attachment that proves it"`
	At          when.Instant `json:"at" db:"at"`
	ActorName   string       `json:"actor_name" db:"actor_name"`
}

// PurposeState is how a customer stands to a purpose.
type PurposeState struct {
	Purpose
	Text     Text      `json:"text" doc:"the text that holds today"`
	Given    bool      `json:"given" doc:"consents to it"`
	Outdated bool      `json:"outdated" doc:"consented to an earlier text: to be asked anew"`
	Last     *Consent  `json:"last,omitempty"`
	History  []Consent `json:"history" nullable:"false" doc:"the newest first"`
}

// ConsentInput gives or withdraws consent.
type ConsentInput struct {
	Purpose     string       `json:"purpose" maxLength:"40" pattern:"^[a-z0-9_]+$"`
	TextVersion string       `json:"text_version,omitempty" maxLength:"20" pattern:"^[0-9-]+$" doc:"of the text the person agreed to; not for withdrawing"`
	Channel     Channel      `json:"channel" enum:"counter,phone,letter,portal"`
	EvidenceID  id.ID        `json:"evidence_id,omitzero"`
	At          when.Instant `json:"at,omitzero" doc:"when it was said; now when absent"`
}

const objectConsent = "consent"

// ConsentTx tells whether a customer consents to a purpose as its text is now. Modules
// ask it before they use data for one: a retired purpose allows nothing. Error:
// db.ErrNotFound.
func (s *Service) ConsentTx(tx *db.Tx, org, customer id.ID, purpose string) (bool, error) {
	of, err := s.purposeTx(tx, org, purpose)
	if err != nil {
		return false, err
	}
	p, err := s.personTx(tx, db.ScopeOf(org), customer)
	if err != nil {
		return false, err
	}
	last, err := lastConsent(tx, p, purpose)
	return !of.Retired && last.Given && last.TextVersion == of.textOn(tx.Now().Day()).Version, err
}

// Consents tells how a customer stands to every purpose the caller may see. Error:
// db.ErrNotFound.
func (s *Service) Consents(ctx context.Context, customer id.ID) (all []PurposeState, err error) {
	who, err := access.Allow(ctx, PermConsents)
	if err != nil {
		return nil, err
	}
	return all, s.DB.Read(ctx, func(tx *db.Tx) error {
		p, err := s.personTx(tx, who.Scope, customer)
		if err != nil {
			return err
		}
		all, err = s.statesTx(tx, who, p)
		return err
	})
}

// statesTx leaves retired purposes out that the person was never asked for.
func (s *Service) statesTx(tx *db.Tx, who access.Who, p Person) (all []PurposeState, err error) {
	history, err := consentsOf(tx, p)
	if err != nil {
		return nil, err
	}
	purposes, err := s.purposesTx(tx, p.OrgID)
	if err != nil {
		return nil, err
	}
	for _, purpose := range purposes {
		st := stateOf(purpose, purpose.textOn(tx.Now().Day()), history)
		if maySee(who, purpose, p.OrgID) && (!purpose.Retired || st.Last != nil) {
			all = append(all, st)
		}
	}
	return all, nil
}

func stateOf(p Purpose, text Text, history []Consent) PurposeState {
	st := PurposeState{Purpose: p, Text: text, History: []Consent{}}
	for _, c := range history {
		if c.Purpose == p.Code {
			st.History = append(st.History, c)
		}
	}
	if len(st.History) == 0 {
		return st
	}
	st.Last = &st.History[0]
	st.Given = st.Last.Given && st.Last.TextVersion == text.Version
	st.Outdated = st.Last.Given && !st.Given
	return st
}

// Give records that a customer consents. Errors: ErrPurpose, ErrRetired, ErrVersion when
// the text has changed, ErrGiven, ErrEvidence, customer.ErrErased, db.ErrNotFound.
func (s *Service) Give(ctx context.Context, key string, customer id.ID, in ConsentInput) (Consent, error) {
	return s.add(ctx, PermGive, key, customer, in, giving(in))
}

// consentRule says what becomes of the last consent to a purpose.
type consentRule func(tx *db.Tx, p Purpose, last Consent) (Consent, error)

func giving(in ConsentInput) consentRule {
	return func(tx *db.Tx, p Purpose, last Consent) (Consent, error) {
		if p.Retired {
			return Consent{}, ErrRetired
		}
		text := p.textOn(tx.Now().Day())
		if in.TextVersion != text.Version {
			return Consent{}, ErrVersion.With("version", text.Version)
		}
		if last.Given && last.TextVersion == text.Version {
			return Consent{}, ErrGiven
		}
		return Consent{Given: true, TextVersion: text.Version}, nil
	}
}

// Withdraw records that a customer withdraws his consent. Errors: ErrNotGiven, as of
// Give.
func (s *Service) Withdraw(ctx context.Context, key string, customer id.ID, in ConsentInput) (Consent, error) {
	return s.add(ctx, PermWithdraw, key, customer, in, withdrawing)
}

func withdrawing(_ *db.Tx, _ Purpose, last Consent) (Consent, error) {
	if !last.Given {
		return Consent{}, ErrNotGiven
	}
	return Consent{TextVersion: last.TextVersion}, nil
}

func (s *Service) add(ctx context.Context, permission, key string, customerID id.ID, in ConsentInput, rule consentRule) (c Consent, err error) {
	who, err := access.Allow(ctx, permission)
	if err != nil {
		return Consent{}, err
	}
	var v fault.Validation
	v.Check(in.At <= s.DB.Now(), "at", "in_future")
	if err := v.Err(); err != nil {
		return Consent{}, err
	}
	body, err := json.Marshal([]any{customerID, in})
	if err != nil {
		return Consent{}, fmt.Errorf("privacy: %w", err)
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := s.personTx(tx, who.Scope, customerID)
		if err != nil {
			return err
		}
		once := db.Once{OrgID: p.OrgID, UserID: who.UserID, Action: permission, Key: key, Body: body}
		made, _, err := tx.Once(once, func() (id.ID, error) { return s.addTx(tx, who, permission, p, in, rule) })
		if err != nil {
			return err
		}
		c, err = consentByID(tx, p.OrgID, made)
		return err
	})
	return c, err
}

func (s *Service) addTx(tx *db.Tx, who access.Who, action string, p Person, in ConsentInput, rule consentRule) (id.ID, error) {
	purpose, err := s.purposeTx(tx, p.OrgID, in.Purpose)
	if errors.Is(err, db.ErrNotFound) || err == nil && !maySee(who, purpose, p.OrgID) {
		return id.ID{}, ErrPurpose
	}
	if err != nil {
		return id.ID{}, err
	}
	last, err := lastConsent(tx, p, purpose.Code)
	if err != nil {
		return id.ID{}, err
	}
	c, err := rule(tx, purpose, last)
	if err != nil {
		return id.ID{}, err
	}
	if err := s.evidenceTx(tx, p, in.EvidenceID); err != nil {
		return id.ID{}, err
	}
	c.ID, c.CustomerID, c.Purpose, c.Channel, c.EvidenceID, c.ActorName = tx.NewID(), p.ID, purpose.Code, in.Channel, in.EvidenceID, who.Name
	if c.At = in.At; c.At == 0 {
		c.At = tx.Now()
	}
	c.At = max(c.At, last.At) // the last one holds
	if err := insertConsent(tx, consentRow{Consent: c, OrgID: p.OrgID, OriginID: p.ID, ActorID: who.UserID}); err != nil {
		return id.ID{}, err
	}
	if err := s.tellTx(tx, who, p, purpose, c); err != nil {
		return id.ID{}, err
	}
	return c.ID, s.Audit.RecordTx(tx, audit.Change{OrgID: p.OrgID, Actor: who.Actor(), Action: action, ObjectType: objectConsent, ObjectID: c.ID, After: c})
}

// tellTx writes on the timeline, but of what everybody may see.
func (s *Service) tellTx(tx *db.Tx, who access.Who, p Person, purpose Purpose, c Consent) error {
	if purpose.permission() != "" {
		return nil
	}
	kind := "privacy.withdrew"
	if c.Given {
		kind = "privacy.consented"
	}
	return s.Customers.TimelineTx(tx, customer.Entry{OrgID: p.OrgID, CustomerID: p.ID, Kind: kind, Actor: who.Actor(), At: c.At,
		Params: map[string]any{"purpose": map[string]string{"zh": purpose.NameZh, "en": purpose.NameEn}}, SourceType: objectConsent, SourceID: c.ID})
}

// evidenceTx refuses a proof that is not among the person's attachments, and anything
// about somebody erased.
func (s *Service) evidenceTx(tx *db.Tx, p Person, evidence id.ID) error {
	erased, err := isErased(tx, p.OrgID, p.ID)
	if err != nil {
		return err
	}
	if erased {
		return customer.ErrErased
	}
	if evidence.IsZero() {
		return nil
	}
	has, err := s.Customers.HasAttachmentTx(tx, p.OrgID, p.ID, evidence)
	if err == nil && !has {
		err = ErrEvidence
	}
	return err
}

// moved is what a merge moved of this module.
type moved struct {
	Consents []id.ID `json:"consents"`
	Requests []id.ID `json:"requests"`
}

// MoveTx implements customer.Follower.
func (s *Service) MoveTx(tx *db.Tx, org, from, to id.ID) (json.RawMessage, error) {
	var m moved
	var err, other error
	m.Consents, err = giveRows(tx, "consent", org, from, to)
	m.Requests, other = giveRows(tx, "privacy_request", org, from, to)
	if err := errors.Join(err, other); err != nil {
		return nil, err
	}
	return json.Marshal(m)
}

// UndoMoveTx implements customer.Follower.
func (s *Service) UndoMoveTx(tx *db.Tx, org, from, _ id.ID, undo json.RawMessage) ([]string, error) {
	var m moved
	if err := json.Unmarshal(undo, &m); err != nil {
		return nil, fmt.Errorf("privacy: %w", err)
	}
	if err := giveRowsBack(tx, "consent", org, from, m.Consents); err != nil {
		return nil, err
	}
	return nil, giveRowsBack(tx, "privacy_request", org, from, m.Requests)
}
