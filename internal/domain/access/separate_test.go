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
