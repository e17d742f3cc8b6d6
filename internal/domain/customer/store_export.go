package customer

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const exportColumns = "org_id, id, job_id, created_by, created_at, expires_at, format, plain, filter, file_id, size, sha256, row_count"

type exportRow struct {
	OrgID     id.ID        `db:"org_id"`
	ID        id.ID        `db:"id"`
	JobID     id.ID        `db:"job_id"`
	CreatedBy id.ID        `db:"created_by"`
	CreatedAt when.Instant `db:"created_at"`
	ExpiresAt when.Instant `db:"expires_at"`
	Format    Format       `db:"format"`
	Plain     bool         `db:"plain"`
	Filter    []byte       `db:"filter"`
	FileID    id.ID        `db:"file_id"`
	Size      int64        `db:"size"`
	SHA256    []byte       `db:"sha256"`
	RowCount  int64        `db:"row_count"`
}

func (r exportRow) place() (when.Instant, id.ID) { return r.CreatedAt, r.ID }

func (r exportRow) export() Export {
	return Export{ID: r.ID, OrgID: r.OrgID, JobID: r.JobID, Format: r.Format, Plain: r.Plain, Ready: !r.FileID.IsZero(), Rows: r.RowCount, Size: r.Size,
		CreatedAt: r.CreatedAt, ExpiresAt: r.ExpiresAt}
}

func insertExport(tx *db.Tx, r exportRow) error {
	_, err := tx.Exec("INSERT INTO customer_export ("+exportColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
		r.OrgID, r.ID, r.JobID, r.CreatedBy, r.CreatedAt, r.ExpiresAt, r.Format, r.Plain, r.Filter, r.FileID, r.Size, r.SHA256, r.RowCount)
	return err
}

func exportByID(tx *db.Tx, scope db.Scope, i id.ID) (r exportRow, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+exportColumns+" FROM customer_export", "")
	return r, tx.Get(&r, text, args...)
}

// finishExport names the file of an export, or none when it is gone.
func finishExport(tx *db.Tx, r exportRow, ref blob.Ref, rows int64) error {
	return tx.ExecOne(db.ErrNotFound, "UPDATE customer_export SET file_id = $1, size = $2, sha256 = $3, row_count = $4 WHERE org_id = $5 AND id = $6",
		ref.ID, ref.Size, ref.SHA256, rows, r.OrgID, r.ID)
}

// valuesOf are the current values of fields by customer.
func valuesOf(tx *db.Tx, org id.ID, customers []id.ID) (map[id.ID][]fieldValueRow, error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", org).Where("current"), "customer_id", customers).
		Text("SELECT "+fieldValueColumns+" FROM customer_field_value", "ORDER BY customer_id, field_id LIMIT ?", len(customers)*maxSettings)
	var rows []fieldValueRow
	if err := tx.Select(&rows, text, args...); err != nil {
		return nil, err
	}
	by := map[id.ID][]fieldValueRow{}
	for _, r := range rows {
		by[r.CustomerID] = append(by[r.CustomerID], r)
	}
	return by, nil
}
