package demo

import (
	"context"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
)

// nightDuty is a role that the first company made itself.
var nightDuty = access.RoleInput{NameZh: "夜间值班员", NameEn: "Night duty", Permissions: access.Patterns{
	"customer.list", "customer.get", "customer.log", "supply.list", "supply.get", "supply.trace", "org.list", "home.*", "search.*", "task.*"}}

// makeRights gives the first company a role of its own, grants for a time, and a
// head who is away and has a deputy.
func (b *builder) makeRights(ctx context.Context) error {
	b.now = b.end
	company := b.orgs[companies[0].Code].ID
	if err := b.actAs(ctx, "security", func(ctx context.Context) error {
		in := nightDuty
		in.OrgID = company
		role, err := b.Access.CreateRole(ctx, "", in)
		if err != nil {
			return err
		}
		roles, err := b.Access.Roles(ctx)
		if err != nil {
			return err
		}
		if err := b.grant(ctx, "agent", access.Grant{RoleID: role.ID, OrgID: company, From: b.midnight(-20), Until: b.midnight(5)}); err != nil {
			return err
		}
		return b.grant(ctx, "clerk", access.Grant{RoleID: roleOf(roles, "complaint_handler"), OrgID: company, From: b.midnight(10), Until: b.midnight(24)})
	}); err != nil {
		return err
	}
	return b.actAs(ctx, "head"+companies[0].Code, func(ctx context.Context) error {
		roles, err := b.Access.AbsenceRoles(ctx, id.ID{})
		if err != nil {
			return err
		}
		in := access.AbsenceInput{DeputyID: b.users["manager"+companies[0].Code], FromDay: b.end.Day(), UntilDay: b.midnight(4).Day()}
		for _, r := range roles {
			in.RoleIDs = append(in.RoleIDs, r.ID)
		}
		_, err = b.Access.CreateAbsence(ctx, "", in)
		return err
	})
}

func roleOf(roles []access.Role, code string) (i id.ID) {
	for _, r := range roles {
		if r.Code == code {
			i = r.ID
		}
	}
	return i
}

// midnight is the beginning of a day from now.
func (b *builder) midnight(days int) when.Instant {
	y, m, d := b.end.Time().Date()
	return when.At(time.Date(y, m, d+days, 0, 0, 0, 0, when.Zone))
}

// actAs does something as a user who signs in for it.
func (b *builder) actAs(ctx context.Context, login string, do func(ctx context.Context) error) error {
	_, c, err := b.Access.Login(ctx, access.Attempt{Login: login, Password: Password})
	if err != nil {
		return err
	}
	ctx = access.WithCaller(ctx, c)
	if err := do(ctx); err != nil {
		return err
	}
	_, err = b.Access.Logout(ctx)
	return err
}

// grant adds to what a user of the first company holds.
func (b *builder) grant(ctx context.Context, login string, g access.Grant) error {
	u, err := b.Access.User(ctx, b.users[login+companies[0].Code])
	if err != nil {
		return err
	}
	in := access.UserInput{Login: u.Login, Name: u.Name, HomeOrgID: u.HomeOrgID, Active: true, Grants: []access.Grant{g}}
	for _, held := range u.Grants {
		in.Grants = append(in.Grants, held.Grant)
	}
	_, err = b.Access.UpdateUser(ctx, u.ID, u.Version, in)
	return err
}
