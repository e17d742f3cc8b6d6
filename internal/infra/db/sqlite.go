package db

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

// GroupLimit bounds how many writers share one commit unless Config.Group says
// otherwise, groupTime for how long a group takes new ones in.
const (
	GroupLimit = 256
	groupTime  = 20 * time.Millisecond
)

// liteEngine has a pool of readers and one writer: SQLite allows one writer at
// a time, and one that waits in Go costs nothing, while one that waits in
// SQLite sleeps.
type liteEngine struct {
	readers chan *stmtConn
	size    int
	group   int // writers that may share one commit
	rpool   *sql.DB
	wpool   *sql.DB
	writer  *stmtConn
	queue   chan *liteWrite
	closing chan struct{} // nobody is let in any more
	stopped chan struct{} // the writer has ended
}

var errClosed = errors.New("db: closed")

// liteWrite is a transaction waiting for the writer.
type liteWrite struct {
	ctx   context.Context
	fn    func(querier) error
	state atomic.Int32 // writeWaiting → writeRunning | writeCancelled
	done  chan error
	panic any
}

const (
	writeWaiting int32 = iota
	writeRunning
	writeCancelled
)

func liteDSN(file string, fast, readOnly bool) string {
	pragmas := []string{"busy_timeout(10000)", "foreign_keys(1)", "journal_mode(WAL)", "synchronous(FULL)",
		"cache_size(-32768)", "temp_store(MEMORY)"}
	if fast {
		pragmas[3] = "synchronous(OFF)"
	}
	v := url.Values{"_txlock": {"immediate"}}
	if readOnly {
		// Only searches gain from the map. For the writer it would be another 256 MB
		// of resident memory in an import.
		pragmas = append(pragmas, "query_only(1)", "mmap_size(268435456)")
	} else {
		pragmas = append(pragmas, "secure_delete(FAST)") // deleted cells are zeroed where their page is written anyway
	}
	v["_pragma"] = pragmas
	return "file:" + (&url.URL{Path: file}).EscapedPath() + "?" + v.Encode()
}

func openSQLite(ctx context.Context, c Config) (*liteEngine, error) {
	e := &liteEngine{size: max(4, 2*runtime.GOMAXPROCS(0)), group: cmp.Or(c.Group, GroupLimit), queue: make(chan *liteWrite, GroupLimit),
		closing: make(chan struct{}), stopped: make(chan struct{})}
	var err error
	if e.wpool, err = sql.Open("sqlite", liteDSN(c.File, c.FastTests, false)); err != nil {
		return nil, err
	}
	e.wpool.SetMaxOpenConns(2) // the writer's, and one for migrations
	writer, err := e.wpool.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, e.wpool.Close())
	}
	e.writer = &stmtConn{Conn: writer, stmts: map[string]*sql.Stmt{}}
	if e.rpool, err = sql.Open("sqlite", liteDSN(c.File, c.FastTests, true)); err != nil {
		return nil, err
	}
	e.readers = make(chan *stmtConn, e.size)
	for range e.size {
		e.readers <- nil // connected when first needed
	}
	go e.serveWrites()
	return e, nil
}

func (e *liteEngine) admin() *sql.DB { return e.wpool }

// close lets the last connection go, which is when SQLite puts its log away.
func (e *liteEngine) close() (err error) {
	close(e.closing)
	<-e.stopped
	for range e.size {
		if c := <-e.readers; c != nil {
			err = errors.Join(err, c.Close())
		}
	}
	return errors.Join(err, e.rpool.Close(), e.writer.Close(), e.wpool.Close())
}

