package knowledge

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// People lists who may look after articles of an organisation: the one named, else that
// where the caller works. Errors: db.ErrOrgRequired, db.ErrNotFound.
func (s *Service) People(ctx context.Context, named id.ID) (all []access.Worker, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return nil, err
	}
	return all, s.DB.Read(ctx, func(tx *db.Tx) error {
		r, err := s.readerTx(tx, who)
		if err != nil {
			return err
		}
		organisation, err := r.seat(named)
		if err != nil {
			return err
		}
		all, err = s.Users.WorkersTx(tx, PermCreate, organisation)
		return err
	})
}

// checkOwnerTx refuses somebody who could not look after an article.
func (s *Service) checkOwnerTx(tx *db.Tx, who access.Who, a row) error {
	if a.OwnerID == who.UserID {
		return nil
	}
	ok, err := s.Users.ReachesTx(tx, a.OwnerID, PermCreate, a.OrgID)
	if err == nil && !ok {
		err = ErrOwner
	}
	return err
}
