package supply

import (
	"cmp"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Names are what a reader of a list sees in place of the identifiers in a record.
type Names struct {
	Address    string `json:"address,omitempty"`
	AccountID  id.ID  `json:"account_id,omitzero"`
	AccountNo  string `json:"account_no,omitempty"`
	Account    string `json:"account,omitempty" doc:"the account's name"`
	Point      string `json:"point,omitempty" doc:"the metering point's number"`
	District   string `json:"district,omitempty"`
	Line       string `json:"line,omitempty"`
	Substation string `json:"substation,omitempty"`
	Node       string `json:"node,omitempty"`
	Equipment  string `json:"equipment,omitempty"`

	customerNo, unit, manager string // in files only
}

func nameContracts(_ *Service, tx *db.Tx, see customer.Sight, org id.ID, list []*Contract) error {
	of, err := byID(accounts.some(tx, org, eachID(list, func(c *Contract) id.ID { return c.AccountID })))
	if err != nil {
		return err
	}
	for _, c := range list {
		c.Names.ofAccount(see, of, c.AccountID)
	}
	return nil
}

// nameTx fills in the names beside the records of a list, company by company.
func nameTx[R, I any, P entity[R, I]](tx *db.Tx, s *Service, n noun[R, I, P], see customer.Sight, records []R) error {
	if n.names == nil {
		return nil
	}
	companies := map[id.ID][]P{}
	for i := range records {
		r := P(&records[i])
		r.head().Names = &Names{}
		companies[r.head().OrgID] = append(companies[r.head().OrgID], r)
	}
	for org, part := range companies {
		if err := n.names(s, tx, see, org, part); err != nil {
			return err
		}
	}
	return nil
}

// eachID gives one identifier of each record.
func eachID[P any](records []P, which func(P) id.ID) []id.ID {
	ids := make([]id.ID, len(records))
	for i, r := range records {
		ids[i] = which(r)
	}
	return distinct(ids)
}

func nameAccounts(_ *Service, tx *db.Tx, see customer.Sight, org id.ID, list []*Account) (err error) {
	var w around
	if w.places, err = placesOf(tx, org, eachID(list, func(a *Account) id.ID { return a.DistrictID }), eachID(list, func(a *Account) id.ID { return a.LineID })); err != nil {
		return err
	}
	if w.premises, err = byID(premises.some(tx, org, eachID(list, func(a *Account) id.ID { return a.PremiseID }))); err != nil {
		return err
	}
	for _, a := range list {
		a.Names.District, a.Names.Line, a.Names.Address = w.districts[a.DistrictID].Name, w.lines[a.LineID].Name, w.address(see, *a)
	}
	return nil
}

func namePoints(_ *Service, tx *db.Tx, see customer.Sight, org id.ID, list []*Point) error {
	p, err := placesOf(tx, org, eachID(list, func(q *Point) id.ID { return q.DistrictID }), eachID(list, func(q *Point) id.ID { return q.LineID }))
	if err != nil {
		return err
	}
	of, err := byID(accounts.some(tx, org, eachID(list, func(q *Point) id.ID { return q.AccountID })))
	if err != nil {
		return err
	}
	for _, q := range list {
		q.Names.District, q.Names.Line = p.districts[q.DistrictID].Name, p.lines[q.LineID].Name
		q.Names.ofAccount(see, of, q.AccountID)
	}
	return nil
}

// ofAccount names an account, its name as the reader may see it.
func (n *Names) ofAccount(see customer.Sight, known map[id.ID]Account, i id.ID) {
	if a, ok := known[i]; ok {
		maskAccount(see, &a)
		n.AccountID, n.AccountNo, n.Account = a.ID, a.AccountNo, a.Name
	}
}

func nameMeters(_ *Service, tx *db.Tx, see customer.Sight, org id.ID, list []*Meter) error {
	at, err := byID(points.some(tx, org, eachID(list, func(m *Meter) id.ID { return m.PointID })))
	if err != nil {
		return err
	}
	of, err := byID(accounts.some(tx, org, eachID(list, func(m *Meter) id.ID { return at[m.PointID].AccountID })))
	if err != nil {
		return err
	}
	for _, m := range list {
		m.Names.Point = at[m.PointID].No
		m.Names.ofAccount(see, of, at[m.PointID].AccountID)
	}
	return nil
}

func nameLines(_ *Service, tx *db.Tx, _ customer.Sight, org id.ID, list []*Line) error {
	p, err := placesOf(tx, org, nil, eachID(list, func(l *Line) id.ID { return l.ParentID }))
	if err != nil {
		return err
	}
	from, err := byID(substations.some(tx, org, eachID(list, func(l *Line) id.ID { return l.SubstationID })))
	if err != nil {
		return err
	}
	for _, l := range list {
		l.Names.Line, l.Names.Substation = p.lines[l.ParentID].Name, from[l.SubstationID].Name
	}
	return nil
}

func nameDistricts(_ *Service, tx *db.Tx, _ customer.Sight, org id.ID, list []*District) error {
	p, err := placesOf(tx, org, nil, eachID(list, func(d *District) id.ID { return d.LineID }))
	if err != nil {
		return err
	}
	for _, d := range list {
		d.Names.Line = p.lines[d.LineID].Name
	}
	return nil
}

// nodeNames names nodes of any kind; identifiers are of one kind only.
func nodeNames(tx *db.Tx, org id.ID, ids []id.ID) (func(id.ID) string, error) {
	p, err := placesOf(tx, org, ids, ids)
	if err != nil {
		return nil, err
	}
	stations, err := byID(substations.some(tx, org, ids))
	return func(i id.ID) string { return cmp.Or(p.districts[i].Name, p.lines[i].Name, stations[i].Name) }, err
}

func nameEquipment(_ *Service, tx *db.Tx, _ customer.Sight, org id.ID, list []*Equipment) error {
	node, err := nodeNames(tx, org, eachID(list, func(e *Equipment) id.ID { return e.NodeID }))
	if err != nil {
		return err
	}
	for _, e := range list {
		e.Names.Node = node(e.NodeID)
	}
	return nil
}

func nameConditions(_ *Service, tx *db.Tx, _ customer.Sight, org id.ID, list []*Condition) error {
	node, err := nodeNames(tx, org, eachID(list, func(c *Condition) id.ID { return c.NodeID }))
	if err != nil {
		return err
	}
	of, err := byID(equipment.some(tx, org, eachID(list, func(c *Condition) id.ID { return c.EquipmentID })))
	if err != nil {
		return err
	}
	for _, c := range list {
		c.Names.Node, c.Names.Equipment = node(c.NodeID), of[c.EquipmentID].Name
	}
	return nil
}
