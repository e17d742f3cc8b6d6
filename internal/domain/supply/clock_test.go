package supply_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// clocked is each with a clock that is set forward by the test.
func clocked(t *testing.T, fn func(w *world, set func(utc string))) {
	t.Helper()
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) {
		at := now
		w := newWorldAt(t, e, func() when.Instant { return at })
		fn(w, func(utc string) {
			if err := at.UnmarshalText([]byte(utc)); err != nil {
				t.Fatal(err)
			}
		})
	})
}

// The month that has ended last is that of the companies' clocks, not of the
// machine's: at four in the afternoon in London it begins in Shanghai.
func TestTheLastMonthEndsInShanghai(t *testing.T) {
	clocked(t, func(w *world, set func(string)) {
		ctx := w.as(w.a, "supply.*", "customer.reveal")
		a, err := supply.AddAccount(ctx, w.svc, "", account("1", "张伟"))
		if err != nil {
			w.t.Fatal(err)
		}
		for i, c := range []struct {
			utc  string
			want when.Month
		}{
			{"2026-11-30T15:59:59Z", 202610}, {"2026-11-30T16:00:00Z", 202611}, {"2026-12-31T16:00:00Z", 202612}, {"2028-02-29T15:59:59Z", 202801}, {"2028-02-29T16:00:00Z", 202802},
		} {
			set(c.utc)
			if _, err := w.load(w.a, supply.Energy{AccountID: a.ID, Month: c.want, EnergyWh: int64(i + 1)}); err != nil {
				w.t.Fatal(err)
			}
			use, err := w.svc.Consumption(ctx, a.ID, 0, 3)
			if err != nil || use.Month != c.want || value(w.tt(), use.Figures, "energy_month") != int64(i+1) {
				w.t.Errorf("%s: figures of %d: %v, want %d", c.utc, use.Month, err, c.want)
			}
			st, err := w.svc.Statistics(ctx, id.ID{}, "company", 0, 0)
			if err != nil || st.To != c.want || st.From != c.want.Add(-11) {
				w.t.Errorf("%s: statistics %d to %d: %v", c.utc, st.From, st.To, err)
			}
		}
	})
}

// A state of an installation holds from midnight to midnight in Shanghai.
func TestAStateBeginsAtMidnightInShanghai(t *testing.T) {
	clocked(t, func(w *world, set func(string)) {
		ctx := w.as(w.a, "supply.*", "customer.reveal")
		a, err := supply.AddAccount(ctx, w.svc, "", account("1", "张伟"))
		if err != nil {
			w.t.Fatal(err)
		}
		for i, day := range []when.Day{"2026-01-01", "2027-01-01"} {
			in := supply.InstallationInput{ValidFrom: day, SecurityLoadW: int64(i + 1)}
			if _, err := w.svc.CreateInstallation(ctx, a.ID, "", in); err != nil {
				w.t.Fatal(err)
			}
		}
		for i, utc := range []string{"2026-12-31T15:59:59Z", "2026-12-31T16:00:00Z"} {
			set(utc)
			d, err := w.svc.Detail(ctx, a.ID)
			if err != nil || d.Installation == nil || d.Installation.SecurityLoadW != int64(i+1) {
				w.t.Errorf("%s: %+v, %v", utc, d.Installation, err)
			}
		}
	})
}

// A fault just after midnight in Shanghai is of the new day, in the list and in
// the file; one just before it is not.
func TestAFaultIsOfItsDayInShanghai(t *testing.T) {
	each(t, func(w *world) {
		n := w.build(w.a)
		h := w.handler()
		for _, at := range []string{"2026-10-31T15:59:59Z", "2026-10-31T16:00:00Z"} {
			call[any](w, h, "maintainer", "POST", "/api/v1/equipment-conditions",
				fmt.Sprintf(`{"node_kind":"line","node_id":%q,"kind":"fault","found_at":%q,"finding":"跳闸"}`, n.T, at), 201)
		}
		for since, want := range map[string]string{"2026-10-31": "2026-11-01 00:00, 2026-10-31 23:59", "2026-11-01": "2026-11-01 00:00", "2026-11-02": ""} {
			rows := w.csvRows(h, "maintainer", "/api/v1/equipment-conditions.csv?kind=fault&since="+since, 200)
			at := index(rows[0], "发现时间")
			got := strings.Join(words(rows[1:], func(row []string) string { return row[at] }), ", ")
			if got != want {
				w.t.Errorf("since %s: %s, want %s", since, got, want)
			}
		}
	})
}

// index is where a heading stands, or a failure to the reader of the row.
func index(heading []string, want string) int {
	for i, h := range heading {
		if h == want {
			return i
		}
	}
	panic(fmt.Sprint("no ", want, " in ", heading))
}

// A meter may be hung today, and today is Shanghai's.
func TestTodayIsShanghais(t *testing.T) {
	clocked(t, func(w *world, set func(string)) {
		set("2026-12-31T16:00:00Z")
		ctx := w.as(w.a, "supply.*")
		at := w.hung(1)
		m, err := supply.AddMeter(ctx, w.svc, supply.MeterInput{AssetNo: "A1"})
		if err != nil {
			w.t.Fatal(err)
		}
		if _, err := w.svc.Install(ctx, m.ID, m.Version, supply.InstallInput{PointID: at[0], On: "2027-01-02"}); err == nil {
			w.t.Error("hung tomorrow")
		}
		if _, err := w.svc.Install(ctx, m.ID, m.Version, supply.InstallInput{PointID: at[0], On: "2027-01-01"}); err != nil {
			w.t.Errorf("hung today: %v", err)
		}
	})
}

// A key is kept for a day and a forgotten key makes another record; the clock that
// counts is the database's.
func TestAKeyIsForgottenAfterADay(t *testing.T) {
	clocked(t, func(w *world, set func(string)) {
		ctx := w.as(w.a, "supply.*", "customer.reveal")
		add := func(no string) (id.ID, error) {
			a, err := supply.AddAccount(ctx, w.svc, "k", account(no, "张伟"))
			if err != nil {
				return id.ID{}, err
			}
			return a.ID, nil
		}
		set("2026-11-22T01:00:00Z")
		first, err := add("1")
		if err != nil {
			w.t.Fatal(err)
		}
		set("2026-11-23T00:59:59Z")
		if again, err := add("1"); err != nil || again != first {
			w.t.Errorf("within the day: %v, %v", again, err)
		}
		if _, err := add("2"); !errors.Is(err, db.ErrKeyReused) {
			w.t.Errorf("another body: %v", err)
		}
		set("2026-11-23T02:00:00Z")
		if other, err := add("2"); err != nil || other == first {
			w.t.Errorf("after the day: %v, %v", other, err)
		}
	})
}
