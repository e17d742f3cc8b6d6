package backup

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	archive "github.com/zhiyin-power/zhiyin/internal/infra/backup"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

const (
	jobCreate = "backup.create"
	jobProve  = "backup.prove"
)

// RegisterJobs says what the queue is to do.
func (s *Service) RegisterJobs(q *job.Queue) {
	job.Register(q, jobCreate, s.runCreate)
	job.Register(q, jobProve, s.runProve)
}

// actRemove is what the audit log calls a file's going.
const actRemove = "backup.remove"

// system is who does what the schedule says.
var system = audit.Actor{Name: "zhiyin"}

// lookEvery is how often a command looks how far its backup is.
const lookEvery = 500 * time.Millisecond

// Make makes a backup and waits for it, for commands. Where the command dies a
// running server makes it anew; where its context ends, nobody does.
func (s *Service) Make(ctx context.Context, rate int64, progress func(done, total int64)) (b Backup, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		who, top, err := s.allowTx(ctx, tx, PermCreate)
		if err != nil {
			return err
		}
		b, err = s.beginTx(tx, begin{top.ID, Command, who.Actor(), rate})
		return err
	})
	if err != nil {
		return b, err
	}
	ran := make(chan error, 1)
	go func() {
		_, err := s.Jobs.RunOne(ctx, b.OrgID, b.JobID) // not when a server was faster
		ran <- err
	}()
	for b.State == Running {
		select {
		case <-ctx.Done():
			after := context.WithoutCancel(ctx)
			return b, errors.Join(ctx.Err(), <-ran, s.Jobs.Cancel(after, db.ScopeOf(b.OrgID), b.JobID))
		case <-time.After(lookEvery):
		case err := <-ran:
			if ran = nil; err != nil {
				return b, err
			}
		}
		if err := s.DB.Read(ctx, func(tx *db.Tx) error {
			if b, err = backupByID(tx, b.OrgID, b.ID); err != nil {
				return err
			}
			return s.followTx(tx, &b)
		}); err != nil {
			return b, err
		}
		progress(b.Progress, b.Total)
	}
	if b.State == Failed {
		return b, fault.New(fault.Internal, b.Error)
	}
	return b, nil
}

func (s *Service) write(ctx context.Context, o archive.Options) (archive.Made, error) {
	key, err := archive.LoadKey(s.KeyDir)
	if err != nil {
		return archive.Made{}, err
	}
	masters, err := s.Keys.Fingerprints(ctx)
	if err != nil {
		return archive.Made{}, err
	}
	o.Dir, o.To, o.Probe = s.Dir, key.Recipient(), s.probe
	return archive.Write(ctx, archive.Source{DB: s.DB, Files: s.Files, Master: masters[len(masters)-1], Program: s.Program}, o)
}

// probe is a read such as every request begins with.
func (s *Service) probe(ctx context.Context) error {
	return s.DB.Read(ctx, func(tx *db.Tx) error { _, err := s.Orgs.TreeTx(tx); return err })
}

// runCreate is the job that makes a backup. An attempt after a process died begins
// anew, in a file of its own.
func (s *Service) runCreate(ctx context.Context, run *job.Run, args jobArgs) error {
	b, err := s.read(ctx, run.Job.OrgID, args.Backup)
	if err != nil || b.State == Done || b.State == Removed {
		return err
	}
	if b.State == Failed { // an earlier attempt
		b.State, b.Error = Running, ""
		if err := s.DB.Write(ctx, func(tx *db.Tx) error { return updateBackup(tx, b) }); err != nil {
			return err
		}
	}
	ctx, report := reporting(ctx, s.DB, run)
	m, err := s.write(ctx, archive.Options{Rate: args.Rate, Progress: report})
	if cause := context.Cause(ctx); err != nil && errors.Is(cause, context.Canceled) { // the process stops; another one goes on
		return cause
	}
	return s.finish(ctx, b, m, err)
}

func (s *Service) read(ctx context.Context, org, i id.ID) (b Backup, err error) {
	return b, s.DB.Read(ctx, func(tx *db.Tx) error { b, err = backupByID(tx, org, i); return err })
}

// reportEvery is how often progress is written down.
const reportEvery = 2 * time.Second

// reporting gives a function that writes progress down, and the context it ends
// when the job was cancelled.
func reporting(ctx context.Context, d *db.DB, run *job.Run) (context.Context, func(done, total int64)) {
	ctx, stop := context.WithCancelCause(ctx)
	var last time.Time
	return ctx, func(done, total int64) {
		if time.Since(last) < reportEvery {
			return
		}
		last = time.Now()
		if err := d.Write(ctx, func(tx *db.Tx) error { return run.StepTx(tx, job.Step{Progress: done, Total: total}) }); err != nil {
			stop(err)
		}
	}
}

