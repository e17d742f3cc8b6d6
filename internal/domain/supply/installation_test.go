package supply_test

import (
	"errors"
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

const installationJSON = `{"valid_from":%q,"security_load_w":20000,"tolerable_min":3,"compensation_var":90000,"protection":"过流",
	"sources":[{"role":"main","kind":"dedicated_line","name":"城东一线","voltage":"AC00101","capacity_va":630000}],
	"generation":[{"kind":"diesel","capacity_va":200000,"interlock":"机械联锁"}],
	"documents":[{"kind":"completion_report","title":"竣工报告","approved_on":"2024-05-01"}]%s}`

const staffJSON = `,"staff":[{"name":"王建国","phone":"13999990001","qualification":"高压电工","licence_no":"T510000199001011234","valid_until":"2027-01-01"}]`

func TestOwnInstallationKeepsItsHistory(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		a, _ := w.newAccount("1001", fmt.Sprintf(`,"customer_id":%q`, w.customer(w.a, 1, "化工厂", customer.KindOrganisation)))
		path := "/api/v1/accounts/" + a.ID.String() + "/installations"
		first, etag := call[supply.OwnInstallation](w, h, "maintainer", "POST", path, fmt.Sprintf(installationJSON, "2024-05-02", staffJSON), 201, "Idempotency-Key", "k")
		again, _ := call[supply.OwnInstallation](w, h, "maintainer", "POST", path, fmt.Sprintf(installationJSON, "2024-05-02", staffJSON), 201, "Idempotency-Key", "k")
		if again.ID != first.ID {
			t.Error("the same key began two states")
		}
		if first.Staff[0].Phone != "13999990001" || first.Sources[0].Name != "城东一线" || first.Generation[0].Interlock != "机械联锁" || first.Documents[0].ApprovedOn != "2024-05-01" {
			t.Errorf("first state %+v", first)
		}
		second, _ := call[supply.OwnInstallation](w, h, "maintainer", "POST", path, fmt.Sprintf(installationJSON, "2025-03-01", ""), 201)
		p, _ := call[rest.Problem](w, h, "maintainer", "POST", path, fmt.Sprintf(installationJSON, "2025-03-01", ""), 409)
		if p.Code != "supply.installation_day" || !strings.Contains(p.Title, "2025-03-01") {
			t.Errorf("%+v", p)
		}
		list, _ := call[rest.List[supply.OwnInstallation]](w, h, "maintainer", "GET", path, "", 200)
		if len(list.Items) != 2 || list.Items[0].ID != second.ID || list.Items[0].ValidTo != "" || list.Items[1].ValidTo != "2025-02-28" {
			t.Errorf("history %+v", list.Items)
		}
		own := "/api/v1/installations/" + first.ID.String()
		call[any](w, h, "maintainer", "PUT", own, fmt.Sprintf(installationJSON, "2024-05-02", ""), 412, "If-Match", etag) // the second state ended it
		call[any](w, h, "maintainer", "PUT", own, fmt.Sprintf(installationJSON, "2024-06-01", ""), 422, "If-Match", `"2"`)
		fixed, _ := call[supply.OwnInstallation](w, h, "maintainer", "PUT", own, strings.Replace(fmt.Sprintf(installationJSON, "2024-05-02", ""), "20000,", "25000,", 1), 200, "If-Match", `"2"`)
		if fixed.SecurityLoadW != 25_000 || len(fixed.Staff) != 1 || fixed.ValidTo != "2025-02-28" {
			t.Errorf("corrected: %+v", fixed)
		}
		call[any](w, h, "maintainer", "POST", path, fmt.Sprintf(installationJSON, "2025-13-01", ""), 422)
		call[any](w, h, "maintainer", "POST", path, strings.Replace(fmt.Sprintf(installationJSON, "2026-01-01", ""), `"tolerable_min":3`, `"tolerable_min":-3`, 1), 422)
		for as, status := range map[string]int{"neighbour": 404, "stranger": 403} {
			call[any](w, h, as, "GET", path, "", status)
			call[any](w, h, as, "POST", path, fmt.Sprintf(installationJSON, "2026-01-01", ""), status)
			call[any](w, h, as, "PUT", own, fmt.Sprintf(installationJSON, "2024-05-02", ""), status, "If-Match", `"3"`)
		}
	})
}

