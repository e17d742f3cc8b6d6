package org_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"testing"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

// api serves the module's routes to everybody who is signed in.
func api(s *org.Service) http.Handler {
	a := rest.New(rest.Config{Version: "test", Logger: slog.New(slog.DiscardHandler), Text: catalogue.Text,
		Authenticate: func(r *http.Request) (context.Context, error) {
			if r.Header.Get("As") == "" {
				return nil, fault.New(fault.Unauthenticated, "access.login_required")
			}
			return r.Context(), nil
		}})
	s.Routes(a)
	return a.Handler()
}

func signedIn(more ...string) map[string]string {
	h := map[string]string{"As": "li"}
	for i := 0; i < len(more); i += 2 {
		h[more[i]] = more[i+1]
	}
	return h
}

// made is a county made through the API.
func made(t *testing.T, h http.Handler) org.Org {
	t.Helper()
	w := resttest.Send(h, resttest.Scenario{Method: "POST", Path: "/api/v1/orgs", Body: `{"level":"county","code":"1001","name":"甲县供电公司"}`, Header: signedIn("Idempotency-Key", "k")})
	var o org.Org
	if err := json.Unmarshal(w.Body.Bytes(), &o); err != nil || w.Code != http.StatusCreated || w.Header().Get("ETag") != `"1"` {
		t.Fatalf("%d %s %v", w.Code, w.Body, err)
	}
	return o
}

// What the API makes, changes and lists, and what it refuses with which code.
func TestTheAPI(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := org.New(d)
		s.SetGuard(&permissive{})
		h := api(s)
		o := made(t, h)
		const orgs = "/api/v1/orgs"
		name := fmt.Sprintf("%s/%s/name", orgs, o.ID)
		post := func(title, body string, status int, contains ...string) resttest.Scenario {
			return resttest.Scenario{Name: title, Method: "POST", Path: orgs, Body: body, Header: signedIn(), Status: status, Contains: contains}
		}
		put := func(title, path, body, match string, status int, contains ...string) resttest.Scenario {
			return resttest.Scenario{Name: title, Method: "PUT", Path: path, Body: body, Header: signedIn("If-Match", match), Status: status, Contains: contains}
		}
		again := post("the same key", `{"level":"county","code":"1001","name":"甲县供电公司"}`, 201, o.ID.String())
		again.Header["Idempotency-Key"] = "k"
		resttest.Run(t, h, []resttest.Scenario{
			again,
			{Name: "a stranger", Method: "POST", Path: orgs, Body: `{`, Status: 401, Contains: []string{"access.login_required"}},
			post("a code that is taken", `{"level":"county","code":"1001","name":"另"}`, 409, "org.code_taken"),
			post("a city without a province", `{"level":"city","code":"2","name":"另"}`, 422, "org.place"),
			post("an unknown parent", `{"level":"unit","code":"2","name":"另","parent_id":"01900000-0000-7000-8000-000000000009"}`, 422, "org.parent_unknown"),
			post("no name", `{"level":"county","code":"2","name":""}`, 422, `"name":"name"`, "required"),
			post("a code with blanks", `{"level":"county","code":"1 2","name":"x"}`, 422, `"name":"code"`),
			post("a level of its own", `{"level":"planet","code":"2","name":"x"}`, 422, `"name":"level"`, "not_allowed"),
			put("without the version", name, `{"name":"新"}`, "", 428, "request.if_match"),
			put("another's version", name, `{"name":"新"}`, `"7"`, 412, "record.stale"),
			put("nobody", orgs+"/01900000-0000-7000-8000-000000000009/name", `{"name":"新"}`, `"1"`, 404, "record.not_found"),
			put("no identifier", orgs+"/7/name", `{"name":"新"}`, `"1"`, 404),
			put("renamed", name, `{"name":"新县供电公司","short_name":"新县"}`, `"1"`, 200, `"short_name":"新县"`, `"version":2`),
			{Name: "listed", Path: orgs, Header: signedIn(), Status: 200, Contains: []string{"新县供电公司"}, NotContains: []string{"甲县"}},
		})
	})
}

// A parent of another company is not there: nothing is made below it, and its name
// stays.
func TestTheAPIEndsAtTheScope(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, guard := org.New(d), &permissive{}
		s.SetGuard(guard)
		h := api(s)
		o := made(t, h)
		guard.only = id.ID{9}
		resttest.Run(t, h, []resttest.Scenario{
			{Name: "listed", Path: "/api/v1/orgs", Header: signedIn(), Status: 200, Contains: []string{`"items":[]`}},
			{Name: "renamed", Method: "PUT", Path: "/api/v1/orgs/" + o.ID.String() + "/name", Body: `{"name":"新"}`, Header: signedIn("If-Match", `"1"`), Status: 404},
			{Name: "a unit below", Method: "POST", Path: "/api/v1/orgs", Body: `{"level":"unit","code":"2","name":"x","parent_id":"` + o.ID.String() + `"}`, Header: signedIn(), Status: 404},
		})
	})
}
