package supply

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// entity is a record that is made of an input.
type entity[R, I any] interface {
	completing[R]
	set(in I)
}

// noun is how one kind of record is created, read, changed and removed. All
// kinds go the same way; what differs stands in the functions, nil for nothing.
type noun[R, I any, P entity[R, I]] struct {
	table[R, P]
	object string // in the audit log: "meter"
	// personal tells that customers can be recognised in a list: it leaves under a
	// mark, or masked.
	personal bool
	path     string              // "meters"
	orders   map[string]order[P] // what lists may be sorted by
	usual    string              // the order where none is asked for
	// settle refuses unknown references and fills in what follows from them;
	// before is nil for a new record.
	settle func(s *Service, tx *db.Tx, before, r P) error
	// follow brings what hangs on the record in step; before is nil for a new
	// record, r for one that was removed.
	follow func(s *Service, tx *db.Tx, by audit.Actor, before, r P) error
	// drop takes away what belongs to a record about to be removed, or refuses.
	drop func(tx *db.Tx, r P) error
	// mask hides what the caller must not read, and keep restores what he sends
	// back as he was shown it.
	mask func(see customer.Sight, r P)
	keep func(see customer.Sight, before, r P)
	// seal puts out of sight what the company's key keeps, and open brings it back.
	seal, open func(s *Service, tx *db.Tx, r P) error
	// names tells what a list shows in place of the identifiers in records of one
	// company.
	names func(s *Service, tx *db.Tx, see customer.Sight, org id.ID, records []P) error
}

// order is a column lists may be sorted by.
type order[P any] struct {
	column string
	value  func(P) any // string or int64
}

// op is the ID of an operation that needs the permission.
func (n noun[R, I, P]) op(permission string) string {
	if n.object == objectAccount {
		return permission
	}
	return permission + "." + n.object
}

func (n noun[R, I, P]) shown(ctx context.Context, r P) P {
	if n.mask != nil {
		n.mask(customer.SightOf(ctx), r)
	}
	return r
}

// read is get with what is sealed opened. Error: db.ErrNotFound.
func (n noun[R, I, P]) read(tx *db.Tx, s *Service, scope db.Scope, i id.ID) (P, error) {
	r, err := n.get(tx, scope, i)
	if err == nil && n.open != nil {
		err = n.open(s, tx, r)
	}
	return r, err
}

// create adds a record to a company. Errors: validation, a taken number,
// db.ErrOrgRequired, db.ErrKeyReused.
func create[R, I any, P entity[R, I]](ctx context.Context, s *Service, n noun[R, I, P], org id.ID, key string, in I) (r P, err error) {
	who, org, err := access.AllowOne(ctx, PermCreate, org)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return nil, fmt.Errorf("supply: %w", err)
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		once := db.Once{OrgID: org, UserID: who.UserID, Action: n.op(PermCreate), Key: key, Body: body}
		made, repeated, err := tx.Once(once, func() (id.ID, error) {
			r = P(new(R))
			r.set(in)
			r.head().begin(tx, org)
			return r.head().ID, add(tx, s, n, who.Actor(), r)
		})
		if err == nil && repeated {
			r, err = n.read(tx, s, who.Scope, made)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return n.shown(ctx, r), nil
}

func add[R, I any, P entity[R, I]](tx *db.Tx, s *Service, n noun[R, I, P], by audit.Actor, r P) error {
	if err := prepare(tx, s, n, nil, r); err != nil {
		return err
	}
	if err := taken(n.insert(tx, r)); err != nil {
		return err
	}
	return conclude(tx, s, n, by, PermCreate, nil, r)
}

// update changes a record whose version the caller saw. Errors: db.ErrNotFound,
// db.ErrStale, and those of create.
func update[R, I any, P entity[R, I]](ctx context.Context, s *Service, n noun[R, I, P], i id.ID, version int64, in I) (r P, err error) {
	who, err := access.Allow(ctx, PermUpdate)
	if err != nil {
		return nil, err
	}
	see := customer.SightOf(ctx)
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		before, err := n.read(tx, s, who.Scope, i)
		if err != nil {
			return err
		}
		if before.head().Version != version {
			return db.ErrStale
		}
		after := *before
		r = &after
		r.set(in)
		r.head().UpdatedAt = tx.Now()
		if n.keep != nil {
			n.keep(see, before, r)
		}
		if err := prepare(tx, s, n, before, r); err != nil {
			return err
		}
		if err := taken(n.update(tx, r)); err != nil {
			return err
		}
		return conclude(tx, s, n, who.Actor(), PermUpdate, before, r)
	})
	if err != nil {
		return nil, err
	}
	return n.shown(ctx, r), nil
}

// remove removes a record that nothing refers to. Errors: db.ErrNotFound,
// db.ErrStale, db.ErrReferenced.
func remove[R, I any, P entity[R, I]](ctx context.Context, s *Service, n noun[R, I, P], i id.ID, version int64) error {
	who, err := access.Allow(ctx, PermRemove)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		before, err := n.read(tx, s, who.Scope, i)
		if err != nil {
			return err
		}
		if n.drop != nil {
			if err := n.drop(tx, before); err != nil {
				return err
			}
		}
		if err := n.remove(tx, before.head().OrgID, i, version); err != nil {
			return err
		}
		return conclude(tx, s, n, who.Actor(), PermRemove, before, nil)
	})
}

