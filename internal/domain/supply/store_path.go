package supply

import (
	"cmp"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// What follows is sorted here rather than by SQL: SQLite, which knows no
// statistics, would walk a company's whole index by number to save the sorting.

// accountsWith lists the accounts whose column (id or customer_id) has the value.
func accountsWith(tx *db.Tx, scope db.Scope, column string, i id.ID, limit int) (found []Account, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where(column+" = ?", i).Text(accounts.selecting(), "ORDER BY id LIMIT ?", limit)
	return found, tx.Select(&found, text, args...)
}

// maxPathPoints bounds the points of a path: a few per account.
const maxPathPoints = 2000

// pointsOf lists the points of accounts that were not withdrawn.
func pointsOf(tx *db.Tx, org id.ID, ids []id.ID) (found []Point, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "account_id", ids).Where("status <> 'withdrawn'").
		Text(points.selecting(), "LIMIT ?", maxPathPoints)
	err = tx.Select(&found, text, args...)
	slices.SortFunc(found, func(a, b Point) int { return cmp.Or(a.AccountID.Compare(b.AccountID), strings.Compare(a.No, b.No)) })
	return found, err
}

// metersAt lists the meters that hang at points.
func metersAt(tx *db.Tx, org id.ID, ids []id.ID) (found []Meter, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "point_id", ids).Text(meters.selecting(), "LIMIT ?", maxPathPoints)
	err = tx.Select(&found, text, args...)
	slices.SortFunc(found, func(a, b Meter) int { return strings.Compare(a.AssetNo, b.AssetNo) })
	return found, err
}

// equipmentAt lists what stands at nodes, the worst first.
func equipmentAt(tx *db.Tx, org id.ID, nodes []id.ID, limit int) (found []Equipment, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "node_id", nodes).Text(equipment.selecting(), "ORDER BY health_rank, open_defects DESC, no LIMIT ?", limit)
	return found, tx.Select(&found, text, args...)
}

// troublesAt lists the faults and the open defects at nodes, the newest first.
func troublesAt(tx *db.Tx, org id.ID, nodes []id.ID, limit int) (found []Condition, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "node_id", nodes).Where("(kind = 'fault' OR kind = 'defect' AND restored_at = 0)").
		Text(conditions.selecting(), "ORDER BY "+tx.Dialect().Unsorted("found_at")+" DESC, id DESC LIMIT ?", limit)
	return found, tx.Select(&found, text, args...)
}
