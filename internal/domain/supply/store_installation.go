package supply

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// statesOf lists the states of an account's installation, the newest first.
func statesOf(tx *db.Tx, org, account id.ID) (rows []installationRow, err error) {
	return rows, tx.Select(&rows, installations.selecting()+" WHERE org_id = $1 AND account_id = $2 ORDER BY valid_from DESC LIMIT 200", org, account)
}

// statesToday are the states of accounts that hold today.
func statesToday(tx *db.Tx, org id.ID, ids []id.ID) (map[id.ID]installationRow, error) {
	today, day := map[id.ID]installationRow{}, tx.Now().Day()
	err := inChunks(ids, func(part []id.ID) error {
		var rows []installationRow
		text, args := db.In(new(db.Query).Where("org_id = ?", org), "account_id", part).Where("valid_from <= ?", day).
			Where("(valid_to = '' OR valid_to >= ?)", day).Text(installations.selecting(), "")
		err := tx.Select(&rows, text, args...)
		for _, r := range rows {
			today[r.AccountID] = r
		}
		return err
	})
	return today, err
}
