package customer_test

import (
	"errors"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func TestCreateGetList(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		in := person("单雄信", mobile(1234), "0578-2123456")
		in.Certificates = []customer.CertificateInput{{Kind: "resident_id", Number: residentID(t, "1990-05-06", 7)}}
		in.UnitID, in.ManagerID, in.Tags, in.Classes = w.station.ID, w.manager, []string{"重点", "孤寡"}, map[string]string{"relation": "potential"}
		c := w.create(ctx, in)
		got, err := w.Get(ctx, c.ID)
		w.must(err)
		t.Logf("%+v", got)
		items, next, err := w.List(ctx, customer.ListInput{Sort: "name", Limit: 10, WithPhone: true, Filter: customer.Filter{Classes: []string{"relation:potential"}, Tags: []string{"孤寡"}}})
		w.must(err)
		t.Logf("%+v %q", items, next)
		for _, q := range []string{"雄信", "shanxiong", "sxx", mobile(1234), "1234", "单", c.CustomerNo, in.Certificates[0].Number, "2123456", "雄信 1234"} {
			found, err := w.Search(ctx, q, 5)
			if err != nil || len(found) != 1 {
				t.Errorf("%s: %+v %v", q, found, err)
			}
		}
		if _, err := w.Create(ctx, "", in); !errors.Is(err, customer.ErrDuplicates) {
			t.Errorf("%v", err)
		}
		name := "单信"
		u, err := w.Update(ctx, c.ID, 1, customer.UpdateInput{Name: &name})
		if err != nil || u.Name != name || u.Version != 2 {
			t.Errorf("%+v %v", u, err)
		}
		if _, err := w.Update(ctx, c.ID, 1, customer.UpdateInput{Name: &name}); !errors.Is(err, db.ErrStale) {
			t.Errorf("%v", err)
		}
	})
}
