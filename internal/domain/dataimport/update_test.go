package dataimport_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/dataimport"
)

// Customers are known by number, by certificate, and by their account with the
// same name; empty cells change nothing.
func TestCustomersAreUpdatedByKey(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		w.done(ctx, dataimport.Customers, dataimport.Both, table(1, 4))
		no := func(i int) string { return w.find(ctx, fmt.Sprintf("1001%06d", i)).CustomerNo }
		first, third := no(1), no(3)
		d := w.done(ctx, dataimport.Customers, dataimport.Both, "客户编号,证件号码,户号,客户名称,职业,联系电话,标签,合同容量(kVA)\n"+
			first+",,,新名字,教师,,,\n"+ // by number
			","+resident(2)+",,,医生,"+mobile(902)+",大户,\n"+ // by certificate
			third+","+resident(3)+",1001000003,,,,,12\n"+ // by both, with the account
			",,1001000004,"+nameOf(4)+",农民,,,\n") // by account and name
		if d.Counts.CustomersUpdated != 3 || d.Counts.AccountsUpdated != 1 || d.Counts.Rejected != 0 || w.count("customer") != 4 {
			w.t.Fatalf("%+v %s", d.Counts, told(d.Problems))
		}
		if c := w.find(ctx, "1001000001"); c.Name != "新名字" || c.Person.Occupation != "教师" || len(c.Contacts) != 1 {
			w.t.Errorf("by number: %+v", c)
		}
		if c := w.find(ctx, "1001000002"); c.Name != nameOf(2) || c.Person.Occupation != "医生" || len(c.Contacts) != 2 || c.Contacts[1].Primary || fmt.Sprint(c.Tags) != "[大户]" {
			w.t.Errorf("by certificate: %+v", c)
		}
		if a := w.account(w.one, "1001000003"); a.ContractVA != 12_000 || a.RunningVA != 8000 {
			w.t.Errorf("account %+v", a)
		}
		if c := w.find(ctx, "1001000004"); c.Person.Occupation != "农民" {
			w.t.Errorf("by account: %+v", c)
		}
	})
}

// The same file again changes nothing and is told; a file without any key but the
// account too.
func TestTheSameFileTwice(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		for name, content := range map[string]string{"certificates": table(1, 1200),
			"accounts": "客户名称,客户类别,户号,用电类别,合同容量(kVA)\n周一,个人,1001900001,居民生活,8\n周二,个人,1001900002,居民生活,8\n"} {
			first := w.done(ctx, dataimport.Customers, dataimport.Both, content)
			before := w.count("customer")
			d := w.checked(ctx, dataimport.Customers, dataimport.Both, content)
			if len(d.Earlier) != 1 || d.Earlier[0].ID != first.ID || d.Planned.Unchanged != first.Counts.Rows {
				w.t.Errorf("%s: earlier %v, planned %+v %s", name, d.Earlier, d.Planned, told(d.Problems[:min(3, len(d.Problems))]))
			}
			d = w.run(ctx, d.ID)
			if d.Counts.Unchanged != first.Counts.Rows || d.Counts.Rejected != 0 || w.count("customer") != before {
				w.t.Errorf("%s: %+v", name, d.Counts)
			}
		}
	})
}

func TestModes(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		w.done(ctx, dataimport.Customers, dataimport.Both, table(1, 2))
		d := w.checked(ctx, dataimport.Customers, dataimport.CreateOnly, table(2, 2))
		if d.Planned.Skipped != 1 || d.Planned.CustomersCreated != 1 || told(d.Problems) != "2B certificate_no exists_already" || !d.Problems[0].Skipped {
			w.t.Errorf("create: %+v %s", d.Planned, told(d.Problems))
		}
		d = w.checked(ctx, dataimport.Customers, dataimport.UpdateOnly, table(2, 2))
		if d.Planned.Skipped != 1 || d.Planned.Unchanged != 1 || told(d.Problems) != "3B certificate_no not_there_yet" {
			w.t.Errorf("update: %+v %s", d.Planned, told(d.Problems))
		}
		d = w.checked(ctx, dataimport.Accounts, dataimport.CreateOnly, "户号,户名,用电类别,合同容量(kVA)\n1001000001,甲,居民生活,8\n1001000009,乙,居民生活,8\n")
		if d.Planned.Skipped != 1 || d.Planned.AccountsCreated != 1 || told(d.Problems) != "2A account_no exists_already" {
			w.t.Errorf("accounts: %+v %s", d.Planned, told(d.Problems))
		}
	})
}

