package supply

import (
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Spot is a piece of the network at which supply fails.
type Spot struct {
	OrgID    id.ID
	No, Name string
	Node     Node   // where it stands: itself, unless it is a piece of equipment
	Area     string // of a district
	UnitID   id.ID  // in charge of a district
}

// SpotTx finds a substation, line, district or piece of equipment. Error: db.ErrNotFound.
func (s *Service) SpotTx(tx *db.Tx, scope db.Scope, o Origin) (p Spot, err error) {
	org, head, _, err := originTx(tx, scope, o)
	if err != nil {
		return p, err
	}
	p = Spot{OrgID: org, No: head.No, Name: head.Name, Node: Node{Kind: NodeKind(o.Kind), ID: o.ID, No: head.No, Name: head.Name}}
	if head.Node != nil {
		p.Node = *head.Node
	}
	if p.Node.Kind != NodeDistrict {
		return p, nil
	}
	d, err := districts.get(tx, db.ScopeOf(org), p.Node.ID)
	p.Area, p.UnitID = d.Area, d.UnitID
	return p, err
}

// WayTx is how an account or, where none is named, a customer is supplied: the network
// alone. Of who is supplied from nowhere it is empty.
func (s *Service) WayTx(tx *db.Tx, org, account, customer id.ID) (p Path, err error) {
	column, of := "id", account
	if of.IsZero() {
		column, of = "customer_id", customer
	}
	if of.IsZero() {
		return p, nil
	}
	found, err := accountsWith(tx, db.ScopeOf(org), column, of, maxPathAccounts)
	if err != nil || len(found) == 0 {
		return p, err
	}
	return p, p.walkTx(tx, found)
}

// CustomersBehindTx gives a page of the customers whose accounts are behind an origin, in
// the order of Behind; one may come again on another page. Errors: db.ErrNotFound,
// page.ErrCursor.
func (s *Service) CustomersBehindTx(tx *db.Tx, org id.ID, o Origin, cursor string, limit int) (customers []id.ID, next string, err error) {
	_, _, to, err := originTx(tx, db.ScopeOf(org), o)
	if err != nil {
		return nil, "", err
	}
	keys, next, err := s.keysTx(tx, org, o, to, cursor, limit)
	if err != nil {
		return nil, "", err
	}
	customers, err = customersOf(tx, org, keys)
	return customers, next, err
}

func customersOf(tx *db.Tx, org id.ID, keys []behindKey) ([]id.ID, error) {
	found, err := accounts.some(tx, org, pick(keys, func(k *behindKey) id.ID { return k.ID }))
	return distinct(pick(found, func(a *Account) id.ID { return a.CustomerID })), err
}

// KeyBehindTx gives those behind an origin who are supplied as important users, or stand
// among customers that are key ones for other reasons. Error: db.ErrNotFound.
func (s *Service) KeyBehindTx(tx *db.Tx, org id.ID, o Origin, others []id.ID, limit int) ([]id.ID, error) {
	_, _, to, err := originTx(tx, db.ScopeOf(org), o)
	if err != nil {
		return nil, err
	}
	keys, err := behind(tx, org, to, nil, limit)
	if err != nil {
		return nil, err
	}
	first := slices.IndexFunc(keys, func(k behindKey) bool { return importanceOf(k.TraceRank) == "ordinary" })
	if first >= 0 {
		keys = keys[:first]
	}
	found, err := customersOf(tx, org, keys)
	if err != nil {
		return nil, err
	}
	among, err := amongBehind(tx, org, to, others)
	if err != nil {
		return nil, err
	}
	found = distinct(append(found, among...))
	return found[:min(limit, len(found))], nil
}

// RecordFaultTx puts a fault that is over into the history of where it was.
func (s *Service) RecordFaultTx(tx *db.Tx, by audit.Actor, org id.ID, in ConditionInput) (id.ID, error) {
	r := new(Condition)
	in.Kind = conditionFault
	r.set(in)
	r.head().begin(tx, org)
	return r.ID, add(tx, s, conditionNoun, by, r)
}
