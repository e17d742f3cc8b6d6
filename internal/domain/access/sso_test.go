package access_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/oidc/oidctest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

const here = "http://127.0.0.1:1"

// ssoBench is the bench with a provider that runs, and who may sign in there.
type ssoBench struct {
	*bench
	op *oidctest.OP
	h  http.Handler
	p  access.Provider
}

var people = []oidctest.Person{
	{Subject: "s-wang", Claims: map[string]any{"preferred_username": "WangFang", "name": "王芳"}},
	{Subject: "s-admin", Claims: map[string]any{"preferred_username": "admin1"}, ACR: "gold", AMR: []string{"pwd", "otp"}},
	{Subject: "s-other", Claims: map[string]any{"preferred_username": "wangfang"}},
	{Subject: "s-new", Claims: map[string]any{"preferred_username": "xiaoli", "name": "小李"}},
	{Subject: "s-odd", Claims: map[string]any{"preferred_username": "no login!"}},
	{Subject: "s-nameless"},
	{Subject: "s-away", Claims: map[string]any{"preferred_username": "zhaolei"}},
}

func eachSSO(t *testing.T, fn func(t *testing.T, b *ssoBench)) {
	each(t, func(t *testing.T, b *bench) { fn(t, newSSO(t, b)) })
}

func newSSO(t *testing.T, b *bench) *ssoBench {
	t.Helper()
	b.now = when.At(time.Now())
	s := &ssoBench{bench: b}
	_, c := b.login(t, "admin1", password)
	b.admin = acting(c)
	b.bootstrap(t, "wangfang", b.one.ID, "clerk")
	b.bootstrap(t, "zhaolei", b.two.ID, "clerk")
	s.op = serve(t)
	s.h = b.handler()
	s.p = s.provider(t, s.op, "zhiyin", nil)
	return s
}

// again is the service of another process on the same database.
func (b *bench) again(t *testing.T) *access.Service {
	t.Helper()
	return access.New(b.d, b.keys, b.orgs, audit.New(b.d, b.keys), cheap)
}

func serve(t *testing.T) *oidctest.OP {
	t.Helper()
	var op *oidctest.OP
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { op.ServeHTTP(w, r) }))
	t.Cleanup(web.Close)
	var err error
	if op, err = oidctest.New(web.URL, nil, people...); err != nil {
		t.Fatal(err)
	}
	return op
}

// provider makes one known to both sides.
func (b *ssoBench) provider(t *testing.T, op *oidctest.OP, client string, change func(*access.ProviderInput)) access.Provider {
	t.Helper()
	in := access.ProviderInput{ClientSecret: "s3cret-of-" + client, ProviderFields: access.ProviderFields{OrgID: b.one.ID, Name: "省公司统一认证", Issuer: op.Issuer,
		ClientID: client, BaseURL: here, Scopes: "profile", LinkClaim: "preferred_username", Enabled: true}}
	if change != nil {
		change(&in)
	}
	p, err := b.CreateProvider(b.admin, "", in)
	if err != nil {
		t.Fatal(err)
	}
	op.SetClient(oidctest.Client{ID: client, Secret: in.ClientSecret, RedirectURI: p.RedirectURI, SignedOutAt: p.SignedOutURI})
	return p
}

// set changes the provider.
func (b *ssoBench) set(t *testing.T, change func(*access.ProviderInput)) {
	t.Helper()
	in := access.ProviderInput{ProviderFields: b.p.ProviderFields}
	change(&in)
	p, err := b.UpdateProvider(b.admin, b.p.ID, b.p.Version, in)
	if err != nil {
		t.Fatal(err)
	}
	b.p = p
}

// browser is a browser's cookies, and where it stands.
type browser struct {
	h       http.Handler
	cookies map[string]string
}

func (b *ssoBench) browser() *browser { return &browser{b.h, map[string]string{}} }

func (w *browser) send(method, path, body string) *httptest.ResponseRecorder {
	var all []string
	for name, value := range w.cookies {
		all = append(all, name+"="+value)
	}
	rec := resttest.Send(w.h, resttest.Scenario{Method: method, Path: path, Body: body, Header: map[string]string{"Cookie": strings.Join(all, "; ")}})
	for _, c := range rec.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(w.cookies, c.Name)
		} else {
			w.cookies[c.Name] = c.Value
		}
	}
	return rec
}

// begin gives the provider's address.
func (w *browser) begin(t *testing.T, p id.ID, next string) string {
	t.Helper()
	rec := w.send("POST", "/api/v1/sso/"+p.String()+"/begin", `{"next":"`+next+`"}`)
	_, address, ok := strings.Cut(rec.Body.String(), `"url":"`)
	if rec.Code != 201 || !ok {
		t.Fatalf("begin: %d %s", rec.Code, rec.Body)
	}
	address, _, _ = strings.Cut(address, `"`)
	return strings.ReplaceAll(address, `\u0026`, "&")
}

// back signs the person in at the provider and gives the way back.
func (w *browser) back(t *testing.T, p id.ID, subject, next string) string {
	t.Helper()
	back, err := oidctest.SignIn(w.begin(t, p, next), subject)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(back.String(), here)
}

