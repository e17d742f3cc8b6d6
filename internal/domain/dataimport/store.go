package dataimport

import (
	"database/sql/driver"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Scan implements sql.Scanner.
func (c *Counts) Scan(src any) error { return scanJSON(src, c) }

// Value implements driver.Valuer.
func (c Counts) Value() (driver.Value, error) { return jsonValue(c) }

// Scan implements sql.Scanner.
func (s *Stop) Scan(src any) error { return scanJSON(src, s) }

// Value implements driver.Valuer.
func (s Stop) Value() (driver.Value, error) { return jsonValue(s) }

func jsonValue(v any) (driver.Value, error) {
	raw, err := json.Marshal(v)
	return string(raw), err
}

func scanJSON(src, to any) error {
	switch v := src.(type) {
	case string:
		return json.Unmarshal([]byte(v), to)
	case []byte:
		return json.Unmarshal(v, to)
	}
	return fmt.Errorf("dataimport: cannot scan %T", src)
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }

const columns = `id, org_id, kind, mode, state, file_name, format, size, sha256, rows_total, rows_done, planned, counts, error, job_id,
	created_by, created_name, created_at, started_at, finished_at, version`

func setupPlace(i id.ID) crypt.Place {
	return crypt.Place{Table: "data_import", Column: "setup", ID: i}
}

func sealSetup(own *crypt.Subject, i id.ID, set setup) ([]byte, error) {
	raw, err := json.Marshal(set)
	if err != nil {
		return nil, fmt.Errorf("dataimport: %w", err)
	}
	return own.SealBytes(setupPlace(i), raw), nil
}

func openSetup(own *crypt.Subject, i id.ID, sealed []byte) (set setup, err error) {
	raw, err := own.OpenBytes(setupPlace(i), sealed)
	if err != nil {
		return setup{}, err
	}
	return set, json.Unmarshal(raw, &set)
}

// place is where the name of the file stands, which may be that of a person.
func (i Import) place() crypt.Place {
	return crypt.Place{Table: "data_import", Column: "file_name", ID: i.ID}
}

func (i *Import) open(own *crypt.Subject) (err error) {
	i.FileName, err = own.Open(i.place(), i.SealedName)
	return err
}

func insertImport(tx *db.Tx, i Import, own *crypt.Subject, set setup) error {
	sealed, err := sealSetup(own, i.ID, set)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO data_import (`+columns+`, setup)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
		i.ID, i.OrgID, i.Kind, i.Mode, i.State, own.Seal(i.place(), i.FileName), i.Format, i.Size, i.SHA256, i.RowsTotal, i.RowsDone, i.Planned, i.Counts, i.Error, i.JobID,
		i.CreatedBy, i.ByName, i.CreatedAt, i.StartedAt, i.FinishedAt, i.Version, sealed)
	return err
}

type importRow struct {
	Import
	Setup []byte `db:"setup"`
}

func importByID(tx *db.Tx, scope db.Scope, i id.ID) (Import, []byte, error) {
	var r importRow
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+columns+", setup FROM data_import", "")
	err := tx.Get(&r, text, args...)
	return r.Import, r.Setup, err
}

func activeImport(tx *db.Tx, org id.ID) (i Import, found bool, err error) {
	found, err = tx.Find(&i, "SELECT "+columns+" FROM data_import WHERE org_id = $1 AND state IN ('running', 'reverting')", org)
	return i, found, err
}

// updateSetup writes mode and mapping over the version the caller saw.
func updateSetup(tx *db.Tx, i Import, own *crypt.Subject, set setup, version int64) error {
	sealed, err := sealSetup(own, i.ID, set)
	if err != nil {
		return err
	}
	return tx.ExecOne(db.ErrStale, `UPDATE data_import SET mode = $1, state = $2, setup = $3, planned = $4, error = $5, rows_done = $6, version = version + 1
		WHERE org_id = $7 AND id = $8 AND version = $9`, i.Mode, i.State, sealed, i.Planned, i.Error, i.RowsDone, i.OrgID, i.ID, version)
}

// updateState moves an import on from the state and version it was seen in.
// Errors: db.ErrStale, ErrBusy when another import of the company is at work.
func updateState(tx *db.Tx, i *Import, from State) error {
	i.Version++
	err := tx.ExecOne(db.ErrStale, `UPDATE data_import SET state = $1, rows_total = $2, rows_done = $3, planned = $4, counts = $5, error = $6, job_id = $7,
		started_at = $8, finished_at = $9, version = $10 WHERE org_id = $11 AND id = $12 AND state = $13 AND version = $14`,
		i.State, i.RowsTotal, i.RowsDone, i.Planned, i.Counts, i.Error, i.JobID, i.StartedAt, i.FinishedAt, i.Version, i.OrgID, i.ID, from, i.Version-1)
	if errors.Is(err, db.ErrDuplicate) {
		return ErrBusy.Wrap(err)
	}
	return err
}

// progressed writes how far the step under way has come.
func progressed(tx *db.Tx, i Import) error {
	_, err := tx.Exec("UPDATE data_import SET rows_total = $1, rows_done = $2, planned = $3, counts = $4 WHERE org_id = $5 AND id = $6",
		i.RowsTotal, i.RowsDone, i.Planned, i.Counts, i.OrgID, i.ID)
	return err
}

// position is the sort values of the last import seen.
type position struct {
	At when.Instant
	ID id.ID
}

// recentImports lists the newest first, after a position.
func recentImports(tx *db.Tx, scope db.Scope, after position, limit int) (list []Import, err error) {
	q := new(db.Query)
	if !after.ID.IsZero() {
		q.Where("(created_at, id) < (?, ?)", after.At, after.ID)
	}
	text, args := q.PerOrg(scope, "SELECT "+columns+" FROM data_import", "org_id", "created_at DESC, id DESC", limit)
	return list, tx.Select(&list, text, args...)
}

// sameFile lists other imports of the file that were not discarded.
func sameFile(tx *db.Tx, i Import) (list []Import, err error) {
	err = tx.Select(&list, "SELECT "+columns+` FROM data_import WHERE org_id = $1 AND sha256 = $2 AND id <> $3 AND state <> 'discarded'
		ORDER BY created_at DESC, id DESC LIMIT 5`, i.OrgID, i.SHA256, i.ID)
	return list, err
}

func mappingPlace(hash []byte) crypt.Place {
	return crypt.Place{Table: "data_import_mapping", Column: hexOf(hash)}
}

func rememberMapping(tx *db.Tx, own *crypt.Subject, org id.ID, hash []byte, m Mapping) error {
	raw, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("dataimport: %w", err)
	}
	_, err = tx.Exec(`INSERT INTO data_import_mapping (org_id, header_hash, mapping, updated_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (org_id, header_hash) DO UPDATE SET mapping = excluded.mapping, updated_at = excluded.updated_at`,
		org, hash, own.SealBytes(mappingPlace(hash), raw), tx.Now())
	return err
}

func rememberedMapping(tx *db.Tx, own *crypt.Subject, org id.ID, hash []byte) (m Mapping, found bool, err error) {
	var row struct {
		Mapping []byte `db:"mapping"`
	}
	found, err = tx.Find(&row, "SELECT mapping FROM data_import_mapping WHERE org_id = $1 AND header_hash = $2", org, hash)
	if err != nil || !found {
		return Mapping{}, false, err
	}
	raw, err := own.OpenBytes(mappingPlace(hash), row.Mapping)
	if err != nil {
		return Mapping{}, false, err
	}
	return m, true, json.Unmarshal(raw, &m)
}
