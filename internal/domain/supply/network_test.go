package supply_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/search"
)

func put[R any](w *world, path string, i id.ID, change func(map[string]any), status int) R {
	w.t.Helper()
	h := w.handler()
	record, etag := call[map[string]any](w, h, "maintainer", "GET", path+i.String(), "", 200)
	for _, derived := range []string{"org_id", "id", "version", "created_at", "updated_at", "feeder_id", "health", "open_defects", "longer_than_usual"} {
		delete(record, derived)
	}
	change(record)
	body, err := json.Marshal(record)
	if err != nil {
		w.t.Fatal(err)
	}
	out, _ := call[R](w, h, "maintainer", "PUT", path+i.String(), string(body), status, "If-Match", etag)
	return out
}

func TestALineTakesItsBranchesAlong(t *testing.T) {
	each(t, func(w *world) {
		n := w.build(w.a)
		w.populate(w.a, n)
		ctx := w.as(w.a, "supply.*")
		// U with its branch V goes from T to X, which has no substation.
		l := put[supply.Line](w, "/api/v1/lines/", n.U, func(m map[string]any) { m["parent_id"] = n.X }, 200)
		if l.FeederID != n.X || !l.SubstationID.IsZero() {
			t.Errorf("line %+v", l)
		}
		for origin, want := range map[supply.Origin]string{
			{Kind: "line", ID: n.T}: "1001 1002", {Kind: "line", ID: n.X}: "1004 1005 1003", {Kind: "substation", ID: n.S}: "1001 1002",
		} {
			if got := behindNos(w, ctx, origin.Kind, origin.ID); got != want {
				t.Errorf("behind %s: %s, want %s", origin.Kind, got, want)
			}
		}
		// X gets a substation, and all behind it.
		put[supply.Line](w, "/api/v1/lines/", n.X, func(m map[string]any) { m["substation_id"] = n.S }, 200)
		if got := behindNos(w, ctx, "substation", n.S); got != "1004 1005 1001 1002 1003" {
			t.Errorf("behind the substation: %s", got)
		}
		// A trunk of its own again.
		l = put[supply.Line](w, "/api/v1/lines/", n.U, func(m map[string]any) { delete(m, "parent_id"); delete(m, "substation_id") }, 200)
		if l.FeederID != n.U || w.count("SELECT count(*) FROM power_line WHERE feeder_id = $1", n.U) != 2 {
			t.Errorf("trunk %+v", l)
		}
		for _, parent := range []id.ID{n.U, n.V} {
			if p := put[rest.Problem](w, "/api/v1/lines/", n.U, func(m map[string]any) { m["parent_id"] = parent }, 409); p.Code != "supply.line_loop" {
				t.Errorf("loop: %+v", p)
			}
		}
		if p := put[rest.Problem](w, "/api/v1/lines/", n.U, func(m map[string]any) { m["parent_id"] = id.ID{3} }, 422); p.Fields[0].Code != "unknown_reference" {
			t.Errorf("unknown parent: %+v", p)
		}
	})
}

