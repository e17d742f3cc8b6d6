package promise

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Filter chooses promises; everything given must hold.
type Filter struct {
	OrgID      id.ID    `query:"org_id" doc:"one company"`
	States     []State  `query:"state" maxItems:"7" enum:"awaiting,open,kept,late,broken,withdrawn,refused"`
	Types      []string `query:"type" maxItems:"20" doc:"codes"`
	UnitID     id.ID    `query:"unit_id" doc:"with all below it"`
	OwnerID    id.ID    `query:"owner_id"`
	Mine       bool     `query:"mine" doc:"kept or made by the caller"`
	Overdue    bool     `query:"overdue" doc:"open, and its time is over"`
	DueToday   bool     `query:"due_today"`
	Above      bool     `query:"above" doc:"beyond the floor"`
	Key        bool     `query:"key" doc:"made to key customers; needs promise.figures"`
	CustomerID id.ID    `query:"customer_id"`
	SourceID   id.ID    `query:"source_id" doc:"the case, reception or contact it was made in"`
	MadeFrom   string   `query:"made_from" maxLength:"10" doc:"made from this day, YYYY-MM-DD"`
	MadeTo     string   `query:"made_to" maxLength:"10" doc:"last day"`
	Query      string   `query:"q" maxLength:"100" doc:"number of promise or case, or words of the customer"`
}

// Sort is an order of the list.
type Sort string

var sorts = map[Sort]string{"made_at": "made_at", "due_at": "due_at"}

// by is the column sorted by, and whether it is reversed.
func (s Sort) by() (column string, descending bool) {
	name, descending := strings.CutPrefix(string(s), "-")
	return sorts[Sort(name)], descending
}

