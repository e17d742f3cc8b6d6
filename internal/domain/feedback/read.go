package feedback

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/knowledge"
	"github.com/zhiyin-power/zhiyin/internal/domain/promise"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Detail is a case with what hangs on it.
type Detail struct {
	Case
	Actions     []Action     `json:"actions" nullable:"false" doc:"steps the caller may take now"`
	MayNote     bool         `json:"may_note"`
	MayAttach   bool         `json:"may_attach"`
	MayDraft    bool         `json:"may_draft" doc:"it is solved, and the caller writes articles"`
	Watching    bool         `json:"watching" doc:"the caller watches it"`
	Deadlines   []Deadline   `json:"deadlines" nullable:"false" doc:"of every round, in order"`
	Events      []Event      `json:"events" nullable:"false" doc:"the newest, at most 50"`
	Links       []Link       `json:"links" nullable:"false"`
	Watchers    []Watcher    `json:"watchers" nullable:"false"`
	Attachments []Attachment `json:"attachments" nullable:"false"`
}

// Watcher is somebody who watches a case.
type Watcher struct {
	UserID id.ID  `json:"user_id" db:"user_id"`
	Name   string `json:"name" db:"-"`
}

// maxShown bounds the events that come with a case.
const maxShown = 50

// Get gives a case. Error: db.ErrNotFound.
func (s *Service) Get(ctx context.Context, i id.ID) (d Detail, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return Detail{}, err
	}
	return d, s.DB.Read(ctx, func(tx *db.Tx) error { d, err = s.detailTx(tx, who, i); return err })
}

// maxFound bounds what Find gives.
const maxFound = 5

// Find looks for cases by a part of their number, or by the caller's phone; anything else
// finds none.
func (s *Service) Find(ctx context.Context, q string, limit int) ([]Case, error) {
	if !numberish.MatchString(strings.TrimSpace(q)) {
		return nil, nil
	}
	all, _, err := s.List(ctx, ListInput{Filter: Filter{Query: q}, Sort: "-received_at", Limit: min(limit, maxFound)})
	return all, err
}

// viewTx is a case opened for a reader.
func (s *Service) viewTx(tx *db.Tx, who access.Who, i id.ID) (w *work, err error) {
	r, err := caseByID(tx, who.Scope, i)
	if err != nil {
		return nil, err
	}
	if w, err = s.workTx(tx, who, r); err != nil {
		return nil, err
	}
	return w, w.keys.Open(r.OriginID, bodyPlace(r.ID), r.Sealed, &w.Body)
}

func (s *Service) detailTx(tx *db.Tx, who access.Who, i id.ID) (d Detail, err error) {
	w, err := s.viewTx(tx, who, i)
	if err != nil {
		return d, err
	}
	deadlines, err := deadlinesOf(tx, w.OrgID, i)
	if err != nil {
		return d, err
	}
	events, err := eventsOf(tx, w.OrgID, i, 0, id.ID{}, maxShown)
	if err != nil {
		return d, err
	}
	if d, err = w.describeTx(deadlines, events); err != nil {
		return d, err
	}
	return d, w.partsTx(&d)
}

// freshTx is a case that was just made, to which nothing belongs yet.
func (w *work) freshTx() (Detail, error) {
	w.fresh = true
	newest := slices.Clone(w.happened)
	slices.Reverse(newest)
	deadlines := slices.SortedFunc(slices.Values(w.deadlines), func(a, b Deadline) int {
		return cmp.Or(cmp.Compare(a.Round, b.Round), cmp.Compare(a.SinceAt, b.SinceAt), cmp.Compare(a.Stage, b.Stage))
	})
	d, err := w.describeTx(deadlines, newest)
	d.Links, d.Attachments, d.Watchers = []Link{}, []Attachment{}, []Watcher{}
	return d, err
}

// describeTx is a case and what happened to it as the reader sees them.
func (w *work) describeTx(deadlines []Deadline, events []event) (d Detail, err error) {
	if d.Case, err = w.namedTx(w.show(w.Case)); err != nil {
		return d, err
	}
	d.Actions = w.actions()
	_, d.MayNote = reaches(w.who, PermNote, w.OrgID)
	_, d.MayAttach = reaches(w.who, PermAttach, w.OrgID)
	_, writes := reaches(w.who, knowledge.PermCreate, w.OrgID)
	d.MayDraft = writes && w.solved()
	for n := range deadlines {
		deadlines[n].judge(w.tx.Now())
	}
	d.Deadlines = deadlines
	d.Events, err = w.tellTx(events)
	return d, err
}

