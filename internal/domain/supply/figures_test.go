package supply_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// sell gives the accounts of the populated company two years of consumption up
// to the last month: account n takes n × 100 kWh a month, a tenth more in the
// second year.
func (w *world) sell(org id.ID, ids map[string]id.ID) {
	w.t.Helper()
	var rows []supply.Energy
	for no, i := range ids {
		e := int64(no[len(no)-1]-'0') * 100_000
		for k := range 24 {
			m := when.Month(202411).Add(k)
			if k >= 12 {
				rows = append(rows, supply.Energy{AccountID: i, Month: m, EnergyWh: e * 11 / 10})
				continue
			}
			rows = append(rows, supply.Energy{AccountID: i, Month: m, EnergyWh: e})
		}
	}
	if _, err := w.load(org, rows...); err != nil {
		w.t.Fatal(err)
	}
}

func value(t *testing.T, figures []supply.Figure, code string) int64 {
	t.Helper()
	for _, f := range figures {
		if f.Code == code {
			if !f.Known {
				t.Errorf("%s is not known", code)
			}
			return f.Value
		}
	}
	t.Errorf("no figure %s", code)
	return 0
}

func TestFiguresBySegmentCompanyAndManager(t *testing.T) {
	each(t, func(w *world) {
		ids := w.populate(w.a, w.build(w.a))
		w.sell(w.a, ids)
		w.sell(w.b, w.populate(w.b, w.build(w.b)))
		manager := id.MustParse("01900000-0000-7000-8000-0000000000cc")
		w.manage(w.a, w.customer(w.a, 1, "张伟", customer.KindPerson), manager)
		h := w.handler()
		get := func(as, query string) []supply.FigureRow {
			list, _ := call[rest.List[supply.FigureRow]](w, h, as, "GET", "/api/v1/consumption-figures?"+query, "", 200)
			return list.Items
		}
		all := get("maintainer", "")
		if len(all) != 1 || value(t, all[0].Figures, "energy_month") != 2_310_000 || value(t, all[0].Figures, "energy_12m") != 12*2_310_000 ||
			value(t, all[0].Figures, "yoy_12m") != 100 || value(t, all[0].Figures, "trend") != 1100 {
			t.Errorf("company: %+v", all)
		}
		if m := all[0].Months; len(m) != 24 || m[0].Month != 202411 || m[23].EnergyWh != 2_310_000 {
			t.Errorf("months %+v", m)
		}
		if f := all[0].Forecast; len(f) != 3 || f[0].Month != 202611 || f[0].EnergyWh != 2_541_000 {
			t.Errorf("forecast %+v", f)
		}
		if len(get("city", "by=company")) != 2 || len(get("city", "by=company&org_id="+w.b.String())) != 1 || len(get("maintainer", "org_id="+w.b.String())) != 0 {
			t.Error("companies are not kept apart")
		}
		for by, want := range map[string]string{"class": "hv= 990000 lv_res= 1320000", "use_category": "=residential 1320000 =single_part 440000 =two_part 550000"} {
			var got []string
			for _, r := range get("maintainer", "by="+by+"&month=202610") {
				got = append(got, fmt.Sprintf("%s=%s %d", r.Class, r.UseCategory, value(t, r.Figures, "energy_month")))
			}
			if strings.Join(got, " ") != want {
				t.Errorf("by %s: %s, want %s", by, got, want)
			}
		}
		m := get("maintainer", "by=manager")
		if len(m) != 1 || m[0].ManagerID != manager || m[0].ManagerName == "" || value(t, m[0].Figures, "energy_month") != (1+2+6)*110_000 {
			t.Errorf("by manager: %+v", m)
		}
		call[any](w, h, "maintainer", "GET", "/api/v1/consumption-figures?month=202613", "", 422)
		call[any](w, h, "maintainer", "GET", "/api/v1/consumption-figures?by=name", "", 422)
		call[any](w, h, "agent", "GET", "/api/v1/consumption-figures", "", 403)
	})
}

