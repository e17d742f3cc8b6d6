package customer

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

func drawID(t *rapid.T, name string) id.ID { return id.ID{1, 15: rapid.Byte().Draw(t, name)} }

func word(t *rapid.T, name string) string {
	return rapid.SampledFrom([]string{"", "甲", "乙", "丙"}).Draw(t, name)
}

// drawStored makes any unmerged customer of a kind. The first byte of ids tells
// whose contacts they are, as generated ones never meet.
func drawStored(t *rapid.T, kind Kind, owner byte) stored {
	c := stored{row: row{Base: Base{ID: id.ID{owner}, Kind: kind, Status: Active, Name: rapid.SampledFrom([]string{"张三", "李四"}).Draw(t, "name"), Industry: word(t, "industry")}}}
	if rapid.Bool().Draw(t, "unit") {
		c.UnitID = drawID(t, "unit_id")
	}
	c.Classes, c.Tags = Classes{}, Tags{}
	for _, scheme := range []string{"kind", "relation"} {
		if class := word(t, scheme); class != "" {
			c.Classes[scheme] = class
		}
	}
	for _, tag := range []string{"红", "蓝"} {
		if rapid.Bool().Draw(t, tag) {
			c.Tags = append(c.Tags, tag)
		}
	}
	slices.Sort(c.Tags)
	switch {
	case kind == KindPerson && rapid.Bool().Draw(t, "person"):
		c.record.Person = &Person{Sex: cn.Sex(word(t, "sex")), BirthDate: word(t, "birth"), Employer: word(t, "employer"), Occupation: word(t, "occupation")}
	case kind == KindOrganisation && rapid.Bool().Draw(t, "organisation"):
		c.record.Organisation = &Organisation{LegalRepresentative: word(t, "legal"), EstablishedOn: word(t, "established"), Employees: rapid.IntRange(0, 2).Draw(t, "employees"),
			BusinessScope: word(t, "scope"), Website: word(t, "site"), RegisteredCapitalFen: 0}
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "contacts") {
		c.record.Contacts = append(c.record.Contacts, Contact{ID: id.ID{owner, byte(i + 1)}, Kind: rapid.SampledFrom([]ContactKind{Phone, Email}).Draw(t, "contact"),
			Value: word(t, "value"), Primary: rapid.Bool().Draw(t, "primary")})
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "certificates") {
		c.record.Certificates = append(c.record.Certificates, Certificate{ID: id.ID{owner, byte(i + 100)}, Kind: cn.KindOther, Number: rapid.StringMatching("[0-9]").Draw(t, "number")})
	}
	return c
}

var takeable = []string{"name", "unit_id", "industry", "person.sex", "person.birth_date", "person.employer", "person.occupation", "organisation.legal_representative",
	"organisation.established_on", "organisation.employees", "organisation.business_scope", "organisation.website", "classes.kind", "classes.relation"}

// same compares what a person can tell apart: an empty list is as good as none.
func same(a, b stored) bool {
	a.NameSort, b.NameSort = "", ""
	for _, c := range []*stored{&a, &b} {
		if len(c.record.Contacts) == 0 {
			c.record.Contacts = nil
		}
		if len(c.record.Certificates) == 0 {
			c.record.Certificates = nil
		}
		if len(c.Tags) == 0 {
			c.Tags = nil
		}
	}
	return reflect.DeepEqual(a, b)
}

func drawPair(t *rapid.T) (into, from stored, take []string) {
	kind := rapid.SampledFrom([]Kind{KindPerson, KindOrganisation}).Draw(t, "kind")
	return drawStored(t, kind, 1), drawStored(t, kind, 2), rapid.SliceOfDistinct(rapid.SampledFrom(takeable), func(s string) string { return s }).Draw(t, "take")
}

func TestAnyMergeIsUndoneExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		into, from, take := drawPair(t)
		after := into.absorb(from, take)
		back, changed := after.release(mergeUndo{Before: into.snapshot(), After: after.snapshot()})
		if len(changed) > 0 || !same(back, into) {
			t.Fatalf("was %+v\nis  %+v\nchanged %v", into, back, changed)
		}
	})
}

func TestAMergeLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		into, from, take := drawPair(t)
		after := into.absorb(from, take)
		for _, c := range slices.Concat(into.record.Contacts, from.record.Contacts) {
			if _, kept := find(after.record.Contacts, func(x Contact) bool { return x.Kind == c.Kind && x.Value == c.Value }); !kept {
				t.Fatalf("contact %+v is lost", c)
			}
		}
		for _, c := range slices.Concat(into.record.Certificates, from.record.Certificates) {
			if _, kept := find(after.record.Certificates, func(x Certificate) bool { return x.Number == c.Number }); !kept {
				t.Fatalf("certificate %+v is lost", c)
			}
		}
		for _, tag := range slices.Concat(into.Tags, from.Tags) {
			if !slices.Contains(after.Tags, tag) {
				t.Fatalf("tag %s is lost", tag)
			}
		}
		if into.Industry != "" && after.Industry != into.Industry && !slices.Contains(take, "industry") {
			t.Fatalf("industry %s became %s", into.Industry, after.Industry)
		}
		if into.Industry == "" && after.Industry != from.Industry {
			t.Fatalf("industry %s is lost", from.Industry)
		}
	})
}

func TestWhatWasAddedSinceStaysAfterTheUndo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		into, from, take := drawPair(t)
		after := into.absorb(from, take)
		undo := mergeUndo{Before: into.snapshot(), After: after.snapshot()}
		now := after
		added := Contact{ID: id.ID{3}, Kind: Address, Value: "新址"}
		now.record.Contacts = append(slices.Clone(after.record.Contacts), added)
		now.Tags = append(slices.Clone(after.Tags), "绿")
		back, changed := now.release(undo)
		if _, kept := find(back.record.Contacts, func(c Contact) bool { return c == added }); !kept || !slices.Contains(back.Tags, "绿") || len(changed) > 0 {
			t.Fatalf("%+v changed %v", back, changed)
		}
	})
}

func TestHarmless(t *testing.T) {
	for in, want := range map[string]string{"": "", "a": "a", "=1": "'=1", "+86": "'+86", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "＝1": "'＝1", "'=1": "'=1", "a=1": "a=1", "张三": "张三"} {
		if got := harmless(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestFlatten(t *testing.T) {
	c := Customer{Base: Base{Name: "张三", Version: 7, Tags: Tags{"甲"}}, Record: Record{Person: &Person{Sex: cn.Male}, Contacts: []Contact{{ID: id.MustParse("01900000-0000-7000-8000-000000000001"), Value: "1", Primary: true}}}}
	got := flatten(c)
	for path, want := range map[string]string{"name": "张三", "version": "7", "tags[0]": "甲", "person.sex": "male", "contacts[01900000-0000-7000-8000-000000000001].value": "1",
		"contacts[01900000-0000-7000-8000-000000000001].primary": "true", "industry": ""} {
		if got[path] != want {
			t.Errorf("%s: %q, want %q", path, got[path], want)
		}
	}
	if flattenJSON([]byte("{")) != nil || flatten(func() {}) != nil {
		t.Error("what is no JSON has fields")
	}
}

func TestClassCountsAreComplete(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := SchemeBody{DefaultPerson: "a", DefaultOrganisation: "b", Classes: []Class{{Code: "a"}, {Code: "b"}, {Code: "c"}}}
		kinds, total := map[Kind]int64{}, int64(0)
		var chosen []ClassCount
		for _, k := range []Kind{KindPerson, KindOrganisation} {
			for _, c := range b.Classes {
				n := rapid.Int64Range(0, 5).Draw(t, string(k)+c.Code)
				chosen = append(chosen, ClassCount{Class: c.Code, Kind: k, Count: n})
				kinds[k] += n
			}
			kinds[k] += rapid.Int64Range(0, 5).Draw(t, "unchosen "+string(k))
			total += kinds[k]
		}
		sum := int64(0)
		for _, c := range b.counts(chosen, kinds) {
			if c.Default > c.Count || c.Count < 0 {
				t.Fatalf("%+v", c)
			}
			sum += c.Count
		}
		if sum != total {
			t.Fatalf("%d customers of %d have a class", sum, total)
		}
	})
}
