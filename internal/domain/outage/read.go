package outage

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Detail is an outage with what hangs on it.
type Detail struct {
	Outage
	Actions []Action            `json:"actions" nullable:"false" doc:"steps the caller may take now"`
	Limits  []feedback.Deadline `json:"limits" nullable:"false" doc:"of arrival and restoration"`
	Reports []Report            `json:"reports" nullable:"false" doc:"the cases, the oldest first, at most 200; none for who may not list cases"`
	Key     []KeyCustomer       `json:"key" nullable:"false" doc:"key customers behind it, at most 200"`
	Events  []Event             `json:"events" nullable:"false" doc:"the newest first"`
}

// Report is a case that reports the outage.
type Report struct {
	feedback.Case
	Problem string `json:"problem,omitempty" doc:"why it could not be brought along, in the reader's language"`
}

// KeyCustomer is a key customer without supply, and who looks after him.
type KeyCustomer struct {
	ID          id.ID  `json:"id"`
	CustomerNo  string `json:"customer_no"`
	Name        string `json:"name"`
	ManagerName string `json:"manager_name,omitempty" doc:"who has a task since; nobody: nobody looks after him"`
}

// Get gives an outage. Error: db.ErrNotFound.
func (s *Service) Get(ctx context.Context, i id.ID) (d Detail, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return d, err
	}
	return d, s.DB.Read(ctx, func(tx *db.Tx) error { d, err = s.detailTx(tx, who, i); return err })
}

func (s *Service) detailTx(tx *db.Tx, who access.Who, i id.ID) (d Detail, err error) {
	o, err := outageByID(tx, who.Scope, i)
	if err != nil {
		return d, err
	}
	w, err := s.workTx(tx, who, o)
	if err != nil {
		return d, err
	}
	d = Detail{Outage: w.named(o), Actions: w.actions()}
	if d.Limits, err = w.limitsTx(); err != nil {
		return d, err
	}
	if d.Reports, err = w.reportsTx(); err != nil {
		return d, err
	}
	if d.Key, err = w.keyCustomersTx(); err != nil {
		return d, err
	}
	d.Events, err = w.eventsTx()
	return d, err
}

// named puts names to what an outage refers to.
func (w *work) named(o Outage) Outage {
	o = o.show(w.tx.Now())
	if u, ok := w.units.Get(o.UnitID); ok {
		o.UnitName = u.ShortName
	}
	if c, ok := causeOf(o.Cause); ok {
		o.CauseName = c.name(w.who.Locale)
	}
	return o
}

// actions are the steps the reader may take now.
func (w *work) actions() []Action {
	all := []Action{}
	for a, m := range moves {
		who, may := w.who.May(permissionOf(a))
		if may && who.Scope.Has(w.OrgID) && w.can(a) && (!m.working || who.Works(w.units, w.UnitID, id.ID{})) {
			all = append(all, a)
		}
	}
	slices.Sort(all)
	return all
}

// reportsTx are the cases, as the reader may see them.
func (w *work) reportsTx() ([]Report, error) {
	all := []Report{}
	who, may := w.who.May(feedback.PermList)
	if !may || !who.Scope.Has(w.OrgID) {
		return all, nil
	}
	rows, err := casesOf(w.tx, w.Outage)
	if err != nil {
		return nil, err
	}
	ids := make([]id.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.CaseID
	}
	cases, err := w.Feedback.SeenTx(w.tx, who, w.OrgID, ids)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		i := slices.IndexFunc(cases, func(c feedback.Case) bool { return c.ID == r.CaseID })
		if i < 0 {
			continue
		}
		x := Report{Case: cases[i]}
		if r.Problem != "" {
			x.Problem = w.Text(w.who.Locale, r.Problem, nil)
		}
		all = append(all, x)
	}
	return all, nil
}

// keyCustomersTx are the key customers behind the outage, with their managers.
func (w *work) keyCustomersTx() ([]KeyCustomer, error) {
	ids, err := w.keyTx()
	if err != nil {
		return nil, err
	}
	refs, err := w.Deps.Customers.RefsTx(w.tx, db.ScopeOf(w.OrgID), ids...)
	if err != nil {
		return nil, err
	}
	managers, err := w.Deps.Customers.ManagersTx(w.tx, w.OrgID, ids...)
	if err != nil {
		return nil, err
	}
	var people []id.ID
	for _, m := range managers {
		people = append(people, m)
	}
	names, err := w.Users.NamesTx(w.tx, people)
	sight, all := customer.SightOf(w.tx.Context()), []KeyCustomer{}
	for _, i := range ids {
		if r, ok := refs[i]; ok {
			all = append(all, KeyCustomer{ID: i, CustomerNo: r.CustomerNo, Name: sight.Name(r.OrgID, r.ID, r.Kind, r.Name), ManagerName: names[managers[i]]})
		}
	}
	return all, err
}

func (w *work) eventsTx() ([]Event, error) {
	rows, err := eventsOf(w.tx, w.Outage)
	if err != nil {
		return nil, err
	}
	sight, all := customer.SightOf(w.tx.Context()), make([]Event, len(rows))
	for i, r := range rows {
		e := Event{ID: r.ID, At: r.At, Kind: r.Kind, State: r.State, ActorID: r.ActorID, ActorName: r.ActorName}
		if err := json.Unmarshal([]byte(r.Params), &e.Params); err != nil {
			return nil, fmt.Errorf("outage event %s: %w", r.ID, err)
		}
		if err := w.keys.Open(id.ID{}, wordsPlace(r.ID), r.Sealed, &e.Text); err != nil {
			return nil, err
		}
		e.Text = sight.Text(w.OrgID, id.ID{}, r.ActorID, e.Text)
		if u, ok := w.units.Get(e.UnitID); ok {
			e.UnitName = u.ShortName
		}
		all[i] = e
	}
	return all, nil
}
