package customer

import (
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Limits bound what one person does in the register in a day: nobody walks through the
// archive by visitors who never came. lookup implements it.
type Limits interface {
	ReceptionLimitsTx(tx *db.Tx, org id.ID) (ReceptionLimits, error)
}

// ReceptionLimits are those of a company.
type ReceptionLimits struct {
	Looks  int // phones somebody looks up
	Visits int // visitors he registers, and as many he ties to customers
}

// SetLimits wires the limits; app calls it once.
func (s *Service) SetLimits(l Limits) { s.limits = l }

// use is what is counted of a person.
type use string

const (
	useLook  use = "look"
	useVisit use = "visit"
	useLink  use = "link"
)

func (l ReceptionLimits) of(u use) (int, *fault.Error) {
	if u == useLook {
		return l.Looks, ErrManyLooks
	}
	return l.Visits, ErrManyVisits
}

// useTx counts what the caller does in the register. Errors: ErrManyLooks, ErrManyVisits.
func (s *Service) useTx(tx *db.Tx, who access.Who, org id.ID, u use) error {
	if s.limits == nil || who.UserID.IsZero() {
		return nil
	}
	l, err := s.limits.ReceptionLimitsTx(tx, org)
	if err != nil {
		return err
	}
	n, err := countUse(tx, org, who.UserID, u)
	if err != nil {
		return err
	}
	if limit, over := l.of(u); n > limit {
		return over.With("limit", limit)
	}
	return nil
}
