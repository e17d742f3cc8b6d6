package proposal_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer/customertest"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/proposal"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// proposes, endorses and decides are what the roles of the three hold.
var (
	proposes = []string{"customer.list", "customer.get", "customer.history", "proposal.list", "proposal.get", "proposal.create", "task.*"}
	endorses = append([]string{"proposal.endorse"}, proposes...)
	decides  = []string{"customer.*", "field.*", "reception.*", "proposal.list", "proposal.get", "proposal.decide", "task.*"}
)

// world is a province with two companies. In the first the clerk 王芳 proposes,
// the head 赵磊 endorses, the maintainers 何静 and 冯强 decide.
type world struct {
	*proposal.Service
	t         testing.TB
	d         *db.DB
	now       when.Instant
	users     *access.Service
	tasks     *task.Service
	customers *customer.Service
	tree      *org.Tree
	one, two  org.Org

	clerk, head, maintainer, second, stranger context.Context
}

func each(t *testing.T, fn func(w *world)) {
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) { fn(newWorld(t, e)) })
}

func newWorld(t testing.TB, e db.Dialect) *world {
	w := &world{t: t, now: when.At(time.Date(2026, 3, 2, 9, 0, 0, 0, when.Zone))}
	a := customertest.New(t, e, func() when.Instant { return w.now })
	w.d, w.users, w.tasks, w.customers, w.tree, w.one, w.two = a.DB, a.Users, a.Tasks, a.Customers, a.Tree, a.One, a.Two
	w.Service = proposal.New(proposal.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Users: a.Users, Tasks: a.Tasks, Customers: a.Customers, Cursors: a.Cursors})
	w.clerk = w.as(w.user("wangfang", "王芳", "clerk", w.one), w.one, proposes...)
	w.head = w.as(w.user("zhaolei", "赵磊", "head", w.one), w.one, endorses...)
	w.maintainer = w.as(w.user("hejing", "何静", "maintainer", w.one), w.one, decides...)
	w.second = w.as(w.user("fengqiang", "冯强", "maintainer", w.one), w.one, decides...)
	w.stranger = w.as(w.user("xutao", "徐涛", "maintainer", w.two), w.two, append(endorses, decides...)...)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) user(login, name, role string, home org.Org) access.User {
	w.t.Helper()
	i, err := w.users.Bootstrap(w.t.Context(), access.UserInput{Login: login, Name: name, Password: "a long enough password", HomeOrgID: home.ID}, role)
	w.must(err)
	return access.User{ID: i, Login: login, Name: name, Locale: "zh", HomeOrgID: home.ID}
}

func (w *world) as(u access.User, o org.Org, patterns ...string) context.Context {
	return access.WithCaller(context.Background(), access.NewCaller(u, w.tree, access.Held{Patterns: patterns, OrgID: o.ID}))
}

func mobile(n int) string { return fmt.Sprintf(cn.UnallocatedMobilePrefix+"%08d", n) }

// customer is somebody with a phone, an employer and a value in the confidential
// field "key_place".
func (w *world) customer() customer.Customer {
	w.t.Helper()
	if _, err := w.customers.CreateField(w.maintainer, "", customer.FieldInput{Code: "key_place",
		FieldBody: customer.FieldBody{NameZh: "钥匙", Type: customer.TextField, Confidential: true}}); err != nil && !strings.Contains(err.Error(), "code_taken") {
		w.t.Fatal(err)
	}
	c, err := w.customers.Create(w.maintainer, "", customer.CreateInput{Kind: customer.KindPerson, Name: "张三丰", Person: &customer.Person{Employer: "武当道观", Occupation: "道士"},
		Contacts: []customer.ContactInput{{Kind: customer.Phone, Value: mobile(1), Primary: true}}, Fields: map[string]string{"key_place": "门卫处"}, ConfirmDuplicates: true})
	w.must(err)
	return c
}

// say puts values into a line.
func say(values ...any) string { return strings.TrimSpace(fmt.Sprintln(values...)) }

func set[T any](v T) *T { return &v }

// phoneAndJob proposes another phone and occupation for a customer, seen masked.
func (w *world) phoneAndJob(c customer.Customer) proposal.Input {
	w.t.Helper()
	seen, err := w.customers.Get(w.clerk, c.ID)
	w.must(err)
	person := *seen.Person
	person.Occupation = "教师"
	return proposal.Input{CustomerID: c.ID, CustomerVersion: seen.Version, Reason: "本人来柜台更正", Change: &customer.UpdateInput{Person: &person, ConfirmDuplicates: true,
		Contacts: set([]customer.ContactInput{{ID: seen.Contacts[0].ID, Kind: customer.Phone, Value: mobile(2), Primary: true}})}}
}

func (w *world) propose(in proposal.Input) proposal.Detail {
	w.t.Helper()
	d, err := w.Create(w.clerk, "", in)
	w.must(err)
	return d
}

// endorsed is a proposal that waits for a decision.
func (w *world) endorsed(in proposal.Input) proposal.Detail {
	w.t.Helper()
	d := w.propose(in)
	d, err := w.Endorse(w.head, d.ID, d.Version)
	w.must(err)
	return d
}

// verdicts accepts the keys and rejects the rest.
func verdicts(d proposal.Detail, accepted ...string) (in proposal.DecideInput) {
	in.CustomerVersion, in.ConfirmDuplicates = d.CustomerVersion, true
	for _, item := range d.Items {
		v := proposal.Verdict{Key: item.Key, Word: "没有凭据"}
		for _, prefix := range accepted {
			if strings.HasPrefix(item.Key, prefix) {
				v = proposal.Verdict{Key: item.Key, Accept: true}
			}
		}
		in.Verdicts = append(in.Verdicts, v)
	}
	return in
}

// open are the texts of somebody's open tasks.
func (w *world) open(of context.Context) (texts []string) {
	w.t.Helper()
	tasks, _, err := w.tasks.Inbox(of, task.Asked{State: task.Open}, "", 50)
	w.must(err)
	for _, x := range tasks {
		texts = append(texts, strings.ReplaceAll(x.Text, "03-02 09:00 ", ""))
	}
	return texts
}

func (w *world) listed(of context.Context, f proposal.Filter) (ids []id.ID) {
	w.t.Helper()
	cursor := ""
	for {
		all, next, err := w.List(of, f, cursor, 2)
		w.must(err)
		for _, p := range all {
			ids = append(ids, p.ID)
		}
		if cursor = next; next == "" {
			return ids
		}
	}
}
