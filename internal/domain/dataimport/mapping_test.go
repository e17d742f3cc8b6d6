package dataimport

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
)

// suggested is what the headings of a line are taken for.
func suggested(k Kind, line string) string {
	var all []string
	for _, c := range suggest(fieldsOf(k, nil, nil), strings.Split(line, "|")).Columns {
		s := c.Header + "=" + c.Field
		if c.Unit != "" {
			s += "/" + c.Unit
		}
		all = append(all, s)
	}
	return strings.Join(all, " ")
}

func TestHeadingsAreRecognised(t *testing.T) {
	for _, c := range []struct {
		kind     Kind
		in, want string
	}{
		{Customers, "客户编号|户名|身份证号|手机", "客户编号=customer_no 户名=name 身份证号=certificate_no 手机=phone"},
		{Customers, "客户名称|户名|户号", "客户名称=name 户名=account_name 户号=account_no"},
		{Customers, "Customer_Name|PHONE NUMBER|e-mail|what", "Customer_Name=name PHONE NUMBER=phone e-mail=email"},
		{Customers, "客户名称*|联系电话：|合同容量（kVA）|运行容量(VA)", "客户名称*=name 联系电话：=phone"},
		{Customers, "户号|合同容量（kVA）|运行容量(VA)", "户号=account_no 合同容量（kVA）=contract_capacity 运行容量(VA)=running_capacity/w"},
		{Customers, "注册资本|人数", "注册资本=registered_capital 人数=employees"},
		{Customers, "注册资本(万元)|单位名称", "注册资本(万元)=registered_capital/10k_yuan 单位名称=name"},
		{Customers, "行号|出错列|问题与处理办法|客户名称", "客户名称=name"},
		{Customers, "电话|手机", "电话=phone"},
		{Accounts, "户号|户名|客户编号|表号", "户号=account_no 户名=account_name 客户编号=customer_no 表号=meter_no"},
		{Contacts, "户号|电话|联系人|首选", "户号=account_no 电话=phone 联系人=contact_person 首选=contact_primary"},
		{Customers, "姓名|电话|地址", "姓名=name 电话=phone 地址=contact_address"},
		{Customers, "姓名|地址|联系地址|表号", "姓名=name 联系地址=contact_address"},
		{Customers, "姓名|地址|户号", "姓名=name 地址=address 户号=account_no"},
		{Customers, "甲|乙", ""},
	} {
		if got := suggested(c.kind, c.in); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}

func TestMappingsAreHeldToFileAndFields(t *testing.T) {
	header := []string{"a", "b", "c"}
	for name, c := range map[string]struct {
		kind Kind
		m    Mapping
		want string
	}{
		"good":           {Customers, Mapping{Columns: []ColumnMap{{Header: "a", Field: "name"}}}, ""},
		"by certificate": {Contacts, Mapping{Columns: []ColumnMap{{Header: "a", Field: "certificate_no"}}}, ""},
		"constant key":   {Accounts, Mapping{Constants: map[string]string{"account_no": "1"}}, ""},
		"no such column": {Customers, Mapping{Columns: []ColumnMap{{Header: "x", Field: "name"}}}, "columns[0].header=unknown_column"},
		"no such field":  {Customers, Mapping{Columns: []ColumnMap{{Header: "a", Field: "x"}, {Header: "b", Field: "name"}}}, "columns[0].field=unknown_target"},
		"of other kind":  {Contacts, Mapping{Columns: []ColumnMap{{Header: "a", Field: "meter_no"}, {Header: "b", Field: "account_no"}}}, "columns[0].field=unknown_target"},
		"twice":          {Customers, Mapping{Columns: []ColumnMap{{Header: "a", Field: "name"}, {Header: "b", Field: "name"}}}, "columns[1].field=mapped_twice"},
		"and constant":   {Customers, Mapping{Columns: []ColumnMap{{Header: "a", Field: "name"}}, Constants: map[string]string{"name": "x"}}, "constants.name=mapped_twice"},
		"unit":           {Customers, Mapping{Columns: []ColumnMap{{Header: "a", Field: "name", Unit: unitW}}}, "columns[0].unit=unit_of_field"},
		"good unit":      {Accounts, Mapping{Columns: []ColumnMap{{Header: "a", Field: "account_no"}, {Header: "b", Field: "contract_capacity", Unit: unitW}}}, ""},
		"no key":         {Customers, Mapping{Columns: []ColumnMap{{Header: "a", Field: "phone"}}}, "columns=no_key_column"},
		"account's own":  {Customers, Mapping{Columns: []ColumnMap{{Header: "a", Field: "name"}, {Header: "b", Field: "address"}}}, "columns[1].field=needs_account_no"},
		"no account":     {Accounts, Mapping{Columns: []ColumnMap{{Header: "a", Field: "customer_no"}}}, "columns=no_key_column"},
	} {
		var f *fault.Error
		got := ""
		if errors.As(c.m.validate(c.kind, fieldsOf(c.kind, nil, nil), header), &f) {
			got = f.Fields[0].Name + "=" + f.Fields[0].Code
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// A mapping is remembered by the set of headings, whatever their order and
// spelling; the columns of a problem file do not count.
func TestHeaderHash(t *testing.T) {
	is := headerHash(Customers, []string{"户号", "Name"})
	for _, same := range [][]string{{"name", "户号"}, {"户号", "", "NAME"}, {"户号", "Name", "行号", "出错列", "问题与处理办法"}} {
		if !bytes.Equal(headerHash(Customers, same), is) {
			t.Errorf("%v is another file", same)
		}
	}
	if bytes.Equal(headerHash(Accounts, []string{"户号", "Name"}), is) || bytes.Equal(headerHash(Customers, []string{"户号"}), is) {
		t.Error("other files are taken for the same")
	}
}

func TestColumnsOfAMapping(t *testing.T) {
	m := Mapping{Columns: []ColumnMap{{Header: "b", Field: "name"}, {Header: "gone", Field: "phone"}, {Header: "a", Field: "retired"}}, Constants: map[string]string{"kind": "个人"}}
	got := m.columns(fieldsOf(Customers, nil, nil), []string{"a", "b"})
	if len(got) != 2 || got[0].Code != "name" || got[0].at != 1 || got[0].letter != "B" || got[1].at != -1 {
		t.Fatalf("%+v", got)
	}
	v, bad := readCells(got, []string{"x", "张三"})
	if fmt.Sprint(v, bad) != "map[kind:person name:张三] []" {
		t.Error(v, bad)
	}
	if !m.has("name") || !m.has("kind") || m.has("address") {
		t.Error("has")
	}
}
