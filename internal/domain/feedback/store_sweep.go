package feedback

import (
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// warnDue are open cases whose next warning is due, held against others who warn.
func warnDue(tx *db.Tx, org id.ID, limit int) (rows []dueRow, err error) {
	return rows, tx.Select(&rows, `SELECT id, case_no, type, state, unit_id, owner_id, received_at, due_stage, due_since, due_at, warn_level FROM feedback_case
		WHERE org_id = $1 AND ended_at = 0 AND warn_at <= $2 ORDER BY warn_at LIMIT $3`+tx.Dialect().ForUpdateSkipLocked(), org, tx.Now(), limit)
}

// setWarned puts down how far cases have come on the ladder; the next warning is at a
// share of their time.
func setWarned(tx *db.Tx, org id.ID, w warned, ids []id.ID) error {
	next := fmt.Sprintf("due_since + (due_at - due_since) / 100 * %d", w.next)
	if w.next == 0 {
		next = fmt.Sprint(int64(never))
	}
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "id", ids).Text(fmt.Sprintf("UPDATE feedback_case SET warn_level = %d, warn_at = %s", w.level, next), "")
	_, err := tx.Exec(text, args...)
	return err
}
