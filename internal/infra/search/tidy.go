package search

import "github.com/zhiyin-power/zhiyin/internal/infra/db"

// TidyTx joins some of the parts that single writes left in the index and tells
// whether there is more to join. Every search looks into each part, so it is done
// beside the work, in steps that keep other writers waiting for milliseconds only.
// PostgreSQL does the like in its autovacuum.
func TidyTx(tx *db.Tx) (more bool, err error) {
	if tx.Dialect() == db.PostgreSQL {
		return false, nil
	}
	var before, after int64
	if err := tx.Get(&before, `SELECT total_changes()`); err != nil {
		return false, err
	}
	if _, err := tx.Exec(`INSERT INTO search_token (search_token, rank) VALUES ('merge', 300)`); err != nil {
		return false, err
	}
	if err := tx.Get(&after, `SELECT total_changes()`); err != nil {
		return false, err
	}
	return after-before > 1, nil // the statement itself counts as one
}
