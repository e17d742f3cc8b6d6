// Package dbtest gives tests databases that hold nothing, on both engines.
// PostgreSQL is found by ZHIYIN_TEST_DSN, which "make test" sets; without it the
// test fails: it never skips.
package dbtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Engines are the engines every test that touches the database runs on.
var Engines = []db.Dialect{db.SQLite, db.PostgreSQL}

// EachEngine runs fn once per engine, in parallel.
func EachEngine(t *testing.T, fn func(t *testing.T, e db.Dialect)) {
	t.Helper()
	for _, e := range Engines {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			fn(t, e)
		})
	}
}

// Each runs fn once per engine, in parallel, with a migrated database.
func Each(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	EachEngine(t, func(t *testing.T, e db.Dialect) { fn(t, Open(t, e, nil)) })
}

// Open gives a migrated database, closed with the test. A nil clock is the
// machine's.
func Open(t testing.TB, engine db.Dialect, clock when.Clock) *db.DB {
	t.Helper()
	c := Config(t, engine)
	c.Clock = clock
	if engine == db.SQLite {
		Migrated(t, c.File)
	}
	d, err := db.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// Config names an SQLite file that is not there yet, or a PostgreSQL database that
// is migrated and the test's alone while it runs.
func Config(t testing.TB, engine db.Dialect) db.Config {
	t.Helper()
	if engine == db.SQLite {
		return db.Config{File: filepath.Join(t.TempDir(), "zhiyin.db"), FastTests: true}
	}
	s, err := postgres()
	if err != nil {
		t.Fatal(err)
	}
	l, err := s.lend(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.takeBack(l) })
	return db.Config{DSN: withDatabase(s.dsn, l.name), FastTests: true}
}

// Original names a migrated PostgreSQL database that is the process's to its end,
// to be filled once and copied.
func Original() (db.Config, error) {
	s, err := postgres()
	if err != nil {
		return db.Config{}, err
	}
	l, err := s.lend(context.Background())
	if err != nil {
		return db.Config{}, err
	}
	return db.Config{DSN: withDatabase(s.dsn, l.name), FastTests: true}, nil
}

// Copy names a copy of an original that nobody uses, dropped with the test.
func Copy(t testing.TB, original db.Config) db.Config {
	t.Helper()
	s, err := postgres()
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("zhiyin_copy_%016x", rand.Uint64())
	if err := s.copy(context.Background(), databaseOf(original.DSN), name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.drop(context.Background(), name); err != nil {
			t.Error(err)
		}
	})
	return db.Config{DSN: withDatabase(s.dsn, name), FastTests: true}
}

// Migrated puts a migrated SQLite database where there is none.
func Migrated(t testing.TB, file string) {
	t.Helper()
	raw, err := migratedFile()
	if err == nil {
		err = os.WriteFile(file, raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