// value is what a promise is sorted by.
func (p Promise) value(s Sort) int64 {
	if column, _ := s.by(); column == "due_at" {
		return int64(p.DueAt)
	}
	return int64(p.MadeAt)
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

// List gives a page of promises. Errors: validation, page.ErrCursor, access.ErrForbidden.
func (s *Service) List(ctx context.Context, in ListInput) (all []Promise, next string, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return nil, "", err
	}
	scope, err := in.scope(ctx, who)
	if err != nil {
		return nil, "", err
	}
	name := "promise.list " + string(in.Sort)
	var after spot
	begun, err := s.Cursors.Decode(name, in.Cursor, &after.Value, &after.ID)
	if err != nil || len(scope.Orgs()) == 0 {
		return []Promise{}, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		q, err := s.queryTx(tx, who, scope, in.Filter)
		if err != nil {
			return err
		}
		rows, err := listPromises(tx, scope, q, in.Sort, after, begun, in.Limit+1)
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

// maxFound bounds what Find gives.
const maxFound = 5

// Find looks for promises by a part of their number; anything else finds none.
func (s *Service) Find(ctx context.Context, q string, limit int) ([]Promise, error) {
	if q = strings.ToUpper(strings.TrimSpace(q)); !strings.HasPrefix(q, numberPrefix) || !numberish.MatchString(q) {
		return nil, nil
	}
	all, _, err := s.List(ctx, ListInput{Filter: Filter{Query: q}, Sort: "-made_at", Limit: min(limit, maxFound)})
	return all, err
}

// scope is where the caller may ask for this: key customers are for managers.
func (f Filter) scope(ctx context.Context, who access.Who) (db.Scope, error) {
	if !f.Key {
		return who.Scope.Narrow(f.OrgID), nil
	}
	manages, err := access.Allow(ctx, PermFigures)
	return manages.Scope.Narrow(f.OrgID), err
}

var numberish = regexp.MustCompile(`^[0-9A-Za-z-]*[0-9]{3,}[0-9-]*$`)

// queryTx turns the filter into conditions.
func (s *Service) queryTx(tx *db.Tx, who access.Who, scope db.Scope, f Filter) (q *db.Query, err error) {
	var v fault.Validation
	from, until := when.Between(&v, "made_from", f.MadeFrom, "made_to", f.MadeTo)
	if err := v.Err(); err != nil {
		return nil, err
	}
	q = new(db.Query)
	where := func(asked bool, cond string, args ...any) {
		if asked {
			q.Where(cond, args...)
		}
	}
	if len(f.States) > 0 {
		db.In(q, "state", f.States)
	}
	if len(f.Types) > 0 {
		db.In(q, "type", f.Types)
	}
	where(f.Overdue || f.DueToday, "state = 'open'")
	where(f.Overdue, "due_at < ?", tx.Now())
	where(f.DueToday, "due_at >= ? AND due_at < ?", tx.Now(), midnightAfter(tx.Now()))
	where(f.Mine, "(owner_id = ? OR maker_id = ?)", who.UserID, who.UserID)
	where(!f.OwnerID.IsZero(), "owner_id = ?", f.OwnerID)
	where(f.Above, "above")
	where(!f.CustomerID.IsZero(), "customer_id = ?", f.CustomerID)
	where(!f.SourceID.IsZero(), "source_id = ?", f.SourceID)
	where(from != 0, "made_at >= ?", from)
	where(until != 0, "made_at < ?", until)
	if err := s.belowTx(tx, q, f.UnitID); err != nil {
		return nil, err
	}
	if err := s.keyTx(tx, q, scope, f.Key); err != nil {
		return nil, err
	}
	return q, s.wordsTx(tx, q, scope, strings.TrimSpace(f.Query))
}

// belowTx asks for a unit with all below it.
func (s *Service) belowTx(tx *db.Tx, q *db.Query, unit id.ID) error {
	if unit.IsZero() {
		return nil
	}
	units, err := s.Orgs.TreeTx(tx)
	if err != nil {
		return err
	}
	var ids []id.ID
	for _, o := range units.Subtree(unit) {
		ids = append(ids, o.ID)
	}
	db.In(q, "unit_id", ids)
	return nil
}

// keyTx asks for promises to key customers.
func (s *Service) keyTx(tx *db.Tx, q *db.Query, scope db.Scope, asked bool) error {
	if !asked {
		return nil
	}
	var all []id.ID
	for _, org := range scope.Orgs() {
		some, err := s.KeyCustomersTx(tx, org)
		if err != nil {
			return err
		}
		all = append(all, some...)
	}
	db.In(q, "customer_id", all)
	return nil
}

// maxKey bounds the key customers of a company: they are few, or the class says nothing.
const maxKey = 5000

// KeyCustomersTx are the key customers of a company.
func (s *Service) KeyCustomersTx(tx *db.Tx, org id.ID) ([]id.ID, error) {
	k, err := keyClassesOf(tx, org)
	if err != nil {
		return nil, err
	}
	return s.keyCustomersTx(tx, k)
}

// keyCustomersTx are the customers of some classes. Errors: validation.
func (s *Service) keyCustomersTx(tx *db.Tx, k KeyClasses) (all []id.ID, err error) {
	for _, class := range k.Classes {
		some, err := s.Customers.ChosenTx(tx, k.OrgID, customer.Filter{OrgID: k.OrgID, Classes: []string{class}}, maxKey)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, id.ID.Compare)
	return slices.Compact(all), nil
}

// wordsTx asks for a number, or else for customers.
func (s *Service) wordsTx(tx *db.Tx, q *db.Query, scope db.Scope, text string) error {
	if text == "" {
		return nil
	}
	if numberish.MatchString(text) {
		position := tx.Dialect().Position
		q.Where("("+position("promise_no", "?")+" > 0 OR "+position("source_no", "?")+" > 0)", text, text)
		return nil
	}
	customers, err := s.Customers.FoundTx(tx, scope, text)
	db.In(q, "customer_id", customers)
	return err
}

func midnightAfter(now when.Instant) when.Instant {
	y, m, d := now.Time().Date()
	return when.At(time.Date(y, m, d+1, 0, 0, 0, 0, when.Zone))
}

// Counts are the figures above the list, up to a thousand each.
type Counts struct {
	Mine     int64 `json:"mine" doc:"open, kept or made by the caller"`
	Awaiting int64 `json:"awaiting" doc:"wait for an approval"`
	Overdue  int64 `json:"overdue"`
	DueToday int64 `json:"due_today"`
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
		}{{&c.Mine, Filter{Mine: true, States: []State{Awaiting, Open}}}, {&c.Awaiting, Filter{States: []State{Awaiting}}}, {&c.Overdue, Filter{Overdue: true}}, {&c.DueToday, Filter{DueToday: true}}} {
			scope := who.Scope.Narrow(org)
			q, err := s.queryTx(tx, who, scope, x.f)
			if err != nil {
				return err
			}
			if *x.to, err = countPromises(tx, scope, q); err != nil {
				return err
			}
		}
		return nil
	})
}
