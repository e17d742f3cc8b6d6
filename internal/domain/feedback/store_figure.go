package feedback

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const factColumns = `org_id, id, unit_id, owner_id, owner_name, customer_id, repeat_of, type, category, channel, finding, verdict, round, received_at, resolved_at, ended_at`

// factsOf streams what figures know of cases, with the limits of their last opening.
func factsOf(tx *db.Tx, scope db.Scope, q *db.Query, fn func(fact) error) error {
	chosen, args := q.Scope("org_id", scope).Text("SELECT "+factColumns+" FROM feedback_case", "")
	return db.Each(tx, fn, `SELECT c.*, COALESCE(k.target_at, 0) AS contact_target, COALESCE(k.done_at, 0) AS contact_done,
		COALESCE(a.target_at, 0) AS solve_target, COALESCE(a.legal_at, 0) AS solve_legal, COALESCE(a.done_at, 0) AS solve_done FROM (`+chosen+`) AS c
		LEFT JOIN feedback_deadline k ON k.org_id = c.org_id AND k.case_id = c.id AND k.round = c.round AND k.stage = 'contact'
		LEFT JOIN feedback_deadline a ON a.org_id = c.org_id AND a.case_id = c.id AND a.round = c.round AND a.stage = CASE c.type WHEN 'fault' THEN 'restore' ELSE 'answer' END`, args...)
}

// complainedAgain tells of a customer whether he complained in (after, until].
func complainedAgain(tx *db.Tx, org, customer id.ID, after, until when.Instant) (again bool, err error) {
	var one id.ID
	return tx.Find(&one, `SELECT id FROM feedback_case WHERE org_id = $1 AND customer_id = $2 AND received_at > $3 AND received_at <= $4
		AND `+tx.Dialect().Unsorted("type")+` = 'complaint' AND state NOT IN ('withdrawn', 'joined') LIMIT 1`, org, customer, after, until)
}
