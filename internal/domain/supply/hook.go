package supply

import (
	"encoding/json"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// The service tells the customer archive what customers are found by, follows
// merges and keeps customers with live accounts from being closed.
var (
	_ customer.SearchParts = (*Service)(nil)
	_ customer.Follower    = (*Service)(nil)
	_ customer.Closer      = (*Service)(nil)
)

// maxAddresses bounds the addresses one customer is found by: a housing company
// is found by its first ones, and each account by its number.
const maxAddresses = 50

// SearchPartsTx gives the account numbers (former ones too), meter numbers and
// premise addresses of customers.
func (s *Service) SearchPartsTx(tx *db.Tx, org id.ID, customers []id.ID) (map[id.ID]customer.Parts, error) {
	parts := make(map[id.ID]customer.Parts, len(customers))
	return parts, inChunks(customers, func(some []id.ID) error {
		rows, err := partsOf(tx, org, some)
		for _, r := range rows {
			p := parts[r.CustomerID]
			switch {
			case r.Part == partNumber:
				p.AccountNos = append(p.AccountNos, r.Text)
			case r.Part == partMeter:
				p.MeterNos = append(p.MeterNos, r.Text)
			case len(p.Addresses) < maxAddresses:
				p.Addresses = append(p.Addresses, r.Text)
			}
			parts[r.CustomerID] = p
		}
		return err
	})
}

// movedAccount is an account that a merge gave to another customer, in the version
// it has since.
type movedAccount struct {
	ID        id.ID  `db:"id" json:"id"`
	AccountNo string `db:"account_no" json:"-"`
	Version   int64  `db:"version" json:"version"`
}

// MoveTx gives the accounts of a customer to another.
func (s *Service) MoveTx(tx *db.Tx, org, from, to id.ID) (json.RawMessage, error) {
	list, err := giveAccounts(tx, org, from, to)
	if err != nil {
		return nil, err
	}
	undo, err := json.Marshal(list)
	if err != nil {
		return nil, fmt.Errorf("supply: %w", err)
	}
	return undo, nil
}

// UndoMoveTx gives the accounts back unless one was changed since.
func (s *Service) UndoMoveTx(tx *db.Tx, org, from, to id.ID, undo json.RawMessage) (changed []string, err error) {
	var list []movedAccount
	if err := json.Unmarshal(undo, &list); err != nil {
		return nil, fmt.Errorf("supply: %w", err)
	}
	owned, err := accountsOf(tx, org, to)
	if err != nil {
		return nil, err
	}
	now := make(map[id.ID]movedAccount, len(owned))
	for _, a := range owned {
		now[a.ID] = a
	}
	for _, a := range list {
		if is, ok := now[a.ID]; !ok || is.Version != a.Version {
			no, err := accountNo(tx, org, a.ID)
			if err != nil {
				return nil, err
			}
			changed = append(changed, objectAccount+" "+no)
		}
	}
	if len(changed) > 0 {
		return changed, nil
	}
	return nil, giveBack(tx, org, from, pick(list, func(a *movedAccount) id.ID { return a.ID }))
}

// CheckCloseTx refuses to close a customer who has live accounts. Error:
// ErrLiveAccounts.
func (s *Service) CheckCloseTx(tx *db.Tx, org, customer id.ID) error {
	no, live, err := liveAccount(tx, org, customer)
	if err == nil && live {
		err = ErrLiveAccounts.With("account_no", no)
	}
	return err
}
