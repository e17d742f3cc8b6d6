package promise

import (
	"context"
	"maps"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/rule"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Detail is a promise with its steps.
type Detail struct {
	Promise
	Terms   Terms     `json:"terms" doc:"of the rule it was made by"`
	Head    rule.Head `json:"head"`
	Actions []Action  `json:"actions" nullable:"false" doc:"steps the caller may take now"`
	Events  []Event   `json:"events" nullable:"false" doc:"the newest first"`
}

// Get gives a promise. Error: db.ErrNotFound.
func (s *Service) Get(ctx context.Context, i id.ID) (d Detail, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return d, err
	}
	return d, s.DB.Read(ctx, func(tx *db.Tx) error { d, err = s.detailTx(tx, who, i); return err })
}

func (s *Service) detailTx(tx *db.Tx, who access.Who, i id.ID) (d Detail, err error) {
	r, err := promiseByID(tx, who.Scope, i)
	if err != nil {
		return d, err
	}
	w, err := s.workTx(tx, who, r)
	if err != nil {
		return d, err
	}
	all, err := s.showTx(tx, who, []row{r})
	if err != nil {
		return d, err
	}
	_, head, _ := w.book.find(r.Type, r.Rule)
	d = Detail{Promise: all[0], Terms: w.terms, Head: head, Actions: w.actions()}
	d.Events, err = w.eventsTx()
	return d, err
}

// actions are the steps the reader may take now.
func (w *work) actions() []Action {
	all := []Action{}
	for a, m := range moves {
		who, may := w.who.May(permissionOf(a))
		switch {
		case !may || !who.Scope.Has(w.OrgID) || !w.can(a):
		case m.working && !who.Works(w.units, w.UnitID, w.OwnerID) && w.MakerID != who.UserID:
		case permissionOf(a) == PermApprove && who.Oneself(w.MakerID, w.OrgID):
		default:
			all = append(all, a)
		}
	}
	slices.Sort(all)
	return all
}

func (w *work) eventsTx() ([]Event, error) {
	rows, err := eventsOf(w.tx, w.OrgID, w.ID)
	if err != nil {
		return nil, err
	}
	origins := make([]id.ID, len(rows))
	for i, r := range rows {
		origins[i] = r.OriginID
	}
	keys, err := w.Customers.SealersTx(w.tx, w.OrgID, origins...)
	if err != nil {
		return nil, err
	}
	sight, all := customer.SightOf(w.tx.Context()), make([]Event, len(rows))
	for i, r := range rows {
		if err := keys.Open(r.OriginID, wordsPlace(r.ID), r.Sealed, &r.Text); err != nil {
			return nil, err
		}
		if !inside(w.who, w.Promise) {
			r.Text = sight.Text(w.OrgID, w.CustomerID, r.ActorID, r.Text)
		}
		all[i] = r.Event
	}
	return all, nil
}

// inside tells whether the reader works on the promise himself: he made it, or keeps it.
func inside(who access.Who, p Promise) bool {
	return !who.UserID.IsZero() && (who.UserID == p.MakerID || who.UserID == p.OwnerID && p.live())
}

// showTx opens promises for a reader, company by company, in their order.
func (s *Service) showTx(tx *db.Tx, who access.Who, rows []row) ([]Promise, error) {
	byOrg, at := map[id.ID][]row{}, map[id.ID]int{}
	for i, r := range rows {
		byOrg[r.OrgID] = append(byOrg[r.OrgID], r)
		at[r.ID] = i
	}
	all := make([]Promise, len(rows))
	for org, some := range byOrg {
		shown, err := s.openTx(tx, who, org, some)
		if err != nil {
			return nil, err
		}
		for _, p := range shown {
			all[at[p.ID]] = p
		}
	}
	return all, nil
}

