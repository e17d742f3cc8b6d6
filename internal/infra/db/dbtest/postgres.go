package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"

	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// server is a PostgreSQL the tests may make databases in, with a template that
// is already migrated: copying it costs a fraction of migrating anew.
type server struct {
	dsn      string
	template string
}

var errNoServer = errors.New(`dbtest: no PostgreSQL to test on.
ZHIYIN_TEST_DSN must name a server in which databases may be made, such as
postgres://postgres@localhost/postgres. "make test" starts one; to start it alone
run "eval $(scripts/postgres.sh)"`)

var postgres = sync.OnceValues(func() (*server, error) {
	dsn := os.Getenv("ZHIYIN_TEST_DSN")
	if _, err := url.Parse(dsn); dsn == "" || err != nil {
		return nil, errNoServer
	}
	c, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return makeTemplate(context.Background(), c, dsn)
})

// makeTemplate migrates one template per test process: packages are tested in
// parallel processes, and a template in use cannot be copied.
func makeTemplate(ctx context.Context, c *sql.DB, dsn string) (*server, error) {
	s := &server{dsn: dsn, template: fmt.Sprintf("zhiyin_template_%d", os.Getpid())}
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + s.template, "CREATE DATABASE " + s.template} {
		if _, err := c.ExecContext(ctx, statement); err != nil {
			return nil, fmt.Errorf("dbtest: %s: %w", statement, err)
		}
	}
	d, err := db.Open(ctx, db.Config{DSN: withDatabase(dsn, s.template), FastTests: true})
	if err != nil {
		return nil, err
	}
	return s, errors.Join(d.Migrate(ctx), d.Close())
}
