package target_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/target"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

const all = "/api/v1/sales-targets"

func of(manager id.ID, year int) string { return fmt.Sprintf("%s/%s/%d", all, manager, year) }

// months is a body that sets the first n months of 2026.
func months(n int, wh int64) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf(`{"month":%d,"energy_wh":%d}`, 202601+i, wh))
	}
	return `{"growth_permille":100,"months":[` + strings.Join(list, ",") + `]}`
}

func TestATargetIsDerivedSetChangedAndRemoved(t *testing.T) {
	each(t, func(w *world) {
		proposed, etag := call[target.Standing](w, "head", "GET", of(zhou, 2026)+"?growth_permille=100", "", 200)
		if etag != `"0"` || proposed.Planned != 0 || proposed.ManagerName != "周经理" || *proposed.Months[0].ProposalWh != 1_300_000 {
			t.Errorf("proposed under %s: %+v", etag, proposed)
		}
		set, etag := call[target.Standing](w, "head", "PUT", of(zhou, 2026), months(12, 1_300_000), 200, "If-Match", etag)
		if etag != `"1"` || set.TargetWh != 15_600_000 || set.GrowthPermille != 100 || set.SetName != "李主任" || set.ToDate.Months != 10 || set.ToDate.Permille != 930 {
			t.Errorf("set under %s: %+v", etag, set)
		}
		if m := set.Months[11]; *m.TargetWh != 1_300_000 || *m.WasWh != 1_210_000 || m.EnergyWh != nil {
			t.Errorf("December: %+v", m)
		}
		call[any](w, "head", "PUT", of(zhou, 2026), months(12, 1), 412, "If-Match", `"0"`)
		call[any](w, "head", "PUT", of(zhou, 2026), months(12, 1), 412, "If-Match", `"7"`)
		changed, again := call[target.Standing](w, "head", "PUT", of(zhou, 2026), months(3, 1_000_000), 200, "If-Match", etag)
		if again != `"2"` || changed.Planned != 3 || changed.TargetWh != 3_000_000 || changed.Months[3].TargetWh != nil {
			t.Errorf("changed under %s: %+v", again, changed)
		}
		read, tag := call[target.Standing](w, "reader", "GET", of(zhou, 2026), "", 200)
		if tag != again || read.TargetWh != changed.TargetWh || *read.Months[0].ProposalWh != 1_200_000 {
			t.Errorf("read under %s: %+v", tag, read)
		}
		call[any](w, "head", "DELETE", of(zhou, 2026), "", 412, "If-Match", etag)
		call[any](w, "head", "DELETE", of(zhou, 2026), "", 204, "If-Match", again)
		call[any](w, "head", "DELETE", of(zhou, 2026), "", 404, "If-Match", again)
		call[any](w, "head", "PUT", of(zhou, 2026), months(1, 1), 412, "If-Match", again)
		if got := w.recorded(); got != "target.set target.set target.remove" {
			t.Errorf("audit log: %s", got)
		}
	})
}

func TestOverviewAddsUpTheCompany(t *testing.T) {
	each(t, func(w *world) {
		if o, _ := call[target.Overview](w, "head", "GET", all, "", 200); o.Year != 2026 || o.Through != 202610 || names(o) != "周经理 赵经理 钱经理" || len(o.Companies) != 0 {
			t.Errorf("without targets: %+v", o)
		}
		call[any](w, "head", "PUT", of(zhou, 2026), months(12, 1_210_000), 200, "If-Match", `"0"`)
		call[any](w, "head", "PUT", of(zhao, 2026), months(12, 2_420_000), 200, "If-Match", `"0"`)
		call[any](w, "neighbour", "PUT", of(wu, 2026), months(6, 2_420_000), 200, "If-Match", `"0"`)
		o, _ := call[target.Overview](w, "head", "GET", all+"?year=2026", "", 200)
		if len(o.Companies) != 1 {
			t.Fatalf("companies %+v", o.Companies)
		}
		if c := o.Companies[0]; c.OrgID != w.a || c.TargetWh != 12*3_630_000 || c.ToDate != (target.Attainment{Months: 10, TargetWh: 36_300_000, EnergyWh: 36_300_000, Permille: 1000}) ||
			c.PastError.Months == 0 || c.Months[0].ProposalWh != nil {
			t.Errorf("company %+v", c)
		}
		o, _ = call[target.Overview](w, "city", "GET", all, "", 200)
		if names(o) != "吴经理 周经理 赵经理 钱经理" || len(o.Companies) != 2 || o.Companies[1].ToDate.Permille != 500 {
			t.Errorf("the city sees %s, %+v", names(o), o.Companies)
		}
		if o, _ = call[target.Overview](w, "city", "GET", all+"?org_id="+w.b.String(), "", 200); names(o) != "吴经理" {
			t.Errorf("narrowed: %s", names(o))
		}
		if o, _ = call[target.Overview](w, "head", "GET", all+"?year=2027", "", 200); len(o.Companies) != 0 || o.Managers[0].Planned != 0 || o.Managers[0].Months[11].ForecastWh == nil {
			t.Errorf("next year: %+v", o)
		}
	})
}

func TestAManagerSeesHisOwnOnly(t *testing.T) {
	each(t, func(w *world) {
		call[any](w, "head", "PUT", of(zhou, 2026), months(12, 1_210_000), 200, "If-Match", `"0"`)
		call[any](w, "head", "PUT", of(zhao, 2026), months(12, 2_420_000), 200, "If-Match", `"0"`)
		o, _ := call[target.Overview](w, "zhou", "GET", all+"/own?year=2026", "", 200)
		if names(o) != "周经理" || len(o.Companies) != 0 || o.Managers[0].ToDate.Permille != 1000 {
			t.Errorf("own: %+v", o)
		}
		call[any](w, "zhou", "GET", all, "", 403)
		call[any](w, "zhou", "GET", of(zhou, 2026), "", 403)
		call[any](w, "zhou", "PUT", of(zhou, 2026), months(1, 1), 403, "If-Match", `"1"`)
		call[any](w, "zhou", "DELETE", of(zhou, 2026), "", 403, "If-Match", `"1"`)
	})
}

