package access_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// refused are the fields and codes of a validation.
func refused(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return fmt.Sprint(err)
	}
	var all []string
	for _, x := range f.Fields {
		all = append(all, x.Name+":"+x.Code)
	}
	return strings.Join(all, " ")
}

func TestPasswordsKeepTheRules(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.policy(t, func(p *access.Policy) { p.MinLength, p.Classes, p.AdminFactor = 10, 3, false })
		_, c := b.login(t, "admin1", password)
		for _, x := range [][2]string{
			{"Short1!", "new_password:too_short"}, {strings.Repeat("Ab1!", 33), "new_password:too_long"},
			{"correct horse battery", "new_password:password_too_simple"}, {"一二三四五六七八九十", "new_password:password_too_simple"},
			{"admin1", "new_password:too_short new_password:password_is_login"}, {"correct-horse-1", ""},
		} {
			fresh, want := x[0], x[1]
			got := ""
			if err := b.ChangePassword(acting(c), password, fresh); err != nil {
				got = refused(err)
			}
			if got != want {
				t.Errorf("%s: %q, want %q", fresh, got, want)
			}
		}
	})
}

func TestAnEarlierPasswordDoesNotComeBack(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.policy(t, func(p *access.Policy) { p.History, p.AdminFactor = 2, false })
		_, c := b.login(t, "admin1", password)
		old := password
		for _, fresh := range []string{"first word 1", "second word 2", "third word 3"} {
			if err := b.ChangePassword(acting(c), old, fresh); err != nil {
				t.Fatalf("%s: %v", fresh, err)
			}
			b.now = b.now.Add(time.Minute)
			if err := b.ChangePassword(acting(c), fresh, fresh); refused(err) != "new_password:password_used_before" {
				t.Errorf("the same again: %v", err)
			}
			old = fresh
		}
		if err := b.ChangePassword(acting(c), old, "second word 2"); refused(err) != "new_password:password_used_before" {
			t.Errorf("the one before: %v", err)
		}
		if err := b.ChangePassword(acting(c), old, "first word 1"); err != nil {
			t.Errorf("one beyond the history: %v", err)
		}
	})
}

func TestChangingThePasswordEndsOtherSessions(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		elsewhere, _ := b.login(t, "admin1", password)
		here, c := b.login(t, "admin1", password)
		if err := b.ChangePassword(acting(c), "wrong", "battery staple 1"); !errors.Is(err, access.ErrCredentials) {
			t.Fatalf("with a wrong old one: %v", err)
		}
		if err := b.ChangePassword(acting(c), password, "battery staple 1"); err != nil {
			t.Fatal(err)
		}
		if _, err := b.authenticate(elsewhere); !errors.Is(err, access.ErrLogin) {
			t.Errorf("elsewhere: %v", err)
		}
		if _, err := b.authenticate(here); err != nil {
			t.Errorf("here: %v", err)
		}
		if _, err := b.attempt("admin1", password, ""); !errors.Is(err, access.ErrCredentials) {
			t.Errorf("the old one: %v", err)
		}
	})
}

// A password somebody else chose opens nothing but its change.
func TestAPasswordGivenIsChangedFirst(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		in := access.UserInput{Login: "fresh", Name: "新员工", Password: password, HomeOrgID: b.one.ID, Active: true, Grants: []access.Grant{{RoleID: b.role(t, "clerk"), OrgID: b.one.ID}}}
		if _, err := b.CreateUser(b.admin, "", in); err != nil {
			t.Fatal(err)
		}
		token, c := b.login(t, "fresh", password)
		if c.Due != access.DuePassword {
			t.Fatalf("due %q", c.Due)
		}
		if _, err := access.Allow(acting(c), "customer.list"); !errors.Is(err, access.ErrPasswordDue) {
			t.Errorf("before the change: %v", err)
		}
		if err := b.ChangePassword(acting(c), password, "battery staple 1"); err != nil {
			t.Fatal(err)
		}
		c, err := b.authenticate(token)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := access.Allow(acting(c), "customer.list"); err != nil {
			t.Errorf("after the change: %v", err)
		}
	})
}

func TestAnOldPasswordIsDue(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.policy(t, func(p *access.Policy) { p.MaxAgeDays, p.AdminFactor = 90, false })
		_, c := b.login(t, "admin1", password)
		if c.Due != access.DuePassword { // when it was set is not known
			t.Fatalf("due %q", c.Due)
		}
		if err := b.ChangePassword(acting(c), password, "battery staple 1"); err != nil {
			t.Fatal(err)
		}
		for days, want := range map[int]access.Due{89: access.DueNothing, 91: access.DuePassword} {
			at := b.now
			b.now = b.now.Add(time.Duration(days) * 24 * time.Hour)
			if c, err := b.attempt("admin1", "battery staple 1", ""); err != nil || c.Due != want {
				t.Errorf("after %d days: due %v, %v", days, c, err)
			}
			b.now = at
		}
	})
}

func TestTheRulesAreSetByWhoMay(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		p, err := b.Policy(b.admin)
		if err != nil || p.Version != 0 {
			t.Fatalf("policy %+v, %v", p, err)
		}
		p.MaxLockSeconds, p.LockSeconds = 60, 90
		if _, err := b.SetPolicy(b.admin, 0, p); refused(err) != "max_lock_seconds:too_small" {
			t.Errorf("a longest lock below the first: %v", err)
		}
		p.MaxLockSeconds = 600
		set, err := b.SetPolicy(b.admin, 0, p)
		if err != nil || set.Version != 1 {
			t.Fatalf("set %+v, %v", set, err)
		}
		if _, err := b.SetPolicy(b.admin, 0, p); !errors.Is(err, db.ErrStale) {
			t.Errorf("from an old version: %v", err)
		}
		_, head := b.login(t, "citizen", password)
		if _, err := b.SetPolicy(acting(head), 1, p); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("a department head: %v", err)
		}
		if _, err := b.Policy(context.Background()); !errors.Is(err, access.ErrLogin) {
			t.Errorf("nobody: %v", err)
		}
	})
}
