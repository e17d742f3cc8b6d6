package customer

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Counts are numbers of customers that are neither closed nor merged.
type Counts struct{ Persons, Organisations, New int64 }

// Counts counts the customers of the caller's companies, and the new ones since
// an instant. It reads them all: callers keep the answer for a while.
// Permission: customer.list.
func (s *Service) Counts(ctx context.Context, since when.Instant) (c Counts, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return Counts{}, err
	}
	return c, s.DB.Read(ctx, func(tx *db.Tx) error {
		all, err := countByKind(tx, who.Scope, 0)
		if err != nil {
			return err
		}
		recent, err := countByKind(tx, who.Scope, since)
		if err != nil {
			return err
		}
		c = Counts{Persons: numberOf(all, KindPerson), Organisations: numberOf(all, KindOrganisation)}
		c.New = numberOf(recent, KindPerson) + numberOf(recent, KindOrganisation)
		return nil
	})
}

func numberOf(counts []kindCount, k Kind) int64 {
	for _, c := range counts {
		if c.Kind == k {
			return c.N
		}
	}
	return 0
}
