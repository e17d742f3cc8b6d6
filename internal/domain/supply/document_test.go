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
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

// asked is a request of a caller.
func asked(as string, header ...string) map[string]string {
	h := map[string]string{"As": as}
	for i := 0; i < len(header); i += 2 {
		h[header[i]] = header[i+1]
	}
	return h
}

// papers is a company with all that is printed: accounts with two years of energy,
// a contract, an installation, a meter that was changed.
func (w *world) papers() (ids map[string]id.ID, n network) {
	w.t.Helper()
	n = w.build(w.a)
	ids = w.populate(w.a, n)
	w.sell(w.a, ids)
	h := w.handler()
	own := "/api/v1/accounts/" + ids["1005"].String()
	call[any](w, h, "maintainer", "POST", own+"/installations", fmt.Sprintf(installationJSON, "2024-05-02", staffJSON), 201)
	c, _ := call[made](w, h, "maintainer", "POST", "/api/v1/supply-contracts", fmt.Sprintf(contractJSON, ids["1005"], "HT-2026-1",
		`,"status":"in_force","signed_on":"2025-12-20","valid_from":"2026-01-01","valid_to":"2030-12-31"`), 201)
	ids["contract"] = c.ID
	p, _ := call[made](w, h, "maintainer", "POST", "/api/v1/metering-points",
		fmt.Sprintf(`{"no":"M7","name":"高压计量","wiring":"three_wire","metering_mode":"hv_hv","voltage":"AC00101","account_id":%q}`, ids["1005"]), 201)
	m, etag := call[made](w, h, "maintainer", "POST", "/api/v1/meters", `{"asset_no":"A7","factor":1500}`, 201)
	ids["point"], ids["meter"] = p.ID, m.ID
	_, etag = call[made](w, h, "maintainer", "POST", "/api/v1/meters/"+m.ID.String()+"/install", fmt.Sprintf(`{"point_id":%q,"on":"2024-05-02","register_wh":0}`, p.ID), 200, "If-Match", etag)
	_, etag = call[made](w, h, "maintainer", "POST", "/api/v1/meters/"+m.ID.String()+"/take-down", `{"on":"2026-05-01","register_wh":9000,"reason":"检定"}`, 200, "If-Match", etag)
	call[made](w, h, "maintainer", "POST", "/api/v1/meters/"+m.ID.String()+"/install", fmt.Sprintf(`{"point_id":%q,"on":"2026-05-03","register_wh":9000}`, p.ID), 200, "If-Match", etag)
	return ids, n
}

// The answers of what is printed and listed, to the letter: a field that vanishes
// or changes its name breaks whoever reads them.
func TestGoldenPapers(t *testing.T) {
	each(t, func(w *world) {
		ids, n := w.papers()
		h := w.handler()
		factory := w.customer(w.a, 2, "翠湖化工有限公司", customer.KindOrganisation).String()
		own := "/api/v1/accounts/" + ids["1005"].String()
		resttest.Run(w.tt(), h, []resttest.Scenario{
			{Name: "assessment", Path: "/api/v1/customers/" + factory + "/consumption-assessment?month=202610", Header: asked("maintainer"), Status: 200, Golden: "assessment.json"},
			{Name: "statistics of a customer", Path: "/api/v1/customers/" + factory + "/sales-statistics?from=202609&to=202610", Header: asked("maintainer"), Status: 200, Golden: "statistics_customer.json"},
			{Name: "copy of a contract", Path: "/api/v1/supply-contracts/" + ids["contract"].String() + "/copy?release_id=" + approval.String(), Header: asked("maintainer"), Status: 200, Golden: "contract_copy.json"},
			{Name: "copy of a contract, masked", Path: "/api/v1/supply-contracts/" + ids["contract"].String() + "/copy", Header: asked("maintainer"), Status: 200, Golden: "contract_copy_masked.json",
				NotContains: []string{"王建国", "13999990001", "19900101"}},
			{Name: "states of an installation", Path: own + "/installations", Header: asked("agent"), Status: 200, Golden: "installations_masked.json", NotContains: []string{"王建国"}},
			{Name: "where a meter hung", Path: "/api/v1/meters/" + ids["meter"].String() + "/installations", Header: asked("agent"), Status: 200, Golden: "meter_history.json"},
			{Name: "what hung at a point", Path: "/api/v1/metering-points/" + ids["point"].String() + "/installations", Header: asked("agent"), Status: 200, Golden: "point_history.json"},
			{Name: "stock", Path: "/api/v1/account-stock", Header: asked("maintainer"), Status: 200, Golden: "stock.json"},
			{Name: "network search", Path: "/api/v1/network-search?q=E2", Header: asked("agent"), Status: 200, Golden: "network_search_none.json"},
			{Name: "equipment", Path: "/api/v1/equipment?node_id=" + n.V.String(), Header: asked("agent"), Status: 200, Golden: "equipment.json"},
			{Name: "conditions", Path: "/api/v1/equipment-conditions?open=true", Header: asked("english"), Status: 200, Golden: "conditions.json"},
			{Name: "a point apart", Path: "/api/v1/metering-points?q=M9005", Header: asked("agent"), Status: 200, Golden: "points.json"},
			{Name: "lines", Path: "/api/v1/lines?parent_id=" + n.T.String(), Header: asked("agent"), Status: 200, Golden: "lines.json"},
			{Name: "who is behind, masked", Path: "/api/v1/traces/district/" + n.D1.String() + "/accounts", Header: asked("agent"), Status: 200, Golden: "behind_masked.json",
				NotContains: []string{"张伟", phone}},
		})
	})
}

