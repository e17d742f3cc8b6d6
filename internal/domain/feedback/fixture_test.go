package feedback_test

import (
	"context"
	"log/slog"
	"strconv"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/calendar"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer/customertest"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/knowledge"
	"github.com/zhiyin-power/zhiyin/internal/domain/lookup"
	"github.com/zhiyin-power/zhiyin/internal/domain/message"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/promise"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// world is two companies; the first has an agent and a head at home in the company, two
// handlers at home in its station and one in another station; the second a head. The
// test moves the clock.
type world struct {
	*feedback.Service
	t         *testing.T
	a         *customertest.Archive
	lookups   *lookup.Service
	calendars *calendar.Service
	articles  *knowledge.Service
	promises  *promise.Service
	messages  *message.Service
	tree      *org.Tree
	now       when.Instant

	one, two, station, hall          org.Org
	agent, head, zhang, wu, qian, yi access.User
	li, wang                         customer.Customer
	logins                           int
}

const phone = "13800001234"

func each(t *testing.T, fn func(w *world)) {
	t.Helper()
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) { fn(newWorld(t, e)) })
}

func newWorld(t *testing.T, e db.Dialect) *world {
	t.Helper()
	w := &world{t: t, now: moment("2026-03-02 09:00")}
	a := customertest.New(t, e, func() when.Instant { return w.now })
	w.a, w.one, w.two = a, a.One, a.Two
	w.station, w.tree = a.Station(t)
	w.hall = w.unit("100112", "城东营业厅")
	w.calendars = calendar.New(calendar.Deps{DB: a.DB, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Tasks: a.Tasks, Jobs: a.Jobs})
	w.calendars.RegisterJobs()
	w.lookups = lookup.New(lookup.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Users: a.Users, Tasks: a.Tasks, Calendars: w.calendars, Customers: a.Customers, Jobs: a.Jobs, Cursors: a.Cursors, Text: catalogue.Text})
	w.lookups.RegisterJobs()
	a.Customers.SetReleases(w.lookups)
	supplies := supply.New(supply.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Customers: a.Customers, Cursors: a.Cursors, Text: catalogue.Text})
	w.articles = knowledge.New(knowledge.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Tasks: a.Tasks, Cursors: a.Cursors})
	w.promises = promise.New(promise.Deps{DB: a.DB, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Tasks: a.Tasks, Calendars: w.calendars, Customers: a.Customers, Cursors: a.Cursors, Text: catalogue.Text})
	w.messages = message.New(message.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Orgs: a.Orgs, Cursors: a.Cursors, Log: slog.New(slog.DiscardHandler), Text: catalogue.Text})
	w.Service = feedback.New(feedback.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Tasks: a.Tasks, Calendars: w.calendars, Customers: a.Customers, Lookups: w.lookups, Supply: supplies,
		Knowledge: w.articles, Messages: w.messages, Blobs: a.Blobs, Cursors: a.Cursors, Text: catalogue.Text})
	a.Customers.AddFollower(w.Service)
	w.lookups.SetCases(w.Service)
	w.promises.SetCases(w.Service)
	w.AddFollower(w.promises)
	w.calendars.AddFollower(w.Service)
	w.agent, w.head = w.user("agent", "陈晨", w.one, w.one), w.user("head", "李主任", w.one, w.one)
	w.zhang, w.wu = w.user("complaint_handler", "张工", w.one, w.station), w.user("complaint_handler", "吴工", w.one, w.station)
	w.qian, w.yi = w.user("complaint_handler", "钱工", w.one, w.hall), w.user("head", "易主任", w.two, w.two)
	for c, in := range map[*customer.Customer]customer.CreateInput{&w.li: person("李小明"), &w.wang: person("王大力")} {
		made, err := a.Customers.Create(w.system(), "", in)
		w.must(err)
		*c = made
	}
	return w
}

func person(name string) customer.CreateInput {
	return customer.CreateInput{Kind: customer.KindPerson, Name: name, ConfirmDuplicates: true, Contacts: []customer.ContactInput{{Kind: customer.Phone, Value: phone}}}
}

