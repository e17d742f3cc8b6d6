package satisfaction

import (
	"encoding/json"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/pls"
)

// estimationRow is an estimation. Model, settings, bands, outcome and problems are
// JSON; outcome is empty until it is done, and sealed: it names the segments. The index
// is -1 while there is none.
type estimationRow struct {
	OrgID        id.ID        `db:"org_id"`
	ID           id.ID        `db:"id"`
	StudyID      id.ID        `db:"study_id"`
	StudyTitle   string       `db:"study_title"`
	StudyWave    string       `db:"study_wave"`
	Invited      int64        `db:"invited"`
	State        State        `db:"state"`
	JobID        id.ID        `db:"job_id"`
	ModelRef     string       `db:"model_ref"`
	Model        string       `db:"model"`
	Settings     string       `db:"settings"`
	Bands        string       `db:"bands"`
	DataID       id.ID        `db:"data_id"`
	DataSHA256   []byte       `db:"data_sha256"`
	Program      string       `db:"program"`
	Cases        int64        `db:"cases"`
	IndexValue   float64      `db:"index_value"`
	IndexLo      float64      `db:"index_lo"`
	IndexHi      float64      `db:"index_hi"`
	Outcome      string       `db:"-"`
	Sealed       []byte       `db:"outcome"`
	Problems     string       `db:"problems"`
	ExportSize   int64        `db:"export_size"`
	ExportSHA256 []byte       `db:"export_sha256"`
	CreatedBy    id.ID        `db:"created_by"`
	CreatedName  string       `db:"created_name"`
	CreatedAt    when.Instant `db:"created_at"`
	FinishedAt   when.Instant `db:"finished_at"`
	Version      int64        `db:"version"`
	TitleKey     string       `db:"title_key"`
}

func (r estimationRow) place() crypt.Place {
	return crypt.Place{Table: "satisfaction_estimation", Column: "outcome", ID: r.ID}
}

// export names the file of result.json; it bears the estimation's identifier.
func (r estimationRow) export() blob.Ref {
	return blob.Ref{ID: r.ID, Size: r.ExportSize, SHA256: r.ExportSHA256}
}

// listColumns leave out what lists do not show.
const (
	listColumns = `org_id, id, study_id, study_title, study_wave, invited, state, job_id, model_ref, model, settings, data_id, data_sha256, program, cases,
	index_value, index_lo, index_hi, problems, export_size, export_sha256, created_by, created_name, created_at, finished_at, version, title_key`
	estimationColumns = listColumns + ", bands, outcome"
)

