package access_test

import (
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/oidc"
	"github.com/zhiyin-power/zhiyin/internal/infra/oidc/oidctest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

const startOver = "/login?sso_error=access.sso_state"

func TestAnAttemptCountsOnceAndInItsBrowserOnly(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		w := b.browser()
		way := w.back(t, b.p.ID, "s-wang", "/tasks")
		kept := w.cookies["zhiyin_sso"]
		if to := w.arrive(t, way); to != "/tasks" {
			t.Fatalf("sent on to %s", to)
		}
		w.cookies["zhiyin_sso"] = kept
		if to := w.arrive(t, way); to != startOver {
			t.Errorf("replayed: %s", to)
		}
		victim := b.browser()
		if to := victim.arrive(t, b.browser().back(t, b.p.ID, "s-other", "/tasks")); to != startOver || victim.cookies["zhiyin_session"] != "" {
			t.Errorf("another's attempt, without a cookie: %s", to)
		}
		victim.begin(t, b.p.ID, "/")
		if to := victim.arrive(t, b.browser().back(t, b.p.ID, "s-other", "/tasks")); to != startOver {
			t.Errorf("another's attempt: %s", to)
		}
		for name, way := range map[string]string{"no state": "?code=x", "a made-up state": "?code=x&state=y", "nothing": ""} {
			if to := victim.arrive(t, "/api/v1/sso/"+b.p.ID.String()+"/callback"+way); to != startOver {
				t.Errorf("%s: %s", name, to)
			}
		}
		late := w.back(t, b.p.ID, "s-wang", "/tasks")
		b.now = b.now.Add(11 * time.Minute)
		if to := w.arrive(t, late); to != startOver {
			t.Errorf("after eleven minutes: %s", to)
		}
	})
}

func TestAnAttemptAtOnceOpensOnce(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		w := b.browser()
		way := w.back(t, b.p.ID, "s-wang", "/tasks")
		var all sync.WaitGroup
		opened := make(chan string, 8)
		for range cap(opened) {
			all.Go(func() {
				rec := resttest.Send(b.h, resttest.Scenario{Path: way, Header: map[string]string{"Cookie": "zhiyin_sso=" + w.cookies["zhiyin_sso"]}})
				opened <- rec.Header().Get("Location")
			})
		}
		all.Wait()
		close(opened)
		n := 0
		for to := range opened {
			if to == "/tasks" {
				n++
			} else if to != startOver {
				t.Errorf("sent on to %s", to)
			}
		}
		if n != 1 {
			t.Errorf("%d sessions", n)
		}
	})
}

// The answer of one provider, or to one client, is not taken as another's.
func TestProvidersAreNotMixedUp(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		evil := serve(t)
		other := b.provider(t, evil, "zhiyin", nil)
		w := b.browser()
		way := w.back(t, other.ID, "s-wang", "/tasks")
		if to := w.arrive(t, strings.Replace(way, other.ID.String(), b.p.ID.String(), 1)); to != startOver {
			t.Errorf("at another provider's address: %s", to)
		}
		way = w.back(t, b.p.ID, "s-wang", "/tasks")
		if to := w.arrive(t, way+"&iss="+url.QueryEscape(evil.Issuer)); to != failedWith(oidc.ErrToken.Code) {
			t.Errorf("named by another provider: %s", to)
		}
		evil.Tamper = func(c map[string]any) { c["iss"] = b.op.Issuer }
		if to := w.signIn(t, other.ID, "s-wang"); to != failedWith(oidc.ErrToken.Code) {
			t.Errorf("a token in another's name: %s", to)
		}
		// A person of one provider is nobody at another, whatever he is called.
		evil.Tamper = nil
		if to := w.signIn(t, b.p.ID, "s-wang"); to != "/tasks" {
			t.Fatalf("sent on to %s", to)
		}
		b.p = other
		b.set(t, func(in *access.ProviderInput) { in.LinkClaim = "" })
		if to := w.signIn(t, other.ID, "s-wang"); to != failedWith(access.ErrSSOUnlinked.Code) {
			t.Errorf("by a subject of another provider: %s", to)
		}
	})
}