// moment reads a local time.
func moment(s string) when.Instant {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, when.Zone)
	if err != nil {
		panic(err)
	}
	return when.At(t)
}

func (w *world) unit(code, name string) (o org.Org) {
	w.t.Helper()
	w.must(w.a.DB.Write(context.Background(), func(tx *db.Tx) (err error) {
		o, err = org.CreateTx(tx, org.CreateInput{Level: org.Unit, Code: code, Name: name, ParentID: w.one.ID})
		return err
	}))
	w.a.Orgs.Forget()
	var err error
	w.tree, err = w.a.Orgs.Tree(context.Background())
	w.must(err)
	return o
}

// user holds a built-in role in a company and is at home in it or in one of its units.
func (w *world) user(role, name string, company, home org.Org) access.User {
	w.t.Helper()
	w.logins++
	in := access.UserInput{Login: role + strconv.Itoa(w.logins), Name: name, Password: "a long enough password 1", HomeOrgID: company.ID}
	made, err := w.a.Users.Bootstrap(context.Background(), in, role)
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

// system may do everything in the first company.
func (w *world) system() context.Context {
	return access.WithCaller(context.Background(), access.NewCaller(access.User{Name: "system"}, w.tree, access.Held{Patterns: access.Patterns{"*"}, OrgID: w.one.ID}))
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

func complaint() feedback.CreateInput {
	return feedback.CreateInput{Facts: feedback.Facts{Type: feedback.Complaint, Category: "service.attitude", Text: "窗口人员态度生硬，电话 13911112222", CallerName: "李小明", CallerPhone: phone, Place: "城关镇人民路12号"}}
}

func (w *world) registered(in feedback.CreateInput) feedback.Detail {
	w.t.Helper()
	d, err := w.Create(w.as(w.agent), "", in)
	w.must(err)
	return d
}

func (w *world) dispatched(in feedback.CreateInput) feedback.Detail {
	w.t.Helper()
	in.UnitID = w.station.ID
	return w.registered(in)
}

func (w *world) accepted(in feedback.CreateInput) feedback.Detail {
	w.t.Helper()
	d := w.dispatched(in)
	d, err := w.Accept(w.as(w.zhang), d.ID, d.Version)
	w.must(err)
	return d
}

func (w *world) resolved(in feedback.CreateInput) feedback.Detail {
	w.t.Helper()
	d := w.accepted(in)
	d, err := w.Resolve(w.as(w.zhang), d.ID, d.Version, feedback.ResolveInput{Answer: "已道歉并教育当事人", Finding: "management"})
	w.must(err)
	return d
}

// due tells the limits of the present round that are not kept, with the target as local
// time.
func due(d feedback.Detail) map[feedback.Stage]string {
	all := map[feedback.Stage]string{}
	for _, x := range d.Deadlines {
		if x.Round != d.Round || x.DoneAt != 0 {
			continue
		}
		all[x.Stage] = string(x.State)
		if x.TargetAt != 0 {
			all[x.Stage] = x.TargetAt.Time().Format("2006-01-02 15:04")
		}
	}
	return all
}

// inbox are the open tasks of a user.
func (w *world) inbox(u access.User) (texts []string) {
	w.t.Helper()
	all, _, err := w.a.Tasks.Inbox(w.as(u), task.Asked{State: task.Open}, "", 200)
	w.must(err)
	for _, x := range all {
		texts = append(texts, x.Text)
	}
	return texts
}

func (w *world) count(query string, args ...any) (n int) {
	w.t.Helper()
	w.must(w.a.DB.Read(context.Background(), func(tx *db.Tx) error { return tx.Get(&n, query, args...) }))
	return n
}

func (w *world) get(i id.ID) feedback.Detail {
	w.t.Helper()
	d, err := w.Get(w.as(w.head), i)
	w.must(err)
	return d
}

func idsOf(users ...access.User) (ids []id.ID) {
	for _, u := range users {
		ids = append(ids, u.ID)
	}
	return ids
}
