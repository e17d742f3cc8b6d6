package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// pgEngine has two pools: connections that may only read, so that a statement
// in Read that writes fails on both engines, and connections that write.
type pgEngine struct{ readers, writers *sql.DB }

func openPostgres(ctx context.Context, dsn string, fast bool) (*pgEngine, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	params := config.RuntimeParams
	params["application_name"] = "zhiyin"
	params["timezone"] = "UTC"
	// Our statements are short and run often: compiling them never pays, nor do
	// helper processes, which cost more to start (20 ms) than a search takes, and a
	// plan made once is right for every company.
	params["jit"] = "off"
	params["max_parallel_workers_per_gather"] = "0"
	params["plan_cache_mode"] = "force_generic_plan"
	if fast {
		params["synchronous_commit"] = "off"
	}
	readConfig := config.Copy()
	readConfig.RuntimeParams["default_transaction_read_only"] = "on"
	e := &pgEngine{readers: stdlib.OpenDB(*readConfig), writers: stdlib.OpenDB(*config)}
	size := max(8, 4*runtime.GOMAXPROCS(0))
	for _, pool := range []*sql.DB{e.readers, e.writers} {
		pool.SetMaxOpenConns(size)
		pool.SetMaxIdleConns(size)
	}
	if err := e.writers.PingContext(ctx); err != nil {
		return nil, errors.Join(err, e.close())
	}
	return e, nil
}

func (e *pgEngine) admin() *sql.DB { return e.writers }

func (e *pgEngine) close() error { return errors.Join(e.readers.Close(), e.writers.Close()) }

func (e *pgEngine) read(ctx context.Context, fn func(querier) error) (err error) {
	c, err := e.readers.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = ended(ctx, errors.Join(err, c.Close())) }()
	return fn(c)
}

// ended is the outcome of work on a connection. A cancelled context breaks the
// connection, which takes the transaction back; then only the cancellation is
// worth telling.
func ended(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

func (e *pgEngine) write(ctx context.Context, fn func(querier) error) (err error) {
	c, err := e.writers.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = ended(ctx, errors.Join(err, c.Close())) }()
	if _, err := c.ExecContext(ctx, "BEGIN"); err != nil {
		return classify(err)
	}
	open := true
	defer func() {
		if open { // fn failed or panics
			_, rerr := c.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
			err = errors.Join(err, rerr)
		}
	}()
	w := &pgWriter{Conn: c}
	if err := fn(w); err != nil {
		return err
	}
	if err := w.commit(ctx); err != nil {
		return classify(err)
	}
	open = false
	return nil
}

func (e *pgEngine) bulk(ctx context.Context, q querier, b Bulk) error {
	w, ok := q.(*pgWriter)
	if !ok {
		return fmt.Errorf("no writer but %T", q)
	}
	if err := w.flush(ctx); err != nil {
		return err
	}
	return w.Raw(func(driver any) error {
		conn := driver.(*stdlib.Conn).Conn()
		rows := pgx.CopyFromSlice(b.Len, func(i int) ([]any, error) { return b.Row(i), nil })
		_, err := conn.CopyFrom(ctx, pgx.Identifier{b.Table}, b.Columns, rows)
		return err
	})
}

func (e *pgEngine) later(_ context.Context, q querier, query string, args []any) error {
	w, ok := q.(*pgWriter)
	if !ok {
		return fmt.Errorf("no writer but %T", q)
	}
	w.waiting.Queue(query, args...)
	return nil
}

// pgWriter is the connection of a transaction, and statements that wait for the next one.
type pgWriter struct {
	*sql.Conn
	waiting pgx.Batch
}

func (w *pgWriter) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := w.flush(ctx); err != nil {
		return nil, err
	}
	return w.Conn.QueryContext(ctx, query, args...)
}

func (w *pgWriter) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := w.flush(ctx); err != nil {
		return nil, err
	}
	return w.Conn.ExecContext(ctx, query, args...)
}

// flush runs what waits.
func (w *pgWriter) flush(ctx context.Context) error {
	if w.waiting.Len() == 0 {
		return nil
	}
	all := w.waiting
	w.waiting = pgx.Batch{}
	return w.Raw(func(driver any) error { return driver.(*stdlib.Conn).Conn().SendBatch(ctx, &all).Close() })
}

// commit ends the transaction after what waits. One in which a statement has failed is taken
// back instead, and PostgreSQL calls that a success.
func (w *pgWriter) commit(ctx context.Context) error {
	w.waiting.Queue("COMMIT").Exec(func(tag pgconn.CommandTag) error {
		if tag.String() != "COMMIT" {
			return pgx.ErrTxCommitRollback
		}
		return nil
	})
	return w.flush(ctx)
}
