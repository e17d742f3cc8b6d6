package customer

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Rewrapped is what became of the data keys of a company's customers.
type Rewrapped struct {
	Wrapped    int
	Unreadable []id.ID // customers whose data key no key of the company opens
}

// RewrapKeys wraps by the company's newest key what an older one wraps. Others work
// meanwhile; a customer's version stays. Killed, it goes on where it was: each batch of at
// most limit is a transaction, and which keys are left stands in the keys themselves.
func (s *Service) RewrapKeys(ctx context.Context, org id.ID, limit int, wrapped func(n int)) (r Rewrapped, err error) {
	var company *crypt.Company
	for after := (id.ID{}); ; {
		var batch []dataKey
		err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
			if company, err = s.Keys.CompanyTx(tx, org); err == nil {
				batch, err = staleKeys(tx, db.ScopeOf(org), company, after, limit)
			}
			return err
		})
		if err != nil || len(batch) == 0 {
			return r, err
		}
		after = batch[len(batch)-1].ID
		ready := batch[:0]
		for _, k := range batch {
			if k.after, err = company.Rewrap(k.ID, k.Before); err != nil {
				r.Unreadable = append(r.Unreadable, k.ID)
				continue
			}
			ready = append(ready, k)
		}
		if err := s.DB.Write(ctx, func(tx *db.Tx) error { return replaceKeys(tx, org, ready) }); err != nil {
			return r, err
		}
		r.Wrapped += len(ready)
		wrapped(len(ready))
	}
}

// StaleKeys tells whether RewrapKeys has something to do.
func (s *Service) StaleKeys(ctx context.Context, org id.ID) (stale bool, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		company, err := s.Keys.CompanyTx(tx, org)
		if err != nil {
			return err
		}
		left, err := staleKeys(tx, db.ScopeOf(org), company, id.ID{}, 1)
		stale = len(left) > 0
		return err
	})
	return stale, err
}
