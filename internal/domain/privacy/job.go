package privacy

import (
	"context"
	"errors"
	"io"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// The module's jobs.
const (
	jobExport = "privacy.export"
	jobExpire = "privacy.export_expire"
	jobErase  = "privacy.erase"
)

// eraseAttempts: what was erased must be listed and its files removed.
const eraseAttempts = 50

// RegisterJobs registers the module's jobs; app calls it once.
func (s *Service) RegisterJobs(q *job.Queue) {
	s.jobs = q
	job.Register(q, jobExport, s.runExport)
	job.Register(q, jobExpire, s.runExpire)
	job.Register(q, jobErase, s.runErase)
}

type exportArgs struct {
	Export id.ID  `json:"export"`
	Lang   string `json:"lang"`
}

type eraseArgs struct {
	Erasure id.ID `json:"erasure"`
}

// maxExport bounds the file of an export, in bytes.
const maxExport = 8 << 30

// runExport writes the file anew in every attempt and names it in its row when it is
// whole.
func (s *Service) runExport(ctx context.Context, run *job.Run, args exportArgs) error {
	var row exportRow
	var p pack
	var subject *crypt.Subject
	var file id.ID
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if row, err = exportByID(tx, db.ScopeOf(run.Job.OrgID), args.Export); err != nil {
			return err
		}
		if subject, err = s.Customers.SubjectTx(tx, row.OrgID, row.CustomerID); err != nil {
			return err
		}
		file = tx.NewID()
		p, err = s.packTx(tx, row, args.Lang)
		return err
	})
	if err != nil {
		return err
	}
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(p.write(writer, s.Blobs)) }()
	ref, err := s.Blobs.Put(file, subject, reader, maxExport)
	reader.CloseWithError(io.ErrClosedPipe) // ends the writer when Put gave up
	if err != nil {
		return err
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error { return finishExport(tx, row, ref) }); err != nil {
		return errors.Join(err, s.Blobs.Remove(file))
	}
	if row.FileID.IsZero() {
		return nil
	}
	return s.Blobs.Remove(row.FileID) // of an attempt that ended unnoticed
}

// runExpire removes the file of an export whose time is over.
func (s *Service) runExpire(ctx context.Context, run *job.Run, args exportArgs) error {
	var r exportRow
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		r, err = exportByID(tx, db.ScopeOf(run.Job.OrgID), args.Export)
		return err
	})
	if errors.Is(err, db.ErrNotFound) {
		return nil // erased meanwhile, with its file
	}
	if err != nil {
		return err
	}
	if !r.FileID.IsZero() {
		if err := s.Blobs.Remove(r.FileID); err != nil {
			return err
		}
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error { return finishExport(tx, r, blob.Ref{SHA256: []byte{}}) })
}

// runErase ends an erasure: who was erased is listed outside the database, files are
// removed, and what the database keeps of the past is overwritten.
func (s *Service) runErase(ctx context.Context, run *job.Run, args eraseArgs) error {
	var e erasureRow
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		e, err = erasureByID(tx, run.Job.OrgID, args.Erasure)
		return err
	})
	if err != nil || e.State == ErasureDone {
		return err
	}
	if err := s.listErased(ctx); err != nil {
		return err
	}
	for _, f := range e.Files {
		if err := s.Blobs.Remove(f); err != nil {
			return err
		}
	}
	if err := s.DB.ForgetPast(ctx, pastTables...); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		e.State, e.DoneAt = ErasureDone, tx.Now()
		return updateErasure(tx, e)
	})
}
