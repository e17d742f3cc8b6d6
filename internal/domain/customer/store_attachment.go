package customer

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const attachmentColumns = "org_id, id, customer_id, origin_id, at, author_id, author_name, name, media_type, size, sha256, version"

type attachmentRow struct {
	OrgID      id.ID        `db:"org_id"`
	ID         id.ID        `db:"id"`
	CustomerID id.ID        `db:"customer_id"`
	OriginID   id.ID        `db:"origin_id"`
	At         when.Instant `db:"at"`
	AuthorID   id.ID        `db:"author_id"`
	AuthorName string       `db:"author_name"`
	Name       []byte       `db:"name"`
	MediaType  string       `db:"media_type"`
	Size       int64        `db:"size"`
	SHA256     []byte       `db:"sha256"`
	Version    int64        `db:"version"`
}

func (r attachmentRow) place() (when.Instant, id.ID) { return r.At, r.ID }
func (r attachmentRow) origin() id.ID                { return r.OriginID }

func insertAttachment(tx *db.Tx, r attachmentRow) error {
	_, err := tx.Exec("INSERT INTO customer_attachment ("+attachmentColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
		r.OrgID, r.ID, r.CustomerID, r.OriginID, r.At, r.AuthorID, r.AuthorName, r.Name, r.MediaType, r.Size, r.SHA256, r.Version)
	return err
}

func attachmentByID(tx *db.Tx, o owner, i id.ID) (r attachmentRow, err error) {
	text, args := partQuery(o).Where("id = ?", i).Text("SELECT "+attachmentColumns+" FROM customer_attachment", "")
	return r, tx.Get(&r, text, args...)
}
