package access

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Roles lists the built-in roles and those of organisations the caller sees roles
// in, above them and below.
func (s *Service) Roles(ctx context.Context) (roles []Role, err error) {
	who, err := Allow(ctx, PermRoleList)
	if err != nil {
		return nil, err
	}
	return roles, s.db.Read(ctx, func(tx *db.Tx) error {
		all, err := allRoles(tx)
		if err != nil {
			return err
		}
		tree, err := s.orgs.TreeTx(tx)
		roles = slices.DeleteFunc(all, func(r Role) bool { return !r.Builtin && !meets(tree, who.Nodes, r.OrgID) })
		return err
	})
}

// meets tells whether an organisation stands within the nodes or above one of them.
func meets(t *org.Tree, nodes db.Scope, o id.ID) bool {
	return slices.ContainsFunc(t.Subtree(o), func(below org.Org) bool { return nodes.Has(below.ID) })
}

// Holder is who holds a role, now or later.
type Holder struct {
	UserID id.ID        `json:"user_id"`
	Login  string       `json:"login"`
	Name   string       `json:"name"`
	Active bool         `json:"active"`
	OrgID  id.ID        `json:"org_id"`
	From   when.Instant `json:"from,omitzero"`
	Until  when.Instant `json:"until,omitzero"`
	State  GrantState   `json:"state" enum:"coming,running"`
}

// maxHolders bounds the holders that are named.
const maxHolders = 500

// Holders lists who holds a role where the caller may see users, by login.
// Permission: access.list. Error: db.ErrNotFound.
func (s *Service) Holders(ctx context.Context, role id.ID) (holders []Holder, err error) {
	who, err := Allow(ctx, PermUserList)
	if err != nil {
		return nil, err
	}
	holders = []Holder{}
	return holders, s.db.Read(ctx, func(tx *db.Tx) error {
		r, err := roleByID(tx, role)
		if err != nil {
			return err
		}
		tree, err := s.orgs.TreeTx(tx)
		if err != nil {
			return err
		}
		if !r.Builtin && !meets(tree, who.Nodes, r.OrgID) {
			return db.ErrNotFound
		}
		rows, err := holdersOf(tx, r.ID, maxHolders)
		for _, h := range rows {
			if who.Nodes.Has(h.OrgID) {
				holders = append(holders, Holder{h.UserID, h.Login, h.Name, h.Active, h.OrgID, h.From, h.Until, period{h.From, h.Until}.state(tx.Now())})
			}
		}
		return err
	})
}

// CreateRole makes a role of the company's own. Permission: access.role_create.
// Errors: validation, ErrMixed, ErrOrgUnknown, ErrRoleTaken, ErrRolesMany,
// db.ErrKeyReused.
func (s *Service) CreateRole(ctx context.Context, key string, in RoleInput) (r Role, err error) {
	who, err := Allow(ctx, PermRoleCreate)
	if err != nil {
		return Role{}, err
	}
	if in, err = in.checked(); err != nil {
		return Role{}, err
	}
	if !who.Nodes.Has(in.OrgID) {
		return Role{}, ErrOrgUnknown
	}
	body, err := json.Marshal(in)
	if err != nil {
		return Role{}, fmt.Errorf("access: %w", err)
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		made, _, err := tx.Once(who.once(PermRoleCreate, key, body), func() (id.ID, error) { return s.addRoleTx(tx, who, in) })
		if err != nil {
			return err
		}
		r, err = roleByID(tx, made)
		return err
	})
	return r, err
}

func (s *Service) addRoleTx(tx *db.Tx, who Who, in RoleInput) (id.ID, error) {
	if err := nameFree(tx, id.ID{}, in); err != nil {
		return id.ID{}, err
	}
	i := tx.NewID()
	r := Role{ID: i, Code: "own-" + i.String(), OrgID: in.OrgID, Version: 1}.with(in, tx.Now())
	if err := insertRole(tx, r); err != nil {
		return id.ID{}, err
	}
	return i, s.recordTx(tx, who.Caller, PermRoleCreate, "role", i, nil, r)
}

// nameFree refuses a name by which another role in use is known, and a new role
// when there are as many as are read.
func nameFree(tx *db.Tx, own id.ID, in RoleInput) error {
	roles, err := allRoles(tx)
	if err != nil {
		return err
	}
	if len(roles) >= maxRoles && own.IsZero() {
		return ErrRolesMany.With("limit", maxRoles)
	}
	for _, r := range roles {
		if r.ID != own && r.RetiredAt == 0 && (r.Builtin || r.OrgID == in.OrgID) && (r.NameZh == in.NameZh || r.NameEn == in.NameEn) {
			return ErrRoleTaken
		}
	}
	return nil
}

