package supply_test

import (
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

const contractJSON = `{"account_id":%q,"contract_no":%q,"kind":"hv","capacity_va":630000,"demarcation":"10kV城东一线1号杆","price":"工商业两部制"%s}`

func TestContract(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		a, _ := w.newAccount("1001", fmt.Sprintf(`,"customer_id":%q`, w.customer(w.a, 1, "化工厂", customer.KindOrganisation)))
		w.customers.entries = nil
		const path = "/api/v1/supply-contracts"
		post := func(no, more string) supply.Contract {
			c, _ := call[supply.Contract](w, h, "maintainer", "POST", path, fmt.Sprintf(contractJSON, a.ID, no, more), 201)
			return c
		}
		for _, bad := range []string{`,"status":"in_force"`, `,"valid_from":"2026-02-01","valid_to":"2026-01-01"`, `,"signed_on":"gestern"`, `,"capacity":"630 kVA"`} {
			call[any](w, h, "maintainer", "POST", path, fmt.Sprintf(contractJSON, a.ID, "x", bad), 422)
		}
		if p, _ := call[rest.Problem](w, h, "maintainer", "POST", path, strings.Replace(fmt.Sprintf(contractJSON, a.ID, "x", ""), "630000", `"630 kVA"`, 1), 422); p.Fields[0].Name != "capacity_va" || p.Fields[0].Code != "wrong_type" {
			t.Errorf("capacity as text: %+v", p)
		}
		c := post("HT-1", "")
		call[any](w, h, "maintainer", "POST", path, fmt.Sprintf(contractJSON, a.ID, "HT-1", ""), 409)
		long := put[supply.Contract](w, path+"/", c.ID, func(m map[string]any) {
			m["status"], m["signed_on"], m["valid_from"], m["valid_to"] = "in_force", "2025-12-20", "2026-01-01", "2035-12-31"
		}, 200)
		if !long.LongerThanUsual {
			t.Error("ten years for high voltage is longer than usual")
		}
		put[supply.Contract](w, path+"/", c.ID, func(m map[string]any) { m["status"] = "ended" }, 200)
		var told []string
		for _, e := range w.customers.entries {
			told = append(told, e.Kind+" "+fmt.Sprint(e.Params["kind"]))
		}
		if got := strings.Join(told, " "); got != "supply.contract_signed @supply.contract_kind.hv supply.contract_ended @supply.contract_kind.hv" {
			t.Errorf("timeline %s", got)
		}
		post("HT-2", `,"valid_from":"2026-01-01","valid_to":"2026-12-31","signed_on":"2025-12-20","status":"in_force"`)
		for query, want := range map[string]string{"": "HT-2 HT-1", "q=HT-1": "HT-1", "ends_before=2027-01-01": "HT-2", "status=ended": "HT-1", "sort=-contract_no": "HT-2 HT-1", "account_id=" + a.ID.String(): "HT-2 HT-1"} {
			list, _ := call[rest.List[supply.Contract]](w, h, "agent", "GET", path+"?"+query, "", 200)
			if got := strings.Join(words(list.Items, func(c supply.Contract) string { return c.ContractNo }), " "); got != want {
				t.Errorf("%s: %s, want %s", query, got, want)
			}
		}
		cp, _ := call[supply.ContractCopy](w, h, "maintainer", "GET", path+"/"+c.ID.String()+"/copy", "", 200)
		if cp.Contract.Demarcation != "10kV城东一线1号杆" || cp.Detail.Account.AccountNo != "1001" || cp.Detail.Contract.ContractNo != "HT-2" || cp.Company != "东江县公司" {
			t.Errorf("copy %+v", cp)
		}
		call[any](w, h, "agent", "GET", path+"/"+c.ID.String()+"/copy", "", 403)
		call[any](w, h, "neighbour", "GET", path+"/"+c.ID.String()+"/copy", "", 404)
		call[any](w, h, "neighbour", "POST", path, fmt.Sprintf(contractJSON, a.ID, "x", ""), 422)
	})
}

func TestListAsCSV(t *testing.T) {
	each(t, func(w *world) {
		w.populate(w.a, w.build(w.a))
		w.batch(w.a, &supply.Batch{Accounts: []supply.Account{{AccountInput: account("2001", "=cmd|x")}}})
		h := w.handler()
		get := func(as, path string, status int) [][]string {
			got := resttest.Send(h, resttest.Scenario{Path: path, Header: map[string]string{"As": as}})
			if got.Code != status {
				t.Fatalf("%s: status %d: %s", path, got.Code, got.Body)
			}
			if status != 200 {
				return nil
			}
			body, marked := strings.CutPrefix(got.Body.String(), "\ufeff")
			rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
			if err != nil || !marked || !strings.HasPrefix(got.Header().Get("Content-Type"), "text/csv") {
				t.Fatalf("%v: %s", err, body)
			}
			return rows
		}
		rows := get("maintainer", "/api/v1/accounts.csv?class=lv_res", 200)
		if len(rows) != 6 || rows[0][5] != "account_no" || rows[1][5] != "1001" || rows[1][6] != "张伟" || rows[5][6] != "'=cmd|x" || !strings.HasPrefix(rows[1][3], "2026-11-22T") {
			t.Errorf("%v", rows)
		}
		if rows := get("blind", "/api/v1/accounts.csv?class=lv_res", 200); rows[1][6] == "张伟" {
			t.Error("the blind reads names")
		}
		if rows := get("neighbour", "/api/v1/accounts.csv", 200); len(rows) != 1 {
			t.Errorf("the neighbour exports %v", rows)
		}
		get("agent", "/api/v1/accounts.csv", 403)
		get("maintainer", "/api/v1/accounts.csv?sort=x", 422)
		if rows := get("maintainer", "/api/v1/lines.csv", 200); len(rows) != 5 {
			t.Errorf("%d lines", len(rows)-1)
		}
	})
}
