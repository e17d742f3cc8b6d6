package customer

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/bulk"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// BulkKind names customers among the records that bulk changes are made of.
const BulkKind = "customer"

// The changes that are made of many customers.
const (
	bulkTag      = "tag"
	bulkClassify = "classify"
	bulkManager  = "manager"
	bulkUnit     = "unit"
)

// BulkChange is what becomes of many customers.
type BulkChange struct {
	Action    string   `json:"action" enum:"tag,classify,manager,unit"`
	Add       []string `json:"add,omitempty" maxItems:"10" doc:"tags to add"`
	Remove    []string `json:"remove,omitempty" maxItems:"10" doc:"tags to take away"`
	Scheme    string   `json:"scheme,omitempty" maxLength:"40" doc:"of classify"`
	Class     string   `json:"class,omitempty" maxLength:"40" doc:"of classify"`
	ManagerID id.ID    `json:"manager_id,omitzero" doc:"of manager; absent: nobody"`
	UnitID    id.ID    `json:"unit_id,omitzero" doc:"of unit; absent: none"`
}

// bulkDeeds are the permission each change needs and what the timeline tells of it.
var bulkDeeds = map[string]struct{ permission, event string }{
	bulkTag:      {PermTag, "customer.tagged"},
	bulkClassify: {PermClassify, "customer.classified"},
	bulkManager:  {PermUpdate, "customer.updated"},
	bulkUnit:     {PermUpdate, "customer.updated"},
}

// input is what becomes of a customer.
func (c BulkChange) input(now Customer) (in UpdateInput) {
	switch c.Action {
	case bulkTag:
		tags := retagged(now.Tags, c.Add, c.Remove)
		in.Tags = &tags
	case bulkClassify:
		in.Classes = map[string]string{c.Scheme: c.Class}
	case bulkManager:
		in.ManagerID = &c.ManagerID
	case bulkUnit:
		in.UnitID = &c.UnitID
	}
	return in
}

// retagged adds tags and takes others away.
func retagged(has, add, remove []string) []string {
	gone := make([]string, len(remove))
	for i, t := range remove {
		gone[i] = strings.TrimSpace(t)
	}
	tags := []string{}
	for _, t := range slices.Concat(has, add) {
		if t = strings.TrimSpace(t); !slices.Contains(gone, t) {
			tags = append(tags, t)
		}
	}
	return tags
}

// bulkRecords are customers as bulk changes are made of them.
type bulkRecords struct{ *Service }

// BulkRecords gives customers to bulk.
func (s *Service) BulkRecords() bulk.Records { return bulkRecords{s} }

func (bulkRecords) read(raw json.RawMessage) (c BulkChange, err error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	err = d.Decode(&c)
	return c, err
}

// Permission implements bulk.Records.
func (b bulkRecords) Permission(raw json.RawMessage) (string, error) {
	c, err := b.read(raw)
	if err != nil {
		return "", err
	}
	var v fault.Validation
	deed, known := bulkDeeds[c.Action]
	v.Check(known, "change.action", "no_such")
	v.Check(c.Action != bulkTag || len(c.Add)+len(c.Remove) > 0, "change.add", "required")
	checkTags(&v, slices.Concat(c.Add, c.Remove))
	v.Check(c.Action != bulkClassify || c.Scheme != "", "change.scheme", "required")
	v.Check(c.Action != bulkClassify || c.Class != "", "change.class", "required")
	return deed.permission, v.Err()
}

// CheckTx implements bulk.Records. Errors: ErrUnit, ErrManager, validation.
func (b bulkRecords) CheckTx(tx *db.Tx, org id.ID, raw json.RawMessage) error {
	c, err := b.read(raw)
	if err != nil {
		return err
	}
	if c.Action == bulkClassify {
		set, err := b.settingsTx(tx, org)
		if err != nil {
			return err
		}
		_, err = set.classes(map[string]string{c.Scheme: c.Class})
		return err
	}
	return b.checkChargeTx(tx, org, c.input(Customer{}))
}

// WordsTx implements bulk.Records.
func (b bulkRecords) WordsTx(tx *db.Tx, org id.ID, lang string, raw json.RawMessage) (words []string, err error) {
	c, err := b.read(raw)
	if err != nil {
		return nil, err
	}
	say := func(key, what string) {
		words = append(words, b.Text(lang, "customer.bulk."+key, map[string]any{"what": what}))
	}
	between := b.Text(lang, "customer.bulk.between", nil)
	switch c.Action {
	case bulkTag:
		if len(c.Add) > 0 {
			say("add", strings.Join(c.Add, between))
		}
		if len(c.Remove) > 0 {
			say("remove", strings.Join(c.Remove, between))
		}
	case bulkClassify:
		set, err := b.settingsTx(tx, org)
		if err != nil {
			return nil, err
		}
		scheme, _ := set.scheme(c.Scheme)
		say("classify", inLanguage(lang, scheme.NameZh, scheme.NameEn)+" → "+scheme.label(lang, c.Class))
	case bulkManager:
		names, err := b.Users.NamesTx(tx, []id.ID{c.ManagerID})
		if err != nil {
			return nil, err
		}
		say(orNone("manager", c.ManagerID), names[c.ManagerID])
	case bulkUnit:
		tree, err := b.Orgs.TreeTx(tx)
		if err != nil {
			return nil, err
		}
		unit, _ := tree.Get(c.UnitID)
		say(orNone("unit", c.UnitID), unit.Name)
	}
	return words, nil
}

