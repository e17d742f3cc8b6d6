package promise_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/calendar"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer/customertest"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/promise"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// world is two companies; the first has a clerk in its station, a colleague of his in the
// hall, a head and another head; the second a clerk. The test moves the clock.
type world struct {
	*promise.Service
	t         *testing.T
	a         *customertest.Archive
	calendars *calendar.Service
	tree      *org.Tree
	now       when.Instant
	cases     map[id.ID]promise.CaseRef

	clerk, hall, head, deputy, foreign access.User
	li, wang                           customer.Customer
	logins                             int
}

func each(t *testing.T, fn func(w *world)) {
	t.Helper()
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) { fn(newWorld(t, e)) })
}

func newWorld(t *testing.T, e db.Dialect) *world {
	t.Helper()
	w := &world{t: t, now: moment("2026-03-02 09:00"), cases: map[id.ID]promise.CaseRef{}}
	a := customertest.New(t, e, func() when.Instant { return w.now })
	w.a = a
	station, _ := a.Station(t)
	var hall org.Org
	w.must(a.DB.Write(context.Background(), func(tx *db.Tx) (err error) {
		hall, err = org.CreateTx(tx, org.CreateInput{Level: org.Unit, Code: "100112", Name: "城东营业厅", ParentID: a.One.ID})
		return err
	}))
	a.Orgs.Forget()
	var err error
	w.tree, err = a.Orgs.Tree(context.Background())
	w.must(err)
	w.calendars = calendar.New(calendar.Deps{DB: a.DB, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Tasks: a.Tasks, Jobs: a.Jobs})
	w.Service = promise.New(promise.Deps{DB: a.DB, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Tasks: a.Tasks, Calendars: w.calendars, Customers: a.Customers, Cursors: a.Cursors, Text: catalogue.Text})
	w.SetCases(w)
	a.Customers.AddFollower(w.Service)
	w.clerk, w.hall = w.user("clerk", "陈晨", a.One, station), w.user("clerk", "钱工", a.One, hall)
	w.head, w.deputy = w.user("head", "李主任", a.One, a.One), w.user("head", "赵主任", a.One, a.One)
	w.foreign = w.user("clerk", "易工", a.Two, a.Two)
	for c, name := range map[*customer.Customer]string{&w.li: "李小明", &w.wang: "王大力"} {
		*c, err = a.Customers.Create(w.system(), "", customer.CreateInput{Kind: customer.KindPerson, Name: name, ConfirmDuplicates: true, Classes: map[string]string{"relation": "long_term"},
			Contacts: []customer.ContactInput{{Kind: customer.Phone, Value: "13800001234"}}})
		w.must(err)
	}
	return w
}

// RefTx implements promise.Cases.
func (w *world) RefTx(_ *db.Tx, scope db.Scope, i id.ID) (promise.CaseRef, error) {
	c, ok := w.cases[i]
	if !ok || !scope.Has(w.a.One.ID) {
		return c, db.ErrNotFound
	}
	return c, nil
}

func moment(s string) when.Instant {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, when.Zone)
	if err != nil {
		panic(err)
	}
	return when.At(t)
}

func clock(i when.Instant) string { return i.Time().Format("2006-01-02 15:04") }

// user holds a built-in role in a company and is at home in it or in one of its units.
func (w *world) user(role, name string, company, home org.Org) access.User {
	w.t.Helper()
	w.logins++
	made, err := w.a.Users.Bootstrap(context.Background(), access.UserInput{Login: role + strconv.Itoa(w.logins), Name: name, Password: "a long enough password 1", HomeOrgID: company.ID}, role)
	w.must(err)
	if home.ID != company.ID {
		w.must(w.a.DB.Write(context.Background(), func(tx *db.Tx) error {
			_, err := tx.Exec("UPDATE app_user SET home_org_id = $1 WHERE id = $2", home.ID, made)
			return err
		}))
	}
	return access.User{ID: made, Login: role, Name: name, HomeOrgID: home.ID, Locale: "zh"}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refused(err, want error) {
	w.t.Helper()
	if !errors.Is(err, want) {
		w.t.Errorf("%v, want %v", err, want)
	}
}

// field checks that an error tells of a field.
func (w *world) field(err error, name, code string) {
	w.t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Name != name || f.Fields[0].Code != code {
		w.t.Errorf("%v, want %s: %s", err, name, code)
	}
}

// system may do everything in the first company.
func (w *world) system() context.Context {
	return access.WithCaller(context.Background(), access.NewCaller(access.User{Name: "system"}, w.tree, access.Held{Patterns: access.Patterns{"*"}, OrgID: w.a.One.ID}))
}

// as is a request of a user with the permissions of his built-in role.
func (w *world) as(u access.User) context.Context {
	w.t.Helper()
	roles, err := w.a.Users.Roles(w.system())
	w.must(err)
	company, _ := w.tree.Company(u.HomeOrgID)
	for _, r := range roles {
		if r.Code == u.Login {
			c := access.NewCaller(u, w.tree, access.Held{Patterns: r.Permissions, OrgID: company.ID, Code: r.Code})
			ctx, err := w.a.Customers.Admit(access.WithCaller(context.Background(), c))
			w.must(err)
			return ctx
		}
	}
	w.t.Fatalf("no role %s", u.Login)
	return nil
}

func (w *world) at(s string) { w.now = moment(s) }

// offer promises Li a written answer within so many working days.
func (w *world) offer(days int64) promise.CreateInput {
	return promise.CreateInput{Type: "answer", Value: days, Words: "书面答复您，电话 13911112222", Note: "客户很急", CustomerID: w.li.ID}
}

func (w *world) made(by access.User, in promise.CreateInput) promise.Detail {
	w.t.Helper()
	d, err := w.Create(w.as(by), "", in)
	w.must(err)
	return d
}

func (w *world) inbox(u access.User) (texts []string) {
	w.t.Helper()
	all, _, err := w.a.Tasks.Inbox(w.as(u), task.Asked{State: task.Open}, "", 200)
	w.must(err)
	for _, x := range all {
		texts = append(texts, x.Text)
	}
	return texts
}

func (w *world) timeline(c customer.Customer) (texts []string) {
	w.t.Helper()
	all, _, err := w.a.Customers.Timeline(w.as(w.head), c.ID, customer.TimelineFilter{Module: "promise"}, customer.Page{Limit: 50})
	w.must(err)
	for _, e := range all {
		texts = append(texts, e.Text)
	}
	return texts
}

func (w *world) listed(u access.User, f promise.Filter) (numbers []string) {
	w.t.Helper()
	all, _, err := w.List(w.as(u), promise.ListInput{Filter: f, Sort: "made_at", Limit: 50})
	w.must(err)
	for _, p := range all {
		numbers = append(numbers, p.PromiseNo)
	}
	return numbers
}
