package demo_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/app"
	"github.com/zhiyin-power/zhiyin/internal/demo"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// browser is a signed-in user's.
type browser struct {
	h      http.Handler
	cookie string
}

func signIn(t *testing.T, a *app.App, h http.Handler, login string) browser {
	t.Helper()
	token, _, err := a.Access.Login(context.Background(), access.Attempt{Login: login, Password: demo.Password})
	if err != nil {
		t.Fatal(err)
	}
	return browser{h, rest.SessionCookie + "=" + token}
}

func (b browser) get(path string) (int, string) {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Cookie", b.cookie)
	w := httptest.NewRecorder()
	b.h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// ids are the identifiers a list gives, without what an organisation above shares.
func (b browser) ids(t *testing.T, path string) (all []string) {
	t.Helper()
	status, body := b.get(path)
	var list struct {
		Items []struct {
			ID     string `json:"id"`
			Shared bool   `json:"shared"`
		} `json:"items"`
	}
	if err := json.Unmarshal([]byte(body), &list); status != http.StatusOK || err != nil {
		t.Fatalf("%s: %d %s", path, status, body)
	}
	for _, x := range list.Items {
		if !x.Shared {
			all = append(all, x.ID)
		}
	}
	return all
}

// A customer of one company is invisible to a user of another, by list, search
// and identifier, on every route that reads one thing of a company.
func TestCompaniesDoNotSeeEachOther(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, engine db.Dialect) {
		open(t, build(t, engine), func(_ context.Context, a *app.App) {
			h := a.Handler()
			stranger, owner := signIn(t, a, h, "maintainer1001"), signIn(t, a, h, "maintainer1002")
			lists(t, a, stranger, owner)
			theirs := demo.NewWorld(3, now).Customer(1, 7)
			// By the numbers of account and meter those are found, beside their customer.
			for q, want := range map[string]int{theirs.Account.No: 2, theirs.Phones[0]: 1, theirs.IDNumber: 1, theirs.Account.MeterNo: 2} {
				path := "/api/v1/search?q=" + url.QueryEscape(q)
				if found := stranger.ids(t, path); len(found) != 0 {
					t.Errorf("%s finds %v", q, found)
				}
				if found := owner.ids(t, path); len(found) != want {
					t.Errorf("the owner's user finds %d by %s, want %d", len(found), q, want)
				}
			}
		})
	})
}

var identifier = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)

var oneThing = regexp.MustCompile(`^/api/v1/([a-z-]+)/\{id\}`)

// lists walks every list whose things have an identifier, and opens what the
// owner sees as the stranger, by every route below it.
func lists(t *testing.T, a *app.App, stranger, owner browser) {
	t.Helper()
	checked := 0
	all := routes(t, a)
	for path, operations := range all {
		m := oneThing.FindStringSubmatch(path)
		if m == nil || operations["get"] == nil || strings.Count(path, "{") > 1 || ownKinds[m[1]] || all["/api/v1/"+m[1]]["get"] == nil {
			continue
		}
		if status, _ := owner.get("/api/v1/" + m[1]); status == http.StatusForbidden {
			continue // not a maintainer's; every role is asked in app/attack
		}
		theirs := owner.ids(t, "/api/v1/"+m[1]+"?limit=3")
		if len(theirs) == 0 {
			continue
		}
		checked++
		for _, i := range theirs {
			target := strings.Replace(path, "{id}", i, 1)
			if status, body := stranger.get(target); status == http.StatusOK && (strings.Contains(body, i) || identifier.MatchString(body)) {
				t.Errorf("a stranger gets from %s: %s", path, body)
			}
			if status, body := stranger.get("/api/v1/" + m[1] + "?limit=200"); status != http.StatusOK || strings.Contains(body, i) {
				t.Errorf("a stranger's list %s holds %s (%d)", m[1], i, status)
			}
		}
	}
	if checked < 10 {
		t.Errorf("only %d routes checked", checked)
	}
}

// ownKinds are lists of things that belong to no county company.
var ownKinds = map[string]bool{"users": true, "jobs": true, "surveys": true, "estimations": true, "orgs": true, "traces": true, "roles": true, "sso": true}

func routes(t *testing.T, a *app.App) map[string]map[string]any {
	t.Helper()
	raw, err := a.API().OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Paths
}
