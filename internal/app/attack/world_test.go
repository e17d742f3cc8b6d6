package attack_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/app"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/config"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

const password = "geheimes kennwort 7"

// world is the whole program with two county companies, in each of which every
// request that makes something was sent once.
type world struct {
	*app.App
	t        *testing.T
	engine   db.Dialect
	h        http.Handler
	log      *journal
	doc      *document
	requests []*request
	now      atomic.Int64
	number   int    // of the last thing made: numbers are given once
	mark     string // put before every text that takes it
	marked   map[string]int
	own      company
	other    company
	top      company // above both
	roles    []access.Role
}

// company is a county company, its records by name, and who made them.
type company struct {
	org.Org
	words   map[string]string // what $word stands for in a request
	records map[string]string // identifiers by collection
	maker   actor
}

// actor is a signed-in user; portal is the cookie of a customer, where he has one beside.
type actor struct {
	login, cookie, portal string
}

// journal keeps the log.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

func each(t *testing.T, fn func(w *world)) {
	t.Helper()
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) { fn(newWorld(t, e)) })
}

// newWorld is a copy of a world that was made once for each engine.
func newWorld(t *testing.T, e db.Dialect) *world {
	t.Helper()
	o := originals[e]
	o.once.Do(func() { o.make(t, e) })
	if o.world == nil {
		t.Fatal("the world to be copied could not be made")
	}
	w := emptyWorld(t, e, "")
	w.now.Store(o.world.now.Load())
	w.number, w.roles = o.world.number, o.world.roles
	w.own, w.other, w.top = o.world.own.copy(), o.world.other.copy(), o.world.top.copy()
	_, err := w.log.Write([]byte(o.world.log.String()))
	w.must(err)
	c := config.Config{Data: t.TempDir()}
	w.must(os.CopyFS(c.Data, os.DirFS(o.config.Data)))
	w.must(os.Chmod(filepath.Join(c.Data, "keys", crypt.MasterFile), 0o600))
	if e == db.PostgreSQL {
		c.DSN = dbtest.Copy(t, db.Config{DSN: o.config.DSN}).DSN
	}
	w.open(c)
	t.Cleanup(func() { w.Close() })
	return w
}

// original is a world that nobody runs any more.
type original struct {
	once   sync.Once
	world  *world
	config config.Config
}

var originals = map[db.Dialect]*original{db.SQLite: {}, db.PostgreSQL: {}}

// make makes it in a directory and a database that stay until the process ends.
func (o *original) make(t *testing.T, e db.Dialect) {
	t.Helper()
	w := emptyWorld(t, e, "")
	var err error
	o.config.Data, err = os.MkdirTemp("", "original")
	w.must(err)
	if e == db.PostgreSQL {
		place, err := dbtest.Original()
		w.must(err)
		o.config.DSN = place.DSN
	}
	w.open(o.config)
	w.people()
	w.must(w.Close())
	o.world = w
}

func newMarkedWorld(t *testing.T, e db.Dialect, mark string) *world {
	t.Helper()
	w := emptyWorld(t, e, mark)
	w.open(config.Config{Data: t.TempDir(), DSN: dbtest.Config(t, e).DSN})
	t.Cleanup(func() { w.Close() })
	w.people()
	return w
}

func emptyWorld(t *testing.T, e db.Dialect, mark string) *world {
	w := &world{t: t, engine: e, log: &journal{}, number: 1000, mark: mark, marked: map[string]int{}}
	w.now.Store(int64(when.At(time.Date(2026, 3, 2, 9, 0, 0, 0, when.Zone))))
	return w
}

// open starts the program on the directory and database of a configuration.
func (w *world) open(c config.Config) {
	w.t.Helper()
	c.Now, c.Workers = func() when.Instant { return when.Instant(w.now.Load()) }, 1
	c.MetricsFrom = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} // where httptest asks from
	logger := slog.New(slog.NewJSONHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	w.App, err = app.New(w.t.Context(), c, app.Options{Logger: logger, PasswordCost: access.Cost{MemoryKiB: 8, Passes: 1}, FastTests: true})
	w.must(err)
	w.h = w.Handler()
	raw, err := w.API().OpenAPI()
	w.must(err)
	w.doc, w.requests = readDocument(w.t, raw), readRequests(w.t)
}

// people makes the companies and has each send what makes something.
func (w *world) people() {
	w.t.Helper()
	w.found()
	for _, c := range []*company{&w.own, &w.other} {
		w.fill(c)
		c.maker.portal = w.customer(c)
	}
	w.own.records["sessions"], w.other.records["sessions"] = w.sessionOf(w.own.maker), w.sessionOf(w.other.maker)
}

