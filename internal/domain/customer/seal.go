package customer

import (
	"encoding/json"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func recordPlace(customer id.ID) crypt.Place {
	return crypt.Place{Table: "customer", Column: "record", ID: customer}
}

func (r row) subject(company *crypt.Company) (*crypt.Subject, error) {
	return company.Subject(r.ID, r.DataKey)
}

// open reads the sealed record of a row; one who was erased has none.
func (r row) open(company *crypt.Company) (Record, error) {
	if r.Status == Erased {
		return Record{}, nil
	}
	subject, err := r.subject(company)
	if err != nil {
		return Record{}, err
	}
	return r.openWith(subject)
}

func (r row) openWith(subject *crypt.Subject) (record Record, err error) {
	plain, err := subject.Open(recordPlace(r.ID), r.Sealed)
	if err != nil {
		return Record{}, fmt.Errorf("record of customer %s: %w", r.ID, err)
	}
	return record, decode(plain, &record)
}

// sealRecord encodes and seals a record.
func sealRecord(subject *crypt.Subject, customer id.ID, r Record) ([]byte, error) {
	plain, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("customer: %w", err)
	}
	return subject.Seal(recordPlace(customer), string(plain)), nil
}

func decode(plain string, into any) error {
	if plain == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(plain), into); err != nil {
		return fmt.Errorf("customer: %w", err)
	}
	return nil
}

// SubjectTx gives the key that seals what other modules keep of a customer.
func (s *Service) SubjectTx(tx *db.Tx, org, customer id.ID) (*crypt.Subject, error) {
	company, err := s.Keys.CompanyTx(tx, org)
	if err != nil {
		return nil, err
	}
	r, err := customerByID(tx, db.ScopeOf(org), customer)
	if err != nil {
		return nil, err
	}
	return r.subject(company)
}

// SubjectsTx is SubjectTx for many customers; those who are erased are left out.
func (s *Service) SubjectsTx(tx *db.Tx, org id.ID, customers ...id.ID) (map[id.ID]*crypt.Subject, error) {
	subjects := make(map[id.ID]*crypt.Subject, len(customers)+1)
	if len(customers) == 0 {
		return subjects, nil
	}
	company, err := s.Keys.CompanyTx(tx, org)
	if err != nil {
		return nil, err
	}
	rows, err := customersByID(tx, db.ScopeOf(org), customers)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if r.Status == Erased {
			continue
		}
		if subjects[r.ID], err = r.subject(company); err != nil {
			return nil, err
		}
	}
	return subjects, nil
}
