package supply

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// contractInForceOf is the latest contract in force of an account, or nil.
func contractInForceOf(tx *db.Tx, org, account id.ID) (*Contract, error) {
	var c Contract
	found, err := tx.Find(&c, contracts.selecting()+" WHERE org_id = $1 AND account_id = $2 AND status = 'in_force' ORDER BY valid_from DESC, id DESC LIMIT 1", org, account)
	if err != nil || !found {
		return nil, err
	}
	c.LongerThanUsual = c.longerThanUsual()
	return &c, nil
}
