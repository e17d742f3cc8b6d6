package crypt

import (
	"context"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// keyRow is a company key as it is kept.
type keyRow struct {
	OrgID    id.ID  `db:"org_id"`
	KeyNo    int    `db:"key_no"`
	MasterNo int    `db:"master_no"`
	Wrapped  []byte `db:"wrapped"`
}

const keyColumns = "org_id, key_no, master_no, wrapped"

// companyKeys are a company's keys, the oldest first.
func companyKeys(tx *db.Tx, org id.ID) (rows []keyRow, err error) {
	return rows, tx.Select(&rows, `SELECT `+keyColumns+` FROM company_key WHERE org_id = $1 ORDER BY key_no`, org)
}

// apart is a context for what concerns every caller, not only the present one.
func apart() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 10*time.Second)
}

// committedKeys reads on a connection of its own what is committed.
func committedKeys(d *db.DB, org id.ID) (rows []keyRow, err error) {
	ctx, cancel := apart()
	defer cancel()
	return rows, d.Read(ctx, func(tx *db.Tx) error { rows, err = companyKeys(tx, org); return err })
}

func anyKey(tx *db.Tx) (bool, error) {
	var org id.ID
	return tx.Find(&org, `SELECT org_id FROM company_key LIMIT 1`)
}

// lockKeys makes others wait who make a key, or rotate or retire the master's.
func lockKeys(tx *db.Tx) error {
	_, err := tx.Exec(`UPDATE company_key SET created_at = created_at WHERE org_id = $1`, root)
	return err
}

// insertKey waits for another transaction that makes the same key; made is false
// when that was committed.
func insertKey(tx *db.Tx, r keyRow) (made bool, err error) {
	n, err := tx.Exec(`INSERT INTO company_key (`+keyColumns+`, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		r.OrgID, r.KeyNo, r.MasterNo, r.Wrapped, tx.Now())
	return n > 0, err
}

// replaceKey changes nothing when another has changed it.
func replaceKey(tx *db.Tx, before, after keyRow) error {
	_, err := tx.Exec(`UPDATE company_key SET master_no = $1, wrapped = $2 WHERE org_id = $3 AND key_no = $4 AND wrapped = $5`,
		after.MasterNo, after.Wrapped, before.OrgID, before.KeyNo, before.Wrapped)
	return err
}

// keysOfOthers are all keys that another generation than this wraps.
func keysOfOthers(tx *db.Tx, generation int) (rows []keyRow, err error) {
	return rows, tx.Select(&rows, `SELECT `+keyColumns+` FROM company_key WHERE master_no <> $1 ORDER BY org_id, key_no`, generation)
}

func companiesWithKey(tx *db.Tx) (companies []id.ID, err error) {
	return companies, tx.Select(&companies, `SELECT DISTINCT org_id FROM company_key ORDER BY org_id`)
}

func lastKey(tx *db.Tx, org id.ID) (number int, err error) {
	return number, tx.Get(&number, `SELECT max(key_no) FROM company_key WHERE org_id = $1`, org)
}

// neededGenerations counts the keys that each generation wraps.
func neededGenerations(tx *db.Tx) (map[int]int, error) {
	var rows []struct {
		MasterNo int `db:"master_no"`
		N        int `db:"n"`
	}
	if err := tx.Select(&rows, `SELECT master_no, count(*) AS n FROM company_key GROUP BY master_no`); err != nil {
		return nil, err
	}
	needed := map[int]int{}
	for _, r := range rows {
		needed[r.MasterNo] = r.N
	}
	return needed, nil
}

func neededBy(ctx context.Context, d *db.DB) (needed map[int]int, err error) {
	return needed, d.Read(ctx, func(tx *db.Tx) error { needed, err = neededGenerations(tx); return err })
}

// unsealed is a value in clear that waits for its sealed column.
type unsealed struct {
	OrgID  id.ID  `db:"org_id"`
	Table  string `db:"place_table"`
	Column string `db:"place_column"`
	ID     id.ID  `db:"id"`
	Value  string `db:"value"`
}

func nextUnsealed(tx *db.Tx, limit int) (batch []unsealed, err error) {
	return batch, tx.Select(&batch, `SELECT org_id, place_table, place_column, id, value FROM unsealed ORDER BY org_id, place_table, place_column, id LIMIT $1`+
		tx.Dialect().ForUpdate(), limit)
}

// putSealed writes a value to where it belongs; tables and columns are named by
// migrations alone.
func putSealed(tx *db.Tx, u unsealed, sealed []byte) error {
	if _, err := tx.Exec("UPDATE "+u.Table+" SET "+u.Column+" = $1 WHERE org_id = $2 AND id = $3", sealed, u.OrgID, u.ID); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM unsealed WHERE org_id = $1 AND place_table = $2 AND place_column = $3 AND id = $4`, u.OrgID, u.Table, u.Column, u.ID)
	return err
}
