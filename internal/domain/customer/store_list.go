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

// members are the customers of a class or tag: table, condition and its values.
type members struct {
	table, cond string
	args        []any
}

// where asks for membership in the way that reads less.
func (m members) where(tx *db.Tx, q *db.Query, scope db.Scope) error {
	text, args := new(db.Query).Scope("org_id", scope).Where(m.cond, m.args...).Text("SELECT 1 AS x FROM "+m.table, "LIMIT ?", fewMembers+1)
	var n int64
	if err := tx.Get(&n, "SELECT count(*) FROM ("+text+") AS members", args...); err != nil {
		return err
	}
	if n > fewMembers {
		cond, args := m.exists()
		q.Where(cond, args...)
		return nil
	}
	orgs := scope.Orgs()
	all := append([]any{}, m.args...)
	for _, org := range orgs {
		all = append(all, org)
	}
	q.Where("c.id IN (SELECT customer_id FROM "+m.table+" WHERE "+m.cond+" AND org_id IN (?"+strings.Repeat(", ?", len(orgs)-1)+"))", all...)
	return nil
}

func (m members) exists() (string, []any) {
	return "EXISTS (SELECT 1 FROM " + m.table + " m WHERE m.org_id = c.org_id AND m.customer_id = c.id AND " + m.cond + ")", m.args
}

func whereTag(tx *db.Tx, q *db.Query, scope db.Scope, tag string) error {
	return members{"customer_tag", "tag = ?", []any{tag}}.where(tx, q, scope)
}

// whereClass asks for a class of a scheme. byDefault lists the companies in
// which customers of a kind without a choice have it.
func whereClass(tx *db.Tx, q *db.Query, scope db.Scope, scheme, class string, byDefault map[Kind][]id.ID) error {
	chosen := members{"customer_class", "scheme = ? AND class = ?", []any{scheme, class}}
	if len(byDefault) == 0 {
		return chosen.where(tx, q, scope)
	}
	cond, args := chosen.exists()
	unchosen, schemeArg := members{"customer_class", "scheme = ?", []any{scheme}}.exists()
	for _, k := range []Kind{KindPerson, KindOrganisation} {
		orgs := byDefault[k]
		if len(orgs) == 0 {
			continue
		}
		cond += " OR c.kind = ? AND NOT " + unchosen
		args = append(append(args, k), schemeArg...)
		if len(orgs) < len(scope.Orgs()) {
			cond += " AND c.org_id IN (?" + strings.Repeat(", ?", len(orgs)-1) + ")"
			for _, org := range orgs {
				args = append(args, org)
			}
		}
	}
	q.Where("("+cond+")", args...)
	return nil
}
