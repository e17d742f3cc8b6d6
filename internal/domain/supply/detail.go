package supply

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Detail is an account with what belongs to it.
type Detail struct {
	Account      Account          `json:"account"`
	Numbers      []Number         `json:"numbers" nullable:"false" doc:"the current one first"`
	Customer     *customer.Ref    `json:"customer,omitempty"`
	Premise      *Premise         `json:"premise,omitempty"`
	District     *District        `json:"district,omitempty"`
	Line         *Line            `json:"line,omitempty"`
	Points       []Point          `json:"points" nullable:"false"`
	Meters       []Meter          `json:"meters" nullable:"false"`
	Contract     *Contract        `json:"contract,omitempty" doc:"in force, the latest"`
	Installation *OwnInstallation `json:"installation,omitempty" doc:"as it is today"`
}

// Detail gives an account with what belongs to it. Error: db.ErrNotFound.
func (s *Service) Detail(ctx context.Context, account id.ID) (d Detail, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return d, err
	}
	see := customer.SightOf(ctx)
	return d, s.DB.Read(ctx, func(tx *db.Tx) error {
		a, err := accounts.get(tx, who.Scope, account)
		if err != nil {
			return err
		}
		d, err = s.detailTx(tx, see, *a)
		return err
	})
}

func (s *Service) detailTx(tx *db.Tx, see customer.Sight, a Account) (d Detail, err error) {
	w, err := s.aroundTx(tx, a.OrgID, []id.ID{a.ID})
	if err != nil {
		return d, err
	}
	d = Detail{Account: a, Customer: w.customer(see, a), District: found(w.districts, a.DistrictID), Line: found(w.lines, a.LineID), Premise: found(w.premises, a.PremiseID)}
	maskAccount(see, &d.Account)
	if d.Premise != nil {
		d.Premise.Address, d.Premise.Masked = w.address(see, a), d.Account.Masked && a.kindOf() == customer.KindPerson
	}
	if r, ok := w.installations[a.ID]; ok {
		o, err := s.openTx(tx, &r)
		if err != nil {
			return d, err
		}
		o = o.masked(see, a.CustomerID)
		d.Installation = &o
	}
	if d.Numbers, err = numbersOf(tx, a.OrgID, a.ID); err != nil {
		return d, err
	}
	if d.Points, err = pointsOf(tx, a.OrgID, []id.ID{a.ID}); err != nil {
		return d, err
	}
	if d.Meters, err = metersAt(tx, a.OrgID, pick(d.Points, func(p *Point) id.ID { return p.ID })); err != nil {
		return d, err
	}
	d.Numbers, d.Points, d.Meters = present(d.Numbers), present(d.Points), present(d.Meters)
	d.Contract, err = contractInForceOf(tx, a.OrgID, a.ID)
	return d, err
}

func found[R any](m map[id.ID]R, i id.ID) *R {
	r, ok := m[i]
	if !ok {
		return nil
	}
	return &r
}
