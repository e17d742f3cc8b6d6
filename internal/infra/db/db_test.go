package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

type key struct {
	OrgID     id.ID        `db:"org_id"`
	KeyNo     int          `db:"key_no"`
	Wrapped   []byte       `db:"wrapped"`
	CreatedAt when.Instant `db:"created_at"`
	MasterNo  int          `db:"master_no"`
}

const insertKey = `INSERT INTO company_key (org_id, key_no, wrapped, created_at) VALUES ($1, $2, $3, $4)`

func countKeys(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	read(t, d, func(tx *db.Tx) error { return tx.Get(&n, `SELECT count(*) FROM company_key`) })
	return n
}

func read(t *testing.T, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Read(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func TestRowsComeBackAsWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var want key
		write(t, d, func(tx *db.Tx) error {
			want = key{tx.NewID(), 3, []byte{0, 255, 7}, tx.Now(), 1}
			_, err := tx.Exec(insertKey, want.OrgID, want.KeyNo, want.Wrapped, want.CreatedAt)
			return err
		})
		read(t, d, func(tx *db.Tx) error {
			var got key
			if err := tx.Get(&got, `SELECT * FROM company_key WHERE org_id = $1`, want.OrgID); err != nil {
				return err
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("got %v, want %v", got, want)
			}
			var none []key
			if err := tx.Select(&none, `SELECT * FROM company_key WHERE key_no = $1`, 99); err != nil || none == nil || len(none) != 0 {
				t.Errorf("no rows: %#v, %v", none, err)
			}
			if err := tx.Get(&got, `SELECT * FROM company_key WHERE key_no = $1`, 99); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("missing row: %v", err)
			}
			return nil
		})
	})
}

func TestErrorsAreOurs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		org := id.MustParse("01900000-0000-7000-8000-000000000001")
		add := func(tx *db.Tx) error { _, err := tx.Exec(insertKey, org, 1, []byte{1}, 1); return err }
		write(t, d, add)
		if err := d.Write(context.Background(), add); !errors.Is(err, db.ErrDuplicate) {
			t.Errorf("second insert: %v", err)
		}
		if err := d.Read(context.Background(), func(tx *db.Tx) error { _, err := tx.Exec(insertKey, org, 2, []byte{1}, 1); return err }); err == nil {
			t.Error("a write inside Read succeeded")
		}
		err := d.Write(context.Background(), func(tx *db.Tx) error { return d.Write(tx.Context(), add) })
		if err == nil || errors.Is(err, db.ErrDuplicate) {
			t.Errorf("nested transaction: %v", err)
		}
		if err := d.Write(context.Background(), func(tx *db.Tx) error {
			return tx.ExecOne(db.ErrStale, `UPDATE company_key SET created_at = 2 WHERE org_id = $1 AND key_no = $2`, org, 7)
		}); !errors.Is(err, db.ErrStale) {
			t.Errorf("update of nothing: %v", err)
		}
		if n := countKeys(t, d); n != 1 {
			t.Errorf("%d keys, want 1", n)
		}
	})
}

func TestAFailingWriterTakesBackOnlyItsOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const writers = 64
		boom := errors.New("boom")
		var wg sync.WaitGroup
		for i := range writers {
			wg.Go(func() {
				defer func() {
					if p := recover(); (p != nil) != (i%4 == 3) {
						t.Errorf("writer %d: panic %v", i, p)
					}
				}()
				err := d.Write(context.Background(), func(tx *db.Tx) error {
					if _, err := tx.Exec(insertKey, tx.NewID(), i, []byte{1}, tx.Now()); err != nil {
						return err
					}
					switch i % 4 {
					case 2:
						return boom
					case 3:
						panic("crash")
					}
					return nil
				})
				if errors.Is(err, boom) != (i%4 == 2) {
					t.Errorf("writer %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if n := countKeys(t, d); n != writers/2 {
			t.Errorf("%d keys, want %d", n, writers/2)
		}
	})
}

func TestACancelledWriterLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(context.Background())
		err := d.Write(ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(insertKey, tx.NewID(), 1, []byte{1}, tx.Now()); err != nil {
				return err
			}
			cancel()
			_, err := tx.Exec(insertKey, tx.NewID(), 2, []byte{1}, tx.Now())
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want cancelled", err)
		}
		if n := countKeys(t, d); n != 0 {
			t.Errorf("%d keys, want 0", n)
		}
	})
}

