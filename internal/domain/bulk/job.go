package bulk

import (
	"context"
	"errors"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// The kinds of job.
const (
	jobRun    = "bulk.run"
	jobUndo   = "bulk.undo"
	jobExpire = "bulk.expire"
)

type jobArgs struct {
	ID id.ID `json:"id"`
	By id.ID `json:"by"`
}

// atOnce is how many records are changed in one transaction.
const atOnce = 100

// RegisterJobs makes the queue do the module's work.
func (s *Service) RegisterJobs() {
	job.Register(s.Jobs, jobRun, s.worker(Running, s.runTx))
	job.Register(s.Jobs, jobUndo, s.worker(Undoing, s.undoTx))
	job.Register(s.Jobs, jobExpire, s.expire)
}

// portion is some records of a change in the hands of its job.
type portion struct {
	changeRow
	who access.Who
}

// worker does a step of a change portion by portion, and writes down when it stops
// half-way.
func (s *Service) worker(state State, do func(tx *db.Tx, p *portion) (ended bool, err error)) func(context.Context, *job.Run, jobArgs) error {
	return func(ctx context.Context, run *job.Run, args jobArgs) error {
		for {
			ended, err := s.step(ctx, run, args, state, do)
			if err != nil {
				return errors.Join(err, s.stopped(ctx, args, run, err))
			}
			if ended {
				return nil
			}
		}
	}
}

// step does a portion with the rights that who asked for it has now.
func (s *Service) step(ctx context.Context, run *job.Run, args jobArgs, state State, do func(tx *db.Tx, p *portion) (ended bool, err error)) (ended bool, err error) {
	scope := db.ScopeOf(run.Job.OrgID)
	var caller *access.Caller
	err = s.DB.Read(ctx, func(tx *db.Tx) error { caller, err = s.Users.ActingTx(tx, args.By); return err })
	if err != nil {
		return false, err
	}
	return ended, s.DB.Write(access.WithCaller(ctx, caller), func(tx *db.Tx) error {
		p := portion{}
		if p.changeRow, err = changeByID(tx, scope, args.ID); err != nil {
			return err
		}
		if p.State != state || p.JobID != run.Job.ID {
			ended = true // it has gone on without this job
			return nil
		}
		if p.who, _ = caller.May(p.Permission); !p.who.Scope.Has(p.OrgID) {
			return access.ErrForbidden.With("permission", p.Permission)
		}
		if ended, err = do(tx, &p); err != nil {
			return err
		}
		if ended {
			p.FinishedAt = tx.Now()
			if err := updateState(tx, &p.Change, state); err != nil {
				return err
			}
		} else if err := updateCounts(tx, p.Change); err != nil {
			return err
		}
		n, of := p.done(state)
		return run.StepTx(tx, job.Step{Progress: n, Total: of, Note: "bulk.job." + string(state)})
	})
}

// runTx changes the next records.
func (s *Service) runTx(tx *db.Tx, p *portion) (ended bool, err error) {
	rows, err := rowsIn(tx, p.Change, Waiting, atOnce)
	if err != nil {
		return false, err
	}
	if len(rows) == 0 {
		return true, p.moveTo(Done)
	}
	change, err := s.openTx(tx, p.changeRow)
	if err != nil {
		return false, err
	}
	outcomes, err := s.records[p.Kind].ChangeTx(tx, p.who, p.OrgID, change, rows, false)
	if err != nil {
		return false, err
	}
	return false, p.takeTx(tx, rows, outcomes, Outcome{State: Refused, Err: ErrGone})
}

// undoTx takes the next records back.
func (s *Service) undoTx(tx *db.Tx, p *portion) (ended bool, err error) {
	rows, err := rowsIn(tx, p.Change, Changed, atOnce)
	if err != nil {
		return false, err
	}
	if len(rows) == 0 {
		return true, p.moveTo(Undone)
	}
	outcomes, err := s.records[p.Kind].UndoTx(tx, p.who, p.OrgID, rows)
	if err != nil {
		return false, err
	}
	return false, p.takeTx(tx, rows, outcomes, Outcome{State: Kept, Err: ErrGone})
}

// takeTx writes down what became of records; one without an outcome is not there any more.
func (p *portion) takeTx(tx *db.Tx, rows []Row, outcomes map[id.ID]Outcome, gone Outcome) error {
	for _, r := range rows {
		o, known := outcomes[r.ObjectID]
		if !known {
			o = gone
		}
		if err := r.take(o); err != nil {
			return err
		}
		p.add(r.State)
		if err := updateRow(tx, p.Change, r); err != nil {
			return err
		}
	}
	return nil
}

// stopped writes down why a step stopped, unless it will be tried again: when the process
// ends, or after an unforeseen error.
func (s *Service) stopped(ctx context.Context, args jobArgs, run *job.Run, err error) error {
	var f *fault.Error
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	scope := db.ScopeOf(run.Job.OrgID)
	j, jerr := s.Jobs.Get(ctx, scope, run.Job.ID)
	if jerr != nil || j.Attempt != run.Job.Attempt { // another process has it
		return jerr
	}
	var c changeRow
	if err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { c, err = changeByID(tx, scope, args.ID); return err }); err != nil {
		return err
	}
	switch {
	case c.JobID != j.ID:
		return nil
	case j.Cancel:
		return s.stop(ctx, c.Change, "")
	case errors.As(err, &f):
		return s.stop(ctx, c.Change, f.Code)
	case !errors.Is(err, context.Canceled) && j.Attempt >= j.MaxAttempts:
		return s.stop(ctx, c.Change, "internal")
	}
	return nil
}

// expireAgain is when a change that is at work at its end is looked at again.
const expireAgain = 24 * time.Hour

// expire forgets the records of a change that can be taken back no more.
func (s *Service) expire(ctx context.Context, run *job.Run, args jobArgs) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := changeByID(tx, db.ScopeOf(run.Job.OrgID), args.ID)
		if err != nil {
			return err
		}
		if _, active := stoppedAs[c.State]; active {
			_, err := s.Jobs.InsertTx(tx, c.OrgID, args.By, jobExpire, args, job.Options{RunAt: tx.Now().Add(expireAgain)})
			return err
		}
		return deleteRows(tx, c.Change)
	})
}
