package db

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Config says which database to open. Exactly one of File and DSN is set.
type Config struct {
	File      string        // SQLite file; made when absent
	DSN       string        // PostgreSQL, e.g. postgres://user@host/name
	Clock     when.Clock    // nil: the machine's clock
	IDs       *id.Generator // nil: random identifiers
	Logger    *slog.Logger  // nil: slog.Default()
	Group     int           // writers that may share one commit on SQLite; 0 is GroupLimit
	FastTests bool          // give up durability; only for tests of other things
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	dialect Dialect
	engine  engine
	clock   when.Clock
	ids     *id.Generator
	log     *slog.Logger
}

// engine is what SQLite and PostgreSQL do each in their own way.
type engine interface {
	read(ctx context.Context, fn func(querier) error) error
	write(ctx context.Context, fn func(querier) error) error
	bulk(ctx context.Context, q querier, b Bulk) error
	later(ctx context.Context, q querier, query string, args []any) error
	snapshot(ctx context.Context, fn func(*Snapshot) error) error
	check(ctx context.Context) error
	admin() *sql.DB
	close() error
}

// querier is a connection that statements of one transaction run on.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// Open connects. It does not migrate.
func Open(ctx context.Context, c Config) (*DB, error) {
	d := &DB{clock: c.Clock, ids: c.IDs, log: c.Logger}
	if d.clock == nil {
		d.clock = when.System
	}
	if d.ids == nil {
		d.ids = id.NewGenerator(rand.Reader)
	}
	if d.log == nil {
		d.log = slog.Default()
	}
	var err error
	switch {
	case (c.File == "") == (c.DSN == ""):
		return nil, errors.New("db: give either a file or a DSN")
	case c.File != "":
		d.dialect = SQLite
		d.engine, err = openSQLite(ctx, c)
	default:
		d.dialect = PostgreSQL
		d.engine, err = openPostgres(ctx, c.DSN, c.FastTests)
	}
	if err != nil {
		return nil, fmt.Errorf("db: open: %w", err)
	}
	return d, nil
}

// Close waits for running transactions and closes every connection.
func (d *DB) Close() error { return d.engine.close() }

// Dialect tells which engine it is.
func (d *DB) Dialect() Dialect { return d.dialect }

// Now is the injected clock's time.
func (d *DB) Now() when.Instant { return d.clock() }

// Read runs fn with statements that may only read. Each statement sees the
// state at its own start, on both engines.
func (d *DB) Read(ctx context.Context, fn func(tx *Tx) error) error {
	if err := refuseNesting(ctx); err != nil {
		return err
	}
	return d.engine.read(ctx, func(q querier) error { return fn(d.tx(ctx, q)) })
}

// Write runs fn in one transaction: committed when fn returns nil, rolled back
// when it returns an error or panics. It is retried after a serialisation
// failure or deadlock. On SQLite waiting writers share one commit, each in a
// savepoint, and Write returns after that commit.
func (d *DB) Write(ctx context.Context, fn func(tx *Tx) error) error {
	if err := refuseNesting(ctx); err != nil {
		return err
	}
	var err error
	for attempt := range maxAttempts {
		err = d.engine.write(ctx, func(q querier) error { return fn(d.tx(ctx, q)) })
		if !errors.Is(err, errSerialization) {
			return err
		}
		if err := sleep(ctx, retryDelay(attempt)); err != nil {
			return err
		}
	}
	return err
}

func (d *DB) tx(ctx context.Context, q querier) *Tx {
	return &Tx{ctx: context.WithValue(ctx, inTx{}, true), q: q, db: d, now: d.clock()}
}

type inTx struct{}

var errNested = errors.New("db: a transaction inside a transaction")

func refuseNesting(ctx context.Context) error {
	if ctx.Value(inTx{}) != nil {
		return errNested
	}
	return nil
}

const maxAttempts = 5

// retryDelay grows from about 5 ms to about 80 ms, half of it random.
func retryDelay(attempt int) time.Duration {
	base := 5 * time.Millisecond << attempt
	var b [1]byte
	rand.Read(b[:])
	return base/2 + base/2*time.Duration(b[0])/255
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
