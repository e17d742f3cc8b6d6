package customer

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
	jobExport = "customer.export"
	jobExpire = "customer.export_expire"
)

// RegisterJobs registers the module's jobs; app calls it once.
func (s *Service) RegisterJobs(q *job.Queue) {
	s.jobs = q
	job.Register(q, jobExport, s.runExport)
	job.Register(q, jobExpire, s.runExpire)
}

type exportArgs struct {
	Export id.ID  `json:"export"`
	Lang   string `json:"lang"`
}

// ExportResult is what an export's job tells.
type ExportResult struct {
	Export id.ID `json:"export"`
	Rows   int64 `json:"rows"`
}

// maxExport bounds an exported file, in bytes.
const maxExport = 4 << 30

// runExport writes the file anew in every attempt and names it in its row when it
// is whole.
func (s *Service) runExport(ctx context.Context, run *job.Run, args exportArgs) error {
	x := exporter{Service: s, run: run, lang: args.Lang}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error { return x.beginTx(tx, args.Export) }); err != nil {
		return err
	}
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(x.write(ctx, writer)) }()
	ref, err := s.Blobs.Put(x.file, x.company.Own(), reader, maxExport)
	reader.CloseWithError(io.ErrClosedPipe) // ends the writer when Put gave up
	if err != nil {
		return err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := finishExport(tx, x.row, ref, x.rows); err != nil {
			return err
		}
		return run.ResultTx(tx, ExportResult{x.row.ID, x.rows})
	})
	if err != nil {
		return errors.Join(err, s.Blobs.Remove(x.file))
	}
	if x.row.FileID.IsZero() {
		return nil
	}
	return s.Blobs.Remove(x.row.FileID) // of an attempt that ended unnoticed
}

// exporter writes one export.
type exporter struct {
	*Service
	run     *job.Run
	lang    string
	row     exportRow
	filter  exportSpec
	company *crypt.Company
	set     *settings
	file    id.ID
	rows    int64
	total   int64
	marks   []string
}

func (x *exporter) beginTx(tx *db.Tx, export id.ID) (err error) {
	if x.row, err = exportByID(tx, db.ScopeOf(x.run.Job.OrgID), export); err != nil {
		return err
	}
	if x.company, err = x.Keys.CompanyTx(tx, x.row.OrgID); err != nil {
		return err
	}
	if x.filter, err = x.row.spec(x.company); err != nil {
		return err
	}
	if x.set, err = loadSettings(tx, x.row.OrgID); err != nil {
		return err
	}
	x.file, x.rows, x.marks = tx.NewID(), 0, x.MarkCells(x.lang, x.filter.Release.Marked())
	x.total, err = x.countTx(tx)
	return err
}

// exportBatch is how many customers are read at once.
const exportBatch = 500

// write writes the whole table, batch after batch in the order of creation.
func (x *exporter) write(ctx context.Context, w io.Writer) error {
	sheet, err := newSheet(x.row.Format, w, x.MarkLine(x.lang, x.filter.Release.Marked()))
	if err != nil {
		return err
	}
	if err := sheet.Row(x.header()); err != nil {
		return err
	}
	in := ListInput{Filter: x.filter.Filter, Sort: "created_at", Limit: exportBatch, WithPhone: true}
	for more := true; more; more = in.Cursor != "" {
		var lines [][]string
		err := x.DB.Read(ctx, func(tx *db.Tx) error {
			lines, in.Cursor, err = x.batchTx(tx, in)
			return err
		})
		if err != nil {
			return err
		}
		for _, cells := range lines {
			if err := sheet.Row(cells); err != nil {
				return err
			}
		}
		x.rows += int64(len(lines))
		step := job.Step{Progress: x.rows, Total: x.total, Note: "customer.job.exporting"}
		if err := x.DB.Write(ctx, func(tx *db.Tx) error { return x.run.StepTx(tx, step) }); err != nil {
			return err
		}
	}
	return sheet.Close()
}

// runExpire removes the file of an export whose time is over.
func (s *Service) runExpire(ctx context.Context, run *job.Run, args exportArgs) error {
	var r exportRow
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		r, err = exportByID(tx, db.ScopeOf(run.Job.OrgID), args.Export)
		return err
	})
	if err != nil {
		return err
	}
	if !r.FileID.IsZero() {
		if err := s.Blobs.Remove(r.FileID); err != nil {
			return err
		}
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error { return finishExport(tx, r, blob.Ref{SHA256: []byte{}}, r.RowCount) })
}
