package privacy

import (
	"context"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// List lists requests, the newest first, without what was said.
func (s *Service) List(ctx context.Context, in ListInput, cursor string, limit int) (all []Request, next string, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return nil, "", err
	}
	var at when.Instant
	var last id.ID
	if _, err := s.Cursors.Decode("privacy.list", cursor, (*int64)(&at), &last); err != nil {
		return nil, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := requestsOf(tx, who.Scope.Narrow(in.OrgID), in, at, last, limit+1)
		if err != nil {
			return err
		}
		if len(rows) > limit {
			rows = rows[:limit]
			if next, err = s.Cursors.Encode("privacy.list", int64(rows[limit-1].CreatedAt), rows[limit-1].ID); err != nil {
				return err
			}
		}
		all = make([]Request, len(rows))
		for i, r := range rows {
			all[i] = r.Request
		}
		return s.nameTx(tx, who, all)
	})
	return all, next, err
}

// nameTx tells whose the requests are, and which are late.
func (s *Service) nameTx(tx *db.Tx, who access.Who, all []Request) error {
	ids := make([]id.ID, len(all))
	for i, r := range all {
		ids[i] = r.CustomerID
	}
	refs, err := s.Customers.RefsTx(tx, who.Scope, ids...)
	sight := customer.SightOf(tx.Context())
	for i := range all {
		r := &all[i]
		ref := refs[r.CustomerID]
		r.CustomerNo, r.CustomerName = ref.CustomerNo, sight.Name(r.OrgID, ref.ID, ref.Kind, ref.Name)
		r.Overdue = r.ClosedAt == 0 && r.DueAt != 0 && r.DueAt < tx.Now()
		if r.DueState = when.Counted; r.DueAt == 0 {
			r.DueState = when.CalendarMissing
		}
	}
	return err
}

// requestTx gives a request; what was said is for those who work on requests.
func (s *Service) requestTx(tx *db.Tx, who access.Who, i id.ID) (Request, error) {
	r, _, err := s.openTx(tx, who.Scope, i)
	if err != nil {
		return Request{}, err
	}
	works, _ := who.May(PermVerify)
	if r.Hidden = !works.Scope.Has(r.OrgID); r.Hidden {
		r.Said = Said{}
	}
	one := []Request{r.Request}
	err = s.nameTx(tx, who, one)
	return one[0], err
}

// Get gives one request with its rule, reasons, changes, exports and erasure. Error:
// db.ErrNotFound.
func (s *Service) Get(ctx context.Context, i id.ID) (d Detail, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return Detail{}, err
	}
	return d, s.DB.Read(ctx, func(tx *db.Tx) error { d, err = s.detailTx(tx, who, i); return err })
}

func (s *Service) detailTx(tx *db.Tx, who access.Who, i id.ID) (d Detail, err error) {
	if d.Request, err = s.requestTx(tx, who, i); err != nil {
		return d, err
	}
	c, err := s.calendarTx(tx, d.Request)
	if err != nil {
		return d, err
	}
	d.Deadline, d.Refusals, d.Changes, d.Exports = d.deadline(c), []Refusal{}, []Changed{}, []Export{}
	for _, r := range refusals {
		if r.fits(d.Kind) {
			d.Refusals = append(d.Refusals, r)
		}
	}
	if d.Kind == Correct {
		if d.Changes, err = s.changesTx(tx, d.Request); err != nil {
			return d, err
		}
	}
	rows, err := exportsOf(tx, d.OrgID, d.ID)
	if err != nil {
		return d, err
	}
	for _, r := range rows {
		d.Exports = append(d.Exports, r.export(tx.Now()))
	}
	if d.Erasure, err = lastErasure(tx, d.OrgID, d.ID); err == nil && d.Erasure != nil {
		s.labelled(d.Erasure, who.Locale)
	}
	return d, err
}

// calendarTx is what the date of a request is explained by: of a closed one what it was
// counted by, whatever was imported since.
func (s *Service) calendarTx(tx *db.Tx, r Request) (*when.Calendar, error) {
	if r.ClosedAt == 0 {
		return s.Calendars.CalendarTx(tx)
	}
	return s.Calendars.AsOfTx(tx, r.DueCalendar)
}

// maxChanges bounds what is offered as the correction a request led to.
const maxChanges = 50

// changesTx lists the changes of the person's archive since the request came.
func (s *Service) changesTx(tx *db.Tx, r Request) (all []Changed, err error) {
	all = []Changed{}
	entries, err := s.Audit.HistoryTx(tx, db.ScopeOf(r.OrgID), r.CustomerID, maxChanges)
	for _, e := range entries {
		if e.At >= r.CreatedAt && strings.HasPrefix(e.ObjectType, "customer") && len(e.After) > 0 && len(e.Before) > 0 {
			all = append(all, Changed{e.ID, e.At, e.Action, e.ActorName})
		}
	}
	return all, err
}