// What is refused, to the letter: the code by which a program knows it and the
// sentence by which a person does, in his language.
func TestGoldenRefusals(t *testing.T) {
	each(t, func(w *world) {
		ids, n := w.papers()
		own := "/api/v1/accounts/" + ids["1005"].String()
		meter := "/api/v1/meters/" + ids["meter"].String()
		resttest.Run(w.tt(), w.handler(), []resttest.Scenario{
			{Name: "state too early", Method: "POST", Path: own + "/installations", Body: `{"valid_from":"2024-05-02"}`, Header: asked("maintainer"), Status: 409, Golden: "refused_state.json"},
			{Name: "has consumption", Method: "DELETE", Path: own, Header: asked("maintainer", "If-Match", `"1"`), Status: 409, Golden: "refused_consumption.json"},
			{Name: "current number", Method: "DELETE", Path: own + "/numbers/1005", Header: asked("english", "If-Match", `"1"`), Status: 409, Golden: "refused_number.json"},
			{Name: "meter hangs", Method: "POST", Path: meter + "/install", Body: fmt.Sprintf(`{"point_id":%q,"on":"2026-06-01","register_wh":0}`, ids["point"]), Header: asked("english", "If-Match", `"4"`), Status: 409, Golden: "refused_meter.json"},
			{Name: "taken down before it hung", Method: "POST", Path: meter + "/take-down", Body: `{"on":"2026-05-02","register_wh":0}`, Header: asked("maintainer", "If-Match", `"4"`), Status: 422, Golden: "refused_day.json"},
			{Name: "loop", Method: "PUT", Path: "/api/v1/lines/" + n.T.String(), Body: fmt.Sprintf(`{"no":"L-101","name":"城东一线","voltage":"AC00101","parent_id":%q}`, n.V), Header: asked("english", "If-Match", `"1"`), Status: 409, Golden: "refused_loop.json"},
			{Name: "busy node", Method: "DELETE", Path: "/api/v1/substations/" + n.S.String(), Header: asked("maintainer", "If-Match", `"1"`), Status: 409, Golden: "refused_busy.json"},
			{Name: "sort", Path: "/api/v1/meters?sort=colour", Header: asked("english"), Status: 422, Golden: "refused_sort.json"},
			{Name: "rows", Method: "POST", Path: "/api/v1/consumption", Header: asked("maintainer"), Status: 422, Golden: "refused_rows.json",
				Body: `{"rows":[{"account_no":"1001","month":202613,"energy_wh":-5},{"account_no":"1002","month":202601,"energy_wh":1},{"account_no":"1002","month":202601,"energy_wh":2}]}`},
			{Name: "pattern", Method: "PUT", Path: "/api/v1/account-number-rule", Body: `{"pattern":"[0-9]{10}","example":"abc"}`, Header: asked("maintainer", "If-Match", `"0"`), Status: 422, Golden: "refused_pattern.json"},
		})
	})
}

