package portal

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/knowledge"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Articles finds what anybody may read of a company, in his language. Error: ErrOff.
func (s *Service) Articles(ctx context.Context, company, words string) (all []knowledge.PublicArticle, err error) {
	return all, s.DB.Read(ctx, func(tx *db.Tx) error {
		served, err := s.servedTx(tx, company)
		if err == nil {
			all, err = s.Knowledge.PublicTx(tx, served.ID, rest.Language(ctx), words)
		}
		return err
	})
}

// Article gives one of them. Errors: ErrOff, db.ErrNotFound.
func (s *Service) Article(ctx context.Context, company string, i id.ID) (p knowledge.PublicPage, err error) {
	return p, s.DB.Read(ctx, func(tx *db.Tx) error {
		served, err := s.servedTx(tx, company)
		if err == nil {
			p, err = s.Knowledge.PublicPageTx(tx, served.ID, i, rest.Language(ctx))
		}
		return err
	})
}
