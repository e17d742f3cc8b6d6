package incident

import (
	"cmp"
	"context"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// By is what incidents are counted by.
type By string

// The groupings.
const (
	ByUnit   By = "unit"
	ByPerson By = "person"
)

// Group is how many incidents a unit or person is responsible for. What was dismissed is
// not counted.
type Group struct {
	ID           id.ID            `json:"id,omitzero" doc:"the unit or person; absent: nobody was named"`
	Name         string           `json:"name"`
	All          int64            `json:"all"`
	Grades       map[string]int64 `json:"grades" doc:"by code"`
	Open         int64            `json:"open" doc:"not closed yet"`
	Late         int64            `json:"late" doc:"reported after their time, or not yet and it is over"`
	MeasuresLate int64            `json:"measures_late" doc:"measures taken after their day, or not yet and it is over"`
}

// Figures are the incidents of a time.
type Figures struct {
	Total  Group   `json:"total"`
	Groups []Group `json:"groups" nullable:"false" doc:"those with most first"`
}

// FiguresInput asks for figures; only incidents that meet the filter count.
type FiguresInput struct {
	Filter
	By By
}

// Figures counts incidents by who is responsible. By person it needs incident.person.
// Errors: validation, access.ErrForbidden.
func (s *Service) Figures(ctx context.Context, in FiguresInput) (f Figures, err error) {
	who, scope, err := in.allow(ctx, PermFigures)
	if err != nil {
		return f, err
	}
	if in.By == ByPerson {
		sees, err := access.Allow(ctx, PermPerson)
		if err != nil {
			return f, err
		}
		scope = both(scope, sees.Scope)
	}
	f.Groups = []Group{}
	return f, s.DB.Read(ctx, func(tx *db.Tx) error {
		q, err := in.query(tx, who)
		if err != nil {
			return err
		}
		rows, err := tallyIncidents(tx, scope, q, in.By)
		if err != nil {
			return err
		}
		f = fold(rows)
		return s.nameTx(tx, in.By, f.Groups)
	})
}

// fold adds up tallies by group.
func fold(rows []tally) (f Figures) {
	f.Groups = []Group{}
	f.Total.Grades = map[string]int64{}
	at := map[id.ID]int{}
	for _, r := range rows {
		i, known := at[r.ID]
		if !known {
			i = len(f.Groups)
			at[r.ID] = i
			f.Groups = append(f.Groups, Group{ID: r.ID, Grades: map[string]int64{}})
		}
		f.Groups[i].add(r)
		f.Total.add(r)
	}
	return f
}

func (g *Group) add(r tally) {
	g.All += r.N
	g.Grades[r.Grade] += r.N
	g.Open += r.Open
	g.Late += r.Late
	g.MeasuresLate += r.MeasuresLate
}

// nameTx names the groups and puts those first that have most.
func (s *Service) nameTx(tx *db.Tx, by By, groups []Group) error {
	ids := make([]id.ID, len(groups))
	for i, g := range groups {
		ids[i] = g.ID
	}
	names, err := s.Users.NamesTx(tx, ids)
	if err != nil {
		return err
	}
	units, err := s.Orgs.TreeTx(tx)
	if err != nil {
		return err
	}
	for i, g := range groups {
		if groups[i].Name = names[g.ID]; by == ByUnit {
			o, _ := units.Get(g.ID)
			groups[i].Name = o.ShortName
		}
	}
	slices.SortStableFunc(groups, func(a, b Group) int { return cmp.Or(cmp.Compare(b.All, a.All), cmp.Compare(a.Name, b.Name)) })
	return nil
}
