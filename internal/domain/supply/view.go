package supply

import (
	"maps"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// around is what is shown beside accounts: read in one statement per kind,
// however many accounts.
type around struct {
	places
	accounts      map[id.ID]Account
	premises      map[id.ID]Premise
	installations map[id.ID]installationRow
	customers     map[id.ID]customer.Ref
}

// aroundTx reads accounts of a company and what is shown beside them.
func (s *Service) aroundTx(tx *db.Tx, org id.ID, ids []id.ID) (w around, err error) {
	list, err := accounts.some(tx, org, ids)
	if err != nil {
		return w, err
	}
	if w.accounts, err = byID(list, nil); err != nil {
		return w, err
	}
	if w.places, err = placesOf(tx, org, pick(list, func(a *Account) id.ID { return a.DistrictID }), pick(list, func(a *Account) id.ID { return a.LineID })); err != nil {
		return w, err
	}
	if w.premises, err = s.premisesTx(tx, org, pick(list, func(a *Account) id.ID { return a.PremiseID })); err != nil {
		return w, err
	}
	if w.installations, err = statesToday(tx, org, ids); err != nil {
		return w, err
	}
	w.customers, err = s.Customers.RefsTx(tx, db.ScopeOf(org), distinct(pick(list, func(a *Account) id.ID { return a.CustomerID }))...)
	return w, err
}

// affectedTx shows accounts in the order of the keys.
func (s *Service) affectedTx(tx *db.Tx, see customer.Sight, org id.ID, to reach, keys []behindKey) ([]Affected, error) {
	w, err := s.aroundTx(tx, org, pick(keys, func(k *behindKey) id.ID { return k.ID }))
	if err != nil {
		return nil, err
	}
	phones, err := s.Customers.PhonesTx(tx, db.ScopeOf(org), see, slices.Collect(maps.Keys(w.customers))...)
	if err != nil {
		return nil, err
	}
	list := make([]Affected, 0, len(keys))
	for _, k := range keys {
		if a, ok := w.accounts[k.ID]; ok {
			at := w.affected(see, a)
			at.SecondSource, at.Phone = !to.holds(a), phones[a.CustomerID]
			list = append(list, at)
		}
	}
	return list, nil
}

func (w around) affected(see customer.Sight, a Account) Affected {
	maskAccount(see, &a)
	at := Affected{AccountID: a.ID, AccountNo: a.AccountNo, Name: a.Name, Class: a.Class, Importance: a.Importance, PowerOff: a.PowerOff,
		District: w.districts[a.DistrictID].Name, Line: w.lines[a.LineID].Name, Masked: a.Masked}
	at.Customer, at.Address = w.customer(see, a), w.address(see, a)
	if o, ok := w.installations[a.ID]; ok {
		at.SecurityLoadW, at.TolerableMin, at.OwnGeneration = o.SecurityLoadW, o.TolerableMin, o.hasGeneration()
	}
	return at
}

func (w around) customer(see customer.Sight, a Account) *customer.Ref {
	ref, ok := w.customers[a.CustomerID]
	if !ok {
		return nil
	}
	ref.Name = see.Name(a.OrgID, ref.ID, ref.Kind, ref.Name)
	return &ref
}

// address masks the homes of residents; where an organisation is, everyone knows.
func (w around) address(see customer.Sight, a Account) string {
	address := w.premises[a.PremiseID].Address
	if a.kindOf() == customer.KindPerson {
		address = see.Address(a.OrgID, a.CustomerID, address)
	}
	return address
}
