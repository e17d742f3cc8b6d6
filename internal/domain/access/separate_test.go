package access_test

import (
	"errors"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/access"
)

// Nobody is two of the three administrators; beside one of them he may hold other
// roles.
func TestAdministratorsAreSeparated(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for roles, want := range map[[2]string]error{
			{"admin", "security"}: access.ErrSeparated, {"admin", "auditor"}: access.ErrSeparated, {"security", "auditor"}: access.ErrSeparated,
			{"admin", "clerk"}: nil, {"clerk", "head"}: nil,
		} {
			in := access.UserInput{Login: roles[0] + "-" + roles[1], Name: "兼任", Password: password, HomeOrgID: b.one.ID, Active: true}
			for _, role := range roles {
				in.Grants = append(in.Grants, access.Grant{RoleID: b.role(t, role), OrgID: b.one.ID})
			}
			if _, err := b.CreateUser(b.admin, "", in); !errors.Is(err, want) {
				t.Errorf("%v: %v, want %v", roles, err, want)
			}
		}
	})
}

// Archives are changed by designated maintainers only (A6); everybody else
// proposes.
func TestOnlyMaintainersChangeArchives(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		roles, err := b.Roles(b.admin)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range roles {
			for _, verb := range []string{"create", "update", "close", "reopen", "classify", "fill", "merge", "unmerge"} {
				if got := r.Permissions.Allow("customer." + verb); got != (r.Code == "maintainer") {
					t.Errorf("%s: customer.%s %v", r.Code, verb, got)
				}
			}
			if r.Permissions.Allow("import.run") && r.Code != "maintainer" {
				t.Errorf("%s imports archives", r.Code)
			}
		}
	})
}