func insertEstimation(tx *db.Tx, r estimationRow) error {
	_, err := tx.Exec("INSERT INTO satisfaction_estimation ("+estimationColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, -1, -1, -1, '', 0, $15, $16, $17, $18, 0, 1, $19, $20, $15)`,
		r.OrgID, r.ID, r.StudyID, r.StudyTitle, r.StudyWave, r.Invited, r.State, r.JobID, r.ModelRef, r.Model, r.Settings, r.DataID, r.DataSHA256, r.Program,
		[]byte{}, r.CreatedBy, r.CreatedName, r.CreatedAt, r.TitleKey, r.Bands)
	return err
}

func estimationByID(tx *db.Tx, scope db.Scope, i id.ID) (r estimationRow, err error) {
	text, args := new(db.Query).Where("id = ?", i).Scope("org_id", scope).Text("SELECT "+estimationColumns+" FROM satisfaction_estimation", "")
	return r, tx.Get(&r, text, args...)
}

// listEstimations lists newest first, one more than the limit; after holds
// created_at and id of the last row seen.
func listEstimations(tx *db.Tx, scope db.Scope, in ListInput, after []any) (rows []estimationRow, err error) {
	q := new(db.Query).Scope("org_id", scope)
	if !in.SurveyID.IsZero() {
		q.Where("study_id = ?", in.SurveyID)
	}
	if key := cn.Fold(in.Search); key != "" {
		q.Where(tx.Dialect().Position("title_key", "?")+" > 0", key)
	}
	if in.Wave != "" {
		q.Where("study_wave = ?", in.Wave)
	}
	if in.State != "" {
		q.Where("state = ?", in.State)
	}
	if after != nil {
		q.Where("(created_at, id) < (?, ?)", after...)
	}
	text, args := q.Text("SELECT "+listColumns+" FROM satisfaction_estimation", "ORDER BY created_at DESC, id DESC LIMIT ?", in.Limit+1)
	return rows, tx.Select(&rows, text, args...)
}

// finishEstimation writes the end of a queued estimation; db.ErrNotFound when it
// was deleted meanwhile.
func finishEstimation(tx *db.Tx, own *crypt.Subject, r estimationRow) error {
	return tx.ExecOne(db.ErrNotFound, `UPDATE satisfaction_estimation SET state = $1, cases = $2, index_value = $3, index_lo = $4, index_hi = $5, outcome = $6,
		problems = $7, export_size = $8, export_sha256 = $9, finished_at = $10, version = version + 1 WHERE org_id = $11 AND id = $12`,
		r.State, r.Cases, r.IndexValue, r.IndexLo, r.IndexHi, own.Seal(r.place(), r.Outcome), r.Problems, r.ExportSize, r.ExportSHA256, tx.Now(), r.OrgID, r.ID)
}

func deleteEstimation(tx *db.Tx, r estimationRow, version int64) error {
	return tx.ExecOne(db.ErrStale, "DELETE FROM satisfaction_estimation WHERE org_id = $1 AND id = $2 AND version = $3", r.OrgID, r.ID, version)
}

// basis decodes everything a report is made from.
func (r estimationRow) basis(lang string) (b basis, err error) {
	if b.Estimation, b.Model, err = r.estimation(lang); err != nil {
		return b, err
	}
	b.Invited = r.Invited
	if err := json.Unmarshal([]byte(r.Bands), &b.Bands); err != nil {
		return b, fmt.Errorf("satisfaction: bands of %s: %w", r.ID, err)
	}
	if err := json.Unmarshal([]byte(r.Outcome), &b.Outcome); err != nil {
		return b, fmt.Errorf("satisfaction: outcome of %s: %w", r.ID, err)
	}
	return b, nil
}

// estimation decodes the head.
func (r estimationRow) estimation(lang string) (e Estimation, m Model, err error) {
	e = Estimation{
		ID: r.ID, OrgID: r.OrgID, SurveyID: r.StudyID, Title: r.StudyTitle, Wave: r.StudyWave, State: r.State, JobID: r.JobID, DataID: r.DataID,
		DataSHA256: r.DataSHA256, Program: r.Program, Cases: r.Cases, Index: indexNumber(r.IndexValue), IndexLo: indexNumber(r.IndexLo), IndexHi: indexNumber(r.IndexHi),
		ResultSize: r.ExportSize, ResultHash: r.ExportSHA256, CreatedBy: r.CreatedName, CreatedAt: r.CreatedAt, FinishedAt: r.FinishedAt,
		Version: r.Version,
	}
	var own OwnModel
	if err := json.Unmarshal([]byte(r.Model), &own); err != nil {
		return e, m, fmt.Errorf("satisfaction: model of %s: %w", r.ID, err)
	}
	if err := json.Unmarshal([]byte(r.Settings), &e.Settings); err != nil {
		return e, m, fmt.Errorf("satisfaction: settings of %s: %w", r.ID, err)
	}
	e.Model = ModelVersion{Ref: r.ModelRef, Name: own.Name, Title: own.Title.In(lang), Version: own.Version}
	e.Target = own.Target
	if r.Problems == "" {
		return e, own.Model, nil
	}
	var problems pls.Problems
	if err := json.Unmarshal([]byte(r.Problems), &problems); err != nil {
		return e, m, fmt.Errorf("satisfaction: problems of %s: %w", r.ID, err)
	}
	for _, p := range problems {
		e.Problems = append(e.Problems, speaker{lang, own.Model}.problem(p))
	}
	return e, own.Model, nil
}
