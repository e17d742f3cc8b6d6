package backup

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// companiesWithKey are the companies that have sealed anything.
func companiesWithKey(tx *db.Tx) (companies []id.ID, err error) {
	return companies, tx.Select(&companies, `SELECT DISTINCT org_id FROM company_key ORDER BY org_id`)
}