func TestAForeignNonceOpensNothing(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		b.op.Tamper = func(c map[string]any) { c["nonce"] = "of-another-attempt" }
		if to := b.browser().signIn(t, b.p.ID, "s-wang"); to != failedWith(oidc.ErrToken.Code) {
			t.Errorf("sent on to %s", to)
		}
	})
}

func TestACodeIsOfOneAttempt(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		w := b.browser()
		used := w.back(t, b.p.ID, "s-wang", "/tasks")
		code := mustQuery(t, used).Get("code")
		w.arrive(t, used)
		for name, code := range map[string]string{"used": code, "made up": "x", "of another attempt": mustQuery(t, b.browser().back(t, b.p.ID, "s-other", "/tasks")).Get("code")} {
			way, err := url.Parse(w.back(t, b.p.ID, "s-wang", "/tasks"))
			if err != nil {
				t.Fatal(err)
			}
			q := way.Query()
			q.Set("code", code)
			way.RawQuery = q.Encode()
			if to := w.arrive(t, way.String()); to != failedWith(oidc.ErrGrant.Code) {
				t.Errorf("%s: %s", name, to)
			}
		}
	})
}

func mustQuery(t *testing.T, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

func TestNextStaysWithinTheApplication(t *testing.T) {
	b := newSSO(t, newBench(t, db.SQLite))
	for next, want := range map[string]string{
		"/customers?q=1#x": "/customers?q=1#x", "": "/", "/": "/", "//evil.example": "/", `/\\evil.example`: "/", "https://evil.example": "/", "javascript:alert(1)": "/", `/\t/evil.example`: "/", "tasks": "/",
	} {
		w := b.browser()
		if to := w.arrive(t, w.back(t, b.p.ID, "s-wang", next)); to != want {
			t.Errorf("%q: %s, want %s", next, to, want)
		}
	}
}

func TestWhatTheProviderSaysInsteadOfACode(t *testing.T) {
	b := newSSO(t, newBench(t, db.SQLite))
	for word, want := range map[string]string{"access_denied": access.ErrSSODenied.Code, "server_error": access.ErrSSORefused.Code, "<script>": access.ErrSSORefused.Code} {
		w := b.browser()
		state := mustQuery(t, w.begin(t, b.p.ID, "/tasks")).Get("state")
		to := w.arrive(t, "/api/v1/sso/"+b.p.ID.String()+"/callback?state="+state+"&error="+url.QueryEscape(word)+"&error_description=evil&unknown=1")
		if to != failedWith(want) {
			t.Errorf("%s: %s", word, to)
		}
	}
}

// A provider that is away is told of, and passwords open as before.
func TestAProviderThatIsAway(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		w := b.browser()
		way := w.back(t, b.p.ID, "s-wang", "/tasks")
		b.op.Down.Store(true)
		if to := w.arrive(t, way); to != failedWith(oidc.ErrUnreachable.Code) {
			t.Errorf("gone meanwhile: %s", to)
		}
		fresh := &ssoBench{bench: b.bench, p: b.p}
		fresh.Service = b.again(t)
		fresh.h = fresh.handler()
		resttest.Run(t, fresh.h, []resttest.Scenario{
			{Name: "begin", Method: "POST", Path: "/api/v1/sso/" + b.p.ID.String() + "/begin", Body: "{}", Status: 503, Contains: []string{oidc.ErrUnreachable.Code}},
			{Name: "password", Method: "POST", Path: "/api/v1/sessions", Body: `{"login":"admin1","password":"` + password + `"}`, Status: 201},
			{Name: "choices", Path: "/api/v1/sso", Status: 200, Contains: []string{b.p.Name}},
		})
	})
}

