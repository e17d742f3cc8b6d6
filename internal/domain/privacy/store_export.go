package privacy

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const exportColumns = "org_id, id, request_id, customer_id, job_id, created_by, created_name, created_at, expires_at, file_id, size, sha256, release_id"

type exportRow struct {
	OrgID       id.ID        `db:"org_id"`
	ID          id.ID        `db:"id"`
	RequestID   id.ID        `db:"request_id"`
	CustomerID  id.ID        `db:"customer_id"`
	JobID       id.ID        `db:"job_id"`
	CreatedBy   id.ID        `db:"created_by"`
	CreatedName string       `db:"created_name"`
	CreatedAt   when.Instant `db:"created_at"`
	ExpiresAt   when.Instant `db:"expires_at"`
	FileID      id.ID        `db:"file_id"`
	Size        int64        `db:"size"`
	SHA256      []byte       `db:"sha256"`
	ReleaseID   id.ID        `db:"release_id"`
}

func insertExport(tx *db.Tx, r exportRow) error {
	_, err := tx.Exec("INSERT INTO privacy_export ("+exportColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
		r.OrgID, r.ID, r.RequestID, r.CustomerID, r.JobID, r.CreatedBy, r.CreatedName, r.CreatedAt, r.ExpiresAt, r.FileID, r.Size, r.SHA256, r.ReleaseID)
	return err
}

func exportByID(tx *db.Tx, scope db.Scope, i id.ID) (r exportRow, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+exportColumns+" FROM privacy_export", "")
	return r, tx.Get(&r, text, args...)
}

// exportsOf lists those of a request, the newest first.
func exportsOf(tx *db.Tx, org, request id.ID) (rows []exportRow, err error) {
	return rows, tx.Select(&rows, "SELECT "+exportColumns+" FROM privacy_export WHERE org_id = $1 AND request_id = $2 ORDER BY created_at DESC, id DESC LIMIT 50", org, request)
}

// finishExport names the file of an export, or none when it is gone.
func finishExport(tx *db.Tx, r exportRow, ref blob.Ref) error {
	return tx.ExecOne(db.ErrNotFound, "UPDATE privacy_export SET file_id = $1, size = $2, sha256 = $3 WHERE org_id = $4 AND id = $5",
		ref.ID, ref.Size, ref.SHA256, r.OrgID, r.ID)
}

// dropExports takes the exports of customers away and names their files.
func dropExports(tx *db.Tx, p Person) (files []id.ID, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", p.OrgID), "customer_id", p.IDs).Text("DELETE FROM privacy_export", "RETURNING file_id")
	var rows []struct {
		FileID id.ID `db:"file_id"`
	}
	err = tx.Select(&rows, text, args...)
	for _, r := range rows {
		if !r.FileID.IsZero() {
			files = append(files, r.FileID)
		}
	}
	return files, err
}
