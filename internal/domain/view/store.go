package view

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const columns = "id, owner_id, org_id, list, look, removed_at, version, created_at, updated_at"

// row is a view; what people wrote into it is sealed.
type row struct {
	ID        id.ID        `db:"id"`
	OwnerID   id.ID        `db:"owner_id"`
	OrgID     id.ID        `db:"org_id"` // null: shared with nobody
	List      string       `db:"list"`
	Look      []byte       `db:"look"`
	RemovedAt when.Instant `db:"removed_at"` // 0: kept
	Version   int64        `db:"version"`
	CreatedAt when.Instant `db:"created_at"`
	UpdatedAt when.Instant `db:"updated_at"`
}

// choiceRow is what a view is to somebody.
type choiceRow struct {
	ViewID  id.ID `db:"view_id"`
	Pinned  bool  `db:"pinned"`
	Default bool  `db:"is_default"`
}

// maxShared bounds the views of a list that others share with somebody.
const maxShared = 200

// ownViews are those of a list that somebody keeps, the oldest first.
func ownViews(tx *db.Tx, owner id.ID, list string) (rows []row, err error) {
	return rows, tx.Select(&rows, "SELECT "+columns+" FROM list_view WHERE owner_id = $1 AND list = $2 AND removed_at = 0 ORDER BY id", owner, list)
}

// sharedViews are those of a list that others share with companies, the oldest first.
func sharedViews(tx *db.Tx, scope db.Scope, reader id.ID, list string) (rows []row, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("list = ?", list).Where("removed_at = 0").Where("owner_id <> ?", reader).
		Text("SELECT "+columns+" FROM list_view", "ORDER BY id LIMIT ?", maxShared)
	return rows, tx.Select(&rows, text, args...)
}

func viewByID(tx *db.Tx, i id.ID) (r row, err error) {
	return r, tx.Get(&r, "SELECT "+columns+" FROM list_view WHERE id = $1", i)
}

func insertView(tx *db.Tx, r row) error {
	_, err := tx.Exec("INSERT INTO list_view ("+columns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		r.ID, r.OwnerID, r.OrgID, r.List, r.Look, r.RemovedAt, r.Version, r.CreatedAt, r.UpdatedAt)
	return err
}

// updateView writes a view over the version seen. Error: db.ErrStale.
func updateView(tx *db.Tx, r row, version int64) error {
	return tx.ExecOne(db.ErrStale, `UPDATE list_view SET org_id = $1, look = $2, removed_at = $3, updated_at = $4, version = version + 1 WHERE id = $5 AND version = $6`,
		r.OrgID, r.Look, r.RemovedAt, r.UpdatedAt, r.ID, version)
}

// forget deletes what somebody removed before a moment, and what it was to anybody.
func forget(tx *db.Tx, owner id.ID, before when.Instant) error {
	_, err := tx.Exec(`DELETE FROM list_view_choice WHERE view_id IN (SELECT id FROM list_view WHERE owner_id = $1 AND removed_at > 0 AND removed_at < $2)`, owner, before)
	if err == nil {
		_, err = tx.Exec("DELETE FROM list_view WHERE owner_id = $1 AND removed_at > 0 AND removed_at < $2", owner, before)
	}
	return err
}

// choicesOf are what the views of a list are to somebody, by view.
func choicesOf(tx *db.Tx, user id.ID, list string) (map[id.ID]Choice, error) {
	var rows []choiceRow
	err := tx.Select(&rows, "SELECT view_id, pinned, is_default FROM list_view_choice WHERE user_id = $1 AND list = $2", user, list)
	choices := make(map[id.ID]Choice, len(rows))
	for _, r := range rows {
		choices[r.ViewID] = Choice{r.Pinned, r.Default}
	}
	return choices, err
}

// putChoice keeps what a view is to somebody; a list has one default.
func putChoice(tx *db.Tx, user id.ID, r row, c Choice) error {
	if c.Default {
		if _, err := tx.Exec("UPDATE list_view_choice SET is_default = FALSE WHERE user_id = $1 AND list = $2", user, r.List); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`INSERT INTO list_view_choice (user_id, view_id, list, pinned, is_default) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (user_id, view_id) DO UPDATE SET pinned = excluded.pinned, is_default = excluded.is_default`, user, r.ID, r.List, c.Pinned, c.Default)
	return err
}
