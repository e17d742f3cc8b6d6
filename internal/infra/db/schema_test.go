package db_test

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// words reads a column of texts.
func words(t *testing.T, d *db.DB, query string) (all []string) {
	t.Helper()
	read(t, d, func(tx *db.Tx) error { return tx.Select(&all, query) })
	if len(all) == 0 {
		t.Fatalf("nothing by %s", query)
	}
	slices.Sort(all)
	return all
}

// differ lists what only one of them has, but for what may be so.
func differ(t *testing.T, what string, lite, pg []string, onlyLite, onlyPG string) {
	t.Helper()
	for _, side := range []struct {
		name      string
		has, lack []string
		may       string
	}{{"SQLite", lite, pg, onlyLite}, {"PostgreSQL", pg, lite, onlyPG}} {
		for _, w := range side.has {
			if !slices.Contains(side.lack, w) && !slices.ContainsFunc(strings.Fields(side.may), func(p string) bool { return strings.HasPrefix(w, p) }) {
				t.Errorf("%s %q is on %s alone", what, w, side.name)
			}
		}
	}
}

// One text of migrations makes the same tables, columns and indexes on both
// engines, but for the search index and the migrations' own table.
func TestBothEnginesHaveOneSchema(t *testing.T) {
	lite, pg := dbtest.Open(t, db.SQLite, nil), dbtest.Open(t, db.PostgreSQL, nil)
	differ(t, "column",
		words(t, lite, `SELECT m.name || '.' || p.name || CASE WHEN p."notnull" = 1 OR p.pk > 0 THEN ' NOT NULL' ELSE '' END
			FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'`),
		words(t, pg, `SELECT table_name || '.' || column_name || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END
			FROM information_schema.columns WHERE table_schema = 'public'`),
		"search_token goose_db_version sqlite_", "search_doc.tokens goose_db_version")
	differ(t, "index",
		words(t, lite, `SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL`),
		words(t, pg, `SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%\_pkey' AND indexname NOT LIKE '%\_key'`),
		"", "search_doc_tokens")
	loose := words(t, lite, `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0`)
	for _, name := range loose {
		if name != "goose_db_version" && !strings.HasPrefix(name, "sqlite_") {
			t.Errorf("table %s takes any type on SQLite", name)
		}
	}
}

// A wrong type fails on both engines, and so does a reference to nothing.
func TestWrongValuesFailOnBothEngines(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		try := func(text string, args ...any) error {
			return d.Write(context.Background(), func(tx *db.Tx) error { _, err := tx.Exec(text, args...); return err })
		}
		for _, text := range []string{"CREATE TABLE above (id integer PRIMARY KEY)", "CREATE TABLE below (above_id integer NOT NULL REFERENCES above (id))", "INSERT INTO above (id) VALUES (1)", "INSERT INTO below (above_id) VALUES (1)"} {
			if err := try(text); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
		}
		if err := try("INSERT INTO below (above_id) VALUES ($1)", 2); !errors.Is(err, db.ErrReferenced) {
			t.Errorf("reference to nothing: %v", err)
		}
		if err := try("DELETE FROM above"); !errors.Is(err, db.ErrReferenced) {
			t.Errorf("removed though in use: %v", err)
		}
		if err := try(insertKey, []byte("0123456789abcdef"), "many", []byte{1}, 1); err == nil {
			t.Error("a word for a number")
		}
		if err := try(insertKey, nil, 1, []byte{1}, 1); err == nil {
			t.Error("nothing where something must be")
		}
		if n := countKeys(t, d); n != 0 {
			t.Errorf("%d keys", n)
		}
	})
}

// unmigrated is a database nothing was ever made in.
func unmigrated(t *testing.T, e db.Dialect) db.Config {
	t.Helper()
	c := dbtest.Config(t, e)
	if e == db.SQLite {
		return c
	}
	raw, err := sql.Open("pgx", c.DSN)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.Exec("CREATE SCHEMA fresh"); err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(c.DSN)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", "fresh")
	u.RawQuery = q.Encode()
	c.DSN = u.String()
	return c
}

// Processes that start at once on an empty database bring it to one schema, and
// none of them fails.
func TestSeveralProcessesMigrateAtOnce(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) {
		c := unmigrated(t, e)
		const processes = 4
		all := make([]*db.DB, processes)
		for i := range all {
			d, err := db.Open(context.Background(), c)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			all[i] = d
		}
		if done, err := all[0].Migrated(context.Background()); done || err != nil {
			t.Fatalf("an empty database is migrated: %t, %v", done, err)
		}
		var wg sync.WaitGroup
		for i, d := range all {
			wg.Go(func() {
				if err := d.Migrate(context.Background()); err != nil {
					t.Errorf("process %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		for i, d := range all {
			if done, err := d.Migrated(context.Background()); !done || err != nil {
				t.Errorf("process %d: migrated %t, %v", i, done, err)
			}
		}
		write(t, all[0], func(tx *db.Tx) error { return addKey(tx, 1) })
		if err := all[1].Migrate(context.Background()); err != nil || countKeys(t, all[2]) != 1 {
			t.Errorf("a second time: %v", err)
		}
	})
}
