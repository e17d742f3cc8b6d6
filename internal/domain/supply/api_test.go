package supply_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"testing"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

// handler serves the module's routes; the header "As" names the caller.
func (w *world) handler() http.Handler {
	callers := map[string]context.Context{
		"maintainer": w.as(w.a, "supply.*", "customer.reveal"),
		"english": access.WithCaller(context.Background(), access.NewCaller(access.User{ID: id.ID{7}, Name: "Li", Locale: "en"}, w.tree,
			access.Held{Patterns: access.Patterns{"supply.*", "customer.reveal"}, OrgID: w.a})),
		"agent":     w.as(w.a, "supply.list", "supply.get", "supply.trace"),
		"neighbour": w.as(w.b, "supply.*", "customer.reveal"),
		"city":      w.as(w.city, "supply.*", "customer.reveal"),
		"blind":     w.as(w.a, "supply.*"),
		"stranger":  w.as(w.a, "task.*"),
	}
	a := rest.New(rest.Config{Version: "test", Logger: slog.New(slog.DiscardHandler), Text: catalogue.Text,
		Authenticate: func(r *http.Request) (context.Context, error) {
			ctx, ok := callers[r.Header.Get("As")]
			if !ok {
				return nil, access.ErrLogin
			}
			return access.WithCaller(r.Context(), access.CallerOf(ctx)), nil
		}})
	w.svc.Routes(a)
	return a.Handler()
}

// call sends a request and decodes the answer, which must have the status.
func call[T any](w *world, h http.Handler, as, method, path, body string, status int, header ...string) (out T, etag string) {
	w.t.Helper()
	s := resttest.Scenario{Method: method, Path: path, Body: body, Header: map[string]string{"As": as}}
	for i := 0; i < len(header); i += 2 {
		s.Header[header[i]] = header[i+1]
	}
	got := resttest.Send(h, s)
	if got.Code != status {
		w.t.Fatalf("%s %s: status %d, want %d: %s", method, path, got.Code, status, got.Body)
	}
	if got.Body.Len() > 0 {
		if err := json.Unmarshal(got.Body.Bytes(), &out); err != nil {
			w.t.Fatalf("%s %s: %v in %s", method, path, err, got.Body)
		}
	}
	return out, got.Header().Get("ETag")
}

type made struct {
	ID      id.ID `json:"id"`
	Version int64 `json:"version"`
}

// kindsOfRecords are the bodies of a valid record of each kind, in an order in
// which each may refer to those before by %(path).
var kindsOfRecords = []struct{ path, body, changed string }{
	{"substations", `{"no":"s1","name":"城东变","voltage":"AC01101"}`, `{"no":"s1","name":"城东变电站","voltage":"AC01101"}`},
	{"lines", `{"no":"L1","name":"城东一线","voltage":"AC00101"}`, `{"no":"L1","name":"城东二线","voltage":"AC00101"}`},
	{"districts", `{"no":"T1","name":"人民路台区"}`, `{"no":"T1","name":"人民路2号台区","area":"rural"}`},
	{"premises", `{"address":"人民路1号"}`, `{"address":"人民路2号","postcode":"644000"}`},
	{"accounts", `{"account_no":"6101234567","name":"张伟","class":"lv_res","use_category":"residential","contract_va":8000,"running_va":8000,"voltage":"AC02202"}`,
		`{"account_no":"6101234567","name":"张伟","class":"lv_res","use_category":"residential","contract_va":12000,"running_va":8000,"voltage":"AC02202"}`},
	{"meters", `{"asset_no":"a1"}`, `{"asset_no":"a1","factor":30}`},
}

func TestEveryKindIsCreatedReadChangedAndRemoved(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		for _, k := range kindsOfRecords {
			path := "/api/v1/" + k.path
			m, etag := call[made](w, h, "maintainer", "POST", path, k.body, 201, "Idempotency-Key", "k-"+k.path)
			if again, _ := call[made](w, h, "maintainer", "POST", path, k.body, 201, "Idempotency-Key", "k-"+k.path); again.ID != m.ID {
				t.Errorf("%s: the same key made %v and %v", k.path, m.ID, again.ID)
			}
			own := path + "/" + m.ID.String()
			call[made](w, h, "agent", "GET", own, "", 200)
			call[made](w, h, "maintainer", "PUT", own, k.changed, 412, "If-Match", `"7"`)
			call[made](w, h, "maintainer", "PUT", own, k.changed, 428)
			changed, etag2 := call[made](w, h, "maintainer", "PUT", own, k.changed, 200, "If-Match", etag)
			if changed.Version != 2 {
				t.Errorf("%s: version %d after the change", k.path, changed.Version)
			}
			if list, _ := call[rest.List[made]](w, h, "city", "GET", path, "", 200); len(list.Items) != 1 {
				t.Errorf("%s: %d in the list of the city", k.path, len(list.Items))
			}
			for as, status := range map[string]int{"neighbour": 404, "stranger": 403, "nobody": 401} {
				call[any](w, h, as, "GET", own, "", status)
				call[any](w, h, as, "PUT", own, k.changed, status, "If-Match", etag2)
				call[any](w, h, as, "DELETE", own, "", status, "If-Match", etag2)
			}
			call[any](w, h, "agent", "POST", path, k.body, 403)
			if list, _ := call[rest.List[made]](w, h, "neighbour", "GET", path, "", 200); len(list.Items) != 0 {
				t.Errorf("%s: the neighbour lists %d", k.path, len(list.Items))
			}
			call[any](w, h, "maintainer", "DELETE", own, "", 412, "If-Match", etag)
			call[any](w, h, "maintainer", "DELETE", own, "", 204, "If-Match", etag2)
			call[any](w, h, "maintainer", "GET", own, "", 404)
			if n := w.count("SELECT count(*) FROM audit_entry WHERE object_id = $1", m.ID); n != 3 {
				t.Errorf("%s: %d audit entries, want created, changed, removed", k.path, n)
			}
		}
		call[any](w, h, "city", "POST", "/api/v1/premises", `{"address":"x"}`, 422) // which company?
		call[any](w, h, "city", "POST", "/api/v1/premises?org_id="+w.b.String(), `{"address":"x"}`, 201)
	})
}

