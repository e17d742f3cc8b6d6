package outage

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/message"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/promise"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// Permissions of the module.
const (
	PermList     = "outage.list"
	PermGet      = "outage.get"
	PermCreate   = "outage.create"
	PermJoin     = "outage.join" // a case, or take it out
	PermDispatch = "outage.dispatch"
	PermArrive   = "outage.arrive"
	PermRestore  = "outage.restore"
	PermClose    = "outage.close"
	PermCancel   = "outage.cancel"
)

// object is what tasks and the audit log are about.
const object = "outage"

// permissionOf is the permission of a step.
func permissionOf(a Action) string {
	switch a {
	case Leave:
		return PermJoin
	case Relocate:
		return PermDispatch
	}
	return object + "." + string(a)
}

// Deps are what the service is built from.
type Deps struct {
	DB        *db.DB
	Audit     *audit.Log
	Orgs      *org.Service
	Users     *access.Service
	Tasks     *task.Service
	Customers *customer.Service
	Supply    *supply.Service
	Promises  *promise.Service // knows the key customers
	Feedback  *feedback.Service
	Messages  *message.Service
	Jobs      *job.Queue
	Cursors   *page.Signer
	Text      func(lang, key string, params map[string]any) string
}

// Service keeps outages.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// work is an outage in the hands of a step: what it was and what it becomes.
type work struct {
	*Service
	tx     *db.Tx
	who    access.Who
	actor  audit.Actor
	keys   customer.Sealers
	units  *org.Tree
	before Outage
	Outage
}

// workTx is an outage with what is needed to work on it.
func (s *Service) workTx(tx *db.Tx, who access.Who, o Outage) (w *work, err error) {
	w = &work{Service: s, tx: tx, who: who, before: o, Outage: o}
	if who.Caller != nil {
		w.actor = who.Actor()
	}
	if w.units, err = s.Orgs.TreeTx(tx); err != nil {
		return nil, err
	}
	w.keys, err = s.Customers.SealersTx(tx, o.OrgID)
	return w, err
}

// happen writes an event down.
func (w *work) happen(kind string, p Params, text string) error {
	raw, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("outage: %w", err)
	}
	r := eventRow{ID: w.tx.NewID(), At: w.tx.Now(), Kind: kind, State: w.State, ActorID: w.actor.ID, ActorName: w.actor.Name, Params: string(raw), Sealed: []byte{}}
	if text != "" {
		if r.Sealed, err = w.keys.Seal(id.ID{}, wordsPlace(r.ID), text); err != nil {
			return err
		}
	}
	return insertEvent(w.tx, w.Outage, r)
}

// limitsTx counts the limits anew.
func (w *work) limitsTx() ([]feedback.Deadline, error) {
	return w.Feedback.FaultLimitsTx(w.tx, feedback.FaultCourse{OrgID: w.OrgID, Area: w.Area, ReportedAt: w.ReportedAt, ArrivedAt: w.ArrivedAt, RestoredAt: w.RestoredAt})
}

func (w *work) countTx() error {
	all, err := w.limitsTx()
	if err == nil {
		w.due(all)
	}
	return err
}

// change is a step that a caller takes with an outage; fn says what becomes of it, and
// what the step tells.
func (s *Service) change(ctx context.Context, a Action, i id.ID, version int64, fn func(w *work) (Params, string, error)) (d Detail, err error) {
	who, err := access.Allow(ctx, permissionOf(a))
	if err != nil {
		return d, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := lockOutage(tx, who.Scope, i)
		if err != nil {
			return err
		}
		if o.Version != version {
			return db.ErrStale
		}
		w, err := s.workTx(tx, who, o)
		if err != nil {
			return err
		}
		if moves[a].working && !who.Works(w.units, w.UnitID, id.ID{}) {
			return ErrNotUs
		}
		p, text, err := fn(w)
		if err != nil {
			return err
		}
		if err := w.saveTx(a, p, text); err != nil {
			return err
		}
		d, err = s.detailTx(tx, who, i)
		return err
	})
	if err == nil {
		s.Jobs.Wake()
	}
	return d, err
}

// saveTx writes a changed outage with its event, tasks and audit entry, and has its cases
// follow.
func (w *work) saveTx(a Action, p Params, text string) error {
	if err := w.countTx(); err != nil {
		return err
	}
	if err := w.followTx(a); err != nil {
		return err
	}
	w.UpdatedAt, w.Version = w.tx.Now(), w.before.Version+1
	if err := updateOutage(w.tx, w.Outage, w.before.Version); err != nil {
		return err
	}
	return w.tellTx(a, p, text, w.before.told())
}

// tellTx puts down what was done, and tells whom it concerns.
func (w *work) tellTx(a Action, p Params, text string, before any) error {
	if err := w.happen(string(a), p, text); err != nil {
		return err
	}
	if err := w.tasksTx(a); err != nil {
		return err
	}
	return w.Audit.RecordTx(w.tx, audit.Change{OrgID: w.OrgID, Actor: w.actor, Action: object + "." + string(a), ObjectType: object, ObjectID: w.ID, Before: before, After: w.told()})
}

// told is what the audit log keeps of an outage.
func (o Outage) told() map[string]any {
	return map[string]any{"outage_no": o.OutageNo, "state": o.State, "place": o.PlaceNo, "area": o.Area, "unit_id": o.UnitID, "crew": o.Crew, "cause": o.Cause, "cases": o.Cases, "arrived_at": o.ArrivedAt, "restored_at": o.RestoredAt}
}
