package promise

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/calendar"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/domain/webhook"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Permissions of the module.
const (
	PermList     = "promise.list"
	PermGet      = "promise.get"
	PermCreate   = "promise.create"
	PermApprove  = "promise.approve" // or refuse; its holders are told what is late
	PermKeep     = "promise.keep"    // or break
	PermAssign   = "promise.assign"
	PermWithdraw = "promise.withdraw"
	PermReopen   = "promise.reopen"
	PermFigures  = "promise.figures" // and the list of key customers
	PermSetType  = "promise.set_type"
)

// Operations that need the permission of another; the audit log tells them apart.
const (
	opSetKey  = "promise.set_key"
	opRecount = "promise.recount"
)

// object is what tasks and the audit log are about.
const object = "promise"

// permissionOf is the permission of a step.
func permissionOf(a Action) string {
	switch a {
	case Refuse:
		return PermApprove
	case Break:
		return PermKeep
	}
	return object + "." + string(a)
}

// CaseRef is what a promise takes from the case it is made in.
type CaseRef struct {
	CustomerID, UnitID id.ID
	CaseNo             string
}

// Cases tells of cases, which a later module keeps; app fills it.
type Cases interface {
	// RefTx gives a case of a scope. Error: db.ErrNotFound.
	RefTx(tx *db.Tx, scope db.Scope, i id.ID) (CaseRef, error)
}

// Deps are what the service is built from.
type Deps struct {
	DB        *db.DB
	Audit     *audit.Log
	Orgs      *org.Service
	Users     *access.Service
	Tasks     *task.Service
	Calendars *calendar.Service
	Customers *customer.Service
	Cursors   *page.Signer
	Text      func(lang, key string, params map[string]any) string
	// Publish tells other systems of an event; nil: nobody is told.
	Publish func(tx *db.Tx, e webhook.Event) error
}

// Service keeps promises.
type Service struct {
	Deps
	cases Cases
}

// New makes the service.
func New(d Deps) *Service { return &Service{Deps: d} }

// SetCases tells who knows cases; app calls it before serving.
func (s *Service) SetCases(c Cases) { s.cases = c }

// work is a promise in the hands of a step: what it was, what it becomes and what happens.
type work struct {
	*Service
	tx     *db.Tx
	who    access.Who
	actor  audit.Actor
	keys   customer.Sealers
	units  *org.Tree
	book   book
	terms  Terms
	before Promise
	Promise
}

// workTx is a promise with what is needed to work on it.
func (s *Service) workTx(tx *db.Tx, who access.Who, r row) (w *work, err error) {
	w = &work{Service: s, tx: tx, who: who, before: r.Promise, Promise: r.Promise}
	if who.Caller != nil {
		w.actor = who.Actor()
	}
	if w.units, err = s.Orgs.TreeTx(tx); err != nil {
		return nil, err
	}
	if w.keys, err = s.Customers.SealersTx(tx, r.OrgID, r.OriginID, r.CustomerID); err != nil {
		return nil, err
	}
	if w.book, err = bookTx(tx, r.OrgID); err != nil {
		return nil, err
	}
	w.terms, _, _ = w.book.find(r.Type, r.Rule)
	return w, w.keys.Open(r.OriginID, bodyPlace(r.ID), r.Sealed, &w.Body)
}

// origin is whose key seals what is written about the promise now.
func (w *work) origin() id.ID {
	if w.keys[w.CustomerID] != nil {
		return w.CustomerID
	}
	return id.ID{}
}

// happen writes an event down.
func (w *work) happen(kind string, e Event) (err error) {
	e.ID, e.At, e.Kind, e.State, e.ActorID, e.ActorName = w.tx.NewID(), w.tx.Now(), kind, w.State, w.actor.ID, w.actor.Name
	r := eventRow{Event: e, OriginID: w.origin(), Sealed: []byte{}}
	if e.Text != "" {
		if r.Sealed, err = w.keys.Seal(r.OriginID, wordsPlace(e.ID), e.Text); err != nil {
			return err
		}
	}
	return insertEvent(w.tx, w.Promise, r)
}

// begin has the promise count from now on, and counts its due time.
func (w *work) begin() error {
	w.CountsAt = w.tx.Now()
	return w.countTx()
}

