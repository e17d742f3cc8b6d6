package feedback

import (
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Texts stand sealed, so words are looked for in opened cases, as the caller sees them:
// batch by batch, and so many at most for one answer. Its cursor goes on from there.
const (
	searchBatch = 500
	searchMost  = 5000
)

func (l lister) search(q func() *db.Query, after spot, begun bool) (all []Case, next string, err error) {
	customers, err := l.Customers.FoundTx(l.tx, l.scope, l.in.Query)
	if err != nil {
		return nil, "", err
	}
	all = []Case{}
	words := fold(l.in.Query)
	for looked := 0; looked < searchMost; looked += searchBatch {
		rows, err := listCases(l.tx, l.scope, q(), l.in.Sort, after, begun, searchBatch)
		if err != nil {
			return nil, "", err
		}
		found, err := l.matching(rows, words, customers)
		if err != nil {
			return nil, "", err
		}
		if room := l.in.Limit - len(all); len(found) > room || len(found) == room && len(rows) == searchBatch {
			all = append(all, found[:room]...)
			next, err = l.cursor(all[len(all)-1])
			return all, next, err
		}
		all = append(all, found...)
		if len(rows) < searchBatch {
			return all, "", nil
		}
		last := rows[len(rows)-1].Case
		after, begun = spot{last.value(l.in.Sort), last.ID}, true
	}
	next, err = l.Cursors.Encode(l.name(), after.Value, after.ID)
	return all, next, err
}

func (l lister) matching(rows []caseRow, words string, customers []id.ID) (found []Case, err error) {
	byOrg := map[id.ID][]caseRow{}
	for _, r := range rows {
		byOrg[r.OrgID] = append(byOrg[r.OrgID], r)
	}
	hits := map[id.ID]Case{}
	for _, some := range byOrg {
		shown, err := l.showTx(l.tx, l.who, some)
		if err != nil {
			return nil, err
		}
		for _, c := range shown {
			if slices.Contains(customers, c.CustomerID) || slices.ContainsFunc([]string{c.Title, c.Text, c.Place, c.CallerName, c.CaseNo}, func(s string) bool { return strings.Contains(fold(s), words) }) {
				c.Text, c.Answer, c.Cause, c.Measures = "", "", "", ""
				hits[c.ID] = c
			}
		}
	}
	for _, r := range rows {
		if c, ok := hits[r.ID]; ok {
			found = append(found, c)
		}
	}
	return found, nil
}

func fold(s string) string { return strings.ReplaceAll(cn.Fold(s), " ", "") }