// arrive gives where the browser is sent after it came back.
func (w *browser) arrive(t *testing.T, way string) string {
	t.Helper()
	rec := w.send("GET", way, "")
	if rec.Code != http.StatusSeeOther {
		t.Fatalf("back: %d %s", rec.Code, rec.Body)
	}
	return rec.Header().Get("Location")
}

func (w *browser) signIn(t *testing.T, p id.ID, subject string) string {
	t.Helper()
	return w.arrive(t, w.back(t, p, subject, "/tasks"))
}

func (w *browser) me() string { return w.send("GET", "/api/v1/me", "").Body.String() }

// failedWith is the sign-in page that tells of a code.
func failedWith(code string) string { return "/login?next=%2Ftasks&sso_error=" + code }

func TestSigningInByAProvider(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		w := b.browser()
		address := w.begin(t, b.p.ID, "/tasks?state=open")
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		if q.Get("code_challenge_method") != "S256" || q.Get("response_type") != "code" || q.Get("redirect_uri") != b.p.RedirectURI || q.Get("scope") != "openid profile" || len(q.Get("state")) < 43 || len(q.Get("nonce")) < 43 || len(q.Get("code_challenge")) != 43 {
			t.Errorf("sent to %s", address)
		}
		if to := w.arrive(t, w.back(t, b.p.ID, "s-wang", "/tasks?state=open")); to != "/tasks?state=open" {
			t.Fatalf("sent on to %s", to)
		}
		if w.cookies["zhiyin_sso"] != "" || !strings.Contains(w.me(), `"login":"wangfang"`) {
			t.Errorf("signed in as %s with %v", w.me(), w.cookies)
		}
		if list := w.send("GET", "/api/v1/me/sessions", "").Body.String(); !strings.Contains(list, `"provider":"省公司统一认证"`) {
			t.Errorf("list of sessions: %s", list)
		}
		if b.entries(t, access.PermLink) != 1 {
			t.Error("the first time is not written down as a link")
		}
		if to := b.browser().signIn(t, b.p.ID, "s-wang"); to != "/tasks" || b.entries(t, access.PermLink) != 1 {
			t.Errorf("the second time: %s, %d links", to, b.entries(t, access.PermLink))
		}
		if _, _, err := b.Login(t.Context(), access.Attempt{Login: "wangfang", Password: password}); err != nil {
			t.Errorf("the password no longer opens: %v", err)
		}
	})
}

func TestWhoTheProvidersPersonIs(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		refused := func(why, subject string, want error) {
			t.Helper()
			if to := b.browser().signIn(t, b.p.ID, subject); to != failedWith(want.Error()) {
				t.Errorf("%s: %s, want %v", why, to, want)
			}
		}
		refused("nobody has the login", "s-new", access.ErrSSOUnlinked)
		refused("no login can be so", "s-odd", access.ErrSSOUnlinked)
		refused("no claim", "s-nameless", access.ErrSSOUnlinked)
		refused("of another company", "s-away", access.ErrSSOUnlinked)
		refused("an administrator by his name", "s-admin", access.ErrSSOUnlinked)
		if to := b.browser().signIn(t, b.p.ID, "s-wang"); to != "/tasks" {
			t.Fatalf("a clerk by her login: %s", to)
		}
		refused("another person of the same name", "s-other", access.ErrSSOTaken)
		b.set(t, func(in *access.ProviderInput) { in.LinkClaim = "" })
		if to := b.browser().signIn(t, b.p.ID, "s-wang"); to != "/tasks" {
			t.Errorf("linked, without a claim: %s", to)
		}
		refused("not linked, without a claim", "s-new", access.ErrSSOUnlinked)
	})
}

func TestAUserIsMadeByRuleOnly(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		b.set(t, func(in *access.ProviderInput) { in.CreateUsers = true })
		w := b.browser()
		if to := w.signIn(t, b.p.ID, "s-new"); to != "/tasks" {
			t.Fatalf("sent on to %s", to)
		}
		if me := w.me(); !strings.Contains(me, `"name":"小李"`) || !strings.Contains(me, `"permissions":[]`) || !strings.Contains(me, `"due":""`) {
			t.Errorf("made %s", me)
		}
		for _, guess := range []string{"", "x", "nobody has this password"} {
			if _, _, err := b.Login(t.Context(), access.Attempt{Login: "xiaoli", Password: guess}); !errors.Is(err, access.ErrCredentials) {
				t.Errorf("by password %q: %v", guess, err)
			}
		}
		if to := b.browser().signIn(t, b.p.ID, "s-odd"); to != failedWith(access.ErrSSOUnlinked.Code) {
			t.Errorf("a login no user may have: %s", to)
		}
	})
}

