package db_test

import (
	"fmt"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// word is a text type of our own, as the states of modules are.
type word string

// listed fills company_key with rows of every type, and org with a company of each id.
func listed(t *testing.T, d *db.DB, rows int) (ids []id.ID, numbers []int64, blobs [][]byte, words []word) {
	t.Helper()
	ids, numbers, blobs, words = make([]id.ID, rows), make([]int64, rows), make([][]byte, rows), make([]word, rows)
	write(t, d, func(tx *db.Tx) error {
		for i := range rows {
			ids[i], numbers[i], blobs[i], words[i] = tx.NewID(), int64(i), fmt.Appendf(nil, "b%d", i), word(fmt.Sprint("c", i))
			if _, err := tx.Exec(insertKey, ids[i], i, blobs[i], tx.Now()); err != nil {
				return err
			}
			if _, err := tx.Exec("INSERT INTO org (id, level, code, name, short_name, version, created_at) VALUES ($1, 'county', $2, '', '', 1, 0)", ids[i], words[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return ids, numbers, blobs, words
}

func TestListsOfAnyLengthAndType(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const rows = 300
		ids, numbers, blobs, words := listed(t, d, rows)
		for _, n := range []int{0, 1, 8, 9, 100, rows} {
			for name, q := range map[string]*db.Query{
				"ids":     db.In(new(db.Query).Where("key_no >= ?", 0), "org_id", ids[:n]),
				"numbers": db.In(new(db.Query), "key_no", numbers[:n]).Where("key_no < ?", rows),
				"blobs":   db.In(new(db.Query), "wrapped", blobs[:n]),
				"two":     db.In(db.In(new(db.Query), "org_id", ids), "key_no", numbers[:n]),
			} {
				text, args := q.Text("SELECT key_no FROM company_key", "ORDER BY key_no LIMIT ?", rows)
				read(t, d, func(tx *db.Tx) error {
					var got []int64
					err := tx.Select(&got, text, args...)
					if len(got) != n || n > 0 && got[n-1] != int64(n-1) {
						t.Errorf("%s: %d of %d", name, len(got), n)
					}
					return err
				})
			}
			if got := perCompany(t, d, ids[:5], words[:n]); got != min(n, 5) {
				t.Errorf("per company: %d of %d", got, n)
			}
		}
		text, args := db.In(new(db.Query), "org_id", ids[:100]).Text("DELETE FROM company_key", "")
		write(t, d, func(tx *db.Tx) error {
			n, err := tx.Exec(text, args...)
			if n != 100 {
				t.Errorf("%d deleted", n)
			}
			return err
		})
	})
}

// perCompany counts the companies of a scope that have one of the codes.
func perCompany(t *testing.T, d *db.DB, scope []id.ID, codes []word) (n int) {
	t.Helper()
	text, args := db.In(new(db.Query), "code", codes).PerOrg(db.ScopeOf(scope...), "SELECT id, code FROM org", "id", "code", 300)
	read(t, d, func(tx *db.Tx) error {
		n = 0
		return db.Each(tx, func(struct {
			ID   id.ID `db:"id"`
			Code word  `db:"code"`
		}) error {
			n++
			return nil
		}, text, args...)
	})
	return n
}

func TestPartsMergeInOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		parts := make([]db.Part, 3)
		for i := range parts {
			values := make([]int64, 20) // enough to travel as one argument
			for j := range values {
				values[j] = int64(3*j + i)
			}
			q := db.In(new(db.Query).Where("n >= ?", i), "n", values)
			parts[i].Text, parts[i].Args = q.Text("SELECT n FROM (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 5) AS v",
				"ORDER BY n LIMIT ?", 2)
		}
		for n, want := range map[int]string{1: "[0]", 2: "[0 1]", 3: "[0 1 2 5]"} {
			text, args := db.Merge(parts[:n], "n", 10)
			read(t, d, func(tx *db.Tx) error {
				var got []int64
				err := tx.Select(&got, text, args...)
				if fmt.Sprint(got) != want {
					t.Errorf("%d parts: %v, want %s", n, got, want)
				}
				return err
			})
		}
	})
}
