package access_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func (b *bench) roleInput(permissions ...string) access.RoleInput {
	return access.RoleInput{NameZh: "夜班受理员", NameEn: "Night clerk", OrgID: b.one.ID, Permissions: permissions}
}

func (b *bench) makeRole(t *testing.T, permissions ...string) access.Role {
	t.Helper()
	r, err := b.CreateRole(b.admin, "", b.roleInput(permissions...))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestARoleOfOnesOwn(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		r := b.makeRole(t, "customer.get", "customer.list", "customer.get", "task.*")
		if strings.Join(r.Permissions, " ") != "customer.get customer.list task.*" || r.Builtin || r.OrgID != b.one.ID {
			t.Errorf("made %+v", r)
		}
		b.user(t, "wang", access.Grant{RoleID: r.ID, OrgID: b.one.ID})
		token, _ := b.login(t, "wang", password)
		if !b.may(t, token, "task.move") || b.may(t, token, "customer.update") {
			t.Error("the role gives something else")
		}
		in := b.roleInput("customer.update")
		if _, err := b.UpdateRole(b.admin, r.ID, 7, in); !errors.Is(err, db.ErrStale) {
			t.Errorf("stale: %v", err)
		}
		changed, err := b.UpdateRole(b.admin, r.ID, 1, in)
		if err != nil || !b.may(t, token, "customer.update") || b.may(t, token, "task.move") {
			t.Errorf("changed %+v: %v", changed, err)
		}
		in.Retired = true
		if r, err = b.UpdateRole(b.admin, r.ID, 2, in); err != nil || r.RetiredAt != b.now || b.may(t, token, "customer.update") {
			t.Errorf("retired %+v: %v", r, err)
		}
		late := access.UserInput{Login: "late", Name: "x", Password: password, HomeOrgID: b.one.ID, Active: true, Grants: []access.Grant{{RoleID: r.ID, OrgID: b.one.ID}}}
		if _, err := b.CreateUser(b.admin, "", late); !errors.Is(err, access.ErrRoleRetired) {
			t.Errorf("granting a retired role: %v", err)
		}
		in.Retired = false
		if _, err = b.UpdateRole(b.admin, r.ID, 3, in); err != nil || !b.may(t, token, "customer.update") {
			t.Errorf("in use again: %v", err)
		}
	})
}

func TestWhatARoleMayNotBe(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for _, c := range []struct {
			name   string
			change func(in *access.RoleInput)
			want   error
		}{
			{"system and security", func(in *access.RoleInput) { in.Permissions = access.Patterns{"org.create", "access.update"} }, access.ErrMixed},
			{"security and audit, whole modules", func(in *access.RoleInput) { in.Permissions = access.Patterns{"access.*", "audit.*"} }, access.ErrMixed},
			{"another company's", func(in *access.RoleInput) { in.OrgID = b.two.ID }, access.ErrOrgUnknown},
			{"the name of a built-in one", func(in *access.RoleInput) { in.NameZh = "部门主任" }, access.ErrRoleTaken},
		} {
			in := b.roleInput("customer.get")
			c.change(&in)
			if _, err := b.CreateRole(b.admin, "", in); !errors.Is(err, c.want) {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		for _, bad := range []string{"*", "*.get", "customer.fly", "nothing.*", "access.login", ""} {
			if _, err := b.CreateRole(b.admin, "", b.roleInput(bad)); refused(err) != "permissions:access.permission_unknown" {
				t.Errorf("%q: %v", bad, err)
			}
		}
		if _, err := b.UpdateRole(b.admin, b.role(t, "clerk"), 1, b.roleInput("customer.get")); !errors.Is(err, access.ErrBuiltin) {
			t.Errorf("a built-in role: %v", err)
		}
		r := b.makeRole(t, "customer.get")
		_, other := b.login(t, "admin2", password)
		if _, err := b.UpdateRole(acting(other), r.ID, 1, b.roleInput("customer.get")); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another company's administrator: %v", err)
		}
		roles, err := b.Roles(acting(other))
		if err != nil || slices.ContainsFunc(roles, func(x access.Role) bool { return x.ID == r.ID }) {
			t.Errorf("another company sees it: %v", err)
		}
		head := access.UserInput{Login: "chief", Name: "x", Password: password, HomeOrgID: b.one.ID, Grants: []access.Grant{b.at(t, "head")}, Active: true, Keep: true}
		if _, err := b.CreateUser(b.admin, "", head); err != nil {
			t.Fatal(err)
		}
		_, c := b.login(t, "chief", password)
		if _, err := b.CreateRole(acting(c), "", b.roleInput("customer.get")); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("a head: %v", err)
		}
	})
}

