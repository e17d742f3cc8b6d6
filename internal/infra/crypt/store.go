package crypt

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func companyKey(tx *db.Tx, org id.ID) (wrapped []byte, found bool, err error) {
	var row struct {
		Wrapped []byte `db:"wrapped"`
	}
	found, err = tx.Find(&row, `SELECT wrapped FROM company_key WHERE org_id = $1 ORDER BY key_no DESC LIMIT 1`, org)
	return row.Wrapped, found, err
}

// insertCompanyKey waits for another transaction that makes the same key; made is
// false when that was committed.
func insertCompanyKey(tx *db.Tx, org id.ID, wrapped []byte) (made bool, err error) {
	n, err := tx.Exec(`INSERT INTO company_key (org_id, key_no, wrapped, created_at) VALUES ($1, 1, $2, $3) ON CONFLICT DO NOTHING`, org, wrapped, tx.Now())
	return n > 0, err
}