func TestWhoMayDoWhat(t *testing.T) {
	each(t, func(w *world) {
		call[any](w, "head", "PUT", of(zhou, 2026), months(12, 1), 200, "If-Match", `"0"`)
		for as, status := range map[string]int{"stranger": 403, "nobody": 401} {
			for _, path := range []string{all, all + "/own", of(zhou, 2026)} {
				call[any](w, as, "GET", path, "", status)
			}
			call[any](w, as, "PUT", of(zhou, 2026), months(1, 1), status, "If-Match", `"1"`)
			call[any](w, as, "DELETE", of(zhou, 2026), "", status, "If-Match", `"1"`)
		}
		call[any](w, "reader", "PUT", of(zhou, 2026), months(1, 1), 403, "If-Match", `"1"`)
		call[any](w, "reader", "DELETE", of(zhou, 2026), "", 403, "If-Match", `"1"`)

		// Whatever a neighbour asks, it is as if there were none.
		if o, _ := call[target.Overview](w, "neighbour", "GET", all, "", 200); names(o) != "吴经理" || len(o.Companies) != 0 {
			t.Errorf("the neighbour sees %s", names(o))
		}
		if o, _ := call[target.Overview](w, "neighbour", "GET", all+"?org_id="+w.a.String(), "", 200); len(o.Managers) != 0 {
			t.Errorf("the neighbour sees %s", names(o))
		}
		here := "?org_id=" + w.a.String()
		call[any](w, "neighbour", "GET", of(zhou, 2026), "", 422)
		call[any](w, "neighbour", "GET", of(zhou, 2026)+here, "", 404)
		call[any](w, "neighbour", "PUT", of(zhou, 2026)+here, months(1, 1), 404, "If-Match", `"1"`)
		call[any](w, "neighbour", "DELETE", of(zhou, 2026)+here, "", 404, "If-Match", `"1"`)
		call[any](w, "neighbour", "DELETE", of(zhou, 2026), "", 404, "If-Match", `"1"`)
		call[any](w, "city", "PUT", of(zhao, 2026), months(1, 1), 422, "If-Match", `"0"`) // which company?
		call[any](w, "city", "PUT", of(zhao, 2026)+here, months(1, 1), 200, "If-Match", `"0"`)
	})
}

func TestBadInput(t *testing.T) {
	each(t, func(w *world) {
		as := map[string]string{"As": "head", "If-Match": `"0"`}
		resttest.Run(t, w.handler, []resttest.Scenario{
			{Name: "other year", Method: "PUT", Path: of(zhou, 2027), Body: months(2, 1), Header: as, Status: 422, Contains: []string{"months[1].month", "not_in_year", "2027"}},
			{Name: "zero", Method: "PUT", Path: of(zhou, 2026), Body: months(1, 0), Header: as, Status: 422, Contains: []string{"months[0].energy_wh"}},
			{Name: "too much", Method: "PUT", Path: of(zhou, 2026), Body: months(1, 1_000_000_000_000_001), Header: as, Status: 422, Contains: []string{"months[0].energy_wh"}},
			{Name: "no month", Method: "PUT", Path: of(zhou, 2026), Body: `{"growth_permille":0,"months":[]}`, Header: as, Status: 422, Contains: []string{"months"}},
			{Name: "text", Method: "PUT", Path: of(zhou, 2026), Body: `{"growth_permille":"3%","months":[{"month":202601,"energy_wh":"viel"}]}`, Header: as, Status: 422, Contains: []string{"growth_permille", "months[0].energy_wh"}},
			{Name: "growth", Method: "PUT", Path: of(zhou, 2026), Body: strings.Replace(months(1, 1), "100", "1001", 1), Header: as, Status: 422, Contains: []string{"growth_permille"}},
			{Name: "twice", Method: "PUT", Path: of(zhou, 2026), Body: `{"growth_permille":0,"months":[{"month":202601,"energy_wh":1},{"month":202601,"energy_wh":2}]}`, Header: as, Status: 422, Contains: []string{"months[1].month", "twice"}},
			{Name: "one who left", Method: "PUT", Path: of(gone, 2026), Body: months(1, 1), Header: as, Status: 422, Contains: []string{"target.not_manager"}},
			{Name: "another company's", Method: "PUT", Path: of(wu, 2026), Body: months(1, 1), Header: as, Status: 422, Contains: []string{"target.not_manager"}, NotContains: []string{"吴经理"}},
			{Name: "nobody", Path: of(nobody, 2026), Header: as, Status: 422, Contains: []string{"target.not_manager"}},
			{Name: "no person", Path: all + "/x/2026", Header: as, Status: 404},
			{Name: "no year", Path: all + "?year=1999", Header: as, Status: 422, Contains: []string{"year"}},
			{Name: "no growth", Path: of(zhou, 2026) + "?growth_permille=-501", Header: as, Status: 422, Contains: []string{"growth_permille"}},
		})
		got := resttest.Send(w.handler, resttest.Scenario{Method: "PUT", Path: of(zhou, 2026), Body: months(1, 1), Header: map[string]string{"As": "head"}})
		if got.Code != http.StatusPreconditionRequired || !strings.Contains(got.Body.String(), "request.if_match") {
			t.Errorf("without If-Match: %d %s", got.Code, got.Body)
		}
		if done := w.recorded(); done != "" {
			t.Errorf("something was set: %s", done)
		}
	})
}
