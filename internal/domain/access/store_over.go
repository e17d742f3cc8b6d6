package access

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// timed are the things that time ends: how that is put down, and of which ($1 is
// now) it has not been yet.
var timed = []struct{ verb, table, set, over string }{
	{"DELETE FROM", "session", "", "expires_at < $1 OR ends_at < $1"},
	{"DELETE FROM", "sso_attempt", "", "expires_at < $1"},
	{"UPDATE", "api_key", "SET ended_at = $1", "expires_at <= $1 AND ended_at = 0"},
	{"UPDATE", "role_grant", "SET ended_at = $1", "until_at > 0 AND until_at <= $1 AND ended_at = 0"},
	{"UPDATE", "absence", "SET ended_at = until_at, version = version + 1", "until_at <= $1 AND ended_at = 0"},
}

func anyOver(tx *db.Tx) (bool, error) {
	for _, t := range timed {
		var one int
		if found, err := tx.Find(&one, "SELECT 1 FROM "+t.table+" WHERE "+t.over+" LIMIT 1", tx.Now()); err != nil || found {
			return found, err
		}
	}
	return false, nil
}

// overTx tells whether the time of a grant of a user's, or of an absence in which he
// is deputy, is over and nobody put that down.
func overTx(tx *db.Tx, user id.ID) (bool, error) {
	var one int
	return tx.Find(&one, `SELECT 1 FROM role_grant WHERE user_id = $1 AND until_at > 0 AND until_at <= $2 AND ended_at = 0
		UNION ALL SELECT 1 FROM absence WHERE deputy_id = $1 AND until_at <= $2 AND ended_at = 0 LIMIT 1`, user, tx.Now())
}

// endOver puts down what is over.
func endOver(tx *db.Tx) error {
	for _, t := range timed {
		if _, err := tx.Exec(t.verb+" "+t.table+" "+t.set+" WHERE "+t.over, tx.Now()); err != nil {
			return err
		}
	}
	return nil
}

// warnedAndOver lists the grants that are over, which is not put down, and of whose
// end somebody was told.
func warnedAndOver(tx *db.Tx) (rows []grantRow, err error) {
	return rows, tx.Select(&rows, `SELECT user_id, id, role_id, org_id, from_at, until_at, warned_at, ended_at FROM role_grant
		WHERE until_at > 0 AND until_at <= $1 AND ended_at = 0 AND warned_at > 0 ORDER BY until_at, id LIMIT 1000`, tx.Now())
}