// finish writes down how making a backup ended, has it proved, and removes those
// that are too many.
func (s *Service) finish(ctx context.Context, b Backup, m archive.Made, failure error) error {
	if cause := context.Cause(ctx); cause != nil && failure != nil {
		failure = cause
	}
	ctx = context.WithoutCancel(ctx)
	var over []Backup
	err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if b, err = backupByID(tx, b.OrgID, b.ID); err != nil {
			return err
		}
		if b.FinishedAt = tx.Now(); failure != nil {
			b.State, b.Error = Failed, codeOf(failure)
			return updateBackup(tx, b)
		}
		b.State, b.Error, b.File, b.Size, b.SHA256, b.ContentBytes = Done, "", m.File, m.Size, m.SHA256, m.TotalBytes()
		b.Rows, b.Files, b.Schema, b.Program, b.SnapshotAt = m.TotalRows(), m.Files.Count, m.Schema, m.Program, m.SnapshotAt
		if err := updateBackup(tx, b); err != nil {
			return err
		}
		b.Version++
		plan, err := scheduleOf(tx, b.OrgID)
		if err != nil {
			return err
		}
		if plan.Prove && b.Origin == Scheduled {
			if err := s.proveTx(tx, &b, system); err != nil {
				return err
			}
		}
		over, err = s.removeTx(tx, b.OrgID, plan.Keep)
		return err
	})
	s.Jobs.Wake()
	for _, o := range over {
		if rerr := os.Remove(filepath.Join(s.Dir, o.File)); rerr != nil && !errors.Is(rerr, fs.ErrNotExist) {
			err = errors.Join(err, rerr)
		}
	}
	return errors.Join(failure, err)
}

// codeOf is what is kept of an error.
func codeOf(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Code
	}
	return "internal"
}

// removeTx marks those that are too many; their files go after the commit. One
// that is being proved stays for now.
func (s *Service) removeTx(tx *db.Tx, top id.ID, keep int) (over []Backup, err error) {
	all, err := keptBackups(tx, top)
	if err != nil {
		return nil, err
	}
	for _, b := range surplus(all, keep) {
		if b.Proof == Proving {
			continue
		}
		b.State = Removed
		if err := updateBackup(tx, b); err != nil {
			return nil, err
		}
		if err := s.Audit.RecordTx(tx, audit.Change{OrgID: top, Actor: system, Action: actRemove, ObjectType: "backup", ObjectID: b.ID,
			Before: map[string]any{"file": b.File}}); err != nil {
			return nil, err
		}
		over = append(over, b)
	}
	return over, nil
}

// runProve is the job that proves a backup.
func (s *Service) runProve(ctx context.Context, run *job.Run, args jobArgs) error {
	b, err := s.read(ctx, run.Job.OrgID, args.Backup)
	if err != nil || b.State != Done || b.Proof != Proving {
		return err
	}
	ctx, report := reporting(ctx, s.DB, run)
	failure := s.verify(ctx, b, report)
	if cause := context.Cause(ctx); cause != nil && failure != nil {
		failure = cause
	}
	if errors.Is(failure, context.Canceled) { // the process stops; another one goes on
		return failure
	}
	err = s.DB.Write(context.WithoutCancel(ctx), func(tx *db.Tx) (err error) {
		if b, err = backupByID(tx, b.OrgID, b.ID); err != nil {
			return err
		}
		b.Proof, b.ProofError, b.ProofAt = Equal, "", tx.Now()
		if failure != nil {
			b.Proof, b.ProofError = Unequal, codeOf(failure)
		}
		if err := updateBackup(tx, b); err != nil {
			return err
		}
		return s.Audit.RecordTx(tx, audit.Change{OrgID: b.OrgID, Actor: system, Action: PermProve, ObjectType: "backup", ObjectID: b.ID,
			After: map[string]any{"proof": b.Proof, "error": b.ProofError}})
	})
	return errors.Join(failure, err)
}

func (s *Service) verify(ctx context.Context, b Backup, progress func(done, total int64)) error {
	key, err := archive.ReadKey(archive.KeyFile(s.KeyDir))
	if err != nil {
		return err
	}
	fresh, err := s.Fresh()
	if err != nil {
		return err
	}
	masters, err := fresh.Fingerprints(ctx)
	if err != nil {
		return err
	}
	in := archive.Input{File: filepath.Join(s.Dir, b.File), Key: key, Masters: masters, Progress: progress}
	_, err = archive.Verify(ctx, in, s.Place, s.Scratch, fresh)
	if errors.Is(err, fs.ErrNotExist) {
		err = ErrGone.Wrap(err)
	}
	return err
}

// Due begins a backup when the schedule says so, or should have while nothing ran.
// It may be called by any process at any time.
func (s *Service) Due(ctx context.Context) error {
	due := false
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		_, plan, err := s.planTx(tx)
		due = err == nil && (plan.Version == 0 || plan.due(tx.Now()))
		return err
	})
	if errors.Is(err, ErrNoCompany) || err == nil && !due {
		return nil
	}
	if err == nil {
		err = s.DB.Write(ctx, s.beginDueTx)
	}
	s.Jobs.Wake()
	return err
}

func (s *Service) planTx(tx *db.Tx) (top id.ID, plan Schedule, err error) {
	o, err := s.topTx(tx)
	if err != nil {
		return top, plan, err
	}
	plan, err = scheduleOf(tx, o.ID)
	return o.ID, plan, err
}

// due tells whether the schedule's time has come.
func (p Schedule) due(now when.Instant) bool { return p.Active && p.NextAt != 0 && p.NextAt <= now }

func (s *Service) beginDueTx(tx *db.Tx) error {
	top, plan, err := s.planTx(tx)
	switch {
	case err != nil:
		return err
	case plan.Version == 0: // nobody has set one
		first := weekly.schedule(tx.Now())
		first.UpdatedAt = tx.Now()
		if err := saveSchedule(tx, top, id.ID{}, first); !errors.Is(err, db.ErrStale) { // else another process did
			return err
		}
		return nil
	case !plan.due(tx.Now()):
		return nil
	}
	mine, err := passSchedule(tx, top, plan.NextAt, next(plan.Days, plan.Hour, tx.Now()))
	if err != nil || !mine {
		return err
	}
	if _, err = s.beginTx(tx, begin{top, Scheduled, system, 0}); errors.Is(err, ErrRunning) {
		return nil // one is being made anyway
	}
	return err
}
