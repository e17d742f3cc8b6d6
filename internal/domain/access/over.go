package access

import (
	"context"
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// errOver: the time of a session or key is over, which is to be put down.
var errOver = errors.New("access: its time is over")

// EndOver puts down that the time of sessions, attempts to sign in, keys, grants and
// absences is over: for good, should the clock be set back. What was told of the end
// of grants is settled by it.
func (s *Service) EndOver(ctx context.Context) error {
	var over bool
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) { over, err = anyOver(tx); return err })
	if err != nil || !over {
		return err
	}
	defer s.cache.clear()
	return s.db.Write(ctx, func(tx *db.Tx) error {
		told, err := warnedAndOver(tx)
		if err != nil {
			return err
		}
		for _, g := range told {
			if err := s.unwarnTx(tx, g.UserID, g.Grant); err != nil {
				return err
			}
		}
		return endOver(tx)
	})
}
