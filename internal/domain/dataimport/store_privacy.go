package dataimport

import (
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// importsThatTouched are the imports that made or changed one of the records. It reads
// what all imports of the company made: erasing is rare.
func importsThatTouched(tx *db.Tx, org id.ID, objects []id.ID) (imports []id.ID, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "object_id", objects).Text("SELECT DISTINCT import_id FROM data_import_changed", "ORDER BY import_id")
	if err := tx.Select(&imports, text, args...); err != nil {
		return nil, err
	}
	wanted := map[id.ID]bool{}
	for _, o := range objects {
		wanted[o] = true
	}
	err = db.Each(tx, func(r struct {
		ImportID  id.ID  `db:"import_id"`
		Customers []byte `db:"customers"`
		Accounts  []byte `db:"accounts"`
	}) error {
		made := append(unpackIDs(r.Customers), unpackIDs(r.Accounts)...)
		if !slices.Contains(imports, r.ImportID) && slices.ContainsFunc(made, func(i id.ID) bool { return wanted[i] }) {
			imports = append(imports, r.ImportID)
		}
		return nil
	}, "SELECT import_id, customers, accounts FROM data_import_created WHERE org_id = $1 ORDER BY import_id, first_row", org)
	return imports, err
}

func importsByID(tx *db.Tx, org id.ID, ids []id.ID) (list []Import, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "id", ids).Text("SELECT "+columns+" FROM data_import", "ORDER BY created_at, id")
	return list, tx.Select(&list, text, args...)
}

func countChanged(tx *db.Tx, org id.ID, objects []id.ID) (n int64, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "object_id", objects).Text("SELECT count(*) FROM data_import_changed", "")
	return n, tx.Get(&n, text, args...)
}

func forgetChanged(tx *db.Tx, org id.ID, objects []id.ID) error {
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "object_id", objects).Text("DELETE FROM data_import_changed", "")
	_, err := tx.Exec(text, args...)
	return err
}
