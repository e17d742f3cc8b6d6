package customer

import (
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// fewMembers is up to how many members a class or tag is read first and its
// customers sorted; beyond, the list is walked in its order until the page is
// full, which then comes soon.
const fewMembers = 5000

// membership is a class or tag: the rows of a table that meet a condition. each
// tells of one customer c whether he is a member; it is a scalar subquery, which
// both engines look up row by row in the list's order.
type membership struct {
	table, cond string
	args        []any
	each        string
	eachArgs    []any
}

// where asks for membership in the way that reads less.
func (m membership) where(tx *db.Tx, q *db.Query, scope db.Scope) error {
	text, all := new(db.Query).Scope("org_id", scope).Where(m.cond, m.args...).Text("SELECT 1 AS x FROM "+m.table, "LIMIT ?", fewMembers+1)
	var n int64
	if err := tx.Get(&n, "SELECT count(*) FROM ("+text+") AS members", all...); err != nil {
		return err
	}
	if n > fewMembers {
		q.Where(m.each, m.eachArgs...)
		return nil
	}
	in, orgs := orgList(scope.Orgs())
	q.Where("c.id IN (SELECT customer_id FROM "+m.table+" WHERE "+m.cond+" AND org_id "+in+")", append(append([]any{}, m.args...), orgs...)...)
	return nil
}

func orgList(orgs []id.ID) (in string, args []any) {
	for _, org := range orgs {
		args = append(args, org)
	}
	return "IN (?" + strings.Repeat(", ?", len(orgs)-1) + ")", args
}

func whereTag(tx *db.Tx, q *db.Query, scope db.Scope, tag string) error {
	const each = "(SELECT m.tag FROM customer_tag m WHERE m.org_id = c.org_id AND m.tag = ? AND m.customer_id = c.id) IS NOT NULL"
	return membership{"customer_tag", "tag = ?", []any{tag}, each, []any{tag}}.where(tx, q, scope)
}

const chosenClass = "(SELECT m.class FROM customer_class m WHERE m.org_id = c.org_id AND m.customer_id = c.id AND m.scheme = ?)"

// whereClass asks for a class of a scheme. byDefault lists the companies in
// which customers of a kind without a choice have it.
func whereClass(tx *db.Tx, q *db.Query, scope db.Scope, scheme, class string, byDefault map[Kind][]id.ID) error {
	if len(byDefault) == 0 {
		return membership{"customer_class", "scheme = ? AND class = ?", []any{scheme, class}, chosenClass + " = ?", []any{scheme, class}}.where(tx, q, scope)
	}
	var cases string
	args := []any{scheme}
	for _, k := range []Kind{KindPerson, KindOrganisation} {
		if orgs := byDefault[k]; len(orgs) > 0 {
			in, orgArgs := orgList(orgs)
			cases += " WHEN c.kind = ? AND c.org_id " + in + " THEN ?"
			args = append(append(append(args, k), orgArgs...), class)
		}
	}
	q.Where("coalesce("+chosenClass+", CASE"+cases+" ELSE '' END) = ?", append(args, class)...)
	return nil
}
