package supply_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

// named is a record of a list with what it shows in place of identifiers.
type named struct {
	Names supply.Names
}

func TestListsNameWhatTheirRecordsReferTo(t *testing.T) {
	each(t, func(w *world) {
		w.populate(w.a, w.build(w.a))
		w.populate(w.b, w.build(w.b))
		h := w.handler()
		first := func(as, path string) supply.Names {
			list, _ := call[rest.List[named]](w, h, as, "GET", "/api/v1/"+path, "", 200)
			return list.Items[0].Names
		}
		if n := first("maintainer", "accounts?q=1001"); n.District != "人民路1号台区" || n.Line == "" {
			t.Errorf("account: %+v", n)
		}
		if n := first("maintainer", "metering-points?q=M1003"); n.AccountNo != "1003" || n.Account != "王芳" || n.District != "翠湖台区" || n.Line != "翠湖支线" {
			t.Errorf("point: %+v", n)
		}
		if n := first("agent", "metering-points?q=M1003"); n.AccountNo != "1003" || n.Account == "王芳" {
			t.Errorf("point, masked: %+v", n)
		}
		if n := first("maintainer", "lines?q=L-102"); n.Line == "" || n.Substation == "" {
			t.Errorf("branch: %+v", n)
		}
		if n := first("maintainer", "districts?q=T0002"); n.Line != "翠湖支线" {
			t.Errorf("district: %+v", n)
		}
		if n := first("maintainer", "equipment"); n.Node == "" {
			t.Errorf("equipment: %+v", n)
		}
		if list, _ := call[rest.List[named]](w, h, "city", "GET", "/api/v1/districts?q=T0002", "", 200); len(list.Items) != 2 || list.Items[0].Names != list.Items[1].Names {
			t.Errorf("districts of two companies: %+v", list.Items)
		}
	})
}

func TestConditionsAndMetersAreNamed(t *testing.T) {
	each(t, func(w *world) {
		n := w.build(w.a)
		ids := w.populate(w.a, n)
		h := w.handler()
		var point id.ID
		w.read(func(tx *db.Tx) error {
			return tx.Get(&point, "SELECT id FROM metering_point WHERE account_id = $1", ids["1001"])
		})
		m, etag := call[made](w, h, "maintainer", "POST", "/api/v1/meters", `{"asset_no":"33-0001"}`, 201)
		call[any](w, h, "maintainer", "POST", "/api/v1/meters/"+m.ID.String()+"/install", `{"point_id":"`+point.String()+`","on":"2026-01-01","register_wh":0}`, 200, "If-Match", etag)
		meters, _ := call[rest.List[named]](w, h, "maintainer", "GET", "/api/v1/meters?q=33-0001", "", 200)
		if x := meters.Items[0].Names; x.Point != "M1001" || x.AccountNo != "1001" || x.AccountID != ids["1001"] || x.Account != "张伟" {
			t.Errorf("meter: %+v", x)
		}
		call[any](w, h, "maintainer", "POST", "/api/v1/equipment-conditions",
			`{"equipment_id":"`+n.Breaker.String()+`","kind":"defect","grade":"serious","found_at":"2026-11-20T08:00:00Z","finding":"渗油"}`, 201)
		found, _ := call[rest.List[named]](w, h, "agent", "GET", "/api/v1/equipment-conditions?open=true&equipment_id="+n.Breaker.String(), "", 200)
		if len(found.Items) == 0 || found.Items[0].Names.Equipment == "" || found.Items[0].Names.Node == "" {
			t.Errorf("conditions: %+v", found.Items)
		}
	})
}

func TestFindByNumber(t *testing.T) {
	each(t, func(w *world) {
		w.build(w.a)
		h := w.handler()
		a, etag := call[made](w, h, "maintainer", "POST", "/api/v1/accounts", `{"account_no":"6101234567","name":"张伟","class":"lv_res","use_category":"residential","contract_va":8000,"running_va":8000,"voltage":"AC02202"}`, 201)
		call[made](w, h, "maintainer", "POST", "/api/v1/meters", `{"asset_no":"6101299"}`, 201)
		find := func(as string, q string) string {
			ctx := map[string]id.ID{"maintainer": w.a, "neighbour": w.b}
			hits, err := w.svc.FindNumbered(w.as(ctx[as], "supply.get"), q, 5)
			if err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, x := range hits {
				all = append(all, x.Kind+" "+x.Title+" "+x.Subtitle+" "+x.Hint)
			}
			return strings.Join(all, ", ")
		}
		if got := find("maintainer", "６１０１2"); got != "account 6101234567 张* , meter 6101299  " {
			t.Errorf("by the beginning: %q", got)
		}
		for _, q := range []string{"6101", "张伟", "人民路12345"} {
			if got := find("maintainer", q); got != "" {
				t.Errorf("%s finds %q", q, got)
			}
		}
		if got := find("neighbour", "6101234567"); got != "" {
			t.Errorf("the neighbour finds %q", got)
		}
		call[any](w, h, "maintainer", "PUT", "/api/v1/accounts/"+a.ID.String(), `{"account_no":"7701234567","name":"张伟","class":"lv_res","use_category":"residential","contract_va":8000,"running_va":8000,"voltage":"AC02202"}`, 200, "If-Match", etag)
		if got := find("maintainer", "6101234567"); got != "account 7701234567 张* 6101234567" {
			t.Errorf("by a former number: %q", got)
		}
		if _, err := w.svc.FindNumbered(w.as(w.a, "supply.list"), "6101234567", 5); err == nil {
			t.Error("found without the right")
		}
	})
}

