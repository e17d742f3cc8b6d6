package access_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// bench is the service with two county companies and an administrator of each.
type bench struct {
	*access.Service
	now            when.Instant
	d              *db.DB
	orgs           *org.Service
	keys           *crypt.Keyring
	city, one, two org.Org
	admin          context.Context // administrator of company one
	reminders      reminders
}

// reminders implements access.Inbox.
type reminders []access.Reminder

func (r *reminders) RemindTx(_ *db.Tx, one access.Reminder) error {
	*r = append(*r, one)
	return nil
}

func (r *reminders) SettleTx(_ *db.Tx, of access.Reminder) error {
	*r = slices.DeleteFunc(*r, func(one access.Reminder) bool {
		return one.OrgID == of.OrgID && one.Kind == of.Kind && one.ObjectType == of.ObjectType && one.ObjectID == of.ObjectID && one.DueAt == of.DueAt
	})
	return nil
}

var cheap = access.Cost{MemoryKiB: 64, Passes: 1}

func each(t *testing.T, fn func(t *testing.T, b *bench)) {
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) { fn(t, newBench(t, e)) })
}

func newBench(t *testing.T, e db.Dialect) *bench {
	t.Helper()
	b := &bench{now: when.At(time.Date(2026, 3, 2, 9, 0, 0, 0, when.Zone))}
	b.d = dbtest.Open(t, e, func() when.Instant { return b.now })
	var err error
	if b.keys, err = crypt.New(bytes.Repeat([]byte{1}, 32)); err != nil {
		t.Fatal(err)
	}
	b.orgs = org.New(b.d)
	b.Service = access.New(b.d, b.keys, b.orgs, audit.New(b.d, b.keys), cheap)
	b.SetInbox(&b.reminders)
	err = b.d.Write(context.Background(), func(tx *db.Tx) error {
		var p org.Org
		for _, x := range []struct {
			o      *org.Org
			parent *org.Org
			level  org.Level
			code   string
		}{{&p, &org.Org{}, org.Province, "33"}, {&b.city, &p, org.City, "3311"}, {&b.one, &b.city, org.County, "1001"}, {&b.two, &b.city, org.County, "1002"}} {
			if *x.o, err = org.CreateTx(tx, org.CreateInput{ParentID: x.parent.ID, Level: x.level, Code: x.code, Name: x.code}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.InstallRoles(context.Background()); err != nil {
		t.Fatal(err)
	}
	b.policy(t, func(p *access.Policy) { p.AdminFactor = false })
	b.bootstrap(t, "admin1", b.one.ID, "security")
	b.bootstrap(t, "admin2", b.two.ID, "security")
	b.bootstrap(t, "citizen", b.city.ID, "head")
	_, c := b.login(t, "admin1", password)
	b.admin = access.WithCaller(context.Background(), c)
	return b
}

const password = "correct horse"

// policy changes the rules of signing in.
func (b *bench) policy(t *testing.T, change func(p *access.Policy)) {
	t.Helper()
	p := access.DefaultPolicy
	change(&p)
	if err := b.InstallPolicy(context.Background(), p); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) bootstrap(t *testing.T, login string, home id.ID, roles ...string) id.ID {
	t.Helper()
	i, err := b.Bootstrap(context.Background(), access.UserInput{Login: login, Name: login, Password: password, HomeOrgID: home}, roles...)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func (b *bench) login(t *testing.T, login, password string) (string, *access.Caller) {
	t.Helper()
	token, c, err := b.Login(context.Background(), access.Attempt{Login: login, Password: password})
	if err != nil {
		t.Fatalf("login %s: %v", login, err)
	}
	return token, c
}

func (b *bench) authenticate(token string) (*access.Caller, error) {
	r := httptest.NewRequest("GET", "/", nil)
	r.AddCookie(&http.Cookie{Name: rest.SessionCookie, Value: token})
	ctx, err := b.Authenticate(r)
	if err != nil {
		return nil, err
	}
	return access.CallerOf(ctx), nil
}

func (b *bench) role(t *testing.T, code string) id.ID {
	t.Helper()
	roles, err := b.Roles(b.admin)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range roles {
		if r.Code == code {
			return r.ID
		}
	}
	t.Fatalf("no role %s", code)
	return id.ID{}
}

func TestPatterns(t *testing.T) {
	p := access.Patterns{"customer.update", "supply.*", "*.get"}
	for permission, want := range map[string]bool{
		"customer.update": true, "customer.create": false, "supply.create": true, "audit.get": true, "audit.list": false, "supplyx.list": false, "customer": false,
	} {
		if p.Allow(permission) != want {
			t.Errorf("%s: %v", permission, !want)
		}
	}
	if !(access.Patterns{"*"}).Allow("anything.atall") || (access.Patterns{}).Allow("a.get") {
		t.Error("* or nothing misread")
	}
}

func TestSessions(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for _, bad := range [][2]string{{"admin1", "wrong"}, {"nobody", password}, {"", ""}} {
			if _, _, err := b.Login(context.Background(), access.Attempt{Login: bad[0], Password: bad[1]}); !errors.Is(err, access.ErrCredentials) {
				t.Errorf("login %v: %v", bad, err)
			}
		}
		token, c := b.login(t, "admin1", password)
		if got, err := b.authenticate(token); err != nil || got.UserID != c.UserID {
			t.Errorf("authenticated as %v, %v", got, err)
		}
		if _, err := b.authenticate(token + "0"); !errors.Is(err, access.ErrLogin) {
			t.Errorf("a forged token: %v", err)
		}
		if _, err := b.Authenticate(httptest.NewRequest("GET", "/", nil)); !errors.Is(err, access.ErrLogin) {
			t.Errorf("no cookie: %v", err)
		}
		b.now = b.now.Add(7 * time.Hour) // used in time: it goes on
		if _, err := b.authenticate(token); err != nil {
			t.Errorf("after 7 hours: %v", err)
		}
		b.now = b.now.Add(7 * time.Hour)
		if _, err := b.authenticate(token); err != nil {
			t.Errorf("7 hours after the last use: %v", err)
		}
		b.now = b.now.Add(9 * time.Hour)
		if _, err := b.authenticate(token); !errors.Is(err, access.ErrLogin) {
			t.Errorf("after 9 idle hours: %v", err)
		}
		token, c = b.login(t, "admin1", password)
		if _, err := b.Logout(access.WithCaller(context.Background(), c)); err != nil {
			t.Fatal(err)
		}
		if _, err := b.authenticate(token); !errors.Is(err, access.ErrLogin) {
			t.Errorf("after logout: %v", err)
		}
	})
}

func TestScopeFollowsTheGrants(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		_, c := b.login(t, "citizen", password)
		ctx := access.WithCaller(context.Background(), c)
		who, err := access.Allow(ctx, "customer.list")
		if err != nil || len(who.Scope.Orgs()) != 2 || !who.Nodes.Has(b.city.ID) || who.Scope.Has(b.city.ID) {
			t.Errorf("scope %v, %v", who.Scope, err)
		}
		if who.Locale != c.Locale {
			t.Errorf("reads %q, his language is %q", who.Locale, c.Locale)
		}
		if who, err = access.Allow(rest.InLanguage(ctx, "en"), "customer.list"); err != nil || who.Locale != "en" || c.Locale != "zh" {
			t.Errorf("asking for English: %q, %v", who.Locale, err)
		}
		if _, err := access.Allow(ctx, "access.create"); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("a permission not held: %v", err)
		}
		if _, err := access.Allow(context.Background(), "customer.list"); !errors.Is(err, access.ErrLogin) {
			t.Errorf("nobody: %v", err)
		}
		users, err := b.Users(b.admin, access.UserFilter{Limit: 10})
		if err != nil || len(users) != 1 || users[0].Login != "admin1" {
			t.Errorf("users of company one: %v, %v", users, err)
		}
	})
}

