package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
)

// snapshot holds a read transaction: in WAL mode it sees the commit it began at
// until its end. The pages are read through SQLite, so what only the log holds is
// among them, and so are the shadow tables of the search index, which cannot be
// made again from rows.
func (e *liteEngine) snapshot(ctx context.Context, fn func(*Snapshot) error) error {
	return e.reading(ctx, func(c *sql.Conn) error {
		s := &Snapshot{
			Contents: Contents{Engine: SQLite, Sections: []Section{{Name: "database"}}},
			copy:     func(ctx context.Context, _ Section, w io.Writer) error { return copyPages(ctx, c, w) },
			counts:   func(ctx context.Context) (map[string]int64, error) { return liteCounts(ctx, c) },
		}
		var pages, size int64
		for statement, value := range map[string]*int64{schemaVersion: &s.Schema, "PRAGMA page_count": &pages, "PRAGMA page_size": &size} {
			if err := c.QueryRowContext(ctx, statement).Scan(value); err != nil {
				return err
			}
		}
		s.Bytes = pages * size
		return fn(s)
	})
}

// schemaVersion is the last migration that was applied.
const schemaVersion = "SELECT max(version_id) FROM goose_db_version WHERE is_applied"

// reading runs fn in a read transaction on a connection of its own.
func (e *liteEngine) reading(ctx context.Context, fn func(c *sql.Conn) error) (err error) {
	c, err := e.rpool.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if _, err := c.ExecContext(ctx, "BEGIN DEFERRED"); err != nil {
		return err
	}
	defer func() {
		_, rerr := c.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		err = errors.Join(err, rerr)
	}()
	return fn(c)
}

func copyPages(ctx context.Context, c *sql.Conn, w io.Writer) (err error) {
	rows, err := c.QueryContext(ctx, "SELECT data FROM sqlite_dbpage('main') ORDER BY pgno")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var page sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&page); err != nil {
			return err
		}
		if _, err := w.Write(page); err != nil {
			return err
		}
	}
	return rows.Err()
}

func liteCounts(ctx context.Context, c *sql.Conn) (map[string]int64, error) {
	tables, err := texts(ctx, c, `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
	if err != nil {
		return nil, err
	}
	counts := make(map[string]int64, len(tables))
	for _, t := range tables {
		var n int64
		if err := c.QueryRowContext(ctx, `SELECT count(*) FROM "`+t+`"`).Scan(&n); err != nil {
			return nil, fmt.Errorf("count %s: %w", t, err)
		}
		counts[t] = n
	}
	return counts, nil
}

func texts(ctx context.Context, c *sql.Conn, query string) (all []string, err error) {
	rows, err := c.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		all = append(all, text)
	}
	return all, rows.Err()
}

// check looks at every page and row. What it finds is told in SQLite's words.
func (e *liteEngine) check(ctx context.Context) error {
	return e.reading(ctx, func(c *sql.Conn) error {
		found, err := texts(ctx, c, "PRAGMA quick_check(5)")
		if err != nil || len(found) == 1 && found[0] == "ok" {
			return err
		}
		return fmt.Errorf("db: damaged: %q", found)
	})
}
