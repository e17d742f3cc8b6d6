package customer

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// dataKey is a customer's wrapped data key, and what it becomes.
type dataKey struct {
	ID     id.ID  `db:"id"`
	Before []byte `db:"data_key"`
	after  []byte
}

// staleKeys are data keys that an older key of the company wraps, of customers after
// one in the order of their ids. A destroyed data key is empty.
func staleKeys(tx *db.Tx, scope db.Scope, company *crypt.Company, after id.ID, limit int) (all []dataKey, err error) {
	a, b := company.NewestMarks()
	q := new(db.Query).Scope("org_id", scope).Where("length(data_key) > ?", 0).
		Where("substr(data_key, 1, 1) <> ?", a).Where("substr(data_key, 1, 1) <> ?", b)
	if !after.IsZero() { // which would be NULL
		q.Where("id > ?", after)
	}
	text, args := q.Text("SELECT id, data_key FROM customer", "ORDER BY id LIMIT ?", limit)
	return all, tx.Select(&all, text, args...)
}

// replaceKeys leaves alone those that were changed or destroyed meanwhile.
func replaceKeys(tx *db.Tx, org id.ID, all []dataKey) error {
	err := tx.Bulk(db.Bulk{Table: "customer_rewrap", Columns: []string{"org_id", "id", "before", "after"}, Len: len(all),
		Row: func(i int) []any { return []any{org, all[i].ID, all[i].Before, all[i].after} }})
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE customer SET data_key = w.after FROM customer_rewrap w
		WHERE w.org_id = $1 AND customer.org_id = $1 AND customer.id = w.id AND customer.data_key = w.before`, org)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`DELETE FROM customer_rewrap WHERE org_id = $1`, org)
	return err
}
