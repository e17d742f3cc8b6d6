package survey

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// The job kinds, and the codes of what they are doing.
const (
	kindCheck  = "survey.check"
	kindImport = "survey.import"

	noteReading = "survey.note.reading"
)

// RegisterJobs registers the check and the import of files.
func (s *Service) RegisterJobs(q *job.Queue) {
	job.Register(q, kindCheck, s.work)
	job.Register(q, kindImport, s.work)
}

// work reads a file to its end. An import begun anew after a lost process drops
// what the first attempt had written, and makes its data current only in its last
// transaction, so nothing is ever half done.
func (s *Service) work(ctx context.Context, run *job.Run, t task) error {
	w := &worker{Service: s, run: run, task: t}
	err := w.begin(ctx)
	if err != nil {
		return err
	}
	r, closeFile, err := s.open(w.file.ref(), w.company, w.task.Input.ReadOptions)
	if err != nil {
		return w.giveUp(ctx, err)
	}
	err = w.read(ctx, r)
	if err = errors.Join(err, closeFile()); err != nil {
		return w.giveUp(ctx, err)
	}
	return w.end(ctx)
}

// worker is one attempt at a check or import.
type worker struct {
	*Service
	run     *job.Run
	task    task
	study   Study
	file    fileRow
	company *crypt.Company

	checker *checker
	header  []string
	about   *Description
	block   *block
	blocks  int
	digest  hash.Hash
}

func (w *worker) importing() bool { return !w.task.DataID.IsZero() }

// begin loads what the job works on and clears what an earlier attempt left.
func (w *worker) begin(ctx context.Context) error {
	return w.db.Write(ctx, func(tx *db.Tx) (err error) {
		if w.study, err = studyByID(tx, db.ScopeOf(w.task.OrgID), w.task.StudyID); err != nil {
			return err
		}
		if w.company, err = w.keys.CompanyTx(tx, w.task.OrgID); err != nil {
			return err
		}
		if w.file, err = fileByID(tx, w.company.Own(), w.study, w.task.FileID); err != nil {
			return err
		}
		if err := w.task.open(w.company.Own()); err != nil || !w.importing() {
			return err
		}
		return deleteBlocks(tx, w.task.OrgID, w.task.DataID)
	})
}

func (w *worker) read(ctx context.Context, r *sheet.Reader) error {
	if err := w.task.Input.Mapping.validate(r.Header, w.task.questionnaire()); err != nil {
		return err
	}
	w.header = r.Header
	w.checker = newChecker(w.task.Input.Mapping, r.Header, w.task.questionnaire())
	w.about, w.digest = w.checker.describe(), sha256.New()
	w.block = newBlock(len(w.checker.items), len(w.checker.attributes))
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		rec, ok, err := w.checker.row(row)
		if err != nil {
			return err
		}
		if ok {
			w.about.count(rec)
			w.block.add(rec)
		}
		if w.checker.summary.Rows%blockRows == 0 {
			if err := w.step(ctx, r); err != nil {
				return err
			}
		}
	}
	return w.step(ctx, r)
}

// step writes the block read last and reports progress, both or neither.
func (w *worker) step(ctx context.Context, r *sheet.Reader) error {
	defer w.block.clear()
	done, total := r.Progress()
	step := job.Step{Progress: done, Total: total, Note: noteReading}
	if !w.importing() || len(w.block.rows) == 0 {
		return w.db.Write(ctx, func(tx *db.Tx) error { return w.run.StepTx(tx, step) })
	}
	plain := w.block.encode()
	w.digest.Write(plain)
	content := w.company.Own().SealBytes(place(w.task.DataID, w.blocks), plain)
	err := w.db.Write(ctx, func(tx *db.Tx) error {
		if err := insertBlock(tx, w.task.OrgID, w.task.DataID, w.blocks, content); err != nil {
			return err
		}
		return w.run.StepTx(tx, step)
	})
	w.blocks++
	return err
}

