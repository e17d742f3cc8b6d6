package knowledge_test

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/knowledge"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/org/orgtest"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

// world is two counties under a city and a province, with users of the common roles.
type world struct {
	t       *testing.T
	db      *db.DB
	now     when.Instant
	orgs    orgtest.Companies
	users   *access.Service
	tasks   *task.Service
	svc     *knowledge.Service
	people  map[string]*access.Caller
	handler http.Handler
}

// staff are the users by name: role and company.
var staff = map[string][2]string{
	"agent": {"agent", "1001"}, "other": {"agent", "1001"}, "editor": {"complaint_handler", "1001"}, "head": {"head", "1001"},
	"neighbour": {"head", "1002"}, "reader": {"agent", "1002"}, "chief": {"head", "10"}, "deputy": {"head", "10"}, "metering": {"metering", "1001"},
}

func each(t *testing.T, fn func(w *world)) {
	t.Helper()
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) { fn(newWorld(t, e)) })
}

func newWorld(t testing.TB, e db.Dialect) *world {
	t.Helper()
	w := &world{now: when.At(time.Date(2026, 3, 2, 9, 0, 0, 0, when.Zone)), people: map[string]*access.Caller{}}
	w.t, _ = t.(*testing.T)
	w.db = dbtest.Open(t, e, func() when.Instant { return w.now })
	keys, err := crypt.New(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	w.orgs = orgtest.Make(t, w.db, "东江县公司", "西山县公司")
	log, orgs := audit.New(w.db, keys), org.New(w.db)
	w.users = access.New(w.db, keys, orgs, log, access.Cost{MemoryKiB: 8, Passes: 1})
	cursors := page.NewSigner([]byte("k"))
	w.tasks = task.NewService(task.Deps{DB: w.db, Keys: keys, Audit: log, Users: w.users, Cursors: cursors, Text: catalogue.Text})
	w.svc = knowledge.New(knowledge.Deps{DB: w.db, Keys: keys, Audit: log, Orgs: orgs, Users: w.users, Tasks: w.tasks, Cursors: cursors})
	w.settle(t)
	w.handler = w.routes()
	return w
}

// settle makes the users, and callers with what their roles hold.
func (w *world) settle(t testing.TB) {
	t.Helper()
	if err := w.users.InstallRoles(context.Background()); err != nil {
		t.Fatal(err)
	}
	tree := w.orgs.Tree()
	roles, err := w.users.Roles(access.WithCaller(context.Background(), access.System(tree, "test")))
	if err != nil {
		t.Fatal(err)
	}
	patterns := map[string]access.Patterns{}
	for _, r := range roles {
		patterns[r.Code] = r.Permissions
	}
	for name, s := range staff {
		home, _ := tree.ByCode(s[1])
		user, err := w.users.Bootstrap(context.Background(), access.UserInput{Login: name, Name: "李" + name, Password: "correct horse", HomeOrgID: home.ID}, s[0])
		if err != nil {
			t.Fatal(err)
		}
		w.people[name] = access.NewCaller(access.User{ID: user, Login: name, Name: "李" + name, Locale: "zh", HomeOrgID: home.ID}, tree, access.Held{Patterns: patterns[s[0]], OrgID: home.ID})
	}
}

// as is a context with a user, by name.
func (w *world) as(name string) context.Context {
	return access.WithCaller(context.Background(), w.people[name])
}

// routes serves the module; the header "As" names the caller.
func (w *world) routes() http.Handler {
	a := rest.New(rest.Config{Version: "test", Logger: slog.New(slog.DiscardHandler), Text: catalogue.Text,
		Authenticate: func(r *http.Request) (context.Context, error) {
			c, ok := w.people[r.Header.Get("As")]
			if !ok {
				return nil, access.ErrLogin
			}
			return access.WithCaller(r.Context(), c), nil
		}})
	w.svc.Routes(a)
	return a.Handler()
}

// call sends a request and decodes the answer, which must have the status.
func call[T any](w *world, as, method, path, body string, status int, header ...string) (T, string) {
	w.t.Helper()
	return resttest.Call[T](w.t, w.handler, as, method, path, body, status, header...)
}

// input is an article in Chinese about bills.
func input(title, body string, tags ...string) knowledge.Input {
	return knowledge.Input{Content: knowledge.Content{Zh: knowledge.Words{Title: title, Body: body}, Category: "answer", ContactPoint: "bill", Audience: knowledge.Internal, Tags: tags}}
}

// written is a draft of a user's.
func (w *world) written(by string, in knowledge.Input) knowledge.Detail {
	w.t.Helper()
	return w.done(w.svc.Create(w.as(by), "", in))
}

// published has one user write an article and another publish it.
func (w *world) published(by, publisher string, in knowledge.Input) knowledge.Detail {
	w.t.Helper()
	d := w.written(by, in)
	d = w.done(w.svc.Submit(w.as(by), d.ID, d.Version))
	return w.done(w.svc.Publish(w.as(publisher), d.ID, d.Version, ""))
}

func (w *world) done(d knowledge.Detail, err error) knowledge.Detail {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

// inbox are the open tasks of a user.
func (w *world) inbox(name string) string {
	w.t.Helper()
	list, _, err := w.tasks.Inbox(w.as(name), task.Asked{State: task.Open}, "", 50)
	if err != nil {
		w.t.Fatal(err)
	}
	texts := make([]string, len(list))
	for i, x := range list {
		texts[i] = x.Text
	}
	return strings.Join(texts, "; ")
}

// titles are the titles of what a user finds.
func (w *world) titles(name, q string) string {
	w.t.Helper()
	found, err := w.svc.Find(w.as(name), knowledge.FindInput{Query: q, Limit: 20})
	if err != nil {
		w.t.Fatal(err)
	}
	texts := make([]string, len(found))
	for i, f := range found {
		texts[i] = f.Title
	}
	return strings.Join(texts, " | ")
}

// recorded are the audit log's actions about articles and standard answers.
func (w *world) recorded() string {
	w.t.Helper()
	var actions []string
	err := w.db.Read(context.Background(), func(tx *db.Tx) error {
		return tx.Select(&actions, "SELECT action FROM audit_entry WHERE action LIKE 'knowledge.%' ORDER BY at, id LIMIT 200")
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.ReplaceAll(strings.Join(actions, " "), "knowledge.", "")
}

func ids(i id.ID) string { return "/api/v1/articles/" + i.String() }
