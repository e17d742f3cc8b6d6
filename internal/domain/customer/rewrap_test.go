package customer_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Data keys are wrapped anew while customers are made, changed and read; the work is
// broken off after each batch and goes on.
func TestDataKeysAreWrappedWhileOthersWork(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		var all []customer.Customer
		for n := range 25 {
			all = append(all, w.create(ctx, person("王小明", mobile(n))))
		}
		w.must(w.keys.RotateCompanies(t.Context(), w.db, []id.ID{w.one.ID}))
		if stale, err := w.StaleKeys(t.Context(), w.one.ID); err != nil || !stale {
			t.Fatalf("nothing to wrap: %v", err)
		}
		var work sync.WaitGroup
		work.Go(func() {
			for n := range 25 {
				if _, err := w.Get(ctx, all[n].ID); err != nil {
					t.Error(err)
				}
				if _, err := w.Create(ctx, "", person("李小红", mobile(100+n))); err != nil {
					t.Error(err)
				}
			}
		})
		total := 0
		for killed := true; killed; {
			step, kill := context.WithCancel(t.Context())
			r, err := w.RewrapKeys(step, w.one.ID, 10, func(n int) { kill() })
			kill()
			total += r.Wrapped
			if killed = errors.Is(err, context.Canceled); err != nil && !killed {
				t.Fatal(err)
			}
		}
		work.Wait()
		if total != 25 {
			t.Errorf("%d data keys wrapped anew, want 25", total)
		}
		for n, c := range all {
			got, err := w.Get(ctx, c.ID)
			if err != nil || len(got.Contacts) != 1 || got.Version != c.Version {
				t.Errorf("customer %d: %+v, version %d, %v", n, got.Contacts, got.Version, err)
			}
		}
		if stale, err := w.StaleKeys(t.Context(), w.one.ID); err != nil || stale {
			t.Errorf("something is left: %v", err)
		}
	})
}

func TestADamagedDataKeyIsNamedAndTheRestGoesOn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		bad, good, gone := w.create(ctx, person("王小明", mobile(1))), w.create(ctx, person("李小红", mobile(2))), w.create(ctx, person("张小三", mobile(3)))
		w.write(func(tx *db.Tx) error {
			_, err := tx.Exec("UPDATE customer SET data_key = $1 WHERE id = $2", append([]byte{1}, make([]byte, 60)...), bad.ID)
			w.must(err)
			_, err = tx.Exec("UPDATE customer SET data_key = $1 WHERE id = $2", []byte{}, gone.ID)
			return err
		})
		w.must(w.keys.RotateCompanies(t.Context(), w.db, []id.ID{w.one.ID}))
		r, err := w.RewrapKeys(t.Context(), w.one.ID, 10, func(int) {})
		if err != nil || r.Wrapped != 1 || len(r.Unreadable) != 1 || r.Unreadable[0] != bad.ID {
			t.Errorf("got %+v, %v", r, err)
		}
		if _, err := w.Get(ctx, good.ID); err != nil {
			t.Error(err)
		}
	})
}
