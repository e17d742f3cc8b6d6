package dataimport

import (
	"context"
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// loadTx reads an import with its sealed part.
func (s *Service) loadTx(tx *db.Tx, scope db.Scope, i id.ID) (Import, setup, *crypt.Subject, error) {
	imp, sealed, err := importByID(tx, scope, i)
	if err != nil {
		return Import{}, setup{}, nil, err
	}
	own, err := s.ownTx(tx, imp.OrgID)
	if err != nil {
		return Import{}, setup{}, nil, err
	}
	if err := imp.open(own); err != nil {
		return Import{}, setup{}, nil, err
	}
	set, err := openSetup(own, imp.ID, sealed)
	return imp, set, own, err
}

// Check starts the dry run: every row is held to every rule, and nothing is
// written. Errors: ErrState, ErrMapping, db.ErrStale.
func (s *Service) Check(ctx context.Context, i id.ID, version int64) (Import, error) {
	return s.start(ctx, move{PermCheck, jobCheck, i, version}, func(tx *db.Tx, who access.Who, imp *Import, set setup) error {
		if len(set.Mapping.Columns) == 0 {
			return ErrMapping
		}
		imp.RowsDone, imp.RowsTotal, imp.Planned, imp.Error = 0, 0, Counts{}, Stop{}
		return errors.Join(imp.moveTo(Checking), clearProblems(tx, *imp, phaseCheck))
	})
}

// Run starts the import, or goes on with one that stopped. Errors: ErrState when
// the dry run is missing, ErrRights, ErrBusy while another import of the company
// runs, db.ErrStale.
func (s *Service) Run(ctx context.Context, i id.ID, version int64) (Import, error) {
	return s.start(ctx, move{PermRun, jobRun, i, version}, func(tx *db.Tx, who access.Who, imp *Import, set setup) error {
		if imp.State == Uploaded {
			return ErrUnchecked
		}
		if imp.State == Checked {
			imp.RowsDone, imp.StartedAt = 0, tx.Now()
		}
		imp.Error, imp.FinishedAt = Stop{}, 0
		return errors.Join(rights(who, *imp, set.Mapping), imp.moveTo(Running))
	})
}

// Revert starts the taking back of all an import did. Errors: ErrState, ErrBusy,
// db.ErrStale.
func (s *Service) Revert(ctx context.Context, i id.ID, version int64) (Import, error) {
	return s.start(ctx, move{PermRevert, jobRevert, i, version}, func(tx *db.Tx, who access.Who, imp *Import, set setup) error {
		imp.RowsDone, imp.RowsTotal, imp.Error = 0, 0, Stop{}
		return errors.Join(imp.moveTo(Reverting), clearProblems(tx, *imp, phaseRevert))
	})
}

// move is a step asked for: what it needs, the job that does it, and the import
// in the version the caller saw.
type move struct {
	permission, job string
	id              id.ID
	version         int64
}

// start moves an import to a state in which a job works on it.
func (s *Service) start(ctx context.Context, m move, prepare func(*db.Tx, access.Who, *Import, setup) error) (imp Import, err error) {
	who, err := access.Allow(ctx, m.permission)
	if err != nil {
		return Import{}, err
	}
	if err := s.settle(ctx, who.Scope, m.id); err != nil {
		return Import{}, err
	}
	try := func() error {
		return s.DB.Write(ctx, func(tx *db.Tx) error {
			var set setup
			if imp, set, _, err = s.loadTx(tx, who.Scope, m.id); err != nil {
				return err
			}
			if imp.Version != m.version {
				return db.ErrStale
			}
			before := imp.State
			if err := prepare(tx, who, &imp, set); err != nil {
				return err
			}
			if imp.JobID, err = s.Jobs.InsertTx(tx, imp.OrgID, who.UserID, m.job, jobArgs{ID: imp.ID, By: who.Actor()}, job.Options{}); err != nil {
				return err
			}
			if err := updateState(tx, &imp, before); err != nil {
				return err
			}
			return s.recordTx(tx, who.Actor(), imp, m.permission, before, imp.State)
		})
	}
	err = try()
	if errors.Is(err, ErrBusy) { // unless the other one's job has ended without telling
		if err = s.settleActive(ctx, imp.OrgID); err == nil {
			err = try()
		}
	}
	s.Jobs.Wake()
	return imp, err
}

// Cancel discards a file that was not imported yet, or stops what is going on
// after the batch in hand. Errors: ErrState, db.ErrNotFound, db.ErrStale when it
// has moved on: what was to be stopped must not be discarded.
func (s *Service) Cancel(ctx context.Context, i id.ID, version int64) (imp Import, err error) {
	who, err := access.Allow(ctx, PermCancel)
	if err != nil {
		return Import{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if imp, _, _, err = s.loadTx(tx, who.Scope, i); err != nil {
			return err
		}
		if imp.Version != version {
			return db.ErrStale
		}
		before := imp.State
		switch before {
		case Checking, Running, Reverting:
			return nil
		}
		if err := imp.moveTo(Discarded); err != nil {
			return err
		}
		if err := errors.Join(updateState(tx, &imp, before), clearProblems(tx, imp, phaseCheck)); err != nil {
			return err
		}
		return s.recordTx(tx, who.Actor(), imp, PermCancel, before, imp.State)
	})
	switch {
	case err != nil:
		return Import{}, err
	case imp.State == Discarded:
		return imp, s.Blobs.Remove(imp.ID)
	}
	if err := s.Jobs.Cancel(ctx, db.ScopeOf(imp.OrgID), imp.JobID); err != nil && !errors.Is(err, job.ErrEnded) {
		return Import{}, err
	}
	if err := s.settle(ctx, who.Scope, i); err != nil {
		return Import{}, err
	}
	d, err := s.detail(ctx, who, i)
	return d.Import, err
}

// stoppedAs is the state an import falls back to when its job stops.
var stoppedAs = map[State]struct{ failed, cancelled State }{
	Checking: {Uploaded, Uploaded}, Running: {Failed, Cancelled}, Reverting: {Done, Done},
}

// settle brings an import in line whose job has ended without telling: cancelled
// before it began, or given up after several attempts.
func (s *Service) settle(ctx context.Context, scope db.Scope, i id.ID) error {
	var imp Import
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { imp, _, err = importByID(tx, scope, i); return err })
	if err != nil {
		return err
	}
	return s.settleOne(ctx, imp)
}