// The list names each user's roles once, wherever he holds them.
func TestTheListNamesRoles(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		var unit org.Org
		err := b.d.Write(t.Context(), func(tx *db.Tx) (err error) {
			unit, err = org.CreateTx(tx, org.CreateInput{ParentID: b.one.ID, Level: org.Unit, Code: "100101", Name: "城关供电所"})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		b.orgs.Forget()
		token, _ := b.login(t, "admin1", password)
		c, err := b.authenticate(token)
		if err != nil {
			t.Fatal(err)
		}
		admin := access.WithCaller(t.Context(), c)
		head, clerk := b.role(t, "head"), b.role(t, "clerk")
		for login, grants := range map[string][]access.Grant{"several": {{RoleID: head, OrgID: b.one.ID}, {RoleID: clerk, OrgID: unit.ID}, {RoleID: clerk, OrgID: b.one.ID}}, "without": {}} {
			in := access.UserInput{Login: login, Name: login, Password: password, HomeOrgID: b.one.ID, Active: true, Grants: grants}
			if _, err := b.CreateUser(admin, "", in); err != nil {
				t.Fatal(err)
			}
		}
		users, err := b.Users(admin, access.UserFilter{Limit: 10})
		var got []string
		for _, u := range users {
			got = append(got, u.Login)
			for _, r := range u.Roles {
				got = append(got, r.NameZh, r.NameEn)
			}
		}
		if want := "admin1 安全管理员 Security administrator several 营业厅受理员 Counter clerk 部门主任 Department head without"; strings.Join(got, " ") != want || err != nil {
			t.Errorf("%v, want %s: %v", got, want, err)
		}
	})
}

