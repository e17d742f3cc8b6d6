// Package dbtest gives tests fresh databases on both engines. PostgreSQL is
// found by ZHIYIN_TEST_DSN, which "make test" sets; without it the test fails: it
// never skips.
package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Engines are the engines every test that touches the database runs on.
var Engines = []db.Dialect{db.SQLite, db.PostgreSQL}

// Each runs fn once per engine, in parallel, with a fresh migrated database.
func Each(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	for _, e := range Engines {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			fn(t, Open(t, e, nil))
		})
	}
}

// Open gives a fresh migrated database, closed and removed with the test.
// A nil clock is the machine's.
func Open(t testing.TB, engine db.Dialect, clock when.Clock) *db.DB {
	t.Helper()
	c := Config(t, engine)
	c.Clock = clock
	d, err := db.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := d.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return d
}

// Config names an empty SQLite file, or a PostgreSQL database made from a
// migrated template and dropped with the test.
func Config(t testing.TB, engine db.Dialect) db.Config {
	t.Helper()
	if engine == db.SQLite {
		return db.Config{File: filepath.Join(t.TempDir(), "zhiyin.db"), FastTests: true}
	}
	server, err := postgres()
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("zhiyin_test_%016x", rand.Uint64())
	admin(t, server, "CREATE DATABASE "+name+" TEMPLATE "+server.template)
	t.Cleanup(func() { admin(t, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	return db.Config{DSN: withDatabase(server.dsn, name), FastTests: true}
}

func admin(t testing.TB, s *server, statement string) {
	t.Helper()
	c, err := sql.Open("pgx", s.dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Exec(statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func withDatabase(dsn, name string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		panic(err) // checked when the server was found
	}
	u.Path = "/" + name
	return u.String()
}
