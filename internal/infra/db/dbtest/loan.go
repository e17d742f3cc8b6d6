package dbtest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// loan is a database of the server that this process holds, with a connection
// that wipes it.
type loan struct {
	name string
	conn *pgx.Conn
}

var errAltered = errors.New("dbtest: a test has altered the schema")

// outlineQuery digests what a test may alter of a schema.
const outlineQuery = `SELECT md5(string_agg(part, ' ' ORDER BY part COLLATE "C")) FROM (
	SELECT n.nspname || '.' || c.relname || '.' || a.attname || ' ' || a.atttypid || a.attnotnull AS part
		FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
		WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
	UNION ALL SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\_%'
	UNION ALL SELECT conrelid || '.' || conname FROM pg_constraint WHERE conrelid > 0
	UNION ALL SELECT tgrelid || '.' || tgname FROM pg_trigger WHERE NOT tgisinternal
	UNION ALL SELECT count(*) || ' ' || max(version_id) FROM goose_db_version) parts`

// The prepared statements of the connection.
const (
	preparedOutline = "outline"
	preparedWipe    = "wipe"
)

func (l *loan) connect(ctx context.Context, dsn string) (err error) {
	if l.conn, err = pgx.Connect(ctx, withDatabase(dsn, l.name)); err != nil {
		return err
	}
	if _, err = l.conn.Prepare(ctx, preparedOutline, outlineQuery); err != nil {
		return err
	}
	tables, err := l.names(ctx, `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'goose_db_version' ORDER BY tablename`)
	if err != nil {
		return err
	}
	// In one statement, references between the tables hold when all are empty.
	parts := make([]string, len(tables))
	for i, table := range tables {
		parts[i] = fmt.Sprintf("d%d AS (DELETE FROM %s)", i, table)
	}
	_, err = l.conn.Prepare(ctx, preparedWipe, "WITH "+strings.Join(parts, ", ")+" SELECT 1")
	return err
}

// wipe takes away who is left from the test before and what it left. It fails
// where the schema is no longer the template's.
func (l *loan) wipe(ctx context.Context, outline string) error {
	if _, err := l.conn.Exec(ctx, `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`); err != nil {
		return err
	}
	var found string
	if err := l.conn.QueryRow(ctx, preparedOutline).Scan(&found); err != nil {
		return err
	}
	if found != outline {
		return errAltered
	}
	if _, err := l.conn.Exec(ctx, preparedWipe); err != nil {
		return err
	}
	return l.shrink(ctx)
}

// shrink gives back the room of tables that many rows were deleted from, which
// searches would go through.
func (l *loan) shrink(ctx context.Context) error {
	large, err := l.names(ctx, `SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 131072`)
	for _, table := range large {
		if _, verr := l.conn.Exec(ctx, "VACUUM "+table); verr != nil {
			return verr
		}
	}
	return err
}

func (l *loan) names(ctx context.Context, query string) ([]string, error) {
	rows, err := l.conn.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
