package survey

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const studyColumns = `org_id, id, title, title_key, wave, model, from_day, to_day, invited, note, data_id, responses, import_job, version,
	created_by, created_at, updated_at`

func insertStudy(tx *db.Tx, s Study) error {
	_, err := tx.Exec("INSERT INTO survey_study ("+studyColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
		s.OrgID, s.ID, s.Title, s.TitleKey, s.Wave, s.Model, s.FromDay, s.ToDay, s.Invited, s.Note, s.DataID, s.Responses, s.ImportJob, s.Version,
		s.CreatedBy, s.CreatedAt, s.UpdatedAt)
	return err
}

func studyByID(tx *db.Tx, scope db.Scope, i id.ID) (s Study, err error) {
	text, args := new(db.Query).Where("id = ?", i).Scope("org_id", scope).Text("SELECT "+studyColumns+" FROM survey_study", "")
	return s, tx.Get(&s, text, args...)
}

// listOrder is a way to sort studies: by Column, then by id, both downwards or
// upwards.
type listOrder struct {
	Column string
	Down   bool
}

// listOrders are the orders a caller may ask for.
var listOrders = map[string]listOrder{"-created_at": {"created_at", true}, "created_at": {"created_at", false}, "title": {"title_key", false}}

func (o listOrder) clause() (compare, order string) {
	if o.Down {
		return "<", o.Column + " DESC, id DESC"
	}
	return ">", o.Column + ", id"
}

// studyFilter narrows a list; after holds the sort value and id of the last row
// seen, nil at the start.
type studyFilter struct {
	Search string
	Wave   string
	After  []any
}

// listStudies sorts over all organisations of the scope at once: studies are few,
// and the organisations of a province, stations among them, are thousands.
func listStudies(tx *db.Tx, scope db.Scope, f studyFilter, o listOrder, limit int) (studies []Study, err error) {
	compare, order := o.clause()
	q := new(db.Query).Scope("org_id", scope)
	if f.Search != "" {
		q.Where("title_key LIKE ?", "%"+f.Search+"%")
	}
	if f.Wave != "" {
		q.Where("wave = ?", f.Wave)
	}
	if f.After != nil {
		q.Where("("+o.Column+", id) "+compare+" (?, ?)", f.After...)
	}
	text, args := q.Text("SELECT "+studyColumns+" FROM survey_study", "ORDER BY "+order+" LIMIT ?", limit)
	return studies, tx.Select(&studies, text, args...)
}

func updateStudy(tx *db.Tx, s Study, version int64) error {
	return tx.ExecOne(db.ErrStale, `UPDATE survey_study SET title = $1, title_key = $2, wave = $3, model = $4, from_day = $5, to_day = $6, invited = $7,
		note = $8, updated_at = $9, version = version + 1 WHERE org_id = $10 AND id = $11 AND version = $12`,
		s.Title, s.TitleKey, s.Wave, s.Model, s.FromDay, s.ToDay, s.Invited, s.Note, s.UpdatedAt, s.OrgID, s.ID, version)
}

func modelUsed(tx *db.Tx, ref string) (bool, error) {
	var one int
	return tx.Find(&one, "SELECT 1 FROM survey_study WHERE model = $1 LIMIT 1", ref)
}

// setImportJob marks the import that is under way; before is the mark it takes
// the place of, so that of two imports at once one fails.
func setImportJob(tx *db.Tx, s Study, job, before id.ID) error {
	const head = `UPDATE survey_study SET import_job = $1 WHERE org_id = $2 AND id = $3 AND `
	if before.IsZero() {
		return tx.ExecOne(ErrImportRunning, head+`import_job IS NULL`, job, s.OrgID, s.ID)
	}
	return tx.ExecOne(ErrImportRunning, head+`import_job = $4`, job, s.OrgID, s.ID, before)
}

// setData makes a data set the current one and ends the import.
func setData(tx *db.Tx, s Study, data id.ID, responses int64) error {
	return tx.ExecOne(db.ErrNotFound, `UPDATE survey_study SET data_id = $1, responses = $2, import_job = NULL, updated_at = $3, version = version + 1
		WHERE org_id = $4 AND id = $5`, data, responses, tx.Now(), s.OrgID, s.ID)
}

// clearData leaves the version of a study that is given without data.
func clearData(tx *db.Tx, s Study) error {
	return tx.ExecOne(db.ErrStale, `UPDATE survey_study SET data_id = NULL, responses = 0, import_job = NULL, updated_at = $1, version = version + 1
		WHERE org_id = $2 AND id = $3 AND version = $4`, tx.Now(), s.OrgID, s.ID, s.Version)
}

func deleteStudy(tx *db.Tx, s Study, version int64) error {
	return tx.ExecOne(db.ErrStale, "DELETE FROM survey_study WHERE org_id = $1 AND id = $2 AND version = $3", s.OrgID, s.ID, version)
}

// clearImportJob takes the mark of an import away that came to nothing; another
// import's mark stays.
func clearImportJob(tx *db.Tx, s Study, job id.ID) error {
	_, err := tx.Exec("UPDATE survey_study SET import_job = NULL WHERE org_id = $1 AND id = $2 AND import_job = $3", s.OrgID, s.ID, job)
	return err
}
