package customertest

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// setHome has a user be at home in an organisation.
func setHome(tx *db.Tx, user, home id.ID) error {
	_, err := tx.Exec("UPDATE app_user SET home_org_id = $1 WHERE id = $2", home, user)
	return err
}