func TestAWrongSecretIsTold(t *testing.T) {
	b := newSSO(t, newBench(t, db.SQLite))
	b.set(t, func(in *access.ProviderInput) { in.ClientSecret = "another" })
	if to := b.browser().signIn(t, b.p.ID, "s-wang"); to != failedWith(oidc.ErrClient.Code) {
		t.Errorf("sent on to %s", to)
	}
	b.set(t, func(in *access.ProviderInput) { in.ClientSecret = "s3cret-of-zhiyin" })
	b.set(t, func(in *access.ProviderInput) { in.Name = "统一认证" }) // the secret stays
	if to := b.browser().signIn(t, b.p.ID, "s-wang"); to != "/tasks" {
		t.Errorf("sent on to %s", to)
	}
}

func TestAProviderTurnedOffOpensNothing(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		w := b.browser()
		way := w.back(t, b.p.ID, "s-wang", "/tasks")
		b.set(t, func(in *access.ProviderInput) { in.Enabled = false })
		if to := w.arrive(t, way); to != failedWith(access.ErrSSOState.Code) {
			t.Errorf("turned off meanwhile: %s", to)
		}
		resttest.Run(t, b.h, []resttest.Scenario{
			{Name: "begin", Method: "POST", Path: "/api/v1/sso/" + b.p.ID.String() + "/begin", Body: "{}", Status: 404},
			{Name: "unknown", Method: "POST", Path: "/api/v1/sso/" + id.ID{7}.String() + "/begin", Body: "{}", Status: 404},
			{Name: "choices", Path: "/api/v1/sso", Status: 200, Contains: []string{`"items":[]`}},
		})
	})
}

// What is kept would help nobody who reads the database.
func TestNothingOfUseStandsInTheDatabase(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		w := b.browser()
		w.signIn(t, b.p.ID, "s-wang")
		address := mustQuery(t, w.begin(t, b.p.ID, "/tasks"))
		var kept []string
		err := b.d.Read(t.Context(), func(tx *db.Tx) error {
			for _, of := range []string{"secret FROM sso_provider", "key FROM sso_attempt", "browser FROM sso_attempt", "id_token FROM sso_session"} {
				var all [][]byte
				if err := tx.Select(&all, "SELECT "+of); err != nil {
					return err
				}
				for _, one := range all {
					kept = append(kept, string(one))
				}
			}
			return nil
		})
		if err != nil || len(kept) < 4 {
			t.Fatalf("%d values, %v", len(kept), err)
		}
		for _, secret := range []string{"s3cret-of-zhiyin", address.Get("state"), address.Get("nonce"), w.cookies["zhiyin_sso"], "eyJ"} {
			if strings.Contains(strings.Join(kept, " "), secret) {
				t.Errorf("%q stands there", secret)
			}
		}
	})
}

func TestLogoutTokensOfOthersEndNothing(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		w := b.browser()
		w.signIn(t, b.p.ID, "s-wang")
		evil := serve(t)
		other := b.provider(t, evil, "zhiyin", nil)
		for name, c := range map[string]struct {
			by     *oidctest.OP
			claims map[string]any
			at     id.ID
			want   int
		}{
			"another provider's, at its own address": {evil, evil.LogoutClaims("zhiyin", "s-wang", ""), other.ID, 200},
			"another provider's, here":               {evil, evil.LogoutClaims("zhiyin", "s-wang", ""), b.p.ID, 400},
			"signed by another":                      {evil, b.op.LogoutClaims("zhiyin", "s-wang", ""), b.p.ID, 400},
			"to another client":                      {b.op, b.op.LogoutClaims("other", "s-wang", ""), b.p.ID, 400},
			"another person's":                       {b.op, b.op.LogoutClaims("zhiyin", "s-other", ""), b.p.ID, 200},
			"another session's":                      {b.op, b.op.LogoutClaims("zhiyin", "s-wang", "another"), b.p.ID, 200},
			"no provider of ours":                    {b.op, b.op.LogoutClaims("zhiyin", "s-wang", ""), id.ID{7}, 400},
		} {
			if got := b.logout(t, c.by, c.claims, c.at); got != c.want {
				t.Errorf("%s: %d, want %d", name, got, c.want)
			}
			if me := w.me(); !strings.Contains(me, "wangfang") {
				t.Fatalf("%s ends the session: %s", name, me)
			}
		}
	})
}
