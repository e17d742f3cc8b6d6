package supply_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/catalogue"
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

// csvRows asks for a list as a file and reads it.
func (w *world) csvRows(h http.Handler, as, path string, status int) [][]string {
	w.t.Helper()
	got := resttest.Send(h, resttest.Scenario{Path: path, Header: map[string]string{"As": as}})
	if got.Code != status {
		w.t.Fatalf("%s: status %d: %s", path, got.Code, got.Body)
	}
	if status != 200 {
		return nil
	}
	body, marked := strings.CutPrefix(got.Body.String(), "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || !marked || !strings.HasPrefix(got.Header().Get("Content-Type"), "text/csv") {
		w.t.Fatalf("%v: %s", err, body)
	}
	return rows
}

func TestListAsCSV(t *testing.T) {
	each(t, func(w *world) {
		w.populate(w.a, w.build(w.a))
		w.batch(w.a, &supply.Batch{Accounts: []supply.Account{{AccountInput: account("2001", "=cmd|x")}}})
		h := w.handler()
		const path = "/api/v1/accounts.csv"
		approved := path + "?class=lv_res&lookup_id=" + approval.String()
		rows := w.csvRows(h, "maintainer", approved, 200)
		if len(rows) != 6 || strings.Join(rows[0][:9], " ") != "建档日期 户号 户名 用户分类 状态 用电类别 行业代码 城乡 合同容量 (kVA)" ||
			strings.Join(rows[1][1:9], " ") != "1001 张伟 低压居民 正常 居民生活  城镇 8" || rows[5][2] != "'=cmd|x" || !strings.HasPrefix(rows[1][0], "2026-11-22 ") {
			t.Errorf("%v", rows)
		}
		if rows := w.csvRows(h, "english", path+"?class=lv_res", 200); rows[0][1] != "Account number" || rows[1][3] != catalogue.Text("en", "supply.class.lv_res", nil) {
			t.Errorf("in English: %v", rows[:2])
		}
		for _, as := range []string{"maintainer", "blind"} {
			if rows := w.csvRows(h, as, path+"?class=lv_res", 200); rows[1][2] == "张伟" || rows[0][len(rows[0])-1] != "masked" || rows[1][len(rows[1])-1] != "all" {
				t.Errorf("%s reads names: %v", as, rows[1])
			}
		}
		if last := len(rows[0]) - 1; strings.Join(rows[0][last-1:], " ") != "serial taker" || rows[1][last-1] != "7K2Q-90FM-4TXC-B13Z" {
			t.Errorf("by approval: %v", rows[:2])
		}
		if rows := w.csvRows(h, "neighbour", path, 200); len(rows) != 1 {
			t.Errorf("the neighbour exports %v", rows)
		}
		before := w.count("SELECT count(*) FROM audit_entry")
		w.csvRows(h, "agent", path, 403)
		w.csvRows(h, "maintainer", path+"?sort=x", 422)
		if n := w.count("SELECT count(*) FROM audit_entry") - before; n != 0 {
			t.Errorf("%d entries of files that never were", n)
		}
		if got := w.recorded(w.a); got != "supply.export supply.export supply.export supply.export" {
			t.Errorf("audit: %s", got)
		}
	})
}

var identifier = regexp.MustCompile("[0-9a-f]{8}-[0-9a-f]{4}-7")

// No file shows an identifier, a key of the catalogue or a word of ours.
func TestFilesSpeakTheReadersLanguage(t *testing.T) {
	each(t, func(w *world) {
		w.populate(w.a, w.build(w.a))
		h := w.handler()
		for _, list := range []string{"accounts", "premises", "metering-points", "meters", "substations", "lines", "districts", "equipment", "equipment-conditions", "supply-contracts"} {
			for _, reader := range []string{"maintainer", "english"} {
				rows := w.csvRows(h, reader, "/api/v1/"+list+".csv", 200)
				if heading := strings.Join(rows[0], ","); strings.ContainsAny(heading, "_.") {
					t.Errorf("%s for %s: %s", list, reader, heading)
				}
				for _, row := range rows[1:] {
					if text := strings.Join(row, ","); identifier.MatchString(text) || strings.Contains(text, "lv_") || strings.Contains(text, "supply.") {
						t.Errorf("%s for %s: %s", list, reader, text)
					}
				}
			}
		}
	})
}
