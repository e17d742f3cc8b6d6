package customer

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Sealers are the keys of what other modules keep about the customers of a company, by
// customer; no customer has the company's own. Those of erased customers are missing.
type Sealers map[id.ID]*crypt.Subject

// SealersTx gives the keys of customers, and the company's own.
func (s *Service) SealersTx(tx *db.Tx, org id.ID, customers ...id.ID) (Sealers, error) {
	company, err := s.Keys.CompanyTx(tx, org)
	if err != nil {
		return nil, err
	}
	wanted := map[id.ID]bool{}
	for _, c := range customers {
		if !c.IsZero() {
			wanted[c] = true
		}
	}
	all, err := s.SubjectsTx(tx, org, slices.Collect(maps.Keys(wanted))...)
	if err != nil {
		return nil, err
	}
	all[id.ID{}] = company.Own()
	return all, nil
}

// Open reads what was sealed for a customer; of one who is erased there is nothing.
func (k Sealers) Open(customer id.ID, place crypt.Place, sealed []byte, into any) error {
	subject := k[customer]
	if subject == nil || len(sealed) == 0 {
		return nil
	}
	plain, err := subject.Open(place, sealed)
	if err != nil || plain == "" {
		return err
	}
	if err := json.Unmarshal([]byte(plain), into); err != nil {
		return fmt.Errorf("customer: sealed value: %w", err)
	}
	return nil
}

// Seal closes a value by the key of a customer; of one who is erased nothing is kept.
func (k Sealers) Seal(customer id.ID, place crypt.Place, v any) ([]byte, error) {
	subject := k[customer]
	if subject == nil {
		return []byte{}, nil
	}
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("customer: sealed value: %w", err)
	}
	return subject.Seal(place, string(plain)), nil
}
