package customer

import (
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// BasisReception: the customer is being served as a visitor.
const BasisReception = "reception"

// serveTx opens the customer a visitor is for the one who receives him, while he
// is there: on the day of the visit, until he has left. Sensitive fields stay
// masked.
func (s *Service) serveTx(tx *db.Tx, r receptionRow) error {
	b := Basis{Type: BasisReception, ID: r.ID}
	if err := s.ShutTx(tx, r.OrgID, b); err != nil {
		return err
	}
	midnight := endOfDay(tx.Now())
	if r.CustomerID.IsZero() || r.LeftAt != 0 || r.ArrivedAt > tx.Now() || endOfDay(r.ArrivedAt) != midnight {
		return nil
	}
	return s.OpenTx(tx, Opening{OrgID: r.OrgID, UserID: r.ReceiverID, Basis: b, FromAt: tx.Now(), UntilAt: midnight}, r.CustomerID)
}

// endOfDay is when the day of a moment is over.
func endOfDay(t when.Instant) when.Instant {
	y, m, d := t.Time().In(when.Zone).Date()
	return when.At(time.Date(y, m, d+1, 0, 0, 0, 0, when.Zone))
}
