package customer

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// AlterTx prepares a change of a customer without making it. What its proposer types for
// data he does not see tells him nothing of them. Errors as of Update and Fill;
// ErrUnaltered when nothing would change.
func (s *Service) AlterTx(tx *db.Tx, sight Sight, org, customer id.ID, version int64, in UpdateInput, fields map[string]string) (a Alteration, err error) {
	r, err := customerByID(tx, db.ScopeOf(org), customer)
	if err != nil {
		return a, err
	}
	if err := r.gone(); err != nil {
		return a, err
	}
	if r.Version != version {
		return a, db.ErrStale
	}
	o, err := s.openTx(tx, r)
	if err != nil {
		return a, err
	}
	set, err := s.settingsTx(tx, org)
	if err != nil {
		return a, err
	}
	after, err := s.alteredTx(tx, o, set, in, !sight.whole(org, customer))
	if err != nil {
		return a, err
	}
	held, err := plainValuesTx(tx, o.owner, set)
	if err != nil {
		return a, err
	}
	values, err := filled(set, after.Kind, held, fields)
	if err != nil {
		return a, err
	}
	a = Alteration{OrgID: org, CustomerID: customer, Before: o.stored().original(set, held), After: after.original(set, values)}
	if a.Guessed, err = sight.guessed(a, in, fields, set); err != nil {
		return a, err
	}
	if len(a.Keys()) == 0 {
		return a, ErrUnaltered
	}
	return a, nil
}

// alteredTx is the changed customer, checked as a change that is made.
func (s *Service) alteredTx(tx *db.Tx, o opened, set *settings, in UpdateInput, blind bool) (stored, error) {
	check := s.check()
	check.Blind = blind
	after, err := o.stored().apply(in, set, check)
	if err != nil {
		return stored{}, err
	}
	if err := s.checkChargeTx(tx, o.OrgID, in); err != nil {
		return stored{}, err
	}
	if !in.ConfirmDuplicates {
		if err := s.refuseNewDuplicatesTx(tx, o.stored(), after); err != nil {
			return stored{}, err
		}
	}
	after.record = after.record.withIDs(tx)
	return after, nil
}

// filled are the values held with those given, which are checked.
func filled(set *settings, kind Kind, held, given map[string]string) (map[string]string, error) {
	values, other := maps.Clone(held), map[string]string{}
	for code, value := range given {
		if value = strings.TrimSpace(value); value != held[code] {
			values[code], other[code] = value, value
		}
	}
	_, err := set.checkValues(kind, other)
	return values, err
}

// ComposeTx prepares a new customer without making him. Errors as of Create.
func (s *Service) ComposeTx(tx *db.Tx, org id.ID, in CreateInput) (Alteration, error) {
	d, err := s.draftTx(tx, org, in)
	if err != nil {
		return Alteration{}, err
	}
	set, err := s.settingsTx(tx, org)
	if err != nil {
		return Alteration{}, err
	}
	_, badClass := set.classes(d.classes)
	_, badValue := set.checkValues(d.kind, d.fields)
	_, badManager := s.managerTx(tx, d.manager)
	if err := firstOf(badClass, badValue, badManager); err != nil {
		return Alteration{}, err
	}
	return Alteration{OrgID: org, After: original{d.no, d.kind, d.name, d.unit, d.manager, d.industry, d.record.withIDs(tx), d.classes, d.tags, d.fields}}, nil
}

// draftTx checks a new customer as Create does.
func (s *Service) draftTx(tx *db.Tx, org id.ID, in CreateInput) (Draft, error) {
	d, err := in.Draft(s.check())
	if err != nil {
		return Draft{}, err
	}
	tree, err := s.Orgs.TreeTx(tx)
	if err != nil {
		return Draft{}, err
	}
	set, err := s.settingsTx(tx, org)
	if err != nil {
		return Draft{}, err
	}
	if err := firstOf(checkUnit(tree, org, d.unit), set.required(d.kind, d.fields)); err != nil {
		return Draft{}, err
	}
	if !in.ConfirmDuplicates {
		err = s.refuseDuplicatesTx(tx, org, d.probe())
	}
	return d, err
}

// firstOf is the first error there is.
func firstOf(all ...error) error {
	if i := slices.IndexFunc(all, func(err error) bool { return err != nil }); i >= 0 {
		return all[i]
	}
	return nil
}

