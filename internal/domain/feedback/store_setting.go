package feedback

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

type settingRow struct {
	Code    string `db:"code"`
	Body    string `db:"body"`
	Version int64  `db:"version"`
}

// categoriesOf are those a company has itself.
func categoriesOf(tx *db.Tx, org id.ID) ([]Category, error) {
	var rows []settingRow
	if err := tx.Select(&rows, "SELECT code, body, version FROM feedback_category WHERE org_id = $1 ORDER BY code", org); err != nil {
		return nil, err
	}
	all := make([]Category, len(rows))
	for i, r := range rows {
		if err := decode(r.Body, &all[i]); err != nil {
			return nil, err
		}
		all[i].Version = r.Version
	}
	return all, nil
}

func saveCategory(tx *db.Tx, org id.ID, c *Category, version int64) error {
	body, err := encode(c)
	if err != nil {
		return err
	}
	c.Version = version + 1
	return tx.ExecOne(db.ErrStale, upsert("feedback_category", "code"), org, c.Code, body, c.Version, version)
}

// upsert writes a body under a name, if nobody did so since a version.
func upsert(table, key string) string {
	return "INSERT INTO " + table + " (org_id, " + key + ", body, version) VALUES ($1, $2, $3, $4) ON CONFLICT (org_id, " + key +
		") DO UPDATE SET body = excluded.body, version = excluded.version WHERE " + table + ".version = $5"
}

func deleteCategory(tx *db.Tx, org id.ID, code string, version int64) error {
	return tx.ExecOne(db.ErrStale, "DELETE FROM feedback_category WHERE org_id = $1 AND code = $2 AND version = $3", org, code, version)
}

// categoryUsed tells whether a case ever had a category.
func categoryUsed(tx *db.Tx, org id.ID, code string) (bool, error) {
	var one id.ID
	return tx.Find(&one, "SELECT id FROM feedback_case WHERE org_id = $1 AND category = $2 LIMIT 1", org, code)
}

func keptTx[T any](tx *db.Tx, org id.ID, name string, otherwise T) (k Kept[T], err error) {
	k = Kept[T]{OrgID: org, Value: otherwise}
	var r settingRow
	found, err := tx.Find(&r, "SELECT name AS code, body, version FROM feedback_setting WHERE org_id = $1 AND name = $2", org, name)
	if err != nil || !found {
		return k, err
	}
	k = Kept[T]{OrgID: org, Version: r.Version} // what was emptied is not what is shipped
	return k, decode(r.Body, &k.Value)
}

func saveSetting(tx *db.Tx, org id.ID, name, body string, version int64) error {
	return tx.ExecOne(db.ErrStale, upsert("feedback_setting", "name"), org, name, body, version+1, version)
}