// Nobody makes himself more, and a role that grows makes nobody two administrators.
func TestChangingARoleKeepsAdministratorsApart(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		r := b.makeRole(t, "customer.get")
		keeper := b.user(t, "keeper", b.at(t, "security"), access.Grant{RoleID: r.ID, OrgID: b.one.ID})
		_, c := b.login(t, "keeper", password)
		if _, err := b.UpdateRole(acting(c), r.ID, 1, b.roleInput("customer.get", "customer.reveal")); !errors.Is(err, access.ErrOwnRole) {
			t.Errorf("a role of one's own: %v", err)
		}
		if _, err := b.UpdateRole(b.admin, r.ID, 1, b.roleInput("customer.get", "org.create")); !errors.Is(err, access.ErrSeparated) {
			t.Errorf("a holder would be two: %v", err)
		}
		if _, err := b.UpdateRole(b.admin, r.ID, 1, b.roleInput("customer.get", "access.rescue")); err != nil {
			t.Errorf("the same administrator: %v", err)
		}
		holders, err := b.Holders(b.admin, r.ID)
		if err != nil || len(holders) != 1 || holders[0].UserID != keeper.ID || holders[0].State != access.Running {
			t.Errorf("holders %+v, %v", holders, err)
		}
	})
}

// One administrator after another is a hand-over; at one time it is refused.
func TestAnAdministratorHandsOver(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		first, second := b.at(t, "admin"), b.at(t, "security")
		first.Until, second.From = b.now.Add(48*time.Hour), b.now.Add(24*time.Hour)
		in := access.UserInput{Login: "both", Name: "x", Password: password, HomeOrgID: b.one.ID, Active: true, Grants: []access.Grant{first, second}}
		if _, err := b.CreateUser(b.admin, "", in); !errors.Is(err, access.ErrSeparated) {
			t.Errorf("a day of both: %v", err)
		}
		in.Grants[1].From = in.Grants[0].Until
		if _, err := b.CreateUser(b.admin, "", in); err != nil {
			t.Errorf("one after the other: %v", err)
		}
	})
}

func TestBuiltInAdministratorsAreSeparate(t *testing.T) {
	b := newBench(t, db.SQLite)
	roles, err := b.Roles(b.admin)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range roles {
		want := ""
		if slices.Contains([]string{"admin", "security", "auditor"}, r.Code) {
			want = r.Code
		}
		if r.Separate != want {
			t.Errorf("%s holds what belongs to the administrator %q", r.Code, r.Separate)
		}
	}
}

// byEverybody need no role: what one does about oneself. The last is the program's
// own name for what its schedule does.
var byEverybody = []string{"access.factor", "access.login", "access.logout", "access.me", "access.password", "access.sessions", "access.sso", "audit.retain"}

// Every permission that the program asks for is listed in role/permission.json, so
// that a role can hold it; none is listed that nothing asks for.
func TestEveryPermissionIsListed(t *testing.T) {
	constant := regexp.MustCompile(`(?m)^\s*(?:const )?[pP]erm[A-Z]\w*\s*=\s*"([a-z]+\.[a-z_]+)"`)
	asked := map[string]bool{}
	for _, pattern := range []string{"../*/*.go", "../../app/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, file := range files {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range constant.FindAllStringSubmatch(string(raw), -1) {
				asked[m[1]] = true
			}
		}
	}
	for _, m := range access.Permissions {
		for _, p := range m.Permissions {
			if !asked[p] {
				t.Errorf("%s is listed, and nothing asks for it", p)
			}
			if !strings.HasPrefix(p, m.Module+".") {
				t.Errorf("%s stands under %s", p, m.Module)
			}
			delete(asked, p)
		}
	}
	for p := range asked {
		if !slices.Contains(byEverybody, p) {
			t.Errorf("%s is asked for: put it into role/permission.json, with words access.verb.%s", p, p)
		}
	}
}

func TestARoleIsMadeOncePerKey(t *testing.T) {
	b := newBench(t, db.SQLite)
	first, err := b.CreateRole(b.admin, "k", b.roleInput("customer.get"))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := b.CreateRole(b.admin, "k", b.roleInput("customer.get")); err != nil || again.ID != first.ID {
		t.Errorf("sent again: %+v, %v", again, err)
	}
	if _, err := b.CreateRole(context.Background(), "k", b.roleInput("customer.get")); !errors.Is(err, access.ErrLogin) {
		t.Errorf("nobody: %v", err)
	}
}
