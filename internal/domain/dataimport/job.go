package dataimport

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// The kinds of job.
const (
	jobCheck  = "import.check"
	jobRun    = "import.run"
	jobRevert = "import.revert"
)

type jobArgs struct {
	ID id.ID       `json:"id"`
	By audit.Actor `json:"by"`
}

// RegisterJobs makes the queue do the module's work.
func (s *Service) RegisterJobs(q *job.Queue) {
	job.Register(q, jobCheck, s.worker(Checking, (*task).check))
	job.Register(q, jobRun, s.worker(Running, (*task).run))
	job.Register(q, jobRevert, s.worker(Reverting, (*task).revert))
}

// worker runs a step of an import, and writes down when it stops half-way.
func (s *Service) worker(state State, step func(*task, context.Context, *job.Run) error) func(context.Context, *job.Run, jobArgs) error {
	return func(ctx context.Context, run *job.Run, args jobArgs) error {
		t, err := s.task(ctx, run, args)
		if err != nil {
			return err
		}
		if t.imp.State != state || t.imp.JobID != run.Job.ID {
			return nil // the import has gone on without this job
		}
		err = step(t, ctx, run)
		if err == nil {
			return nil
		}
		return errors.Join(err, s.stopped(ctx, t.imp, run, err))
	}
}

// stopped writes down why a step stopped, unless it will be tried again: when the
// process ends, or after an unforeseen error.
func (s *Service) stopped(ctx context.Context, imp Import, run *job.Run, err error) error {
	var f *fault.Error
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	j, jerr := s.Jobs.Get(ctx, db.ScopeOf(imp.OrgID), run.Job.ID)
	switch {
	case jerr != nil || j.Attempt != run.Job.Attempt: // another process has it
		return jerr
	case j.Cancel:
		return s.stop(ctx, imp, true, Stop{}, stoppedAs[imp.State])
	case errors.As(err, &f):
		return s.stop(ctx, imp, false, stopOf(f), stoppedAs[imp.State])
	case !errors.Is(err, context.Canceled) && j.Attempt >= j.MaxAttempts:
		return s.stop(ctx, imp, false, Stop{Code: "internal"}, stoppedAs[imp.State])
	}
	return nil
}

// task is an import being worked on.
type task struct {
	s      *Service
	imp    Import
	setup  setup
	own    *crypt.Subject
	actor  audit.Actor
	reader *reader
}

func (s *Service) task(ctx context.Context, run *job.Run, args jobArgs) (t *task, err error) {
	t = &task{s: s, actor: args.By}
	return t, s.DB.Read(ctx, func(tx *db.Tx) error {
		if t.imp, t.setup, t.own, err = s.loadTx(tx, db.ScopeOf(run.Job.OrgID), args.ID); err != nil {
			return err
		}
		fields, err := s.fieldsTx(tx, t.imp.OrgID, t.imp.Kind)
		if err != nil {
			return err
		}
		units, err := s.unitsTx(tx, t.imp.OrgID)
		t.reader = newReader(t.imp.Kind, t.setup.Mapping, fields, t.setup.Header, tx.Now().Day(), units)
		return err
	})
}

// unitsTx names the departments and stations of a company by code and name.
func (s *Service) unitsTx(tx *db.Tx, company id.ID) (map[string]id.ID, error) {
	tree, err := s.Orgs.TreeTx(tx)
	if err != nil {
		return nil, err
	}
	units := map[string]id.ID{}
	for _, o := range tree.Subtree(company) {
		if o.ID != company {
			units[cn.Fold(o.Code)], units[cn.Fold(o.Name)], units[cn.Fold(o.ShortName)] = o.ID, o.ID, o.ID
		}
	}
	return units, nil
}

// batch is some rows of the file.
type batch struct {
	rows []record
	done int64 // rows of the file up to and with these
}

const (
	batchRows = 1000
	// maxRows bounds a file: the index of its keys is in memory, some 60 bytes a
	// row.
	maxRows = 3_000_000
)

// read cuts the file into batches. The rows of an earlier attempt are passed
// over, but for the keys they took.
func (t *task) read(ctx context.Context, skip int64, left map[int]bool, file *keyIndex, out chan<- batch) error {
	src, done, err := t.s.open(t.imp, t.own, t.setup.options())
	if err != nil {
		return err
	}
	defer done()
	b := batch{rows: make([]record, 0, batchRows)}
	for {
		row, err := src.Next()
		if err != nil {
			return t.flush(ctx, b, err, out)
		}
		if b.done++; b.done > maxRows {
			return ErrTooManyRows.With("limit", maxRows)
		}
		if b.done <= skip {
			if row.Problem == nil && !left[row.Number] {
				rec := t.reader.readOnlyKeys(row)
				file.add(&rec, rec.keys(t.imp.Kind))
			}
			continue
		}
		if b.rows = append(b.rows, t.reader.read(row)); len(b.rows) == batchRows {
			if err := send(ctx, b, out); err != nil {
				return err
			}
			b.rows = make([]record, 0, batchRows)
		}
	}
}

// flush sends the rows before the end of the file, or before an error in it.
func (t *task) flush(ctx context.Context, b batch, end error, out chan<- batch) error {
	if len(b.rows) > 0 {
		if err := send(ctx, b, out); err != nil {
			return err
		}
	}
	if errors.Is(end, io.EOF) {
		return nil
	}
	return end
}

func send(ctx context.Context, b batch, out chan<- batch) error {
	select {
	case out <- b:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
