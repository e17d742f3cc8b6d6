package supply_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
)

// dayOf is the n-th day of the year of all tests.
func dayOf(n int) when.Day {
	return when.At(time.Date(2026, 1, n, 0, 0, 0, 0, when.Zone)).Day()
}

// hung makes an account with points to hang meters at.
func (w *world) hung(points int) (at []id.ID) {
	w.t.Helper()
	ctx := w.as(w.a, "supply.*", "customer.reveal")
	a, err := supply.AddAccount(ctx, w.svc, "", account("77", "张伟"))
	if err != nil {
		w.t.Fatal(err)
	}
	for i := range points {
		p, err := supply.AddPoint(ctx, w.svc, point(fmt.Sprint("M", i), a.ID))
		if err != nil {
			w.t.Fatal(err)
		}
		at = append(at, p.ID)
	}
	return at
}

// However meters are moved, a meter hangs at one point at a time: the times of its
// history follow each other, and what it says of itself is the last of them.
func TestAMetersTimesFollowEachOther(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.a, "supply.*")
		at := w.hung(3)
		serial := 0
		w.check(20, func(rt *rapid.T) {
			serial++
			m, err := supply.AddMeter(ctx, w.svc, supply.MeterInput{AssetNo: fmt.Sprint("A", serial)})
			if err != nil {
				rt.Fatal(err)
			}
			for range rapid.IntRange(1, 8).Draw(rt, "moves") {
				next, err := w.moveMeter(rt, m, at)
				if err == nil {
					m = next
				}
				if kind := fault.KindOf(err); err != nil && kind != fault.Invalid && kind != fault.Conflict {
					rt.Fatal(err)
				}
			}
			times, err := w.svc.Installations(ctx, m.ID, id.ID{})
			if err != nil {
				rt.Fatal(err)
			}
			timesFollow(rt, m, times)
		})
	})
}

// moveMeter hangs a meter somewhere or takes it down, on any day of the year.
func (w *world) moveMeter(rt *rapid.T, m *supply.Meter, at []id.ID) (*supply.Meter, error) {
	on := dayOf(rapid.IntRange(1, 320).Draw(rt, "day"))
	ctx := w.as(w.a, "supply.*")
	if rapid.Bool().Draw(rt, "hang") {
		return w.svc.Install(ctx, m.ID, m.Version, supply.InstallInput{PointID: rapid.SampledFrom(at).Draw(rt, "point"), On: on})
	}
	return w.svc.TakeDown(ctx, m.ID, m.Version, supply.RemoveInput{On: on})
}

// timesFollow holds the times of a meter, the newest first, to the promise.
func timesFollow(rt *rapid.T, m *supply.Meter, times []supply.Installed) {
	slices.Reverse(times)
	for i, at := range times {
		open := at.RemovedOn == ""
		if open != (i == len(times)-1 && m.Status == "installed") {
			rt.Fatalf("%s: time %d of %d open %v", m.Status, i, len(times), open)
		}
		if open && (m.PointID != at.PointID || m.InstalledOn != at.InstalledOn) || !open && at.RemovedOn < at.InstalledOn {
			rt.Fatalf("meter %+v, time %+v", m, at)
		}
		if i > 0 && at.InstalledOn < times[i-1].RemovedOn {
			rt.Fatalf("hung from %s although it hung elsewhere until %s", at.InstalledOn, times[i-1].RemovedOn)
		}
	}
	if m.Status != "installed" && !m.PointID.IsZero() {
		rt.Fatalf("%s at %v", m.Status, m.PointID)
	}
}

// What cannot have happened yet is a slip of the pen; left standing, it would keep
// the meter at its point until that day.
func TestAMeterIsNotHungInTheFuture(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.a, "supply.*")
		at := w.hung(1)
		m, err := supply.AddMeter(ctx, w.svc, supply.MeterInput{AssetNo: "A1"})
		if err != nil {
			w.t.Fatal(err)
		}
		refused := func(err error) bool {
			var f *fault.Error
			return errors.As(err, &f) && len(f.Fields) == 1 && f.Fields[0].Name == "on" && f.Fields[0].Code == "in_future"
		}
		if _, err := w.svc.Install(ctx, m.ID, m.Version, supply.InstallInput{PointID: at[0], On: "2026-11-23"}); !refused(err) {
			w.t.Errorf("hung tomorrow: %v", err)
		}
		if m, err = w.svc.Install(ctx, m.ID, m.Version, supply.InstallInput{PointID: at[0], On: "2026-11-22"}); err != nil {
			w.t.Fatal(err)
		}
		if _, err := w.svc.TakeDown(ctx, m.ID, m.Version, supply.RemoveInput{On: "2062-01-01"}); !refused(err) {
			w.t.Errorf("taken down in 2062: %v", err)
		}
		if m, err = w.svc.TakeDown(ctx, m.ID, m.Version, supply.RemoveInput{On: "2026-11-22"}); err != nil || m.Status != "removed" {
			w.t.Errorf("taken down on the day it was hung: %+v, %v", m, err)
		}
	})
}

// A point whose meter was changed keeps both in its history, with the registers at
// which the one ended and the other began; the point is found by the one that hangs.
func TestAMeterIsChangedAtItsPoint(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.a, "supply.*")
		at := w.hung(1)
		var meters [2]*supply.Meter
		for i := range meters {
			var err error
			if meters[i], err = supply.AddMeter(ctx, w.svc, supply.MeterInput{AssetNo: fmt.Sprint("A", i), Factor: 30}); err != nil {
				w.t.Fatal(err)
			}
		}
		hang := func(m *supply.Meter, on when.Day, wh int64) *supply.Meter {
			m, err := w.svc.Install(ctx, m.ID, m.Version, supply.InstallInput{PointID: at[0], On: on, RegisterWh: wh})
			if err != nil {
				w.t.Fatal(err)
			}
			return m
		}
		old := hang(meters[0], "2020-01-01", 0)
		if _, err := w.svc.TakeDown(ctx, old.ID, old.Version, supply.RemoveInput{On: "2026-05-01", RegisterWh: 8_000_000, Reason: "轮换"}); err != nil {
			w.t.Fatal(err)
		}
		hang(meters[1], "2026-05-01", 100)
		list, err := w.svc.Installations(ctx, id.ID{}, at[0])
		if err != nil || len(list) != 2 || list[0].MeterID != meters[1].ID || list[0].InstalledWh != 100 || list[0].RemovedOn != "" ||
			list[1].RemovedWh != 8_000_000 || list[1].RemovedOn != "2026-05-01" {
			w.t.Errorf("history %+v, %v", list, err)
		}
		for q, want := range map[string]string{"point_id=" + at[0].String(): "A1", "status=removed": "A0", "q=a": "A0 A1"} {
			if got := w.assets("meters?" + q); got != want {
				w.t.Errorf("%s: %s, want %s", q, got, want)
			}
		}
	})
}

// assets spells the numbers of a list of meters.
func (w *world) assets(path string) string {
	list, _ := call[struct{ Items []supply.Meter }](w, w.handler(), "agent", "GET", "/api/v1/"+path, "", 200)
	return fmt.Sprint(joined(list.Items, func(m supply.Meter) string { return m.AssetNo }))
}
