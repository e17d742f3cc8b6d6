package access_test

import (
	"errors"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
)

// seen are the two ways in which it is noticed that the time of something is over:
// somebody uses it, or the program looks by itself.
var seen = map[string]func(t *testing.T, b *bench, use func()){
	"when used": func(_ *testing.T, _ *bench, use func()) { use() },
	"by itself": func(t *testing.T, b *bench, _ func()) {
		if err := b.EndOver(t.Context()); err != nil {
			t.Fatal(err)
		}
	},
}

// setBack runs a test for each way, with a clock that goes on by a time and, once
// that was noticed, back again.
func setBack(t *testing.T, on time.Duration, prepare func(t *testing.T, b *bench) (use func(), alive func() bool)) {
	for name, notice := range seen {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, b *bench) {
				b.policy(t, func(p *access.Policy) { p.AdminFactor, p.IdleMinutes, p.SessionHours = false, 10_000, 200 })
				use, alive := prepare(t, b)
				if !alive() {
					t.Fatal("not alive before its end")
				}
				before := b.now
				b.now = before.Add(on)
				notice(t, b, use)
				for _, at := range []when.Instant{before.Add(on), before, before.Add(-time.Hour)} {
					if b.now = at; alive() {
						t.Errorf("alive %v from when it was", at.Sub(before))
					}
				}
			})
		})
	}
}

func TestAClockSetBackRevivesNoKey(t *testing.T) {
	setBack(t, 31*24*time.Hour, func(t *testing.T, b *bench) (func(), func() bool) {
		b.bootstrap(t, "above", b.city.ID, "security")
		k := b.key(t, b.as(t, "above"), b.one.ID, "access.list")
		alive := func() bool {
			_, err := b.byKey(k.Token)
			if err != nil && !errors.Is(err, access.ErrLogin) {
				t.Error(err)
			}
			return err == nil
		}
		return func() { alive() }, alive
	})
}

func TestAClockSetBackRevivesNoUnusedSession(t *testing.T) {
	setBack(t, 201*time.Hour, func(t *testing.T, b *bench) (func(), func() bool) {
		token, _ := b.login(t, "admin1", password)
		alive := func() bool { _, err := b.authenticate(token); return err == nil }
		return func() { alive() }, alive
	})
}

// The user stays signed in: only what the grant gave is gone.
func TestAClockSetBackRevivesNoGrant(t *testing.T) {
	setBack(t, 3*time.Hour, func(t *testing.T, b *bench) (func(), func() bool) {
		g := b.at(t, "clerk")
		g.Until = b.now.Add(2 * time.Hour)
		b.user(t, "wang", g)
		token, _ := b.login(t, "wang", password)
		alive := func() bool { return b.may(t, token, "customer.get") }
		return func() { alive() }, alive
	})
}

func TestAnEndedGrantIsToldAsEndedWhateverTheClock(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		g := b.at(t, "clerk")
		g.Until = b.now.Add(time.Hour)
		d := b.user(t, "wang", g)
		b.now = b.now.Add(2 * time.Hour)
		if err := b.EndOver(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.now = b.now.Add(-2 * time.Hour)
		if now, err := b.User(b.admin, d.ID); err != nil || now.Grants[0].State != access.Ended {
			t.Errorf("%+v, %v", now.Grants, err)
		}
		if users, err := b.Users(b.admin, access.UserFilter{RoleID: g.RoleID, Limit: 5}); err != nil || len(users) != 0 {
			t.Errorf("listed as holder: %v, %v", users, err)
		}
		in := access.UserInput{Login: "wang", Name: "wang", HomeOrgID: b.one.ID, Active: true, Keep: true, Grants: []access.Grant{g}}
		in.Grants[0].Until = b.now.Add(3 * time.Hour) // granted anew, it runs
		now, err := b.UpdateUser(b.admin, d.ID, d.Version, in)
		if err != nil || now.Grants[0].State != access.Running {
			t.Errorf("granted anew: %+v, %v", now.Grants, err)
		}
	})
}

func TestAClockSetBackRevivesNoDeputy(t *testing.T) {
	setBack(t, 24*time.Hour, func(t *testing.T, b *bench) (func(), func() bool) {
		b.user(t, "zhang", b.at(t, "head"))
		li := b.user(t, "li", b.at(t, "clerk"))
		token, _ := b.login(t, "li", password)
		if _, err := b.CreateAbsence(b.as(t, "zhang"), "", b.away(li.ID, 0, 0, b.role(t, "head"))); err != nil {
			t.Fatal(err)
		}
		alive := func() bool { return b.may(t, token, "lookup.decide") }
		return func() { alive() }, alive
	})
}
