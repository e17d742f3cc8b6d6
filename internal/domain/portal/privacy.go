package portal

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// The service tells a person how he signs in, and forgets it with him.
var _ privacy.Holder = (*Service)(nil)

// HoldingsTx counts the accounts by which a person signs in.
func (s *Service) HoldingsTx(tx *db.Tx, p privacy.Person) ([]privacy.Holding, error) {
	rows, err := accessOfPerson(tx, p)
	return []privacy.Holding{{Kind: "portal_access", N: int64(len(rows))}}, err
}

// BlocksTx: nothing here keeps a person from being erased.
func (s *Service) BlocksTx(*db.Tx, privacy.Person) ([]privacy.Block, error) { return nil, nil }

// DataTx tells since when he has a password and when he last signed in.
func (s *Service) DataTx(tx *db.Tx, p privacy.Person, _ string) (d privacy.Data, err error) {
	rows, err := accessOfPerson(tx, p)
	if err != nil {
		return d, err
	}
	ids := make([]id.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.AccountID
	}
	accounts, err := s.Supply.AccountsTx(tx, p.OrgID, ids)
	section := privacy.Section{Key: "portal", Columns: []string{"account_no", "signed_in", "password_set"}}
	for _, r := range rows {
		section.Rows = append(section.Rows, []string{accounts[r.AccountID].AccountNo, r.SignedInAt.Minute(), r.PasswordAt.Minute()})
	}
	d.Sections = []privacy.Section{section}
	return d, err
}

// EraseTx ends his sessions and forgets his passwords.
func (s *Service) EraseTx(tx *db.Tx, p privacy.Person) ([]id.ID, error) {
	return nil, eraseAccess(tx, p)
}
