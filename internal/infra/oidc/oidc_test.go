package oidc_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/infra/oidc"
	"github.com/zhiyin-power/zhiyin/internal/infra/oidc/oidctest"
)

const (
	clientID = "zhiyin"
	callback = "http://127.0.0.1:1/callback"
)

var wang = oidctest.Person{Subject: "u-1", Claims: map[string]any{"preferred_username": "wangfang", "employee_no": 1002300456, "groups": []string{"a"}}, ACR: "gold", AMR: []string{"pwd", "otp"}}

// bench is a client with a provider that runs.
type bench struct {
	*oidc.Client
	op  *oidctest.OP
	off time.Duration // of the client's clock
	set oidc.Settings
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { b.op.ServeHTTP(w, r) }))
	t.Cleanup(web.Close)
	var err error
	if b.op, err = oidctest.New(web.URL, []oidctest.Client{{ID: clientID, Secret: "s3cret", RedirectURI: callback}}, wang); err != nil {
		t.Fatal(err)
	}
	b.Client = oidc.New(func() time.Time { return time.Now().Add(b.off) })
	b.set = oidc.Settings{Issuer: web.URL, ClientID: clientID, ClientSecret: "s3cret", RedirectURI: callback, Scopes: []string{"profile"}}
	return b
}

var secrets = oidc.Secrets{State: "a-state", Nonce: "a-nonce", Verifier: strings.Repeat("v", 64)}

// code is what the person brings back from the provider.
func (b *bench) code(t *testing.T) string {
	t.Helper()
	address, err := b.Begin(t.Context(), b.set, secrets)
	if err != nil {
		t.Fatal(err)
	}
	back, err := oidctest.SignIn(address, wang.Subject)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(back.String(), callback+"?") || back.Query().Get("state") != secrets.State {
		t.Fatalf("sent back to %s", back)
	}
	return back.Query().Get("code")
}

func (b *bench) signIn(t *testing.T) (oidc.Identity, error) {
	t.Helper()
	return b.Finish(t.Context(), b.set, secrets, oidc.Answer{Code: b.code(t)}, "preferred_username")
}

func TestSigningIn(t *testing.T) {
	b := newBench(t)
	i, err := b.signIn(t)
	if err != nil {
		t.Fatal(err)
	}
	if i.Subject != "u-1" || i.SessionID != oidctest.SessionOf("u-1") || i.ACR != "gold" || len(i.AMR) != 2 || i.Claim("preferred_username") != "wangfang" || i.IDToken == "" {
		t.Errorf("identity %+v", i)
	}
	if i.Claim("employee_no") != "1002300456" || i.Claim("groups") != "" || i.Claim("none") != "" {
		t.Errorf("claims %q, %q, %q", i.Claim("employee_no"), i.Claim("groups"), i.Claim("none"))
	}
	b.op.Bare = true
	if i, err = b.signIn(t); err != nil || i.Claim("preferred_username") != "wangfang" {
		t.Errorf("claims of userinfo: %+v, %v", i, err)
	}
	b.op.SetClient(oidctest.Client{ID: clientID, RedirectURI: callback})
	b.set.ClientSecret = ""
	if _, err = b.signIn(t); err != nil {
		t.Errorf("a public client: %v", err)
	}
}

func TestKeysAreRotated(t *testing.T) {
	b := newBench(t)
	for range 3 {
		if _, err := b.signIn(t); err != nil {
			t.Fatal(err)
		}
		b.op.RotateKey()
	}
}