func TestWhoIsBehindAsFile(t *testing.T) {
	each(t, func(w *world) {
		n := w.build(w.a)
		w.populate(w.a, n)
		h := w.handler()
		path := "/api/v1/traces/line/" + n.T.String() + "/accounts.csv"
		get := func(as string, status int, query ...string) string {
			got := resttest.Send(h, resttest.Scenario{Method: http.MethodGet, Path: path + strings.Join(query, ""), Header: map[string]string{"As": as}})
			if got.Code != status {
				t.Fatalf("%s: %d, want %d: %s", as, got.Code, status, got.Body)
			}
			return got.Body.String()
		}
		lines := strings.Split(strings.TrimSpace(get("maintainer", 200, "?lookup_id="+approval.String())), "\n")
		if len(lines) != 6 || !strings.Contains(lines[1], "县医院") || !strings.Contains(lines[3], "张伟") || !strings.Contains(lines[3], phone) {
			t.Errorf("file: %q", lines)
		}
		for _, as := range []string{"maintainer", "blind"} {
			if masked := get(as, 200); strings.Contains(masked, "张伟") || strings.Contains(masked, phone) || !strings.Contains(masked, "138****1234") {
				t.Errorf("masked file of %s: %q", as, masked)
			}
		}
		get("agent", 403)
		get("neighbour", 404)
		if got := w.recorded(n.T); got != "supply.export.behind supply.export.behind supply.export.behind" {
			t.Errorf("audit: %s", got)
		}
	})
}

func TestListsFindByName(t *testing.T) {
	each(t, func(w *world) {
		w.populate(w.a, w.build(w.a))
		w.populate(w.b, w.build(w.b))
		h := w.handler()
		for path, want := range map[string]int{
			"accounts?q=张伟": 3, "accounts?q=翠湖化工": 1, "accounts?q=nobody": 0, "accounts?q=100": 6, "accounts?q=张伟&status=closed": 1,
			"districts?q=翠湖": 1, "districts?q=翠湖&kind=dedicated": 0, "districts?q=T0": 2, "lines?q=翠湖支线": 1, "lines?q=chzx": 1,
			"substations?q=翠湖": 0, "equipment?q=开关": 1, "equipment?q=E1": 1, "premises?q=nowhere": 0,
		} {
			list, _ := call[rest.List[made]](w, h, "agent", "GET", "/api/v1/"+path, "", 200)
			if len(list.Items) != want {
				t.Errorf("%s: %d, want %d", path, len(list.Items), want)
			}
		}
	})
}

func TestPremisesAreFoundByTheirCustomers(t *testing.T) {
	each(t, func(w *world) {
		who := w.customer(w.a, 1, "张伟", customer.KindPerson)
		h := w.handler()
		p, _ := call[made](w, h, "maintainer", "POST", "/api/v1/premises", `{"address":"东江县人民路1号"}`, 201)
		call[made](w, h, "maintainer", "POST", "/api/v1/accounts",
			`{"account_no":"6101234567","name":"张伟","class":"lv_res","use_category":"residential","contract_va":8000,"running_va":8000,"voltage":"AC02202","customer_id":"`+who.String()+`","premise_id":"`+p.ID.String()+`"}`, 201)
		for q, want := range map[string]int{"张伟": 1, "东江县": 1, "人民路": 0} {
			if list, _ := call[rest.List[made]](w, h, "maintainer", "GET", "/api/v1/premises?q="+q, "", 200); len(list.Items) != want {
				t.Errorf("%s: %d premises, want %d", q, len(list.Items), want)
			}
		}
		if list, _ := call[rest.List[made]](w, h, "neighbour", "GET", "/api/v1/premises?q=张伟", "", 200); len(list.Items) != 0 {
			t.Errorf("the neighbour finds %v", list.Items)
		}
	})
}

// A screen walks these lists: none of them may be null.
func TestAnAccountAloneHasEmptyLists(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		a, _ := call[made](w, h, "maintainer", "POST", "/api/v1/accounts", `{"account_no":"6101234567","name":"张伟","class":"lv_res","use_category":"residential","contract_va":8000,"running_va":8000,"voltage":"AC02202"}`, 201)
		for _, part := range []string{"detail", "supply-path", "consumption", "installations"} {
			got := resttest.Send(h, resttest.Scenario{Path: "/api/v1/accounts/" + a.ID.String() + "/" + part, Header: map[string]string{"As": "maintainer"}})
			if got.Code != http.StatusOK || strings.Contains(got.Body.String(), "null") {
				t.Errorf("%s: %d %s", part, got.Code, got.Body)
			}
		}
	})
}
