package incident

import (
	"context"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Filter chooses incidents; everything given must hold.
type Filter struct {
	OrgID         id.ID    `query:"org_id" doc:"one company"`
	States        []State  `query:"state" maxItems:"6" enum:"opened,reported,concluded,submitted,closed,dismissed"`
	Grades        []string `query:"grade" maxItems:"20" doc:"codes"`
	ResponsibleID id.ID    `query:"responsible_id" doc:"the unit that is responsible"`
	PersonID      id.ID    `query:"person_id" doc:"who is responsible; needs incident.person"`
	OwnerID       id.ID    `query:"owner_id"`
	CaseID        id.ID    `query:"case_id"`
	Mine          bool     `query:"mine" doc:"to be reported and investigated, or opened, by the caller"`
	Overdue       bool     `query:"overdue" doc:"not reported, or a measure not taken, and its time is over"`
	Late          bool     `query:"late" doc:"reported after its time, or not yet and it is over"`
	KnownFrom     string   `query:"known_from" maxLength:"10" doc:"known from this day, YYYY-MM-DD"`
	KnownTo       string   `query:"known_to" maxLength:"10" doc:"last day"`
	Query         string   `query:"q" maxLength:"100" doc:"a part of the number of incident or case"`
}

// Sort is an order of the list.
type Sort string

var sorts = map[Sort]string{"known_at": "known_at", "grade": "grade_rank"}

// by is the column sorted by, and whether it is reversed.
func (s Sort) by() (column string, descending bool) {
	name, descending := strings.CutPrefix(string(s), "-")
	return sorts[Sort(name)], descending
}

// value is what an incident is sorted by.
func (n Incident) value(s Sort) int64 {
	if column, _ := s.by(); column == "grade_rank" {
		return int64(n.Rank)
	}
	return int64(n.KnownAt)
}

// ListInput asks for a page.
type ListInput struct {
	Filter
	Sort   Sort
	Cursor string
	Limit  int
}

// spot is where a page begins.
type spot struct {
	Value int64
	ID    id.ID
}

// List gives a page of incidents. Errors: validation, page.ErrCursor, access.ErrForbidden.
func (s *Service) List(ctx context.Context, in ListInput) (all []Incident, next string, err error) {
	who, scope, err := in.allow(ctx, PermList)
	if err != nil {
		return nil, "", err
	}
	name := "incident.list " + string(in.Sort)
	var after spot
	begun, err := s.Cursors.Decode(name, in.Cursor, &after.Value, &after.ID)
	if err != nil || len(scope.Orgs()) == 0 {
		return []Incident{}, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		q, err := in.query(tx, who)
		if err != nil {
			return err
		}
		rows, err := listIncidents(tx, scope, q, in.Sort, after, begun, in.Limit+1)
		if err != nil {
			return err
		}
		if len(rows) > in.Limit {
			rows = rows[:in.Limit]
			last := rows[in.Limit-1]
			if next, err = s.Cursors.Encode(name, last.value(in.Sort), last.ID); err != nil {
				return err
			}
		}
		all, err = s.showTx(tx, who, rows)
		return err
	})
	return all, next, err
}

// allow gives the caller with a permission and where he may ask for this: of who is
// responsible not everybody may.
func (f Filter) allow(ctx context.Context, permission string) (who access.Who, scope db.Scope, err error) {
	if who, err = access.Allow(ctx, permission); err != nil {
		return who, scope, err
	}
	if scope = who.Scope.Narrow(f.OrgID); f.PersonID.IsZero() {
		return who, scope, nil
	}
	sees, err := access.Allow(ctx, PermPerson)
	return who, both(scope, sees.Scope), err
}

// both are the companies of two scopes.
func both(a, b db.Scope) db.Scope {
	var orgs []id.ID
	for _, org := range a.Orgs() {
		if b.Has(org) {
			orgs = append(orgs, org)
		}
	}
	return db.ScopeOf(orgs...)
}

// query turns the filter into conditions. Errors: validation.
func (f Filter) query(tx *db.Tx, who access.Who) (*db.Query, error) {
	var v fault.Validation
	from, until := when.Between(&v, "known_from", f.KnownFrom, "known_to", f.KnownTo)
	q := new(db.Query)
	where := func(asked bool, cond string, args ...any) {
		if asked {
			q.Where(cond, args...)
		}
	}
	if len(f.States) > 0 {
		db.In(q, "state", f.States)
	}
	if len(f.Grades) > 0 {
		db.In(q, "grade", f.Grades)
	}
	where(!f.ResponsibleID.IsZero(), "responsible_id = ?", f.ResponsibleID)
	where(!f.PersonID.IsZero(), "person_id = ?", f.PersonID)
	where(!f.OwnerID.IsZero(), "owner_id = ?", f.OwnerID)
	where(!f.CaseID.IsZero(), "case_id = ?", f.CaseID)
	where(f.Mine, "(owner_id = ? OR registrar_id = ?)", who.UserID, who.UserID)
	where(f.Overdue, overdue, tx.Now(), tx.Now())
	where(f.Late, "(late OR state = 'opened' AND due_at < ?)", tx.Now())
	where(from != 0, "known_at >= ?", from)
	where(until != 0, "known_at < ?", until)
	number := strings.ToUpper(strings.TrimSpace(f.Query))
	position := tx.Dialect().Position
	where(number != "", "("+position("incident_no", "?")+" > 0 OR "+position("case_no", "?")+" > 0)", number, number)
	return q, v.Err()
}

// overdue is what Incident.overdue tells, of two moments that are now.
const overdue = "(state = 'opened' AND due_at < ? OR state IN ('reported', 'concluded') AND measure_due_at < ?)"

// maxFound bounds what Find gives.
const maxFound = 5

// Find looks for incidents by a part of their number; anything else finds none.
func (s *Service) Find(ctx context.Context, q string, limit int) ([]Incident, error) {
	if q = strings.ToUpper(strings.TrimSpace(q)); !strings.HasPrefix(q, numberPrefix) || len(q) == len(numberPrefix) {
		return nil, nil
	}
	all, _, err := s.List(ctx, ListInput{Filter: Filter{Query: q}, Sort: "-known_at", Limit: min(limit, maxFound)})
	return all, err
}

// Counts are the figures above the list, up to a thousand each.
type Counts struct {
	Mine      int64 `json:"mine" doc:"not ended, of the caller"`
	Opened    int64 `json:"opened" doc:"to be reported upward"`
	Overdue   int64 `json:"overdue"`
	Submitted int64 `json:"submitted" doc:"wait to be closed"`
}

// Counts counts what waits.
func (s *Service) Counts(ctx context.Context, org id.ID) (c Counts, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return c, err
	}
	return c, s.DB.Read(ctx, func(tx *db.Tx) error {
		for _, x := range []struct {
			to *int64
			f  Filter
		}{{&c.Mine, Filter{Mine: true, States: []State{Opened, Reported, Concluded, Submitted}}}, {&c.Opened, Filter{States: []State{Opened}}}, {&c.Overdue, Filter{Overdue: true}}, {&c.Submitted, Filter{States: []State{Submitted}}}} {
			q, err := x.f.query(tx, who)
			if err != nil {
				return err
			}
			if *x.to, err = countIncidents(tx, who.Scope.Narrow(org), q); err != nil {
				return err
			}
		}
		return nil
	})
}
