package access

import (
	"context"
	"maps"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Routes registers the module's operations. Cursors sign where pages begin.
func (s *Service) Routes(a *rest.API, cursors *page.Signer) {
	s.cursors = cursors
	s.loginRoutes(a)
	s.ssoRoutes(a)
	s.rightRoutes(a)
	rest.Register(a, rest.Op{ID: PermUserList, Method: "GET", Path: "/api/v1/users", Summary: "List users by login"}, s.apiUsers)
	rest.Register(a, rest.Op{ID: PermUserGet, Method: "GET", Path: "/api/v1/users/{id}", Summary: "One user with his grants"}, s.apiUser)
	rest.Register(a, rest.Op{ID: PermUserCreate, Method: "POST", Path: "/api/v1/users", Summary: "Add a user", Status: 201}, s.apiCreateUser)
	rest.Register(a, rest.Op{ID: PermUserUpdate, Method: "PUT", Path: "/api/v1/users/{id}", Summary: "Change a user"}, s.apiUpdateUser)
}

// Me is the signed-in user as his screens need him.
type Me struct {
	ID          id.ID        `json:"id"`
	Login       string       `json:"login"`
	Name        string       `json:"name"`
	Locale      string       `json:"locale" enum:"zh,en"`
	HomeOrgID   id.ID        `json:"home_org_id"`
	Permissions []string     `json:"permissions" nullable:"false" doc:"patterns such as customer.* that some grant holds"`
	Orgs        []MyOrg      `json:"orgs" nullable:"false" doc:"organisations within the grants, parents first"`
	Grants      []MyGrant    `json:"grants" nullable:"false" doc:"the roles held, and where"`
	ChangesAt   when.Instant `json:"changes_at,omitzero" doc:"when a grant begins or ends: ask again then"`
	Due         Due          `json:"due" enum:",password,factor" doc:"what the caller must do before he may do anything else"`

	ProviderID id.ID `json:"provider_id,omitzero" doc:"by which the session was opened; absent: by a password"`

	PasswordRules PasswordRules `json:"password_rules"`
}

// MyGrant is a role the caller holds in an organisation and all below it.
type MyGrant struct {
	NameZh      string       `json:"name_zh"`
	NameEn      string       `json:"name_en"`
	OrgID       id.ID        `json:"org_id"`
	Permissions Patterns     `json:"permissions" nullable:"false"`
	Until       when.Instant `json:"until,omitzero" doc:"when it ends"`
	AbsentName  string       `json:"absent_name,omitempty" doc:"for whom the role is held while he is away"`
}

// MyOrg is an organisation within the caller's grants.
type MyOrg struct {
	ID        id.ID     `json:"id"`
	ParentID  id.ID     `json:"parent_id,omitzero"`
	Code      string    `json:"code"`
	Name      string    `json:"name"`
	ShortName string    `json:"short_name"`
	Level     org.Level `json:"level" enum:"province,city,county,unit"`
}

func (s *Service) apiMe(ctx context.Context, _ *struct{}) (*rest.Body[Me], error) {
	return &rest.Body[Me]{Body: CallerOf(ctx).me()}, nil
}

func (c *Caller) me() Me {
	m := Me{ID: c.UserID, Login: c.Login, Name: c.Name, Locale: c.Locale, HomeOrgID: c.HomeOrgID, ChangesAt: c.changesAt, Due: c.Due, ProviderID: c.providerID, PasswordRules: c.rules, Orgs: []MyOrg{}, Grants: []MyGrant{}}
	patterns, seen := map[string]bool{}, map[id.ID]bool{}
	for _, g := range c.grants {
		m.Grants = append(m.Grants, MyGrant{g.NameZh, g.NameEn, g.OrgID, g.Patterns, g.Until, g.Absent.Name})
		for _, p := range g.Patterns {
			patterns[p] = true
		}
		for _, o := range g.subtree {
			if !seen[o.ID] {
				seen[o.ID] = true
				m.Orgs = append(m.Orgs, MyOrg{o.ID, o.ParentID, o.Code, o.Name, o.ShortName, o.Level})
			}
		}
	}
	m.Permissions = slices.AppendSeq([]string{}, maps.Keys(patterns))
	slices.Sort(m.Permissions)
	return m
}

type usersRequest struct {
	rest.Paging
	Search string `query:"q" maxLength:"40" doc:"part of login or name"`
	Active string `query:"active" enum:"yes,no"`
	RoleID string `query:"role_id" format:"uuid" doc:"holds a grant of this role, or will"`
	Unused string `query:"unused" enum:"yes" doc:"not used for as many days as the rules say"`
}

// userList names the list for cursors; the filter may differ between pages.
const userList = "access.list login"

func (in *usersRequest) filter(cursors *page.Signer) (f UserFilter, err error) {
	f = UserFilter{Search: in.Search, Limit: in.Limit + 1}
	if _, err := cursors.Decode(userList, in.Cursor, &f.After); err != nil {
		return f, err
	}
	if in.Active != "" {
		active := in.Active == "yes"
		f.Active = &active
	}
	if in.RoleID != "" {
		f.RoleID, err = id.Parse(in.RoleID)
	}
	f.Unused = in.Unused != ""
	return f, err
}

func (s *Service) apiUsers(ctx context.Context, in *usersRequest) (*rest.Body[rest.List[UserItem]], error) {
	filter, err := in.filter(s.cursors)
	if err != nil {
		return nil, err
	}
	users, err := s.Users(ctx, filter)
	if err != nil {
		return nil, err
	}
	list := rest.List[UserItem]{Items: users}
	if len(users) > in.Limit {
		list.Items = users[:in.Limit]
		list.NextCursor, err = s.cursors.Encode(userList, list.Items[in.Limit-1].Login)
	}
	return &rest.Body[rest.List[UserItem]]{Body: list}, err
}

type byID struct {
	ID id.ID `path:"id"`
}

func (s *Service) apiUser(ctx context.Context, in *byID) (*rest.Reply[UserDetail], error) {
	d, err := s.User(ctx, in.ID)
	return &rest.Reply[UserDetail]{ETag: rest.ETag(d.Version), Body: d}, err
}

type createUserRequest struct {
	rest.Idempotent
	Body UserInput
}

func (s *Service) apiCreateUser(ctx context.Context, in *createUserRequest) (*rest.Reply[UserDetail], error) {
	d, err := s.CreateUser(ctx, in.Key, in.Body)
	return &rest.Reply[UserDetail]{ETag: rest.ETag(d.Version), Body: d}, err
}

type updateUserRequest struct {
	ID id.ID `path:"id"`
	rest.IfMatch
	Body UserInput
}

func (s *Service) apiUpdateUser(ctx context.Context, in *updateUserRequest) (*rest.Reply[UserDetail], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	d, err := s.UpdateUser(ctx, in.ID, version, in.Body)
	return &rest.Reply[UserDetail]{ETag: rest.ETag(d.Version), Body: d}, err
}
