package incident

import (
	"context"
	"strconv"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/promise"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Permissions of the module.
const (
	PermList     = "incident.list"
	PermGet      = "incident.get"
	PermCreate   = "incident.create"
	PermReport   = "incident.report" // and change its grade
	PermAssign   = "incident.assign"
	PermConclude = "incident.conclude" // and submit
	PermPlan     = "incident.plan"     // and drop a measure
	PermKeep     = "incident.keep"
	PermClose    = "incident.close" // or send back, dismiss, reopen; its holders are told upward
	PermFigures  = "incident.figures"
	PermPerson   = "incident.person" // see and name who is responsible
)

// object is what tasks and the audit log are about.
const object = "incident"

// permissionOf is the permission of a step.
func permissionOf(a Action) string {
	switch a {
	case Regrade:
		return PermReport
	case Submit:
		return PermConclude
	case Drop:
		return PermPlan
	case Return, Dismiss, Reopen:
		return PermClose
	}
	return object + "." + string(a)
}

// Cases tells of the cases incidents are opened from.
type Cases interface {
	// RefTx gives a case of a scope. Error: db.ErrNotFound.
	RefTx(tx *db.Tx, scope db.Scope, i id.ID) (promise.CaseRef, error)
}

// Deps are what the service is built from.
type Deps struct {
	DB        *db.DB
	Audit     *audit.Log
	Orgs      *org.Service
	Users     *access.Service
	Tasks     *task.Service
	Customers *customer.Service
	Cases     Cases
	Cursors   *page.Signer
	Text      func(lang, key string, params map[string]any) string
}

// Service keeps incidents.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// work is an incident in the hands of a step: what it was, and what it becomes.
type work struct {
	*Service
	tx     *db.Tx
	who    access.Who
	actor  audit.Actor
	keys   customer.Sealers
	units  *org.Tree
	terms  Terms
	before Incident
	Incident
	measures []Measure
}

// workTx is an incident with what is needed to work on it.
func (s *Service) workTx(tx *db.Tx, who access.Who, r row) (w *work, err error) {
	w = &work{Service: s, tx: tx, who: who, before: r.Incident, Incident: r.Incident}
	if who.Caller != nil {
		w.actor = who.Actor()
	}
	if w.units, err = s.Orgs.TreeTx(tx); err != nil {
		return nil, err
	}
	measures, err := measuresOf(tx, r.OrgID, r.ID)
	if err != nil {
		return nil, err
	}
	origins := []id.ID{r.OriginID, r.CustomerID}
	for _, m := range measures {
		origins = append(origins, m.OriginID)
	}
	if w.keys, err = s.Customers.SealersTx(tx, r.OrgID, origins...); err != nil {
		return nil, err
	}
	for _, m := range measures {
		if err := w.keys.Open(m.OriginID, measurePlace(m.ID), m.Sealed, &m.MeasureBody); err != nil {
			return nil, err
		}
		w.measures = append(w.measures, m.Measure)
	}
	rule, _ := grades.Find(r.Rule)
	w.terms = rule.Params
	return w, w.keys.Open(r.OriginID, bodyPlace(r.ID), r.Sealed, &w.Body)
}

// origin is whose key seals what is written about the incident now.
func (w *work) origin() id.ID {
	if w.keys[w.CustomerID] != nil {
		return w.CustomerID
	}
	return id.ID{}
}

// above tells whether somebody is at home higher than where the incident happened, and
// than who is responsible for it.
func (w *work) above(home id.ID) bool {
	return higher(w.units, home, w.UnitID) && higher(w.units, home, w.ResponsibleID)
}

// allowed tells whether a step is the caller's to take, who holds its permission.
// Errors: ErrLevel, ErrOwn, ErrNotYours.
func (w *work) allowed(a Action, who access.Who) error {
	m := moves[a]
	switch {
	case m.above && !w.above(who.HomeOrgID):
		return ErrLevel
	case m.above && !w.PersonID.IsZero() && who.Oneself(w.PersonID, w.OrgID):
		return ErrOwn
	case m.working && !w.works(who):
		return ErrNotYours
	}
	return nil
}

// works tells whether the incident is the caller's to work on: his unit's, or his own.
func (w *work) works(who access.Who) bool {
	return who.Works(w.units, w.UnitID, w.OwnerID) || w.RegistrarID == who.UserID
}

// change is a step that a caller takes with an incident; fn says what becomes of it, and
// what the step tells.
func (s *Service) change(ctx context.Context, a Action, i id.ID, version int64, fn func(w *work) (Event, error)) (d Detail, err error) {
	who, err := access.Allow(ctx, permissionOf(a))
	if err != nil {
		return d, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := lockIncident(tx, who.Scope, i)
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
		if err := w.allowed(a, who); err != nil {
			return err
		}
		if err := w.take(a, tx.Now()); err != nil {
			return err
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

// saveTx writes a changed incident with its event, tasks and audit entry.
func (w *work) saveTx(a Action, e Event) error {
	w.count(w.measures)
	w.UpdatedAt, w.Version = w.tx.Now(), w.before.Version+1
	r, err := w.sealed()
	if err != nil {
		return err
	}
	if err := updateIncident(w.tx, r, w.before.Version); err != nil {
		return err
	}
	return w.tellTx(a, e, w.before.told())
}

// sealed is the incident as it is kept.
func (w *work) sealed() (r row, err error) {
	r = row{Incident: w.Incident, OriginID: w.origin()}
	r.Sealed, err = w.keys.Seal(r.OriginID, bodyPlace(w.ID), w.Body)
	return r, err
}

// tellTx puts down what was done, and tells whom it concerns.
func (w *work) tellTx(a Action, e Event, before any) error {
	if err := w.happen(string(a), e); err != nil {
		return err
	}
	if err := w.tasksTx(a); err != nil {
		return err
	}
	return w.Audit.RecordTx(w.tx, audit.Change{OrgID: w.OrgID, Actor: w.actor, Action: object + "." + string(a), ObjectType: object, ObjectID: w.ID, Before: before, After: w.told()})
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
	return insertEvent(w.tx, w.Incident, r)
}

// told is what the audit log keeps of an incident: nothing that was written, and not who
// is responsible, but that somebody is.
func (n Incident) told() map[string]any {
	return map[string]any{"incident_no": n.IncidentNo, "grade": n.Grade, "rule": n.Rule, "state": n.State, "case_no": n.CaseNo, "unit_id": n.UnitID, "responsible_id": n.ResponsibleID,
		"person_named": !n.PersonID.IsZero(), "owner": n.OwnerName, "late": n.Late, "measures": strconv.Itoa(n.MeasuresDone) + "/" + strconv.Itoa(n.Measures)}
}
