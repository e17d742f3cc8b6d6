package satisfaction

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// maxModels bounds the models of an organisation.
const maxModels = 100

// modelRow is a version of a company's own model.
type modelRow struct {
	OrgID       id.ID        `db:"org_id"`
	ID          id.ID        `db:"id"`
	Version     int64        `db:"version"`
	Body        string       `db:"body"` // JSON
	CreatedBy   id.ID        `db:"created_by"`
	CreatedName string       `db:"created_name"`
	CreatedAt   when.Instant `db:"created_at"` // of the version
}

func (r modelRow) own() (OwnModel, error) {
	m := OwnModel{ID: r.ID, OrgID: r.OrgID, Version: r.Version, ChangedBy: r.CreatedName, ChangedAt: r.CreatedAt}
	if err := json.Unmarshal([]byte(r.Body), &m.Model); err != nil {
		return OwnModel{}, fmt.Errorf("satisfaction: model %s: %w", r.ID, err)
	}
	return m, nil
}

const modelSelect = `SELECT m.org_id, m.id, v.version, v.body, v.created_by, v.created_name, v.created_at
	FROM satisfaction_model m JOIN satisfaction_model_version v ON v.org_id = m.org_id AND v.model_id = m.id AND v.version = m.version`

func modelByID(tx *db.Tx, scope db.Scope, i id.ID) (OwnModel, error) {
	var r modelRow
	text, args := new(db.Query).Where("m.id = ?", i).Scope("m.org_id", scope).Text(modelSelect, "")
	if err := tx.Get(&r, text, args...); err != nil {
		return OwnModel{}, err
	}
	return r.own()
}

func listModels(tx *db.Tx, scope db.Scope) (models []OwnModel, err error) {
	var rows []modelRow
	text, args := new(db.Query).Scope("m.org_id", scope).Text(modelSelect, "ORDER BY m.name, m.id LIMIT ?", maxModels*10)
	if err := tx.Select(&rows, text, args...); err != nil {
		return nil, err
	}
	for _, r := range rows {
		m, err := r.own()
		if err != nil {
			return nil, err
		}
		models = append(models, m)
	}
	return models, nil
}

func countModels(tx *db.Tx, org id.ID) (n int, err error) {
	return n, tx.Get(&n, "SELECT count(*) FROM satisfaction_model WHERE org_id = $1", org)
}

// modelVersions gives the versions of a model, newest first.
func modelVersions(tx *db.Tx, m OwnModel) (models []OwnModel, err error) {
	var rows []modelRow
	err = tx.Select(&rows, `SELECT org_id, model_id AS id, version, body, created_by, created_name, created_at FROM satisfaction_model_version
		WHERE org_id = $1 AND model_id = $2 ORDER BY version DESC LIMIT 200`, m.OrgID, m.ID)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		v, err := r.own()
		if err != nil {
			return nil, err
		}
		models = append(models, v)
	}
	return models, nil
}

func insertModel(tx *db.Tx, m OwnModel, by id.ID) error {
	_, err := tx.Exec("INSERT INTO satisfaction_model (org_id, id, name, version, created_by, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		m.OrgID, m.ID, m.Name, m.Version, by, tx.Now(), tx.Now())
	if err != nil {
		return nameTaken(err)
	}
	return insertModelVersion(tx, m, by)
}

func insertModelVersion(tx *db.Tx, m OwnModel, by id.ID) error {
	body, err := json.Marshal(m.Model)
	if err != nil {
		return err
	}
	_, err = tx.Exec("INSERT INTO satisfaction_model_version (org_id, model_id, version, body, created_by, created_name, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		m.OrgID, m.ID, m.Version, string(body), by, m.ChangedBy, m.ChangedAt)
	return err
}

// updateModel makes m.Version, which follows version, the current one.
func updateModel(tx *db.Tx, m OwnModel, version int64, by id.ID) error {
	err := tx.ExecOne(db.ErrStale, "UPDATE satisfaction_model SET name = $1, version = $2, updated_at = $3 WHERE org_id = $4 AND id = $5 AND version = $6",
		m.Name, m.Version, tx.Now(), m.OrgID, m.ID, version)
	if err != nil {
		return nameTaken(err)
	}
	return insertModelVersion(tx, m, by)
}

func nameTaken(err error) error {
	if errors.Is(err, db.ErrDuplicate) {
		return ErrModelName.Wrap(err)
	}
	return err
}

func deleteModel(tx *db.Tx, m OwnModel, version int64) error {
	if m.Version != version {
		return db.ErrStale
	}
	if _, err := tx.Exec("DELETE FROM satisfaction_model_version WHERE org_id = $1 AND model_id = $2", m.OrgID, m.ID); err != nil {
		return err
	}
	return tx.ExecOne(db.ErrStale, "DELETE FROM satisfaction_model WHERE org_id = $1 AND id = $2 AND version = $3", m.OrgID, m.ID, version)
}

// bandsOf gives the bands of an organisation; found is false where it has none.
func bandsOf(tx *db.Tx, org id.ID) (b Bands, found bool, err error) {
	var row struct {
		Bands   string `db:"bands"`
		Version int64  `db:"version"`
	}
	found, err = tx.Find(&row, "SELECT bands, version FROM satisfaction_bands WHERE org_id = $1", org)
	if err != nil || !found {
		return Bands{}, false, err
	}
	b = Bands{OrgID: org, SetBy: org, Version: row.Version}
	return b, true, json.Unmarshal([]byte(row.Bands), &b.Bands)
}

// setBands expects the version that was read; 0 for an organisation without.
func setBands(tx *db.Tx, b Bands, version int64) error {
	raw, err := json.Marshal(b.Bands)
	if err != nil {
		return err
	}
	if version > 0 {
		return tx.ExecOne(db.ErrStale, "UPDATE satisfaction_bands SET bands = $1, version = version + 1, updated_at = $2 WHERE org_id = $3 AND version = $4",
			string(raw), tx.Now(), b.OrgID, version)
	}
	return tx.ExecOne(db.ErrStale, "INSERT INTO satisfaction_bands (org_id, bands, version, updated_at) VALUES ($1, $2, 1, $3) ON CONFLICT (org_id) DO NOTHING",
		b.OrgID, string(raw), tx.Now())
}
