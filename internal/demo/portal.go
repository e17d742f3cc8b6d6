package demo

import (
	"context"
	"encoding/json"
	"os"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/config"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// makePortal gives a customer of the first company who has cases the demo's password, so
// that nobody needs an SMS to look in.
func (b *builder) makePortal(ctx context.Context) error {
	code := companies[0].Code
	known, err := b.proposable(ctx, code)
	if err != nil {
		return err
	}
	if b.portalNo, err = b.supplied(ctx, b.orgs[code].ID, known); err != nil || b.portalNo == "" {
		return err
	}
	return b.Portal.InstallPassword(ctx, code, b.portalNo, Password)
}

// supplied is the number of an account of the first of the customers who has one.
func (b *builder) supplied(ctx context.Context, company id.ID, known []customer.Item) (no string, err error) {
	return no, b.DB.Read(ctx, func(tx *db.Tx) error {
		for _, c := range known {
			ids, err := b.Supply.AccountIDsTx(tx, company, []id.ID{c.ID})
			if err != nil {
				return err
			}
			all, err := b.Supply.AccountsTx(tx, company, ids)
			if err != nil {
				return err
			}
			var numbers []string
			for _, a := range all {
				if a.Supplied() {
					numbers = append(numbers, a.AccountNo)
				}
			}
			if len(numbers) > 0 {
				no = slices.Min(numbers)
				return nil
			}
		}
		return nil
	})
}

// made is what the marker tells of a company that is complete.
type made struct {
	Seed      uint64 `json:"seed"`
	Customers int    `json:"customers"`
	AccountNo string `json:"account_no,omitempty"` // of the customer with a service password
}

// AccountNo is the account by which somebody may look into the portal of a demo company;
// "" for none.
func AccountNo(c config.Config) string {
	raw, err := os.ReadFile(c.Path(marker))
	var m made
	if err != nil || json.Unmarshal(raw, &m) != nil {
		return ""
	}
	return m.AccountNo
}