// When its keys cannot be fetched, that is said: the token may be right.
func TestKeysThatCannotBeFetched(t *testing.T) {
	b := newBench(t)
	b.op.KeysDown.Store(true)
	if _, err := b.signIn(t); !errors.Is(err, oidc.ErrKeys) {
		t.Errorf("signing in: %v", err)
	}
	_, err := b.Probe(t.Context(), b.set.Issuer)
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != oidc.ErrKeysAt.Code || !strings.HasPrefix(fmt.Sprint(f.Params["address"]), b.set.Issuer) {
		t.Errorf("testing it: %v", err)
	}
	b.op.KeysDown.Store(false)
	if _, err := b.signIn(t); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// Whatever is wrong with an ID token, nobody signs in by it.
func TestFalseIDTokensAreRefused(t *testing.T) {
	b := newBench(t)
	set := func(name string, value any) func(map[string]any) {
		return func(c map[string]any) { c[name] = value }
	}
	for name, c := range map[string]struct {
		tamper func(map[string]any)
		want   error
	}{
		"another issuer":             {set("iss", "https://evil.example"), oidc.ErrToken},
		"for another client":         {set("aud", "other"), oidc.ErrToken},
		"made for another of two":    {func(c map[string]any) { c["aud"] = []string{"other", clientID}; c["azp"] = "other" }, oidc.ErrToken},
		"for two, made for nobody":   {func(c map[string]any) { c["aud"] = []string{"other", clientID}; delete(c, "azp") }, oidc.ErrToken},
		"another nonce":              {set("nonce", "other"), oidc.ErrToken},
		"no nonce":                   {func(c map[string]any) { delete(c, "nonce") }, oidc.ErrToken},
		"another access token":       {set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), oidc.ErrToken},
		"nobody":                     {set("sub", ""), oidc.ErrToken},
		"a long name":                {set("sub", strings.Repeat("x", 256)), oidc.ErrToken},
		"expired":                    {set("exp", time.Now().Add(-5*time.Minute).Unix()), oidc.ErrExpired},
		"without an end":             {func(c map[string]any) { delete(c, "exp") }, oidc.ErrExpired},
		"made in the future":         {set("iat", time.Now().Add(time.Hour).Unix()), oidc.ErrToken},
		"not valid yet":              {set("nbf", time.Now().Add(time.Hour).Unix()), oidc.ErrToken},
		"without at_hash, all right": {func(c map[string]any) { delete(c, "at_hash") }, nil},
	} {
		b.op.Tamper = c.tamper
		if _, err := b.signIn(t); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestClocksMayDiffer(t *testing.T) {
	b := newBench(t)
	for off, want := range map[time.Duration]error{6 * time.Minute: nil, -time.Minute: nil, 8 * time.Minute: oidc.ErrExpired, -3 * time.Minute: oidc.ErrToken} { // a token lives five minutes
		b.off = off
		if _, err := b.signIn(t); !errors.Is(err, want) {
			t.Errorf("clock off by %v: %v, want %v", off, err, want)
		}
	}
}

func TestCodesCountOnceAndForOneAttempt(t *testing.T) {
	b := newBench(t)
	finish := func(x oidc.Secrets, code string) error {
		_, err := b.Finish(t.Context(), b.set, x, oidc.Answer{Code: code}, "")
		return err
	}
	code := b.code(t)
	if err := finish(secrets, code); err != nil {
		t.Fatal(err)
	}
	if err := finish(secrets, code); !errors.Is(err, oidc.ErrGrant) {
		t.Errorf("a code again: %v", err)
	}
	other := secrets
	other.Verifier = strings.Repeat("w", 64)
	if err := finish(other, b.code(t)); !errors.Is(err, oidc.ErrGrant) {
		t.Errorf("another attempt's code: %v", err)
	}
	other = secrets
	other.Nonce = "another"
	if err := finish(other, b.code(t)); !errors.Is(err, oidc.ErrToken) {
		t.Errorf("another attempt's nonce: %v", err)
	}
	b.set.ClientSecret = "wrong"
	if err := finish(secrets, b.code(t)); !errors.Is(err, oidc.ErrClient) {
		t.Errorf("a wrong secret: %v", err)
	}
}

func TestAnswersOfAnotherProviderAreRefused(t *testing.T) {
	b := newBench(t)
	for issuer, want := range map[string]error{b.set.Issuer: nil, "https://evil.example": oidc.ErrToken} {
		if _, err := b.Finish(t.Context(), b.set, secrets, oidc.Answer{Code: b.code(t), Issuer: issuer}, ""); !errors.Is(err, want) {
			t.Errorf("answer of %s: %v, want %v", issuer, err, want)
		}
	}
}

func TestProbe(t *testing.T) {
	b := newBench(t)
	r, err := b.Probe(t.Context(), b.set.Issuer)
	if err != nil || r.Keys != 1 || r.Algorithms[0] != "ES256" || !r.PKCE || !r.Logout || !r.BackChannel || !strings.HasPrefix(r.SignInAt, b.set.Issuer) {
		t.Errorf("report %+v, %v", r, err)
	}
	answer := func(path, body string) string {
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/keys" {
				w.Write([]byte(`{"keys":[]}`))
			} else if r.URL.Path == path {
				w.Write([]byte(strings.ReplaceAll(body, "SELF", "http://"+r.Host)))
			} else if r.Method != http.MethodHead {
				http.NotFound(w, r)
			}
		}))
		t.Cleanup(web.Close)
		return web.URL
	}
	const at = "/.well-known/openid-configuration"
	gone := httptest.NewServer(nil)
	gone.Close()
	b.op.Down.Store(true)
	for name, c := range map[string]struct {
		issuer string
		want   error
	}{
		"no TLS":            {"http://sso.example.com", oidc.ErrInsecure},
		"no address":        {"sso.example.com", oidc.ErrInsecure},
		"a file":            {"file:///etc/passwd", oidc.ErrInsecure},
		"with a password":   {"https://a:b@sso.example.com", oidc.ErrInsecure},
		"nobody there":      {gone.URL, oidc.ErrUnreachable},
		"down":              {b.set.Issuer, oidc.ErrUnreachable},
		"a web page":        {answer("/", "<html>"), oidc.ErrNoProvider},
		"no document":       {answer(at, "<html>"), oidc.ErrNoProvider},
		"another document":  {answer(at, "{}"), oidc.ErrNoProvider},
		"another name":      {answer(at, `{"issuer":"https://other.example"}`), oidc.ErrIssuer},
		"no sign-in page":   {answer(at, `{"issuer":"SELF","token_endpoint":"SELF/t","jwks_uri":"SELF/keys"}`), oidc.ErrNoProvider},
		"a page in clear":   {answer(at, `{"issuer":"SELF","authorization_endpoint":"http://x.example/a","token_endpoint":"SELF/t","jwks_uri":"SELF/keys"}`), oidc.ErrInsecure},
		"keys nowhere":      {answer(at, `{"issuer":"SELF","authorization_endpoint":"SELF/a","token_endpoint":"SELF/t","jwks_uri":"SELF/none"}`), oidc.ErrKeysAt},
		"no keys":           {answer(at, `{"issuer":"SELF","authorization_endpoint":"SELF/a","token_endpoint":"SELF/t","jwks_uri":"SELF/keys"}`), oidc.ErrNoKeys},
		"an endless answer": {answer(at, `{"issuer":"`+strings.Repeat("x", 2<<20)), oidc.ErrNoProvider},
	} {
		if _, err := b.Probe(t.Context(), c.issuer); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	_, err = b.Probe(t.Context(), answer(at, `{"issuer":"https://other.example"}`))
	var f *fault.Error
	if !errors.As(err, &f) || f.Params["issuer"] != "https://other.example" {
		t.Errorf("the other name is not told: %v", err)
	}
}

