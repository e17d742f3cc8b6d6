package customer

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

var (
	home, shop, desk = id.ID{1}, id.ID{2}, id.ID{3}
	wasOriginal      = original{Kind: KindPerson, Name: "张三", Tags: Tags{"重点"}, Classes: Classes{"relation": "new"}, Fields: map[string]string{"key": "门卫"},
		Record: Record{Person: &Person{Occupation: "司机", Employer: "甲厂"}, Contacts: []Contact{{ID: home, Kind: Phone, Value: "1"}, {ID: shop, Kind: Phone, Value: "2"}}}}
	toBe = original{Kind: KindPerson, Name: "张山", Tags: Tags{"重点", "新"}, Classes: Classes{"relation": "potential"}, Fields: map[string]string{"key": "物业"},
		Record: Record{Person: &Person{Occupation: "教师", Employer: "甲厂"}, Contacts: []Contact{{ID: home, Kind: Phone, Value: "9", Label: "家"}, {ID: desk, Kind: Email, Value: "a@b.cn"}}}}
)

func wanted(kind Kind) Alteration {
	a := Alteration{CustomerID: id.ID{9}, Before: wasOriginal, After: toBe}
	if kind == KindOrganisation {
		a.After.Kind, a.After.Person, a.After.Organisation = kind, nil, &Organisation{Employees: 3}
	}
	return a
}

func TestWhatIsDecidedAsOne(t *testing.T) {
	for kind, want := range map[Kind]string{
		KindPerson:       "classes.relation contacts[home] contacts[shop] contacts[desk] fields.key name person.occupation tags",
		KindOrganisation: "classes.relation contacts[home] contacts[shop] contacts[desk] fields.key kind name tags",
	} {
		got := strings.NewReplacer(home.String(), "home", shop.String(), "shop", desk.String(), "desk").Replace(strings.Join(wanted(kind).Keys(), " "))
		if got != want {
			t.Errorf("%s: %s", kind, got)
		}
	}
}

// What is not accepted stays as it is by now, whatever was proposed beside it.
func TestOnlyWhatIsAcceptedIsTakenOver(t *testing.T) {
	now := wasOriginal
	now.Industry = "渔业"
	for _, c := range []struct {
		keys []string
		kind Kind
		want func(o *original)
	}{
		{nil, KindPerson, func(*original) {}},
		{[]string{"name"}, KindPerson, func(o *original) { o.Name = "张山" }},
		{[]string{"person.occupation"}, KindPerson, func(o *original) { o.Person = &Person{Occupation: "教师", Employer: "甲厂"} }},
		{[]string{"contacts[" + home.String() + "]"}, KindPerson, func(o *original) {
			o.Contacts = []Contact{toBe.Contacts[0], wasOriginal.Contacts[1]}
		}},
		{[]string{"contacts[" + shop.String() + "]", "contacts[" + desk.String() + "]"}, KindPerson, func(o *original) {
			o.Contacts = []Contact{wasOriginal.Contacts[0], toBe.Contacts[1]}
		}},
		{[]string{"tags", "classes.relation", "fields.key"}, KindPerson, func(o *original) { o.Tags, o.Classes, o.Fields = toBe.Tags, toBe.Classes, toBe.Fields }},
		{[]string{"kind"}, KindOrganisation, func(o *original) {
			o.Kind, o.Person, o.Organisation = KindOrganisation, nil, &Organisation{Employees: 3}
		}},
	} {
		a := wanted(c.kind)
		want := now
		c.want(&want)
		got, err := now.with(a.After, a.grafts(c.keys))
		if err != nil || encoded(t, got) != encoded(t, want) {
			t.Errorf("%v: %s, want %s, %v", c.keys, encoded(t, got), encoded(t, want), err)
		}
	}
}

func encoded(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// The change that is made names only what was accepted, and as new what is not on
// the record.
func TestTheChangeOfWhatIsAccepted(t *testing.T) {
	a := wanted(KindPerson)
	keys := []string{"contacts[" + desk.String() + "]", "classes.relation"}
	target, err := wasOriginal.with(a.After, keys)
	if err != nil {
		t.Fatal(err)
	}
	in := target.update(keys, wasOriginal)
	if in.Name != nil || in.Person != nil || in.Tags != nil || in.Kind != nil || len(in.Classes) != 1 {
		t.Errorf("%s", encoded(t, in))
	}
	ids := []id.ID{(*in.Contacts)[0].ID, (*in.Contacts)[1].ID, (*in.Contacts)[2].ID}
	if !slices.Equal(ids, []id.ID{home, shop, {}}) {
		t.Errorf("contacts %v", ids)
	}
}
