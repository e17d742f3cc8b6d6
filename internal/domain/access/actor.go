package access

import (
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Actor is how the audit log names who used the permission.
func (w Who) Actor() audit.Actor { return w.ActorBy(w.Permission) }

// ActorBy is how the audit log names the caller who does something by a
// permission. What he may do only because another is absent, he does for that one.
func (c *Caller) ActorBy(permission string) audit.Actor {
	a := audit.Actor{ID: c.UserID, Name: c.Name}
	gives := func(own bool) func(callerGrant) bool {
		return func(g callerGrant) bool { return g.own() == own && g.Patterns.Allow(permission) }
	}
	deputy := slices.IndexFunc(c.grants, gives(false))
	if deputy < 0 {
		return a
	}
	if !slices.ContainsFunc(c.grants, gives(true)) {
		a.Name = nameFor(c.Name, c.grants[deputy].Absent.Name)
	}
	a.At = func(org id.ID) string { return c.nameAt(permission, org, a.Name) }
	return a
}

// nameAt names the caller for what he does in an organisation: there he may hold the
// permission himself, or for one of several who are absent.
func (c *Caller) nameAt(permission string, org id.ID, otherwise string) string {
	reaches := func(own bool) func(callerGrant) bool {
		return func(g callerGrant) bool { return g.own() == own && g.Patterns.Allow(permission) && g.reaches(org) }
	}
	if slices.ContainsFunc(c.grants, reaches(true)) {
		return c.Name
	}
	if i := slices.IndexFunc(c.grants, reaches(false)); i >= 0 {
		return nameFor(c.Name, c.grants[i].Absent.Name)
	}
	return otherwise
}

// Oneself tells whether what a user did is the caller's own where he would judge it:
// he did it himself, or the caller holds the permission there only for him while he
// is absent. Nobody has his own approved by naming a deputy.
func (w Who) Oneself(user, org id.ID) bool {
	if user == w.UserID {
		return true
	}
	forHim := false
	for _, g := range w.grants {
		if !g.Patterns.Allow(w.Permission) || !g.reaches(org) {
			continue
		}
		if g.Absent.UserID != user {
			return false
		}
		forHim = true
	}
	return forHim
}

// ActorFor is how the audit log names the caller who does what was another's to do.
func (c *Caller) ActorFor(absent string) audit.Actor {
	return audit.Actor{ID: c.UserID, Name: nameFor(c.Name, absent)}
}

// standingFor parts a deputy from him for whom he acts. The web puts it into the
// reader's language.
const standingFor = "（代 "

// nameFor names a deputy.
func nameFor(deputy, absent string) string { return deputy + standingFor + absent + "）" }

// genuine tells whether a name makes nobody a deputy in the audit log who is none.
func genuine(name string) bool { return !strings.Contains(name, standingFor) }

// StandIn is somebody absent for whom the caller holds a permission, and in which
// companies.
type StandIn struct {
	Absent Absent
	Scope  db.Scope
}

// StandsInFor lists for whom the caller holds the permission while they are absent.
func (c *Caller) StandsInFor(permission string) (all []StandIn) {
	for _, g := range c.grants {
		if g.own() || slices.ContainsFunc(all, func(s StandIn) bool { return s.Absent.UserID == g.Absent.UserID }) {
			continue
		}
		w := c.reachBy(permission, func(other callerGrant) bool { return other.Absent.UserID == g.Absent.UserID })
		if len(w.Scope.Orgs()) > 0 {
			all = append(all, StandIn{g.Absent, w.Scope})
		}
	}
	return all
}

// Works tells whether something that a unit and an owner have is the caller's to work on:
// he owns it, or somebody absent for whom he stands in does; his unit has it; or he is at
// home above the units. What no unit has yet is anybody's.
func (w Who) Works(units *org.Tree, unit, owner id.ID) bool {
	home, known := units.Get(w.HomeOrgID)
	if !known || home.Level != org.Unit || unit.IsZero() || owner == w.UserID && !owner.IsZero() {
		return true
	}
	for _, a := range w.StandsInFor(w.Permission) {
		if a.Absent.UserID == owner {
			return true
		}
	}
	return units.Within(unit, home.ID)
}