// partsTx adds links, watchers and files.
func (w *work) partsTx(d *Detail) (err error) {
	if d.Links, err = w.linksTx(); err != nil {
		return err
	}
	if d.Attachments, err = w.filesTx(); err != nil {
		return err
	}
	if d.Watchers, err = watchersOf(w.tx, w.OrgID, w.ID); err != nil {
		return err
	}
	ids := make([]id.ID, len(d.Watchers))
	for i, x := range d.Watchers {
		ids[i] = x.UserID
	}
	d.Watching = slices.Contains(ids, w.who.UserID)
	names, err := w.Users.NamesTx(w.tx, ids)
	for i, x := range d.Watchers {
		d.Watchers[i].Name = names[x.UserID]
	}
	return err
}

// CompanyTx gives the company of a case in the scope. Error: db.ErrNotFound.
func (s *Service) CompanyTx(tx *db.Tx, scope db.Scope, i id.ID) (id.ID, error) {
	r, err := caseByID(tx, scope, i)
	return r.OrgID, err
}

// NumbersTx gives the numbers of cases, for other modules that name them.
func (s *Service) NumbersTx(tx *db.Tx, scope db.Scope, cases []id.ID) (map[id.ID]string, error) {
	numbers := make(map[id.ID]string, len(cases))
	for _, org := range scope.Orgs() {
		rows, err := casesByID(tx, org, cases)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			numbers[r.ID] = r.CaseNo
		}
	}
	return numbers, nil
}

// RefTx tells of a case what a promise made in it takes over.
func (s *Service) RefTx(tx *db.Tx, scope db.Scope, i id.ID) (promise.CaseRef, error) {
	r, err := caseByID(tx, scope, i)
	return promise.CaseRef{CustomerID: r.CustomerID, UnitID: r.UnitID, CaseNo: r.CaseNo}, err
}

func reaches(who access.Who, permission string, org id.ID) (access.Who, bool) {
	w, _ := who.May(permission)
	return w, w.Scope.Has(org)
}

// actions are the steps the reader may take now.
func (w *work) actions() []Action {
	all := []Action{}
	for a := range moves {
		who, may := reaches(w.who, permissionOf(a), w.OrgID)
		if may && w.can(a) && w.mayTake(a, who) {
			all = append(all, a)
		}
	}
	slices.Sort(all)
	return all
}

// show is a case as the reader may see it.
func (w *work) show(c Case) Case {
	c.Overdue = c.Open() && c.DueAt < w.tx.Now()
	if c.DueAt == never {
		c.DueAt = 0
	}
	if c.LegalAt == never {
		c.LegalAt = 0
	}
	if c.Circumstances == nil {
		c.Circumstances = wordList{}
	}
	sight := w.sight
	if w.inside(c) {
		if !w.fresh {
			w.showed(c)
		}
		return c
	}
	whole := !c.Secret || sight.Sees(c.OrgID, c.CustomerID, customer.FieldNote)
	if !whole {
		c.Body, c.Hidden = Body{}, true
		return c
	}
	text := func(s string) string { return sight.Text(c.OrgID, c.CustomerID, c.RegistrarID, s) }
	c.Title, c.Text, c.Answer, c.Cause, c.Measures = text(c.Title), text(c.Text), text(c.Answer), text(c.Cause), text(c.Measures)
	if c.CallerName != "" && !sight.Sees(c.OrgID, c.CustomerID, customer.FieldContactPerson) {
		c.CallerName = cn.MaskName(c.CallerName, cn.PersonName)
	}
	if c.CallerPhone != "" && !sight.Sees(c.OrgID, c.CustomerID, customer.FieldPhone) {
		c.CallerPhone = cn.MaskPhone(c.CallerPhone)
	}
	if c.Place != "" {
		c.Place = sight.Address(c.OrgID, c.CustomerID, c.Place)
	}
	return c
}

// inside tells whether the reader works on the case himself: he wrote it, or has to call
// the customer, in his place or that of somebody absent.
func (w *work) inside(c Case) bool {
	me := w.who.UserID
	return !w.paper && !me.IsZero() && (me == c.RegistrarID || c.Open() && works(w.who, PermGet, c))
}

// showed puts down what a case shows whole to who works on it.
func (w *work) showed(c Case) {
	for f, text := range map[customer.FieldName]string{customer.FieldContactPerson: c.CallerName, customer.FieldPhone: c.CallerPhone, customer.FieldAddress: c.Place} {
		if text != "" {
			w.sight.Serves(c.OrgID, c.CustomerID, basisOf(c), f)
		}
	}
}

// namedTx puts names to what a case refers to.
func (w *work) namedTx(c Case) (Case, error) {
	all, err := w.namesTx([]Case{c})
	if err != nil {
		return c, err
	}
	return all[0], nil
}

