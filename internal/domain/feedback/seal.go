package feedback

import (
	"maps"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// sealers are the keys of a company's cases by the customer they belong to; no customer
// has the company's own. Those of erased customers are missing.
type sealers map[id.ID]*crypt.Subject

// sealersTx gives the keys of customers, and the company's own.
func (s *Service) sealersTx(tx *db.Tx, org id.ID, origins ...id.ID) (sealers, error) {
	company, err := s.Keys.CompanyTx(tx, org)
	if err != nil {
		return nil, err
	}
	wanted := map[id.ID]bool{}
	for _, o := range origins {
		if !o.IsZero() {
			wanted[o] = true
		}
	}
	all, err := s.Customers.SubjectsTx(tx, org, slices.Collect(maps.Keys(wanted))...)
	if err != nil {
		return nil, err
	}
	all[id.ID{}] = company.Own()
	return all, nil
}

// open reads what was sealed for a customer; of one who is erased there is nothing.
func (k sealers) open(origin id.ID, place crypt.Place, sealed []byte, into any) error {
	subject := k[origin]
	if subject == nil || len(sealed) == 0 {
		return nil
	}
	plain, err := subject.Open(place, sealed)
	if err != nil {
		return err
	}
	return decode(plain, into)
}

// seal closes a value by the key of a customer; of one who is erased nothing is kept.
func (k sealers) seal(origin id.ID, place crypt.Place, v any) ([]byte, error) {
	subject := k[origin]
	if subject == nil {
		return []byte{}, nil
	}
	plain, err := encode(v)
	if err != nil {
		return nil, err
	}
	return subject.Seal(place, plain), nil
}
