package customer

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// mergedInto are the customers who were merged into some.
func mergedInto(tx *db.Tx, org id.ID, into []id.ID) (ids []id.ID, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "into_id", into).Where("undone_at = 0").
		Text("SELECT DISTINCT from_id FROM customer_merge", "ORDER BY from_id LIMIT 1000")
	return ids, tx.Select(&ids, text, args...)
}

// visitsOf are the receptions of customers, and of whoever has one of the phones.
func visitsOf(tx *db.Tx, org id.ID, customers []id.ID, phones [][]byte) (rows []receptionRow, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "customer_id", customers).Text(selectOf(receptionColumns, "reception"), "ORDER BY arrived_at, id LIMIT ?", maxDossier)
	if err := tx.Select(&rows, text, args...); err != nil || len(phones) == 0 {
		return rows, err
	}
	seen := map[id.ID]bool{}
	for _, r := range rows {
		seen[r.ID] = true
	}
	var more []receptionRow
	text, args = db.In(new(db.Query).Where("org_id = ?", org), "phone_blind", phones).Text(selectOf(receptionColumns, "reception"), "ORDER BY arrived_at, id LIMIT ?", maxDossier)
	if err := tx.Select(&more, text, args...); err != nil {
		return nil, err
	}
	for _, r := range more {
		if !seen[r.ID] {
			rows = append(rows, r)
		}
	}
	return rows, nil
}

func eraseLog(tx *db.Tx, l logRow, body []byte) error {
	_, err := tx.Exec("UPDATE reception_log SET body = $1 WHERE org_id = $2 AND id = $3", body, l.OrgID, l.ID)
	return err
}

func attachmentIDs(tx *db.Tx, org, customer id.ID) (ids []id.ID, err error) {
	return ids, tx.Select(&ids, "SELECT id FROM customer_attachment WHERE org_id = $1 AND customer_id = $2 ORDER BY id", org, customer)
}

// partTables hold what a customer has, rows of his own.
var partTables = []string{"customer_note", "customer_analysis", "customer_interaction", "customer_attachment", "customer_event", "customer_field_value"}

// countParts counts the rows of a table that customers have.
func countParts(tx *db.Tx, table string, org id.ID, customers []id.ID) (n int64, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "customer_id", customers).Text("SELECT count(*) FROM "+table, "")
	return n, tx.Get(&n, text, args...)
}

// countEntries counts the audit entries about customers, which only the audit log's own
// rule removes.
func countEntries(tx *db.Tx, org id.ID, customers []id.ID) (n int64, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "object_id", customers).Text("SELECT count(*) FROM audit_entry", "")
	return n, tx.Get(&n, text, args...)
}

func eraseParts(tx *db.Tx, org, customer id.ID) error {
	for _, table := range partTables {
		if _, err := tx.Exec("DELETE FROM "+table+" WHERE org_id = $1 AND customer_id = $2", org, customer); err != nil {
			return err
		}
	}
	if _, err := tx.Exec("DELETE FROM customer_opening WHERE org_id = $1 AND customer_id = $2", org, customer); err != nil {
		return err
	}
	_, err := tx.Exec("UPDATE customer_merge SET into_undo = $1, moved = '{}' WHERE org_id = $2 AND (from_id = $3 OR into_id = $4)", []byte{}, org, customer, customer)
	return err
}

// eraseRow writes what is left of a customer: without record and key.
func eraseRow(tx *db.Tx, r row) error {
	return tx.ExecOne(db.ErrNotFound, `UPDATE customer SET status = $1, name = $2, name_sort = $3, industry = '', classes = '{}', tags = '[]', record = $4, data_key = $5,
		version = version + 1, updated_at = $6 WHERE org_id = $7 AND id = $8`,
		r.Status, r.Name, r.NameSort, []byte{}, []byte{}, r.UpdatedAt, r.OrgID, r.ID)
}
