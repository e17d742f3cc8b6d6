package access_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// user makes an active user of company one, with grants, who need not change his
// password.
func (b *bench) user(t *testing.T, login string, grants ...access.Grant) access.UserDetail {
	t.Helper()
	d, err := b.CreateUser(b.admin, "", access.UserInput{Login: login, Name: login, Password: password, HomeOrgID: b.one.ID, Active: true, Keep: true, Grants: grants})
	if err != nil {
		t.Fatalf("user %s: %v", login, err)
	}
	return d
}

func (b *bench) at(t *testing.T, role string) access.Grant {
	return access.Grant{RoleID: b.role(t, role), OrgID: b.one.ID}
}

// may tells whether the session's owner holds a permission at this moment.
func (b *bench) may(t *testing.T, token, permission string) bool {
	t.Helper()
	c, err := b.authenticate(token)
	if err != nil {
		t.Fatal(err)
	}
	_, ok := c.May(permission)
	return ok
}

// A grant begins and ends by itself, in a session that was open before, to the
// microsecond and whatever the cache holds.
func TestGrantsBeginAndEndInAnOpenSession(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		g := b.at(t, "clerk")
		g.From, g.Until = b.now.Add(3*time.Second), b.now.Add(time.Hour)
		d := b.user(t, "wang", g)
		if d.Grants[0].State != access.Coming {
			t.Errorf("made: %+v", d.Grants)
		}
		token, c := b.login(t, "wang", password)
		if _, ok := c.May("customer.get"); ok || b.may(t, token, "customer.get") {
			t.Error("holds what is to come")
		}
		begin := b.now
		for _, x := range []struct {
			at   when.Instant
			want bool
		}{{begin.Add(3*time.Second) - 1, false}, {begin.Add(3 * time.Second), true}, {begin.Add(time.Hour) - 1, true}, {begin.Add(time.Hour), false}} {
			b.now = x.at
			if got := b.may(t, token, "customer.get"); got != x.want {
				t.Errorf("%v after: %v", x.at.Sub(begin), got)
			}
		}
		if d, err := b.User(b.admin, d.ID); err != nil || d.Grants[0].State != access.Ended {
			t.Errorf("afterwards: %+v, %v", d.Grants, err)
		}
		if users, err := b.Users(b.admin, access.UserFilter{RoleID: g.RoleID, Limit: 5}); err != nil || len(users) != 0 {
			t.Errorf("still listed as holder: %v, %v", users, err)
		}
	})
}

func TestTimesOfGrants(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for want, change := range map[string]func(gs []access.Grant){
			"": func([]access.Grant) {},
			"grants[0].until:access.until_before_from":                         func(gs []access.Grant) { gs[0].From, gs[0].Until = b.now+2, b.now+1 },
			"grants[0].until:in_the_past":                                      func(gs []access.Grant) { gs[0].Until = b.now },
			"grants[1].role_id:access.grant_twice":                             func(gs []access.Grant) { gs[1].RoleID = gs[0].RoleID; gs[1].From = b.now.Add(time.Hour) },
			"grants[0].until:in_the_past grants[1].role_id:access.grant_twice": func(gs []access.Grant) { gs[1] = gs[0]; gs[0].Until = b.now - 1; gs[1].From = b.now - 2 },
		} {
			gs := []access.Grant{b.at(t, "clerk"), b.at(t, "head")}
			change(gs)
			in := access.UserInput{Login: "made", Name: "x", Password: password, HomeOrgID: b.one.ID, Active: true, Grants: gs}
			_, err := b.CreateUser(b.admin, "", in)
			if got := refused(err); got != want && (want != "" || err != nil) {
				t.Errorf("%q, want %q", got, want)
			}
		}
		// One after the other is no double, and an ended one may stay.
		first, second := b.at(t, "clerk"), b.at(t, "clerk")
		first.Until, second.From = b.now.Add(time.Hour), b.now.Add(time.Hour)
		d := b.user(t, "li", first, second)
		b.now = b.now.Add(2 * time.Hour)
		in := access.UserInput{Login: "li", Name: "李", HomeOrgID: b.one.ID, Active: true, Grants: []access.Grant{first, second}}
		after, err := b.UpdateUser(b.admin, d.ID, d.Version, in)
		if err != nil || len(after.Grants) != 2 || after.Grants[0].ID != d.Grants[0].ID {
			t.Errorf("left alone: %+v, %v", after.Grants, err)
		}
	})
}

