package survey

import (
	"encoding/json"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// fileRow is a response file that was sent. Summary and problems are those of
// the last check or import. The name may be that of a person.
type fileRow struct {
	OrgID      id.ID        `db:"org_id"`
	ID         id.ID        `db:"id"`
	StudyID    id.ID        `db:"study_id"`
	Name       string       `db:"-"`
	SealedName []byte       `db:"name"`
	Size       int64        `db:"size"`
	SHA256     []byte       `db:"sha256"`
	Summary    string       `db:"summary"`  // JSON; "" before the first check
	Problems   []byte       `db:"problems"` // JSON, sealed
	CreatedBy  id.ID        `db:"created_by"`
	CreatedAt  when.Instant `db:"created_at"`
	Version    int64        `db:"version"`
}

func (f fileRow) ref() blob.Ref { return blob.Ref{ID: f.ID, Size: f.Size, SHA256: f.SHA256} }

func (f fileRow) namePlace() crypt.Place {
	return crypt.Place{Table: "survey_file", Column: "name", ID: f.ID}
}

func (f *fileRow) open(own *crypt.Subject) (err error) {
	f.Name, err = own.Open(f.namePlace(), f.SealedName)
	return err
}

const fileColumns = "org_id, id, study_id, name, size, sha256, summary, problems, created_by, created_at, version"

// maxFiles bounds the files kept of one study.
const maxFiles = 50

func insertFile(tx *db.Tx, own *crypt.Subject, f fileRow) error {
	_, err := tx.Exec("INSERT INTO survey_file ("+fileColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
		f.OrgID, f.ID, f.StudyID, own.Seal(f.namePlace(), f.Name), f.Size, f.SHA256, f.Summary, []byte{}, f.CreatedBy, f.CreatedAt, f.Version)
	return err
}

func fileByID(tx *db.Tx, own *crypt.Subject, study Study, i id.ID) (f fileRow, err error) {
	err = tx.Get(&f, "SELECT "+fileColumns+" FROM survey_file WHERE org_id = $1 AND study_id = $2 AND id = $3", study.OrgID, study.ID, i)
	if err == nil {
		err = f.open(own)
	}
	return f, err
}

// filesOf lists the files of a study without their problems, newest first.
func filesOf(tx *db.Tx, own *crypt.Subject, study Study) (files []fileRow, err error) {
	err = tx.Select(&files, `SELECT org_id, id, study_id, name, size, sha256, summary, created_by, created_at, version FROM survey_file
		WHERE org_id = $1 AND study_id = $2 ORDER BY id DESC LIMIT $3`, study.OrgID, study.ID, maxFiles+1)
	for i := range files {
		if err == nil {
			err = files[i].open(own)
		}
	}
	return files, err
}

func setFindings(tx *db.Tx, f fileRow) error {
	return tx.ExecOne(db.ErrNotFound, "UPDATE survey_file SET summary = $1, problems = $2, version = version + 1 WHERE org_id = $3 AND id = $4", f.Summary, f.Problems, f.OrgID, f.ID)
}

// deleteFile removes a file of the version it has.
func deleteFile(tx *db.Tx, f fileRow) error {
	return tx.ExecOne(db.ErrStale, "DELETE FROM survey_file WHERE org_id = $1 AND id = $2 AND version = $3", f.OrgID, f.ID, f.Version)
}

// Duplicate is a study that already holds the answers of the same file.
type Duplicate struct {
	StudyID    id.ID        `db:"study_id" json:"study_id"`
	Title      string       `db:"title" json:"title"`
	Wave       string       `db:"wave" json:"wave"`
	FileName   string       `db:"-" json:"file_name"`
	ImportedAt when.Instant `db:"finished_at" json:"imported_at"`
}

// importedRow is a duplicate as it is stored.
type importedRow struct {
	Duplicate
	OrgID      id.ID  `db:"org_id"`
	DataID     id.ID  `db:"data_id"`
	SealedName []byte `db:"file_name"`
}

// importedFrom finds current data sets of the caller's studies that came from a
// file with this digest.
func importedFrom(tx *db.Tx, scope db.Scope, sha256 []byte) (found []importedRow, err error) {
	text, args := new(db.Query).Scope("d.org_id", scope).Where("d.file_sha256 = ?", sha256).
		Text(`SELECT d.org_id, d.id AS data_id, d.study_id, s.title, s.wave, d.file_name, d.finished_at
			FROM survey_data d JOIN survey_study s ON s.org_id = d.org_id AND s.id = d.study_id AND s.data_id = d.id`,
			"ORDER BY d.finished_at DESC, d.id LIMIT ?", maxFiles)
	return found, tx.Select(&found, text, args...)
}

func mappingPlace(i id.ID) crypt.Place {
	return crypt.Place{Table: "survey_mapping", Column: "mapping", ID: i}
}

// remember keeps a mapping for files with the same header.
func remember(tx *db.Tx, own *crypt.Subject, org id.ID, header []string, m Mapping) error {
	raw, err := json.Marshal(m)
	if err != nil {
		return err
	}
	made := tx.NewID()
	_, err = tx.Exec(`INSERT INTO survey_mapping (org_id, header_hash, id, mapping, updated_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (org_id, header_hash) DO UPDATE SET id = excluded.id, mapping = excluded.mapping, updated_at = excluded.updated_at`,
		org, headerHash(header), made, own.SealBytes(mappingPlace(made), raw), tx.Now())
	return err
}

func remembered(tx *db.Tx, own *crypt.Subject, org id.ID, header []string) (m Mapping, found bool, err error) {
	var row struct {
		ID      id.ID  `db:"id"`
		Mapping []byte `db:"mapping"`
	}
	found, err = tx.Find(&row, "SELECT id, mapping FROM survey_mapping WHERE org_id = $1 AND header_hash = $2", org, headerHash(header))
	if err != nil || !found {
		return m, false, err
	}
	raw, err := own.OpenBytes(mappingPlace(row.ID), row.Mapping)
	if err != nil {
		return m, false, err
	}
	return m, true, json.Unmarshal(raw, &m)
}
