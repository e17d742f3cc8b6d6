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
