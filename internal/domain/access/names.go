package access

import (
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// NamesTx gives the names of users by their identifiers, for modules that show
// who is in charge. Unknown ones are missing.
func (s *Service) NamesTx(tx *db.Tx, users []id.ID) (map[id.ID]string, error) {
	names := make(map[id.ID]string, len(users))
	if len(users) == 0 {
		return names, nil
	}
	rows, err := userNames(tx, users)
	for _, u := range rows {
		names[u.ID] = u.Name
	}
	return names, err
}

// ReachesTx tells whether a user is active and holds a permission in a company:
// what is handed to somebody must be his to see.
func (s *Service) ReachesTx(tx *db.Tx, user id.ID, permission string, company id.ID) (bool, error) {
	u, err := userAnywhere(tx, user)
	if errors.Is(err, db.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	c, err := s.callerTx(tx, u, id.ID{})
	if err != nil || !u.Active {
		return false, err
	}
	who, _ := c.May(permission)
	return who.Scope.Has(company), nil
}