func (s *Service) settleOne(ctx context.Context, imp Import) error {
	to, active := stoppedAs[imp.State]
	if !active {
		return nil
	}
	j, err := s.Jobs.Get(ctx, db.ScopeOf(imp.OrgID), imp.JobID)
	if err != nil || !j.Ended() || j.State == job.Done {
		return err
	}
	return s.stop(ctx, imp, j.State == job.Cancelled, Stop{Code: j.Error}, to)
}

// stop writes down that the step under way has stopped.
func (s *Service) stop(ctx context.Context, imp Import, cancelled bool, why Stop, to struct{ failed, cancelled State }) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		now, _, err := importByID(tx, db.ScopeOf(imp.OrgID), imp.ID)
		if err != nil || now.State != imp.State || now.JobID != imp.JobID {
			return err
		}
		now.State, now.Error, now.FinishedAt = to.failed, why, tx.Now()
		if cancelled {
			now.State, now.Error = to.cancelled, Stop{}
		}
		return updateState(tx, &now, imp.State)
	})
}

// settleActive settles the import that keeps the company busy. Error: ErrBusy
// when it is at work.
func (s *Service) settleActive(ctx context.Context, company id.ID) error {
	find := func() (imp Import, found bool, err error) {
		err = s.DB.Read(ctx, func(tx *db.Tx) (err error) { imp, found, err = activeImport(tx, company); return err })
		return imp, found, err
	}
	imp, found, err := find()
	if err != nil || !found {
		return err
	}
	if err := s.settleOne(ctx, imp); err != nil {
		return err
	}
	if imp, found, err = find(); err != nil || !found {
		return err
	}
	one := []Import{imp}
	if err := s.DB.Read(ctx, func(tx *db.Tx) error { return s.openNamesTx(tx, one) }); err != nil {
		return err
	}
	return ErrBusy.With("name", one[0].FileName)
}
