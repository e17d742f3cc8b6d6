package supply_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

func TestAMeterHangsAtOnePointAtATime(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		zhang := w.customer(w.a, 1, "张伟", customer.KindPerson)
		a, _ := w.newAccount("1001", fmt.Sprintf(`,"customer_id":%q`, zhang))
		var at [2]supply.Point
		for i := range at {
			at[i], _ = call[supply.Point](w, h, "maintainer", "POST", "/api/v1/metering-points",
				fmt.Sprintf(`{"no":"M%d","name":"点","wiring":"single_phase","metering_mode":"lv_lv","voltage":"AC02202","account_id":%q}`, i, a.ID), 201)
		}
		m, etag := call[supply.Meter](w, h, "maintainer", "POST", "/api/v1/meters", `{"asset_no":"A1","factor":30}`, 201)
		path := "/api/v1/meters/" + m.ID.String()
		hang := func(i int, on string) string {
			return fmt.Sprintf(`{"point_id":%q,"on":%q,"register_wh":5000}`, at[i].ID, on)
		}
		w.customers.entries, w.customers.reindexed = nil, nil

		call[any](w, h, "maintainer", "POST", path+"/take-down", `{"on":"2026-01-01","register_wh":0}`, 409, "If-Match", etag)
		call[any](w, h, "maintainer", "POST", path+"/install", fmt.Sprintf(`{"point_id":%q,"on":"2026-01-01","register_wh":0}`, id.ID{7}), 422, "If-Match", etag)
		call[any](w, h, "agent", "POST", path+"/install", hang(0, "2025-01-01"), 403, "If-Match", etag)
		call[any](w, h, "neighbour", "POST", path+"/install", hang(0, "2025-01-01"), 404, "If-Match", etag)
		m, etag = call[supply.Meter](w, h, "maintainer", "POST", path+"/install", hang(0, "2025-01-01"), 200, "If-Match", etag)
		if m.Status != "installed" || m.PointID != at[0].ID || m.InstalledOn != "2025-01-01" {
			t.Errorf("installed: %+v", m)
		}
		call[any](w, h, "maintainer", "POST", path+"/install", hang(1, "2025-02-01"), 409, "If-Match", etag)
		call[any](w, h, "maintainer", "POST", path+"/take-down", `{"on":"2024-12-31","register_wh":9}`, 422, "If-Match", etag)
		call[any](w, h, "maintainer", "POST", path+"/take-down", `{"on":"2026-01-01","register_wh":9}`, 412, "If-Match", `"9"`)
		_, etag = call[supply.Meter](w, h, "maintainer", "POST", path+"/take-down", `{"on":"2026-01-01","register_wh":9000,"reason":"轮换"}`, 200, "If-Match", etag)
		_, etag = call[supply.Meter](w, h, "maintainer", "POST", path+"/install", hang(1, "2026-02-01"), 200, "If-Match", etag)
		m, etag = call[supply.Meter](w, h, "maintainer", "POST", path+"/take-down", `{"on":"2026-03-01","register_wh":1,"scrap":true}`, 200, "If-Match", etag)
		if m.Status != "scrapped" || !m.PointID.IsZero() {
			t.Errorf("scrapped: %+v", m)
		}
		call[any](w, h, "maintainer", "POST", path+"/install", hang(1, "2026-04-01"), 409, "If-Match", etag)
		w.checkHung(h, m.ID, at[0].ID, at[1].ID)
		w.checkTold(zhang)
	})
}

// checkHung reads the places of a meter that hung at two points in turn.
func (w *world) checkHung(h http.Handler, meter, first, second id.ID) {
	w.t.Helper()
	places := "/api/v1/meters/" + meter.String() + "/installations"
	meters := "/api/v1/metering-points/" + first.String() + "/installations"
	list, _ := call[rest.List[supply.Installed]](w, h, "agent", "GET", places, "", 200)
	if len(list.Items) != 2 || list.Items[0].PointID != second || list.Items[1].RemovedWh != 9000 || list.Items[1].Reason != "轮换" {
		w.t.Errorf("history %+v", list.Items)
	}
	list, _ = call[rest.List[supply.Installed]](w, h, "agent", "GET", meters, "", 200)
	if len(list.Items) != 1 || list.Items[0].MeterID != meter {
		w.t.Errorf("history of the point %+v", list.Items)
	}
	call[rest.Problem](w, h, "neighbour", "GET", places, "", 404)
	call[rest.Problem](w, h, "neighbour", "GET", meters, "", 404)
}

// checkTold holds the customer's timeline to two installations of meter A1.
func (w *world) checkTold(owner id.ID) {
	w.t.Helper()
	var kinds []string
	for _, e := range w.customers.entries {
		kinds = append(kinds, e.Kind)
		if e.CustomerID != owner || e.Params["asset_no"] != "A1" {
			w.t.Errorf("entry %+v", e)
		}
	}
	if got := strings.Join(kinds, " "); got != "supply.meter_installed supply.meter_removed supply.meter_installed supply.meter_removed" || len(w.customers.reindexed) != 4 {
		w.t.Errorf("timeline %s, reindexed %v", got, w.customers.reindexed)
	}
}

func TestAChangedAssetNumberReachesSearch(t *testing.T) {
	each(t, func(w *world) {
		zhang := w.customer(w.a, 1, "张伟", customer.KindPerson)
		a, _ := w.newAccount("1001", fmt.Sprintf(`,"customer_id":%q`, zhang))
		p, m := id.ID{5}, id.ID{6}
		w.batch(w.a, &supply.Batch{Points: []supply.Point{{Head: headed(p), PointInput: point("M1", a.ID)}},
			Meters: []supply.Meter{{Head: headed(m), MeterInput: supply.MeterInput{AssetNo: "A1"}, PointID: p, InstalledOn: "2020-01-01"}}})
		w.customers.reindexed = nil
		h := w.handler()
		got, _ := call[supply.Meter](w, h, "maintainer", "PUT", "/api/v1/meters/"+m.String(), `{"asset_no":"A2"}`, 200, "If-Match", `"1"`)
		if len(w.customers.reindexed) != 1 || got.PointID != p || got.Status != "installed" {
			t.Errorf("reindexed %v, meter %+v", w.customers.reindexed, got)
		}
		other, _ := w.newAccount("1002", "")
		pt, etag := call[supply.Point](w, h, "agent", "GET", "/api/v1/metering-points/"+p.String(), "", 200)
		w.customers.reindexed = nil
		call[supply.Point](w, h, "maintainer", "PUT", "/api/v1/metering-points/"+p.String(),
			fmt.Sprintf(`{"no":%q,"name":"点","wiring":"single_phase","metering_mode":"lv_lv","voltage":"AC02202","account_id":%q}`, pt.No, other.ID), 200, "If-Match", etag)
		if fmt.Sprint(w.customers.reindexed) != fmt.Sprint([]id.ID{zhang}) {
			t.Errorf("reindexed %v after the point moved to another account", w.customers.reindexed)
		}
		call[any](w, h, "maintainer", "DELETE", "/api/v1/metering-points/"+p.String(), "", 409, "If-Match", `"2"`) // a meter hangs there
	})
}
