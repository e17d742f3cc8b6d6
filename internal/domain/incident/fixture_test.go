package incident_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer/customertest"
	"github.com/zhiyin-power/zhiyin/internal/domain/incident"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/promise"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// world is a city with two companies. In the first, a station has a handler and a head of
// its own, the company a head; the city has a head too. The test moves the clock.
type world struct {
	*incident.Service
	*customertest.People
	t     *testing.T
	now   when.Instant
	cases map[id.ID]promise.CaseRef

	station                                   org.Org
	handler, clerk, own, head, chief, foreign access.User
	li, wang                                  customer.Customer
}

func each(t *testing.T, fn func(w *world)) {
	t.Helper()
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) { fn(newWorld(t, e)) })
}

func newWorld(t *testing.T, e db.Dialect) *world {
	t.Helper()
	w := &world{t: t, now: moment("2026-03-02 09:00"), cases: map[id.ID]promise.CaseRef{}}
	a := customertest.New(t, e, func() when.Instant { return w.now })
	w.People = customertest.NewPeople(t, a)
	var tree *org.Tree
	w.station, tree = a.Station(t)
	w.Service = incident.New(incident.Deps{DB: a.DB, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Tasks: a.Tasks, Customers: a.Customers, Cases: w, Cursors: a.Cursors, Text: catalogue.Text})
	a.Customers.AddFollower(w.Service)
	w.handler, w.clerk = w.Hire("complaint_handler", "陈晨", a.One, w.station), w.Hire("clerk", "钱工", a.One, w.station)
	w.own, w.head, w.chief = w.Hire("head", "王所长", a.One, w.station), w.Hire("head", "李主任", a.One, a.One), w.Hire("head", "赵总", a.City, a.City)
	w.foreign = w.Hire("head", "易主任", a.Two, a.Two)
	for c, name := range map[*customer.Customer]string{&w.li: "李小明", &w.wang: "王大力"} {
		made, err := a.Customers.Create(access.WithCaller(context.Background(), access.System(tree, "system")), "", customer.CreateInput{OrgID: a.One.ID, Kind: customer.KindPerson, Name: name, ConfirmDuplicates: true,
			Classes: map[string]string{"relation": "long_term"}, Contacts: []customer.ContactInput{{Kind: customer.Phone, Value: "13800001234"}}})
		w.must(err)
		*c = made
	}
	return w
}

// RefTx implements incident.Cases.
func (w *world) RefTx(_ *db.Tx, scope db.Scope, i id.ID) (promise.CaseRef, error) {
	c, ok := w.cases[i]
	if !ok || !scope.Has(w.One.ID) {
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

func (w *world) at(s string) { w.now = moment(s) }

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

func (w *world) input() incident.CreateInput {
	return incident.CreateInput{Grade: "serious", Title: "抄表员泄露客户信息", Text: "客户 13911112222 的用电信息被发到群里"}
}

// opened is an incident of the station.
func (w *world) opened() incident.Detail {
	w.t.Helper()
	d, err := w.Create(w.As(w.handler), "", w.input())
	w.must(err)
	return d
}

// concluded is one whose cause is known, with so many measures until tomorrow.
func (w *world) concluded(measures int) incident.Detail {
	w.t.Helper()
	d := w.opened()
	d, err := w.Report(w.As(w.handler), d.ID, d.Version, incident.RemarkInput{})
	w.must(err)
	d, err = w.Conclude(w.As(w.handler), d.ID, d.Version, incident.ConcludeInput{Cause: "没有保密教育", ResponsibleID: w.station.ID})
	w.must(err)
	for range measures {
		d, err = w.Plan(w.As(w.handler), d.ID, d.Version, incident.PlanInput{Text: "全员保密教育", OwnerID: w.clerk.ID, DueDay: "2026-03-03"})
		w.must(err)
	}
	return d
}

// submitted is one whose measure was taken.
func (w *world) submitted() incident.Detail {
	w.t.Helper()
	d := w.concluded(1)
	d, err := w.Keep(w.As(w.clerk), d.ID, d.Version, incident.KeepInput{Measure: d.Plan[0].ID, Proof: "签到表"})
	w.must(err)
	d, err = w.Submit(w.As(w.handler), d.ID, d.Version, incident.RemarkInput{})
	w.must(err)
	return d
}

var why = incident.ReasonInput{Reason: "核实无误"}
