package db_test

import (
	"context"
	"errors"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// What waits is there for the next statement, in its order, and after the commit.
func TestWhatWaitsRunsInItsOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write(t, d, func(tx *db.Tx) error {
			org := tx.NewID()
			for no := range 3 {
				if err := tx.ExecLater(insertKey, org, no, []byte{1}, tx.Now()); err != nil {
					return err
				}
			}
			if err := tx.ExecLater("UPDATE company_key SET key_no = key_no + 10 WHERE org_id = $1 AND key_no = $2", org, 2); err != nil {
				return err
			}
			var sum int
			if err := tx.Get(&sum, "SELECT CAST(sum(key_no) AS bigint) FROM company_key WHERE org_id = $1", org); err != nil || sum != 13 {
				t.Errorf("sum %d: %v", sum, err)
			}
			if n, err := tx.Exec("DELETE FROM company_key WHERE org_id = $1 AND key_no = $2", org, 12); err != nil || n != 1 {
				t.Errorf("%d deleted: %v", n, err)
			}
			return tx.ExecLater(insertKey, org, 7, []byte{1}, tx.Now())
		})
		if n := countKeys(t, d); n != 3 {
			t.Errorf("%d rows", n)
		}
	})
}

// A statement that fails late takes the whole transaction back, whether another follows
// or the commit.
func TestWhatWaitsFailsTheTransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var org id.ID
		twice := func(tx *db.Tx) error {
			if org = tx.NewID(); tx.ExecLater(insertKey, org, 1, []byte{1}, tx.Now()) != nil {
				return errors.New("the first row is refused")
			}
			return tx.ExecLater(insertKey, org, 1, []byte{2}, tx.Now())
		}
		for name, fn := range map[string]func(tx *db.Tx) error{
			"at the commit": twice,
			"at the next statement": func(tx *db.Tx) error {
				if err := twice(tx); err != nil {
					return err
				}
				_, err := tx.Exec(insertKey, org, 2, []byte{1}, tx.Now())
				return err
			},
			"before many rows": func(tx *db.Tx) error {
				if err := twice(tx); err != nil {
					return err
				}
				return tx.Add(keys(tx, 20))
			},
		} {
			if err := d.Write(context.Background(), fn); !errors.Is(err, db.ErrDuplicate) {
				t.Errorf("%s: %v", name, err)
			}
			if n := countKeys(t, d); n != 0 {
				t.Errorf("%s: %d rows are left", name, n)
			}
		}
		if err := d.Read(context.Background(), func(tx *db.Tx) error { return tx.ExecLater(insertKey, org, 1, []byte{1}, tx.Now()) }); err == nil {
			t.Error("a reader writes later")
		}
	})
}

// What waited in a transaction that failed is not found in the next of its connection.
func TestWhatWaitedIsForgotten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		sorry := errors.New("sorry")
		for range 20 {
			err := d.Write(context.Background(), func(tx *db.Tx) error {
				return errors.Join(tx.ExecLater(insertKey, tx.NewID(), 1, []byte{1}, tx.Now()), sorry)
			})
			if !errors.Is(err, sorry) {
				t.Fatal(err)
			}
			write(t, d, func(tx *db.Tx) error { return tx.Get(new(int), "SELECT count(*) FROM company_key") })
		}
		if n := countKeys(t, d); n != 0 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestAddWritesFewAndMany(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, n := range []int{0, 1, 7, 8, 100} {
			before := countKeys(t, d)
			write(t, d, func(tx *db.Tx) error { return tx.Add(keys(tx, n)) })
			if got := countKeys(t, d) - before; got != n {
				t.Errorf("%d of %d rows", got, n)
			}
		}
	})
}

func keys(tx *db.Tx, n int) db.Bulk {
	org := tx.NewID()
	return db.Bulk{Table: "company_key", Columns: []string{"org_id", "key_no", "wrapped", "created_at"}, Len: n,
		Row: func(i int) []any { return []any{org, i, []byte{byte(i)}, tx.Now()} }}
}
