package access_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func (b *bench) updating(t *testing.T, i id.ID, change func(*access.UserInput)) error {
	t.Helper()
	d, err := b.User(b.admin, i)
	if err != nil {
		t.Fatal(err)
	}
	in := access.UserInput{Login: d.Login, Name: d.Name, HomeOrgID: d.HomeOrgID, Active: d.Active}
	for _, g := range d.Grants {
		in.Grants = append(in.Grants, g.Grant)
	}
	change(&in)
	_, err = b.UpdateUser(b.admin, i, d.Version, in)
	return err
}

// Who manages the users of a company does not come by a role above it through one
// of them.
func TestAUserWithARoleAboveIsManagedAbove(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		wide := b.bootstrap(t, "wide", b.city.ID, "clerk")
		err := b.d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec("UPDATE app_user SET home_org_id = $1 WHERE id = $2", b.one.ID, wide)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, change := range map[string]func(*access.UserInput){
			"a password": func(in *access.UserInput) { in.Password = "mine from now 1" },
			"no grants":  func(in *access.UserInput) { in.Grants = nil },
		} {
			if err := b.updating(t, wide, change); !errors.Is(err, access.ErrBeyond) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := b.ResetFactor(b.admin, wide); !errors.Is(err, access.ErrBeyond) {
			t.Errorf("his factor: %v", err)
		}
		if err := b.EndSessions(b.admin, wide); err != nil {
			t.Errorf("signing him out harms nobody: %v", err)
		}
	})
}

// Of two who stop one another at the same time one stays.
func TestTwoAdministratorsWhoStopOneAnother(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		first, second := b.user(t, "first", b.at(t, "security")), b.user(t, "second", b.at(t, "security"))
		grants := []access.Grant{b.at(t, "security")}
		var errs [2]error
		var both sync.WaitGroup
		signedIn := []context.Context{b.as(t, "first"), b.as(t, "second")}
		for i, whom := range []access.UserDetail{second, first} {
			both.Go(func() {
				_, errs[i] = b.UpdateUser(signedIn[i], whom.ID, whom.Version, access.UserInput{Login: whom.Login, Name: "x", HomeOrgID: b.one.ID, Grants: grants})
			})
		}
		both.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("stopped: %v, %v", errs[0], errs[1])
		}
	})
}

// A deputy does not stop him by whose right he acts.
func TestADeputyDoesNotStopTheAbsentOne(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		chief := b.user(t, "chief", b.at(t, "security"))
		li := b.user(t, "li", b.at(t, "clerk"))
		if _, err := b.CreateAbsence(b.as(t, "chief"), "", b.away(li.ID, 0, 2, b.role(t, "security"))); err != nil {
			t.Fatal(err)
		}
		in := access.UserInput{Login: "chief", Name: "chief", HomeOrgID: b.one.ID, Grants: []access.Grant{b.at(t, "security")}}
		if _, err := b.UpdateUser(b.as(t, "li"), chief.ID, chief.Version, in); !errors.Is(err, access.ErrLastManager) {
			t.Errorf("stopped: %v", err)
		}
	})
}

// Nobody has so many absences that his deputies' roles are not all read.
func TestAbsencesOfOneAreBounded(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.user(t, "zhang", b.at(t, "head"))
		li := b.user(t, "li", b.at(t, "clerk"))
		ctx, head := b.as(t, "zhang"), b.role(t, "head")
		var err error
		n := 0
		for ; err == nil && n < 100; n++ {
			_, err = b.CreateAbsence(ctx, "", b.away(li.ID, n, n, head))
		}
		if !errors.Is(err, access.ErrAbsences) {
			t.Errorf("%d absences: %v", n, err)
		}
	})
}

// Nobody calls himself, or a key of his, so that the log names a deputy who is none.
func TestNamesThatFeignADeputy(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		const feigned = "王五（代 李四）"
		in := access.UserInput{Login: "wang", Name: feigned, Password: password, HomeOrgID: b.one.ID, Active: true}
		if _, err := b.CreateUser(b.admin, "", in); err == nil {
			t.Error("a user")
		}
		if _, err := b.CreateKey(b.admin, access.APIKeyInput{Name: feigned, OrgID: b.one.ID, Permissions: access.Patterns{access.PermUserList}, Days: 1}); err == nil {
			t.Error("a key")
		}
	})
}
