package supply

import (
	"cmp"
	"maps"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// stockGains is by how many live accounts segments grow.
type stockGains map[Segment]int64

// count adds n accounts like a; those that are not supplied do not count.
func (g stockGains) count(a *Account, n int64) {
	if a != nil && a.TraceRank < unsuppliedRank {
		g[Segment{a.Class, a.UseCategory, a.Area}] += n
	}
}

// move counts an account as what it is instead of what it was; nil is none.
func (g stockGains) move(before, after *Account) {
	g.count(before, -1)
	g.count(after, 1)
}

// keepTx adds the gains in a fixed order, so that two changes at once wait for
// each other rather than deadlock.
func (g stockGains) keepTx(tx *db.Tx, org id.ID) error {
	for _, s := range slices.SortedFunc(maps.Keys(g), Segment.compare) {
		if g[s] == 0 {
			continue
		}
		if err := addStock(tx, org, s, g[s]); err != nil {
			return err
		}
	}
	return nil
}

func (s Segment) compare(o Segment) int {
	return cmp.Or(cmp.Compare(s.Class, o.Class), cmp.Compare(s.UseCategory, o.UseCategory), cmp.Compare(s.Area, o.Area))
}