func TestLogoutTokens(t *testing.T) {
	b := newBench(t)
	good := func() map[string]any { return b.op.LogoutClaims(clientID, "u-1", "s-1") }
	with := func(name string, value any) map[string]any { c := good(); c[name] = value; return c }
	without := func(name string) map[string]any { c := good(); delete(c, name); return c }
	for name, c := range map[string]struct {
		claims map[string]any
		typ    string
		want   error
	}{
		"right":              {good(), "logout+jwt", nil},
		"typed in general":   {good(), "JWT", nil},
		"of the person only": {b.op.LogoutClaims(clientID, "u-1", ""), "logout+jwt", nil},
		"of another type":    {good(), "at+jwt", oidc.ErrToken},
		"another issuer":     {with("iss", "https://evil.example"), "JWT", oidc.ErrToken},
		"another client":     {with("aud", "other"), "JWT", oidc.ErrToken},
		"an ID token":        {with("nonce", "n"), "JWT", oidc.ErrToken},
		"no event":           {without("events"), "JWT", oidc.ErrToken},
		"no number":          {without("jti"), "JWT", oidc.ErrToken},
		"of nobody":          {b.op.LogoutClaims(clientID, "", ""), "JWT", oidc.ErrToken},
		"expired":            {with("exp", time.Now().Add(-time.Hour).Unix()), "JWT", oidc.ErrExpired},
		"old, never expires": {with("iat", time.Now().Add(-time.Hour).Unix()), "JWT", oidc.ErrExpired},
		"without a date":     {without("iat"), "JWT", oidc.ErrExpired},
		"of the future":      {with("iat", time.Now().Add(time.Hour).Unix()), "JWT", oidc.ErrToken},
	} {
		raw, err := b.op.Sign(c.claims, c.typ)
		if err != nil {
			t.Fatal(err)
		}
		l, err := b.VerifyLogout(t.Context(), b.set, raw)
		if !errors.Is(err, c.want) || err == nil && (l.Subject != "u-1" || l.TokenID == "") {
			t.Errorf("%s: %+v, %v, want %v", name, l, err, c.want)
		}
	}
	other := newBench(t)
	raw, err := other.op.Sign(good(), "logout+jwt")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"another's key": raw, "no token": "x", "empty": "", "too long": strings.Repeat("x", 17<<10)} {
		if _, err := b.VerifyLogout(t.Context(), b.set, text); !errors.Is(err, oidc.ErrToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEndSession(t *testing.T) {
	b := newBench(t)
	to, err := b.EndSession(t.Context(), b.set, "the-token", "http://127.0.0.1:1/login")
	if err != nil || !strings.HasPrefix(to, b.set.Issuer+"/end_session?") || !strings.Contains(to, "id_token_hint=the-token") || !strings.Contains(to, "post_logout_redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Flogin") {
		t.Errorf("%s, %v", to, err)
	}
	b.op.Down.Store(true)
	if _, err := b.Begin(context.Background(), b.set, secrets); err != nil {
		t.Errorf("what the provider publishes is not kept: %v", err)
	}
}
