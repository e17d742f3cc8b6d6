package customer

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// movable are the tables whose rows follow a customer: the name people know them
// by, and the column that tells whether a row was changed.
var movable = map[string]struct{ name, version string }{
	"customer_note":        {"notes", "version"},
	"customer_analysis":    {"analyses", "version"},
	"customer_interaction": {"interactions", "version"},
	"customer_attachment":  {"attachments", "version"},
	"customer_event":       {"events", "at"},
	"reception":            {"receptions", "version"},
	"customer_field_value": {"fields", "CASE WHEN current THEN 1 ELSE 0 END"},
}

// moving is the condition of the rows of a table that move from customer $3 to
// customer $1. Of company-defined fields only those do for which the other never
// had a value.
func moving(table string) string {
	const all = " WHERE org_id = $2 AND customer_id = $3"
	if table == "customer_field_value" {
		return all + " AND field_id NOT IN (SELECT field_id FROM customer_field_value WHERE org_id = $2 AND customer_id = $1)"
	}
	return all
}

// moveParts gives the parts of from to into.
func moveParts(tx *db.Tx, into, from owner) (moves, error) {
	m := moves{Rows: map[string][]movedRow{}}
	for _, table := range sortedKeys(movable) {
		text, rows := "UPDATE "+table+" SET customer_id = $1"+moving(table), []movedRow{}
		if err := tx.Select(&rows, text+" RETURNING id, "+movable[table].version+" AS version", into.ID, from.OrgID, from.ID); err != nil {
			return moves{}, err
		}
		if len(rows) > 0 {
			m.Rows[table] = rows
		}
	}
	return m, nil
}

// chunk is how many identifiers one statement lists.
const chunk = 500

// moveRowsBack gives rows back to from; false when some were changed or removed
// since.
func moveRowsBack(tx *db.Tx, table string, into, from owner, rows []movedRow) (same bool, err error) {
	same = true
	for part := range slices.Chunk(rows, chunk) {
		ids, version := make([]id.ID, len(part)), make(map[id.ID]int64, len(part))
		for i, r := range part {
			ids[i], version[r.ID] = r.ID, r.Version
		}
		text, args := db.In(partQuery(into), "id", ids).Text("SELECT id, "+movable[table].version+" AS version FROM "+table, "LIMIT ?", len(ids))
		var found []movedRow
		if err := tx.Select(&found, text, args...); err != nil {
			return false, err
		}
		for _, r := range found {
			same = same && version[r.ID] == r.Version
		}
		if same = same && len(found) == len(part); !same {
			return false, nil
		}
		if err := giveBack(tx, table, into, from, ids); err != nil {
			return false, err
		}
	}
	return same, nil
}

func giveBack(tx *db.Tx, table string, into, from owner, ids []id.ID) error {
	args := []any{from.ID, into.OrgID, into.ID}
	marks := make([]string, len(ids))
	for i, x := range ids {
		args = append(args, x)
		marks[i] = fmt.Sprintf("$%d", len(args))
	}
	_, err := tx.Exec("UPDATE "+table+" SET customer_id = $1 WHERE org_id = $2 AND customer_id = $3 AND id IN ("+strings.Join(marks, ", ")+")", args...)
	return err
}

// countMoves counts what a merge would move, by the names people know.
func countMoves(tx *db.Tx, into, from owner) (map[string]int64, error) {
	counts := map[string]int64{}
	for _, table := range sortedKeys(movable) {
		var n int64
		if err := tx.Get(&n, "SELECT count(*) FROM "+table+moving(table)+" AND customer_id <> $1", into.ID, from.OrgID, from.ID); err != nil {
			return nil, err
		}
		counts[movable[table].name] = n
	}
	return counts, nil
}

const mergeColumns = "org_id, id, from_id, into_id, at, actor_id, actor_name, from_status, into_undo, moved, undone_at"

type mergeRow struct {
	Merge
	OrgID      id.ID  `db:"org_id"`
	ActorID    id.ID  `db:"actor_id"`
	FromStatus Status `db:"from_status"`
	IntoUndo   []byte `db:"into_undo"`
	Moved      string `db:"moved"`
}

func insertMerge(tx *db.Tx, r mergeRow) error {
	_, err := tx.Exec("INSERT INTO customer_merge ("+mergeColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
		r.OrgID, r.ID, r.FromID, r.IntoID, r.At, r.ActorID, r.ActorName, r.FromStatus, r.IntoUndo, r.Moved, r.UndoneAt)
	return err
}

// mergeOf is the merge by which a customer is gone.
func mergeOf(tx *db.Tx, scope db.Scope, from id.ID) (r mergeRow, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("from_id = ?", from).Where("undone_at = 0").
		Text("SELECT "+mergeColumns+" FROM customer_merge", "ORDER BY at DESC, id DESC LIMIT 1")
	if err = tx.Get(&r, text, args...); errors.Is(err, db.ErrNotFound) {
		if _, err := customerByID(tx, scope, from); err != nil {
			return r, err
		}
		return r, ErrNotMerged
	}
	return r, err
}

func mergesOf(tx *db.Tx, scope db.Scope, customer id.ID) (all []Merge, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("(from_id = ? OR into_id = ?)", customer, customer).
		Text("SELECT id, from_id, into_id, at, actor_name, undone_at FROM customer_merge", "ORDER BY at DESC, id DESC LIMIT 200")
	return all, tx.Select(&all, text, args...)
}

func endMerge(tx *db.Tx, r mergeRow, by id.ID) error {
	return tx.ExecOne(ErrNotMerged, "UPDATE customer_merge SET undone_at = $1, undone_by = $2 WHERE org_id = $3 AND id = $4 AND undone_at = 0",
		tx.Now(), by, r.OrgID, r.ID)
}
