package access_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// as signs in and gives the context of what he does.
func (b *bench) as(t *testing.T, login string) context.Context {
	t.Helper()
	_, c := b.login(t, login, password)
	return acting(c)
}

// away are the days from one to another, counted from the bench's today.
func (b *bench) away(deputy id.ID, from, until int, roles ...id.ID) access.AbsenceInput {
	day := func(n int) when.Day { return b.now.Add(time.Duration(n) * 24 * time.Hour).Day() }
	return access.AbsenceInput{DeputyID: deputy, RoleIDs: roles, FromDay: day(from), UntilDay: day(until)}
}

// lastActor is who the newest entry about an object names.
func (b *bench) lastActor(t *testing.T, object id.ID) (name string) {
	t.Helper()
	err := b.d.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Get(&name, "SELECT actor_name FROM audit_entry WHERE object_id = $1 ORDER BY id DESC LIMIT 1", object)
	})
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// A deputy acts with the chosen roles on the days of the absence, and the log says
// for whom; then it ends by itself.
func TestADeputyActsWhileTheOtherIsAway(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.policy(t, func(p *access.Policy) { p.AdminFactor, p.IdleMinutes, p.SessionHours = false, 10_000, 200 })
		b.user(t, "zhang", b.at(t, "security"), b.at(t, "head"))
		li := b.user(t, "li", b.at(t, "clerk"))
		token, _ := b.login(t, "li", password)
		a, err := b.CreateAbsence(b.as(t, "zhang"), "", b.away(li.ID, 1, 2, b.role(t, "security")))
		if err != nil || a.State != access.Coming || len(a.Roles) != 1 || a.FromDay != "2026-03-03" || a.UntilDay != "2026-03-04" {
			t.Fatalf("named: %+v, %v", a, err)
		}
		if len(b.reminders) != 1 || b.reminders[0].AssigneeID != li.ID {
			t.Errorf("the deputy hears of it: %+v", b.reminders)
		}
		if b.may(t, token, access.PermUserUpdate) {
			t.Error("acts before the first day")
		}
		b.now = when.At(time.Date(2026, 3, 3, 0, 0, 0, 0, when.Zone))
		c, err := b.authenticate(token)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := c.May("target.set"); ok {
			t.Error("acts with a role that was not chosen")
		}
		made, err := b.CreateUser(acting(c), "", access.UserInput{Login: "new", Name: "新", Password: password, HomeOrgID: b.one.ID, Active: true, Grants: []access.Grant{b.at(t, "agent")}})
		if err != nil {
			t.Fatal(err)
		}
		if got := b.lastActor(t, made.ID); got != "li（代 zhang）" {
			t.Errorf("the log says %q", got)
		}
		if got := c.ActorBy("customer.get"); got.Name != "li" {
			t.Errorf("what is his own to do: %q", got.Name)
		}
		b.now = when.At(time.Date(2026, 3, 5, 0, 0, 0, 0, when.Zone)) - 1
		if !b.may(t, token, access.PermUserUpdate) {
			t.Error("ends before the last day is over")
		}
		b.now++
		if b.may(t, token, access.PermUserUpdate) {
			t.Error("acts on when the other is back")
		}
	})
}

func TestAnAbsenceEndsEarlyOrWithTheRole(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		zhang := b.user(t, "zhang", b.at(t, "head"))
		li := b.user(t, "li", b.at(t, "clerk"))
		b.user(t, "wu", b.at(t, "clerk"))
		a, err := b.CreateAbsence(b.as(t, "zhang"), "k", b.away(li.ID, 0, 2, b.role(t, "head")))
		if err != nil {
			t.Fatal(err)
		}
		if again, err := b.CreateAbsence(b.as(t, "zhang"), "k", b.away(li.ID, 0, 2, b.role(t, "head"))); err != nil || again.ID != a.ID {
			t.Errorf("sent again: %v, %v", again.ID, err)
		}
		token, _ := b.login(t, "li", password)
		if !b.may(t, token, "target.set") {
			t.Fatal("the deputy does not act")
		}
		set := func(active bool, grants ...access.Grant) {
			t.Helper()
			d, err := b.User(b.admin, zhang.ID)
			if err == nil {
				_, err = b.UpdateUser(b.admin, zhang.ID, d.Version, access.UserInput{Login: "zhang", Name: "zhang", HomeOrgID: b.one.ID, Active: active, Grants: grants})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if set(true, b.at(t, "clerk")); b.may(t, token, "target.set") {
			t.Error("has what the absent one lost")
		}
		if set(false, b.at(t, "head")); b.may(t, token, "target.set") {
			t.Error("acts for a stopped user")
		}
		if set(true, b.at(t, "head")); !b.may(t, token, "target.set") {
			t.Error("does not act again")
		}
		if _, err := b.EndAbsence(b.as(t, "wu"), a.ID, 1); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("somebody else: %v", err)
		}
		if _, err := b.EndAbsence(b.as(t, "zhang"), a.ID, 9); !errors.Is(err, db.ErrStale) {
			t.Errorf("stale: %v", err)
		}
		if a, err = b.EndAbsence(b.as(t, "zhang"), a.ID, 1); err != nil || a.State != access.Ended || b.may(t, token, "target.set") {
			t.Errorf("ended early: %+v, %v", a, err)
		}
		if _, err := b.EndAbsence(b.as(t, "zhang"), a.ID, 2); !errors.Is(err, access.ErrAbsence) {
			t.Errorf("twice: %v", err)
		}
		all, err := b.Absences(b.as(t, "li"), id.ID{}, 10)
		if err != nil || len(all) != 1 {
			t.Errorf("the deputy's list: %v, %v", all, err)
		}
		if all, err = b.Absences(b.as(t, "wu"), id.ID{}, 10); err != nil || len(all) != 0 {
			t.Errorf("a stranger's list: %v, %v", all, err)
		}
		if all, err = b.Absences(b.admin, id.ID{}, 10); err != nil || len(all) != 1 {
			t.Errorf("the security administrator's list: %v, %v", all, err)
		}
	})
}