// manage makes the manager that of a customer in the customer module's table.
func (w *world) manage(org, who, manager id.ID) {
	w.write(func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO customer (org_id, id, customer_no, kind, status, name, name_sort, manager_id, industry, classes, tags, record, data_key, version, created_at, updated_at)
			VALUES ($1, $2, 'K1', 'person', 'active', 'x', 'x', $3, '', '{}', '[]', $4, $4, 1, 1, 1)`, org, who, manager, []byte{})
		return err
	})
}

func TestStock(t *testing.T) {
	each(t, func(w *world) {
		w.populate(w.a, w.build(w.a))
		h := w.handler()
		list, _ := call[rest.List[supply.StockRow]](w, h, "maintainer", "GET", "/api/v1/account-stock", "", 200)
		var got []string
		for _, r := range list.Items {
			got = append(got, fmt.Sprint(r.Segment, r.Accounts))
		}
		if strings.Join(got, " ") != "{hv single_part urban} 1 {hv two_part urban} 1 {lv_res residential urban} 3" {
			t.Errorf("stock %s", got)
		}
		if list, _ = call[rest.List[supply.StockRow]](w, h, "neighbour", "GET", "/api/v1/account-stock", "", 200); len(list.Items) != 0 {
			t.Error("the neighbour counts our accounts")
		}
		call[any](w, h, "agent", "GET", "/api/v1/account-stock", "", 403)
	})
}

func TestConsumptionOfAnAccount(t *testing.T) {
	each(t, func(w *world) {
		ids := w.populate(w.a, w.build(w.a))
		w.sell(w.a, ids)
		h := w.handler()
		path := "/api/v1/accounts/" + ids["1003"].String() + "/consumption"
		c, _ := call[supply.AccountConsumption](w, h, "maintainer", "GET", path, "", 200)
		if len(c.Months) != 24 || c.Month != 202610 || c.Forecast[0].EnergyWh != 363_000 || value(t, c.Figures, "capacity_use") != 330_000*1000/(8000*24*31) {
			t.Errorf("%+v", c)
		}
		for _, c := range []struct {
			month, match string
			status       int
			tag          string
		}{{"202610", "", 428, ""}, {"202610", `"0"`, 412, ""}, {"202610", `"1"`, 204, `"2"`}, {"202610", `"1"`, 412, ""}, {"202610", `"2"`, 204, `"2"`},
			{"202611", `"1"`, 412, ""}, {"202611", `"0"`, 204, `"1"`}, {"202611", `"0"`, 412, ""}} {
			if _, tag := call[any](w, h, "maintainer", "PUT", path+"/"+c.month, `{"energy_wh":440000}`, c.status, "If-Match", c.match); tag != c.tag {
				t.Errorf("%s from %s: now %s, want %s", c.month, c.match, tag, c.tag)
			}
		}
		c, _ = call[supply.AccountConsumption](w, h, "maintainer", "GET", path+"?month=202610&horizon=0", "", 200)
		if value(t, c.Figures, "energy_month") != 440_000 || c.Months[len(c.Months)-1].Version != 2 || len(c.Forecast) != 0 {
			t.Errorf("corrected: %+v", c)
		}
		if a, b := w.count("SELECT CAST(sum(energy_wh) AS BIGINT) FROM sales"), w.count("SELECT CAST(sum(energy_wh) AS BIGINT) FROM consumption"); a != b {
			t.Errorf("sales %d, consumption %d", a, b)
		}
		call[any](w, h, "maintainer", "PUT", path+"/202613", `{"energy_wh":1}`, 422, "If-Match", `"0"`)
		call[any](w, h, "maintainer", "PUT", path+"/202610", `{"energy_wh":-1}`, 422, "If-Match", `"2"`)
		call[any](w, h, "neighbour", "PUT", path+"/202610", `{"energy_wh":1}`, 404, "If-Match", `"2"`)
		call[any](w, h, "neighbour", "GET", path, "", 404)
		call[any](w, h, "agent", "GET", path, "", 403)
		call[any](w, h, "agent", "PUT", path+"/202610", `{"energy_wh":1}`, 403, "If-Match", `"2"`)

		rows := `{"rows":[{"account_no":"1001","month":202610,"energy_wh":5},{"account_no":" 1002","month":202609,"energy_wh":220000}]}`
		if l, _ := call[supply.Loaded](w, h, "maintainer", "POST", "/api/v1/consumption", rows, 200); l != (supply.Loaded{Corrected: 1, Unchanged: 1}) {
			t.Errorf("loaded %+v", l)
		}
		p, _ := call[rest.Problem](w, h, "maintainer", "POST", "/api/v1/consumption", `{"rows":[{"account_no":"1001","month":202610,"energy_wh":5},{"account_no":"x","month":202610,"energy_wh":5}]}`, 422)
		if len(p.Fields) != 1 || p.Fields[0].Name != "rows[1].account_no" {
			t.Errorf("%+v", p)
		}
		call[any](w, h, "neighbour", "POST", "/api/v1/consumption", rows, 422)
	})
}

func TestStatistics(t *testing.T) {
	each(t, func(w *world) {
		ids := w.populate(w.a, w.build(w.a))
		w.sell(w.a, ids)
		h := w.handler()
		st, _ := call[supply.Statistics](w, h, "maintainer", "GET", "/api/v1/sales-statistics?by=class&from=202608&to=202610", "", 200)
		if len(st.Rows) != 2 || st.TotalWh != 3*2_310_000 || st.Rows[0].Class != "hv" || st.Rows[0].EnergyWh != 3*990_000 || len(st.Rows[0].Months) != 3 ||
			value(t, st.Rows[0].Figures, "share") != 428 || value(t, st.Rows[1].Figures, "yoy_12m") != 100 || st.Company != "东江县公司" {
			t.Errorf("%+v", st)
		}
		if st, _ = call[supply.Statistics](w, h, "city", "GET", "/api/v1/sales-statistics", "", 200); st.From != 202511 || st.To != 202610 || st.Company != "" {
			t.Errorf("the city's default: %+v", st.Letterhead)
		}
		zhang := w.customer(w.a, 1, "张伟", customer.KindPerson)
		own := "/api/v1/customers/" + zhang.String() + "/sales-statistics"
		if st, _ = call[supply.Statistics](w, h, "maintainer", "GET", own, "", 200); st.Customer.Name != "张*" || st.Mark != nil {
			t.Errorf("without an approval: %+v", st)
		}
		st, _ = call[supply.Statistics](w, h, "maintainer", "GET", own+"?release_id="+approval.String(), "", 200)
		if st.Customer.Name != "张伟" || st.Mark == nil || st.TotalWh != 12*9*110_000 || st.Rows[0].Months[0].Accounts != 3 {
			t.Errorf("%+v", st)
		}
		call[any](w, h, "neighbour", "GET", own, "", 404)
		call[any](w, h, "agent", "GET", own, "", 403)
		for _, bad := range []string{"from=202613", "to=7", "from=202610&to=202609", "from=202001&to=202401"} {
			call[any](w, h, "maintainer", "GET", own+"?"+bad, "", 422)
			call[any](w, h, "maintainer", "GET", "/api/v1/sales-statistics?"+bad, "", 422)
		}
	})
}

func TestAssessment(t *testing.T) {
	each(t, func(w *world) {
		ids := w.populate(w.a, w.build(w.a))
		w.sell(w.a, ids)
		h := w.handler()
		path := "/api/v1/customers/" + w.customer(w.a, 1, "张伟", customer.KindPerson).String() + "/consumption-assessment"
		a, _ := call[supply.Assessment](w, h, "maintainer", "GET", path, "", 200)
		if a.Accounts != 2 || a.All != 3 || len(a.Months) != 24 || len(a.Lines) != 3 || a.Lines[0].AccountNo != "1006" || a.Lines[0].YearWh != 12*660_000 ||
			value(t, a.Figures, "share") != 9*1000/21 || len(a.Forecast) != 6 || a.MadeBy != "李工" {
			t.Errorf("%+v", a)
		}
		if blind, _ := call[supply.Assessment](w, h, "blind", "GET", path, "", 200); blind.Customer.Name == "张伟" || blind.Lines[0].Name == "李强" {
			t.Errorf("clear for the blind: %+v", blind.Customer)
		}
		call[any](w, h, "maintainer", "GET", path+"?month=1", "", 422)
		call[any](w, h, "neighbour", "GET", path, "", 404)
		call[any](w, h, "agent", "GET", path, "", 403)
	})
}
