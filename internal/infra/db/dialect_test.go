package db

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

func TestTranslateSwapsTypeWordsOnlyOfColumns(t *testing.T) {
	const in = `CREATE TABLE a (
	id uuid NOT NULL,
	n bigint NOT NULL,
	code text COLLATE "C" NOT NULL,
	PRIMARY KEY (id)
);
CREATE INDEX a_uuid ON a (n) WHERE n > 0;
ALTER TABLE a ADD COLUMN by_id uuid;
ALTER TABLE a ADD COLUMN sealed bytea NOT NULL DEFAULT '';
-- only postgres
ALTER TABLE a ADD COLUMN tokens bigint[];
-- end
-- only sqlite
CREATE VIRTUAL TABLE t USING fts5(x);
-- end
`
	const lite = `CREATE TABLE a (
	id BLOB NOT NULL,
	n INTEGER NOT NULL,
	code text NOT NULL,
	PRIMARY KEY (id)
) STRICT;
CREATE INDEX a_uuid ON a (n) WHERE n > 0;
ALTER TABLE a ADD COLUMN by_id BLOB;
ALTER TABLE a ADD COLUMN sealed BLOB NOT NULL DEFAULT x'';
CREATE VIRTUAL TABLE t USING fts5(x);
`
	if got := SQLite.translate(in); got != lite {
		t.Errorf("SQLite:\n%s", got)
	}
	const postgres = `CREATE TABLE a (
	id uuid NOT NULL,
	n bigint NOT NULL,
	code text COLLATE "C" NOT NULL,
	PRIMARY KEY (id)
);
CREATE INDEX a_uuid ON a (n) WHERE n > 0;
ALTER TABLE a ADD COLUMN by_id uuid;
ALTER TABLE a ADD COLUMN sealed bytea NOT NULL DEFAULT '';
ALTER TABLE a ADD COLUMN tokens bigint[];
`
	if got := PostgreSQL.translate(in); got != postgres {
		t.Errorf("PostgreSQL:\n%s", got)
	}
}

func TestAnOlderProgramRefusesANewerDatabase(t *testing.T) {
	file := filepath.Join(t.TempDir(), "z.db")
	d, err := Open(context.Background(), Config{File: file})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	if ok, err := d.Migrated(context.Background()); !ok || err != nil {
		t.Errorf("Migrated = %v, %v", ok, err)
	}
	raw, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)`); err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(context.Background()); !errors.Is(err, ErrNewerSchema) {
		t.Errorf("Migrate = %v, want ErrNewerSchema", err)
	}
}

func TestOpenWantsExactlyOneDatabase(t *testing.T) {
	for _, c := range []Config{{}, {File: "a", DSN: "b"}} {
		if _, err := Open(context.Background(), c); err == nil {
			t.Errorf("Open(%+v) succeeded", c)
		}
	}
}

func TestScope(t *testing.T) {
	a, b, c := id.ID{1}, id.ID{2}, id.ID{3}
	s := ScopeOf(b, a, b)
	if len(s.Orgs()) != 2 || !s.Has(a) || !s.Has(b) || s.Has(c) {
		t.Errorf("scope %v", s)
	}
	if got := s.Narrow(c); len(got.Orgs()) != 0 {
		t.Errorf("narrowed to a company outside: %v", got)
	}
	if got := s.Narrow(a); len(got.Orgs()) != 1 || !got.Has(a) {
		t.Errorf("narrowed to a: %v", got)
	}
	if got := s.Narrow(id.ID{}); len(got.Orgs()) != 2 {
		t.Errorf("not narrowed: %v", got)
	}
	for _, x := range []struct {
		scope Scope
		named id.ID
		want  id.ID
		err   error
	}{
		{s, a, a, nil}, {s, c, id.ID{}, ErrNotFound}, {s, id.ID{}, id.ID{}, ErrOrgRequired}, {ScopeOf(b), id.ID{}, b, nil},
	} {
		if got, err := x.scope.One(x.named); got != x.want || !errors.Is(err, x.err) {
			t.Errorf("One(%v) = %v, %v; want %v, %v", x.named, got, err, x.want, x.err)
		}
	}
}
