package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/georgysavva/scany/v2/dbscan"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Tx is a transaction (in Write) or a read-only connection (in Read). It ends
// with the function it was given to.
type Tx struct {
	ctx context.Context
	q   querier
	db  *DB
	now when.Instant
}

// Context is the caller's, marked so that a nested transaction is refused.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Now is the transaction's time: fixed at its start, so that all rows of one
// use case share it.
func (tx *Tx) Now() when.Instant { return tx.now }

// NewID makes an identifier of this transaction's time.
func (tx *Tx) NewID() id.ID { return tx.db.ids.New(int64(tx.now)) }

// DB is the transaction's database, for what must be read apart from it, under another
// context. Whoever waits there holds the transaction's connection.
func (tx *Tx) DB() *DB { return tx.db }

// Dialect tells which engine the transaction runs on.
func (tx *Tx) Dialect() Dialect { return tx.db.dialect }

// Exec runs a statement and tells how many rows it touched.
func (tx *Tx) Exec(query string, args ...any) (int64, error) {
	query, args = tx.db.dialect.spread(query, args)
	r, err := tx.q.ExecContext(tx.ctx, query, args...)
	if err != nil {
		return 0, classify(err)
	}
	n, err := r.RowsAffected()
	return n, classify(err)
}

// ExecLater is Exec for a statement of which only failure matters. On PostgreSQL it waits for
// the next statement or the commit, and all that wait go in one message: a failure is told
// then.
func (tx *Tx) ExecLater(query string, args ...any) error {
	query, args = tx.db.dialect.spread(query, args)
	return classify(tx.db.engine.later(tx.ctx, tx.q, query, args))
}

// ExecOne is Exec for a statement that must touch a row: none is the error
// missing, e.g. ErrNotFound, or ErrStale for an update that names the version.
func (tx *Tx) ExecOne(missing error, query string, args ...any) error {
	n, err := tx.Exec(query, args...)
	if err == nil && n == 0 {
		return missing
	}
	return err
}

var mapper = newMapper()

func newMapper() *dbscan.API {
	api, err := dbscan.NewAPI(
		dbscan.WithScannableTypes((*sql.Scanner)(nil)),
		dbscan.WithAllowUnknownColumns(false),
	)
	if err != nil {
		panic(err) // the options are constants
	}
	return api
}

// Get reads one row into dst, a pointer to a struct with `db` tags or to a
// scannable value. No row is ErrNotFound, two are an error.
func (tx *Tx) Get(dst any, query string, args ...any) error {
	query, args = tx.db.dialect.spread(query, args)
	rows, err := tx.q.QueryContext(tx.ctx, query, args...)
	if err != nil {
		return classify(err)
	}
	err = mapper.ScanOne(dst, rows)
	if errors.Is(err, dbscan.ErrNotFound) {
		return ErrNotFound
	}
	return classify(err)
}

// Find is Get that tells by its result whether there was a row.
func (tx *Tx) Find(dst any, query string, args ...any) (bool, error) {
	err := tx.Get(dst, query, args...)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Select reads all rows into dst, a pointer to a slice. No rows give an empty
// slice, never nil. The statement must bound their number.
func (tx *Tx) Select(dst any, query string, args ...any) error {
	query, args = tx.db.dialect.spread(query, args)
	rows, err := tx.q.QueryContext(tx.ctx, query, args...)
	if err != nil {
		return classify(err)
	}
	if err := mapper.ScanAll(dst, rows); err != nil {
		return classify(err)
	}
	if s := reflect.ValueOf(dst).Elem(); s.IsNil() {
		s.Set(reflect.MakeSlice(s.Type(), 0, 0))
	}
	return nil
}

// Each streams rows: fn is called once a row with row filled anew. fn must not
// use tx. For exports and reports that do not fit in memory.
func Each[T any](tx *Tx, fn func(row T) error, query string, args ...any) (err error) {
	query, args = tx.db.dialect.spread(query, args)
	rows, err := tx.q.QueryContext(tx.ctx, query, args...)
	if err != nil {
		return classify(err)
	}
	defer func() { err = errors.Join(err, classify(rows.Close())) }()
	scan := mapper.NewRowScanner(rows)
	for rows.Next() {
		var row T
		if err := scan.Scan(&row); err != nil {
			return fmt.Errorf("db: scan: %w", err)
		}
		if err := fn(row); err != nil {
			return err
		}
	}
	return classify(rows.Err())
}

// Bulk is many rows for one table. Row(i) gives the values of row i in the
// order of Columns, for i in [0, Len).
type Bulk struct {
	Table   string
	Columns []string
	Len     int
	Row     func(i int) []any
}

// bulkFrom is the number of rows from which COPY is cheaper than INSERT.
const bulkFrom = 8

// Add writes rows as Bulk does, a few of them as ExecLater.
func (tx *Tx) Add(b Bulk) error {
	if b.Len >= bulkFrom {
		return tx.Bulk(b)
	}
	marks := make([]string, len(b.Columns))
	for i := range marks {
		marks[i] = "$" + strconv.Itoa(i+1)
	}
	text := "INSERT INTO " + b.Table + " (" + strings.Join(b.Columns, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")"
	for i := range b.Len {
		if err := tx.ExecLater(text, b.Row(i)...); err != nil {
			return err
		}
	}
	return nil
}

// Bulk writes many rows at once: COPY on PostgreSQL, one prepared statement on
// SQLite, where many-row statements with $n are slow.
func (tx *Tx) Bulk(b Bulk) error {
	if b.Len == 0 {
		return nil
	}
	if err := tx.db.engine.bulk(tx.ctx, tx.q, b); err != nil {
		return classify(fmt.Errorf("db: bulk %s: %w", b.Table, err))
	}
	return nil
}
