package bulk

import (
	"context"
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// Resume goes on with a change that stopped. Errors: ErrState, ErrExpired,
// access.ErrForbidden, db.ErrNotFound, db.ErrStale.
func (s *Service) Resume(ctx context.Context, i id.ID, version int64) (Detail, error) {
	return s.begin(ctx, PermStop, i, version, func(_ *db.Tx, _ access.Who, c *Change) (action, kind string, err error) {
		return opResume, jobRun, c.moveTo(Running)
	})
}

// Undo takes a change back: what still stands as it left it. Errors: as of Resume.
func (s *Service) Undo(ctx context.Context, i id.ID, version int64) (Detail, error) {
	return s.begin(ctx, PermUndo, i, version, func(tx *db.Tx, who access.Who, c *Change) (action, kind string, err error) {
		if err := c.moveTo(Undoing); err != nil {
			return "", "", err
		}
		c.UndoneName = who.Name
		return PermUndo, jobUndo, leaveRows(tx, *c)
	})
}

// begin has a job work on a change.
func (s *Service) begin(ctx context.Context, permission string, i id.ID, version int64, move func(*db.Tx, access.Who, *Change) (action, kind string, err error)) (d Detail, err error) {
	who, err := access.Allow(ctx, permission)
	if err != nil {
		return d, err
	}
	if err := s.settle(ctx, who, i); err != nil {
		return d, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := s.seenTx(tx, who, i)
		if err != nil {
			return err
		}
		c, before := r.Change, r.State
		if c.Version != version {
			return db.ErrStale
		}
		if makes, _ := who.May(c.Permission); !makes.Scope.Has(c.OrgID) {
			return access.ErrForbidden.With("permission", c.Permission)
		}
		if tx.Now() >= c.UndoUntil {
			return ErrExpired
		}
		action, kind, err := move(tx, who, &c)
		if err != nil {
			return err
		}
		c.Error, c.FinishedAt = "", 0
		if c.JobID, err = s.Jobs.InsertTx(tx, c.OrgID, who.UserID, kind, jobArgs{c.ID, who.UserID}, job.Options{}); err != nil {
			return err
		}
		if err := updateState(tx, &c, before); err != nil {
			return err
		}
		if err := s.recordTx(tx, who.Actor(), c, action, c.Counts); err != nil {
			return err
		}
		d, err = s.detailTx(tx, who, c.OrgID, c.ID)
		return err
	})
	if err == nil {
		s.Jobs.Wake()
	}
	return d, err
}

// Cancel stops what is going on after the portion in hand; the rest can be gone on with.
// Errors: ErrState, db.ErrNotFound, db.ErrStale.
func (s *Service) Cancel(ctx context.Context, i id.ID, version int64) (d Detail, err error) {
	who, err := access.Allow(ctx, PermStop)
	if err != nil {
		return d, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := s.seenTx(tx, who, i)
		if err != nil {
			return err
		}
		if r.Version != version {
			return db.ErrStale
		}
		if _, active := stoppedAs[r.State]; !active {
			return ErrState.With("state", string(r.State))
		}
		if err := s.Jobs.CancelTx(tx, db.ScopeOf(r.OrgID), r.JobID); err != nil && !errors.Is(err, job.ErrEnded) {
			return err
		}
		return s.recordTx(tx, who.Actor(), r.Change, PermStop, r.Counts)
	})
	if err != nil {
		return d, err
	}
	if err := s.settle(ctx, who, i); err != nil {
		return d, err
	}
	return d, s.DB.Read(ctx, func(tx *db.Tx) error {
		r, err := s.seenTx(tx, who, i)
		if err == nil {
			d, err = s.showTx(tx, who, r)
		}
		return err
	})
}

// settle brings a change in line whose job has ended without telling: cancelled before it
// began, or given up after several attempts. Error: db.ErrNotFound.
func (s *Service) settle(ctx context.Context, who access.Who, i id.ID) error {
	var r changeRow
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { r, err = s.seenTx(tx, who, i); return err })
	if _, active := stoppedAs[r.State]; err != nil || !active {
		return err
	}
	j, err := s.Jobs.Get(ctx, db.ScopeOf(r.OrgID), r.JobID)
	if err != nil || !j.Ended() || j.State == job.Done {
		return err
	}
	return s.stop(ctx, r.Change, j.Error)
}

// stop writes down that the step under way has stopped.
func (s *Service) stop(ctx context.Context, c Change, why string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		now, err := changeByID(tx, db.ScopeOf(c.OrgID), c.ID)
		if err != nil || now.State != c.State || now.JobID != c.JobID {
			return err
		}
		now.State, now.Error, now.FinishedAt = stoppedAs[c.State], why, tx.Now()
		return updateState(tx, &now.Change, c.State)
	})
}
