package privacy

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// actionRecount is how the audit log names a date that was counted anew.
const actionRecount = "privacy.recount"

// WaitingTx counts open requests that wait for a calendar.
func (s *Service) WaitingTx(tx *db.Tx, org id.ID) (int64, error) { return countWaiting(tx, org) }

// RecountTx counts the dates of open requests anew.
func (s *Service) RecountTx(tx *db.Tx, org, after id.ID, limit int) (last id.ID, err error) {
	rows, err := openRequests(tx, org, after, limit)
	if err != nil || len(rows) == 0 {
		return last, err
	}
	for _, r := range rows {
		before, q := told(r.Request), r.count()
		due, calendar, err := s.Calendars.DueTx(tx, q)
		if err != nil {
			return last, err
		}
		if q.Limit.IsZero() || due.At == r.DueAt {
			continue
		}
		r.DueAt, r.DueCalendar = due.At, calendar
		if err := setDue(tx, r.Request); err != nil {
			return last, err
		}
		if err := s.Tasks.SetDueTx(tx, r.task()); err != nil {
			return last, err
		}
		if err := s.Audit.RecordTx(tx, audit.Change{OrgID: org, Action: actionRecount, ObjectType: objectRequest, ObjectID: r.ID, Before: before, After: told(r.Request)}); err != nil {
			return last, err
		}
	}
	return rows[len(rows)-1].ID, nil
}