func TestManagingUsers(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		in := access.UserInput{Login: "clerk", Name: "王芳", Password: password, HomeOrgID: b.one.ID, Active: true,
			Grants: []access.Grant{{RoleID: b.role(t, "clerk"), OrgID: b.one.ID}}}
		d, err := b.CreateUser(b.admin, "", in)
		if err != nil {
			t.Fatal(err)
		}
		off := false
		for want, f := range map[string]access.UserFilter{
			"admin1 clerk": {Limit: 10}, "clerk": {RoleID: in.Grants[0].RoleID, Limit: 10}, "": {Active: &off, Limit: 10}, "admin1": {Limit: 1},
			"clerk ": {Search: "CLERK", Limit: 10}, "clerk  ": {Search: "芳", Limit: 10}, " ": {Search: "_", Limit: 10},
		} {
			var logins []string
			users, err := b.Users(b.admin, f)
			for _, u := range users {
				logins = append(logins, u.Login)
			}
			if got := strings.Join(logins, " "); got != strings.TrimSpace(want) || err != nil {
				t.Errorf("%+v: %q, want %q: %v", f, got, want, err)
			}
		}
		for name, c := range map[string]struct {
			change func(*access.UserInput)
			want   error
		}{
			"login taken": {func(*access.UserInput) {}, access.ErrLoginTaken},
			"unknown role": {func(in *access.UserInput) {
				in.Login, in.Grants = "x1", []access.Grant{{RoleID: id.ID{5}, OrgID: b.one.ID}}
			}, access.ErrRoleUnknown},
			"other company": {func(in *access.UserInput) { in.Login, in.HomeOrgID = "x2", b.two.ID }, access.ErrOrgUnknown},
			"grant elsewhere": {func(in *access.UserInput) {
				in.Login, in.Grants = "x3", []access.Grant{{RoleID: in.Grants[0].RoleID, OrgID: b.two.ID}}
			}, access.ErrBeyondOwn},
		} {
			bad := in
			c.change(&bad)
			if _, err := b.CreateUser(b.admin, "", bad); !errors.Is(err, c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		token, caller := b.login(t, "clerk", password)
		if err := b.ChangePassword(acting(caller), password, "battery staple 1"); err != nil {
			t.Fatal(err)
		}
		caller, err = b.authenticate(token)
		if err != nil {
			t.Fatal(err)
		}
		if who, err := access.Allow(access.WithCaller(context.Background(), caller), "customer.log"); err != nil || !who.Scope.Has(b.one.ID) || who.Scope.Has(b.two.ID) {
			t.Errorf("the clerk's scope: %v, %v", who.Scope, err)
		}
		b.stop(t, d, in, token)
	})
}

