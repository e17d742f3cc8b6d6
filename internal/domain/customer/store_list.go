package customer

import (
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// fewMembers is up to how many rows that meet a condition are read first and then
// sorted; beyond, the list is walked in its order until the page is full, which
// then comes soon.
const fewMembers = 5000

// atMostFew tells whether no more rows of a company than fewMembers meet a
// condition. It reads no more of them either.
func atMostFew(tx *db.Tx, from, orgColumn string, org id.ID, cond string, args []any) (bool, error) {
	text, all := new(db.Query).Where(orgColumn+" = ?", org).Where(cond, args...).Text("SELECT 1 AS x FROM "+from, "LIMIT ?", fewMembers+1)
	var n int64
	err := tx.Get(&n, "SELECT count(*) FROM ("+text+") AS members", all...)
	return n <= fewMembers, err
}

// narrow is a condition on customer c with an index, which also gives the order
// of one column.
type narrow struct {
	cond      string
	args      []any
	inOrderOf string
}

func (n narrow) few(tx *db.Tx, org id.ID) (bool, error) {
	return atMostFew(tx, "customer c", "c.org_id", org, n.cond, n.args)
}

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
func (m membership) where(tx *db.Tx, q *db.Query, org id.ID) (few bool, err error) {
	if few, err = atMostFew(tx, m.table, "org_id", org, m.cond, m.args); err != nil {
		return false, err
	}
	if few {
		q.Where("c.id IN (SELECT customer_id FROM "+m.table+" WHERE org_id = ? AND "+m.cond+")", append([]any{org}, m.args...)...)
	} else {
		q.Where(m.each, m.eachArgs...)
	}
	return few, nil
}

func ofTag(tag string) membership {
	const each = "(SELECT m.tag FROM customer_tag m WHERE m.org_id = c.org_id AND m.tag = ? AND m.customer_id = c.id) IS NOT NULL"
	return membership{"customer_tag", "tag = ?", []any{tag}, each, []any{tag}}
}

const chosenClass = "(SELECT m.class FROM customer_class m WHERE m.org_id = c.org_id AND m.customer_id = c.id AND m.scheme = ?)"

func ofClass(scheme, class string) membership {
	chosen := []any{scheme, class}
	return membership{"customer_class", "scheme = ? AND class = ?", chosen, chosenClass + " = ?", chosen}
}

// whereClassOrDefault asks for a class that customers of some kinds have without
// a choice.
func whereClassOrDefault(q *db.Query, scheme, class string, byDefault []Kind) {
	args := []any{scheme}
	for _, k := range byDefault {
		args = append(args, k, class)
	}
	q.Where("coalesce("+chosenClass+", CASE"+strings.Repeat(" WHEN c.kind = ? THEN ?", len(byDefault))+" ELSE '' END) = ?", append(args, class)...)
}
