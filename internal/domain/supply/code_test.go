package supply

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// enumOf tells which code list the values of a field are of.
var enumOf = map[string]string{
	"Account.class": "class", "Account.status": "account_status", "Account.use_category": "use_category", "Account.area": "area", "Account.voltage": "voltage",
	"Account.importance": "importance", "Account.load_class": "load_class", "Account.shifts": "shifts",
	"Point.kind": "point_kind", "Point.attribute": "point_attribute", "Point.purpose": "point_purpose", "Point.wiring": "wiring",
	"Point.metering_mode": "metering_mode", "Point.status": "point_status", "Point.voltage": "voltage",
	"Meter.kind": "meter_kind", "Meter.meter_class": "meter_class", "Meter.status": "meter_status",
	"Substation.voltage": "voltage", "Line.kind": "line_kind", "Line.medium": "medium", "Line.voltage": "voltage", "District.kind": "district_kind", "District.area": "area",
	"Equipment.kind": "equipment_kind", "Equipment.owner": "owner", "Equipment.node_kind": "node_kind", "Equipment.health": "health",
	"Condition.node_kind": "node_kind", "Condition.kind": "condition_kind", "Condition.grade": "defect_grade", "Condition.health": "health",
	"Contract.kind": "contract_kind", "Contract.status": "contract_status",
	"Source.role": "source_role", "Source.kind": "source_kind", "Source.voltage": "voltage", "Generation.kind": "generation_kind", "Document.kind": "document_kind",
}

// partial are fields that take only some values of their list.
var partial = []string{"Substation.voltage", "Line.voltage"}

func TestTagsAndCodeListsAgree(t *testing.T) {
	for _, record := range []any{Account{}, Premise{}, Point{}, Meter{}, Substation{}, Line{}, District{}, Equipment{}, Condition{}, Contract{}, Source{}, Generation{}, Document{}, Duty{}, InstallationInput{}} {
		typ := reflect.TypeOf(record)
		for _, f := range reflect.VisibleFields(typ) {
			name := typ.Name() + "." + strings.Split(f.Tag.Get("json"), ",")[0]
			if pattern, ok := f.Tag.Lookup("pattern"); ok {
				regexp.MustCompile(pattern)
			}
			enum, ok := f.Tag.Lookup("enum")
			if !ok {
				continue
			}
			codes := Codes(enumOf[name])
			if codes == nil {
				t.Errorf("%s: no code list", name)
			}
			for _, value := range strings.Split(enum, ",") {
				if !slices.ContainsFunc(codes, func(c Code) bool { return c.Code == value }) {
					t.Errorf("%s: %s is not in the list", name, value)
				}
			}
			if n := strings.Count(enum, ",") + 1; n != len(codes) && !slices.Contains(partial, name) {
				t.Errorf("%s: %d values, the list has %d", name, n, len(codes))
			}
		}
	}
}

func TestEveryCodeHasASentence(t *testing.T) {
	for list, codes := range codeLists() {
		for _, c := range codes {
			key := "supply." + list + "." + c.Code
			if !catalogue.Has(key) || catalogue.Text("zh", key, nil) != c.Zh {
				t.Errorf("%s: catalogue has %q, the list %q", key, catalogue.Text("zh", key, nil), c.Zh)
			}
			for _, name := range []string{c.Zh, c.En} {
				if code, _ := ParseCode(list, name); code != c.Code {
					t.Errorf("%s: %q is read as %q", key, name, code)
				}
			}
		}
	}
	for _, f := range append(series{}.figures(202601), share(0, 0, nil), capacityUse(series{}, 202601, 0)) {
		for _, key := range []string{"supply.figure." + f.Code, "supply.how." + f.Code} {
			if !catalogue.Has(key) {
				t.Errorf("no sentence %s", key)
			}
		}
	}
	for kind := range contractTerms() {
		if _, ok := ParseCode("contract_kind", kind); !ok {
			t.Errorf("no contract kind %s", kind)
		}
	}
}

func TestParseCode(t *testing.T) {
	for _, c := range []struct{ list, cell, want string }{
		{"class", "hv", "hv"}, {"class", "01", "hv"}, {"class", " 低压居民 ", "lv_res"}, {"class", "ＨＶ", "hv"}, {"voltage", "10kV", "AC00101"}, {"voltage", "10KV", "AC00101"},
		{"voltage", "ac00101", "AC00101"}, {"class", "", ""}, {"class", "04", ""}, {"shifts", "", ""}, {"nothing", "x", ""}, {"meter_class", "III", "III"}, {"use_category", "residential", "residential"},
	} {
		if got, ok := ParseCode(c.list, c.cell); got != c.want || ok != (c.want != "") {
			t.Errorf("ParseCode(%s, %q) = %q, %v", c.list, c.cell, got, ok)
		}
	}
}

func TestCheckTags(t *testing.T) {
	in := InstallationInput{ValidFrom: "2026-13-01", TolerableMin: -1, Sources: []Source{{Role: "main", Kind: "x", Voltage: "AC00101"}}, Staff: []Duty{{Name: strings.Repeat("张", 51)}, {Name: "李", Phone: "1"}}}
	err := in.validate()
	for _, want := range []string{"valid_from=wrong_format", "tolerable_min=too_small", "sources[0].kind=not_allowed", "sources[0].name=required", "staff[0].name=too_long", "staff[1].phone=wrong_format"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if err := (InstallationInput{Sources: make([]Source, 11)}).validate(); err == nil || !strings.Contains(err.Error(), "sources=too_many") || !strings.Contains(err.Error(), "valid_from=required") {
		t.Errorf("%v", err)
	}
	var v fault.Validation
	checkTags(&v, "a.", Duty{Name: "李", ValidUntil: "2026-01-01"})
	if v.Err() != nil {
		t.Errorf("a good record: %v", v.Err())
	}
}

func TestNumberRule(t *testing.T) {
	for in, want := range map[NumberRuleInput]string{
		{Pattern: "[0-9]{10}", Example: "6101234567"}:  "",
		{Pattern: "[0-9", Example: "6101234567"}:       "pattern=no_pattern",
		{Pattern: "[0-9]{10}", Example: "61012345678"}: "example=not_of_pattern",
		{Pattern: "a|b", Example: "ab"}:                "example=not_of_pattern",
		{}:                                             "pattern=required",
	} {
		err := in.validate()
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%+v: %v, want %q", in, err, want)
		}
	}
	if err := (NumberRuleInput{Pattern: defaultNumberRule.Pattern, Example: defaultNumberRule.Example}).validate(); err != nil {
		t.Errorf("the default: %v", err)
	}
}

func TestContractTerms(t *testing.T) {
	for _, c := range []struct {
		kind, from, to string
		want           bool
	}{
		{"hv", "2026-01-01", "2030-12-31", false}, {"hv", "2026-01-01", "2031-01-01", true}, {"hv", "2026-01-01", "", true},
		{"residential", "2026-01-01", "", false}, {"temporary", "2026-03-01", "2029-02-28", false}, {"lv", "", "", false},
	} {
		k := Contract{ContractInput: ContractInput{Kind: c.kind}}
		k.ValidFrom, k.ValidTo = day(c.from), day(c.to)
		if got := k.longerThanUsual(); got != c.want {
			t.Errorf("%v: %v", c, got)
		}
	}
}

func day(s string) when.Day { return when.Day(s) }
