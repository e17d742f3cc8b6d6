package promise

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/rule"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// CreateInput is what is promised.
type CreateInput struct {
	OrgID      id.ID  `json:"org_id,omitzero" doc:"company; needed by callers of several"`
	Type       string `json:"type" minLength:"1" maxLength:"30" pattern:"^[a-z0-9_]*$" doc:"code"`
	Value      int64  `json:"value" doc:"in the unit of the type: minutes, hours, days, working days, or fen"`
	Words      string `json:"words" minLength:"1" maxLength:"1000" doc:"what the customer is told"`
	Note       string `json:"note,omitempty" maxLength:"1000" doc:"among us; why it is needed, where it has to be approved"`
	CustomerID id.ID  `json:"customer_id,omitzero" doc:"absent in a case: the case's"`
	SourceType Source `json:"source_type,omitempty" enum:"case,reception,interaction" doc:"what it is made in"`
	SourceID   id.ID  `json:"source_id,omitzero"`
	OwnerID    id.ID  `json:"owner_id,omitzero" doc:"who keeps it; oneself when absent"`
	Rule       string `json:"rule,omitempty" maxLength:"100" pattern:"^[a-z0-9_.@]*$" doc:"the rule that was shown; another of today is refused"`
}

func (in *CreateInput) validate() error {
	var v fault.Validation
	in.Words, in.Note = strings.TrimSpace(in.Words), strings.TrimSpace(in.Note)
	v.Check(in.Words != "", "words", "required")
	v.Check(in.SourceType == "" == in.SourceID.IsZero(), "source_id", "required")
	v.Check(!in.CustomerID.IsZero() || in.SourceType == OfCase || in.SourceType == OfReception, "customer_id", "required")
	return v.Err()
}

// Create promises something. Beyond the floor of its type it awaits an approval. Errors:
// validation, ErrType, ErrSource, ErrOwner, ErrMoved, db.ErrNotFound, db.ErrOrgRequired,
// db.ErrKeyReused.
func (s *Service) Create(ctx context.Context, key string, in CreateInput) (d Detail, err error) {
	who, org, err := access.AllowOne(ctx, PermCreate, in.OrgID)
	if err != nil {
		return d, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return d, fmt.Errorf("promise: %w", err)
	}
	if err := in.validate(); err != nil {
		return d, err
	}
	once := db.Once{OrgID: org, UserID: who.UserID, Action: PermCreate, Key: key, Body: body}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		made, _, err := tx.Once(once, func() (id.ID, error) { return s.createTx(tx, who, org, in) })
		if err != nil {
			return err
		}
		d, err = s.detailTx(tx, who, made)
		return err
	})
	return d, err
}

func (s *Service) createTx(tx *db.Tx, who access.Who, org id.ID, in CreateInput) (id.ID, error) {
	p := Promise{ID: tx.NewID(), OrgID: org, Type: in.Type, Value: in.Value, State: Open, SourceType: in.SourceType, SourceID: in.SourceID, MakerID: who.UserID, MakerName: who.Name,
		MadeAt: tx.Now(), DueAt: never, TellAt: never, Version: 1, UpdatedAt: tx.Now()}
	from, err := s.sourceTx(tx, who, org, in)
	if err != nil {
		return p.ID, err
	}
	p.CustomerID, p.UnitID, p.SourceNo = from.CustomerID, from.UnitID, from.CaseNo
	w, err := s.workTx(tx, who, row{Promise: p})
	if err != nil {
		return p.ID, err
	}
	w.before = Promise{}
	w.Body = Body{Words: in.Words, Note: in.Note}
	if err := w.offerTx(in); err != nil {
		return p.ID, err
	}
	if err := w.giveTx(cmp.Or(in.OwnerID, who.UserID)); err != nil {
		return p.ID, err
	}
	return p.ID, w.insertTx()
}

// offerTx puts down what is promised by the rule of today.
func (w *work) offerTx(in CreateInput) error {
	terms, head, ok := w.book.on(in.Type, w.tx.Now().Day())
	if !ok || terms.Closed {
		return ErrType.With("type", in.Type)
	}
	if in.Rule != "" && in.Rule != head.Ref() {
		return ErrMoved
	}
	if err := terms.offer(in.Value); err != nil {
		return err
	}
	w.terms, w.Unit, w.Rule = terms, terms.Unit, head.Ref()
	if w.Above = terms.beyond(in.Value, terms.Floor); w.Above {
		w.State = Awaiting
		return nil
	}
	return w.begin()
}

// numberPrefix tells the numbers of promises from those of cases.
const numberPrefix = "CN"

