package access

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Patterns are the permissions of a role.
type Patterns []string

// Allow tells whether a pattern covers the permission "module.verb".
func (p Patterns) Allow(permission string) bool {
	module, verb, _ := strings.Cut(permission, ".")
	return slices.ContainsFunc(p, func(pattern string) bool {
		switch pattern {
		case permission, "*", module + ".*", "*." + verb:
			return true
		}
		return false
	})
}

// Caller is a signed-in user, or the system. It is safe for concurrent use.
type Caller struct {
	UserID    id.ID
	SessionID id.ID
	Login     string
	Name      string
	Locale    string
	HomeOrgID id.ID
	// Due is what the caller must do before he may do anything else.
	Due Due
	// KeyID is the API key he acts by; zero for a session.
	KeyID id.ID

	providerID id.ID // by which the session was opened; zero: by a password

	grants []callerGrant
	// changesAt is when a grant of his begins or ends; zero: none does.
	changesAt when.Instant
	// over tells that the time of something he held is over, which nobody put down.
	over bool

	rules  PasswordRules
	bounds *keyBounds // nil: no key narrows his rights
	mu     sync.RWMutex
	may    map[string]Who
}

// callerGrant is a role held over the organisations of a subtree.
type callerGrant struct {
	Held
	subtree []org.Org
}

func (g callerGrant) reaches(node id.ID) bool {
	return slices.ContainsFunc(g.subtree, func(o org.Org) bool { return o.ID == node })
}

// Who is the caller with one permission, and where he holds it.
type Who struct {
	*Caller
	Permission string
	// Scope is the county companies whose data he may touch.
	Scope db.Scope
	// Nodes is every organisation of the subtrees, cities and stations included.
	Nodes db.Scope
	// Locale is the language he reads now: his own, unless the request asks for another.
	Locale string
}

// May tells where the caller holds a permission; ok is false for nowhere.
func (c *Caller) May(permission string) (w Who, ok bool) {
	c.mu.RLock()
	w, known := c.may[permission]
	c.mu.RUnlock()
	if !known {
		w = c.reach(permission)
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.may == nil {
			c.may = map[string]Who{}
		}
		c.may[permission] = w
	}
	return w, len(w.Nodes.Orgs()) > 0
}

func (c *Caller) reach(permission string) Who {
	return c.reachBy(permission, func(callerGrant) bool { return true })
}

// reachBy is where the caller holds a permission by some of his grants.
func (c *Caller) reachBy(permission string, by func(callerGrant) bool) Who {
	var companies, nodes []id.ID
	for _, g := range c.grants {
		if !by(g) || !g.Patterns.Allow(permission) || !c.bounds.allow(permission) {
			continue
		}
		for _, o := range g.subtree {
			if !c.bounds.reach(o.ID) {
				continue
			}
			nodes = append(nodes, o.ID)
			if o.Level == org.County {
				companies = append(companies, o.ID)
			}
		}
	}
	return Who{Caller: c, Permission: permission, Scope: db.ScopeOf(companies...), Nodes: db.ScopeOf(nodes...), Locale: c.Locale}
}

type callerKey struct{}

// WithCaller puts the caller into the context.
func WithCaller(ctx context.Context, c *Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// CallerOf is the context's caller, or nil.
func CallerOf(ctx context.Context) *Caller {
	c, _ := ctx.Value(callerKey{}).(*Caller)
	return c
}

// Allow gives the caller with the permission and its reach. Errors: ErrLogin
// without a caller, ErrForbidden when no grant of his covers the permission.
func Allow(ctx context.Context, permission string) (Who, error) {
	c := CallerOf(ctx)
	if c == nil {
		return Who{}, ErrLogin
	}
	w, err := c.allow(permission)
	if err == nil {
		w.Locale = cmp.Or(rest.Asked(ctx), w.Locale)
	}
	return w, err
}

// AllowOne is Allow for what is one company's: the one named, or the only one the
// caller reaches. Errors: also db.ErrOrgRequired and db.ErrNotFound.
func AllowOne(ctx context.Context, permission string, org id.ID) (who Who, company id.ID, err error) {
	if who, err = Allow(ctx, permission); err == nil {
		company, err = who.Scope.One(org)
	}
	return who, company, err
}

func (c *Caller) allow(permission string) (Who, error) {
	if err := c.Due.err(); err != nil {
		return Who{}, err
	}
	w, ok := c.May(permission)
	if !ok {
		return Who{}, ErrForbidden.With("permission", permission)
	}
	return w, nil
}

// NewCaller makes the caller of a user who holds roles in the tree.
func NewCaller(u User, t *org.Tree, held ...Held) *Caller {
	c := &Caller{UserID: u.ID, Login: u.Login, Name: u.Name, Locale: u.Locale, HomeOrgID: u.HomeOrgID}
	for _, h := range held {
		c.grants = append(c.grants, callerGrant{h, t.Subtree(h.OrgID)})
	}
	return c
}

// administers tells whether the caller holds permissions of one of the three
// administrators.
func (c *Caller) administers() bool {
	return slices.ContainsFunc(c.grants, func(g callerGrant) bool { return len(g.Patterns.administers()) > 0 })
}

// System is a caller for commands and jobs: the machine's owner started them,
// and they may do everything in the whole tree.
func System(t *org.Tree, name string) *Caller {
	return &Caller{Name: name, Locale: "zh", grants: []callerGrant{{Held{Patterns: Patterns{"*"}}, t.All()}}}
}
