package db_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// Of requests with one key that come at once one makes something; those that
// asked for the same are told of it, those that asked for something else are
// refused. When the first fails, the next makes it.
func TestOnceAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		org, made := id.MustParse("01900000-0000-7000-8000-000000000001"), atomic.Int32{}
		failed := errors.New("failed")
		once := func(key, body string, fail bool) (got id.ID, err error) {
			err = d.Write(context.Background(), func(tx *db.Tx) error {
				got, _, err = tx.Once(db.Once{OrgID: org, UserID: org, Action: "a", Key: key, Body: []byte(body)}, func() (id.ID, error) {
					time.Sleep(5 * time.Millisecond) // others come meanwhile
					if fail {
						return id.ID{}, failed
					}
					made.Add(1)
					return tx.NewID(), nil
				})
				return err
			})
			return got, err
		}
		for key, fails := range map[string]int{"all go well": 0, "some fail": 3} {
			made.Store(0)
			got, errs := [8]id.ID{}, [8]error{}
			var wg sync.WaitGroup
			for i := range got {
				wg.Go(func() { got[i], errs[i] = once(key, map[bool]string{true: "other", false: "body"}[i == 7], i < fails) })
			}
			wg.Wait()
			answers := map[id.ID]bool{}
			for i, err := range errs {
				switch {
				case err == nil:
					answers[got[i]] = true
				case !errors.Is(err, failed) && !errors.Is(err, db.ErrKeyReused):
					t.Errorf("%s: %v", key, err)
				}
			}
			if made.Load() != 1 || len(answers) != 1 {
				t.Errorf("%s: made %d times, told of %d things", key, made.Load(), len(answers))
			}
		}
	})
}

func TestAKeyIsForgottenAfterItsTime(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, engine db.Dialect) {
		now := when.At(time.Date(2026, 1, 5, 8, 0, 0, 0, when.Zone))
		d := dbtest.Open(t, engine, func() when.Instant { return now })
		org := id.MustParse("01900000-0000-7000-8000-000000000001")
		for i, c := range []struct {
			after    time.Duration
			repeated bool
		}{{0, false}, {24*time.Hour - time.Microsecond, true}, {time.Microsecond, false}, {time.Hour, true}} {
			now = now.Add(c.after)
			err := d.Write(context.Background(), func(tx *db.Tx) error {
				_, repeated, err := tx.Once(db.Once{OrgID: org, UserID: org, Action: "a", Key: "k", Body: []byte("b")}, func() (id.ID, error) { return tx.NewID(), nil })
				if repeated != c.repeated {
					t.Errorf("%d: repeated %v", i, repeated)
				}
				return errors.Join(err, tx.ForgetOnce())
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
}