func TestAStoppedUserStaysOut(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		w := b.browser()
		w.signIn(t, b.p.ID, "s-wang")
		users, err := b.Users(b.admin, access.UserFilter{Search: "wangfang", Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		u := users[0]
		if _, err := b.UpdateUser(b.admin, u.ID, u.Version, access.UserInput{Login: u.Login, Name: u.Name, HomeOrgID: u.HomeOrgID, Grants: []access.Grant{}}); err != nil {
			t.Fatal(err)
		}
		if me := w.me(); !strings.Contains(me, access.ErrLogin.Code) {
			t.Errorf("the open session: %s", me)
		}
		if to := b.browser().signIn(t, b.p.ID, "s-wang"); to != failedWith(access.ErrSSOStopped.Code) || b.entries(t, "access.login_failed") != 1 {
			t.Errorf("sent on to %s, %d failures written down", to, b.entries(t, "access.login_failed"))
		}
	})
}

func TestAPasswordGivenByOthersIsNotDueOfWhoDoesNotUseIt(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		_, err := b.CreateUser(b.admin, "", access.UserInput{Login: "xiaoli", Name: "小李", Password: "given-by-other-1", HomeOrgID: b.one.ID, Active: true, Grants: []access.Grant{}})
		if err != nil {
			t.Fatal(err)
		}
		w := b.browser()
		w.signIn(t, b.p.ID, "s-new")
		if me := w.me(); !strings.Contains(me, `"due":""`) {
			t.Errorf("by the provider: %s", me)
		}
		if _, c := b.login(t, "xiaoli", "given-by-other-1"); c.Due != access.DuePassword {
			t.Errorf("by the password: due %q", c.Due)
		}
	})
}

// A session opened by a provider ends as any other.
func TestSessionsOfAProviderEndByTheRules(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		w := b.browser()
		w.signIn(t, b.p.ID, "s-wang")
		b.now = b.now.Add(7 * time.Hour)
		if me := w.me(); !strings.Contains(me, "wangfang") {
			t.Errorf("after 7 hours: %s", me)
		}
		b.now = b.now.Add(9 * time.Hour)
		if me := w.me(); !strings.Contains(me, access.ErrLogin.Code) {
			t.Errorf("after 9 idle hours: %s", me)
		}
	})
}

func TestLinksByHand(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		admin := access.CallerOf(b.admin).UserID
		links, err := b.Link(b.admin, "k", admin, access.LinkInput{ProviderID: b.p.ID, Subject: " s-admin "})
		if err != nil || len(links) != 1 || links[0].Subject != "s-admin" || links[0].UsedAt != 0 {
			t.Fatalf("links %+v, %v", links, err)
		}
		if links, err = b.Link(b.admin, "k", admin, access.LinkInput{ProviderID: b.p.ID, Subject: "s-admin"}); err != nil || len(links) != 1 {
			t.Errorf("the same request again: %+v, %v", links, err)
		}
		if _, err := b.Link(b.admin, "", admin, access.LinkInput{ProviderID: b.p.ID, Subject: "s-else"}); !errors.Is(err, access.ErrSSOTaken) {
			t.Errorf("a second link of the same user: %v", err)
		}
		w := b.browser()
		if to := w.signIn(t, b.p.ID, "s-admin"); to != "/tasks" || !strings.Contains(w.me(), `"login":"admin1"`) {
			t.Errorf("an administrator who is linked: %s, %s", to, w.me())
		}
		clerk := b.bootstrap(t, "away", b.two.ID, "clerk")
		if _, err := b.Link(b.admin, "", clerk, access.LinkInput{ProviderID: b.p.ID, Subject: "s-x"}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another company's user: %v", err)
		}
		if err := b.Unlink(b.admin, admin, b.p.ID); err != nil {
			t.Fatal(err)
		}
		if me := w.me(); !strings.Contains(me, access.ErrLogin.Code) {
			t.Errorf("the session of a link that was taken back: %s", me)
		}
		if err := b.Unlink(b.admin, admin, b.p.ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("unlinked again: %v", err)
		}
		_, c := b.login(t, "wangfang", password)
		for name, do := range map[string]func() error{
			"links":  func() error { _, err := b.Links(acting(c), admin); return err },
			"link":   func() error { _, err := b.Link(acting(c), "", admin, access.LinkInput{}); return err },
			"unlink": func() error { return b.Unlink(acting(c), admin, b.p.ID) },
		} {
			if err := do(); !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%s by a clerk: %v", name, err)
			}
		}
	})
}

func TestTheCookieOfAnAttempt(t *testing.T) {
	b := newSSO(t, newBench(t, db.SQLite))
	rec := b.browser().send("POST", "/api/v1/sso/"+b.p.ID.String()+"/begin", "{}")
	c := rec.Result().Cookies()[0]
	if c.Name != "zhiyin_sso" || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/api/v1/sso" || c.MaxAge != 600 {
		t.Errorf("%+v", c)
	}
	r := httptest.NewRequest("POST", "/api/v1/sso/"+b.p.ID.String()+"/begin", strings.NewReader("{}"))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	r.TLS = httptest.NewRequest("GET", "https://x/", nil).TLS
	rest.WithPeer(nil, b.h).ServeHTTP(w, r)
	if !w.Result().Cookies()[0].Secure {
		t.Error("over TLS it is not Secure")
	}
}
