package customer_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// few implements customer.Limits.
type few struct{ customer.ReceptionLimits }

func (f few) ReceptionLimitsTx(*db.Tx, id.ID) (customer.ReceptionLimits, error) {
	return f.ReceptionLimits, nil
}

// Nobody walks through the archive by visitors who never came: what one person looks up,
// registers and ties to customers is bounded by the day, each by itself.
func TestTheRegisterIsBoundedByTheDay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		c := w.create(ctx, person("张三"))
		w.SetLimits(few{customer.ReceptionLimits{Looks: 2, Visits: 2}})
		look := func(ctx context.Context) error {
			return second(w.KnownVisitor(ctx, customer.KnownInput{OrgID: w.one.ID, Phone: mobile(1234)}))
		}
		receive := func(ctx context.Context, key string) (customer.ReceptionDetail, error) {
			return w.Receive(ctx, key, visitor("李四", mobile(1001)))
		}
		for range 2 {
			w.must(look(ctx))
		}
		if err := look(ctx); !errors.Is(err, customer.ErrManyLooks) {
			t.Errorf("a third look: %v", err)
		}
		a, err := receive(ctx, "k")
		w.must(err)
		w.must(second(receive(ctx, "k"))) // the same once more is no second one
		_, err = receive(ctx, "")
		w.must(err)
		if _, err := receive(ctx, ""); !errors.Is(err, customer.ErrManyVisits) {
			t.Errorf("a third visitor: %v", err)
		}
		other := visitor("李四", mobile(1002))
		if _, err := w.UpdateReception(ctx, a.ID, a.Version, other); !errors.Is(err, customer.ErrManyLooks) {
			t.Errorf("another phone of a visitor: %v", err)
		}
		version := a.Version
		for range 2 {
			d, err := w.LinkReception(ctx, a.ID, version, customer.LinkInput{CustomerID: c.ID})
			w.must(err)
			d, err = w.UnlinkReception(ctx, a.ID, d.Version)
			w.must(err)
			version = d.Version
		}
		if _, err := w.LinkReception(ctx, a.ID, version, customer.LinkInput{CustomerID: c.ID}); !errors.Is(err, customer.ErrManyVisits) {
			t.Errorf("tied a third time: %v", err)
		}
		colleague := w.asUser(id.ID{8}, w.one)
		w.must(look(colleague))
		*w.now = w.now.Add(24 * time.Hour)
		w.must(look(ctx))
		w.must(second(receive(ctx, "")))
	})
}
