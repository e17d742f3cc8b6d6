package supply_test

import (
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func TestManagerSales(t *testing.T) {
	each(t, func(w *world) {
		w.sell(w.a, w.populate(w.a, w.build(w.a)))
		w.sell(w.b, w.populate(w.b, w.build(w.b)))
		ours, theirs, nobody := id.ID{15: 0xc1}, id.ID{15: 0xc2}, id.ID{15: 0xc3}
		w.manage(w.a, w.customer(w.a, 1, "张伟", customer.KindPerson), ours)
		w.manage(w.b, w.customer(w.b, 1, "张伟", customer.KindPerson), theirs)
		read := func(scope db.Scope, manager id.ID) (all []supply.ManagerSales) {
			w.read(func(tx *db.Tx) (err error) {
				all, err = w.svc.ManagerSalesTx(tx, scope, manager, 202411, 202610)
				return err
			})
			return all
		}
		both := db.ScopeOf(w.a, w.b)
		if n := []int{len(read(both, id.ID{})), len(read(db.ScopeOf(w.a), id.ID{})), len(read(both, theirs)), len(read(db.ScopeOf(w.a), theirs)), len(read(both, nobody))}; n[0] != 2 || n[1] != 1 || n[2] != 1 || n[3] != 0 || n[4] != 0 {
			t.Errorf("managers found: %v", n)
		}
		mine := read(both, ours)
		if len(mine) != 1 || mine[0].OrgID != w.a || mine[0].ManagerID != ours {
			t.Fatalf("of one manager: %+v", mine)
		}
		if wh, ok := mine[0].Energy(202610); !ok || wh != (1+2+6)*110_000 {
			t.Errorf("October: %d, %v", wh, ok)
		}
		if _, ok := mine[0].Energy(202611); ok {
			t.Error("November is known")
		}
		if f, ok := mine[0].Foretell(202610, 202611); !ok || f.EnergyWh != 9*121_000 {
			t.Errorf("November: %+v, %v", f, ok)
		}
	})
}

func TestForetellReachesTwoYears(t *testing.T) {
	months := map[when.Month]int64{}
	for m := when.Month(202401); m <= 202512; m = m.Add(1) {
		months[m] = map[bool]int64{true: 1_000_000, false: 1_100_000}[m < 202501]
	}
	m := supply.SalesOf(id.ID{1}, id.ID{2}, months)
	for month, want := range map[when.Month]int64{202601: 1_210_000, 202612: 1_210_000, 202701: 1_331_000, 202712: 1_331_000, 202801: 0} {
		f, ok := m.Foretell(202512, month)
		if ok != (want > 0) || f.EnergyWh != want {
			t.Errorf("%d: %d, %v, want %d", month, f.EnergyWh, ok, want)
		}
	}
	if _, known := m.Energy(202601); known {
		t.Error("foretelling left a month behind")
	}
	if sum := supply.Together([]supply.ManagerSales{m, m}); sum.PastError(202512).Months != m.PastError(202512).Months {
		t.Error("the sum forgets months")
	}
	if wh, _ := supply.Together([]supply.ManagerSales{m, m}).Energy(202501); wh != 2_200_000 {
		t.Errorf("together %d", wh)
	}
}
