package incident

import (
	"context"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/rule"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Detail is an incident with its measures and steps.
type Detail struct {
	Incident
	Terms   Terms     `json:"terms" doc:"of the grade it has"`
	Head    rule.Head `json:"head"`
	Plan    []Measure `json:"plan" nullable:"false" doc:"the measures"`
	Actions []Action  `json:"actions" nullable:"false" doc:"steps the caller may take now"`
	Higher  bool      `json:"higher" doc:"the caller is at home higher, and may lower the grade"`
	Events  []Event   `json:"events" nullable:"false" doc:"the newest first"`
}

// Get gives an incident. Error: db.ErrNotFound.
func (s *Service) Get(ctx context.Context, i id.ID) (d Detail, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return d, err
	}
	return d, s.DB.Read(ctx, func(tx *db.Tx) error { d, err = s.detailTx(tx, who, i); return err })
}

func (s *Service) detailTx(tx *db.Tx, who access.Who, i id.ID) (d Detail, err error) {
	r, err := incidentByID(tx, who.Scope, i)
	if err != nil {
		return d, err
	}
	w, err := s.workTx(tx, who, r)
	if err != nil {
		return d, err
	}
	v := viewer{units: w.units, who: who, sight: customer.SightOf(tx.Context()), tx: tx}
	rule, _ := grades.Find(r.Rule)
	d = Detail{Incident: v.show(w.Incident), Terms: rule.Params, Head: rule.Head, Plan: w.showMeasures(v), Actions: w.actions(), Higher: w.above(who.HomeOrgID)}
	d.Events, err = w.eventsTx(v)
	return d, err
}

// seesPerson tells whether the reader may see and name who is responsible.
func (w *work) seesPerson() bool { return seesPerson(w.who, w.OrgID) }

func seesPerson(who access.Who, org id.ID) bool {
	may, _ := who.May(PermPerson)
	return may.Scope.Has(org)
}

// actions are the steps the reader may take now.
func (w *work) actions() []Action {
	all := []Action{}
	for a := range moves {
		who, may := w.who.May(permissionOf(a))
		if may && who.Scope.Has(w.OrgID) && w.can(a) && w.allowed(a, who) == nil {
			all = append(all, a)
		}
	}
	slices.Sort(all)
	return all
}

// viewer shows incidents to a reader.
type viewer struct {
	units *org.Tree
	who   access.Who
	sight customer.Sight
	tx    *db.Tx
}

// show is an incident as the reader may see it.
func (v viewer) show(n Incident) Incident {
	n.Overdue = n.overdue(v.tx.Now())
	if n.MeasureDueAt == never {
		n.MeasureDueAt = 0
	}
	n.GradeName = gradeName(n.Grade, v.who.Locale)
	n.UnitName, n.ResponsibleName = v.unit(n.UnitID), v.unit(n.ResponsibleID)
	if !seesPerson(v.who, n.OrgID) {
		n.PersonID, n.PersonName = id.ID{}, ""
	}
	for _, text := range []*string{&n.Title, &n.Text, &n.Cause} {
		*text = v.text(n, n.RegistrarID, *text)
	}
	return n
}

func (v viewer) unit(i id.ID) string {
	o, _ := v.units.Get(i)
	return o.ShortName
}

// text shows what somebody wrote about an incident.
func (v viewer) text(n Incident, author id.ID, text string) string {
	return v.sight.Text(n.OrgID, n.CustomerID, author, text)
}

func (w *work) showMeasures(v viewer) []Measure {
	all := make([]Measure, len(w.measures))
	who, may := w.who.May(PermKeep)
	mine := *w
	mine.who = who
	for i, m := range w.measures {
		m.Overdue = m.State == MeasureOpen && m.DueAt < w.tx.Now()
		m.Yours = may && who.Scope.Has(w.OrgID) && m.State == MeasureOpen && w.can(Keep) && mine.takes(m)
		m.Text, m.Proof = v.text(w.Incident, m.OwnerID, m.Text), v.text(w.Incident, m.OwnerID, m.Proof)
		all[i] = m
	}
	return all
}

func (w *work) eventsTx(v viewer) ([]Event, error) {
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
	all := make([]Event, len(rows))
	for i, r := range rows {
		if err := keys.Open(r.OriginID, wordsPlace(r.ID), r.Sealed, &r.Text); err != nil {
			return nil, err
		}
		r.Text = v.text(w.Incident, r.ActorID, r.Text)
		if r.Grade != "" {
			r.GradeName = gradeName(r.Grade, w.who.Locale)
		}
		all[i] = r.Event
	}
	return all, nil
}

// showTx opens incidents for a reader, in their order.
func (s *Service) showTx(tx *db.Tx, who access.Who, rows []row) ([]Incident, error) {
	units, err := s.Orgs.TreeTx(tx)
	if err != nil {
		return nil, err
	}
	origins, keys := map[id.ID][]id.ID{}, map[id.ID]customer.Sealers{}
	for _, r := range rows {
		origins[r.OrgID] = append(origins[r.OrgID], r.OriginID)
	}
	for org, some := range origins {
		if keys[org], err = s.Customers.SealersTx(tx, org, some...); err != nil {
			return nil, err
		}
	}
	v, all := viewer{units: units, who: who, sight: customer.SightOf(tx.Context()), tx: tx}, make([]Incident, len(rows))
	for i, r := range rows {
		if err := keys[r.OrgID].Open(r.OriginID, bodyPlace(r.ID), r.Sealed, &r.Body); err != nil {
			return nil, err
		}
		all[i] = v.show(r.Incident)
	}
	return all, nil
}

// Grades lists the grades of today, the gravest first.
func (s *Service) Grades(ctx context.Context) ([]Grade, error) {
	_, err := access.Allow(ctx, PermList)
	return gradesOn(s.DB.Now().Day()), err
}

// For is what people are asked for.
type For string

// What people do with incidents.
const (
	ToReport For = "report"
	ToKeep   For = "keep"
	ToBlame  For = "person"
)

// People lists who reports incidents of a company, takes measures, or may be named
// responsible. Error: db.ErrOrgRequired.
func (s *Service) People(ctx context.Context, org id.ID, to For) (all []access.Worker, err error) {
	_, org, err = access.AllowOne(ctx, PermList, org)
	if err != nil {
		return nil, err
	}
	permission := map[For]string{ToReport: PermReport, ToKeep: PermKeep, ToBlame: task.PermList}[to]
	return all, s.DB.Read(ctx, func(tx *db.Tx) error {
		people, err := s.Users.WorkersTx(tx, permission, org)
		all = append([]access.Worker{}, people...)
		return err
	})
}

// NumbersTx gives the numbers of incidents, for other modules that name them.
func (s *Service) NumbersTx(tx *db.Tx, scope db.Scope, incidents []id.ID) (map[id.ID]string, error) {
	rows, err := numbersOf(tx, scope, incidents)
	numbers := make(map[id.ID]string, len(rows))
	for _, r := range rows {
		numbers[r.ID] = r.IncidentNo
	}
	return numbers, err
}