func TestAUserIsMadeOncePerKey(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		in := access.UserInput{Login: "clerk", Name: "王芳", Password: password, HomeOrgID: b.one.ID, Active: true,
			Grants: []access.Grant{{RoleID: b.role(t, "clerk"), OrgID: b.one.ID}}}
		first, err := b.CreateUser(b.admin, "k", in)
		if err != nil {
			t.Fatal(err)
		}
		in.Password += "2" // no part of what the key stands for
		if again, err := b.CreateUser(b.admin, "k", in); err != nil || again.ID != first.ID || again.Login != "clerk" {
			t.Errorf("sent again: %+v, %v", again, err)
		}
		b.login(t, "clerk", password)
		in.Login = "clerk2"
		if _, err := b.CreateUser(b.admin, "k", in); !errors.Is(err, db.ErrKeyReused) {
			t.Errorf("another user: %v", err)
		}
	})
}

// stop ends the clerk's access, and checks that nobody else can.
func (b *bench) stop(t *testing.T, d access.UserDetail, in access.UserInput, token string) {
	t.Helper()
	in.Active, in.Password = false, ""
	_, other := b.login(t, "admin2", password)
	if _, err := b.UpdateUser(access.WithCaller(context.Background(), other), d.ID, 1, in); !errors.Is(err, db.ErrNotFound) {
		t.Errorf("another company's administrator: %v", err)
	}
	if _, err := b.UpdateUser(b.admin, d.ID, 7, in); !errors.Is(err, db.ErrStale) {
		t.Errorf("stale: %v", err)
	}
	if _, err := b.UpdateUser(b.admin, d.ID, 1, in); err != nil {
		t.Fatal(err)
	}
	if _, err := b.authenticate(token); !errors.Is(err, access.ErrLogin) {
		t.Errorf("a stopped user's session: %v", err)
	}
	if _, _, err := b.Login(context.Background(), access.Attempt{Login: "clerk", Password: "battery staple 1"}); !errors.Is(err, access.ErrCredentials) {
		t.Errorf("a stopped user signs in: %v", err)
	}
	me := access.CallerOf(b.admin)
	self := access.UserInput{Login: "admin1", Name: "x", HomeOrgID: b.one.ID, Active: true}
	if _, err := b.UpdateUser(b.admin, me.UserID, 1, self); !errors.Is(err, access.ErrSelf) {
		t.Errorf("dropping one's own grants: %v", err)
	}
}

func TestPasswordRules(t *testing.T) {
	b := newBench(t, db.SQLite)
	for _, bad := range []string{"", "short", "clerkclerk"} {
		in := access.UserInput{Login: "clerkclerk", Name: "x", Password: bad, HomeOrgID: b.one.ID}
		if _, err := b.CreateUser(b.admin, "", in); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if a, c := cheap.Hash("x"), cheap.Hash("x"); a == c {
		t.Error("two hashes share their salt")
	}
}

func BenchmarkAllow(b *testing.B) {
	o := org.Org{ID: id.ID{1}, Level: org.County}
	c := access.NewCaller(access.User{}, org.NewTree([]org.Org{o}), access.Held{Patterns: access.Patterns{"customer.*"}, OrgID: o.ID})
	ctx := access.WithCaller(context.Background(), c)
	for b.Loop() {
		if _, err := access.Allow(ctx, "customer.get"); err != nil {
			b.Fatal(err)
		}
	}
}
