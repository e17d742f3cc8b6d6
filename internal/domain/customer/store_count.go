package customer

import (
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

type kindCount struct {
	Kind Kind  `db:"kind"`
	N    int64 `db:"n"`
}

// countByKind counts live customers created since an instant; zero: all.
func countByKind(tx *db.Tx, scope db.Scope, since when.Instant) (counts []kindCount, err error) {
	q := new(db.Query).Scope("org_id", scope).Where("status = ?", Active)
	if since != 0 {
		q.Where("created_at >= ?", since)
	}
	text, args := q.Text("SELECT kind, count(*) AS n FROM customer", "GROUP BY kind ORDER BY kind LIMIT ?", 10)
	return counts, tx.Select(&counts, text, args...)
}
