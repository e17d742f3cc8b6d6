package dataimport

import (
	"fmt"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
)

// columnOf is a column of a built-in field.
func columnOf(t *testing.T, code, unit string) column {
	t.Helper()
	f := fieldByCode(dictionary().fields, code)
	if f == nil {
		t.Fatalf("no field %q", code)
	}
	return column{Field: *f, letter: "A", unit: unit, codes: foldedCodes(nil, *f)}
}

func TestCellsInTheirNormalForm(t *testing.T) {
	for _, c := range []struct{ field, unit, cell, want string }{
		{"name", "", "张三", "张三"},
		{"name", "", "—", ""},
		{"name", "", "N/A", ""},
		{"customer_no", "", "00123", "00123"},
		{"account_no", "", "1001000001.0", "1001000001"},
		{"account_no", "", "=\"0011\"", "0011"},
		{"phone", "", "'19000000001", "19000000001"},
		{"opened_on", "", "2026-03-01", "2026-03-01"},
		{"opened_on", "", "2026年3月1日", "2026-03-01"},
		{"opened_on", "", "2026/3/1", "2026-03-01"},
		{"opened_on", "", "20260301", "2026-03-01"},
		{"employees", "", "1,200人", "1200"},
		{"employees", "", "12.0", "12"},
		{"registered_capital", "", "500", "50000"},
		{"registered_capital", "", "12.5元", "1250"},
		{"registered_capital", "", "500万元", "500000000"},
		{"registered_capital", unit10kYuan, "500", "500000000"},
		{"contract_capacity", "", "8", "8000"},
		{"contract_capacity", "", "8.5kVA", "8500"},
		{"contract_capacity", "", "8 千瓦", "8000"},
		{"contract_capacity", unitW, "8000", "8000"},
		{"contact_primary", "", "是", "true"},
		{"contact_primary", "", "0", "false"},
		{"sex", "", "男", "male"},
		{"sex", "", "FEMALE", "female"},
		{"kind", "", "企业", "organisation"},
		{"use_category", "", "居民生活", "residential"},
		{"certificate_kind", "", "营业执照", "uscc"},
	} {
		value, code, _ := columnOf(t, c.field, c.unit).value(c.cell)
		if value != c.want || code != "" {
			t.Errorf("%s %q %s: %q %s, want %q", c.field, c.cell, c.unit, value, code, c.want)
		}
	}
}

func TestCellsWithSomethingWrong(t *testing.T) {
	for _, c := range []struct{ field, cell, want string }{
		{"name", "=HYPERLINK(\"http://example.org\",\"x\")", codeFormula},
		{"name", "#N/A", codeCellError},
		{"name", "#DIV/0!", codeCellError},
		{"name", strings.Repeat("长", 101), "too_long"},
		{"account_no", "1.23457E+12", codeDigitsLost},
		{"account_no", strings.Repeat("1", 33), "too_long"},
		{"opened_on", "2026-02-30", codeNoDay},
		{"opened_on", "明天", codeNoDay},
		{"opened_on", "2026-13-01", codeNoDay},
		{"employees", "很多", codeNoNumber},
		{"employees", "1.5", codeNoWhole},
		{"employees", "10000001", "too_large"},
		{"employees", "-1", "too_small"},
		{"contract_capacity", "八", codeNoNumber},
		{"contract_capacity", "-8", "too_small"},
		{"contact_primary", "也许", codeNoYesNo},
		{"sex", "未知", codeUnknownCode},
		{"use_category", "居住", codeUnknownCode},
	} {
		value, code, params := columnOf(t, c.field, "").value(c.cell)
		if code != c.want || value != "" {
			t.Errorf("%s %q: %q %s %v, want %s", c.field, c.cell, value, code, params, c.want)
		}
	}
	_, _, params := columnOf(t, "sex", "").value("未知")
	if fmt.Sprint(params) != "map[allowed:女、男 allowed_en:Female, Male]" {
		t.Errorf("allowed: %v", params)
	}
}

// What the mapping says about values of the file comes before the usual words.
func TestMappedValues(t *testing.T) {
	c := columnOf(t, "kind", "")
	c.codes = foldedCodes(map[string]string{"甲类": "person", "企业": "person"}, c.Field)
	for cell, want := range map[string]string{"甲类": "person", "企业": "person", "单位": "organisation", "Organisation": "organisation"} {
		if got, code, _ := c.value(cell); got != want || code != "" {
			t.Errorf("%s is %q %s", cell, got, code)
		}
	}
}

func TestOwnFieldsAndSchemes(t *testing.T) {
	field := func(code string, is customer.FieldType, options ...customer.Class) customer.Field {
		return customer.Field{Code: code, FieldBody: customer.FieldBody{NameZh: code, Type: is, Options: options}, Active: true}
	}
	retired := field("gone", customer.TextField)
	retired.Active = false
	fields := fieldsOf(Customers, []customer.Field{field("floor", customer.TextField), field("since", customer.DateField), field("pet", customer.BoolField), retired,
		field("roof", customer.ChoiceField, customer.Class{Code: "flat", NameZh: "平", NameEn: "Flat"}, customer.Class{Code: "old", NameZh: "旧", Retired: true})},
		[]customer.Scheme{{Code: "credit", SchemeBody: customer.SchemeBody{NameZh: "信用", Classes: []customer.Class{{Code: "a", NameZh: "甲"}}}, Active: true}, {Code: "dead"}})
	types := map[string]string{}
	for _, f := range fields {
		types[f.Code] = f.Type
	}
	for code, want := range map[string]string{"field.floor": typeText, "field.since": typeDay, "field.pet": typeYesNo, "field.roof": typeCode, "class.credit": typeCode} {
		if types[code] != want {
			t.Errorf("%s is %q, want %s", code, types[code], want)
		}
	}
	if types["field.gone"]+types["class.dead"] != "" {
		t.Error("retired ones are offered")
	}
	if f := fieldByCode(fields, "field.roof"); len(f.Values) != 1 || f.Values[0] != (Value{"flat", "平", "Flat"}) {
		t.Errorf("values %v", f.Values)
	}
	if got := fieldsOf(Contacts, []customer.Field{{Code: "floor", Active: true}}, nil); fieldByCode(got, "field.floor") != nil || fieldByCode(got, "phone") == nil || fieldByCode(got, "meter_no") != nil {
		t.Error("fields of contacts")
	}
}

func TestLists(t *testing.T) {
	v := values{"tags": " 大客户；重点,  双电源、 |x; "}
	if got := fmt.Sprint(v.list("tags")); got != "[大客户 重点 双电源 x]" {
		t.Error(got)
	}
}

// Everything that a problem may say has its sentence; the catalogue's own test
// holds both languages together.
func TestTheDictionaryIsWhole(t *testing.T) {
	w := dictionary()
	seen := map[string]string{}
	for _, f := range w.fields {
		if f.Zh == "" || f.En == "" || len(f.Kinds) == 0 {
			t.Errorf("field %+v", f)
		}
		if f.Type == typeCode && len(f.Values) == 0 {
			t.Errorf("%s has no values", f.Code)
		}
		for _, v := range f.Values {
			for _, name := range []string{v.Zh, v.En} {
				if code, ok := w.code(f.Codes, strings.ToLower(name)); !ok || code != v.Code {
					t.Errorf("%s: %q is read as %q", f.Code, name, code)
				}
			}
		}
		if before, twice := seen[f.Code]; twice {
			t.Errorf("field %s twice: %s", f.Code, before)
		}
		seen[f.Code] = f.Zh
	}
}
