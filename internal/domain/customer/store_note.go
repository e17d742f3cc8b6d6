package customer

import (
	"encoding/json"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const noteColumns = "org_id, id, customer_id, origin_id, at, author_id, author_name, confidential, body, version"

type noteRow struct {
	OrgID        id.ID        `db:"org_id"`
	ID           id.ID        `db:"id"`
	CustomerID   id.ID        `db:"customer_id"`
	OriginID     id.ID        `db:"origin_id"`
	At           when.Instant `db:"at"`
	AuthorID     id.ID        `db:"author_id"`
	AuthorName   string       `db:"author_name"`
	Confidential bool         `db:"confidential"`
	Body         []byte       `db:"body"`
	Version      int64        `db:"version"`
}

func (r noteRow) place() (when.Instant, id.ID) { return r.At, r.ID }
func (r noteRow) origin() id.ID                { return r.OriginID }

func (r noteRow) values() []any {
	return []any{r.OrgID, r.ID, r.CustomerID, r.OriginID, r.At, r.AuthorID, r.AuthorName, r.Confidential, r.Body, r.Version}
}

func insertNote(tx *db.Tx, r noteRow) error {
	_, err := tx.Exec("INSERT INTO customer_note ("+noteColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", r.values()...)
	return err
}

func noteByID(tx *db.Tx, o owner, note id.ID) (r noteRow, err error) {
	text, args := partQuery(o).Where("id = ?", note).Text("SELECT "+noteColumns+" FROM customer_note", "")
	return r, tx.Get(&r, text, args...)
}

func updateNote(tx *db.Tx, r noteRow, version int64) error {
	return tx.ExecOne(db.ErrStale, "UPDATE customer_note SET confidential = $1, body = $2, version = version + 1 WHERE org_id = $3 AND id = $4 AND version = $5",
		r.Confidential, r.Body, r.OrgID, r.ID, version)
}

// deletePart removes a row of one of the tables of parts.
func deletePart(tx *db.Tx, table string, o owner, part id.ID, version int64) error {
	return tx.ExecOne(db.ErrStale, "DELETE FROM "+table+" WHERE org_id = $1 AND id = $2 AND version = $3", o.OrgID, part, version)
}

// onceOf makes the idempotency key of a part's creation; the customer is a part
// of what was asked for.
func onceOf(who access.Who, o owner, action, key string, in any) db.Once {
	body, _ := json.Marshal([]any{o.ID, in}) // inputs of ours always encode
	return db.Once{OrgID: o.OrgID, UserID: who.UserID, Action: action, Key: key, Body: body}
}