func (r Role) with(in RoleInput, now when.Instant) Role {
	r.NameZh, r.NameEn, r.Permissions = in.NameZh, in.NameEn, in.Permissions
	switch {
	case !in.Retired:
		r.RetiredAt = 0
	case r.RetiredAt == 0:
		r.RetiredAt = now
	}
	return r
}

// UpdateRole changes a role for all who hold it, from their next request on, or
// retires it. Permission: access.role_update. Errors as of CreateRole, and
// db.ErrNotFound, db.ErrStale, ErrBuiltin, ErrOwnRole, ErrSeparated.
func (s *Service) UpdateRole(ctx context.Context, i id.ID, version int64, in RoleInput) (r Role, err error) {
	who, err := Allow(ctx, PermRoleUpdate)
	if err != nil {
		return Role{}, err
	}
	if in, err = in.checked(); err != nil {
		return Role{}, err
	}
	defer s.cache.clear()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		before, err := roleByID(tx, i)
		switch {
		case err != nil:
			return err
		case before.Builtin:
			return ErrBuiltin
		case !who.Nodes.Has(before.OrgID):
			return db.ErrNotFound
		}
		in.OrgID = before.OrgID
		if err := nameFree(tx, i, in); err != nil {
			return err
		}
		if err := updateRole(tx, before.with(in, tx.Now()), version); err != nil {
			return err
		}
		if err := s.holdersStandTx(tx, who, i); err != nil {
			return err
		}
		if r, err = roleByID(tx, i); err != nil {
			return err
		}
		return s.recordTx(tx, who.Caller, PermRoleUpdate, "role", i, before, r)
	})
	return r, err
}

// holdersStandTx refuses a change by which a holder of a role, or his deputy, would
// be two of the three administrators, or the caller himself be more than he was.
func (s *Service) holdersStandTx(tx *db.Tx, who Who, role id.ID) error {
	for after := firstID; ; {
		users, err := concerned(tx, role, after, concernedAtOnce)
		if err != nil || len(users) == 0 {
			return err
		}
		if err := holdersStand(tx, who, role, users); err != nil {
			return err
		}
		after = users[len(users)-1]
	}
}

// concernedAtOnce bounds the holders that are looked at together.
const concernedAtOnce = 500

func holdersStand(tx *db.Tx, who Who, role id.ID, users []id.ID) error {
	held, err := heldTx(tx, users...)
	if err != nil {
		return err
	}
	for user, all := range held {
		holds := slices.ContainsFunc(all, func(h Held) bool { return h.RoleID == role && h.period().state(tx.Now()) != Ended })
		if user == who.UserID && holds {
			return ErrOwnRole
		}
		if err := separated(all); holds && err != nil {
			return err
		}
	}
	return nil
}

// checkGrantsTx refuses a home or grants outside the organisations in which the
// granter manages users, roles that cannot be granted there, and what would make
// the user two of the three administrators.
func (s *Service) checkGrantsTx(tx *db.Tx, who Who, user id.ID, before []UserGrant, in UserInput) error {
	if !who.Nodes.Has(in.HomeOrgID) {
		return ErrOrgUnknown
	}
	if err := checkTimes(in.Grants, grantsIn(before), tx.Now()); err != nil {
		return err
	}
	if err := holdRoles(tx, in.Grants); err != nil {
		return err
	}
	list, err := allRoles(tx)
	if err != nil {
		return err
	}
	roles := map[id.ID]Role{}
	for _, r := range list {
		roles[r.ID] = r
	}
	tree, err := s.orgs.TreeTx(tx)
	if err != nil {
		return err
	}
	var held []Held
	for _, g := range in.Grants {
		r, ok := roles[g.RoleID]
		if !ok {
			return ErrRoleUnknown
		}
		if err := r.grantable(tree, who, g, before); err != nil {
			return err
		}
		held = append(held, r.held(UserGrant{Grant: g}))
	}
	standing, err := heldTx(tx, user)
	if err != nil {
		return err
	}
	return separated(append(held, slices.DeleteFunc(standing[user], Held.own)...))
}

func (r Role) grantable(tree *org.Tree, who Who, g Grant, before []UserGrant) error {
	switch {
	case !who.Nodes.Has(g.OrgID):
		return ErrBeyondOwn.With("role", r.NameZh)
	case slices.ContainsFunc(before, func(b UserGrant) bool { return b.Grant == g }):
		return nil
	case r.RetiredAt != 0:
		return ErrRoleRetired.With("role", r.NameZh)
	case !r.Builtin && !slices.ContainsFunc(tree.Subtree(r.OrgID), func(o org.Org) bool { return o.ID == g.OrgID }):
		return ErrRoleBeyond.With("role", r.NameZh)
	}
	return nil
}
