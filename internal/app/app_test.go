package app_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/app"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/config"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt/crypttest"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

const password = "correct horse"

// bench is the whole program with one county company and its users.
type bench struct {
	*app.App
	log    *bytes.Buffer
	h      http.Handler
	county org.Org
}

func each(t *testing.T, fn func(t *testing.T, b *bench)) {
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) {
		b := newBench(t, e)
		b.h = b.Handler()
		fn(t, b)
	})
}

func newBench(t *testing.T, e db.Dialect) *bench {
	t.Helper()
	b := &bench{log: &bytes.Buffer{}}
	now := when.At(time.Date(2026, 3, 2, 9, 0, 0, 0, when.Zone))
	c := config.Config{Data: t.TempDir(), DSN: dbtest.Config(t, e).DSN, Now: when.Fixed(now), Workers: 1, Proxies: proxies,
		MetricsFrom: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}} // where httptest asks from
	logger := slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	b.App, err = app.New(t.Context(), c, app.Options{Logger: logger, PasswordCost: access.Cost{MemoryKiB: 64, Passes: 1}, FastTests: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	err = b.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
		b.county, err = org.CreateTx(tx, org.CreateInput{Level: org.County, Code: "1001", Name: "青岭县供电公司"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	b.Orgs.Forget()
	policy := access.DefaultPolicy
	policy.AdminFactor = false
	if err := b.Access.InstallPolicy(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	return b
}

// signIn makes a user with roles and gives the header of his requests.
func (b *bench) signIn(t *testing.T, login string, roles ...string) map[string]string {
	t.Helper()
	in := access.UserInput{Login: login, Name: login, Password: password, HomeOrgID: b.county.ID}
	if _, err := b.Access.Bootstrap(t.Context(), in, roles...); err != nil {
		t.Fatal(err)
	}
	token, _, err := b.Access.Login(t.Context(), access.Attempt{Login: login, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{"Cookie": rest.SessionCookie + "=" + token}
}

// operations walks the API document: every path with an identifier put in.
func (b *bench) operations(t *testing.T, visit func(method, path string, public bool)) {
	t.Helper()
	raw, err := b.API().OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			Security *[]any `json:"security"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	some := id.ID{1, 9: 7}.String()
	for path, methods := range doc.Paths {
		for strings.Contains(path, "{") {
			from, to := strings.IndexByte(path, '{'), strings.IndexByte(path, '}')
			path = path[:from] + some + path[to+1:]
		}
		for method, op := range methods {
			visit(strings.ToUpper(method), path, op.Security != nil && len(*op.Security) == 0)
		}
	}
}

// Signing in, following a case by its number and code, and reading what is published for
// the public are the only things a stranger may do, and he learns nothing else: not even whether his request would have been well
// formed.
func TestOnlySigningInIsPublic(t *testing.T) {
	b := newBench(t, db.SQLite)
	b.h = b.Handler()
	var public []string
	b.operations(t, func(method, path string, open bool) {
		if open {
			public = append(public, method+" "+strings.Replace(path, id.ID{1, 9: 7}.String(), "{id}", 1))
			return
		}
		if w := resttest.Send(b.h, resttest.Scenario{Method: method, Path: path + "?nonsense=1", Body: "{"}); w.Code != http.StatusUnauthorized {
			t.Errorf("%s %s answers a stranger with %d: %s", method, path, w.Code, w.Body)
		}
	})
	slices.Sort(public)
	if got := strings.Join(public, ", "); got != "GET /api/v1/portal/articles, GET /api/v1/portal/articles/{id}, GET /api/v1/portal/companies, GET /api/v1/sso, GET /api/v1/sso/{id}/callback, "+
		"POST /api/v1/portal/codes, POST /api/v1/portal/progress, POST /api/v1/portal/sessions/by-code, POST /api/v1/portal/sessions/by-password, POST /api/v1/sessions, POST /api/v1/sso/code, POST /api/v1/sso/{id}/begin, POST /api/v1/sso/{id}/logout" {
		t.Errorf("public: %s", got)
	}
}

// harmless are what a user without any role may do: ask who he is, keep his own
// account and absences, and leave.
var harmless = map[string]bool{
	"GET /api/v1/me": true, "DELETE /api/v1/sessions/current": true,
	"GET /api/v1/absences": true, "GET /api/v1/absences/roles": true, "GET /api/v1/absences/colleagues": true,
	"GET /api/v1/me/sessions": true, "GET /api/v1/me/factor": true, "POST /api/v1/me/factor": true,
}

func TestWithoutARoleNothingOpens(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		header := b.signIn(t, "nobody")
		header["If-Match"] = `"1"`
		refused := 0
		b.operations(t, func(method, path string, open bool) {
			if open || harmless[method+" "+path] {
				return
			}
			body := ""
			if method == "POST" || method == "PUT" || method == "PATCH" {
				body = "{}"
			}
			w := resttest.Send(b.h, resttest.Scenario{Method: method, Path: path, Body: body, Header: header})
			switch {
			case w.Code == http.StatusForbidden:
				refused++
			case w.Code < 400 || w.Code >= 500:
				t.Errorf("%s %s: %d %s", method, path, w.Code, w.Body)
			}
		})
		if refused < 80 {
			t.Errorf("only %d operations asked for a right", refused)
		}
	})
}

func TestAroundTheAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		header := b.signIn(t, "maintainer", "maintainer")
		foreign := map[string]string{"Cookie": header["Cookie"], "Sec-Fetch-Site": "cross-site"}
		resttest.Run(t, b.h, []resttest.Scenario{
			{Name: "alive", Path: "/healthz", Status: 200, Contains: []string{"ok"}},
			{Name: "data usable", Path: "/readyz", Status: 200, Contains: []string{"ready"}},
			{Name: "no such route", Path: "/api/v1/nothing", Status: 404, Contains: []string{`"code":`, `"status":404`}},
			{Name: "the document", Path: "/api/openapi.json", Status: 200, Contains: []string{`"openapi": "3.1.0"`}},
			{Name: "another site's page", Method: "POST", Path: "/api/v1/tasks", Body: `{"title":"x"}`, Header: foreign, Status: 403},
			{Name: "one's own page", Method: "POST", Path: "/api/v1/tasks", Body: `{"title":"x"}`, Header: header, Status: 201},
			{Name: "measured by route", Path: "/metrics", Status: 200, Contains: []string{`route="POST /api/v1/tasks",status="2xx"`, "go_goroutines"}},
		})
		err := b.DB.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec("DELETE FROM goose_db_version WHERE version_id > 1")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		resttest.Run(t, b.h, []resttest.Scenario{
			{Name: "alive on another version's schema", Path: "/healthz", Status: 200},
			{Name: "which it cannot use", Path: "/readyz", Status: 503},
		})
	})
}

func TestNotReadyWithoutTheMasterKey(t *testing.T) {
	for _, e := range dbtest.Engines {
		device := crypttest.New()
		c := config.Config{Data: t.TempDir(), DSN: dbtest.Config(t, e).DSN, Cipher: crypt.SM4}
		a, err := app.New(t.Context(), c, app.Options{Logger: slog.New(slog.DiscardHandler), PasswordCost: access.Cost{MemoryKiB: 64, Passes: 1}, FastTests: true, Master: device})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { a.Close() })
		device.Away(true)
		h := a.Handler()
		resttest.Run(t, h, []resttest.Scenario{
			{Name: "alive without " + string(e), Path: "/healthz", Status: 200},
			{Name: "not ready on " + string(e), Path: "/readyz", Status: 503},
		})
		device.Away(false)
		time.Sleep(1100 * time.Millisecond) // what was found stands for a second
		resttest.Run(t, h, []resttest.Scenario{{Name: "ready on " + string(e), Path: "/readyz", Status: 200}})
	}
}

// At the chattiest level the log names routes, not people.
func TestTheLogNamesNobody(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		header := b.signIn(t, "maintainer", "maintainer")
		const name, phone, number = "欧阳青岭", "13900001234", "11010519491231002X"
		resttest.Run(t, b.h, []resttest.Scenario{
			{Name: "refused", Method: "POST", Path: "/api/v1/customers", Header: header, Status: 422,
				Body: `{"kind":"person","name":"` + name + `","contacts":[{"kind":"mobile","value":"` + phone + `"}],"certificates":[{"kind":"resident_id","number":"` + number + `1"}]}`},
			{Name: "searched", Path: "/api/v1/search?q=" + phone, Header: header, Status: 200},
			{Name: "listed", Path: "/api/v1/customers?q=" + phone, Header: header, Status: 200},
			{Name: "wrong password", Method: "POST", Path: "/api/v1/sessions", Status: 401, Body: `{"login":"` + phone + `","password":"` + number + `"}`},
		})
		log := b.log.String()
		for _, personal := range []string{name, phone, number, password} {
			if strings.Contains(log, personal) {
				t.Errorf("%q stands in the log:\n%s", personal, log)
			}
		}
		if !strings.Contains(log, "GET /api/v1/search") {
			t.Errorf("requests are not logged:\n%s", log)
		}
	})
}

// A server told to stop takes nothing new, answers what it has begun, and ends.
func TestAServerStopsGracefully(t *testing.T) {
	b := newBench(t, db.SQLite)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	served := make(chan error, 1)
	go func() { served <- b.Serve(ctx, l) }()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	const head, tail = `{"login":"nobody",`, `"password":"nothing"}`
	fmt.Fprintf(c, "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", len(head+tail))
	answer := bufio.NewReader(c)
	line := func() string {
		s, err := answer.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(s)
	}
	if got := line(); got != "HTTP/1.1 100 Continue" { // the request is being read
		t.Fatal(got)
	}
	line()
	stop()
	for range 200 {
		other, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			break
		}
		other.Close()
		time.Sleep(10 * time.Millisecond)
	}
	io.WriteString(c, head+tail)
	if got := line(); got != "HTTP/1.1 401 Unauthorized" {
		t.Errorf("answered %q", got)
	}
	if err := <-served; err != nil {
		t.Errorf("stopped with %v", err)
	}
}
