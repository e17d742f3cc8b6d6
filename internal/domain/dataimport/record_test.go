package dataimport

import (
	"fmt"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// readRow reads one row of a file whose headings are field codes.
func readRow(k Kind, heading string, cells ...string) record {
	header := strings.Split(heading, "|")
	m := Mapping{PhoneArea: "0578"}
	for _, h := range header {
		m.Columns = append(m.Columns, ColumnMap{Header: h, Field: h})
	}
	r := newReader(k, m, fieldsOf(k, nil, nil), header, "2026-03-02", map[string]id.ID{"城关供电所": {1}})
	return r.read(sheet.Row{Number: 7, Cells: cells})
}

// said is what is wrong with a row: of the row alone, then what matters only when
// a customer is made.
func said(rec record) string {
	var all []string
	for _, p := range append(rec.problems, rec.missing...) {
		all = append(all, fmt.Sprintf("%d%s %s %s", p.Row, p.Column, p.Field, p.Code))
	}
	return strings.Join(all, "; ")
}

func resident(t *testing.T) string {
	t.Helper()
	number, err := cn.SyntheticResidentID(cn.UnassignedRegion, "1990-01-01", 1)
	if err != nil {
		t.Fatal(err)
	}
	return number
}

func company(t *testing.T) string {
	t.Helper()
	const body = "91990101MA000001X"
	digit, err := cn.USCCCheckDigit(body)
	if err != nil {
		t.Fatal(err)
	}
	return body + string(digit)
}

func TestWhatIsWrongWithARow(t *testing.T) {
	good := resident(t)
	wrong := good[:17] + string('0'+(good[17]-'0'+1)%10)
	if good[17] == 'X' {
		wrong = good[:17] + "1"
	}
	for _, c := range []struct {
		kind    Kind
		heading string
		cells   string
		want    string
	}{
		{Customers, "name|kind", "张三|个人", ""},
		{Customers, "name|certificate_no", "张三|" + good, ""},
		{Customers, "name|certificate_no", "张三|" + wrong, "7B certificate_no number_check"},
		{Customers, "name|certificate_no", "张三|" + good[:6] + "20261301" + good[14:], "7B certificate_no number_date"},
		{Customers, "name|certificate_no", "张三|12345", "7B certificate_no certificate_kind; 7 kind kind_unknown"},
		{Customers, "name|certificate_kind|certificate_no", "张三|护照|E12345678", ""},
		{Customers, "name", "张三", "7 kind kind_unknown"},
		{Customers, "name|kind", "|个人", "7A name required"},
		{Customers, "name|kind|phone", "张三|个人|12", "7C phone number_"},
		{Customers, "name|kind|unit", "张三|个人|月球供电所", "7C unit unknown_number"},
		{Customers, "name|kind|unit", "张三|个人|城关供电所", ""},
		{Customers, "name|kind|account_no|address", "张三|个人||人民路1号", "7C account_no required"},
		{Customers, "name|kind|account_no|postcode", "张三|个人|1|644000", "7 address required"},
		{Customers, "name|kind|account_no|meter_factor", "张三|个人|1|30", "7 meter_no required"},
		{Customers, "name|kind|birth_date", "张三|个人|2030-01-01", "7C birth_date"},
		{Customers, "name|kind|account_no|contract_capacity|opened_on", "张三|个人|1|八|2026-02-30", "7D contract_capacity no_number; 7E opened_on no_such_day"},
		{Accounts, "account_no|use_category", "|居民生活", "7A account_no required"},
		{Contacts, "customer_no|phone", "|19000000001", "7A customer_no key_missing"},
		{Contacts, "account_no|phone", "1001|", "7B phone required"},
		{Contacts, "account_no|phone|email", "1001|19000000001|a@example.org", "7C email one_contact_a_row"},
		{Contacts, "account_no|phone", "1001|88", "7B phone number_"},
		{Contacts, "account_no|email", "1001|nobody", "7B email"},
	} {
		got := said(readRow(c.kind, c.heading, strings.Split(c.cells, "|")...))
		if got != c.want && (c.want == "" || !strings.HasPrefix(got, c.want)) {
			t.Errorf("%s: %s\n got %q\nwant %q", c.heading, c.cells, got, c.want)
		}
	}
}

// Who a row is about follows from what it says.
func TestPersonOrOrganisation(t *testing.T) {
	for _, c := range []struct{ heading, cells, want string }{
		{"kind", "单位", "organisation"},
		{"certificate_no", resident(t), "person"},
		{"certificate_no", company(t), "organisation"},
		{"sex", "女", "person"},
		{"account_class|account_no", "低压居民|1", "person"},
		{"legal_representative", "李四", "organisation"},
		{"account_class|account_no", "高压|1", "organisation"},
		{"phone", "19000000001", ""},
	} {
		rec := readRow(Customers, "name|"+c.heading, strings.Split("张三|"+c.cells, "|")...)
		if c.want == "" {
			if len(rec.missing) != 1 {
				t.Errorf("%s: %s", c.heading, said(rec))
			}
			continue
		}
		r := newReader(Customers, Mapping{}, nil, nil, "2026-03-02", nil)
		if got := string(r.customerKind(&rec)); got != c.want || said(rec) != "" {
			t.Errorf("%s %s: %s, %s", c.heading, c.cells, got, said(rec))
		}
	}
}

func TestAccountsAreCompleted(t *testing.T) {
	for _, c := range []struct{ heading, cells, class, use, voltage, wiring, mode string }{
		{"use_category", "居民生活", "lv_res", "residential", "AC02202", "single_phase", "lv_lv"},
		{"account_class", "低压居民", "lv_res", "residential", "AC02202", "single_phase", "lv_lv"},
		{"use_category|voltage", "大工业|10kV", "hv", "large_industry", "AC00101", "three_wire", ""},
		{"use_category|voltage", "商业|380V", "lv_nonres", "commercial", "AC03802", "four_wire", "lv_lv"},
	} {
		rec := readRow(Accounts, "account_no|contract_capacity|meter_no|"+c.heading, strings.Split("1001|80|m1|"+c.cells, "|")...)
		a := rec.newAccount("张三")
		p := rec.newPoint(a)
		if said(rec) != "" || a.Class != c.class || a.UseCategory != c.use || a.Voltage != c.voltage || p.Wiring != c.wiring || p.MeteringMode != c.mode {
			t.Errorf("%s: %s %s %s %s %s; %s", c.cells, a.Class, a.UseCategory, a.Voltage, p.Wiring, p.MeteringMode, said(rec))
		}
		if a.Name != "张三" || a.RunningVA != 80_000 || rec.meter.Factor != 1 {
			t.Errorf("account %+v, meter %+v", a, rec.meter)
		}
	}
	rec := readRow(Accounts, "account_no|contract_capacity|running_capacity|account_name|opened_on|meter_no|meter_factor", "1001", "80", "50", "甲店", "2020-01-02", "m1", "30")
	a := rec.newAccount("张三")
	if a.Name != "甲店" || a.RunningVA != 50_000 || rec.installedOn(a) != "2020-01-02" || rec.meter.Factor != 30 {
		t.Errorf("account %+v, meter %+v", a, rec.meter)
	}
}

// The rows an earlier attempt took keep their keys: reading only those finds the
// same ones as reading all.
func TestKeysReadAloneAreTheSame(t *testing.T) {
	for _, c := range []struct {
		kind    Kind
		heading string
		cells   []string
	}{
		{Customers, "name|customer_no|certificate_no|account_no|meter_no", []string{"张 三", "C1", resident(t), "10 01", "m-1"}},
		{Accounts, "account_no|customer_no|meter_no", []string{"1001", "C1", "m1"}},
		{Contacts, "customer_no|phone", []string{"C1", "190 0000 0001"}},
	} {
		header := strings.Split(c.heading, "|")
		var m Mapping
		for _, h := range header {
			m.Columns = append(m.Columns, ColumnMap{Header: h, Field: h})
		}
		r := newReader(c.kind, m, fieldsOf(c.kind, nil, nil), header, "2026-03-02", nil)
		row := sheet.Row{Number: 2, Cells: c.cells}
		whole, keys := r.read(row), r.readOnlyKeys(row)
		if a, b := fmt.Sprint(whole.keys(c.kind), whole.name), fmt.Sprint(keys.keys(c.kind), keys.name); a != b {
			t.Errorf("%s: %s, alone %s", c.kind, a, b)
		}
	}
}

func TestListIndex(t *testing.T) {
	for name, want := range map[string]int{"contacts[2].value": 2, "a[12]": 12, "a": -1, "a[": -1, "a[]": -1, "a[x]": -1, "a[9999999999]": -1} {
		if n, ok := listIndex(name); ok != (want >= 0) || ok && n != want {
			t.Errorf("%s: %d %t", name, n, ok)
		}
	}
}