// An account's name on its customer's paper is masked by what the account is, as
// everywhere: a firm's flats bear the names of those who live there.
func TestAFirmsTenantsAreMaskedOnItsAssessment(t *testing.T) {
	each(t, func(w *world) {
		firm := w.customer(w.a, 1, "翠湖化工有限公司", customer.KindOrganisation)
		flat, plant := account("1", "张伟"), account("2", "翠湖化工二厂")
		plant.Class, plant.UseCategory = "hv", "two_part"
		flat.CustomerID, plant.CustomerID = firm, firm
		b := supply.Batch{Accounts: []supply.Account{{AccountInput: flat}, {AccountInput: plant}}}
		w.batch(w.a, &b)
		for i, a := range b.Accounts {
			if _, err := w.load(w.a, supply.Energy{AccountID: a.ID, Month: 202610, EnergyWh: int64(2 - i)}); err != nil {
				w.t.Fatal(err)
			}
		}
		names := func(ctx, query string) string {
			a, _ := call[supply.Assessment](w, w.handler(), ctx, "GET", "/api/v1/customers/"+firm.String()+"/consumption-assessment"+query, "", 200)
			return joined(a.Lines, func(l supply.AssessmentLine) string { return l.Name })
		}
		if got := names("maintainer", "?release_id="+approval.String()); got != "张伟 翠湖化工二厂" {
			w.t.Errorf("in clear: %s", got)
		}
		for _, as := range []string{"maintainer", "blind"} {
			if got := names(as, ""); got != "张* 翠湖化工二厂" {
				w.t.Errorf("masked for %s: %s", as, got)
			}
		}
	})
}

// Where nothing is on record every list is there and empty, and no figure is known.
func TestPapersOfACustomerWithoutAccounts(t *testing.T) {
	each(t, func(w *world) {
		who := w.customer(w.a, 1, "张伟", customer.KindPerson)
		h := w.handler()
		for _, paper := range []string{"consumption-assessment", "sales-statistics", "supply-path"} {
			got := resttest.Send(h, resttest.Scenario{Path: "/api/v1/customers/" + who.String() + "/" + paper, Header: asked("maintainer")})
			if body := got.Body.String(); got.Code != http.StatusOK || strings.Contains(body, "null") || strings.Contains(body, `"known":true`) {
				w.t.Errorf("%s: %d %s", paper, got.Code, body)
			}
		}
		for _, list := range []string{"consumption-figures?by=segment", "consumption-figures?by=manager", "account-stock", "network-search?q=x", "meters", "supply-contracts"} {
			got := resttest.Send(h, resttest.Scenario{Path: "/api/v1/" + list, Header: asked("maintainer")})
			if got.Code != http.StatusOK || !strings.Contains(got.Body.String(), `"items":[]`) {
				w.t.Errorf("%s: %d %s", list, got.Code, got.Body)
			}
		}
	})
}

// A paper bears the name of its company: a county's own, and for a city's users
// that of the one company they ask for.
func TestAPaperBearsItsCompany(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		for as, want := range map[string]string{"maintainer": "东江县公司", "neighbour": "西山县公司"} {
			if st, _ := call[supply.Statistics](w, h, as, "GET", "/api/v1/sales-statistics", "", 200); st.Company != want || st.MadeBy != "李工" || st.MadeAt != now {
				w.t.Errorf("%s: %+v", as, st.Letterhead)
			}
		}
		if st, _ := call[supply.Statistics](w, h, "city", "GET", "/api/v1/sales-statistics?org_id="+w.b.String(), "", 200); st.Company != "西山县公司" {
			w.t.Errorf("%+v", st.Letterhead)
		}
		call[rest.Problem](w, h, "stranger", "GET", "/api/v1/sales-statistics", "", 403)
	})
}
