package audit

import (
	"context"
	"io"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// SealTx is one step of the sealer, for tests that end it in the middle.
func (l *Log) SealTx(tx *db.Tx, org id.ID, limit int) (int, error) { return l.sealTx(tx, org, limit) }

// ExportTo is an export without a client.
func (s *Service) ExportTo(ctx context.Context, lang string, f Filter, format Format, to io.Writer) error {
	e, err := s.Export(ctx, lang, f, format)
	if err != nil {
		return err
	}
	return e.write(ctx, to)
}

// SetWindow sets how many entries of a company a page without an index looks at.
func (s *Service) SetWindow(entries int) { s.window = entries }
