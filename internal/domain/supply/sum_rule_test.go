package supply_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
)

// check holds a property of what is kept n times; rapid's own number of times is for
// properties that cost nothing. A failure is not counted, so that it can be shrunk.
func (w *world) check(n int, property func(rt *rapid.T)) {
	w.t.Helper()
	held := 0
	rapid.Check(w.tt(), func(rt *rapid.T) {
		if held < n {
			property(rt)
			held++
		}
	})
}

// joined spells a word of each.
func joined[T any](list []T, word func(T) string) string { return strings.Join(words(list, word), " ") }

// However energy is entered and corrected while accounts change their class, what
// was sold is the sum of what was taken, each figure the sum of its parts, and a
// corrected month stays where it was sold.
func TestFiguresAreTheSumOfTheirParts(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.a, "supply.*", "customer.reveal")
		var ids []id.ID
		for i := range 4 {
			a, err := supply.AddAccount(ctx, w.svc, "", account(fmt.Sprint("100", i), "张伟"))
			if err != nil {
				w.t.Fatal(err)
			}
			ids = append(ids, a.ID)
		}
		known := map[string]int64{} // account and month → energy, as it was entered last
		w.check(12, func(rt *rapid.T) {
			for range rapid.IntRange(1, 4).Draw(rt, "steps") {
				if rapid.IntRange(0, 2).Draw(rt, "change") == 0 {
					w.reclass(rt, rapid.SampledFrom(ids).Draw(rt, "account"))
					continue
				}
				var rows []supply.Energy
				for _, i := range rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 1, 4, rapid.ID[id.ID]).Draw(rt, "accounts") {
					e := supply.Energy{AccountID: i, Month: when.Month(202511).Add(rapid.IntRange(0, 3).Draw(rt, "month")), EnergyWh: rapid.Int64Range(0, 1e9).Draw(rt, "energy")}
					rows = append(rows, e)
					known[fmt.Sprint(i, e.Month)] = e.EnergyWh
				}
				if _, err := w.load(w.a, rows...); err != nil {
					rt.Fatal(err)
				}
			}
			var total int64
			for _, wh := range known {
				total += wh
			}
			w.soldIsTaken()
			w.figuresAgree(rt, total)
		})
	})
}

// reclass makes an account another's class and area.
func (w *world) reclass(rt *rapid.T, i id.ID) {
	ctx := w.as(w.a, "supply.*", "customer.reveal")
	a, err := supply.ReadAccount(ctx, w.svc, i)
	if err != nil {
		rt.Fatal(err)
	}
	a.Class = rapid.SampledFrom([]string{"hv", "lv_nonres", "lv_res"}).Draw(rt, "class")
	a.Area = rapid.SampledFrom([]string{"urban", "rural"}).Draw(rt, "area")
	if _, err := supply.ChangeAccount(ctx, w.svc, *a); err != nil {
		rt.Fatal(err)
	}
}

// figuresAgree compares the statistics of every way of grouping with the whole.
func (w *world) figuresAgree(rt *rapid.T, total int64) {
	ctx := w.as(w.a, "supply.*", "customer.reveal")
	for _, by := range []string{"company", "class", "use_category", "area", "segment"} {
		st, err := w.svc.Statistics(ctx, id.ID{}, by, 202511, 202602)
		if err != nil {
			rt.Fatal(err)
		}
		var rows, months int64
		for _, r := range st.Rows {
			rows += r.EnergyWh
			for _, m := range r.Months {
				months += m.EnergyWh
			}
		}
		if st.TotalWh != total || rows != total || months != total {
			rt.Fatalf("by %s: total %d, rows %d, months %d, want %d", by, st.TotalWh, rows, months, total)
		}
		figures, err := w.svc.FiguresBy(ctx, id.ID{}, by, 202602, 0)
		if err != nil {
			rt.Fatal(err)
		}
		var year int64
		for _, r := range figures {
			for _, f := range r.Figures {
				if f.Code == "energy_12m" {
					year += f.Value
				}
			}
		}
		if year != total {
			rt.Fatalf("figures by %s sum to %d, want %d", by, year, total)
		}
	}
}

// A customer's statistics, assessment and accounts tell the same energy.
func TestACustomersPapersAgree(t *testing.T) {
	each(t, func(w *world) {
		w.sell(w.a, w.populate(w.a, w.build(w.a)))
		ctx := w.as(w.a, "supply.*", "customer.reveal")
		zhang := w.customer(w.a, 1, "张伟", customer.KindPerson)
		st, err := w.svc.StatisticsOf(ctx, zhang, id.ID{}, 0, 0)
		if err != nil {
			w.t.Fatal(err)
		}
		as, err := w.svc.Assess(ctx, zhang, id.ID{}, 0)
		if err != nil {
			w.t.Fatal(err)
		}
		var lines, accounts int64
		for _, l := range as.Lines {
			lines += l.YearWh
			c, err := w.svc.Consumption(ctx, l.AccountID, 0, 3)
			if err != nil {
				w.t.Fatal(err)
			}
			accounts += value(t, c.Figures, "energy_12m")
		}
		if year := value(t, as.Figures, "energy_12m"); year == 0 || st.TotalWh != year || lines != year || accounts != year {
			w.t.Errorf("statistics %d, assessment %d, its lines %d, their accounts %d", st.TotalWh, year, lines, accounts)
		}
	})
}

// The city's rows are those of its counties, and a county sees its own alone.
func TestACityIsTheSumOfItsCounties(t *testing.T) {
	each(t, func(w *world) {
		w.sell(w.a, w.populate(w.a, w.build(w.a)))
		w.sell(w.b, w.populate(w.b, w.build(w.b)))
		total := func(node, only id.ID) int64 {
			st, err := w.svc.Statistics(w.as(node, "supply.*"), only, "segment", 0, 0)
			if err != nil {
				w.t.Fatal(err)
			}
			return st.TotalWh
		}
		a, b := total(w.a, id.ID{}), total(w.b, id.ID{})
		if a == 0 || total(w.city, id.ID{}) != a+b || total(w.city, w.b) != b || total(w.a, w.b) != 0 {
			w.t.Errorf("counties %d and %d, city %d", a, b, total(w.city, id.ID{}))
		}
	})
}

// A month twice in one load is refused wherever the two rows stand, and nothing of
// the load is kept.
func TestAMonthTwiceInALongLoadIsRefused(t *testing.T) {
	each(t, func(w *world) {
		a, _ := w.newAccount("77", "")
		var rows []supply.Energy
		for i := range 1200 {
			rows = append(rows, supply.Energy{AccountID: a.ID, Month: when.Month(190001).Add(i), EnergyWh: int64(i)})
		}
		rows[1150].Month = rows[3].Month
		if l, err := w.load(w.a, rows...); err == nil || err.Error() != "input.invalid rows[1150].month=repeated_month" {
			w.t.Errorf("%+v, %v", l, err)
		}
		rows[1150].EnergyWh, rows[1150].Month = -1, 200001
		if _, err := w.load(w.a, rows...); err == nil || !strings.Contains(err.Error(), "rows[1150].energy_wh=too_small") {
			w.t.Errorf("named wrongly: %v", err)
		}
		if n := w.count("SELECT count(*) FROM consumption") + w.count("SELECT count(*) FROM sales"); n != 0 {
			w.t.Errorf("%d rows of refused loads", n)
		}
	})
}
