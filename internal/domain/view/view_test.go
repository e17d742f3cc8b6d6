package view

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/access"
)

func TestEveryListNamesAPermissionThatThereIs(t *testing.T) {
	var all []string
	for _, m := range access.Permissions {
		all = append(all, m.Permissions...)
	}
	if len(lists) < 15 {
		t.Errorf("only the lists %v", slices.Sorted(maps.Keys(lists)))
	}
	for name, l := range lists {
		if !slices.Contains(all, l.Permission) {
			t.Errorf("%s is shown to who may %q", name, l.Permission)
		}
		if len(l.Columns) == 0 {
			t.Errorf("%s has no columns", name)
		}
	}
}

func TestALookIsCheckedAgainstItsList(t *testing.T) {
	good := Look{Name: "高压", Filters: map[string]string{"kind": "person", "class.relation": "vip"}, Sort: "-name", Columns: []string{"name", "!class.relation", "phone"}}
	if err := lists["customers"].check(good); err != nil {
		t.Errorf("%+v: %v", good, err)
	}
	for want, spoil := range map[string]func(*Look){
		"name=required":                       func(k *Look) { k.Name = "  " },
		"filters.colour=view.unknown_filter":  func(k *Look) { k.Filters = map[string]string{"colour": "red"} },
		"filters.class.=view.unknown_filter":  func(k *Look) { k.Filters = map[string]string{"class.": "vip"} },
		"filters.kind=too_long":               func(k *Look) { k.Filters = map[string]string{"kind": strings.Repeat("长", maxFilter+1)} },
		"sort=view.unknown_sort":              func(k *Look) { k.Sort = "-colour" },
		"columns[1]=view.unknown_column":      func(k *Look) { k.Columns = []string{"name", "!colour"} },
		"filters=too_many":                    func(k *Look) { k.Filters = manyClasses(maxFilters + 1) },
		"columns[0]=view.unknown_column":      func(k *Look) { k.Columns = []string{""} },
		"filters.kind=too_long name=required": func(k *Look) { k.Name, k.Filters = "", map[string]string{"kind": ""} },
	} {
		k := good
		spoil(&k)
		err := lists["customers"].check(k)
		for _, part := range strings.Fields(want) {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %v", part, err)
			}
		}
	}
}

func manyClasses(n int) map[string]string {
	all := map[string]string{}
	for i := range n {
		all["class."+strings.Repeat("x", i+1)] = "a"
	}
	return all
}

// What an older version kept and this one does not know is left out and told.
func TestWhatTheListDoesNotKnowAnyMoreIsLeftOut(t *testing.T) {
	old := Look{Name: "旧", Search: "李", Filters: map[string]string{"kind": "person", "colour": "red"}, Sort: "-colour", Columns: []string{"name", "!shape", "phone"}}
	k, dropped := lists["customers"].fit(old)
	if len(k.Filters) != 1 || k.Filters["kind"] != "person" || k.Sort != "" || !slices.Equal(k.Columns, []string{"name", "phone"}) || k.Search != "李" {
		t.Errorf("%+v", k)
	}
	if !slices.Equal(dropped, []string{"colour", "shape"}) {
		t.Errorf("left out %v", dropped)
	}
	if _, dropped := lists["customers"].fit(Look{}); dropped == nil || len(dropped) > 0 {
		t.Errorf("of nothing %v", dropped)
	}
}
