package supply_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func signed(account id.ID, no, status string) supply.Contract {
	return supply.Contract{ContractInput: supply.ContractInput{AccountID: account, ContractNo: no, Kind: "hv", Status: status, SignedOn: "2021-04-28",
		ValidFrom: "2021-05-01", ValidTo: "2026-04-30", CapacityVA: 630_000}}
}

func TestContractBatchTellsTimelinesInTheirTime(t *testing.T) {
	each(t, func(w *world) {
		a, _ := w.newAccount("1001", fmt.Sprintf(`,"customer_id":%q`, w.customer(w.a, 1, "化工厂", customer.KindOrganisation)))
		keep := func(list ...supply.Contract) error {
			return w.db.Write(context.Background(), func(tx *db.Tx) error { return w.svc.CreateContractsTx(tx, importer, w.a, list) })
		}
		w.customers.entries = nil
		before := w.count("SELECT count(*) FROM audit_entry WHERE org_id = $1", w.a)
		if err := errors.Join(keep(), keep(signed(a.ID, "HT-1", "ended"), signed(a.ID, "HT-2", "in_force"), signed(a.ID, "HT-3", "draft"))); err != nil {
			t.Fatal(err)
		}
		if got := w.count("SELECT count(*) FROM audit_entry WHERE org_id = $1", w.a) - before; got != 1 {
			t.Errorf("%d audit entries, want one for the batch", got)
		}
		var told []string
		for _, e := range w.customers.entries {
			told = append(told, fmt.Sprint(e.Kind, " ", e.At.Day(), " ", e.Params["contract_no"]))
		}
		if got := strings.Join(told, "; "); got != "supply.contract_ended 2026-04-30 HT-1; supply.contract_signed 2021-04-28 HT-2" {
			t.Errorf("timeline %s", got)
		}
		if err := keep(signed(a.ID, "HT-2", "in_force")); !errors.Is(err, supply.ErrNoTaken) {
			t.Errorf("the same number: %v", err)
		}
		bad := signed(id.ID{9}, "HT-4", "in_force")
		bad.SignedOn = ""
		var f *fault.Error
		if err := keep(signed(a.ID, "HT-5", "draft"), bad); !errors.As(err, &f) || len(f.Fields) != 2 || f.Fields[0].Name != "contracts[1].signed_on" || f.Fields[1].Name != "contracts[1].account_id" {
			t.Errorf("bad contract: %v", err)
		}
	})
}

func TestInstallationBeginsWithinATransaction(t *testing.T) {
	each(t, func(w *world) {
		a, _ := w.newAccount("1001", fmt.Sprintf(`,"customer_id":%q`, w.customer(w.a, 1, "化工厂", customer.KindOrganisation)))
		begin := func(org id.ID, in supply.InstallationInput) error {
			return w.db.Write(context.Background(), func(tx *db.Tx) error { return w.svc.BeginInstallationTx(tx, importer, org, a.ID, in) })
		}
		first := supply.InstallationInput{ValidFrom: "2024-05-02", SecurityLoadW: 20_000, Staff: []supply.Duty{{Name: "王建国"}}}
		if err := errors.Join(begin(w.a, first), begin(w.a, supply.InstallationInput{ValidFrom: "2025-03-01"})); err != nil {
			t.Fatal(err)
		}
		if got := w.count("SELECT count(*) FROM own_installation WHERE account_id = $1 AND valid_to = '2025-02-28'", a.ID); got != 1 {
			t.Errorf("%d ended states, want one", got)
		}
		if err := begin(w.b, first); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("in another company: %v", err)
		}
		if err := begin(w.a, supply.InstallationInput{ValidFrom: "someday"}); err == nil {
			t.Error("someday is no day")
		}
	})
}
