package db

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// snapshot is a transaction that sees what was committed at its first statement.
// Its locks keep migrations away, not reads and writes. A table is read from its
// first page on, not from where another reader is: so a copy of the copy has the
// rows in the same order.
func (e *pgEngine) snapshot(ctx context.Context, fn func(*Snapshot) error) (err error) {
	c, err := e.readers.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = ended(ctx, errors.Join(err, c.Close())) }()
	return c.Raw(func(driver any) (err error) {
		conn := driver.(*stdlib.Conn).Conn()
		for _, statement := range []string{"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "SET LOCAL synchronize_seqscans = off",
			"SET LOCAL statement_timeout = 0", "SET LOCAL idle_in_transaction_session_timeout = 0"} {
			if _, err := conn.Exec(ctx, statement); err != nil {
				return err
			}
		}
		defer func() {
			_, rerr := conn.Exec(context.WithoutCancel(ctx), "ROLLBACK")
			err = errors.Join(err, rerr)
		}()
		s, err := pgSnapshot(ctx, conn)
		if err != nil {
			return err
		}
		return fn(s)
	})
}

func pgSnapshot(ctx context.Context, conn *pgx.Conn) (*Snapshot, error) {
	counts := map[string]int64{}
	s := &Snapshot{
		Contents: Contents{Engine: PostgreSQL, Sequences: map[string]int64{}},
		copy: func(ctx context.Context, p Section, w io.Writer) error {
			tag, err := conn.PgConn().CopyTo(ctx, w, fmt.Sprintf("COPY %s (%s) TO STDOUT (FORMAT binary)", quoted(p.Name), quoted(p.Columns...)))
			counts[p.Name] = tag.RowsAffected()
			return err
		},
		counts: func(context.Context) (map[string]int64, error) { return maps.Clone(counts), nil },
	}
	if err := conn.QueryRow(ctx, schemaVersion).Scan(&s.Schema); err != nil {
		return nil, err
	}
	var err error
	if s.Sections, err = pgTables(ctx, conn); err != nil || len(s.Sections) == 0 {
		return s, err
	}
	names := make([]string, len(s.Sections))
	for i, p := range s.Sections {
		names[i] = p.Name
	}
	if _, err := conn.Exec(ctx, "LOCK TABLE "+quoted(names...)+" IN ACCESS SHARE MODE"); err != nil {
		return nil, err
	}
	if err := conn.QueryRow(ctx, `SELECT CAST(coalesce(sum(pg_table_size(c.oid)), 0) AS BIGINT) FROM pg_class c
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'`).Scan(&s.Bytes); err != nil {
		return nil, err
	}
	return s, pgSequences(ctx, conn, s.Sequences)
}

// ownTables are ours in the current schema, without the one of the migrations,
// which are run anew.
const ownTables = ` c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname <> 'goose_db_version'`

// pgTables are the tables with their columns, by name.
func pgTables(ctx context.Context, conn *pgx.Conn) ([]Section, error) {
	rows, err := conn.Query(ctx, `SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
		WHERE`+ownTables+` GROUP BY c.relname ORDER BY c.relname COLLATE "C"`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Section])
}

func pgSequences(ctx context.Context, conn *pgx.Conn, values map[string]int64) error {
	rows, err := conn.Query(ctx, `SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences
		WHERE schemaname = current_schema() AND sequencename NOT LIKE 'goose%'`)
	if err != nil {
		return err
	}
	var name string
	var value int64
	_, err = pgx.ForEachRow(rows, []any{&name, &value}, func() error { values[name] = value; return nil })
	return err
}

// quoted are identifiers with commas between them.
func quoted(names ...string) string {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = pgx.Identifier{n}.Sanitize()
	}
	return strings.Join(all, ", ")
}

// check has nothing to do: PostgreSQL looks at every row when it is copied, and at
// every key when it is built.
func (e *pgEngine) check(context.Context) error { return nil }