// countTx counts the due time anew.
func (w *work) countTx() error {
	due, calendar, err := w.Calendars.DueTx(w.tx, w.count(w.terms))
	if err != nil {
		return err
	}
	w.due(due, calendar)
	w.remind(w.terms)
	return nil
}

// change is a step that a caller takes with a promise; fn says what becomes of it, and
// what the step tells.
func (s *Service) change(ctx context.Context, a Action, i id.ID, version int64, fn func(w *work) (Event, error)) (d Detail, err error) {
	who, err := access.Allow(ctx, permissionOf(a))
	if err != nil {
		return d, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := lockPromise(tx, who.Scope, i)
		if err != nil {
			return err
		}
		w, err := s.workTx(tx, who, r)
		if err != nil {
			return err
		}
		if w.Version != version {
			return db.ErrStale
		}
		if moves[a].working && !who.Works(w.units, w.UnitID, w.OwnerID) && w.MakerID != who.UserID {
			return ErrNotUs
		}
		e, err := fn(w)
		if err != nil {
			return err
		}
		if err := w.saveTx(a, e); err != nil {
			return err
		}
		d, err = s.detailTx(tx, who, i)
		return err
	})
	return d, err
}

// saveTx writes a changed promise with its event, tasks, timeline and audit entry.
func (w *work) saveTx(a Action, e Event) error {
	w.UpdatedAt, w.Version = w.tx.Now(), w.before.Version+1
	w.remind(w.terms)
	if err := updatePromise(w.tx, w.Promise, w.before.Version); err != nil {
		return err
	}
	return w.tellTx(a, e, w.before.told())
}

// tellTx puts down what was done, and tells whom it concerns.
func (w *work) tellTx(a Action, e Event, before any) error {
	if err := w.happen(string(a), e); err != nil {
		return err
	}
	if err := w.tasksTx(a); err != nil {
		return err
	}
	if err := w.timelineTx(a); err != nil {
		return err
	}
	if err := w.publishTx(a); err != nil {
		return err
	}
	return w.Audit.RecordTx(w.tx, audit.Change{OrgID: w.OrgID, Actor: w.actor, Action: object + "." + string(a), ObjectType: object, ObjectID: w.ID, Before: before, After: w.told()})
}

// told is what the audit log keeps of a promise: nothing that was said.
func (p Promise) told() map[string]any {
	return map[string]any{"promise_no": p.PromiseNo, "type": p.Type, "unit": p.Unit, "value": p.Value, "rule": p.Rule, "state": p.State, "customer_id": p.CustomerID, "owner": p.OwnerName, "source_no": p.SourceNo}
}

// silent are steps that a customer's timeline does not tell of.
var silent = map[Action]bool{Assign: true, Refuse: true}

// timelineTx tells of the promise on the customer's timeline, once it counts.
func (w *work) timelineTx(a Action) error {
	if w.CustomerID.IsZero() || silent[a] {
		return nil
	}
	kind := string(a)
	switch {
	case w.State == Awaiting, w.before.State == Awaiting && a == Withdraw:
		return nil
	case a == Keep && w.State == Late:
		kind = string(Late)
	case a == Approve:
		kind = string(Create)
	}
	return w.Customers.TimelineTx(w.tx, customer.Entry{OrgID: w.OrgID, CustomerID: w.CustomerID, Kind: object + "." + kind, Actor: w.actor, SourceType: object, SourceID: w.ID,
		Params: map[string]any{"no": w.PromiseNo, "type": w.terms.named()}})
}

// EventKinds are the events other systems can be told of: every step of a promise.
func EventKinds() (all []string) {
	for _, a := range Actions {
		all = append(all, object+"."+string(a))
	}
	return all
}

// publishTx tells other systems of a step: identifiers, numbers and states, nothing that
// was said and nobody's name.
func (w *work) publishTx(a Action) error {
	if w.Publish == nil {
		return nil
	}
	data := map[string]any{"promise_no": w.PromiseNo, "type": w.Type, "state": w.State, "unit_id": w.UnitID, "due_at": w.shownDue(), "source_type": w.SourceType, "source_id": w.SourceID, "version": w.Version}
	return w.Publish(w.tx, webhook.Event{OrgID: w.OrgID, Kind: object + "." + string(a), ObjectType: object, ObjectID: w.ID, Data: data})
}
