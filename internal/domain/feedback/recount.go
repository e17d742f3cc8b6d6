package feedback

import (
	"encoding/json"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/calendar"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// The limits follow the calendar, and the cases their customer.
var (
	_ calendar.Follower = (*Service)(nil)
	_ customer.Follower = (*Service)(nil)
)

// actionRecount is how the audit log names limits that were counted anew.
const actionRecount = "feedback.recount"

// WaitingTx counts the cases with a limit that waits for a calendar.
func (s *Service) WaitingTx(tx *db.Tx, org id.ID) (int64, error) { return countWaiting(tx, org) }

// RecountTx counts the limits of open cases anew.
func (s *Service) RecountTx(tx *db.Tx, org, after id.ID, limit int) (last id.ID, err error) {
	ids, err := openCases(tx, org, after, limit)
	if err != nil || len(ids) == 0 {
		return last, err
	}
	for _, i := range ids {
		w, err := s.openTx(tx, db.ScopeOf(org), access.Who{}, i)
		if err != nil {
			return last, err
		}
		if err := w.recountTx(); err != nil {
			return last, err
		}
	}
	return ids[len(ids)-1], nil
}

// recountTx saves other limits; nothing else of the case changes.
func (w *work) recountTx() error {
	if err := w.countTx(); err != nil {
		return err
	}
	if w.DueAt == w.before.DueAt && w.LegalAt == w.before.LegalAt && w.CalendarMissing == w.before.CalendarMissing {
		return saveDeadlines(w.tx, w.OrgID, w.ID, w.deadlines)
	}
	if err := setDue(w.tx, w.Case); err != nil {
		return err
	}
	if err := saveDeadlines(w.tx, w.OrgID, w.ID, w.deadlines); err != nil {
		return err
	}
	if err := w.Tasks.SetDueTx(w.tx, w.task(asks[w.State], w.DueAt)); err != nil {
		return err
	}
	type date struct {
		DueAt when.Instant `json:"due_at"`
	}
	return w.Audit.RecordTx(w.tx, audit.Change{OrgID: w.OrgID, Action: actionRecount, ObjectType: object, ObjectID: w.ID, Before: date{w.before.shownDue()}, After: date{w.shownDue()}})
}

func (c Case) shownDue() when.Instant {
	if c.DueAt == never {
		return 0
	}
	return c.DueAt
}

// MoveTx gives the cases of a customer to another.
func (s *Service) MoveTx(tx *db.Tx, org, from, to id.ID) (json.RawMessage, error) {
	ids, undo, err := customer.GiveTx(tx, "feedback_case", org, from, to)
	if err != nil {
		return nil, err
	}
	return undo, s.followTx(tx, org, ids)
}

// UndoMoveTx gives the cases back; what became of them since goes with them.
func (s *Service) UndoMoveTx(tx *db.Tx, org, from, to id.ID, undo json.RawMessage) ([]string, error) {
	ids, err := customer.GiveBackTx(tx, "feedback_case", org, from, to, undo)
	if err != nil {
		return nil, err
	}
	return nil, s.followTx(tx, org, ids)
}
