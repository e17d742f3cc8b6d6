package feedback

import (
	"context"
	"maps"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/calendar"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/knowledge"
	"github.com/zhiyin-power/zhiyin/internal/domain/lookup"
	"github.com/zhiyin-power/zhiyin/internal/domain/message"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/domain/webhook"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Permissions of the module.
const (
	PermList        = "feedback.list"
	PermGet         = "feedback.get"
	PermCreate      = "feedback.create"
	PermUpdate      = "feedback.update"
	PermDispatch    = "feedback.dispatch"
	PermAccept      = "feedback.accept"
	PermAssign      = "feedback.assign"
	PermTransfer    = "feedback.transfer"
	PermReturn      = "feedback.return"
	PermPause       = "feedback.pause" // and resume
	PermProgress    = "feedback.progress"
	PermResolve     = "feedback.resolve"
	PermVerdict     = "feedback.verdict" // ask the customer, and close
	PermReopen      = "feedback.reopen"
	PermWithdraw    = "feedback.withdraw"
	PermJoin        = "feedback.join"
	PermSplit       = "feedback.split"
	PermNote        = "feedback.note"
	PermWatch       = "feedback.watch"
	PermLink        = "feedback.link"
	PermAttach      = "feedback.attach"
	PermImport      = "feedback.import"
	PermSupervise   = "feedback.supervise" // be told of what is overdue
	PermFigures     = "feedback.figures"   // what cases have in common, and what came of them
	PermDigest      = "feedback.digest"    // what customers said since the working day before
	PermSetCategory = "feedback.set_category"
	PermSetRoutes   = "feedback.set_routes"
	PermSetSettings = "feedback.set_settings"
	PermSetNotices  = "feedback.set_notices" // what customers are told by message
)

// Operations that need the permission of another; the audit log tells them apart.
const (
	opResume         = "feedback.resume"
	opClose          = "feedback.close"
	opUnlink         = "feedback.unlink"
	opDetach         = "feedback.detach"
	opPreview        = "feedback.preview"
	opDownload       = "feedback.download"
	opSheet          = "feedback.sheet"
	opDraft          = "feedback.draft"
	opRemoveCategory = "feedback.remove_category"
	opTold           = "feedback.told"
	opNotices        = "feedback.notices"
)

// object is what tasks and the audit log are about.
const object = "case"

// permissionOf is the permission of a step.
func permissionOf(a Action) string {
	switch a {
	case Resume:
		return PermPause
	case Close:
		return PermVerdict
	}
	return "feedback." + string(a)
}

// Deps are what the service is built from.
type Deps struct {
	DB        *db.DB
	Keys      *crypt.Keyring
	Audit     *audit.Log
	Orgs      *org.Service
	Users     *access.Service
	Tasks     *task.Service
	Calendars *calendar.Service
	Customers *customer.Service
	Lookups   *lookup.Service
	Supply    *supply.Service
	Knowledge *knowledge.Service
	Messages  *message.Service
	Blobs     *blob.Store
	Cursors   *page.Signer
	Text      func(lang, key string, params map[string]any) string
	// Publish tells other systems of an event; nil: nobody is told.
	Publish func(tx *db.Tx, e webhook.Event) error
}

// Follower keeps something of cases, and has it follow the customer a case is found to be
// about.
type Follower interface {
	FollowCaseTx(tx *db.Tx, org, caseID, customer id.ID) error
}

// Service keeps cases.
type Service struct {
	Deps
	cache     companies
	guide     Guide
	followers []Follower
}

// New makes the service.
func New(d Deps) *Service { return &Service{Deps: d} }

// AddFollower names a module that keeps something of cases; app calls it before serving.
func (s *Service) AddFollower(f Follower) { s.followers = append(s.followers, f) }

// followedTx tells the followers that the case is about another customer.
func (w *work) followedTx() error {
	for _, f := range w.followers {
		if err := f.FollowCaseTx(w.tx, w.OrgID, w.ID, w.CustomerID); err != nil {
			return err
		}
	}
	return nil
}

// work is a case in the hands of a step: what it was, what it becomes and what happens.
type work struct {
	*Service
	tx     *db.Tx
	who    access.Who
	actor  audit.Actor
	at     *company
	units  *org.Tree
	keys   customer.Sealers
	before Case
	Case
	events    []event
	deadlines []Deadline
	happened  []event // new ones
	sight     customer.Sight
	paper     bool // it leaves: nobody works on it there
	silent    bool // no message tells the customer: it could not be taken back
	fresh     bool // the reader has just written it himself: it shows him nothing
	noticed   bool // the customer is told of what happened
}

// openTx loads a case for a change.
func (s *Service) openTx(tx *db.Tx, scope db.Scope, who access.Who, i id.ID) (w *work, err error) {
	c, err := lockCase(tx, scope, i)
	if err != nil {
		return nil, err
	}
	if w, err = s.workTx(tx, who, c); err != nil {
		return nil, err
	}
	if err := w.keys.Open(c.OriginID, bodyPlace(c.ID), c.Sealed, &w.Body); err != nil {
		return nil, err
	}
	w.before = w.Case
	if w.events, err = stepsOf(tx, c.OrgID, c.ID); err != nil {
		return nil, err
	}
	w.deadlines, err = deadlinesOf(tx, c.OrgID, c.ID)
	return w, err
}

// workTx is a case with what is needed to work on it.
func (s *Service) workTx(tx *db.Tx, who access.Who, c caseRow) (w *work, err error) {
	w = &work{Service: s, tx: tx, who: who, Case: c.Case, sight: customer.SightOf(tx.Context())}
	if who.Caller != nil {
		w.actor = who.Actor()
	}
	if w.at, err = s.companyTx(tx, c.OrgID); err != nil {
		return nil, err
	}
	if w.units, err = s.Orgs.TreeTx(tx); err != nil {
		return nil, err
	}
	w.keys, err = s.Customers.SealersTx(tx, c.OrgID, c.OriginID, c.CustomerID)
	return w, err
}

// keysTx adds the keys of customers that are not at hand yet.
func (w *work) keysTx(customers ...id.ID) error {
	missing := slices.DeleteFunc(slices.Clone(customers), func(c id.ID) bool { return w.keys[c] != nil })
	if len(missing) == 0 {
		return nil
	}
	more, err := w.Customers.SealersTx(w.tx, w.OrgID, missing...)
	maps.Copy(w.keys, more)
	return err
}

// origin is whose key seals what is written about the case now.
func (w *work) origin() id.ID {
	if w.keys[w.CustomerID] != nil {
		return w.CustomerID
	}
	return id.ID{}
}

// happen puts an event down.
func (w *work) happen(kind string, audience Audience, p Params, words Words) error {
	e := event{OrgID: w.OrgID, CaseID: w.ID, ID: w.tx.NewID(), At: w.tx.Now(), Kind: kind, State: w.State, Audience: audience, ActorID: w.actor.ID, ActorName: w.actor.Name,
		OriginID: w.origin(), Params: p, words: words}
	raw, err := encode(p)
	if err != nil {
		return err
	}
	e.RawParams, e.Body = raw, []byte{}
	if words != (Words{}) {
		if e.Body, err = w.keys.Seal(e.OriginID, wordsPlace(e.ID), words); err != nil {
			return err
		}
	}
	w.events, w.happened = append(w.events, e), append(w.happened, e)
	return nil
}

// countTx counts the limits anew from what happened.
func (w *work) countTx() error {
	c, err := w.Calendars.CalendarTx(w.tx)
	if err != nil {
		return err
	}
	k, err := courseOf(w.Case, w.events)
	if err != nil {
		return err
	}
	wheel := clockwork{calendar: c, place: w.at.place(), clock: w.at.categories[w.Category].Clock, before: w.deadlines}
	if w.deadlines, err = wheel.deadlines(w.Case, k); err != nil {
		return err
	}
	w.next(w.deadlines, w.ladder())
	if !w.Open() || w.State == Registered && !w.ImportID.IsZero() {
		w.WarnAt = never // nobody is told of what is over, or came as it was
	}
	return nil
}

func (w *work) ladder() Ladder {
	r, _ := escalationRules.On("case.escalation", w.ReceivedAt.Day(), w.at.place())
	return r.Params
}

// saveTx writes a changed case with its events, limits, tasks and audit entry.
func (w *work) saveTx(action string) error {
	if err := w.countTx(); err != nil {
		return err
	}
	w.UpdatedAt, w.Version = w.tx.Now(), w.before.Version+1
	r := caseRow{Case: w.Case}
	r.OriginID = w.origin()
	var err error
	if r.Sealed, err = w.keys.Seal(r.OriginID, bodyPlace(w.ID), w.Body); err != nil {
		return err
	}
	if err := w.blindTx(&r); err != nil {
		return err
	}
	if err := updateCase(w.tx, r, w.before.Version); err != nil {
		return err
	}
	if err := w.serveTx(); err != nil {
		return err
	}
	if err := insertEvents(w.tx, w.happened); err != nil {
		return err
	}
	if err := saveDeadlines(w.tx, w.OrgID, w.ID, w.deadlines); err != nil {
		return err
	}
	if err := w.tasksTx(); err != nil {
		return err
	}
	if err := w.timelineTx(); err != nil {
		return err
	}
	return w.recordTx(action, w.before.told())
}

// told is what the audit log keeps of a case: nothing that was said.
func (c Case) told() map[string]any {
	return map[string]any{"case_no": c.CaseNo, "type": c.Type, "category": c.Category, "state": c.State, "area": c.Area, "severity": c.Severity, "secret": c.Secret, "customer_id": c.CustomerID,
		"unit_id": c.UnitID, "owner": c.OwnerName, "verdict": c.Verdict, "finding": c.Finding, "lead_id": c.LeadID, "round": c.Round}
}

// recordTx writes down what was done, and tells the customer and other systems.
func (w *work) recordTx(action string, before any) error {
	if err := w.noticeTx(); err != nil {
		return err
	}
	if err := w.publishTx(action); err != nil {
		return err
	}
	return w.Audit.RecordTx(w.tx, audit.Change{OrgID: w.OrgID, Actor: w.actor, Action: action, ObjectType: object, ObjectID: w.ID, Before: before, After: w.told()})
}

// change is a step that a caller takes with a case; fn says what becomes of it.
func (s *Service) change(ctx context.Context, a Action, i id.ID, version int64, fn func(w *work) error) (d Detail, err error) {
	who, err := access.Allow(ctx, permissionOf(a))
	if err != nil {
		return Detail{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := s.openTx(tx, who.Scope, who, i)
		if err != nil {
			return err
		}
		if w.Version != version {
			return db.ErrStale
		}
		if !w.mayTake(a, who) {
			return ErrNotYours
		}
		if err := w.take(a, tx.Now()); err != nil {
			return err
		}
		if err := fn(w); err != nil {
			return err
		}
		if err := w.saveTx("feedback." + string(a)); err != nil {
			return err
		}
		d, err = s.detailTx(tx, who, i)
		return err
	})
	return d, err
}

// mayTake tells whether a step of the case is the caller's to take.
func (w *work) mayTake(a Action, who access.Who) bool {
	switch {
	case a == Update:
		return mayChange(who, w.units, w.Case)
	case moves[a].working:
		return who.Works(w.units, w.UnitID, w.OwnerID)
	}
	return true
}