// A deputy passes nothing on, administrators stay apart, and nobody names himself.
func TestWhoMayNotBeADeputy(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		zhang := b.user(t, "zhang", b.at(t, "head"), b.at(t, "admin"))
		li := b.user(t, "li", b.at(t, "clerk"))
		wu := b.user(t, "wu", b.at(t, "clerk"))
		keeper := b.user(t, "keeper", b.at(t, "security"))
		b.user(t, "boss", b.at(t, "head"))
		head, clerk, admin := b.role(t, "head"), b.role(t, "clerk"), b.role(t, "admin")
		refuse := func(name, want string, who context.Context, in access.AbsenceInput) {
			t.Helper()
			if _, err := b.CreateAbsence(who, "", in); err == nil || refused(err) != want && !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		zhangs := b.as(t, "zhang")
		elsewhere := b.bootstrap(t, "elsewhere", b.two.ID, "clerk")
		refuse("oneself", "deputy_id:access.deputy_unknown", zhangs, b.away(zhang.ID, 0, 1, head))
		refuse("another company", "deputy_id:access.deputy_unknown", zhangs, b.away(elsewhere, 0, 1, head))
		refuse("nobody", "deputy_id:required", zhangs, b.away(id.ID{}, 0, 1, head))
		refuse("a role not held", "role_ids:access.role_not_held", zhangs, b.away(li.ID, 0, 1, clerk))
		refuse("the past", "until_day:in_the_past", zhangs, b.away(li.ID, -2, -1, head))
		refuse("backwards", "until_day:access.until_before_from", zhangs, b.away(li.ID, 2, 1, head))
		refuse("too long", "until_day:access.absence_too_long", zhangs, b.away(li.ID, 0, 92, head))
		refuse("two administrators", access.ErrSeparated.Code, zhangs, b.away(keeper.ID, 0, 1, admin))
		in := b.away(li.ID, 0, 1, head)
		in.UserID = zhang.ID
		refuse("for another, by a clerk", access.ErrForbidden.Code, b.as(t, "wu"), in)
		in.DeputyID = access.CallerOf(b.as(t, "boss")).UserID
		refuse("himself, by a head", access.ErrDeputyMore.Code, b.as(t, "boss"), in)
		in.DeputyID = li.ID
		if _, err := b.CreateAbsence(b.as(t, "boss"), "", in); err != nil {
			t.Fatalf("for another, by a head: %v", err)
		}
		refuse("what one holds for another", "role_ids:access.role_not_held", b.as(t, "li"), b.away(wu.ID, 0, 1, head))
		if _, err := b.CreateAbsence(b.as(t, "wu"), "", b.away(li.ID, 5, 6, clerk)); err != nil {
			t.Fatal(err)
		}
		refuse("who is away himself", "deputy_id:access.deputy_absent", b.as(t, "li"), b.away(wu.ID, 6, 7, clerk))
		// The other way round: an administrator's deputy becomes no second one.
		if _, err := b.CreateAbsence(zhangs, "", b.away(wu.ID, 0, 1, admin)); err != nil {
			t.Fatal(err)
		}
		more := access.UserInput{Login: "wu", Name: "wu", HomeOrgID: b.one.ID, Active: true, Grants: []access.Grant{b.at(t, "security")}}
		if _, err := b.UpdateUser(b.admin, wu.ID, 1, more); !errors.Is(err, access.ErrSeparated) {
			t.Errorf("a deputy of one is made another: %v", err)
		}
	})
}

func TestWhomADeputyIsChosenFrom(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		zhang := b.user(t, "zhang", b.at(t, "head"), b.at(t, "clerk"))
		b.user(t, "li", b.at(t, "clerk"))
		found, err := b.Colleagues(b.as(t, "zhang"), id.ID{}, "l")
		if err != nil || len(found) != 1 || found[0].Login != "li" {
			t.Errorf("colleagues: %+v, %v", found, err)
		}
		roles, err := b.AbsenceRoles(b.as(t, "zhang"), id.ID{})
		if err != nil || len(roles) != 2 {
			t.Errorf("roles: %+v, %v", roles, err)
		}
		if _, err := b.AbsenceRoles(b.as(t, "li"), zhang.ID); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("another's roles: %v", err)
		}
		if _, err := b.Colleagues(t.Context(), id.ID{}, ""); !errors.Is(err, access.ErrLogin) {
			t.Errorf("nobody: %v", err)
		}
	})
}
