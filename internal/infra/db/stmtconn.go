package db

import (
	"context"
	"database/sql"
	"errors"
	"regexp"
)

// maxStatements bounds a connection's prepared statements; texts built from
// many filters could otherwise grow without end.
const maxStatements = 512

// limitVariable is replaced by an expression: for a bare variable SQLite plans the
// statement anew whenever it is bound, even to the value it had.
var limitVariable = regexp.MustCompile(`LIMIT \$(\d+)`)

// stmtConn is a SQLite connection that keeps its prepared statements: parsing
// and planning costs more than running most of ours. One goroutine at a time.
type stmtConn struct {
	*sql.Conn
	stmts map[string]*sql.Stmt
}

func (c *stmtConn) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if s := c.stmts[query]; s != nil {
		return s, nil
	}
	s, err := c.PrepareContext(ctx, limitVariable.ReplaceAllString(query, "LIMIT 0 + $$$1"))
	if err != nil {
		return nil, err
	}
	if len(c.stmts) >= maxStatements {
		for text, old := range c.stmts {
			if err := old.Close(); err != nil {
				return nil, err
			}
			delete(c.stmts, text)
			break
		}
	}
	c.stmts[query] = s
	return s, nil
}

// Close gives the statements up with the connection: one that is left over would
// keep SQLite's file open.
func (c *stmtConn) Close() (err error) {
	for _, s := range c.stmts {
		err = errors.Join(err, s.Close())
	}
	return errors.Join(err, c.Conn.Close())
}

func (c *stmtConn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := c.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func (c *stmtConn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := c.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}
