package dataimport_test

import (
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/dataimport"
)

func TestCustomersComeInWithAccounts(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		d := w.checked(ctx, dataimport.Customers, dataimport.Both, table(0, 2500))
		want := dataimport.Counts{Rows: 2500, CustomersCreated: 2500, AccountsCreated: 2500}
		if d.State != dataimport.Checked || d.Planned != want || d.RowsTotal != 2500 {
			t.Fatalf("dry run: %s %+v %+v", d.State, d.Planned, d.Problems)
		}
		if w.count("customer") != 0 || w.count("account") != 0 {
			t.Error("the dry run has written")
		}
		d = w.run(ctx, d.ID)
		if d.State != dataimport.Done || d.Counts != want || d.RowsDone != 2500 {
			t.Fatalf("run: %s %+v %+v %+v", d.State, d.Error, d.Counts, d.Problems)
		}
		c := w.find(ctx, "1001001234")
		if c.Name != nameOf(1234) || c.Kind != "person" || len(c.Contacts) != 1 || c.Contacts[0].Value != mobile(1234) || c.Certificates[0].Number != resident(1234) {
			t.Errorf("customer %+v", c)
		}
		a := w.account(w.one, "1001001234")
		if a.CustomerID != c.ID || a.Class != "lv_res" || a.ContractVA != 8000 || a.RunningVA != 8000 || a.Voltage != "AC02202" || a.Name != c.Name {
			t.Errorf("account %+v", a)
		}
		if w.find(ctx, "锦绣花园77幢").Name != nameOf(77) {
			t.Error("not found by address")
		}
	})
}