func TestConditionsKeepTheHealthOfEquipment(t *testing.T) {
	each(t, func(w *world) {
		n := w.build(w.a)
		h := w.handler()
		const path = "/api/v1/equipment-conditions"
		post := func(body string, status int) (c supply.Condition) {
			t.Helper()
			c, _ = call[supply.Condition](w, h, "maintainer", "POST", path, body, status)
			return c
		}
		e := func() supply.Equipment {
			e, _ := call[supply.Equipment](w, h, "agent", "GET", "/api/v1/equipment/"+n.Breaker.String(), "", 200)
			return e
		}
		defect := post(fmt.Sprintf(`{"equipment_id":%q,"kind":"defect","grade":"critical","health":"severe","found_at":"2026-11-20T08:00:00+08:00","finding":"漏油"}`, n.Breaker), 201)
		if got := e(); got.Health != "severe" || got.OpenDefects != 1 || defect.NodeID != n.T || defect.NodeKind != supply.NodeLine {
			t.Errorf("after the defect: %+v, %+v", got, defect)
		}
		put[supply.Condition](w, path+"/", defect.ID, func(m map[string]any) {
			m["restored_at"], m["remedy"], m["equipment_id"] = "2026-11-21T08:00:00+08:00", "更换密封", n.Switch
		}, 200)
		post(fmt.Sprintf(`{"equipment_id":%q,"kind":"test","health":"normal","found_at":"2026-11-21T09:00:00+08:00","finding":"合格"}`, n.Breaker), 201)
		if got := e(); got.Health != "normal" || got.OpenDefects != 0 {
			t.Errorf("after the repair: %+v", got)
		}
		for _, bad := range []string{
			fmt.Sprintf(`{"equipment_id":%q,"kind":"defect","found_at":"2026-11-20T08:00:00+08:00","finding":"x"}`, n.Breaker),
			fmt.Sprintf(`{"equipment_id":%q,"kind":"fault","found_at":"2026-11-20T08:00:00+08:00","restored_at":"2026-11-19T08:00:00+08:00","finding":"x"}`, n.Breaker),
			fmt.Sprintf(`{"equipment_id":%q,"kind":"fault","found_at":"2026-11-20T08:00:00+08:00","finding":"x"}`, id.ID{4}),
			fmt.Sprintf(`{"node_kind":"district","node_id":%q,"kind":"fault","found_at":"2026-11-20T08:00:00+08:00","finding":"x"}`, n.T),
			fmt.Sprintf(`{"node_kind":"line","node_id":%q,"kind":"test","found_at":"2026-11-20T08:00:00+08:00","finding":"x"}`, n.T),
			fmt.Sprintf(`{"node_kind":"line","node_id":%q,"kind":"fault","finding":"x"}`, n.T),
			`{"kind":"fault","found_at":"2026-11-20T08:00:00+08:00","finding":"x"}`,
		} {
			post(bad, 422)
		}
		post(fmt.Sprintf(`{"node_kind":"district","node_id":%q,"kind":"fault","found_at":"2026-11-22T08:00:00+08:00","finding":"配变跳闸"}`, n.D1), 201)
		for query, want := range map[string]string{
			"": "defect fault test defect", "equipment_id=" + n.Breaker.String(): "test defect", "node_id=" + n.D1.String(): "fault", "open=true": "defect fault",
			"kind=defect&sort=found_at": "defect defect", "since=2026-11-22": "defect fault",
		} {
			list, _ := call[rest.List[supply.Condition]](w, h, "agent", "GET", path+"?"+query, "", 200)
			if got := strings.Join(words(list.Items, func(c supply.Condition) string { return c.Kind }), " "); got != want {
				t.Errorf("%s: %s, want %s", query, got, want)
			}
		}
		call[any](w, h, "maintainer", "DELETE", "/api/v1/districts/"+n.D1.String(), "", 409, "If-Match", `"1"`) // a fault is known there
		call[any](w, h, "maintainer", "DELETE", "/api/v1/equipment/"+n.Breaker.String(), "", 409, "If-Match", `"4"`)
	})
}

func TestNetworkIsFound(t *testing.T) {
	each(t, func(w *world) {
		n := w.build(w.a)
		w.build(w.b)
		find := func(node id.ID, q string) string {
			hits, err := w.svc.SearchNetwork(w.as(node, "supply.*"), q, 10)
			if err != nil {
				t.Fatal(err)
			}
			return strings.Join(words(hits, func(h search.Hit) string { return h.Kind + ":" + h.Title }), " ")
		}
		for q, want := range map[string]string{
			"翠湖":      "district:翠湖台区 line:翠湖支线 equipment:翠湖分段开关",
			"翠湖 开关":   "equipment:翠湖分段开关",
			"城东变":     "substation:城东变",
			"chzx":    "line:翠湖支线",
			"cuihutq": "",
			"l-101":   "line:城东一线",
			"L-1":     "line:城东一线 line:翠湖支线 line:解放支线",
			"T0001":   "district:人民路1号台区",
			"xyz":     "",
			"   ":     "",
		} {
			if got := find(w.a, q); strings.Join(sorted(strings.Fields(got)), " ") != strings.Join(sorted(strings.Fields(want)), " ") {
				t.Errorf("%q finds %s, want %s", q, got, want)
			}
		}
		if got := strings.Count(find(w.city, "城东变"), "substation"); got != 2 {
			t.Errorf("the city finds %d", got)
		}
		put[supply.District](w, "/api/v1/districts/", n.D1, func(m map[string]any) { m["name"] = "滨江台区" }, 200)
		if got := find(w.a, "滨江") + find(w.a, "人民路1号"); got != "district:滨江台区" {
			t.Errorf("renamed: %s", got)
		}
		hits, _ := call[rest.List[search.Hit]](w, w.handler(), "agent", "GET", "/api/v1/network-search?q=%E6%BB%A8%E6%B1%9F", "", 200)
		if len(hits.Items) != 1 || hits.Items[0].ObjectID != n.D1 || hits.Items[0].Hint != "T0001" {
			t.Errorf("over the API: %+v", hits)
		}
		call[any](w, w.handler(), "stranger", "GET", "/api/v1/network-search?q=x", "", 403)
		w.write(func(tx *db.Tx) error { _, err := tx.Exec("DELETE FROM equipment_condition"); return err })
		call[any](w, w.handler(), "maintainer", "DELETE", "/api/v1/equipment/"+n.Switch.String(), "", 204, "If-Match", `"1"`)
		if got := find(w.a, "翠湖分段开关"); got != "" {
			t.Errorf("removed, and found: %s", got)
		}
	})
}
