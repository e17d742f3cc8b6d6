package access

import (
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
