package audit

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const columns = "id, org_id, at, actor_id, actor_name, action, object_type, object_id, before, after, mac"

func insertEntry(tx *db.Tx, e Entry) error {
	return tx.ExecLater("INSERT INTO audit_entry ("+columns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
		e.ID, e.OrgID, e.At, e.ActorID, e.ActorName, e.Action, e.ObjectType, e.ObjectID, e.Before, e.After, e.MAC)
}

// newestEntry is when the newest entry of a company was written; 0 without one.
func newestEntry(tx *db.Tx, org id.ID) (at when.Instant, err error) {
	_, err = tx.Find(&at, "SELECT at FROM audit_entry WHERE org_id = $1 ORDER BY at DESC, id DESC LIMIT 1", org)
	return at, err
}

func entriesOf(tx *db.Tx, scope db.Scope, object, before id.ID, limit int) (entries []Entry, err error) {
	q := new(db.Query).Scope("org_id", scope).Where("object_id = ?", object).Where("object_type <> ?", Look)
	if !before.IsZero() {
		q.Where("id < ?", before)
	}
	text, args := q.Text("SELECT "+columns+" FROM audit_entry", "ORDER BY id DESC LIMIT ?", limit)
	err = tx.Select(&entries, text, args...)
	return entries, err
}