// Rows of one file that mean the same customer, by whichever key and in whichever
// batch, are one customer.
func TestOneCustomerOnSeveralRows(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		many := func(i int, account string) string {
			return fmt.Sprintf("%s,%s,%s,%s,居民生活,8\n", nameOf(i), resident(i), mobile(i), account)
		}
		content := heading + many(1, "1001900001") + many(1, "1001900002")
		for i := 2; i < 1100; i++ {
			content += line(i)
		}
		content += many(1, "1001900003") // another batch
		d := w.done(ctx, dataimport.Customers, dataimport.Both, content)
		if d.Counts.CustomersCreated != 1099 || d.Counts.AccountsCreated != 1101 || d.Counts.Rejected != 0 {
			w.t.Fatalf("%+v %s", d.Counts, told(d.Problems))
		}
		owner := w.find(ctx, "1001900001")
		for _, no := range []string{"1001900002", "1001900003"} {
			if w.account(w.one, no).CustomerID != owner.ID || w.find(ctx, no).ID != owner.ID {
				w.t.Errorf("account %s is another's", no)
			}
		}
		d = w.done(ctx, dataimport.Customers, dataimport.Both, "客户编号,证件号码,客户名称,户号,职业,合同容量(kVA)\n"+
			owner.CustomerNo+",,"+nameOf(1)+",,教师,\n"+ // by number
			","+resident(1)+","+nameOf(1)+",1001900002,,16\n"+ // by certificate: one of his accounts
			","+resident(1)+","+nameOf(1)+",,医生,\n") // a second word on the same customer
		if d.Counts.CustomersUpdated != 1 || d.Counts.AccountsUpdated != 1 || told(d.Problems) != "4B certificate_no repeated_in_file" {
			w.t.Errorf("%s %+v %+v %s", d.State, d.Error, d.Counts, told(d.Problems))
		}
		if c := w.find(ctx, "1001900002"); c.Person.Occupation != "教师" || w.account(w.one, "1001900002").ContractVA != 16_000 {
			w.t.Errorf("%+v", c)
		}
	})
}

// What the archive knows and the file says otherwise.
func TestRowsAgainstTheArchive(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		w.done(ctx, dataimport.Customers, dataimport.Both, table(1, 3))
		one, two := w.find(ctx, "1001000001"), w.find(ctx, "1001000002")
		gone := w.find(ctx, "1001000003")
		_, err := w.customers.Merge(ctx, one.ID, one.Version, customer.MergeInput{FromID: gone.ID, FromVersion: gone.Version})
		w.must(err)
		for _, c := range []struct{ name, row, want string }{
			{"account of another", ",,,1001000001,钱七,个人", "2D account_no account_of_other"},
			{"new name on the account", two.CustomerNo + ",,,1001000001,,", "2D account_no account_of_other"},
			{"number and certificate differ", one.CustomerNo + "," + resident(2) + ",,,,", "2B certificate_no keys_differ"},
			{"unknown number makes one", "K-77,,,,孙八,个人", ""},
			{"district", ",,T404,1001777777,孙八,个人", "2C district_no unknown_number"},
			{"merged away", gone.CustomerNo + ",,,,,", "2A customer_no customer_merged"},
			{"name changes", two.CustomerNo + ",,,,赵六六,", ""},
		} {
			d := w.checked(ctx, dataimport.Customers, dataimport.Both, "客户编号,证件号码,台区编号,户号,客户名称,客户类别\n"+c.row+"\n")
			if got := told(d.Problems); got != c.want || d.State != dataimport.Checked {
				w.t.Errorf("%s: %q, want %q; %+v", c.name, got, c.want, d.Planned)
			}
		}
	})
}

func TestMetersComeWithTheirAccounts(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		const head = "客户名称,客户类别,户号,用电类别,合同容量(kVA),表号,综合倍率,装表日期\n"
		d := w.done(ctx, dataimport.Customers, dataimport.Both, head+"甲,个人,1001000001,居民生活,8,M1,1,2025-05-06\n乙,个人,1001000002,居民生活,8,M1,1,\n丙,个人,1001000003,居民生活,8,M3,x,\n")
		if d.Counts.MetersCreated != 1 || told(d.Problems) != "3F meter_no repeated_in_file; 4G meter_factor no_whole_number" && told(d.Problems) != "3F meter_no repeated_in_file; 4G meter_factor no_number" {
			w.t.Fatalf("%+v %s", d.Counts, told(d.Problems))
		}
		if c := w.find(ctx, "M1"); c.Name != "甲" {
			w.t.Errorf("by meter number: %s", c.Name)
		}
		d = w.done(ctx, dataimport.Customers, dataimport.Both, head+"甲,个人,1001000001,居民生活,8,M1,1,\n甲,个人,1001000001,,,M9,1,\n丁,个人,1001000004,居民生活,8,M1,1,\n")
		if told(d.Problems) != "3C account_no repeated_in_file; 4F meter_no repeated_in_file" {
			w.t.Errorf("in the file: %s", told(d.Problems))
		}
		d = w.done(ctx, dataimport.Customers, dataimport.Both, head+"甲,个人,1001000001,,,M9,1,\n丁,个人,1001000004,居民生活,8,M1,1,\n")
		if told(d.Problems) != "2F meter_no meter_change; 3F meter_no meter_taken" {
			w.t.Errorf("in the archive: %s", told(d.Problems))
		}
	})
}

