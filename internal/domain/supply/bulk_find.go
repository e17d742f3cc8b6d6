package supply

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// AccountsTx gives accounts of a company by their identifiers; unknown ones are
// left out.
func (s *Service) AccountsTx(tx *db.Tx, org id.ID, ids []id.ID) (map[id.ID]Account, error) {
	return byID(accounts.some(tx, org, ids))
}

// OwnersTx tells which of the customers have accounts.
func (s *Service) OwnersTx(tx *db.Tx, org id.ID, customers []id.ID) (map[id.ID]bool, error) {
	owners := map[id.ID]bool{}
	return owners, inChunks(customers, func(part []id.ID) error {
		found, err := ownersAmong(tx, org, part)
		for _, i := range found {
			owners[i] = true
		}
		return err
	})
}

// AddressTx gives the address an account is supplied at, whole; "" for none.
func (s *Service) AddressTx(tx *db.Tx, a Account) (string, error) {
	found, err := byID(premises.some(tx, a.OrgID, []id.ID{a.PremiseID}))
	return found[a.PremiseID].Address, err
}