func (w *work) insertTx() error {
	n, err := w.tx.NextNumber("promise_counter", w.OrgID, w.tx.Now().Day())
	if err != nil {
		return err
	}
	company, _ := w.units.Get(w.OrgID)
	w.PromiseNo = fmt.Sprintf("%s%s-%s-%04d", numberPrefix, company.Code, strings.ReplaceAll(string(w.tx.Now().Day()), "-", ""), n)
	r := row{Promise: w.Promise, OriginID: w.origin()}
	if r.Sealed, err = w.keys.Seal(r.OriginID, bodyPlace(w.ID), w.Body); err != nil {
		return err
	}
	if err := insertPromise(w.tx, r); err != nil {
		return err
	}
	return w.tellTx(Create, Event{OwnerName: w.OwnerName}, nil)
}

// sourceTx checks what a promise is made in, and gives what it takes over. Errors:
// ErrSource, db.ErrNotFound.
func (s *Service) sourceTx(tx *db.Tx, who access.Who, org id.ID, in CreateInput) (from CaseRef, err error) {
	scope := db.ScopeOf(org)
	if !in.CustomerID.IsZero() {
		if err := s.Customers.LivingTx(tx, scope, in.CustomerID); err != nil {
			return from, err
		}
	}
	from.CustomerID = in.CustomerID
	belongs := true
	switch in.SourceType {
	case OfCase:
		from, err = s.cases.RefTx(tx, scope, in.SourceID)
		belongs = in.CustomerID.IsZero() || from.CustomerID == in.CustomerID
	case OfReception:
		var of id.ID
		of, err = s.Customers.ReceptionCompanyTx(tx, who.Scope, in.SourceID)
		belongs = of == org
	case OfContact:
		belongs, err = s.Customers.HasInteractionTx(tx, org, in.CustomerID, in.SourceID)
	}
	if err == nil && !belongs {
		err = ErrSource
	}
	return from, err
}

// giveTx gives the promise to somebody who may keep promises of the company; his unit has
// it then. Of who is at home above the units it stays with the unit it was with, such as
// that of its case. Who makes one may keep it himself. Error: ErrOwner.
func (w *work) giveTx(owner id.ID) error {
	people, err := w.Users.WorkersTx(w.tx, PermKeep, w.OrgID)
	if err != nil {
		return err
	}
	home := w.who.HomeOrgID
	w.OwnerID, w.OwnerName = owner, w.who.Name
	if owner != w.who.UserID {
		w.OwnerName = ""
		for _, p := range people {
			if p.ID == owner {
				w.OwnerName, home = p.Name, p.HomeOrgID
			}
		}
		if w.OwnerName == "" {
			return ErrOwner
		}
	}
	if o, ok := w.units.Get(home); ok && o.Level == org.Unit && w.units.Within(home, w.OrgID) {
		w.UnitID = home
	}
	w.UnitID = cmp.Or(w.UnitID, w.OrgID)
	return nil
}

// PreviewInput is what somebody is about to promise.
type PreviewInput struct {
	OrgID id.ID  `json:"org_id,omitzero"`
	Type  string `json:"type" minLength:"1" maxLength:"30" pattern:"^[a-z0-9_]*$" doc:"code"`
	Value int64  `json:"value"`
}

// Preview is what would become of it.
type Preview struct {
	Above bool             `json:"above" doc:"it has to be approved first, and counts from then"`
	Due   when.Explanation `json:"due" doc:"counted from now"`
	Head  rule.Head        `json:"head"`
}

// Preview tells whether something may be promised, and by when it would be due. Errors:
// validation, ErrType, db.ErrOrgRequired.
func (s *Service) Preview(ctx context.Context, in PreviewInput) (p Preview, err error) {
	_, org, err := access.AllowOne(ctx, PermCreate, in.OrgID)
	if err != nil {
		return p, err
	}
	return p, s.DB.Read(ctx, func(tx *db.Tx) error {
		b, err := bookTx(tx, org)
		if err != nil {
			return err
		}
		terms, head, ok := b.on(in.Type, tx.Now().Day())
		if !ok || terms.Closed {
			return ErrType.With("type", in.Type)
		}
		if err := terms.offer(in.Value); err != nil {
			return err
		}
		calendar, err := s.Calendars.CalendarTx(tx)
		if err != nil {
			return err
		}
		p = Preview{Above: terms.beyond(in.Value, terms.Floor), Head: head, Due: calendar.Explain(Promise{CountsAt: tx.Now(), Value: in.Value}.count(terms))}
		return nil
	})
}
