package supply

import (
	"fmt"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// table is how records of one kind are kept.
type table[R any, P recordOf[R]] struct {
	name    string
	columns string // behind those of the head
}

func (t table[R, P]) all() string { return headColumns + ", " + t.columns }

func (t table[R, P]) selecting() string { return "SELECT " + t.all() + " FROM " + t.name }

func (t table[R, P]) get(tx *db.Tx, scope db.Scope, i id.ID) (P, error) {
	r := P(new(R))
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text(t.selecting(), "")
	return r, tx.Get(r, text, args...)
}

// some reads the records named, in no order; unknown ones are left out.
func (t table[R, P]) some(tx *db.Tx, org id.ID, ids []id.ID) (records []R, err error) {
	err = inChunks(ids, func(part []id.ID) error {
		var found []R
		text, args := db.In(new(db.Query).Where("org_id = ?", org), "id", part).Text(t.selecting(), "")
		err := tx.Select(&found, text, args...)
		records = append(records, found...)
		return err
	})
	return records, err
}

// hold keeps others from changing the records named until the transaction ends.
// lock is the dialect's word for it, none where there is one writer alone.
func (t table[R, P]) hold(tx *db.Tx, lock string, org id.ID, ids []id.ID) error {
	return hold(tx, lock, t.name, org, ids)
}

// hold goes in the order of the identifiers, so that two who hold the same wait for
// each other once.
func hold(tx *db.Tx, lock, table string, org id.ID, ids []id.ID) error {
	if lock == "" {
		return nil
	}
	return inChunks(ids, func(part []id.ID) error {
		var held []id.ID
		text, args := db.In(new(db.Query).Where("org_id = ?", org), "id", part).Text("SELECT id FROM "+table, "ORDER BY id"+lock)
		return tx.Select(&held, text, args...)
	})
}

func (t table[R, P]) insert(tx *db.Tx, r P) error {
	values := append(r.head().values(), r.row()...)
	marks := make([]string, len(values))
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	_, err := tx.Exec("INSERT INTO "+t.name+" ("+t.all()+") VALUES ("+strings.Join(marks, ", ")+")", values...)
	return err
}

func (t table[R, P]) insertMany(tx *db.Tx, records []R) error {
	return tx.Bulk(db.Bulk{Table: t.name, Columns: strings.Split(t.all(), ", "), Len: len(records),
		Row: func(i int) []any { r := P(&records[i]); return append(r.head().values(), r.row()...) }})
}

// update writes r over the version it names and raises it. Error: db.ErrStale.
func (t table[R, P]) update(tx *db.Tx, r P) error {
	h := r.head()
	args := append(r.row(), h.UpdatedAt, h.OrgID, h.ID, h.Version)
	var set strings.Builder
	for i, column := range strings.Split(t.columns, ", ") {
		fmt.Fprintf(&set, "%s = $%d, ", column, i+1)
	}
	n := len(args)
	err := tx.ExecOne(db.ErrStale, fmt.Sprintf("UPDATE %s SET %supdated_at = $%d, version = version + 1 WHERE org_id = $%d AND id = $%d AND version = $%d",
		t.name, set.String(), n-3, n-2, n-1, n), args...)
	if err == nil {
		h.Version++
	}
	return err
}

func (t table[R, P]) remove(tx *db.Tx, org, i id.ID, version int64) error {
	return tx.ExecOne(db.ErrStale, "DELETE FROM "+t.name+" WHERE org_id = $1 AND id = $2 AND version = $3", org, i, version)
}

// chunk bounds the arguments of one statement.
const chunk = 1000

func inChunks[T any](all []T, fn func(part []T) error) error {
	for len(all) > 0 {
		n := min(chunk, len(all))
		if err := fn(all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}
