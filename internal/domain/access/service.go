package access

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/oidc"
)

// Permissions of the module.
const (
	PermLogin      = "access.login"
	PermLogout     = "access.logout"
	PermMe         = "access.me"
	PermUserList   = "access.list"
	PermUserGet    = "access.get"
	PermUserCreate = "access.create"
	PermUserUpdate = "access.update"
	PermRoleList   = "access.roles"

	// What everybody does about himself.
	PermPassword = "access.password"
	PermSessions = "access.sessions"
	PermFactor   = "access.factor"

	PermRescue    = "access.rescue" // unlock, reset a second factor, end sessions
	PermPolicy    = "access.policy"
	PermSetPolicy = "access.set_policy"
	PermKeys      = "access.keys"
	PermCreateKey = "access.create_key"
	PermRevokeKey = "access.revoke_key"

	PermSSO            = "access.sso"
	PermProviders      = "access.providers"
	PermCreateProvider = "access.create_provider"
	PermUpdateProvider = "access.update_provider"
	PermRemoveProvider = "access.remove_provider"
	PermTestProvider   = "access.test_provider"
	PermLinks          = "access.links"
	PermLink           = "access.link"
	PermUnlink         = "access.unlink"
)

//go:embed role/builtin.json
var builtinRoles []byte

// Service keeps users, roles and sessions.
type Service struct {
	db       *db.DB
	orgs     *org.Service
	audit    *audit.Log
	cost     Cost
	decoy    string // the hash of what nobody knows
	cache    sessionCache
	house    *crypt.Subject // seals second factors
	recovery []byte         // keys the hashes of recovery codes
	oidc     *oidc.Client

	cursors *page.Signer
}

// New makes the service and wires it into the organisation service as its guard.
func New(d *db.DB, keys *crypt.Keyring, orgs *org.Service, log *audit.Log, cost Cost) *Service {
	s := &Service{db: d, orgs: orgs, audit: log, cost: cost, decoy: cost.Hash(newToken("")), house: keys.House(), recovery: keys.Derive("recovery codes")}
	s.oidc = oidc.New(func() time.Time { return d.Now().Time() })
	orgs.SetGuard(s)
	return s
}

// InstallRoles keeps the built-in roles as this version of the program has them.
func (s *Service) InstallRoles(ctx context.Context) error {
	var roles []Role
	if err := json.Unmarshal(builtinRoles, &roles); err != nil {
		return fmt.Errorf("access: built-in roles: %w", err)
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		for _, r := range roles {
			r.ID, r.Builtin = tx.NewID(), true
			if err := upsertRole(tx, r); err != nil {
				return err
			}
		}
		return nil
	})
}

// AllowNode implements org.Guard.
func (s *Service) AllowNode(ctx context.Context, permission string, node id.ID) error {
	who, err := Allow(ctx, permission)
	if err == nil && !node.IsZero() && !who.Nodes.Has(node) {
		err = db.ErrNotFound
	}
	return err
}

// RecordNodeTx implements org.Guard.
func (s *Service) RecordNodeTx(ctx context.Context, tx *db.Tx, action string, node id.ID, before, after any) error {
	return s.audit.RecordTx(tx, audit.Change{OrgID: node, Actor: CallerOf(ctx).Actor(), Action: action, ObjectType: "org", ObjectID: node, Before: before, After: after})
}

// Once implements org.Guard.
func (s *Service) Once(ctx context.Context, action, key string, body []byte) db.Once {
	return CallerOf(ctx).once(action, key, body)
}

// once is a request of the caller, kept under his home organisation.
func (c *Caller) once(action, key string, body []byte) db.Once {
	return db.Once{OrgID: c.HomeOrgID, UserID: c.UserID, Action: action, Key: key, Body: body}
}

// TreeChanged implements org.Guard.
func (s *Service) TreeChanged() { s.cache.clear() }

// recordTx writes an entry about a user or session under his home organisation.
func (s *Service) recordTx(tx *db.Tx, c *Caller, action, objectType string, object id.ID, before, after any) error {
	return s.audit.RecordTx(tx, audit.Change{OrgID: c.HomeOrgID, Actor: c.Actor(), Action: action, ObjectType: objectType, ObjectID: object, Before: before, After: after})
}