func TestAccountsComeInAndChange(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		w.done(ctx, dataimport.Customers, dataimport.Both, table(1, 2))
		owner := w.find(ctx, "1001000001")
		const head = "户号,客户编号,证件号码,用电类别,合同容量(kVA),用电地址,供电所\n"
		d := w.done(ctx, dataimport.Accounts, dataimport.Both, head+
			"1001000101,"+owner.CustomerNo+",,居民生活,8,新街1号,城关供电所\n"+
			"1001000102,,"+resident(2)+",商业,50,新街2号,\n"+
			"1001000001,,,,20,新街3号,100111\n"+ // a change; the customer stays
			"1001000103,nobody,,居民生活,8,,\n"+
			"1001000101,,,居民生活,8,,\n")
		if d.Counts.AccountsCreated != 1 || d.Counts.AccountsUpdated != 1 || d.Counts.Rejected != 3 {
			w.t.Fatalf("%+v %s", d.Counts, told(d.Problems))
		}
		if got := told(d.Problems); got != "3 account_class required; 5B customer_no customer_unknown; 6A account_no repeated_in_file" {
			w.t.Errorf("problems %s", got)
		}
		a := w.account(w.one, "1001000101")
		if a.CustomerID != owner.ID || a.UnitID != w.station.ID {
			w.t.Errorf("account %+v", a)
		}
		if a = w.account(w.one, "1001000001"); a.ContractVA != 20_000 || a.CustomerID != owner.ID || a.UnitID != w.station.ID {
			w.t.Errorf("changed %+v", a)
		}
		if w.find(ctx, "新街3号").ID != owner.ID || w.find(ctx, "新街1号").ID != owner.ID {
			w.t.Error("not found by the new addresses")
		}
	})
}

func TestContactsComeIn(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		w.done(ctx, dataimport.Customers, dataimport.Both, table(1, 3))
		c := w.find(ctx, "1001000001")
		const head = "客户编号,证件号码,户号,联系电话,电子邮箱,联系人,首选,联系方式说明\n"
		d := w.done(ctx, dataimport.Contacts, dataimport.Both, head+
			c.CustomerNo+",,,"+mobile(901)+",,甲妹,是,\n"+
			","+resident(1)+",,,a@example.org,,,办公\n"+
			",,1001000001,"+mobile(1)+",,本人,,\n"+ // there already: the person is added
			",,1001000002,"+mobile(2)+",,,,\n"+ // nothing new
			",,1001999999,"+mobile(3)+",,,,\n"+
			",,1001000002,"+mobile(2)+",,,,\n")
		if d.Counts.ContactsAdded != 2 || d.Counts.CustomersUpdated != 1 || d.Counts.Unchanged != 1 || told(d.Problems) != "6C account_no customer_unknown; 7D phone repeated_in_file" {
			w.t.Fatalf("%+v %s", d.Counts, told(d.Problems))
		}
		c = w.find(ctx, "1001000001")
		got := ""
		for _, x := range c.Contacts {
			got += fmt.Sprintf("%s %s %t;", x.Kind, x.Person+x.Label, x.Primary)
		}
		if got != "phone 本人 false;phone 甲妹 true;email 办公 false;" {
			w.t.Errorf("contacts %s", got)
		}
		d = w.done(ctx, dataimport.Contacts, dataimport.CreateOnly, head+",,1001000001,"+mobile(1)+",,,,\n,,1001000001,"+mobile(77)+",,,,\n")
		if d.Counts.Skipped != 1 || d.Counts.ContactsAdded != 1 {
			w.t.Errorf("create: %+v %s", d.Counts, told(d.Problems))
		}
		full := head
		for i := range 25 {
			full += fmt.Sprintf(",,1001000003,%s,,,,\n", mobile(300+i))
		}
		d = w.done(ctx, dataimport.Contacts, dataimport.Both, full)
		if d.Counts.ContactsAdded != 19 || d.Counts.Rejected != 6 || !strings.Contains(told(d.Problems), "phone too_many_contacts") {
			w.t.Errorf("full: %+v %s", d.Counts, told(d.Problems))
		}
		d = w.reverted(ctx, d.ID)
		if len(w.find(ctx, "1001000003").Contacts) != 1 || d.State != dataimport.Reverted {
			w.t.Errorf("taken back: %s", d.State)
		}
	})
}

func TestOwnFieldsComeIn(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.holding(access.Patterns{"*"}, w.one)
		_, err := w.customers.CreateField(ctx, "", customer.FieldInput{OrgID: w.one.ID, Code: "roof", FieldBody: customer.FieldBody{NameZh: "屋顶", Type: customer.ChoiceField, Options: []customer.Class{{Code: "flat", NameZh: "平顶"}}}})
		w.must(err)
		d := w.done(ctx, dataimport.Customers, dataimport.Both, "客户名称,客户类别,屋顶\n甲一甲,个人,平顶\n乙,个人,草顶\n")
		if d.Counts.CustomersCreated != 1 || told(d.Problems) != "3C field.roof unknown_code" {
			w.t.Fatalf("%+v %s", d.Counts, told(d.Problems))
		}
		values, err := w.customers.FieldValues(ctx, w.find(ctx, "甲一甲").ID)
		if err != nil || len(values) != 1 || values[0].Value != "flat" {
			w.t.Errorf("fields %+v, %v", values, err)
		}
	})
}
