package feedback

import (
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/bulk"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// listCases reads a page after a spot, company by company: only the rows of the page are
// read whole.
func listCases(tx *db.Tx, scope db.Scope, q *db.Query, sort Sort, after spot, begun bool, limit int) (rows []caseRow, err error) {
	column, descending := sort.by()
	beyond, order := "("+column+", id) > (?, ?)", column+", id"
	if descending {
		beyond, order = "("+column+", id) < (?, ?)", column+" DESC, id DESC"
	}
	if begun {
		q.Where(beyond, after.Value, after.ID)
	}
	if len(scope.Orgs()) == 1 {
		text, args := q.PerOrg(scope, "SELECT "+caseColumns+" FROM feedback_case", "org_id", order, limit)
		return rows, tx.Select(&rows, text, args...)
	}
	chosen, args := q.PerOrg(scope, "SELECT org_id, id, "+column+" FROM feedback_case", "org_id", order, limit)
	text := "SELECT c." + strings.Join(caseNames, ", c.") + " FROM (" + chosen + ") AS p CROSS JOIN feedback_case c WHERE c.org_id = p.org_id AND c.id = p.id ORDER BY c." + strings.Replace(order, ", id", ", c.id", 1)
	return rows, tx.Select(&rows, text, args...)
}

// seenCases are the cases of a company that a filter chooses, in the version each stands
// in.
func seenCases(tx *db.Tx, org id.ID, q *db.Query, limit int) (seen []bulk.Seen, err error) {
	text, args := q.Where("org_id = ?", org).Text("SELECT id, version FROM feedback_case", "ORDER BY id LIMIT ?", limit)
	return seen, tx.Select(&seen, text, args...)
}

// countMost bounds counting.
const countMost = 1000

func countCases(tx *db.Tx, scope db.Scope, q *db.Query) (n int64, err error) {
	if len(scope.Orgs()) == 0 {
		return 0, nil
	}
	text, args := q.Scope("org_id", scope).Text("SELECT 1 AS x FROM feedback_case", "LIMIT ?", countMost)
	return n, tx.Get(&n, "SELECT count(*) FROM ("+text+") AS counted", args...)
}
