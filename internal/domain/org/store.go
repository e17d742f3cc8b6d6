package org

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const columns = "id, parent_id, level, code, name, short_name, version, created_at"

// maxOrgs bounds the tree: a large province has some hundred counties and some
// thousand stations.
const maxOrgs = 20_000

func allOrgs(tx *db.Tx) (orgs []Org, err error) {
	err = tx.Select(&orgs, "SELECT "+columns+" FROM org ORDER BY code LIMIT $1", maxOrgs)
	return orgs, err
}

func orgByID(tx *db.Tx, i id.ID) (o Org, err error) {
	err = tx.Get(&o, "SELECT "+columns+" FROM org WHERE id = $1", i)
	return o, err
}

func insertOrg(tx *db.Tx, o Org) error {
	_, err := tx.Exec("INSERT INTO org ("+columns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		o.ID, o.ParentID, o.Level, o.Code, o.Name, o.ShortName, o.Version, o.CreatedAt)
	return err
}

func renameOrg(tx *db.Tx, i id.ID, version int64, in RenameInput) error {
	return tx.ExecOne(db.ErrStale, "UPDATE org SET name = $1, short_name = $2, version = version + 1 WHERE id = $3 AND version = $4",
		in.Name, in.ShortName, i, version)
}
