package promise

import (
	"cmp"
	"context"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// By is what figures are grouped by.
type By string

// The groupings.
const (
	ByType   By = "type"
	ByUnit   By = "unit"
	ByPerson By = "person"
)

// Group is how promises of a group stand. What awaits an approval or was refused was
// never promised and is not counted.
type Group struct {
	Type      string `json:"type,omitempty" doc:"the code, of figures by type"`
	ID        id.ID  `json:"id,omitzero" doc:"the unit or person"`
	Name      string `json:"name" doc:"in the reader's language"`
	Made      int64  `json:"made"`
	Open      int64  `json:"open" doc:"whose time is not over"`
	Overdue   int64  `json:"overdue" doc:"open, and their time is over"`
	Kept      int64  `json:"kept" doc:"in time"`
	Late      int64  `json:"late"`
	Broken    int64  `json:"broken"`
	Withdrawn int64  `json:"withdrawn"`
	Rate      int    `json:"rate" doc:"kept in time of those whose time has come, in thousandths; -1: none has"`
}

// Figures are the promises made in a time.
type Figures struct {
	Total  Group   `json:"total"`
	Groups []Group `json:"groups" nullable:"false" doc:"those that keep least first"`
}

// FiguresInput asks for figures; only promises that meet the filter count.
type FiguresInput struct {
	Filter
	By By
}

// Figures tells how promises are kept, by unit, person or type. Errors: validation.
func (s *Service) Figures(ctx context.Context, in FiguresInput) (f Figures, err error) {
	who, err := access.Allow(ctx, PermFigures)
	if err != nil {
		return f, err
	}
	scope := who.Scope.Narrow(in.OrgID)
	f.Groups = []Group{}
	return f, s.DB.Read(ctx, func(tx *db.Tx) error {
		q, err := s.queryTx(tx, who, scope, in.Filter)
		if err != nil {
			return err
		}
		rows, err := tallyPromises(tx, scope, q, in.By)
		if err != nil {
			return err
		}
		f = fold(rows)
		return s.nameTx(tx, who, scope, in.By, f.Groups)
	})
}

// fold adds up tallies by group.
func fold(rows []tally) (f Figures) {
	f.Groups = []Group{}
	at := map[tally]int{}
	for _, r := range rows {
		if r.State == Awaiting || r.State == Refused {
			continue
		}
		key := tally{Type: r.Type, UnitID: r.UnitID, OwnerID: r.OwnerID}
		i, known := at[key]
		if !known {
			i = len(f.Groups)
			at[key] = i
			f.Groups = append(f.Groups, Group{Type: r.Type, ID: cmp.Or(r.UnitID, r.OwnerID)})
		}
		f.Groups[i].add(r)
		f.Total.add(r)
	}
	f.Total.rate()
	for i := range f.Groups {
		f.Groups[i].rate()
	}
	return f
}

func (g *Group) add(r tally) {
	g.Made += r.N
	switch r.State {
	case Open:
		g.Open += r.N - r.Overdue
		g.Overdue += r.Overdue
	case Kept:
		g.Kept += r.N
	case Late:
		g.Late += r.N
	case Broken:
		g.Broken += r.N
	case Withdrawn:
		g.Withdrawn += r.N
	}
}

func (g *Group) rate() {
	g.Rate = -1
	if come := g.Kept + g.Late + g.Broken + g.Overdue; come > 0 {
		g.Rate = int(g.Kept * 1000 / come)
	}
}

// nameTx names the groups and puts those first that keep least.
func (s *Service) nameTx(tx *db.Tx, who access.Who, scope db.Scope, by By, groups []Group) error {
	name, err := s.namerTx(tx, who, scope, by, groups)
	if err != nil {
		return err
	}
	for i := range groups {
		groups[i].Name = name(groups[i])
	}
	slices.SortStableFunc(groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(uint(a.Rate), uint(b.Rate)), cmp.Compare(b.Made, a.Made), cmp.Compare(a.Name, b.Name)) // -1 last
	})
	return nil
}

func (s *Service) namerTx(tx *db.Tx, who access.Who, scope db.Scope, by By, groups []Group) (func(Group) string, error) {
	switch by {
	case ByUnit:
		units, err := s.Orgs.TreeTx(tx)
		return func(g Group) string { o, _ := units.Get(g.ID); return o.ShortName }, err
	case ByPerson:
		ids := make([]id.ID, len(groups))
		for i, g := range groups {
			ids[i] = g.ID
		}
		names, err := s.Users.NamesTx(tx, ids)
		return func(g Group) string { return names[g.ID] }, err
	}
	names := map[string]string{}
	for _, org := range scope.Orgs() {
		b, err := bookTx(tx, org)
		if err != nil {
			return nil, err
		}
		for _, code := range b.codes() {
			names[code] = cmp.Or(names[code], b.typeOn(code, tx.Now().Day()).name(who.Locale))
		}
	}
	return func(g Group) string { return names[g.Type] }, nil
}