func orNone(key string, who id.ID) string {
	if who.IsZero() {
		return "no_" + key
	}
	return key
}

// ChangeTx implements bulk.Records.
func (b bulkRecords) ChangeTx(tx *db.Tx, who access.Who, org id.ID, raw json.RawMessage, rows []bulk.Row, dry bool) (map[id.ID]bulk.Outcome, error) {
	c, err := b.read(raw)
	if err != nil {
		return nil, err
	}
	ch := change{actor: who.Actor(), action: bulkDeeds[c.Action].permission, event: bulkDeeds[c.Action].event}
	all, err := b.bulkRowsTx(tx, org, rows, dry)
	if err != nil {
		return nil, err
	}
	outcomes := make(map[id.ID]bulk.Outcome, len(all))
	for _, r := range rows {
		now, known := all[r.ObjectID]
		if !known {
			continue
		}
		if outcomes[r.ObjectID], err = b.bulkOneTx(tx, ch, now, r, c, dry); err != nil {
			return nil, err
		}
	}
	return outcomes, nil
}

// bulkRowsTx reads customers by their identifiers, and keeps others from changing them
// unless the run is dry.
func (b bulkRecords) bulkRowsTx(tx *db.Tx, org id.ID, rows []bulk.Row, dry bool) (map[id.ID]row, error) {
	ids := make([]id.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.ObjectID
	}
	read := lockCustomers
	if dry {
		read = customersByID
	}
	found, err := read(tx, db.ScopeOf(org), ids)
	all := make(map[id.ID]row, len(found))
	for _, r := range found {
		all[r.ID] = r
	}
	return all, err
}

func (b bulkRecords) bulkOneTx(tx *db.Tx, ch change, now row, seen bulk.Row, c BulkChange, dry bool) (bulk.Outcome, error) {
	if err := now.gone(); err != nil {
		return bulk.Refuse(bulk.Refused, err)
	}
	if now.Version != seen.Version {
		return bulk.Refuse(bulk.Refused, db.ErrStale)
	}
	u, err := b.updateOneTx(tx, ch, now, UpdateOne{ID: now.ID, Input: c.input}, b.check(), dry)
	switch {
	case fault.KindOf(err) == fault.Invalid:
		return bulk.Refuse(bulk.Refused, err)
	case err != nil:
		return bulk.Outcome{}, err
	case !u.Changed:
		return bulk.Outcome{State: bulk.Same}, nil
	}
	return bulk.Outcome{State: bulk.Changed, Version: u.Version, Before: u.Before}, nil
}

// UndoTx implements bulk.Records.
func (b bulkRecords) UndoTx(tx *db.Tx, who access.Who, org id.ID, rows []bulk.Row) (map[id.ID]bulk.Outcome, error) {
	outcomes := make(map[id.ID]bulk.Outcome, len(rows))
	for _, r := range rows {
		back, err := b.RevertUpdateTx(tx, who.Actor(), org, Updated{ID: r.ObjectID, Version: r.Version, Before: r.Before, Changed: true})
		switch {
		case errors.Is(err, db.ErrNotFound):
		case err != nil:
			return nil, err
		case back:
			outcomes[r.ObjectID] = bulk.Outcome{State: bulk.Restored}
		default:
			outcomes[r.ObjectID] = bulk.Outcome{State: bulk.Kept, Err: bulk.ErrEdited}
		}
	}
	return outcomes, nil
}

// NamesTx implements bulk.Records.
func (b bulkRecords) NamesTx(tx *db.Tx, _ access.Who, org id.ID, records []id.ID) (map[id.ID]bulk.Name, error) {
	refs, err := b.ShownTx(tx, org, records...)
	names := make(map[id.ID]bulk.Name, len(refs))
	for _, r := range refs {
		names[r.ID] = bulk.Name{No: r.CustomerNo, Name: r.Name}
	}
	return names, err
}

// BulkChosenTx gives the customers a filter chooses, in the version each stands in.
func (s *Service) BulkChosenTx(tx *db.Tx, _ access.Who, org id.ID, f Filter, limit int) ([]bulk.Seen, error) {
	rows, _, err := s.rowsTx(tx, db.ScopeOf(org), ListInput{Filter: f, Sort: "created_at", Limit: limit})
	seen := make([]bulk.Seen, len(rows))
	for i, r := range rows {
		seen[i] = bulk.Seen{ID: r.ID, Version: r.Version}
	}
	return seen, err
}
