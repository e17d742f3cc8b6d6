package access

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
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
	PermRoleCreate = "access.role_create"
	PermRoleUpdate = "access.role_update"

	PermDeputise = "access.deputise" // name deputies for others, and see them
	PermMatrix   = "access.matrix"
	PermExplain  = "access.explain"

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

// Service keeps users, roles and sessions.
type Service struct {
	db       *db.DB
	orgs     *org.Service
	audit    *audit.Log
	cost     Cost
	turns    *semaphore.Weighted // of passwords hashed at a time
	decoy    string              // the hash of what nobody knows
	cache    sessionCache
	house    *crypt.Subject // seals second factors
	recovery []byte         // keys the hashes of recovery codes
	oidc     *oidc.Client
	inbox    Inbox
	objects  Objects

	cursors *page.Signer
}

// New makes the service and wires it into the organisation service as its guard.
func New(d *db.DB, keys *crypt.Keyring, orgs *org.Service, log *audit.Log, cost Cost) *Service {
	s := &Service{db: d, orgs: orgs, audit: log, cost: cost, turns: semaphore.NewWeighted(2 * int64(runtime.GOMAXPROCS(0))), decoy: cost.Hash(newToken("")), house: keys.House(), recovery: keys.Derive("recovery codes")}
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
	return s.audit.RecordTx(tx, audit.Change{OrgID: node, Actor: CallerOf(ctx).ActorBy(action), Action: action, ObjectType: "org", ObjectID: node, Before: before, After: after})
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
	return s.audit.RecordTx(tx, audit.Change{OrgID: c.HomeOrgID, Actor: c.ActorBy(action), Action: action, ObjectType: objectType, ObjectID: object, Before: before, After: after})
}

// UserFilter says which users a list holds; what is zero does not narrow it.
type UserFilter struct {
	Search string // part of login or name
	Active *bool
	Unused bool   // not used for as many days as the rules say
	RoleID id.ID  // holds a grant of the role
	After  string // login of the last user seen
	Limit  int

	unusedSince when.Instant
}

// Users lists users at home where the caller may see users, by login.
func (s *Service) Users(ctx context.Context, f UserFilter) (items []UserItem, err error) {
	who, err := Allow(ctx, PermUserList)
	if err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		policy, err := policyTx(tx)
		if err != nil {
			return err
		}
		if f.Unused && policy.UnusedDays == 0 {
			items = []UserItem{}
			return nil
		}
		f.unusedSince = tx.Now().Add(-time.Duration(policy.UnusedDays) * 24 * time.Hour)
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
	held, err := heldTx(tx, i)
	if err != nil {
		return d, err
	}
	d.Grants = ownGrants(held[i], tx.Now())
	return d, nil
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
	if err := s.checkGrantsTx(tx, who, id.ID{}, nil, in); err != nil {
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
	if err := changeGrants(tx, u.ID, nil, in.Grants); err != nil {
		return UserDetail{}, err
	}
	held, err := heldTx(tx, u.ID)
	return UserDetail{User: u, Grants: ownGrants(held[u.ID], tx.Now())}, err
}

func loginTaken(err error) error {
	if errors.Is(err, db.ErrDuplicate) {
		return ErrLoginTaken.Wrap(err)
	}
	return err
}

// UpdateUser changes a user; a new password or a stop ends his sessions, a new password
// his API keys too unless they are kept. Errors
// as of CreateUser, and db.ErrNotFound, db.ErrStale, ErrBeyond, ErrLastManager,
// ErrSelf for stopping oneself or changing one's own grants.
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
		if err := holdUser(tx, who.UserID); err != nil {
			return err
		}
		before, err := detailTx(tx, who, i)
		if err != nil {
			return err
		}
		if err := managedTx(tx, who, i); err != nil {
			return err
		}
		if i == who.UserID && (!in.Active || !sameGrants(before.Grants, in.Grants)) {
			return ErrSelf
		}
		if err := s.checkGrantsTx(tx, who, i, before.Grants, in); err != nil {
			return err
		}
		d.User = before.User
		d.Login, d.Name, d.HomeOrgID, d.Locale, d.Active = in.Login, in.Name, in.HomeOrgID, cmp.Or(in.Locale, before.Locale), in.Active
		d.PasswordHash, d.Version = cmp.Or(hash, before.PasswordHash), version+1
		if d, err = s.saveUserTx(tx, who, before, d, in.Grants, version, !in.Keep && i != who.UserID); err != nil {
			return err
		}
		return s.afterUpdateTx(tx, who, i, hash != "" && !in.KeepKeys)
	})
	return d, err
}

// afterUpdateTx ends the API keys of another whose password was replaced, unless they are
// kept, and holds the caller to what he could do before.
func (s *Service) afterUpdateTx(tx *db.Tx, who Who, i id.ID, endKeys bool) error {
	if endKeys && i != who.UserID {
		if err := s.endKeysTx(tx, who, i); err != nil {
			return err
		}
	}
	return s.stillManagesTx(tx, who)
}

// stillManagesTx holds the caller to what he could do before: of two who stop one
// another at the same time one stays, and a deputy does not stop him by whose right
// he acts. Error: ErrLastManager.
func (s *Service) stillManagesTx(tx *db.Tx, who Who) error {
	if who.UserID.IsZero() { // a command
		return nil
	}
	u, err := userAnywhere(tx, who.UserID)
	if err != nil {
		return err
	}
	c, err := s.callerTx(tx, u, id.ID{})
	if err != nil {
		return err
	}
	if _, may := c.May(who.Permission); !may || !u.Active {
		return ErrLastManager
	}
	return nil
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

func (s *Service) saveUserTx(tx *db.Tx, who Who, before, after UserDetail, grants []Grant, version int64, mustChange bool) (UserDetail, error) {
	if err := updateUser(tx, after.User, version); err != nil {
		return after, loginTaken(err)
	}
	if err := changeGrants(tx, after.ID, before.Grants, grants); err != nil {
		return after, err
	}
	gone := slices.DeleteFunc(grantsIn(before.Grants), func(g Grant) bool { return slices.Contains(grants, g) })
	if err := s.unwarnTx(tx, after.ID, gone...); err != nil {
		return after, err
	}
	held, err := heldTx(tx, after.ID)
	if err != nil {
		return after, err
	}
	after.Grants = ownGrants(held[after.ID], tx.Now())
	if after.PasswordHash != before.PasswordHash {
		if err := s.keepPasswordTx(tx, after.ID, after.PasswordHash, mustChange); err != nil {
			return after, err
		}
	}
	if after.PasswordHash != before.PasswordHash || !after.Active {
		if err := deleteSessionsOf(tx, after.ID); err != nil {
			return after, err
		}
	}
	return after, s.recordTx(tx, who.Caller, PermUserUpdate, "user", after.ID, before, after)
}
