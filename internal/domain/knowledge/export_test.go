package knowledge

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Stock publishes an article at once, as what is shipped is.
func (s *Service) Stock(ctx context.Context, by *access.Caller, c Content) error {
	who, _ := by.May(PermLoad)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := s.readerTx(tx, who)
		if err != nil {
			return err
		}
		return s.loadArticleTx(tx, r, who.Nodes.Orgs()[0], shippedArticle{Key: tx.NewID().String(), Content: c}, &Loaded{})
	})
}
