package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
)

// ErrTemporaryTaken: another process is using the temporary place.
var ErrTemporaryTaken = errors.New("db: the temporary schema is in use")

// temporarySchema is where a copy is loaded to be looked at. A schema needs no
// right to make databases, which the program's user seldom has. temporaryLock is
// the advisory lock of the one who uses it.
const (
	temporarySchema = "zhiyin_verify"
	temporaryLock   = 0x7a79_7665_7266
)

// Temporary makes an empty place to load a copy into: a file in dir, or a schema
// beside the one in use. remove takes it away with all it holds; what a killed
// process left is taken away first. Error: ErrTemporaryTaken.
func Temporary(ctx context.Context, c Config, dir string) (place Config, remove func(ctx context.Context) error, err error) {
	if c.DSN == "" {
		c.File = filepath.Join(dir, "zhiyin.db")
		return c, func(context.Context) error { return nil }, nil
	}
	server, err := sql.Open("pgx", c.DSN)
	if err != nil {
		return c, nil, err
	}
	holder, err := server.Conn(ctx)
	if err != nil {
		return c, nil, errors.Join(err, server.Close())
	}
	drop := func(ctx context.Context) error {
		_, err := holder.ExecContext(ctx, "DROP SCHEMA IF EXISTS "+temporarySchema+" CASCADE")
		return err
	}
	remove = func(ctx context.Context) error {
		err := drop(ctx)
		// The server notices the end of a connection only later: the next to come would
		// find the place taken.
		_, unlocked := holder.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", int64(temporaryLock))
		return errors.Join(err, unlocked, holder.Close(), server.Close())
	}
	var mine bool
	err = holder.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", int64(temporaryLock)).Scan(&mine)
	switch {
	case err == nil && !mine:
		err = ErrTemporaryTaken
	case err == nil:
		if err = drop(ctx); err == nil {
			_, err = holder.ExecContext(ctx, "CREATE SCHEMA "+temporarySchema)
		}
	}
	if err != nil {
		return c, nil, errors.Join(fmt.Errorf("db: temporary schema: %w", err), holder.Close(), server.Close())
	}
	c.DSN, err = inSchema(c.DSN, temporarySchema)
	return c, remove, err
}

// inSchema is the DSN, a URL or key words, with a schema to work in.
func inSchema(dsn, schema string) (string, error) {
	if !strings.HasPrefix(dsn, "postgres://") && !strings.HasPrefix(dsn, "postgresql://") {
		return dsn + " search_path=" + schema, nil
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return "", errors.New("db: the DSN is no URL") // its text may hold a password
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String(), nil
}