// Origin says whose proposal a change was made by; it stands in the history.
type Origin struct {
	ProposalID   id.ID  `json:"proposal_id"`
	ProposerName string `json:"proposer_name"`
	EndorserName string `json:"endorser_name,omitempty"`
}

// originKey is where entries of the audit log keep the origin; no field has such
// a code.
const originKey = "@proposal"

// originOf is the origin an entry of the audit log tells of, or nil.
func originOf(after string) *Origin {
	if !strings.Contains(after, originKey) {
		return nil
	}
	var told struct {
		Origin *Origin `json:"@proposal"`
	}
	if json.Unmarshal([]byte(after), &told) != nil {
		return nil
	}
	return told.Origin
}

// Accepted is what is made of an alteration. Action names the operation in the
// audit log, Version is that of the customer it was decided by.
type Accepted struct {
	Action    string
	Keys      []string
	Version   int64
	Confirmed bool // although others look like him
	Origin    Origin
}

// ApplyTx makes the accepted part of an alteration, by the rules of a change made
// directly, and gives the customer. Errors as of Create, Update and Fill.
func (s *Service) ApplyTx(tx *db.Tx, who access.Who, a Alteration, acc Accepted) (id.ID, error) {
	ch := change{actor: who.Actor(), action: acc.Action, origin: &acc.Origin}
	if a.CustomerID.IsZero() {
		return s.makeAlteredTx(tx, ch, a, acc)
	}
	r, err := lockCustomer(tx, db.ScopeOf(a.OrgID), a.CustomerID)
	if err != nil {
		return id.ID{}, err
	}
	if r.Version != acc.Version {
		return id.ID{}, db.ErrStale
	}
	set, err := s.settingsTx(tx, a.OrgID)
	if err != nil {
		return id.ID{}, err
	}
	current, err := s.originalTx(tx, set, a)
	if err != nil {
		return id.ID{}, err
	}
	keys := a.grafts(acc.Keys)
	target, err := current.with(a.After, keys)
	if err != nil {
		return id.ID{}, err
	}
	ch.event, ch.params = "customer.altered", map[string]any{"n": len(acc.Keys)}
	if slices.ContainsFunc(keys, func(k string) bool { return !strings.HasPrefix(k, "fields.") }) {
		if _, err := s.updateTx(tx, ch, r, target.update(keys, current), !acc.Confirmed); err != nil {
			return id.ID{}, err
		}
	}
	return a.CustomerID, s.fillAlteredTx(tx, ch, a, target, keys)
}

func (s *Service) fillAlteredTx(tx *db.Tx, ch change, a Alteration, target original, keys []string) error {
	given := map[string]string{}
	for _, key := range keys {
		if code, ok := strings.CutPrefix(key, "fields."); ok {
			given[code] = target.Fields[code]
		}
	}
	if len(given) == 0 {
		return nil
	}
	o, err := s.lockOwnerTx(tx, db.ScopeOf(a.OrgID), a.CustomerID)
	if err == nil {
		_, err = s.fillTx(tx, ch, o, given)
	}
	return err
}

func (s *Service) makeAlteredTx(tx *db.Tx, ch change, a Alteration, acc Accepted) (id.ID, error) {
	target, err := original{}.with(a.After, acc.Keys)
	if err != nil {
		return id.ID{}, err
	}
	in := target.create(a.OrgID)
	in.ConfirmDuplicates = acc.Confirmed
	d, err := s.draftTx(tx, a.OrgID, in)
	if err != nil {
		return id.ID{}, err
	}
	if d.no == "" {
		first, err := takeNumbers(tx, a.OrgID, 1)
		if err != nil {
			return id.ID{}, err
		}
		d.no = formatNo(first)
	}
	ch.event = "customer.created"
	c, err := s.createTx(tx, ch, a.OrgID, d, acc.Confirmed)
	return c.ID, err
}

// VisitedTx ties a visit to the customer proposed for the visitor, unless he has
// been tied to one meanwhile.
func (s *Service) VisitedTx(tx *db.Tx, who access.Who, org, reception, customer id.ID) error {
	r, err := receptionByID(tx, db.ScopeOf(org), reception)
	if errors.Is(err, db.ErrNotFound) || err == nil && !r.CustomerID.IsZero() {
		return nil
	}
	if err != nil {
		return err
	}
	return s.linkTx(tx, who, r, r.Version, customer)
}
