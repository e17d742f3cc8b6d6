package db_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// asked runs a request that is to happen once.
func asked(d *db.DB, o db.Once, make func() (id.ID, error)) (got id.ID, repeated bool, err error) {
	err = d.Write(context.Background(), func(tx *db.Tx) error {
		got, repeated, err = tx.Once(o, func() (id.ID, error) {
			if make != nil {
				return make()
			}
			return tx.NewID(), nil
		})
		return err
	})
	return got, repeated, err
}

// A key is its user's for one operation in one company: the same word of somebody
// else means nothing.
func TestKeysOfOthersMeanNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		base := db.Once{OrgID: id.ID{1}, UserID: id.ID{2}, Action: "a", Key: "k", Body: []byte("b")}
		first, _, err := asked(d, base, nil)
		if err != nil {
			t.Fatal(err)
		}
		for name, change := range map[string]func(o *db.Once){
			"company": func(o *db.Once) { o.OrgID = id.ID{9} }, "user": func(o *db.Once) { o.UserID = id.ID{9} },
			"operation": func(o *db.Once) { o.Action = "b" }, "key": func(o *db.Once) { o.Key = "K" },
			"key and operation run together": func(o *db.Once) { o.Action, o.Key = "", "a\x00k" },
		} {
			o := base
			change(&o)
			if got, repeated, err := asked(d, o, nil); err != nil || repeated || got == first {
				t.Errorf("another %s: %v, %t, %v", name, got, repeated, err)
			}
		}
		if got, repeated, err := asked(d, base, nil); err != nil || !repeated || got != first {
			t.Errorf("the same again: %v, %t, %v", got, repeated, err)
		}
	})
}

// A request that fails or crashes leaves its key free.
func TestAFailedRequestMayBeSentAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := db.Once{OrgID: id.ID{1}, UserID: id.ID{2}, Action: "a", Key: "k", Body: []byte("b")}
		failed := errors.New("failed")
		if _, _, err := asked(d, o, func() (id.ID, error) { return id.ID{}, failed }); !errors.Is(err, failed) {
			t.Errorf("first: %v", err)
		}
		func() {
			defer func() { _ = recover() }()
			_, _, _ = asked(d, o, func() (id.ID, error) { panic("crash") })
		}()
		o.Body = []byte("corrected")
		if _, repeated, err := asked(d, o, nil); err != nil || repeated {
			t.Errorf("corrected: %t, %v", repeated, err)
		}
	})
}

// The same request sent to two processes at once happens once.
func TestOnceOverSeveralProcesses(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) {
		one, again := opened(t, e)
		two := again()
		defer one.Close()
		defer two.Close()
		o := db.Once{OrgID: id.ID{1}, UserID: id.ID{2}, Action: "a", Key: "k", Body: []byte("b")}
		var mu sync.Mutex
		answers, fresh := map[id.ID]bool{}, 0
		var wg sync.WaitGroup
		for n := range 8 {
			wg.Go(func() {
				got, repeated, err := asked([]*db.DB{one, two}[n%2], o, nil)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Errorf("request %d: %v", n, err)
				}
				if answers[got] = true; !repeated {
					fresh++
				}
			})
		}
		wg.Wait()
		if len(answers) != 1 || fresh != 1 {
			t.Errorf("made %d times, %d answers", fresh, len(answers))
		}
	})
}
