package customer

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// selectOf reads columns of a table.
func selectOf(columns, table string) string { return "SELECT " + columns + " FROM " + table }

// timed is a row of a list ordered by time.
type timed interface {
	place() (when.Instant, id.ID)
}

// newest reads a page of a customer's rows that meet q, the newest first. list
// names it in cursors.
func newest[T timed](tx *db.Tx, cursors *page.Signer, list string, p Page, o owner, q *db.Query, head string) (rows []T, next string, err error) {
	return newestBy[T](tx, cursors, list, p, db.ScopeOf(o.OrgID), q, head, "at")
}

// newestBy is newest for companies of a scope, ordered by a column of time.
func newestBy[T timed](tx *db.Tx, cursors *page.Signer, list string, p Page, scope db.Scope, q *db.Query, head, column string) (rows []T, next string, err error) {
	var at int64
	var last id.ID
	ok, err := cursors.Decode(list, p.Cursor, &at, &last)
	if err != nil {
		return nil, "", err
	}
	if len(scope.Orgs()) == 0 {
		return []T{}, "", nil
	}
	if ok {
		q.Where("("+column+", id) < (?, ?)", at, last)
	}
	text, args := q.PerOrg(scope, head, "org_id", column+" DESC, id DESC", p.Limit+1)
	if err := tx.Select(&rows, text, args...); err != nil {
		return nil, "", err
	}
	if len(rows) > p.Limit {
		rows = rows[:p.Limit]
		at, last := rows[p.Limit-1].place()
		next, err = cursors.Encode(list, int64(at), last)
	}
	return rows, next, err
}

// partList is a list of what a customer has: its name in cursors, its columns and
// table, which rows, and how they are opened for the reader.
type partList[R timed, V any] struct {
	name, head string
	only       *db.Query
	open       func(tx *db.Tx, o owner, rows []R) ([]V, error)
}

// read gives a page of the list, the newest first. Error: db.ErrNotFound.
func (l partList[R, V]) read(ctx context.Context, s *Service, customer id.ID, p Page) (all []V, next string, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return nil, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		o, err := s.readOwnerTx(tx, who.Scope, customer)
		if err != nil {
			return err
		}
		var rows []R
		list := "customer." + l.name + " " + customer.String()
		rows, next, err = newest[R](tx, s.Cursors, list, p, o, l.only.Where("customer_id = ?", o.ID), l.head)
		if err != nil {
			return err
		}
		all, err = l.open(tx, o, rows)
		return err
	})
	return all, next, err
}

// ofCustomer asks for rows of one customer, partQuery of one company and customer.
func ofCustomer(o owner) *db.Query { return new(db.Query).Where("customer_id = ?", o.ID) }

func partQuery(o owner) *db.Query { return ofCustomer(o).Where("org_id = ?", o.OrgID) }

func deleteOf(tx *db.Tx, table, column string, org id.ID, q *db.Query, ids []id.ID) error {
	if len(ids) == 0 {
		return nil
	}
	text, args := db.In(q.Where("org_id = ?", org), column, ids).Text("DELETE FROM "+table, "")
	_, err := tx.Exec(text, args...)
	return err
}
