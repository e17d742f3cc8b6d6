package calendar_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/calendar"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

// world is a province with two counties, an administrator of each and a clerk; a module
// whose dates wait; the test moves the clock.
type world struct {
	*calendar.Service
	t       *testing.T
	db      *db.DB
	users   *access.Service
	tasks   *task.Service
	jobs    *job.Queue
	tree    *org.Tree
	now     when.Instant
	handler http.Handler

	top, one, two      org.Org
	chief, local, poor access.User
	waits              waits
}

// waits is a module with as many open dates as it says.
type waits struct {
	open    int64
	counted []id.ID // companies
}

func (w *waits) WaitingTx(*db.Tx, id.ID) (int64, error) { return w.open, nil }

func (w *waits) RecountTx(_ *db.Tx, org, after id.ID, _ int) (id.ID, error) {
	if after.IsZero() {
		w.counted = append(w.counted, org)
		return org, nil
	}
	return id.ID{}, nil
}

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	for _, e := range dbtest.Engines {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			fn(t, newWorld(t, e))
		})
	}
}

func newWorld(t *testing.T, e db.Dialect) *world {
	t.Helper()
	w := &world{t: t, now: when.At(time.Date(2026, 10, 20, 9, 0, 0, 0, when.Zone))}
	w.db = dbtest.Open(t, e, func() when.Instant { return w.now })
	keys, err := crypt.New(bytes.Repeat([]byte{1}, 32))
	w.must(err)
	orgs, log := org.New(w.db), audit.New(w.db, keys)
	w.users = access.New(w.db, keys, orgs, log, access.Cost{MemoryKiB: 8, Passes: 1})
	w.jobs = job.New(w.db, slog.New(slog.DiscardHandler))
	w.tasks = task.NewService(task.Deps{DB: w.db, Keys: keys, Audit: log, Users: w.users, Cursors: page.NewSigner([]byte("k")), Text: catalogue.Text})
	w.Service = calendar.New(calendar.Deps{DB: w.db, Audit: log, Orgs: orgs, Users: w.users, Tasks: w.tasks, Jobs: w.jobs})
	w.RegisterJobs()
	w.AddFollower(&w.waits)
	w.must(w.db.Write(t.Context(), func(tx *db.Tx) error {
		w.top, err = org.CreateTx(tx, org.CreateInput{Level: org.Province, Code: "p", Name: "省公司"})
		w.must(err)
		city, err := org.CreateTx(tx, org.CreateInput{Level: org.City, Code: "c", Name: "市公司", ParentID: w.top.ID})
		w.must(err)
		for code, o := range map[string]*org.Org{"1001": &w.one, "1002": &w.two} {
			*o, err = org.CreateTx(tx, org.CreateInput{Level: org.County, Code: code, Name: code, ParentID: city.ID})
			w.must(err)
		}
		return nil
	}))
	w.tree, err = orgs.Tree(t.Context())
	w.must(err)
	w.must(w.users.InstallRoles(t.Context()))
	w.chief, w.local, w.poor = w.user("admin", "chief", w.top), w.user("admin", "local", w.two), w.user("clerk", "poor", w.one)
	w.handler = w.routes()
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// user makes a user who holds a role in an organisation.
func (w *world) user(role, login string, o org.Org) access.User {
	w.t.Helper()
	made, err := w.users.Bootstrap(w.t.Context(), access.UserInput{Login: login, Name: login, Password: "a long enough password 1", HomeOrgID: o.ID}, role)
	w.must(err)
	return access.User{ID: made, Login: login, Name: login, HomeOrgID: o.ID, Locale: "zh"}
}

// as is a context of a user with the rights of his role.
func (w *world) as(u access.User) context.Context {
	held := map[id.ID]access.Held{w.chief.ID: {Patterns: []string{"calendar.*", "task.*"}, OrgID: w.top.ID},
		w.local.ID: {Patterns: []string{"calendar.*", "task.*"}, OrgID: w.two.ID}, w.poor.ID: {Patterns: []string{"calendar.list", "calendar.get"}, OrgID: w.one.ID}}
	return access.WithCaller(context.Background(), access.NewCaller(u, w.tree, held[u.ID]))
}

// routes serves the module; the header "As" names the caller.
func (w *world) routes() http.Handler {
	a := rest.New(rest.Config{Version: "test", Logger: slog.New(slog.DiscardHandler), Text: catalogue.Text,
		Authenticate: func(r *http.Request) (context.Context, error) {
			for _, u := range []access.User{w.chief, w.local, w.poor} {
				if u.Login == r.Header.Get("As") {
					return w.as(u), nil
				}
			}
			return nil, access.ErrLogin
		}})
	w.Routes(a)
	return a.Handler()
}

// call sends a request and decodes the answer, which must have the status.
func call[T any](w *world, as, method, path string, body any, status int, header ...string) (out T, etag string) {
	w.t.Helper()
	raw, err := json.Marshal(body)
	w.must(err)
	s := resttest.Scenario{Method: method, Path: path, Header: map[string]string{"As": as}}
	if body != nil {
		s.Body = string(raw)
	}
	for i := 0; i < len(header); i += 2 {
		s.Header[header[i]] = header[i+1]
	}
	got := resttest.Send(w.handler, s)
	if got.Code != status {
		w.t.Fatalf("%s %s as %s: status %d, want %d: %s", method, path, as, got.Code, status, got.Body)
	}
	w.must(json.Unmarshal(got.Body.Bytes(), &out))
	return out, got.Header().Get("ETag")
}

// inbox are the open tasks of a user.
func (w *world) inbox(u access.User) (texts []string) {
	w.t.Helper()
	all, _, err := w.tasks.Inbox(w.as(u), task.Asked{State: task.Open}, "", 20)
	w.must(err)
	for _, t := range all {
		texts = append(texts, fmt.Sprint(t.Text, " ", t.DueAt.Day()))
	}
	return texts
}

func (w *world) work() {
	w.t.Helper()
	for ran := true; ran; {
		var err error
		ran, err = w.jobs.RunNext(context.Background())
		w.must(err)
	}
}
