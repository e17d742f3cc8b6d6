package outage

import (
	"context"
	"regexp"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Filter chooses outages; everything given must hold.
type Filter struct {
	OrgID   id.ID    `query:"org_id" doc:"one company"`
	States  []State  `query:"state" maxItems:"6" enum:"reported,dispatched,arrived,restored,closed,cancelled"`
	UnitID  id.ID    `query:"unit_id" doc:"with all below it"`
	Areas   []string `query:"area" maxItems:"3" enum:"urban,rural,remote"`
	Overdue bool     `query:"overdue" doc:"under way, and its time is over"`
	Late    bool     `query:"late" doc:"the crew came, or supply was back, after its time"`
	Query   string   `query:"q" maxLength:"100" doc:"a part of its number, or of the place's number or name"`
}

// Sort is an order of the list.
type Sort string

var sorts = map[Sort]string{"urgency": "urgency", "reported_at": "reported_at"}

// by is the column sorted by, and whether it is reversed.
func (s Sort) by() (column string, descending bool) {
	name, descending := strings.CutPrefix(string(s), "-")
	return sorts[Sort(name)], descending
}

// value is what an outage is sorted by.
func (o Outage) value(s Sort) int64 {
	if column, _ := s.by(); column == "reported_at" {
		return int64(o.ReportedAt)
	}
	return o.Urgency
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

// List gives a page of outages. Errors: page.ErrCursor, access.ErrForbidden.
func (s *Service) List(ctx context.Context, in ListInput) (all []Outage, next string, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return nil, "", err
	}
	scope, name := who.Scope.Narrow(in.OrgID), "outage.list "+string(in.Sort)
	var after spot
	begun, err := s.Cursors.Decode(name, in.Cursor, &after.Value, &after.ID)
	if err != nil || len(scope.Orgs()) == 0 {
		return []Outage{}, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		w := &work{Service: s, tx: tx, who: who}
		if w.units, err = s.Orgs.TreeTx(tx); err != nil {
			return err
		}
		all, err = listOutages(tx, scope, w.query(in.Filter), in.Sort, after, begun, in.Limit+1)
		if err != nil {
			return err
		}
		if len(all) > in.Limit {
			all = all[:in.Limit]
			last := all[in.Limit-1]
			if next, err = s.Cursors.Encode(name, last.value(in.Sort), last.ID); err != nil {
				return err
			}
		}
		for i, o := range all {
			all[i] = w.named(o)
		}
		return nil
	})
	return all, next, err
}

// maxFound bounds what Find gives.
const maxFound = 5

// numberish is a part of a number that tells outages from other things.
var numberish = regexp.MustCompile(`^` + numberPrefix + `[0-9-]*$`)

// Find looks for outages by the beginning of their number; anything else finds none.
func (s *Service) Find(ctx context.Context, q string, limit int) ([]Outage, error) {
	if q = strings.ToUpper(strings.TrimSpace(q)); !numberish.MatchString(q) {
		return nil, nil
	}
	all, _, err := s.List(ctx, ListInput{Filter: Filter{Query: q}, Sort: "-reported_at", Limit: min(limit, maxFound)})
	return all, err
}

// query turns the filter into conditions.
func (w *work) query(f Filter) *db.Query {
	q := new(db.Query)
	where := func(asked bool, cond string, args ...any) {
		if asked {
			q.Where(cond, args...)
		}
	}
	if len(f.States) > 0 {
		db.In(q, "state", f.States)
	}
	if len(f.Areas) > 0 {
		db.In(q, "area", f.Areas)
	}
	if !f.UnitID.IsZero() {
		var ids []id.ID
		for _, o := range w.units.Subtree(f.UnitID) {
			ids = append(ids, o.ID)
		}
		db.In(q, "unit_id", ids)
	}
	where(f.Overdue, "ended_at = 0 AND restored_at = 0 AND due_at < ?", w.tx.Now())
	where(f.Late, "late")
	text, position := strings.TrimSpace(f.Query), w.tx.Dialect().Position
	where(text != "", "("+position("outage_no", "?")+" > 0 OR "+position("place_no", "?")+" > 0 OR "+position("place_name", "?")+" > 0)", text, text, text)
	return q
}
