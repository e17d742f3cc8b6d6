package dataimport_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/dataimport"
)

// emptied are tables that hold nothing after a whole import was taken back.
var emptied = []string{"customer", "customer_certificate", "account", "account_number", "premise", "metering_point", "meter"}

// Taking back restores what was changed and removes what was made, searches
// included.
func TestTheWholeImportIsTakenBack(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		w.done(ctx, dataimport.Customers, dataimport.Both, table(1, 2))
		before := w.find(ctx, "1001000001")
		d := w.done(ctx, dataimport.Customers, dataimport.Both, strings.NewReplacer(",8,", ",16,", mobile(1), mobile(801), "锦绣花园", "新家园").Replace(table(1, 1500)))
		if d.Counts.CustomersCreated != 1498 || d.Counts.CustomersUpdated != 1 || d.Counts.AccountsUpdated != 2 {
			w.t.Fatalf("%+v %s", d.Counts, told(d.Problems))
		}
		d = w.reverted(ctx, d.ID)
		if d.State != dataimport.Reverted || d.Counts.Kept != 0 || len(d.Problems) != 0 {
			w.t.Fatalf("%s %+v %s", d.State, d.Counts, told(d.Problems))
		}
		after := w.find(ctx, "锦绣花园1幢")
		if len(after.Contacts) != 1 || after.Contacts[0].Value != before.Contacts[0].Value || after.Name != before.Name || w.count("customer") != 2 {
			w.t.Errorf("before %+v\nafter %+v", before, after)
		}
		if a := w.account(w.one, "1001000002"); a.ContractVA != 8000 {
			w.t.Errorf("account %+v", a)
		}
		if found, err := w.customers.Search(ctx, "新家园", 5); err != nil || len(found) != 0 {
			w.t.Errorf("still found: %v, %v", found, err)
		}
	})
}

// What somebody has changed since stays, with what hangs on it, and is listed.
func TestEditedRecordsStayAndAreListed(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		w.done(ctx, dataimport.Customers, dataimport.Both, table(1, 1))
		d := w.done(ctx, dataimport.Customers, dataimport.Both, strings.Replace(table(1, 5), mobile(1), mobile(801), 1))
		edit := func(no string) customer.Customer {
			c := w.find(ctx, no)
			name := c.Name + "改"
			c, err := w.customers.Update(ctx, c.ID, c.Version, customer.UpdateInput{Name: &name})
			w.must(err)
			return c
		}
		changed, made := edit("1001000001"), edit("1001000002")
		d = w.reverted(ctx, d.ID)
		if d.State != dataimport.Reverted || d.Counts.Kept != 2 {
			w.t.Fatalf("%s %+v", d.State, d.Counts)
		}
		if w.count("customer") != 2 {
			w.t.Errorf("%d customers", w.count("customer"))
		}
		list := w.problems(ctx, d.ID)
		for _, c := range []customer.Customer{changed, made} {
			if !strings.Contains(list, fmt.Sprintf("客户,%s,", c.CustomerNo)) || strings.Contains(list, c.Name) {
				w.t.Errorf("%s is not listed:\n%s", c.Name, list)
			}
		}
		if len(d.Problems) != 2 || !strings.Contains(d.Problems[0].Message, "有人修改过") {
			w.t.Errorf("problems %+v", d.Problems)
		}
	})
}

// An edited account keeps its customer.
func TestACustomerWithAnEditedAccountStays(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		d := w.done(ctx, dataimport.Customers, dataimport.Both, table(1, 3))
		w.done(ctx, dataimport.Accounts, dataimport.UpdateOnly, "户号,合同容量(kVA)\n1001000002,20\n")
		d = w.reverted(ctx, d.ID)
		if d.Counts.Kept != 2 || w.count("customer") != 1 || w.count("account") != 1 {
			w.t.Fatalf("%+v, %d customers, %d accounts", d.Counts, w.count("customer"), w.count("account"))
		}
		if c := w.find(ctx, "1001000002"); c.Name != nameOf(2) {
			w.t.Errorf("%+v", c)
		}
		if list := w.problems(ctx, d.ID); !strings.Contains(list, "户号,1001000002,") || !strings.Contains(list, "客户,") {
			w.t.Errorf("list:\n%s", list)
		}
	})
}

// An interrupted revert goes on where it stopped; cancelled, it can be taken up
// again.
func TestAnInterruptedRevertGoesOn(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		d := w.done(ctx, dataimport.Customers, dataimport.Both, table(1, 4000))
		_, err := w.Revert(ctx, d.ID)
		w.must(err)
		_, err = w.jobs.RunNext(w.interrupt(ctx, d.ID, 1))
		w.must(err)
		if d = w.get(ctx, d.ID); d.State != dataimport.Reverting || w.count("customer")%1000 != 0 || w.count("customer") != w.count("account") {
			w.t.Fatalf("%s with %d customers, %d accounts", d.State, w.count("customer"), w.count("account"))
		}
		_, err = w.Cancel(ctx, d.ID)
		w.must(err)
		if d = w.get(ctx, d.ID); d.State != dataimport.Done {
			w.t.Fatalf("cancelled: %s", d.State)
		}
		if d = w.reverted(ctx, d.ID); d.State != dataimport.Reverted || w.count("customer") != 0 || w.count("account") != 0 {
			w.t.Errorf("%s with %d customers", d.State, w.count("customer"))
		}
	})
}

// After taking back, the same file comes in anew.
func TestInBackAndInAgain(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		for range 2 {
			d := w.done(ctx, dataimport.Customers, dataimport.Both, table(1, 20))
			if d.Counts.CustomersCreated != 20 {
				w.t.Fatalf("%+v %s", d.Counts, told(d.Problems))
			}
			w.reverted(ctx, d.ID)
		}
		for _, table := range emptied {
			if n := w.count(table); n != 0 {
				w.t.Errorf("%d rows in %s", n, table)
			}
		}
	})
}
