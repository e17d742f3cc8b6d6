package backup

import (
	"encoding/json"
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const columns = `id, org_id, origin, state, file, size, sha256, content_bytes, row_count, file_count, schema_version, program, snapshot_at, job_id, error,
	proof, proof_at, proof_job_id, proof_error, created_by, created_name, created_at, finished_at, version`

func insertBackup(tx *db.Tx, b Backup) error {
	_, err := tx.Exec(`INSERT INTO backup (`+columns+`)
		VALUES ($1, $2, $3, $4, '', 0, $5, 0, 0, 0, 0, '', 0, $6, '', $7, 0, NULL, '', $8, $9, $10, 0, 1)`,
		b.ID, b.OrgID, b.Origin, b.State, []byte{}, b.JobID, b.Proof, b.CreatedBy, b.CreatedName, b.CreatedAt)
	return err
}

func backupByID(tx *db.Tx, org, i id.ID) (b Backup, err error) {
	return b, tx.Get(&b, `SELECT `+columns+` FROM backup WHERE org_id = $1 AND id = $2`, org, i)
}

// listBackups gives backups before a position, the newest first.
func listBackups(tx *db.Tx, org id.ID, at when.Instant, i id.ID, limit int) (all []Backup, err error) {
	return all, tx.Select(&all, `SELECT `+columns+` FROM backup WHERE org_id = $1 AND (created_at, id) < ($2, $3)
		ORDER BY created_at DESC, id DESC LIMIT $4`, org, at, i, limit)
}

// keptLimit bounds how many backups are looked at for those to remove.
const keptLimit = 2 * maxKeep

// keptBackups are the backups whose files are there and fall under the schedule's
// number.
func keptBackups(tx *db.Tx, org id.ID) (all []Backup, err error) {
	return all, tx.Select(&all, `SELECT `+columns+` FROM backup WHERE org_id = $1 AND state = $2 ORDER BY created_at DESC, id DESC LIMIT $3`, org, Done, keptLimit)
}

func runningBackups(tx *db.Tx, org id.ID) (all []Backup, err error) {
	return all, tx.Select(&all, `SELECT `+columns+` FROM backup WHERE org_id = $1 AND state = $2 ORDER BY created_at DESC, id DESC LIMIT 20`, org, Running)
}

// provedBackup is the newest backup that was proved and is there; it may be being
// proved once more.
func provedBackup(tx *db.Tx, org id.ID) (b Backup, found bool, err error) {
	found, err = tx.Find(&b, `SELECT `+columns+` FROM backup WHERE org_id = $1 AND state = $2 AND (proof = $3 OR proof = $4 AND proof_at > 0)
		ORDER BY snapshot_at DESC, id DESC LIMIT 1`, org, Done, Equal, Proving)
	return b, found, err
}

func updateBackup(tx *db.Tx, b Backup) error {
	if b.SHA256 == nil { // an empty one, as SQLite reads it
		b.SHA256 = []byte{}
	}
	return tx.ExecOne(db.ErrStale, `UPDATE backup SET state = $4, file = $5, size = $6, sha256 = $7, content_bytes = $8, row_count = $9, file_count = $10,
		schema_version = $11, program = $12, snapshot_at = $13, job_id = $14, error = $15, proof = $16, proof_at = $17, proof_job_id = $18, proof_error = $19,
		finished_at = $20, version = version + 1 WHERE org_id = $1 AND id = $2 AND version = $3`,
		b.OrgID, b.ID, b.Version, b.State, b.File, b.Size, b.SHA256, b.ContentBytes, b.Rows, b.Files, b.Schema, b.Program, b.SnapshotAt, b.JobID, b.Error,
		b.Proof, b.ProofAt, b.ProofJobID, b.ProofError, b.FinishedAt)
}

type scheduleRow struct {
	Active      bool         `db:"active"`
	Days        string       `db:"days"`
	Hour        int          `db:"hour"`
	Keep        int          `db:"keep"`
	Prove       bool         `db:"prove"`
	NextAt      when.Instant `db:"next_at"`
	UpdatedName string       `db:"updated_name"`
	UpdatedAt   when.Instant `db:"updated_at"`
	Version     int64        `db:"version"`
}

// scheduleOf is the schedule; without a row it is the weekly one, in version 0.
func scheduleOf(tx *db.Tx, org id.ID) (s Schedule, err error) {
	var r scheduleRow
	err = tx.Get(&r, `SELECT active, days, hour, keep, prove, next_at, updated_name, updated_at, version FROM backup_schedule WHERE org_id = $1`, org)
	if errors.Is(err, db.ErrNotFound) {
		return Schedule{Active: weekly.Active, Days: weekly.Days, Hour: weekly.Hour, Keep: weekly.Keep, Prove: weekly.Prove}, nil
	}
	if err != nil {
		return s, err
	}
	s = Schedule{Active: r.Active, Hour: r.Hour, Keep: r.Keep, Prove: r.Prove, NextAt: r.NextAt, UpdatedName: r.UpdatedName, UpdatedAt: r.UpdatedAt, Version: r.Version}
	return s, json.Unmarshal([]byte(r.Days), &s.Days)
}

// saveSchedule writes the schedule over the version it was made from; 0 is none.
func saveSchedule(tx *db.Tx, org, by id.ID, s Schedule) error {
	days, err := json.Marshal(s.Days)
	if err != nil {
		return err
	}
	if s.Version == 0 {
		n, err := tx.Exec(`INSERT INTO backup_schedule (org_id, active, days, hour, keep, prove, next_at, updated_by, updated_name, updated_at, version)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1) ON CONFLICT DO NOTHING`,
			org, s.Active, string(days), s.Hour, s.Keep, s.Prove, s.NextAt, by, s.UpdatedName, s.UpdatedAt)
		if err == nil && n == 0 {
			err = db.ErrStale
		}
		return err
	}
	return tx.ExecOne(db.ErrStale, `UPDATE backup_schedule SET active = $3, days = $4, hour = $5, keep = $6, prove = $7, next_at = $8, updated_by = $9,
		updated_name = $10, updated_at = $11, version = version + 1 WHERE org_id = $1 AND version = $2`,
		org, s.Version, s.Active, string(days), s.Hour, s.Keep, s.Prove, s.NextAt, by, s.UpdatedName, s.UpdatedAt)
}

// lockSchedule makes others who would begin a backup wait until the transaction
// ends.
func lockSchedule(tx *db.Tx, org id.ID) error {
	_, err := tx.Exec(`UPDATE backup_schedule SET version = version WHERE org_id = $1`, org)
	return err
}

// passSchedule moves the schedule on; false when another process did.
func passSchedule(tx *db.Tx, org id.ID, due, after when.Instant) (bool, error) {
	n, err := tx.Exec(`UPDATE backup_schedule SET next_at = $3 WHERE org_id = $1 AND active AND next_at = $2`, org, due, after)
	return n > 0, err
}