func (w *work) namesTx(all []Case) ([]Case, error) {
	customers := map[id.ID]bool{}
	for _, c := range all {
		if !c.CustomerID.IsZero() {
			customers[c.CustomerID] = true
		}
	}
	refs, err := w.Customers.RefsTx(w.tx, db.ScopeOf(w.OrgID), slices.Collect(maps.Keys(customers))...)
	if err != nil {
		return nil, err
	}
	for i := range all {
		c := &all[i]
		c.CategoryName = w.at.categories.name(w.who.Locale, c.Category)
		if o, ok := w.units.Get(c.UnitID); ok {
			c.UnitName = o.ShortName
		}
		if r, ok := refs[c.CustomerID]; ok {
			c.CustomerNo, c.CustomerName = r.CustomerNo, w.sight.Name(r.OrgID, r.ID, r.Kind, r.Name)
		}
	}
	return all, nil
}

// showTx opens cases of one company for a reader.
func (s *Service) showTx(tx *db.Tx, who access.Who, rows []caseRow) ([]Case, error) {
	if len(rows) == 0 {
		return []Case{}, nil
	}
	w, err := s.workTx(tx, who, caseRow{Case: Case{OrgID: rows[0].OrgID}})
	if err != nil {
		return nil, err
	}
	return w.showAllTx(rows)
}

// showAllTx opens cases of the company at hand.
func (w *work) showAllTx(rows []caseRow) ([]Case, error) {
	all, origins := make([]Case, len(rows)), make([]id.ID, len(rows))
	for i, r := range rows {
		origins[i] = r.OriginID
	}
	if err := w.keysTx(origins...); err != nil {
		return nil, err
	}
	for i, r := range rows {
		if err := w.keys.Open(r.OriginID, bodyPlace(r.ID), r.Sealed, &r.Body); err != nil {
			return nil, err
		}
		all[i] = w.show(r.Case)
	}
	return w.namesTx(all)
}

// tellTx opens events for a reader.
func (w *work) tellTx(rows []event) ([]Event, error) {
	origins := make([]id.ID, len(rows))
	var owners []id.ID
	for i, e := range rows {
		origins[i] = e.OriginID
		if !e.Params.OwnerID.IsZero() {
			owners = append(owners, e.Params.OwnerID)
		}
	}
	if err := w.keysTx(origins...); err != nil {
		return nil, err
	}
	names, err := w.Users.NamesTx(w.tx, owners)
	if err != nil {
		return nil, err
	}
	all := make([]Event, len(rows))
	for i, r := range rows {
		e := Event{ID: r.ID, At: r.At, Kind: r.Kind, State: r.State, Audience: r.Audience, ActorID: r.ActorID, ActorName: r.ActorName, Params: r.Params, BeganAt: r.Params.At, OwnerName: names[r.Params.OwnerID]}
		if o, ok := w.units.Get(r.Params.UnitID); ok {
			e.UnitName = o.ShortName
		}
		if err := w.keys.Open(r.OriginID, wordsPlace(r.ID), r.Body, &e.Words); err != nil {
			return nil, err
		}
		all[i] = w.hide(e)
	}
	return all, nil
}

// hide takes from an event what the reader may not read.
func (w *work) hide(e Event) Event {
	if w.inside(w.Case) {
		return e
	}
	sight := w.sight
	if w.Secret && !sight.Sees(w.OrgID, w.CustomerID, customer.FieldNote) {
		e.Words = Words{}
		return e
	}
	e.Text = sight.Text(w.OrgID, w.CustomerID, e.ActorID, e.Text)
	e.Evidence = sight.Text(w.OrgID, w.CustomerID, e.ActorID, e.Evidence)
	if e.Before != nil {
		was := w.Case
		was.Body = *e.Before
		shown := w.show(was).Body
		e.Before = &shown
	}
	return e
}

// Events lists the steps of a case, the newest first. Errors: db.ErrNotFound,
// page.ErrCursor.
func (s *Service) Events(ctx context.Context, i id.ID, p customer.Page) (all []Event, next string, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return nil, "", err
	}
	list := "feedback.events " + i.String()
	var at when.Instant
	var last id.ID
	if _, err := s.Cursors.Decode(list, p.Cursor, (*int64)(&at), &last); err != nil {
		return nil, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		w, err := s.viewTx(tx, who, i)
		if err != nil {
			return err
		}
		rows, err := eventsOf(tx, w.OrgID, i, at, last, p.Limit+1)
		if err != nil {
			return err
		}
		if len(rows) > p.Limit {
			rows = rows[:p.Limit]
			end := rows[p.Limit-1]
			if next, err = s.Cursors.Encode(list, int64(end.At), end.ID); err != nil {
				return err
			}
		}
		all, err = w.tellTx(rows)
		return err
	})
	return all, next, err
}