func (e *liteEngine) read(ctx context.Context, fn func(querier) error) (err error) {
	var c *stmtConn
	select {
	case c = <-e.readers:
	case <-e.closing:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { e.readers <- c }()
	if c == nil {
		conn, err := e.rpool.Conn(ctx)
		if err != nil {
			return err
		}
		c = &stmtConn{Conn: conn, stmts: map[string]*sql.Stmt{}}
	}
	return fn(c)
}

// write hands fn to the writer and waits for the commit that holds it.
func (e *liteEngine) write(ctx context.Context, fn func(querier) error) error {
	w := &liteWrite{ctx: ctx, fn: fn, done: make(chan error, 1)}
	select {
	case e.queue <- w:
	case <-e.closing:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	var err error
	select {
	case err = <-w.done:
	case <-ctx.Done():
		err = w.cancel(ctx.Err())
	case <-e.stopped:
		err = w.cancel(errClosed)
	}
	if w.panic != nil {
		panic(w.panic)
	}
	return err
}

// cancel gives up a writer that has not begun; one that has touches the caller's
// variables and is waited for.
func (w *liteWrite) cancel(why error) error {
	if w.state.CompareAndSwap(writeWaiting, writeCancelled) {
		return why
	}
	return <-w.done
}

// serveWrites runs the writers that come, and at the end those that wait.
func (e *liteEngine) serveWrites() {
	defer close(e.stopped)
	for {
		select {
		case w := <-e.queue:
			e.commitGroup(w)
		case <-e.closing:
			for w := e.waiting(); w != nil; w = e.waiting() {
				e.commitGroup(w)
			}
			return
		}
	}
}

// commitGroup runs first and whoever waits behind it in one transaction, each
// in its savepoint, and tells all of them the outcome of the commit.
func (e *liteEngine) commitGroup(first *liteWrite) {
	if err := e.exec("BEGIN IMMEDIATE"); err != nil {
		first.done <- classify(err)
		return
	}
	var group []outcome
	kept, intact := 0, true
	for w, began := first, time.Now(); w != nil; w = e.next(began, len(group), intact) {
		var err error
		if intact, err = e.runOne(w, kept > 0); err == nil && w.state.Load() == writeRunning {
			kept++
		}
		group = append(group, outcome{w, err})
	}
	err := errLost
	if intact {
		err = classify(e.exec("COMMIT"))
	}
	if err != nil {
		_ = e.exec("ROLLBACK") // fails where SQLite has done it
	}
	for _, o := range group {
		if o.err == nil {
			o.err = err
		}
		o.w.done <- o.err
	}
}

// outcome is what a writer of a group came to. One that failed is told with the
// others: what he failed for is not there before the commit.
type outcome struct {
	w   *liteWrite
	err error
}

// errLost: the transaction of a group was lost by another writer of it. The group
// is tried again.
var errLost = fmt.Errorf("%w: the group's transaction was lost", errSerialization)

// next is a writer that already waits and may still join the group, or nil.
func (e *liteEngine) next(began time.Time, joined int, intact bool) *liteWrite {
	if !intact || joined >= e.group || time.Since(began) > groupTime {
		return nil
	}
	return e.waiting()
}

// waiting takes a writer out of the queue; nil when it is empty.
func (e *liteEngine) waiting() *liteWrite {
	select {
	case w := <-e.queue:
		return w
	default:
		return nil
	}
}

// runOne runs one writer's function. A failing one takes back only its own
// rows: by savepoint when others succeeded before it in the group, else by
// starting the transaction anew. The transaction is not intact when that fails:
// where the disk is full, SQLite takes all of it back by itself.
func (e *liteEngine) runOne(w *liteWrite, shared bool) (intact bool, err error) {
	if !w.state.CompareAndSwap(writeWaiting, writeRunning) {
		return true, nil
	}
	if shared {
		if err := e.exec("SAVEPOINT w"); err != nil {
			return false, err
		}
	}
	// An interrupted statement would roll the whole group back, so statements
	// run to their end and the caller's cancellation is seen between them.
	err = e.guarded(w)
	var after error
	switch {
	case err == nil && shared:
		after = e.exec("RELEASE w")
	case err == nil:
	case shared:
		after = errors.Join(e.exec("ROLLBACK TO w"), e.exec("RELEASE w"))
	default:
		_ = e.exec("ROLLBACK") // fails where SQLite has done it
		after = e.exec("BEGIN IMMEDIATE")
	}
	return after == nil, errors.Join(err, after)
}

func (e *liteEngine) guarded(w *liteWrite) (err error) {
	defer func() {
		if p := recover(); p != nil {
			w.panic = p
			err = fmt.Errorf("db: panic in transaction: %v", p)
		}
	}()
	return w.fn(uninterrupted{e.writer, w.ctx})
}

func (e *liteEngine) exec(statement string) error {
	_, err := e.writer.ExecContext(context.Background(), statement)
	return err
}

func (e *liteEngine) bulk(ctx context.Context, q querier, b Bulk) error {
	marks := strings.Repeat(", ?", len(b.Columns))[2:]
	statement := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", b.Table, strings.Join(b.Columns, ", "), marks)
	for i := range b.Len {
		if _, err := q.ExecContext(ctx, statement, b.Row(i)...); err != nil {
			return fmt.Errorf("row %d: %w", i, err)
		}
	}
	return nil
}

func (e *liteEngine) later(ctx context.Context, q querier, query string, args []any) error {
	_, err := q.ExecContext(ctx, query, args...)
	return err
}

// uninterrupted runs statements of a shared transaction without the caller's
// cancellation, which it checks before each.
type uninterrupted struct {
	*stmtConn
	caller context.Context
}

func (u uninterrupted) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := u.caller.Err(); err != nil {
		return nil, err
	}
	return u.stmtConn.QueryContext(context.WithoutCancel(ctx), query, args...)
}

func (u uninterrupted) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := u.caller.Err(); err != nil {
		return nil, err
	}
	return u.stmtConn.ExecContext(context.WithoutCancel(ctx), query, args...)
}