// openTx opens promises of one company.
func (s *Service) openTx(tx *db.Tx, who access.Who, org id.ID, rows []row) ([]Promise, error) {
	origins, customers := make([]id.ID, len(rows)), map[id.ID]bool{}
	for i, r := range rows {
		origins[i] = r.OriginID
		customers[r.CustomerID] = !r.CustomerID.IsZero()
	}
	maps.DeleteFunc(customers, func(_ id.ID, real bool) bool { return !real })
	keys, err := s.Customers.SealersTx(tx, org, origins...)
	if err != nil {
		return nil, err
	}
	refs, err := s.Customers.RefsTx(tx, db.ScopeOf(org), slices.Collect(maps.Keys(customers))...)
	if err != nil {
		return nil, err
	}
	b, err := bookTx(tx, org)
	if err != nil {
		return nil, err
	}
	units, err := s.Orgs.TreeTx(tx)
	if err != nil {
		return nil, err
	}
	sight, all := customer.SightOf(tx.Context()), make([]Promise, len(rows))
	for i, r := range rows {
		if err := keys.Open(r.OriginID, bodyPlace(r.ID), r.Sealed, &r.Body); err != nil {
			return nil, err
		}
		p := r.show(who, sight, tx.Now())
		terms, _, _ := b.find(p.Type, p.Rule)
		p.TypeName = terms.name(who.Locale)
		if o, ok := units.Get(p.UnitID); ok {
			p.UnitName = o.ShortName
		}
		if c, ok := refs[p.CustomerID]; ok {
			p.CustomerNo, p.CustomerName = c.CustomerNo, sight.Name(c.OrgID, c.ID, c.Kind, c.Name)
		}
		all[i] = p
	}
	return all, nil
}

// show is a promise as the reader may see it.
func (p Promise) show(who access.Who, sight customer.Sight, now when.Instant) Promise {
	p.Overdue = p.State == Open && p.DueAt < now
	p.DueAt = p.shownDue()
	if !inside(who, p) {
		p.Words, p.Note = sight.Text(p.OrgID, p.CustomerID, p.MakerID, p.Words), sight.Text(p.OrgID, p.CustomerID, p.MakerID, p.Note)
	}
	return p
}

// NumbersTx gives the numbers of promises, for other modules that name them.
func (s *Service) NumbersTx(tx *db.Tx, scope db.Scope, promises []id.ID) (map[id.ID]string, error) {
	rows, err := numbersOf(tx, scope, promises)
	numbers := make(map[id.ID]string, len(rows))
	for _, r := range rows {
		numbers[r.ID] = r.PromiseNo
	}
	return numbers, err
}

// Explained is a due time with every day that led to it.
type Explained struct {
	Head rule.Head        `json:"head"`
	Due  when.Explanation `json:"due"`
}

// Explain tells how the due time of a promise was counted. Errors: db.ErrNotFound,
// ErrState while it does not count.
func (s *Service) Explain(ctx context.Context, i id.ID) (x Explained, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return x, err
	}
	return x, s.DB.Read(ctx, func(tx *db.Tx) error {
		r, err := promiseByID(tx, who.Scope, i)
		if err != nil {
			return err
		}
		if r.CountsAt == 0 {
			return ErrState.With("state", string(r.State))
		}
		b, err := bookTx(tx, r.OrgID)
		if err != nil {
			return err
		}
		calendar, err := s.Calendars.AsOfTx(tx, r.Calendar)
		if err != nil {
			return err
		}
		terms, head, _ := b.find(r.Type, r.Rule)
		x = Explained{Head: head, Due: calendar.Explain(r.count(terms))}
		return nil
	})
}

// People lists who keeps promises of a company. Error: db.ErrOrgRequired.
func (s *Service) People(ctx context.Context, org id.ID) (all []access.Worker, err error) {
	_, org, err = access.AllowOne(ctx, PermList, org)
	if err != nil {
		return nil, err
	}
	return all, s.DB.Read(ctx, func(tx *db.Tx) error {
		people, err := s.Users.WorkersTx(tx, PermKeep, org)
		all = append([]access.Worker{}, people...)
		return err
	})
}
