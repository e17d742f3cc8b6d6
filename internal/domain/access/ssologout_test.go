package access_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/oidc/oidctest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

// logout tells us, as the provider does, that somebody signed out there.
func (b *ssoBench) logout(t *testing.T, by *oidctest.OP, claims map[string]any, at id.ID) int {
	t.Helper()
	token, err := by.Sign(claims, "logout+jwt")
	if err != nil {
		t.Fatal(err)
	}
	return b.post(at, "logout_token="+token).Code
}

func (b *ssoBench) post(at id.ID, body string) *httptest.ResponseRecorder {
	return resttest.Send(b.h, resttest.Scenario{Method: "POST", Path: "/api/v1/sso/" + at.String() + "/logout", Body: body, Header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}})
}

func TestSigningOutAtTheProviderEndsSessionsHere(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		for name, claims := range map[string]map[string]any{
			"of the session":                b.op.LogoutClaims("zhiyin", "", oidctest.SessionOf("s-wang")),
			"of the person":                 b.op.LogoutClaims("zhiyin", "s-wang", ""),
			"of the session and its person": b.op.LogoutClaims("zhiyin", "s-wang", oidctest.SessionOf("s-wang")),
		} {
			one, two := b.browser(), b.browser()
			one.signIn(t, b.p.ID, "s-wang")
			two.signIn(t, b.p.ID, "s-wang")
			token, _ := b.login(t, "wangfang", password)
			before := b.entries(t, "access.sso_logout")
			if got := b.logout(t, b.op, claims, b.p.ID); got != 200 {
				t.Fatalf("%s: %d", name, got)
			}
			for _, w := range []*browser{one, two} {
				if me := w.me(); !strings.Contains(me, access.ErrLogin.Code) {
					t.Errorf("%s: still in as %s", name, me)
				}
			}
			if _, err := b.authenticate(token); err != nil {
				t.Errorf("%s: the session of the password: %v", name, err)
			}
			if n := b.entries(t, "access.sso_logout") - before; n != 2 {
				t.Errorf("%s: %d ends written down", name, n)
			}
			one.signIn(t, b.p.ID, "s-wang")
			if got := b.logout(t, b.op, claims, b.p.ID); got != 400 {
				t.Errorf("%s, the same token again: %d", name, got)
			}
			if me := one.me(); !strings.Contains(me, "wangfang") {
				t.Errorf("%s: a token that came before ended a session", name)
			}
			one.send("DELETE", "/api/v1/sessions/current", "")
		}
	})
}

// A provider that names no sessions ends all of the person's.
func TestASessionWithoutAName(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		b.op.Tamper = func(c map[string]any) { delete(c, "sid") }
		w := b.browser()
		w.signIn(t, b.p.ID, "s-wang")
		if got := b.logout(t, b.op, b.op.LogoutClaims("zhiyin", "s-wang", "whichever"), b.p.ID); got != 200 {
			t.Fatal(got)
		}
		if me := w.me(); !strings.Contains(me, access.ErrLogin.Code) {
			t.Errorf("still in as %s", me)
		}
	})
}

func TestBadLogoutRequests(t *testing.T) {
	b := newSSO(t, newBench(t, db.SQLite))
	for name, body := range map[string]string{"no token": "x=y", "no form": "%zz", "NUL": "logout_token=%00", "long": "logout_token=" + strings.Repeat("x", 70<<10)} {
		if w := b.post(b.p.ID, body); w.Code < 400 || w.Code > 499 {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

func TestSigningOutHereGoesOnAtTheProvider(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		w := b.browser()
		w.signIn(t, b.p.ID, "s-wang")
		rec := w.send("DELETE", "/api/v1/sessions/current", "")
		_, to, _ := strings.Cut(rec.Body.String(), `"elsewhere":"`)
		to = strings.ReplaceAll(strings.Split(to, `"`)[0], `\u0026`, "&")
		q := mustQuery(t, to)
		if !strings.HasPrefix(to, b.op.Issuer+"/end_session?") || q.Get("client_id") != "zhiyin" || q.Get("post_logout_redirect_uri") != here+"/login" || strings.Count(q.Get("id_token_hint"), ".") != 2 {
			t.Errorf("sent on to %s", to)
		}
		if me := w.me(); !strings.Contains(me, access.ErrLogin.Code) {
			t.Errorf("still in as %s", me)
		}
		b.now = b.now.Add(1)
		w.signIn(t, b.p.ID, "s-wang")
		b.op.Down.Store(true)
		fresh := &ssoBench{bench: b.bench}
		fresh.Service = b.again(t)
		w.h = fresh.handler()
		if rec := w.send("DELETE", "/api/v1/sessions/current", ""); rec.Code != 200 || strings.Contains(rec.Body.String(), "elsewhere") {
			t.Errorf("with the provider away: %d %s", rec.Code, rec.Body)
		}
		token, _ := b.login(t, "wangfang", password)
		if rec := resttest.Send(b.h, resttest.Scenario{Method: "DELETE", Path: "/api/v1/sessions/current", Header: as(token)}); strings.Contains(rec.Body.String(), "elsewhere") {
			t.Errorf("of a password: %s", rec.Body)
		}
	})
}

func TestTheProvidersPageTakesTheHint(t *testing.T) {
	b := newSSO(t, newBench(t, db.SQLite))
	w := b.browser()
	w.signIn(t, b.p.ID, "s-wang")
	rec := w.send("DELETE", "/api/v1/sessions/current", "")
	_, to, _ := strings.Cut(rec.Body.String(), `"elsewhere":"`)
	back, err := oidctest.Follow(strings.ReplaceAll(strings.Split(to, `"`)[0], `\u0026`, "&"))
	if err != nil || back.String() != here+"/login" {
		t.Errorf("the provider sends back to %v, %v", back, err)
	}
}
