package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// pgLoader migrates the empty place to the schema that was copied, takes keys and
// indexes away, loads, and makes them again: all after the migration is one
// transaction. That the keys can be made again proves that they hold.
type pgLoader struct {
	db       *DB
	conn     *sql.Conn
	contents Contents
	names    string   // of the tables, with commas
	rebuild  []string // statements that make again what was taken away
}

func newPgLoader(ctx context.Context, place Config, c Contents) (l *pgLoader, err error) {
	d, err := Open(ctx, place)
	if err != nil {
		return nil, err
	}
	if err := d.refuseFull(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	l = &pgLoader{db: d, contents: c}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.Abort(context.WithoutCancel(ctx)))
		}
	}()
	p, err := d.provider()
	if err != nil {
		return nil, err
	}
	if _, err := p.UpTo(ctx, c.Schema); err != nil {
		return nil, fmt.Errorf("db: migrate: %w", err)
	}
	if l.conn, err = d.engine.(*pgEngine).writers.Conn(ctx); err != nil {
		return nil, err
	}
	return l, l.raw(ctx, l.prepare)
}

// refuseFull is an error when the current schema holds anything.
func (d *DB) refuseFull(ctx context.Context) error {
	var schema, found string
	row := d.engine.admin().QueryRowContext(ctx, `SELECT coalesce(current_schema(), ''), coalesce((SELECT min(c.relname) FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')), '')`)
	switch err := row.Scan(&schema, &found); {
	case err != nil:
		return err
	case schema == "":
		return errors.New("db: the search path names no schema that exists")
	case found != "":
		return fmt.Errorf("%w: schema %q has %q", ErrNotEmpty, schema, found)
	}
	return nil
}

func (l *pgLoader) raw(ctx context.Context, fn func(ctx context.Context, conn *pgx.Conn) error) error {
	return l.conn.Raw(func(driver any) error { return classify(fn(ctx, driver.(*stdlib.Conn).Conn())) })
}

// prepare begins the transaction and makes the tables bare.
func (l *pgLoader) prepare(ctx context.Context, conn *pgx.Conn) error {
	tables, err := pgTables(ctx, conn)
	if err != nil {
		return err
	}
	names := make([]string, len(tables))
	for i, t := range tables {
		names[i] = t.Name
	}
	for _, s := range l.contents.Sections {
		i := slices.Index(names, s.Name)
		if i < 0 || !sameColumns(tables[i].Columns, s.Columns) {
			return fmt.Errorf("db: the program's schema %d has no table %s with the columns %v", l.contents.Schema, s.Name, s.Columns)
		}
	}
	l.names = quoted(names...)
	bare, err := l.takeAway(ctx, conn)
	if err != nil {
		return err
	}
	// Rows of a table that was emptied in the same transaction can be written
	// frozen, which saves a later pass over all of them.
	for _, statement := range slices.Concat([]string{"BEGIN", "SET LOCAL synchronize_seqscans = off", "SET LOCAL statement_timeout = 0"}, bare, []string{"TRUNCATE " + l.names}) {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

func sameColumns(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}

// takeAway gives the statements that drop foreign keys, keys and indexes, in this
// order, and keeps those that make them again in the other one.
func (l *pgLoader) takeAway(ctx context.Context, conn *pgx.Conn) (drop []string, err error) {
	for _, query := range []string{
		constraints + " AND k.contype = 'f'", constraints + " AND k.contype IN ('p', 'u')",
		`SELECT 'DROP INDEX ' || x.indexrelid::regclass, pg_get_indexdef(x.indexrelid) FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid
			WHERE` + ownTables + ` AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = x.indexrelid) ORDER BY 1`,
	} {
		rows, err := conn.Query(ctx, query)
		if err != nil {
			return nil, err
		}
		var away, again string
		var rebuild []string
		if _, err := pgx.ForEachRow(rows, []any{&away, &again}, func() error {
			drop, rebuild = append(drop, away), append(rebuild, again)
			return nil
		}); err != nil {
			return nil, err
		}
		l.rebuild = append(rebuild, l.rebuild...)
	}
	return drop, nil
}

const constraints = `SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname),
	format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid))
	FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE` + ownTables

func (l *pgLoader) Load(ctx context.Context, s Section, r io.Reader) error {
	return l.raw(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.PgConn().CopyFrom(ctx, r, fmt.Sprintf("COPY %s (%s) FROM STDIN (FORMAT binary, FREEZE true)", quoted(s.Name), quoted(s.Columns...)))
		return err
	})
}

// Memory for making indexes. A GIN index is gathered in a tree in memory, which is a
// quarter faster where it fits into the processor's cache.
const (
	btreeMemory = "SET LOCAL maintenance_work_mem = '256MB'"
	ginMemory   = "SET LOCAL maintenance_work_mem = '24MB'"
)

func (l *pgLoader) rebuildKeys(ctx context.Context, conn *pgx.Conn) error {
	for _, statement := range l.rebuild {
		memory := btreeMemory
		if strings.Contains(statement, " USING gin ") {
			memory = ginMemory
		}
		for _, s := range []string{memory, statement} {
			if _, err := conn.Exec(ctx, s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
	}
	return nil
}

// Finish makes indexes, keys and foreign keys, sets sequences and commits.
func (l *pgLoader) Finish(ctx context.Context) error {
	err := l.raw(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		if err := l.rebuildKeys(ctx, conn); err != nil {
			return err
		}
		for name, value := range l.contents.Sequences {
			if value == 0 {
				continue // never used
			}
			if _, err := conn.Exec(ctx, "SELECT setval($1::regclass, $2)", quoted(name), value); err != nil {
				return err
			}
		}
		for _, statement := range []string{"ANALYZE " + l.names, "COMMIT"} {
			if _, err := conn.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return errors.Join(l.conn.Close(), l.db.Close())
}

// Abort drops what the migration made; the place was empty before.
func (l *pgLoader) Abort(ctx context.Context) (err error) {
	if l.conn != nil {
		_ = l.raw(ctx, func(ctx context.Context, conn *pgx.Conn) error { // fails where a broken connection has done it
			_, err := conn.Exec(ctx, "ROLLBACK")
			return err
		})
		err = l.conn.Close()
	}
	var tables sql.NullString
	admin := l.db.engine.admin()
	if serr := admin.QueryRowContext(ctx, `SELECT string_agg(quote_ident(c.relname), ', ') FROM pg_class c
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')`).Scan(&tables); serr != nil {
		err = errors.Join(err, serr)
	}
	if tables.Valid {
		_, derr := admin.ExecContext(ctx, "DROP TABLE "+tables.String+" CASCADE")
		err = errors.Join(err, derr)
	}
	return errors.Join(err, l.db.Close())
}
