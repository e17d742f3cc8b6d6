package supply

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Path is how a customer or an account is supplied, from the meters up to the
// substations, with what is known of the equipment on the way (A3, A9). Records
// refer to each other by ID.
type Path struct {
	Accounts    []Supplied   `json:"accounts" nullable:"false" doc:"newest last; at most 200"`
	More        bool         `json:"more,omitempty" doc:"there are more accounts or equipment than shown"`
	Points      []Point      `json:"points" nullable:"false"`
	Meters      []Meter      `json:"meters" nullable:"false"`
	Districts   []District   `json:"districts" nullable:"false"`
	Lines       []Line       `json:"lines" nullable:"false" doc:"with those they branch off"`
	Substations []Substation `json:"substations" nullable:"false"`
	Equipment   []Equipment  `json:"equipment" nullable:"false" doc:"at these nodes, the worst first; at most 200"`
	Conditions  []Condition  `json:"conditions" nullable:"false" doc:"faults and open defects at these nodes, newest first; at most 100"`
}

// Supplied is an account on a path.
type Supplied struct {
	Account
	Address      string           `json:"address,omitempty"`
	Installation *OwnInstallation `json:"installation,omitempty" doc:"the customer's own, as it is today"`
}

const (
	maxPathAccounts   = 200
	maxPathEquipment  = 200
	maxPathConditions = 100
)

// PathOf tells how a customer's accounts are supplied. A customer without
// accounts has an empty path. Error: db.ErrNotFound.
func (s *Service) PathOf(ctx context.Context, of id.ID) (Path, error) {
	return s.pathOf(ctx, customer.SightOf(ctx), of)
}

// PathOnCard is PathOf as it stands on the customer's card, masked but by a
// release. Errors: db.ErrNotFound, those of lookup.
func (s *Service) PathOnCard(ctx context.Context, of, release id.ID) (Path, error) {
	who, err := access.Allow(ctx, PermTrace)
	if err != nil {
		return Path{}, err
	}
	var see customer.Sight
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		see, _, err = s.sheetTx(tx, who, release, customer.WhatCard, of)
		return err
	})
	if err != nil {
		return Path{}, err
	}
	return s.pathOf(ctx, see, of)
}

func (s *Service) pathOf(ctx context.Context, see customer.Sight, of id.ID) (Path, error) {
	p, err := s.path(ctx, see, "customer_id", of)
	if err != nil || len(p.Accounts) > 0 {
		return p, err
	}
	who, err := access.Allow(ctx, PermTrace)
	if err != nil {
		return p, err
	}
	return p, s.DB.Read(ctx, func(tx *db.Tx) error {
		known, err := s.Customers.RefsTx(tx, who.Scope, of)
		if err == nil && len(known) == 0 {
			err = db.ErrNotFound
		}
		return err
	})
}

// PathOfAccount tells how one account is supplied. Error: db.ErrNotFound.
func (s *Service) PathOfAccount(ctx context.Context, account id.ID) (Path, error) {
	p, err := s.path(ctx, customer.SightOf(ctx), "id", account)
	if err == nil && len(p.Accounts) == 0 {
		err = db.ErrNotFound
	}
	return p, err
}

func (s *Service) path(ctx context.Context, see customer.Sight, column string, i id.ID) (p Path, err error) {
	who, err := access.Allow(ctx, PermTrace)
	if err != nil {
		return p, err
	}
	return p, s.DB.Read(ctx, func(tx *db.Tx) error {
		found, err := accountsWith(tx, who.Scope, column, i, maxPathAccounts+1)
		if err != nil {
			return err
		}
		p = Path{Accounts: []Supplied{}, Points: []Point{}, Meters: []Meter{}, Districts: []District{}, Lines: []Line{}, Substations: []Substation{},
			Equipment: []Equipment{}, Conditions: []Condition{}}
		if len(found) == 0 {
			return nil
		}
		if len(found) > maxPathAccounts {
			found, p.More = found[:maxPathAccounts], true
		}
		return s.fillPathTx(tx, see, &p, found)
	})
}