func prepare[R, I any, P entity[R, I]](tx *db.Tx, s *Service, n noun[R, I, P], before, r P) error {
	r.complete()
	err := r.validate()
	if err == nil && n.settle != nil {
		err = n.settle(s, tx, before, r)
	}
	if err == nil && n.seal != nil {
		err = n.seal(s, tx, r)
	}
	return err
}

func conclude[R, I any, P entity[R, I]](tx *db.Tx, s *Service, n noun[R, I, P], by audit.Actor, action string, before, r P) error {
	change := audit.Change{Actor: by, Action: n.op(action), ObjectType: n.object}
	for _, p := range []P{before, r} {
		if p != nil {
			change.OrgID, change.ObjectID = p.head().OrgID, p.head().ID
		}
	}
	if before != nil {
		change.Before = before
	}
	if r != nil {
		change.After = r
	}
	if err := s.Audit.RecordTx(tx, change); err != nil || n.follow == nil {
		return err
	}
	return n.follow(s, tx, by, before, r)
}

// one reads a record. Error: db.ErrNotFound.
func one[R, I any, P entity[R, I]](ctx context.Context, s *Service, n noun[R, I, P], i id.ID) (r P, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return nil, err
	}
	if err := s.DB.Read(ctx, func(tx *db.Tx) error { r, err = n.read(tx, s, who.Scope, i); return err }); err != nil {
		return nil, err
	}
	return n.shown(ctx, r), nil
}

// Listing is what every list is asked with.
type Listing struct {
	rest.Paging
	OrgID id.ID  `query:"org_id" doc:"only this company"`
	Sort  string `query:"sort" maxLength:"40" doc:"a field, with - for the greatest first"`
	// LookupID is asked for a file only.
	LookupID id.ID `query:"lookup_id" json:",omitzero" doc:"of a file: a running look-up of the caller's with the use export, whose customers stand whole in it"`
}

// readPage reads one page of a list behind a cursor, limit and one more to tell
// whether there is another. Errors: ErrSort, page.ErrCursor.
func readPage[R, I any, P entity[R, I]](tx *db.Tx, s *Service, n noun[R, I, P], scope db.Scope, asked query, cursor string, limit int) (records []R, next string, err error) {
	l := asked.listing()
	if l.Sort == "" {
		l.Sort = n.usual
	}
	field, descending := strings.CutPrefix(l.Sort, "-")
	by, ok := n.orders[field]
	if !ok {
		return nil, "", ErrSort.With("sort", field, "allowed", strings.Join(slices.Sorted(maps.Keys(n.orders)), ", "))
	}
	q := new(db.Query)
	column := by.column
	if asked.where(q) {
		column = tx.Dialect().Unsorted(column)
	}
	list := PermList + "." + n.object + " " + l.Sort
	if err := s.after(q, list, cursor, column, descending, by.value(new(R))); err != nil {
		return nil, "", err
	}
	text, args := q.PerOrg(scope.Narrow(l.OrgID), n.selecting(), "org_id", orderBy(column, descending), limit+1)
	err = tx.Select(&records, text, args...)
	for i := range records {
		if err == nil && n.open != nil {
			err = n.open(s, tx, &records[i])
		}
	}
	if err != nil || len(records) <= limit {
		return records, "", err
	}
	records = records[:limit]
	last := P(&records[limit-1])
	next, err = s.Cursors.Encode(list, by.value(last), last.head().ID)
	return records, next, err
}

func orderBy(column string, descending bool) string {
	direction := ""
	if descending {
		direction = " DESC"
	}
	if sortsByID(column) {
		return column + direction
	}
	return column + direction + ", id" + direction
}

func sortsByID(column string) bool { return strings.TrimPrefix(column, "+") == "id" }

// after adds the condition "behind the cursor".
func (s *Service) after(q *db.Query, list, cursor, column string, descending bool, kind any) error {
	compare := ">"
	if descending {
		compare = "<"
	}
	var text string
	var number int64
	var last id.ID
	var value any = &text
	if _, numeric := kind.(int64); numeric {
		value = &number
	}
	behind, err := s.Cursors.Decode(list, cursor, value, &last)
	if err != nil || !behind {
		return err
	}
	switch {
	case sortsByID(column):
		q.Where("id "+compare+" ?", last)
	case value == &text:
		q.Where("("+column+", id) "+compare+" (?, ?)", text, last)
	default:
		q.Where("("+column+", id) "+compare+" (?, ?)", number, last)
	}
	return nil
}

// prefixed keeps rows whose column begins with the text.
func prefixed(q *db.Query, column, text string) {
	if text != "" {
		q.Where(column+" >= ?", text).Where(column+" < ?", text+"\U0010FFFF")
	}
}

// equals keeps rows whose column has the value, unless it is the zero one, and
// tells whether it does.
func equals[T comparable](q *db.Query, column string, value T) bool {
	var none T
	if value != none {
		q.Where(column+" = ?", value)
	}
	return value != none
}
