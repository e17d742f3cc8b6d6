package customer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

// original is the archive data of a customer: what only maintainers change, and
// what others propose to change.
type original struct {
	CustomerNo string `json:"customer_no,omitempty"`
	Kind       Kind   `json:"kind,omitempty"`
	Name       string `json:"name,omitempty"`
	UnitID     id.ID  `json:"unit_id,omitzero"`
	ManagerID  id.ID  `json:"manager_id,omitzero"`
	Industry   string `json:"industry,omitempty"`
	Record
	Classes Classes           `json:"classes,omitempty"`
	Tags    Tags              `json:"tags,omitempty"`
	Fields  map[string]string `json:"fields,omitempty"`
}

func (b stored) original(set *settings, fields map[string]string) original {
	return original{b.CustomerNo, b.Kind, b.Name, b.UnitID, b.ManagerID, b.Industry, b.record, set.complete(b.Kind, b.Classes), b.Tags, fields}
}

// element is the key of one of several contacts or certificates.
var element = regexp.MustCompile(`^(contacts|certificates)\[([^\]]*)\]`)

// keyOf names what is accepted or rejected as one: a field, a whole contact or
// certificate, all tags.
func keyOf(path string) string {
	if key := element.FindString(path); key != "" {
		return key
	}
	if strings.HasPrefix(path, "tags[") {
		return "tags"
	}
	return path
}

// with gives the archive data with those of keys taken from another state.
func (o original) with(to original, keys []string) (merged original, err error) {
	tree, err := treeOf(o)
	if err != nil {
		return merged, err
	}
	wanted, err := treeOf(to)
	if err != nil {
		return merged, err
	}
	for _, key := range keys {
		graft(tree, wanted, key)
	}
	raw, err := json.Marshal(tree)
	if err != nil {
		return merged, fmt.Errorf("customer: %w", err)
	}
	return merged, decode(string(raw), &merged)
}

func treeOf(o original) (tree map[string]any, err error) {
	raw, err := json.Marshal(o)
	if err != nil {
		return nil, fmt.Errorf("customer: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber() // sums are exact
	return tree, d.Decode(&tree)
}

// graft makes what stands at a key of the tree what stands there in the wanted
// one.
func graft(tree, wanted map[string]any, key string) {
	if m := element.FindStringSubmatch(key); m != nil {
		tree[m[1]] = graftElement(tree[m[1]], wanted[m[1]], m[2])
		return
	}
	if head, rest, nested := strings.Cut(key, "."); nested {
		inner, _ := tree[head].(map[string]any)
		if inner == nil {
			inner = map[string]any{}
			tree[head] = inner
		}
		from, _ := wanted[head].(map[string]any)
		tree, wanted, key = inner, from, rest
	}
	if v, there := wanted[key]; there {
		tree[key] = v
		return
	}
	delete(tree, key)
}

// graftElement takes an element of a list over: in its place, at the end, or away.
func graftElement(list, wanted any, own string) []any {
	is := func(x any) bool { m, _ := x.(map[string]any); return m["id"] == own }
	all, _ := list.([]any)
	from, _ := wanted.([]any)
	at, there := slices.IndexFunc(all, is), slices.IndexFunc(from, is)
	switch {
	case at < 0 && there >= 0:
		return append(all, from[there])
	case at >= 0 && there < 0:
		return slices.Delete(all, at, at+1)
	case at >= 0:
		all[at] = from[there]
	}
	return all
}

// heads are the properties of the archive data that keys stand in.
func heads(keys []string) map[string]bool {
	all := map[string]bool{}
	for _, key := range keys {
		head, _, _ := strings.Cut(key, ".")
		head, _, _ = strings.Cut(head, "[")
		all[head] = true
	}
	return all
}

// update is the input that brings a customer from his current data to these,
// where keys say so.
func (o original) update(keys []string, current original) UpdateInput {
	in, of := UpdateInput{}, heads(keys)
	give(&in.CustomerNo, of["customer_no"], o.CustomerNo)
	give(&in.Kind, of["kind"], o.Kind)
	give(&in.Name, of["name"], o.Name)
	give(&in.UnitID, of["unit_id"], o.UnitID)
	give(&in.ManagerID, of["manager_id"], o.ManagerID)
	give(&in.Industry, of["industry"], o.Industry)
	give(&in.Tags, of["tags"], []string(o.Tags))
	give(&in.Contacts, of["contacts"], contactInputs(o.Contacts, current.Contacts))
	give(&in.Certificates, of["certificates"], certificateInputs(o.Certificates, current.Certificates))
	if of["person"] {
		in.Person = orEmpty(o.Person)
	}
	if of["organisation"] {
		in.Organisation = orEmpty(o.Organisation)
	}
	if of["classes"] {
		in.Classes = maps.Clone(o.Classes)
		maps.DeleteFunc(in.Classes, func(scheme, _ string) bool { return !slices.Contains(keys, "classes."+scheme) })
	}
	return in
}

func give[T any](to **T, wanted bool, value T) {
	if wanted {
		*to = &value
	}
}

func orEmpty[T any](v *T) *T {
	if v == nil {
		return new(T)
	}
	return v
}

// create is the input of a new customer with these data.
func (o original) create(org id.ID) CreateInput {
	return CreateInput{OrgID: org, CustomerNo: o.CustomerNo, Kind: o.Kind, Name: o.Name, UnitID: o.UnitID, ManagerID: o.ManagerID, Industry: o.Industry,
		Person: o.Person, Organisation: o.Organisation, Contacts: contactInputs(o.Contacts, nil), Certificates: certificateInputs(o.Certificates, nil),
		Classes: o.Classes, Tags: o.Tags, Fields: o.Fields}
}

// contactInputs names those that are there by their ids; the others are new.
func contactInputs(all, there []Contact) []ContactInput {
	in := make([]ContactInput, len(all))
	for i, c := range all {
		in[i] = ContactInput{Kind: c.Kind, Value: c.Value, Label: c.Label, Person: c.Person, Primary: c.Primary}
		if slices.ContainsFunc(there, func(t Contact) bool { return t.ID == c.ID }) {
			in[i].ID = c.ID
		}
	}
	return in
}

func certificateInputs(all, there []Certificate) []CertificateInput {
	in := make([]CertificateInput, len(all))
	for i, c := range all {
		in[i] = CertificateInput{Kind: c.Kind, Number: c.Number, ValidUntil: c.ValidUntil, Override: c.Override}
		if slices.ContainsFunc(there, func(t Certificate) bool { return t.ID == c.ID }) {
			in[i].ID = c.ID
		}
	}
	return in
}