func (c company) copy() company {
	c.words, c.records = maps.Clone(c.words), maps.Clone(c.records)
	return c
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// found makes the companies and a user in each who holds all roles.
func (w *world) found() {
	w.t.Helper()
	w.must(w.DB.Write(w.t.Context(), func(tx *db.Tx) (err error) {
		if w.top.Org, err = org.CreateTx(tx, org.CreateInput{Level: org.Province, Code: "10", Name: "省电力公司"}); err != nil {
			return err
		}
		if w.own.Org, err = org.CreateTx(tx, org.CreateInput{ParentID: w.top.ID, Level: org.County, Code: "1001", Name: "青岭县供电公司"}); err != nil {
			return err
		}
		w.other.Org, err = org.CreateTx(tx, org.CreateInput{ParentID: w.top.ID, Level: org.County, Code: "1002", Name: "白川县供电公司"})
		return err
	}))
	w.Orgs.Forget()
	policy := access.DefaultPolicy
	policy.AdminFactor = false
	w.must(w.Access.InstallPolicy(w.t.Context(), policy))
	system, err := w.System(w.t.Context(), "test")
	w.must(err)
	w.roles, err = w.Access.Roles(system)
	w.must(err)
	var all []string
	for _, r := range w.roles {
		all = append(all, r.Code)
	}
	w.own.words, w.other.words = planted("甲"), planted("乙")
	w.own.words["mark"], w.other.words["mark"] = w.mark, w.mark
	for n, c := range map[string]*company{"0": &w.top, "1": &w.own, "2": &w.other} {
		c.records = map[string]string{"org": c.ID.String()}
		c.maker = w.user(c, "maker"+n, all...)
		c.records["maker"] = c.records["user"]
		w.user(c, "colleague"+n, "clerk", "account_manager")
		c.records["colleague"] = c.records["user"]
	}
	w.top.records["builtin"] = w.roles[0].ID.String()
}

// user makes a user of a company with roles there and signs him in.
func (w *world) user(c *company, login string, roles ...string) actor {
	w.t.Helper()
	in := access.UserInput{Login: login, Name: "用户" + login, Password: password, HomeOrgID: c.ID}
	made, err := w.Access.Bootstrap(w.t.Context(), in, roles...)
	w.must(err)
	c.records["user"] = made.String()
	return w.signIn(login)
}

func (w *world) signIn(login string) actor {
	w.t.Helper()
	token, _, err := w.Access.Login(w.t.Context(), access.Attempt{Login: login, Password: password})
	w.must(err)
	return actor{login: login, cookie: rest.SessionCookie + "=" + token}
}

// send sends a request as an actor; a stranger has no cookie.
func (w *world) send(a actor, r sent) *httptest.ResponseRecorder {
	in := httptest.NewRequest(r.method, r.target, bytes.NewReader(r.body))
	for name, value := range r.header {
		in.Header.Set(name, value)
	}
	for _, cookie := range []string{a.cookie, a.portal} {
		if cookie != "" {
			in.Header.Add("Cookie", cookie)
		}
	}
	out := httptest.NewRecorder()
	w.h.ServeHTTP(out, in)
	return out
}

// work runs the background jobs that wait.
func (w *world) work() {
	w.t.Helper()
	for {
		ran, err := w.Jobs.RunNext(w.t.Context())
		w.must(err)
		if !ran {
			return
		}
	}
}

// fill sends as the company's maker, in the order of the file, every request that
// makes something, and remembers the identifiers.
func (w *world) fill(c *company) {
	w.t.Helper()
	for _, r := range w.requests {
		op := w.operation(r.Op)
		if !r.makes(op) {
			continue
		}
		if op.portal() && c.maker.portal == "" {
			c.maker.portal = w.customer(c)
		}
		out, keeper := w.make(c, op, r)
		if out.Code >= 300 {
			w.t.Fatalf("%s, the request of testdata/requests.json: %d %s", r.Op, out.Code, out.Body)
		}
		w.remember(keeper, op, r, out.Body.Bytes())
		w.work()
	}
}

// fillAgain makes a second of everything that can be twice, so that lists have more
// than one page.
func (w *world) fillAgain(c *company) {
	w.t.Helper()
	for _, r := range w.requests {
		if op := w.operation(r.Op); r.makes(op) {
			w.make(c, op, r)
			w.work()
		}
	}
}

func (w *world) make(c *company, op *operation, r *request) (out *httptest.ResponseRecorder, keeper *company) {
	w.t.Helper()
	s, err := w.compose(op, r, c, c)
	w.must(err)
	maker, keeper := c.maker, c
	if r.Whole {
		maker, keeper = w.top.maker, &w.top
	}
	if s.header["If-Match"] = r.Version; r.Version == "current" {
		s.header["If-Match"] = w.version(maker, s.target)
	}
	if w.mark != "" && op.media() == "application/json" {
		return w.sendMarked(maker, op, s), keeper
	}
	return w.send(maker, s), keeper
}

// version is that of the record a request is about, as the nearest answer above
// it tells: the record itself or its list.
func (w *world) version(a actor, target string) string {
	target, _, _ = strings.Cut(target, "?")
	for below := ""; strings.Count(target, "/") > 2; {
		out := w.send(a, sent{method: "GET", target: target})
		if tag := out.Header().Get("ETag"); out.Code == http.StatusOK && tag != "" {
			return tag
		}
		var list struct {
			Items []struct {
				ID      string `json:"id"`
				Version int64  `json:"version"`
			} `json:"items"`
		}
		if json.Unmarshal(out.Body.Bytes(), &list) == nil {
			for _, x := range list.Items {
				if x.ID == below && x.Version > 0 {
					return strconv.Quote(strconv.FormatInt(x.Version, 10))
				}
			}
		}
		at := strings.LastIndex(target, "/")
		target, below = target[:at], target[at+1:]
	}
	return ""
}

// remember keeps the identifier in an answer under the request's name, and what is
// secret in it.
func (w *world) remember(c *company, op *operation, r *request, answer []byte) {
	w.t.Helper()
	if len(answer) == 0 {
		return
	}
	var made any
	if err := json.Unmarshal(answer, &made); err != nil {
		w.t.Fatalf("%s: %v: %s", r.Op, err, answer)
	}
	for word, path := range r.Keep {
		c.records[word] = textAt(w.t, made, path)
	}
	if found := r.Made; found != "" || op.Method == "POST" {
		if found == "" {
			found = "id"
		}
		if i, ok := at(made, found).(string); ok {
			c.records[r.name(op)] = i
		}
	}
}

func (w *world) operation(id string) *operation {
	w.t.Helper()
	for _, op := range w.doc.operations {
		if op.ID == id {
			return op
		}
	}
	w.t.Fatalf("testdata/requests.json names the operation %s, which is not in the API document", id)
	return nil
}