func TestGoldenScenarios(t *testing.T) {
	each(t, func(w *world) {
		n := w.build(w.a)
		ids := w.populate(w.a, n)
		w.sell(w.a, ids)
		as := func(who string, header ...string) map[string]string {
			h := map[string]string{"As": who}
			for i := 0; i < len(header); i += 2 {
				h[header[i]] = header[i+1]
			}
			return h
		}
		account := "/api/v1/accounts/" + ids["1001"].String()
		resttest.Run(t, w.handler(), []resttest.Scenario{
			{Name: "account", Path: account, Header: as("maintainer"), Status: 200, Golden: "account.json"},
			{Name: "account detail", Path: account + "/detail", Header: as("maintainer"), Status: 200, Golden: "account_detail.json"},
			{Name: "accounts, masked", Path: "/api/v1/accounts?q=1001", Header: as("agent"), Status: 200, Golden: "accounts_masked.json", NotContains: []string{"张伟"}},
			{Name: "trace", Path: "/api/v1/traces/line/" + n.T.String(), Header: as("agent"), Status: 200, Golden: "trace.json"},
			{Name: "trace of equipment", Path: "/api/v1/traces/equipment/" + n.Switch.String(), Header: as("agent"), Status: 200, Golden: "trace_equipment.json"},
			{Name: "who is behind", Path: "/api/v1/traces/line/" + n.U.String() + "/accounts", Header: as("maintainer"), Status: 200, Golden: "behind.json"},
			{Name: "path", Path: "/api/v1/accounts/" + ids["1003"].String() + "/supply-path", Header: as("agent"), Status: 200, Golden: "path.json"},
			{Name: "consumption", Path: account + "/consumption?month=202510&horizon=1", Header: as("maintainer"), Status: 200, Golden: "consumption.json"},
			{Name: "figures", Path: "/api/v1/consumption-figures?by=class&month=202610&horizon=1", Header: as("maintainer"), Status: 200, Golden: "figures.json"},
			{Name: "statistics", Path: "/api/v1/sales-statistics?by=area&from=202609&to=202610", Header: as("maintainer"), Status: 200, Golden: "statistics.json"},
			{Name: "bad input", Method: "POST", Path: "/api/v1/accounts", Header: as("maintainer"), Status: 422, Golden: "bad_input.json",
				Body: `{"account_no":"户","name":"","class":"高压","use_category":"residential","contract_va":"8 kVA","running_va":-1,"voltage":"AC02202"}`},
			{Name: "broken rules", Method: "POST", Path: "/api/v1/accounts", Header: as("maintainer"), Status: 422, Golden: "broken_rules.json",
				Body: `{"account_no":"8","name":"x","class":"hv","use_category":"residential","contract_va":8,"running_va":9,"voltage":"AC02202","status":"closed","opened_on":"2026-02-01","energised_on":"2026-01-01"}`},
			{Name: "number taken", Method: "POST", Path: "/api/v1/accounts", Header: as("maintainer"), Status: 409, Golden: "number_taken.json",
				Body: `{"account_no":"1001","name":"x","class":"lv_res","use_category":"residential","contract_va":9,"running_va":9,"voltage":"AC02202"}`},
			{Name: "conflict", Method: "PUT", Path: account, Header: as("maintainer", "If-Match", `"9"`), Status: 412, Golden: "stale.json",
				Body: `{"account_no":"1001","name":"x","class":"lv_res","use_category":"residential","contract_va":9,"running_va":9,"voltage":"AC02202"}`},
			{Name: "other company", Path: account, Header: as("neighbour"), Status: 404, Golden: "not_found.json"},
			{Name: "forbidden", Method: "DELETE", Path: account, Header: as("agent", "If-Match", `"1"`), Status: 403, Golden: "forbidden.json"},
			{Name: "unknown filter", Path: "/api/v1/accounts?colour=red", Header: as("agent"), Status: 422, Contains: []string{"unknown_field"}},
		})
	})
}
