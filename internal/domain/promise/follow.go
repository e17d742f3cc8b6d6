package promise

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

// Due times follow the calendar, and promises their customer.
var (
	_ calendar.Follower = (*Service)(nil)
	_ customer.Follower = (*Service)(nil)
)

// WaitingTx counts the open promises whose due time waits for a calendar.
func (s *Service) WaitingTx(tx *db.Tx, org id.ID) (int64, error) { return countWaiting(tx, org) }

// RecountTx counts the due times of open promises anew.
func (s *Service) RecountTx(tx *db.Tx, org, after id.ID, limit int) (last id.ID, err error) {
	rows, err := openPromises(tx, org, after, limit)
	if err != nil {
		return last, err
	}
	for _, r := range rows {
		w, err := s.workTx(tx, access.Who{}, r)
		if err != nil {
			return last, err
		}
		if err := w.recountTx(); err != nil {
			return last, err
		}
		last = r.ID
	}
	return last, nil
}

// recountTx saves another due time; nothing else of the promise changes.
func (w *work) recountTx() error {
	if err := w.countTx(); err != nil {
		return err
	}
	if w.DueAt == w.before.DueAt && w.DueState == w.before.DueState && w.Calendar == w.before.Calendar {
		return nil
	}
	w.Version = w.before.Version + 1
	if err := updatePromise(w.tx, w.Promise, w.before.Version); err != nil {
		return err
	}
	if err := w.Tasks.SetDueTx(w.tx, w.task(taskKeep)); err != nil {
		return err
	}
	type date struct {
		DueAt when.Instant `json:"due_at"`
	}
	return w.Audit.RecordTx(w.tx, audit.Change{OrgID: w.OrgID, Action: opRecount, ObjectType: object, ObjectID: w.ID, Before: date{w.before.shownDue()}, After: date{w.shownDue()}})
}

// FollowCaseTx gives the promises made in a case to the customer it is found to be about.
func (s *Service) FollowCaseTx(tx *db.Tx, org, caseID, customer id.ID) error {
	return followCase(tx, org, caseID, customer)
}

// MoveTx gives the promises made to a customer to another.
func (s *Service) MoveTx(tx *db.Tx, org, from, to id.ID) (json.RawMessage, error) {
	_, undo, err := customer.GiveTx(tx, "promise", org, from, to)
	return undo, err
}

// UndoMoveTx gives them back; what became of them since goes with them.
func (s *Service) UndoMoveTx(tx *db.Tx, org, from, to id.ID, undo json.RawMessage) ([]string, error) {
	_, err := customer.GiveBackTx(tx, "promise", org, from, to, undo)
	return nil, err
}
