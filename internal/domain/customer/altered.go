package customer

import (
	"maps"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Alteration is a change of archive data that is proposed, not made: what they
// were and what they are to be. Before is empty for a new customer.
type Alteration struct {
	OrgID      id.ID    `json:"org_id"`
	CustomerID id.ID    `json:"customer_id,omitzero"`
	Before     original `json:"before"`
	After      original `json:"after"`
	// Guessed are paths of what was typed for data its proposer does not see, and stands
	// there already: for him it is a change like any other.
	Guessed []string `json:"guessed,omitempty"`
}

// Keys are what is accepted or rejected as one, ordered.
func (a Alteration) Keys() []string {
	var keys []string
	for _, c := range changes(flatten(a.Before), flatten(a.After)) {
		keys = append(keys, a.keyOf(c.Path))
	}
	for _, path := range a.Guessed {
		keys = append(keys, a.keyOf(path))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// keyOf is the key of a path. A person who becomes an organisation does so with
// all that only the one or the other has.
func (a Alteration) keyOf(path string) string {
	if a.changesKind() && (strings.HasPrefix(path, "person.") || strings.HasPrefix(path, "organisation.")) {
		return "kind"
	}
	return keyOf(path)
}

func (a Alteration) changesKind() bool {
	return !a.CustomerID.IsZero() && a.Before.Kind != a.After.Kind
}

// Named is the kind and name of the customer as proposed.
func (a Alteration) Named() (Kind, string) { return a.After.Kind, a.After.Name }

// grafts are the keys with all that goes with them.
func (a Alteration) grafts(keys []string) []string {
	if a.changesKind() && slices.Contains(keys, "kind") {
		return append(slices.Clone(keys), "person", "organisation")
	}
	return keys
}

// Altered is one thing of the archive data that is to change.
type Altered struct {
	Key   string        `json:"key" doc:"name, person.birth_date, contacts[ID], classes.SCHEME, tags, fields.CODE, …"`
	Parts []AlteredPart `json:"parts" nullable:"false"`
	// Conflict: the record was changed since, and not to what is proposed.
	Conflict bool `json:"conflict"`
	// Done: the record is by now as proposed.
	Done bool `json:"done"`
}

// AlteredPart is a value of it: before, as proposed, and now. Path is as in
// the customer's JSON.
type AlteredPart struct {
	Path     string `json:"path"`
	Before   string `json:"before,omitempty"`
	Proposed string `json:"proposed,omitempty"`
	Current  string `json:"current,omitempty"`
	Hidden   bool   `json:"hidden,omitempty" doc:"the caller may not read the values"`
}

// state is archive data by path, plain and as somebody may see them.
type state struct{ plain, shown map[string]string }

func (st state) of(a Alteration, key string) map[string]string {
	own := map[string]string{}
	for path, value := range st.plain {
		if a.keyOf(path) == key && !strings.HasSuffix(path, "].id") {
			own[path] = value
		}
	}
	return own
}

// CompareTx lays an alteration out for a reader. Its proposer, for whom typed holds
// what he typed, sees his own words whole. live: the record as it is now stands beside.
func (s *Service) CompareTx(tx *db.Tx, sight Sight, a Alteration, live bool, typed map[string]bool) ([]Altered, error) {
	set, err := s.settingsTx(tx, a.OrgID)
	if err != nil {
		return nil, err
	}
	now := a.Before
	if live && !a.CustomerID.IsZero() {
		if now, err = s.originalTx(tx, set, a); err != nil {
			return nil, err
		}
	}
	keys := a.Keys()
	before, after, current := state{plain: flatten(a.Before)}, state{plain: flatten(a.After)}, state{plain: flatten(now)}
	for st, o := range map[*state]original{&before: a.Before, &after: a.After, &current: now} {
		if st.shown, err = sight.shown(a, o, keys, set); err != nil {
			return nil, err
		}
	}
	if typed != nil {
		after.showOwn(before, typed, a.Guessed)
	}
	all := []Altered{}
	for _, key := range keys {
		all = append(all, a.difference(key, before, after, current))
	}
	return all, s.nameChargesTx(tx, all)
}

// showOwn shows the proposer what he typed. A value in another form than he typed
// it in is his too, unless it stood on the record or was worked out of it.
func (st state) showOwn(before state, typed map[string]bool, guessed []string) {
	held := map[string]bool{}
	for _, value := range before.plain {
		held[value] = true
	}
	for path, value := range st.plain {
		if typed[value] || slices.Contains(guessed, path) || !held[value] && path != "person.birth_date" {
			st.shown[path] = value
		}
	}
}

func (a Alteration) difference(key string, before, after, current state) Altered {
	b, p, c := before.of(a, key), after.of(a, key), current.of(a, key)
	d := Altered{Key: key, Parts: []AlteredPart{}, Done: maps.Equal(p, c), Conflict: !maps.Equal(b, c) && !maps.Equal(p, c)}
	paths := slices.Concat(sortedKeys(b), sortedKeys(p), sortedKeys(c))
	slices.Sort(paths)
	paths = slices.Compact(paths)
	if slices.ContainsFunc(paths, func(path string) bool { return b[path] != before.shown[path] || c[path] != current.shown[path] }) {
		d.Done, d.Conflict = false, false // whether it fits would tell the reader what he does not see
	}
	for _, path := range paths {
		same := b[path] == p[path] && p[path] == c[path] && !slices.Contains(a.Guessed, path)
		if same && !strings.HasSuffix(path, "].kind") { // which kind of contact it is, is always told
			continue
		}
		part := AlteredPart{Path: path, Before: before.shown[path], Proposed: after.shown[path], Current: current.shown[path]}
		part.Hidden = !same && part.Before == part.Proposed && part.Before == part.Current
		d.Parts = append(d.Parts, part)
	}
	return d
}

// nameChargesTx puts names where differences hold the ids of account managers.
func (s *Service) nameChargesTx(tx *db.Tx, all []Altered) error {
	for i := range all {
		if all[i].Key != "manager_id" {
			continue
		}
		part := &all[i].Parts[0]
		part.Path = "manager_name"
		var managers []id.ID
		for _, value := range []string{part.Before, part.Proposed, part.Current} {
			if m, err := id.Parse(value); err == nil {
				managers = append(managers, m)
			}
		}
		names, err := s.Users.NamesTx(tx, managers)
		if err != nil {
			return err
		}
		for _, value := range []*string{&part.Before, &part.Proposed, &part.Current} {
			m, _ := id.Parse(*value)
			*value = names[m]
		}
	}
	return nil
}

// originalTx is the record as it is now.
func (s *Service) originalTx(tx *db.Tx, set *settings, a Alteration) (original, error) {
	r, err := customerByID(tx, db.ScopeOf(a.OrgID), a.CustomerID)
	if err != nil {
		return original{}, err
	}
	o, err := s.openTx(tx, r)
	if err != nil {
		return original{}, err
	}
	fields, err := plainValuesTx(tx, o.owner, set)
	return o.stored().original(set, fields), err
}

// shown are the values of keys as the caller may read them; the others are not
// looked at.
func (s Sight) shown(a Alteration, o original, keys []string, set *settings) (map[string]string, error) {
	some, err := original{}.with(o, a.grafts(keys))
	if err != nil {
		return nil, err
	}
	c := s.customer(Customer{Base: Base{ID: a.CustomerID, OrgID: a.OrgID, Kind: o.Kind, Name: some.Name}, Record: some.Record})
	some.Name, some.Record = c.Name, c.Record
	for _, f := range set.fields {
		if _, filled := some.Fields[f.Code]; filled && f.Confidential && !s.sees(a.OrgID, a.CustomerID, FieldOfCompany, f.sealedClass()) {
			delete(some.Fields, f.Code)
		}
	}
	return flatten(some), nil
}
