package access

import (
	"fmt"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Grant is a role a user holds in an organisation and all below it, for a time.
type Grant struct {
	RoleID id.ID        `db:"role_id" json:"role_id"`
	OrgID  id.ID        `db:"org_id" json:"org_id"`
	From   when.Instant `db:"from_at" json:"from,omitzero" doc:"absent: at once"`
	Until  when.Instant `db:"until_at" json:"until,omitzero" doc:"before this moment; absent: without end"`
}

// GrantState is how a grant stands.
type GrantState string

// The states.
const (
	Coming  GrantState = "coming"
	Running GrantState = "running"
	Ended   GrantState = "ended"
	Retired GrantState = "retired" // its role is
)

// UserGrant is a grant as it stands.
type UserGrant struct {
	ID id.ID `db:"id" json:"id"`
	Grant
	WarnedAt when.Instant `db:"warned_at" json:"-"`
	EndedAt  when.Instant `db:"ended_at" json:"-"` // when it was first seen to have ended
	State    GrantState   `db:"-" json:"state" enum:"coming,running,ended,retired"`
}

// period is a time; zero is no limit.
type period struct{ from, until when.Instant }

func (g Grant) period() period { return period{g.From, g.Until} }

func (p period) state(now when.Instant) GrantState {
	switch {
	case p.until != 0 && p.until <= now:
		return Ended
	case p.from > now:
		return Coming
	}
	return Running
}

// meet is the time both have; false for none.
func (p period) meet(q period) (both period, ok bool) {
	both.from, both.until = max(p.from, q.from), p.until
	if q.until != 0 && (both.until == 0 || q.until < both.until) {
		both.until = q.until
	}
	return both, both.until == 0 || both.from < both.until
}

// next is the first moment after now at which the state changes; zero for never.
func (p period) next(now when.Instant) when.Instant {
	switch p.state(now) {
	case Coming:
		return p.from
	case Running:
		return p.until
	}
	return 0
}

// checkTimes refuses times that end before they begin or, unless they stood there
// before, now; and the same role in the same place twice at one time.
func checkTimes(grants, before []Grant, now when.Instant) error {
	var v fault.Validation
	for i, g := range grants {
		until := fmt.Sprintf("grants[%d].until", i)
		v.Check(g.Until == 0 || g.From < g.Until, until, "access.until_before_from")
		v.Check(g.Until == 0 || g.Until > now || slices.Contains(before, g), until, "in_the_past")
		for _, other := range grants[:i] {
			if _, meet := g.period().meet(other.period()); meet && g.RoleID == other.RoleID && g.OrgID == other.OrgID {
				v.Add(fmt.Sprintf("grants[%d].role_id", i), "access.grant_twice")
				break
			}
		}
	}
	return v.Err()
}

func grantsIn(all []UserGrant) []Grant {
	grants := make([]Grant, len(all))
	for i, g := range all {
		grants[i] = g.Grant
	}
	return grants
}

func sameGrants(a []UserGrant, b []Grant) bool {
	contains := func(in []Grant) func(Grant) bool { return func(g Grant) bool { return !slices.Contains(in, g) } }
	own := grantsIn(a)
	return !slices.ContainsFunc(own, contains(b)) && !slices.ContainsFunc(b, contains(own))
}