func TestBulkAndEach(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const rows = 1000
		org := id.MustParse("01900000-0000-7000-8000-000000000001")
		load := func(tx *db.Tx) error {
			return tx.Bulk(db.Bulk{Table: "company_key", Columns: []string{"org_id", "key_no", "wrapped", "created_at"}, Len: rows,
				Row: func(i int) []any { return []any{org, i, []byte{byte(i)}, when.Instant(i)} }})
		}
		write(t, d, load)
		if err := d.Write(context.Background(), load); !errors.Is(err, db.ErrDuplicate) {
			t.Errorf("second load: %v", err)
		}
		seen := 0
		read(t, d, func(tx *db.Tx) error {
			return db.Each(tx, func(k key) error {
				if k.KeyNo != seen || k.Wrapped[0] != byte(seen) || k.OrgID != org {
					return fmt.Errorf("row %d is %v", seen, k)
				}
				seen++
				return nil
			}, `SELECT * FROM company_key ORDER BY key_no`)
		})
		if seen != rows {
			t.Errorf("%d rows, want %d", seen, rows)
		}
	})
}

func TestListsAreReadPerCompanyAndMerged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		orgs := make([]id.ID, 3)
		write(t, d, func(tx *db.Tx) error {
			for i := range orgs {
				orgs[i] = tx.NewID()
				for n := range 5 {
					if _, err := tx.Exec(insertKey, orgs[i], n, []byte{byte(i)}, 10*n+i); err != nil {
						return err
					}
				}
			}
			return nil
		})
		list := func(s db.Scope) (got []int64) {
			q := new(db.Query).Where("key_no > ?", 0)
			text, args := q.PerOrg(s, "SELECT created_at FROM company_key", "org_id", "created_at DESC", 4)
			read(t, d, func(tx *db.Tx) error { return tx.Select(&got, text, args...) })
			return got
		}
		for want, scope := range map[string]db.Scope{
			"[42 41 40 32]": db.ScopeOf(orgs...),
			"[41 31 21 11]": db.ScopeOf(orgs[1]),
			"[42 40 32 30]": db.ScopeOf(orgs[2], orgs[0], orgs[2]),
			"[]":            {},
		} {
			if got := fmt.Sprint(list(scope)); got != want {
				t.Errorf("scope of %d: %s, want %s", len(scope.Orgs()), got, want)
			}
		}
	})
}

func TestOnce(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, engine db.Dialect) {
		now := when.At(time.Date(2026, 1, 5, 8, 0, 0, 0, when.Zone))
		d := dbtest.Open(t, engine, func() when.Instant { return now })
		org, made := id.MustParse("01900000-0000-7000-8000-000000000001"), 0
		once := func(key, body string) (got id.ID, repeated bool, err error) {
			err = d.Write(context.Background(), func(tx *db.Tx) error {
				got, repeated, err = tx.Once(db.Once{OrgID: org, UserID: org, Action: "a", Key: key, Body: []byte(body)},
					func() (id.ID, error) { made++; return tx.NewID(), nil })
				return err
			})
			return got, repeated, err
		}
		first, repeated, err := once("k", "body")
		if err != nil || repeated {
			t.Fatal(repeated, err)
		}
		if again, repeated, err := once("k", "body"); err != nil || !repeated || again != first {
			t.Errorf("again: %v %v %v", again, repeated, err)
		}
		if _, _, err := once("k", "other"); !errors.Is(err, db.ErrKeyReused) {
			t.Errorf("other body: %v", err)
		}
		now = now.Add(25 * time.Hour)
		if later, repeated, err := once("k", "other"); err != nil || repeated || later == first {
			t.Errorf("a day later: %v %v %v", later, repeated, err)
		}
		if _, _, err := once("", "body"); err != nil || made != 3 {
			t.Errorf("made %d times, want 3: %v", made, err)
		}
	})
}
