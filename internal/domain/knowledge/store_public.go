package knowledge

import "github.com/zhiyin-power/zhiyin/internal/infra/db"

// publicArticles are those anybody may read, the most useful first.
func publicArticles(tx *db.Tx, scope db.Scope, limit int) (rows []row, err error) {
	q := new(db.Query).Scope("org_id", scope).Where("live").Where("audience = ?", Public)
	text, args := q.Text("SELECT "+listColumns+" FROM article", "ORDER BY useful DESC, published_at DESC, id LIMIT ?", limit)
	return rows, tx.Select(&rows, text, args...)
}