// UserFilter says which users a list holds; what is zero does not narrow it.
type UserFilter struct {
	Search string // part of login or name
	Active *bool
	RoleID id.ID  // holds a grant of the role
	After  string // login of the last user seen
	Limit  int
}

// Users lists users at home where the caller may see users, by login.
func (s *Service) Users(ctx context.Context, f UserFilter) (items []UserItem, err error) {
	who, err := Allow(ctx, PermUserList)
	if err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		users, err := listUsers(tx, who.Nodes, f)
		if err != nil {
			return err
		}
		held, err := rolesHeld(tx, users)
		items = make([]UserItem, len(users))
		for i, u := range users {
			items[i] = UserItem{u, append([]RoleName{}, held[u.ID]...)}
		}
		return err
	})
	return items, err
}

// User gives one user with his grants.
func (s *Service) User(ctx context.Context, i id.ID) (d UserDetail, err error) {
	who, err := Allow(ctx, PermUserGet)
	if err != nil {
		return UserDetail{}, err
	}
	return d, s.db.Read(ctx, func(tx *db.Tx) error { d, err = detailTx(tx, who, i); return err })
}

func detailTx(tx *db.Tx, who Who, i id.ID) (d UserDetail, err error) {
	if d.User, err = userByID(tx, who.Nodes, i); err != nil {
		return d, err
	}
	d.Grants, err = grantsOf(tx, i)
	return d, err
}

// Roles lists all roles.
func (s *Service) Roles(ctx context.Context) (roles []Role, err error) {
	if _, err := Allow(ctx, PermRoleList); err != nil {
		return nil, err
	}
	return roles, s.db.Read(ctx, func(tx *db.Tx) error { roles, err = allRoles(tx); return err })
}

// CreateUser adds a user. The key stands for everything but the password, of which
// nothing is to be guessed from what is kept. Errors: validation, ErrLoginTaken,
// ErrRoleUnknown, ErrOrgUnknown, ErrBeyondOwn, db.ErrKeyReused.
func (s *Service) CreateUser(ctx context.Context, key string, in UserInput) (d UserDetail, err error) {
	who, err := Allow(ctx, PermUserCreate)
	if err != nil {
		return UserDetail{}, err
	}
	if err := in.validate(true); err != nil {
		return UserDetail{}, err
	}
	hash, err := s.acceptable(ctx, User{Login: in.Login}, "password", in.Password)
	if err != nil {
		return UserDetail{}, err
	}
	in.Password = ""
	body, err := json.Marshal(in)
	if err != nil {
		return UserDetail{}, fmt.Errorf("access: %w", err)
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		made, _, err := tx.Once(who.once(PermUserCreate, key, body), func() (id.ID, error) { return s.addUserTx(tx, who, in, hash) })
		if err != nil {
			return err
		}
		d, err = detailTx(tx, who, made)
		return err
	})
	return d, err
}

func (s *Service) addUserTx(tx *db.Tx, who Who, in UserInput, hash string) (id.ID, error) {
	if err := s.checkGrantsTx(tx, who, in); err != nil {
		return id.ID{}, err
	}
	d, err := createUserTx(tx, in, hash)
	if err != nil {
		return id.ID{}, err
	}
	if err := s.keepPasswordTx(tx, d.ID, hash, !in.Keep); err != nil {
		return id.ID{}, err
	}
	return d.ID, s.recordTx(tx, who.Caller, PermUserCreate, "user", d.ID, nil, d)
}

func createUserTx(tx *db.Tx, in UserInput, hash string) (UserDetail, error) {
	u := User{ID: tx.NewID(), Login: in.Login, Name: in.Name, PasswordHash: hash, HomeOrgID: in.HomeOrgID,
		Locale: cmp.Or(in.Locale, "zh"), Active: in.Active, Version: 1, CreatedAt: tx.Now()}
	if err := insertUser(tx, u); err != nil {
		return UserDetail{}, loginTaken(err)
	}
	return UserDetail{User: u, Grants: in.Grants}, replaceGrants(tx, u.ID, in.Grants)
}

