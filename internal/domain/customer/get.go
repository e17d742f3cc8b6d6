package customer

import (
	"context"
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Get gives one customer, personal data as the caller may see it. Error:
// db.ErrNotFound.
func (s *Service) Get(ctx context.Context, i id.ID) (c Customer, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return Customer{}, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error { c, err = s.customerTx(tx, who.Scope, i); return err })
	if err != nil {
		return Customer{}, err
	}
	return SightOf(ctx).customer(c), nil
}

// customerTx reads a whole customer, unmasked.
func (s *Service) customerTx(tx *db.Tx, scope db.Scope, i id.ID) (Customer, error) {
	r, err := customerByID(tx, scope, i)
	if err != nil {
		return Customer{}, err
	}
	return s.wholeTx(tx, r)
}

// wholeTx opens a row and fills in names and default classes.
func (s *Service) wholeTx(tx *db.Tx, r row) (c Customer, err error) {
	company, err := s.Keys.CompanyTx(tx, r.OrgID)
	if err != nil {
		return Customer{}, err
	}
	c.Base = r.Base
	if c.Record, err = r.open(company); err != nil {
		return Customer{}, err
	}
	set, err := s.settingsTx(tx, r.OrgID)
	if err != nil {
		return Customer{}, err
	}
	c.Classes = set.complete(c.Kind, c.Classes)
	if !c.ManagerID.IsZero() {
		names, err := s.Users.NamesTx(tx, []id.ID{c.ManagerID})
		if err != nil {
			return Customer{}, err
		}
		c.ManagerName = names[c.ManagerID]
	}
	if !c.UnitID.IsZero() {
		tree, err := s.Orgs.TreeTx(tx)
		if err != nil {
			return Customer{}, err
		}
		unit, _ := tree.Get(c.UnitID)
		c.UnitName = unit.ShortName
	}
	return c, nil
}

// companyTx gives the company's keys, or nil for a company that has none yet
// and therefore nothing sealed, while the transaction only reads.
func (s *Service) companyTx(tx *db.Tx, org id.ID) (*crypt.Company, error) {
	company, err := s.Keys.CompanyTx(tx, org)
	if errors.Is(err, crypt.ErrNoKey) {
		return nil, nil
	}
	return company, err
}

// RefsTx names customers of the scope for another module.
func (s *Service) RefsTx(tx *db.Tx, scope db.Scope, customers ...id.ID) (map[id.ID]Ref, error) {
	byID := make(map[id.ID]Ref, len(customers))
	if len(customers) == 0 {
		return byID, nil
	}
	refs, err := refsByID(tx, scope, customers)
	for _, r := range refs {
		byID[r.ID] = r
	}
	return byID, err
}

// PhonesTx gives the first phone of customers of the scope for another module,
// as sight shows it; customers without one are left out.
func (s *Service) PhonesTx(tx *db.Tx, scope db.Scope, sight Sight, customers ...id.ID) (map[id.ID]string, error) {
	phones := make(map[id.ID]string, len(customers))
	if len(customers) == 0 {
		return phones, nil
	}
	rows, err := customersByID(tx, scope, customers)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		phone, err := s.phoneTx(tx, sight, r)
		if err != nil {
			return nil, err
		}
		if phone != "" {
			phones[r.ID] = phone
		}
	}
	return phones, nil
}

// MobileTx gives a mobile number of a customer whole, the primary one first: for what the
// program tells the person himself. "" is none, and that of one who was merged or erased.
func (s *Service) MobileTx(tx *db.Tx, org, customer id.ID) (string, error) {
	r, err := customerByID(tx, db.ScopeOf(org), customer)
	if err != nil {
		return "", err
	}
	mobiles, err := s.mobilesTx(tx, org, []row{r})
	return mobiles[customer], err
}

// MobilesTx is MobileTx for many: those without are left out.
func (s *Service) MobilesTx(tx *db.Tx, org id.ID, customers ...id.ID) (map[id.ID]string, error) {
	if len(customers) == 0 {
		return nil, nil
	}
	rows, err := customersByID(tx, db.ScopeOf(org), customers)
	if err != nil {
		return nil, err
	}
	return s.mobilesTx(tx, org, rows)
}

func (s *Service) mobilesTx(tx *db.Tx, org id.ID, rows []row) (map[id.ID]string, error) {
	company, err := s.Keys.CompanyTx(tx, org)
	if err != nil {
		return nil, err
	}
	mobiles := make(map[id.ID]string, len(rows))
	for _, r := range rows {
		if r.gone() != nil {
			continue
		}
		record, err := r.open(company)
		if err != nil {
			return nil, err
		}
		if m := record.mobile(); m != "" {
			mobiles[r.ID] = m
		}
	}
	return mobiles, nil
}

// ManagersTx gives the account managers of customers; those without are left out.
func (s *Service) ManagersTx(tx *db.Tx, org id.ID, customers ...id.ID) (map[id.ID]id.ID, error) {
	if len(customers) == 0 {
		return nil, nil
	}
	rows, err := customersByID(tx, db.ScopeOf(org), customers)
	managers := make(map[id.ID]id.ID, len(rows))
	for _, r := range rows {
		if !r.ManagerID.IsZero() {
			managers[r.ID] = r.ManagerID
		}
	}
	return managers, err
}
