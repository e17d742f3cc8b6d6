package lookup

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// actionRecount is how the audit log names a date that was counted anew.
const actionRecount = "lookup.recount"

// WaitingTx counts emergency look-ups whose review waits for a calendar.
func (s *Service) WaitingTx(tx *db.Tx, org id.ID) (int64, error) { return countWaiting(tx, org) }

// RecountTx counts the dates of reviews that are to be done anew.
func (s *Service) RecountTx(tx *db.Tx, org, after id.ID, limit int) (last id.ID, err error) {
	company, err := s.Keys.CompanyTx(tx, org)
	if err != nil {
		return last, err
	}
	rows, err := toReview(tx, org, after, limit)
	if err != nil || len(rows) == 0 {
		return last, err
	}
	for _, r := range rows {
		l, err := r.lookup(company)
		if err != nil {
			return last, err
		}
		due, calendar, err := s.Calendars.DueTx(tx, l.reviewCount())
		if err != nil {
			return last, err
		}
		if due.At == l.ReviewBy {
			continue
		}
		l.ReviewCalendar = calendar
		if err := s.putOffTx(tx, l, due.At); err != nil {
			return last, err
		}
	}
	return rows[len(rows)-1].ID, nil
}

// putOffTx gives a review another date.
func (s *Service) putOffTx(tx *db.Tx, l Lookup, due when.Instant) error {
	before := l.ReviewBy
	l.ReviewBy = due
	if err := setReviewBy(tx, l); err != nil {
		return err
	}
	if err := s.Tasks.SetDueTx(tx, task.New{OrgID: l.OrgID, Kind: kindReview, ObjectType: object, ObjectID: l.ID, DueAt: due}); err != nil {
		return err
	}
	type date struct {
		ReviewBy when.Instant `json:"review_by"`
	}
	return s.Audit.RecordTx(tx, audit.Change{OrgID: l.OrgID, Action: actionRecount, ObjectType: object, ObjectID: l.ID, Before: date{before}, After: date{due}})
}