func loginTaken(err error) error {
	if errors.Is(err, db.ErrDuplicate) {
		return ErrLoginTaken.Wrap(err)
	}
	return err
}

// UpdateUser changes a user; a new password or a stop ends his sessions. Errors
// as of CreateUser, and db.ErrNotFound, db.ErrStale, ErrSelf for stopping oneself
// or changing one's own grants.
func (s *Service) UpdateUser(ctx context.Context, i id.ID, version int64, in UserInput) (d UserDetail, err error) {
	who, err := Allow(ctx, PermUserUpdate)
	if err != nil {
		return UserDetail{}, err
	}
	if err := in.validate(false); err != nil {
		return UserDetail{}, err
	}
	hash, err := s.newPassword(ctx, who, i, in)
	if err != nil {
		return UserDetail{}, err
	}
	defer s.cache.clear()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		before, err := detailTx(tx, who, i)
		if err != nil {
			return err
		}
		if i == who.UserID && (!in.Active || !sameGrants(before.Grants, in.Grants)) {
			return ErrSelf
		}
		if err := s.checkGrantsTx(tx, who, in); err != nil {
			return err
		}
		d = UserDetail{User: before.User, Grants: in.Grants}
		d.Login, d.Name, d.HomeOrgID, d.Locale, d.Active = in.Login, in.Name, in.HomeOrgID, cmp.Or(in.Locale, before.Locale), in.Active
		d.PasswordHash, d.Version = cmp.Or(hash, before.PasswordHash), version+1
		return s.saveUserTx(tx, who, before, d, version, !in.Keep && i != who.UserID)
	})
	return d, err
}

// newPassword hashes the password an administrator gives a user; "" for none.
func (s *Service) newPassword(ctx context.Context, who Who, user id.ID, in UserInput) (hash string, err error) {
	if in.Password == "" {
		return "", nil
	}
	var u User
	if err := s.db.Read(ctx, func(tx *db.Tx) error { u, err = userByID(tx, who.Nodes, user); return err }); err != nil {
		return "", err
	}
	return s.acceptable(ctx, u, "password", in.Password)
}

func (s *Service) saveUserTx(tx *db.Tx, who Who, before, after UserDetail, version int64, mustChange bool) error {
	if err := updateUser(tx, after.User, version); err != nil {
		return loginTaken(err)
	}
	if err := replaceGrants(tx, after.ID, after.Grants); err != nil {
		return err
	}
	if after.PasswordHash != before.PasswordHash {
		if err := s.keepPasswordTx(tx, after.ID, after.PasswordHash, mustChange); err != nil {
			return err
		}
	}
	if after.PasswordHash != before.PasswordHash || !after.Active {
		if err := deleteSessionsOf(tx, after.ID); err != nil {
			return err
		}
	}
	return s.recordTx(tx, who.Caller, PermUserUpdate, "user", after.ID, before, after)
}

// checkGrantsTx refuses a home or grants outside the organisations in which the
// granter manages users.
func (s *Service) checkGrantsTx(tx *db.Tx, who Who, in UserInput) error {
	roles, err := allRoles(tx)
	if err != nil {
		return err
	}
	byID := map[id.ID]Role{}
	for _, r := range roles {
		byID[r.ID] = r
	}
	if !who.Nodes.Has(in.HomeOrgID) {
		return ErrOrgUnknown
	}
	administers := ""
	for _, g := range in.Grants {
		r, ok := byID[g.RoleID]
		if !ok {
			return ErrRoleUnknown
		}
		if !who.Nodes.Has(g.OrgID) {
			return ErrBeyondOwn.With("role", r.NameZh)
		}
		if !slices.Contains(administrators, r.Code) {
			continue
		}
		if administers != "" && administers != r.Code {
			return ErrSeparated
		}
		administers = r.Code
	}
	return nil
}

func sameGrants(a, b []Grant) bool {
	contains := func(in []Grant) func(Grant) bool { return func(g Grant) bool { return !slices.Contains(in, g) } }
	return !slices.ContainsFunc(a, contains(b)) && !slices.ContainsFunc(b, contains(a))
}
