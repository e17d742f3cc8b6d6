package supply

import (
	"slices"
	"strconv"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// maxLines bounds the lines below a node: above those of the largest substation.
const maxLines = 5000

// below is the recursive query of a line ($2 of company $1) and its branches.
const below = `WITH RECURSIVE below (id) AS (
	SELECT id FROM power_line WHERE org_id = $1 AND id = $2
	UNION SELECT l.id FROM power_line l JOIN below b ON l.parent_id = b.id WHERE l.org_id = $1) `

// subtree lists a line and the branches below it.
func subtree(tx *db.Tx, org, line id.ID) (ids []id.ID, err error) {
	return ids, tx.Select(&ids, below+"SELECT id FROM below ORDER BY id LIMIT $3", org, line, maxLines)
}

// linesOf lists the lines of a substation.
func linesOf(tx *db.Tx, org, substation id.ID) (ids []id.ID, err error) {
	return ids, tx.Select(&ids, "SELECT id FROM power_line WHERE org_id = $1 AND substation_id = $2 ORDER BY id LIMIT $3", org, substation, maxLines)
}

// holdTree keeps the lines of a company as they hang until the transaction ends:
// one at a time changes the tree.
func holdTree(tx *db.Tx, org id.ID) error {
	lock := tx.Dialect().ForUpdate()
	if lock == "" {
		return nil
	}
	var held []id.ID
	return tx.Select(&held, "SELECT id FROM power_line WHERE org_id = $1 ORDER BY id"+lock, org)
}

// above lists the lines named and those they branch off.
func above(tx *db.Tx, org id.ID, ids []id.ID) (found []Line, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "id", ids).Text("SELECT id, parent_id FROM power_line", "")
	args = append(args, maxLines)
	err = tx.Select(&found, "WITH RECURSIVE above (id, parent_id) AS ("+text+
		" UNION SELECT l.id, l.parent_id FROM power_line l JOIN above a ON l.id = a.parent_id WHERE l.org_id = $1) "+
		lines.selecting()+" WHERE org_id = $1 AND id IN (SELECT id FROM above) LIMIT $"+strconv.Itoa(len(args)), args...)
	slices.SortFunc(found, func(a, b Line) int { return strings.Compare(a.No, b.No) })
	return found, err
}

// rehang gives the branches below a line its feeder and substation.
func rehang(tx *db.Tx, l *Line) error {
	_, err := tx.Exec(below+`UPDATE power_line SET feeder_id = $3, substation_id = $4, version = version + 1, updated_at = $5
		WHERE org_id = $1 AND id <> $2 AND id IN (SELECT id FROM below)`, l.OrgID, l.ID, l.FeederID, l.SubstationID, tx.Now())
	return err
}

// transfer moves what a district supplies to the district's line: a load transfer
// 倒负荷 takes all its accounts and points along.
func transfer(tx *db.Tx, d *District) error {
	if _, err := tx.Exec("UPDATE account SET line_id = $1 WHERE org_id = $2 AND district_id = $3", d.LineID, d.OrgID, d.ID); err != nil {
		return err
	}
	_, err := tx.Exec("UPDATE metering_point SET line_id = $1 WHERE org_id = $2 AND district_id = $3", d.LineID, d.OrgID, d.ID)
	return err
}

// refuseBusyNode refuses to remove a node at which equipment stands or something
// was found.
func refuseBusyNode(tx *db.Tx, org, node id.ID) error {
	var used int64
	err := tx.Get(&used, `SELECT count(*) FROM (SELECT 1 FROM equipment WHERE org_id = $1 AND node_id = $2
		UNION ALL SELECT 1 FROM equipment_condition WHERE org_id = $1 AND node_id = $2 LIMIT 1) AS u`, org, node)
	if err == nil && used > 0 {
		return db.ErrReferenced
	}
	return err
}

// refreshHealth counts the open defects of a condition's equipment and, for a new
// report, takes over the health it found.
func refreshHealth(tx *db.Tx, c *Condition, report bool) error {
	if _, err := tx.Exec(`UPDATE equipment SET open_defects = (SELECT count(*) FROM equipment_condition
		WHERE org_id = $1 AND equipment_id = $2 AND kind = 'defect' AND restored_at = 0), version = version + 1, updated_at = $3 WHERE org_id = $1 AND id = $2`,
		c.OrgID, c.EquipmentID, tx.Now()); err != nil || !report || c.Health == "" {
		return err
	}
	_, err := tx.Exec("UPDATE equipment SET health = $1, health_rank = $2 WHERE org_id = $3 AND id = $4", c.Health, rank("health", c.Health), c.OrgID, c.EquipmentID)
	return err
}
