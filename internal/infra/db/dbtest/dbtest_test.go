package dbtest_test

import (
	"context"
	"database/sql"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// What a test leaves behind, be it rows, tables, a newer schema or a connection, the
// next one does not find.
func TestWhatATestLeavesIsGone(t *testing.T) {
	var last string
	for _, left := range []string{
		"INSERT INTO company_key (org_id, key_no, wrapped, created_at) VALUES ('01900000-0000-7000-8000-000000000001', 1, '', 1)",
		"CREATE TABLE mine (n bigint)", "CREATE SCHEMA mine", "DROP INDEX search_doc_tokens", "ALTER TABLE company_key ALTER COLUMN wrapped DROP NOT NULL",
		"INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)", "DROP TABLE goose_db_version", "SELECT 1",
	} {
		t.Run(left, func(t *testing.T) {
			c := dbtest.Config(t, db.PostgreSQL)
			if c.DSN != last && last != "" {
				t.Errorf("another database: %s, not %s", c.DSN, last)
			}
			last = c.DSN
			d, err := db.Open(context.Background(), c)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			var keys int
			if err := d.Read(context.Background(), func(tx *db.Tx) error { return tx.Get(&keys, "SELECT count(*) FROM company_key") }); err != nil || keys != 0 {
				t.Errorf("%d rows, %v", keys, err)
			}
			if done, err := d.Migrated(context.Background()); err != nil || !done {
				t.Errorf("migrated %t, %v", done, err)
			}
			leave(t, c.DSN, left)
		})
	}
}

// leave runs a statement on a connection that stays open.
func leave(t *testing.T, dsn, statement string) {
	t.Helper()
	raw, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.Exec(statement); err != nil {
		t.Fatal(err)
	}
}