func TestDutyStaffIsSealedAndMasked(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		who := w.customer(w.a, 1, "化工厂", customer.KindOrganisation)
		a, _ := w.newAccount("1001", fmt.Sprintf(`,"customer_id":%q`, who))
		path := "/api/v1/accounts/" + a.ID.String() + "/installations"
		call[any](w, h, "maintainer", "POST", path, fmt.Sprintf(installationJSON, "2024-05-02", staffJSON), 201)
		list, _ := call[rest.List[supply.OwnInstallation]](w, h, "agent", "GET", path, "", 200)
		if s := list.Items[0].Staff[0]; s.Name == "王建国" || s.Phone == "13999990001" || strings.Contains(s.LicenceNo, "19900101") || !list.Items[0].StaffMasked || s.Qualification != "高压电工" {
			t.Errorf("an agent reads %+v", s)
		}
		for _, table := range []string{"own_installation WHERE details LIKE '%王建国%' OR details LIKE '%13999990001%'", "audit_entry WHERE action LIKE '%王建国%'"} {
			if w.count("SELECT count(*) FROM "+table) != 0 {
				t.Errorf("in clear in %s", table)
			}
		}
		var sealed struct {
			Staff []byte `db:"staff"`
			Key   id.ID  `db:"staff_key"`
		}
		w.read(func(tx *db.Tx) error { return tx.Get(&sealed, "SELECT staff, staff_key FROM own_installation") })
		if len(sealed.Staff) < 50 || strings.Contains(string(sealed.Staff), "13999990001") || sealed.Key != who {
			t.Errorf("sealed %d bytes by %v", len(sealed.Staff), sealed.Key)
		}
		// His customer erased, the staff is gone and the rest stays.
		w.customers.erased = map[id.ID]bool{who: true}
		gone, err := w.svc.InstallationsOf(w.as(w.a, "supply.*", "customer.reveal"), a.ID)
		if err != nil || len(gone[0].Staff) != 0 || !gone[0].StaffGone || gone[0].SecurityLoadW != 20_000 {
			t.Errorf("%+v, %v", gone, err)
		}
	})
}

func TestInstallationOfAnAccountWithoutCustomer(t *testing.T) {
	each(t, func(w *world) {
		a, _ := w.newAccount("1001", "")
		ctx := w.as(w.a, "supply.*", "customer.reveal")
		in := supply.InstallationInput{ValidFrom: "2026-12-01", SecurityLoadW: 9, Staff: []supply.Duty{{Name: "王建国"}}}
		if o, err := w.svc.CreateInstallation(ctx, a.ID, "", in); err != nil || o.Staff[0].Name != "王建国" {
			t.Fatalf("%+v, %v", o, err)
		}
		// It begins next month: today there is none.
		if d, err := w.svc.Detail(ctx, a.ID); err != nil || d.Installation != nil {
			t.Errorf("%+v, %v", d.Installation, err)
		}
		if _, err := w.svc.InstallationsOf(ctx, id.ID{4}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("unknown account: %v", err)
		}
	})
}

func TestStatesWithoutStaffFollowEachOther(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.a, "supply.*", "customer.reveal")
		h := w.handler()
		a, _ := call[made](w, h, "maintainer", "POST", "/api/v1/accounts", `{"account_no":"1001","name":"县医院","class":"hv","use_category":"single_part","contract_va":8000,"running_va":8000,"voltage":"AC00101"}`, 201)
		for _, day := range []when.Day{"2026-01-01", "2026-06-01", "2026-09-01"} {
			if _, err := w.svc.CreateInstallation(ctx, a.ID, "", supply.InstallationInput{ValidFrom: day, SecurityLoadW: 1000}); err != nil {
				t.Fatalf("%s: %v", day, err)
			}
		}
		list, err := w.svc.InstallationsOf(ctx, a.ID)
		if err != nil || len(list) != 3 || list[1].ValidTo != "2026-08-31" || list[2].ValidTo != "2026-05-31" {
			t.Errorf("%+v, %v", list, err)
		}
	})
}
