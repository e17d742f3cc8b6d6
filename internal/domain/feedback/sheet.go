package feedback

import (
	"context"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Sheet is a case on paper: its work order, or what its letter of thanks is made of.
type Sheet struct {
	Case
	Deadlines []Deadline     `json:"deadlines" nullable:"false" doc:"of every round, in order"`
	Events    []Event        `json:"events" nullable:"false" doc:"the oldest first; of many the newest 200"`
	Mark      *customer.Mark `json:"mark,omitempty" doc:"the sheet was taken by it, shown whole; absent: it is masked"`
	PrintedAt when.Instant   `json:"printed_at"`
	PrintedBy string         `json:"printed_by"`
}

// maxPrinted bounds the steps on a sheet.
const maxPrinted = 200

// Sheet gives a case for paper: masked for everybody, those who work on it too, but by a
// release (A6). Errors: db.ErrNotFound, those of lookup.
func (s *Service) Sheet(ctx context.Context, i id.ID, what string, release id.ID) (p Sheet, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return p, err
	}
	return p, s.DB.Read(ctx, func(tx *db.Tx) error { p, err = s.sheetTx(tx, who, i, what, release); return err })
}

func (s *Service) sheetTx(tx *db.Tx, who access.Who, i id.ID, what string, release id.ID) (p Sheet, err error) {
	w, err := s.viewTx(tx, who, i)
	if err != nil {
		return p, err
	}
	taken, err := s.Customers.SheetTx(tx, who, release, customer.Taking{What: what, Customer: w.CustomerID})
	if err != nil {
		return p, err
	}
	w.paper, w.sight = true, taken.Sight()
	p.Mark, p.PrintedAt, p.PrintedBy = taken.Marked(), tx.Now(), who.Name
	if p.Case, err = w.namedTx(w.show(w.Case)); err != nil {
		return p, err
	}
	if p.Deadlines, err = deadlinesOf(tx, w.OrgID, i); err != nil {
		return p, err
	}
	events, err := eventsOf(tx, w.OrgID, i, 0, id.ID{}, maxPrinted)
	if err != nil {
		return p, err
	}
	slices.Reverse(events)
	p.Events, err = w.tellTx(events)
	return p, err
}