// end keeps the outcome; of an import it makes the data current.
func (w *worker) end(ctx context.Context) error {
	summary := w.checker.summary
	switch {
	case summary.Accepted == 0:
		return w.giveUp(ctx, ErrNoRows)
	case w.importing() && summary.Rejected > 0 && !w.task.Input.SkipBadRows:
		return w.giveUp(ctx, ErrRowsRejected)
	}
	w.about.finish(w.checker)
	sum, description, err := w.sum()
	if err != nil {
		return err
	}
	return w.db.Write(ctx, func(tx *db.Tx) error {
		if err := w.keepFindingsTx(tx); err != nil {
			return err
		}
		if w.importing() {
			if err := w.makeCurrentTx(tx, description, sum); err != nil {
				return err
			}
		}
		return w.run.ResultTx(tx, summary)
	})
}

// sum is the digest of the answers as they are kept: what the columns are, and
// every block.
func (w *worker) sum() (sum []byte, description string, err error) {
	raw, err := json.Marshal(w.about)
	if err != nil {
		return nil, "", err
	}
	w.digest.Write(raw)
	return w.digest.Sum(nil), string(raw), nil
}

func (w *worker) makeCurrentTx(tx *db.Tx, description string, sum []byte) error {
	t := w.task
	err := finishData(tx, w.company.Own(), dataRow{OrgID: t.OrgID, ID: t.DataID, Description: description, SHA256: sum, FinishedAt: tx.Now()})
	if err != nil {
		return err
	}
	if err := setData(tx, w.study, t.DataID, w.about.Rows); err != nil {
		return err
	}
	if err := deleteOtherData(tx, w.study, t.DataID); err != nil {
		return err
	}
	if err := remember(tx, w.company.Own(), t.OrgID, w.header, t.Input.Mapping); err != nil {
		return err
	}
	return w.audit.RecordTx(tx, audit.Change{OrgID: t.OrgID, Actor: t.Actor, Action: PermImport, ObjectType: "survey", ObjectID: t.StudyID, After: map[string]any{
		"data_id": t.DataID, "file": w.file.Name, "file_sha256": Digest(w.file.SHA256), "sha256": Digest(sum), "rows": w.about.Rows, "rejected": w.about.Rejected,
	}})
}

// keepFindingsTx writes summary and problems to the file.
func (w *worker) keepFindingsTx(tx *db.Tx) error {
	summary, err := json.Marshal(w.checker.summary)
	if err != nil {
		return err
	}
	problems, err := json.Marshal(w.checker.list)
	if err != nil {
		return err
	}
	f := w.file
	f.Summary, f.Problems = string(summary), w.company.Own().SealBytes(problemsPlace(f.ID), problems)
	return setFindings(tx, f)
}

func problemsPlace(file id.ID) crypt.Place {
	return crypt.Place{Table: "survey_file", Column: "problems", ID: file}
}

// giveUp ends a job that came to nothing: it keeps what was found, removes what an
// import has written and passes the error on. An unforeseen error and the end of
// the process leave that to the next attempt, a lost lease to the one that is
// already running.
func (w *worker) giveUp(ctx context.Context, cause error) error {
	var f *fault.Error
	if errors.Is(context.Cause(ctx), job.ErrCancelled) {
		f = job.ErrCancelled
	} else if ctx.Err() != nil || !errors.As(cause, &f) {
		return cause
	}
	if w.checker != nil && f.Params != nil {
		w.checker.add(fatal(f))
		f = ErrUnreadable.Wrap(cause)
	}
	err := w.db.Write(context.WithoutCancel(ctx), w.giveUpTx)
	if err != nil && !errors.Is(err, job.ErrCancelled) { // which says that it is no longer ours
		return err
	}
	return f
}

func (w *worker) giveUpTx(tx *db.Tx) error {
	if w.checker != nil {
		if err := w.run.ResultTx(tx, w.checker.summary); err != nil {
			return err
		}
		if err := w.keepFindingsTx(tx); err != nil {
			return err
		}
	}
	if !w.importing() {
		return nil
	}
	if err := deleteData(tx, w.task.OrgID, w.task.DataID); err != nil {
		return err
	}
	return clearImportJob(tx, w.study, w.run.Job.ID)
}

// fatal is the problem that ended the reading of a file: its error, with the
// place.
func fatal(f *fault.Error) Problem {
	p := Problem{Code: strings.TrimPrefix(f.Code, "survey."), Severity: Rejected, Params: f.Params}
	p.Row, _ = f.Params["row"].(int)
	return p
}