// fillPathTx walks from the accounts of one company up, and tells of each.
func (s *Service) fillPathTx(tx *db.Tx, see customer.Sight, p *Path, found []Account) error {
	if err := p.walkTx(tx, found); err != nil {
		return err
	}
	return s.fillAccountsTx(tx, see, p, found[0].OrgID, found)
}

// walkTx walks from the accounts of one company up, one statement per kind.
func (p *Path) walkTx(tx *db.Tx, found []Account) (err error) {
	org := found[0].OrgID
	ids := pick(found, func(a *Account) id.ID { return a.ID })
	if p.Points, err = pointsOf(tx, org, ids); err != nil {
		return err
	}
	if p.Meters, err = metersAt(tx, org, pick(p.Points, func(q *Point) id.ID { return q.ID })); err != nil {
		return err
	}
	live := live(found)
	at := append(placesNamed(live), pointPlaces(live, p.Points)...)
	if p.Districts, err = districts.some(tx, org, distinct(pick(at, func(q *position) id.ID { return q.DistrictID }))); err != nil {
		return err
	}
	if p.Lines, err = above(tx, org, distinct(pick(at, func(q *position) id.ID { return q.LineID }))); err != nil {
		return err
	}
	if p.Substations, err = substations.some(tx, org, distinct(pick(p.Lines, func(l *Line) id.ID { return l.SubstationID }))); err != nil {
		return err
	}
	nodes := p.nodes()
	if p.Equipment, err = equipmentAt(tx, org, nodes, maxPathEquipment+1); err != nil {
		return err
	}
	if len(p.Equipment) > maxPathEquipment {
		p.Equipment, p.More = p.Equipment[:maxPathEquipment], true
	}
	if p.Conditions, err = troublesAt(tx, org, nodes, maxPathConditions); err != nil {
		return err
	}
	p.Points, p.Meters, p.Districts, p.Lines = present(p.Points), present(p.Meters), present(p.Districts), present(p.Lines)
	p.Substations, p.Equipment, p.Conditions = present(p.Substations), present(p.Equipment), present(p.Conditions)
	return nil
}

// live are the accounts that are supplied.
func live(found []Account) (live []Account) {
	for i := range found {
		if found[i].Supplied() {
			live = append(live, found[i])
		}
	}
	return live
}

func placesNamed(live []Account) []position {
	at := make([]position, len(live))
	for i := range live {
		at[i] = live[i].position()
	}
	return at
}

// pointPlaces are the second sources of supplied accounts.
func pointPlaces(live []Account, points []Point) (at []position) {
	supplied := make(map[id.ID]bool, len(live))
	for i := range live {
		supplied[live[i].ID] = true
	}
	for _, q := range points {
		if q.Apart && supplied[q.AccountID] {
			at = append(at, position{q.DistrictID, q.LineID})
		}
	}
	return at
}

func (p *Path) nodes() (nodes []id.ID) {
	nodes = append(nodes, pick(p.Districts, func(d *District) id.ID { return d.ID })...)
	nodes = append(nodes, pick(p.Lines, func(l *Line) id.ID { return l.ID })...)
	return append(nodes, pick(p.Substations, func(st *Substation) id.ID { return st.ID })...)
}

func (s *Service) fillAccountsTx(tx *db.Tx, see customer.Sight, p *Path, org id.ID, found []Account) error {
	homes, err := byID(premises.some(tx, org, distinct(pick(found, func(a *Account) id.ID { return a.PremiseID }))))
	if err != nil {
		return err
	}
	states, err := statesToday(tx, org, pick(found, func(a *Account) id.ID { return a.ID }))
	if err != nil {
		return err
	}
	w := around{premises: homes}
	for _, a := range found {
		at := Supplied{Account: a, Address: w.address(see, a)}
		maskAccount(see, &at.Account)
		if r, ok := states[a.ID]; ok {
			o, err := s.openTx(tx, &r)
			if err != nil {
				return err
			}
			o = o.masked(see, a.CustomerID)
			at.Installation = &o
		}
		p.Accounts = append(p.Accounts, at)
	}
	return nil
}
