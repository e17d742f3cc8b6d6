package bulk

import (
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const changeColumns = `org_id, id, kind, state, permission, by_filter, change, total, changed, same, refused, restored, kept, error, job_id,
	created_by, created_name, created_at, finished_at, undo_until, undone_name, version`

type changeRow struct {
	Change
	Sealed []byte `db:"change"`
}

func insertChange(tx *db.Tx, c Change, sealed []byte) error {
	_, err := tx.Exec("INSERT INTO bulk_change ("+changeColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
		c.OrgID, c.ID, c.Kind, c.State, c.Permission, c.ByFilter, sealed, c.Total, c.Counts.Changed, c.Same, c.Refused, c.Restored, c.Kept, c.Error, c.JobID,
		c.CreatedBy, c.CreatedName, c.CreatedAt, c.FinishedAt, c.UndoUntil, c.UndoneName, c.Version)
	return err
}

func changeByID(tx *db.Tx, scope db.Scope, i id.ID) (r changeRow, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+changeColumns+" FROM bulk_change", "")
	return r, tx.Get(&r, text, args...)
}

// recentChanges lists the newest first, after a position.
func recentChanges(tx *db.Tx, scope db.Scope, q *db.Query, at when.Instant, last id.ID, limit int) (list []changeRow, err error) {
	if !last.IsZero() {
		q.Where("(created_at, id) < (?, ?)", at, last)
	}
	text, args := q.PerOrg(scope, "SELECT "+changeColumns+" FROM bulk_change", "org_id", "created_at DESC, id DESC", limit)
	return list, tx.Select(&list, text, args...)
}

// updateState moves a change on from the state and version it was seen in. Error:
// db.ErrStale.
func updateState(tx *db.Tx, c *Change, from State) error {
	c.Version++
	return tx.ExecOne(db.ErrStale, `UPDATE bulk_change SET state = $1, changed = $2, same = $3, refused = $4, restored = $5, kept = $6, error = $7, job_id = $8,
		finished_at = $9, undone_name = $10, version = $11 WHERE org_id = $12 AND id = $13 AND state = $14 AND version = $15`,
		c.State, c.Changed, c.Same, c.Refused, c.Restored, c.Kept, c.Error, c.JobID, c.FinishedAt, c.UndoneName, c.Version, c.OrgID, c.ID, from, c.Version-1)
}

// updateCounts writes how far the step under way has come.
func updateCounts(tx *db.Tx, c Change) error {
	_, err := tx.Exec("UPDATE bulk_change SET changed = $1, same = $2, refused = $3, restored = $4, kept = $5 WHERE org_id = $6 AND id = $7",
		c.Changed, c.Same, c.Refused, c.Restored, c.Kept, c.OrgID, c.ID)
	return err
}

const rowColumns = "n, object_id, version, state, code, params, before"

func insertRows(tx *db.Tx, c Change, rows []Row) error {
	return tx.Bulk(db.Bulk{Table: "bulk_row", Columns: strings.Split("org_id, bulk_id, "+rowColumns, ", "), Len: len(rows), Row: func(i int) []any {
		r := rows[i]
		return []any{c.OrgID, c.ID, r.N, r.ObjectID, r.Version, string(r.State), r.Code, r.Params, r.Before}
	}})
}

// rowsIn are the next records that stand in a state.
func rowsIn(tx *db.Tx, c Change, state RowState, limit int) ([]Row, error) {
	return rowsAfter(tx, c, state, -1, limit)
}

func rowsAfter(tx *db.Tx, c Change, state RowState, n int64, limit int) (rows []Row, err error) {
	err = tx.Select(&rows, "SELECT "+rowColumns+" FROM bulk_row WHERE org_id = $1 AND bulk_id = $2 AND state = $3 AND n > $4 ORDER BY n LIMIT $5", c.OrgID, c.ID, state, n, limit)
	return rows, err
}

func updateRow(tx *db.Tx, c Change, r Row) error {
	return tx.ExecOne(db.ErrNotFound, "UPDATE bulk_row SET version = $1, state = $2, code = $3, params = $4, before = $5 WHERE org_id = $6 AND bulk_id = $7 AND n = $8",
		r.Version, r.State, r.Code, r.Params, r.Before, c.OrgID, c.ID, r.N)
}

// leaveRows gives up the records that a stopped change did not reach.
func leaveRows(tx *db.Tx, c Change) error {
	_, err := tx.Exec("UPDATE bulk_row SET state = 'left' WHERE org_id = $1 AND bulk_id = $2 AND state = 'waiting'", c.OrgID, c.ID)
	return err
}

func deleteRows(tx *db.Tx, c Change) error {
	_, err := tx.Exec("DELETE FROM bulk_row WHERE org_id = $1 AND bulk_id = $2", c.OrgID, c.ID)
	return err
}
