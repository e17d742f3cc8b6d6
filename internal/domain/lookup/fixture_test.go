package lookup_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/calendar"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer/customertest"
	"github.com/zhiyin-power/zhiyin/internal/domain/lookup"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// world is two companies, the first with a clerk, two heads and two customers, the
// second with a head and a customer; the test moves the clock.
type world struct {
	*lookup.Service
	t         testing.TB
	db        *db.DB
	audit     *audit.Log
	users     *access.Service
	tasks     *task.Service
	customers *customer.Service
	calendars *calendar.Service
	jobs      *job.Queue
	tree      *org.Tree
	now       when.Instant

	one, two                           org.Org
	clerk, agent, head, other, foreign access.User
	li, wang, strange                  customer.Customer
	logins                             []string
}

const phone = "13800001234"

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) { fn(t, newWorld(t, e)) })
}

func newWorld(t *testing.T, e db.Dialect) *world {
	t.Helper()
	w := &world{t: t, now: when.At(time.Date(2026, 3, 2, 9, 0, 0, 0, when.Zone))}
	a := customertest.New(t, e, func() when.Instant { return w.now })
	w.db, w.audit, w.users, w.tasks, w.customers, w.jobs, w.tree, w.one, w.two = a.DB, a.Audit, a.Users, a.Tasks, a.Customers, a.Jobs, a.Tree, a.One, a.Two
	w.calendars = calendar.New(calendar.Deps{DB: a.DB, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Tasks: a.Tasks, Jobs: a.Jobs})
	w.calendars.RegisterJobs()
	w.Service = lookup.New(lookup.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Users: a.Users, Tasks: a.Tasks, Calendars: w.calendars, Customers: a.Customers, Jobs: a.Jobs, Cursors: a.Cursors, Text: catalogue.Text})
	w.RegisterJobs()
	w.calendars.AddFollower(w.Service)
	w.settle()
	return w
}

// settle makes the people and the customers.
func (w *world) settle() {
	w.t.Helper()
	w.clerk, w.agent = w.user("clerk", "王芳", w.one), w.user("agent", "陈晨", w.one)
	w.head, w.other, w.foreign = w.user("head", "李主任", w.one), w.user("head", "周主任", w.one), w.user("head", "吴主任", w.two)
	for c, in := range map[*customer.Customer]customer.CreateInput{
		&w.li: person("李小明"), &w.wang: person("王大力"), &w.strange: person("赵外人"),
	} {
		company := w.one
		if c == &w.strange {
			company = w.two
		}
		made, err := w.customers.Create(w.system(company), "", in)
		w.must(err)
		*c = made
	}
}

func person(name string) customer.CreateInput {
	return customer.CreateInput{Kind: customer.KindPerson, Name: name, ConfirmDuplicates: true,
		Contacts:     []customer.ContactInput{{Kind: customer.Phone, Value: phone}},
		Certificates: []customer.CertificateInput{{Kind: cn.KindOther, Number: "军字第4711号" + name}}}
}

func (w *world) user(role, name string, home org.Org) access.User {
	w.t.Helper()
	u := access.User{Login: role + name, Name: name, HomeOrgID: home.ID, Locale: "zh"}
	made, err := w.users.Bootstrap(context.Background(), access.UserInput{Login: role + home.Code + strconv.Itoa(len(w.logins)), Name: name, Password: "a long enough password 1", HomeOrgID: home.ID}, role)
	w.must(err)
	w.logins = append(w.logins, role)
	u.ID, u.Login = made, role
	return u
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) system(o org.Org) context.Context {
	return access.WithCaller(context.Background(), access.NewCaller(access.User{Name: "system"}, w.tree, access.Held{Patterns: access.Patterns{"*"}, OrgID: o.ID}))
}

// roles are what the users of the tests hold, as the built-in roles say.
func (w *world) patterns(code string) access.Patterns {
	w.t.Helper()
	roles, err := w.users.Roles(w.system(w.one))
	w.must(err)
	for _, r := range roles {
		if r.Code == code {
			return r.Permissions
		}
	}
	w.t.Fatalf("no role %s", code)
	return nil
}

// as is a request of a user.
func (w *world) as(u access.User) context.Context {
	w.t.Helper()
	c := access.NewCaller(u, w.tree, access.Held{Patterns: w.patterns(u.Login), OrgID: u.HomeOrgID, Code: u.Login})
	ctx, err := w.customers.Admit(access.WithCaller(context.Background(), c))
	w.must(err)
	return ctx
}

func (w *world) later(d time.Duration) { w.now = w.now.Add(d) }

// sees tells what a user is shown of a customer: nothing, phone, certificate.
func (w *world) sees(u access.User, c customer.Customer) string {
	w.t.Helper()
	ctx := w.as(u)
	got, err := w.customers.Get(ctx, c.ID)
	w.must(err)
	w.must(second(w.customers.Looked(ctx, customer.PermGet)))
	s := ""
	if got.Contacts[0].Value == phone {
		s += "phone"
	}
	if strings.Contains(got.Certificates[0].Number, "4711") {
		s += " certificate"
	}
	return s
}

func ask(uses ...lookup.Use) lookup.AskInput {
	if len(uses) == 0 {
		uses = []lookup.Use{lookup.View}
	}
	return lookup.AskInput{Purpose: "contact", Reason: "客户来电要求回访", Uses: uses, Minutes: 20}
}

func (w *world) asked(in lookup.AskInput, customers ...customer.Customer) lookup.Detail {
	w.t.Helper()
	for _, c := range customers {
		in.CustomerIDs = append(in.CustomerIDs, c.ID)
	}
	d, err := w.Ask(w.as(w.clerk), "", in)
	w.must(err)
	return d
}

func (w *world) approved(in lookup.AskInput, customers ...customer.Customer) lookup.Detail {
	w.t.Helper()
	d := w.asked(in, customers...)
	d, err := w.Decide(w.as(w.head), d.ID, d.Version, lookup.DecideInput{Approve: true})
	w.must(err)
	return d
}

func (w *world) running(in lookup.AskInput, customers ...customer.Customer) lookup.Detail {
	w.t.Helper()
	d := w.approved(in, customers...)
	d, err := w.Start(w.as(w.clerk), d.ID, d.Version)
	w.must(err)
	return d
}

// inbox are the open tasks of a user.
func (w *world) inbox(u access.User) (texts []string) {
	w.t.Helper()
	all, _, err := w.tasks.Inbox(w.as(u), task.Asked{State: task.Open}, "", 50)
	w.must(err)
	for _, x := range all {
		texts = append(texts, x.Text)
	}
	return texts
}

// work runs the jobs that are due.
func (w *world) work() {
	w.t.Helper()
	for {
		ran, err := w.jobs.RunNext(context.Background())
		w.must(err)
		if !ran {
			return
		}
	}
}

// actions are those of the audit log about look-ups, the oldest first.
func (w *world) actions() string {
	w.t.Helper()
	var all []string
	w.must(w.db.Read(context.Background(), func(tx *db.Tx) error {
		return tx.Select(&all, "SELECT action FROM audit_entry WHERE object_type IN ('lookup', 'look', 'lookup_release') ORDER BY id")
	}))
	return strings.Join(all, " ")
}
