package supply

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// InstallationSubjectTx gives the key that seals what is kept of an own
// installation. Error: db.ErrNotFound.
func (s *Service) InstallationSubjectTx(tx *db.Tx, org, installation id.ID) (*crypt.Subject, error) {
	r, err := installations.get(tx, db.ScopeOf(org), installation)
	if err != nil {
		return nil, err
	}
	return s.keyTx(tx, org, r.StaffKey)
}
