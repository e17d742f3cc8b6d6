package customer

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/money"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const interactionColumns = "org_id, id, customer_id, origin_id, at, mode, cost_fen, author_id, author_name, body, version, created_at"

type interactionRow struct {
	OrgID      id.ID        `db:"org_id"`
	ID         id.ID        `db:"id"`
	CustomerID id.ID        `db:"customer_id"`
	OriginID   id.ID        `db:"origin_id"`
	At         when.Instant `db:"at"`
	Mode       Mode         `db:"mode"`
	CostFen    money.Fen    `db:"cost_fen"`
	AuthorID   id.ID        `db:"author_id"`
	AuthorName string       `db:"author_name"`
	Body       []byte       `db:"body"`
	Version    int64        `db:"version"`
	CreatedAt  when.Instant `db:"created_at"`
}

func (r interactionRow) place() (when.Instant, id.ID) { return r.At, r.ID }
func (r interactionRow) origin() id.ID                { return r.OriginID }

func (r interactionRow) values() []any {
	return []any{r.OrgID, r.ID, r.CustomerID, r.OriginID, r.At, r.Mode, r.CostFen, r.AuthorID, r.AuthorName, r.Body, r.Version, r.CreatedAt}
}

func insertInteraction(tx *db.Tx, r interactionRow) error {
	_, err := tx.Exec("INSERT INTO customer_interaction ("+interactionColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)", r.values()...)
	return err
}

func interactionByID(tx *db.Tx, o owner, i id.ID) (r interactionRow, err error) {
	text, args := partQuery(o).Where("id = ?", i).Text("SELECT "+interactionColumns+" FROM customer_interaction", "")
	return r, tx.Get(&r, text, args...)
}

func updateInteraction(tx *db.Tx, r interactionRow, version int64) error {
	return tx.ExecOne(db.ErrStale, `UPDATE customer_interaction SET at = $1, mode = $2, cost_fen = $3, body = $4, version = version + 1
		WHERE org_id = $5 AND id = $6 AND version = $7`, r.At, r.Mode, r.CostFen, r.Body, r.OrgID, r.ID, version)
}

func spentByMode(tx *db.Tx, o owner, from, until when.Instant) (modes []SpentMode, err error) {
	q := partQuery(o)
	if from != 0 {
		q.Where("at >= ?", from)
	}
	if until != 0 {
		q.Where("at < ?", until)
	}
	text, args := q.Text("SELECT mode, count(*) AS n, CAST(sum(cost_fen) AS BIGINT) AS cost_fen, max(at) AS last_at FROM customer_interaction",
		"GROUP BY mode ORDER BY mode LIMIT ?", 20)
	return modes, tx.Select(&modes, text, args...)
}