// The holder and who may prolong a grant hear of its end once, in time.
func TestTheEndOfAGrantIsToldBefore(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		g := b.at(t, "clerk")
		g.Until = b.now.Add(10 * 24 * time.Hour)
		d := b.user(t, "wang", g)
		told := func() string {
			t.Helper()
			b.reminders = nil
			if err := b.WarnEnding(t.Context()); err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, r := range b.reminders {
				all = append(all, r.Kind+" "+r.Params["day"].(string))
				if r.OrgID != b.one.ID || r.DueAt != g.Until || r.ObjectID != d.ID {
					t.Errorf("reminder %+v", r)
				}
			}
			slices.Sort(all)
			return strings.Join(all, ", ")
		}
		if got := told(); got != "" {
			t.Errorf("ten days before: %s", got)
		}
		b.now = b.now.Add(3 * 24 * time.Hour)
		if got := told(); got != "access.grant_ends 2026-03-12 09:00, access.own_grant_ends 2026-03-12 09:00" {
			t.Errorf("seven days before: %s", got)
		}
		if got := told(); got != "" {
			t.Errorf("again: %s", got)
		}
		b.policy(t, func(p *access.Policy) { p.AdminFactor, p.WarnDays = false, 0 })
		g.Until = b.now.Add(time.Hour)
		b.user(t, "zhao", g)
		if got := told(); got != "" {
			t.Errorf("turned off: %s", got)
		}
	})
}

// What was told of the end of a grant is settled when it is extended, taken back or
// over; what ends at the same moment is told of anew.
func TestWhatWasToldOfAnEndIsSettled(t *testing.T) {
	for name, settle := range map[string]func(b *bench, in *access.UserInput){
		"extended":   func(b *bench, in *access.UserInput) { in.Grants[0].Until = b.now.Add(90 * 24 * time.Hour) },
		"taken back": func(_ *bench, in *access.UserInput) { in.Grants = in.Grants[1:] },
		"over":       func(b *bench, in *access.UserInput) { b.now = in.Grants[0].Until },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, b *bench) {
				g, other := b.at(t, "clerk"), b.at(t, "analyst")
				g.Until = when.At(time.Date(2026, 3, 5, 18, 30, 0, 0, when.Zone))
				other.Until = g.Until
				d := b.user(t, "wang", g, other)
				warn := func() (told []string) {
					t.Helper()
					if err := b.WarnEnding(t.Context()); err != nil {
						t.Fatal(err)
					}
					for _, r := range b.reminders {
						told = append(told, r.Params["day"].(string))
					}
					return told
				}
				b.reminders = nil
				if got := warn(); !slices.Equal(got, []string{"2026-03-05 18:30", "2026-03-05 18:30", "2026-03-05 18:30", "2026-03-05 18:30"}) {
					t.Fatalf("told %v", got)
				}
				in := access.UserInput{Login: "wang", Name: "wang", HomeOrgID: b.one.ID, Active: true, Keep: true, Grants: []access.Grant{g, other}}
				settle(b, &in)
				if name == "over" {
					if err := b.EndOver(t.Context()); err != nil {
						t.Fatal(err)
					}
				} else if _, err := b.UpdateUser(b.admin, d.ID, d.Version, in); err != nil {
					t.Fatal(err)
				}
				if len(b.reminders) != 0 {
					t.Errorf("left: %+v", b.reminders)
				}
				want := map[string]int{"extended": 2, "taken back": 2, "over": 0}[name]
				if got := warn(); len(got) != want {
					t.Errorf("told of the other: %v", got)
				}
			})
		})
	}
}

// An account that nobody uses is pointed out; one just made is not.
func TestUnusedAccounts(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.user(t, "idle", b.at(t, "clerk"))
		busy := b.user(t, "busy", b.at(t, "clerk"))
		unused := func() (logins []string) {
			t.Helper()
			users, err := b.Users(b.admin, access.UserFilter{Unused: true, Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range users {
				logins = append(logins, u.Login)
			}
			return logins
		}
		b.now = b.now.Add(90 * 24 * time.Hour)
		if got := unused(); len(got) != 0 {
			t.Errorf("after 90 days: %v", got)
		}
		b.now = b.now.Add(time.Hour)
		b.login(t, "busy", password)
		if got := strings.Join(unused(), " "); got != "admin1 idle" {
			t.Errorf("after more: %s", got)
		}
		if d, err := b.User(b.admin, busy.ID); err != nil || d.SeenAt != b.now {
			t.Errorf("seen %v, %v", d.SeenAt, err)
		}
		b.policy(t, func(p *access.Policy) { p.UnusedDays = 0 })
		if got := unused(); len(got) != 0 {
			t.Errorf("turned off: %v", got)
		}
	})
}

func TestGrantsToldByTheAPI(t *testing.T) {
	b := newBench(t, db.SQLite)
	g := b.at(t, "clerk")
	g.From, g.Until = b.now.Add(time.Hour), b.now.Add(48*time.Hour)
	b.user(t, "wang", g)
	_, c := b.login(t, "wang", password)
	if _, ok := c.May("task.list"); ok {
		t.Error("a coming grant gives")
	}
	token, _ := b.login(t, "wang", password)
	w := sendMe(b, token)
	if !strings.Contains(w, `"changes_at":"2026-03-02T10:00:00+08:00"`) || !strings.Contains(w, `"grants":[]`) {
		t.Errorf("me: %s", w)
	}
	b.now = b.now.Add(time.Hour)
	if w := sendMe(b, token); !strings.Contains(w, `"until":"2026-03-04T09:00:00+08:00"`) {
		t.Errorf("me, then: %s", w)
	}
}
