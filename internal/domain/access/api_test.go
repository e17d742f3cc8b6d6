package access_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

// handler serves the module's operations.
func (b *bench) handler() http.Handler {
	a := rest.New(rest.Config{
		Logger: slog.New(slog.DiscardHandler), Authenticate: b.Authenticate,
		Text: func(_, key string, _ map[string]any) string { return key },
	})
	b.Routes(a, page.NewSigner([]byte("test")))
	return a.Handler()
}

func as(token string) map[string]string {
	return map[string]string{"Cookie": rest.SessionCookie + "=" + token}
}

func TestMe(t *testing.T) {
	b := newBench(t, db.SQLite)
	b.bootstrap(t, "nobody", b.one.ID)
	head, _ := b.login(t, "citizen", password)
	none, _ := b.login(t, "nobody", password)
	resttest.Run(t, b.handler(), []resttest.Scenario{
		{Name: "not signed in", Path: "/api/v1/me", Status: 401, Contains: []string{access.ErrLogin.Code}},
		{Name: "roles and where they are held", Path: "/api/v1/me", Header: as(head), Status: 200,
			Contains: []string{`"name_zh":"部门主任","name_en":"Department head","org_id":"` + b.city.ID.String() + `","permissions":["access.list","access.deputise"`,
				`"permissions":["access.deputise","access.explain"`, `"code":"3311"`, `"code":"1002"`},
			NotContains: []string{`"code":"33"`}},
		{Name: "without grants", Path: "/api/v1/me", Header: as(none), Status: 200,
			Contains: []string{`"permissions":[]`, `"orgs":[]`, `"grants":[]`}},
	})
}

func TestUsersAreReachedByRight(t *testing.T) {
	b := newBench(t, db.SQLite)
	i := b.bootstrap(t, "clerk", b.two.ID, "clerk")
	admin, _ := b.login(t, "admin1", password)
	clerk, _ := b.login(t, "clerk", password)
	resttest.Run(t, b.handler(), []resttest.Scenario{
		{Name: "list of one's own company", Path: "/api/v1/users", Header: as(admin), Status: 200,
			Contains: []string{"admin1"}, NotContains: []string{"clerk", "password"}},
		{Name: "another company's user", Path: "/api/v1/users/" + i.String(), Header: as(admin), Status: 404},
		{Name: "a clerk", Path: "/api/v1/users", Header: as(clerk), Status: 403, Contains: []string{"access.forbidden"}},
		{Name: "a change without its version", Method: "PUT", Path: "/api/v1/users/" + i.String(), Header: as(admin), Status: 428,
			Body:     `{"login":"clerk","name":"x","home_org_id":"` + b.two.ID.String() + `","active":true,"grants":[]}`,
			Contains: []string{"request.if_match"}},
		{Name: "roles", Path: "/api/v1/roles", Header: as(admin), Status: 200, Contains: []string{`"code":"admin"`, `"name_zh":"营业厅受理员"`}},
	})
}

func TestUsersComeInPages(t *testing.T) {
	b := newBench(t, db.SQLite)
	b.bootstrap(t, "clerk", b.one.ID, "clerk")
	admin, _ := b.login(t, "admin1", password)
	h, users := b.handler(), rest.List[access.User]{}
	first := resttest.Send(h, resttest.Scenario{Path: "/api/v1/users?limit=1", Header: as(admin)})
	if err := json.Unmarshal(first.Body.Bytes(), &users); err != nil || len(users.Items) != 1 || users.NextCursor == "" {
		t.Fatalf("first page %s: %v", first.Body, err)
	}
	resttest.Run(t, h, []resttest.Scenario{
		{Name: "second page", Path: "/api/v1/users?limit=1&cursor=" + users.NextCursor, Header: as(admin), Status: 200, Contains: []string{`"login":"clerk"`}, NotContains: []string{"admin1", "next_cursor"}},
		{Name: "forged", Path: "/api/v1/users?limit=1&cursor=admin1", Header: as(admin), Status: 422, Contains: []string{"page.cursor"}},
	})
}

func TestStoppingAUserByRequest(t *testing.T) {
	b := newBench(t, db.SQLite)
	i := b.bootstrap(t, "clerk", b.one.ID, "clerk")
	admin, _ := b.login(t, "admin1", password)
	clerk, _ := b.login(t, "clerk", password)
	body := func(more string) string {
		return `{"login":"clerk","name":"王芳","home_org_id":"` + b.one.ID.String() + `",` + more + `"grants":[]}`
	}
	header := as(admin)
	header["If-Match"] = `"1"`
	resttest.Run(t, b.handler(), []resttest.Scenario{
		{Name: "without saying whether", Method: "PUT", Path: "/api/v1/users/" + i.String(), Header: header, Body: body(""), Status: 422, Contains: []string{`"name":"active"`}},
		{Name: "stopped", Method: "PUT", Path: "/api/v1/users/" + i.String(), Header: header, Body: body(`"active":false,`), Status: 200, Contains: []string{`"active":false`}},
		{Name: "the stopped one", Path: "/api/v1/me", Header: as(clerk), Status: 401},
	})
}

// The caller of a session is kept for some seconds; what he adds is within his
// reach all the same.
func TestRightsReachNewOrganisations(t *testing.T) {
	b := newBench(t, db.SQLite)
	b.bootstrap(t, "system1", b.one.ID, "admin")
	token, _ := b.login(t, "system1", password)
	c, err := b.authenticate(token)
	if err != nil {
		t.Fatal(err)
	}
	ctx := access.WithCaller(t.Context(), c)
	unit, err := b.orgs.Create(ctx, "", org.CreateInput{ParentID: b.one.ID, Level: org.Unit, Code: "100101", Name: "城关供电所"})
	if err != nil {
		t.Fatal(err)
	}
	if c, err = b.authenticate(token); err != nil {
		t.Fatal(err)
	}
	if err := b.AllowNode(access.WithCaller(t.Context(), c), org.PermRename, unit.ID); err != nil {
		t.Errorf("renaming what one added: %v", err)
	}
}

func sendMe(b *bench, token string) string {
	return resttest.Send(b.handler(), resttest.Scenario{Path: "/api/v1/me", Header: as(token)}).Body.String()
}
