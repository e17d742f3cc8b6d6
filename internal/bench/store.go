package bench

import (
	"context"
	"database/sql"
	"fmt"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"
)

// postmaster is the process all of PostgreSQL's processes descend from.
func postmaster(ctx context.Context, dsn string) (int, error) {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	c, err := db.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	var backend int
	if err := c.QueryRowContext(ctx, "SELECT pg_backend_pid()").Scan(&backend); err != nil {
		return 0, err
	}
	s, err := readStat(backend) // while it lives
	if err != nil {
		return 0, fmt.Errorf("bench: PostgreSQL must run on this machine to have its CPU measured: %w", err)
	}
	return s.parent, nil
}

const (
	createDatabase = "CREATE DATABASE %s"
	dropDatabase   = "DROP DATABASE IF EXISTS %s WITH (FORCE)"
)

// administer runs a statement about a database whose name is ours.
func administer(ctx context.Context, dsn, statement, name string) error {
	return execute(ctx, dsn, fmt.Sprintf(statement, name))
}

// settle does what the database would do in its own time after so much was
// loaded: statistics, visibility, the pending list of the search index.
func settle(ctx context.Context, dsn string) error { return execute(ctx, dsn, "VACUUM ANALYZE") }

func execute(ctx context.Context, dsn, statement string) error {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, statement)
	return err
}
