// Package oidctest is an OpenID Connect provider for tests and journeys: the
// protocol is that of zitadel/oidc, the people are made up and need no password.
package oidctest

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// Person is somebody who may sign in at the provider.
type Person struct {
	Subject string
	Claims  map[string]any // beside the subject
	ACR     string
	AMR     []string
}

// Client is an application that the provider knows.
type Client struct {
	ID, Secret  string
	RedirectURI string
	SignedOutAt string // where browsers go after signing out
	BackChannel string // told of people who sign out
}

// OP is a provider. Its fields may be set while nobody signs in.
type OP struct {
	Issuer string
	// Tamper changes the claims of ID tokens before they are signed.
	Tamper func(claims map[string]any)
	// Bare keeps the claims of people out of ID tokens: userinfo has them.
	Bare bool
	// Down makes every answer an error.
	Down atomic.Bool
	// KeysDown makes the answer with its keys an error.
	KeysDown atomic.Bool

	store    *store
	provider *op.Provider
	mux      *http.ServeMux
}

// New makes a provider with its clients and people. The issuer is the address at
// which it will be served.
func New(issuer string, clients []Client, people ...Person) (*OP, error) {
	o := &OP{Issuer: issuer, mux: http.NewServeMux()}
	o.store = newStore(o, clients, people)
	c := &op.Config{CodeMethodS256: true, AuthMethodPost: true, BackChannelLogoutSupported: true, BackChannelLogoutSessionSupported: true}
	rand.Read(c.CryptoKey[:])
	var err error
	if o.provider, err = op.NewProvider(c, o.store, op.StaticIssuer(issuer), op.WithAllowInsecure()); err != nil {
		return nil, err
	}
	o.mux.HandleFunc("GET /login", o.choose)
	o.mux.HandleFunc("POST /login", o.chosen)
	o.mux.HandleFunc("GET /people", o.people)
	o.mux.HandleFunc("POST /people/sign-out", o.signOut)
	o.mux.Handle("POST /oauth/token", o.tampering(o.provider))
	o.mux.Handle("/", o.provider)
	return o, nil
}

// ServeHTTP implements http.Handler.
func (o *OP) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if o.Down.Load() || o.KeysDown.Load() && r.URL.Path == o.provider.KeysEndpoint().Relative() {
		http.Error(w, "down", http.StatusServiceUnavailable)
		return
	}
	o.mux.ServeHTTP(w, r)
}

// RotateKey signs by a new key from now on; the old one is withdrawn.
func (o *OP) RotateKey() { o.store.rotate() }

// SetClient puts a client in the place of the one of its ID.
func (o *OP) SetClient(c Client) { o.store.setClient(c) }

// Sign signs claims by the provider's key, under a header's type.
func (o *OP) Sign(claims map[string]any, typ string) (string, error) {
	key := o.store.key()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: key.SignatureAlgorithm(), Key: jose.JSONWebKey{Key: key.Key(), KeyID: key.ID()}}, (&jose.SignerOptions{}).WithType(jose.ContentType(typ)))
	if err != nil {
		return "", err
	}
	return jwt.Signed(signer).Claims(claims).Serialize()
}

// LogoutClaims are those of a logout token for a client, fresh. Subject and session
// may be "".
func (o *OP) LogoutClaims(client, subject, session string) map[string]any {
	claims := map[string]any{"iss": o.Issuer, "aud": client, "iat": time.Now().Unix(), "exp": time.Now().Add(2 * time.Minute).Unix(), "jti": rand.Text(),
		"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}}
	if subject != "" {
		claims["sub"] = subject
	}
	if session != "" {
		claims["sid"] = session
	}
	return claims
}

// SessionOf names the session of a person at the provider.
func SessionOf(subject string) string { return "session-of-" + subject }

var browser = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// Follow opens an address and gives the one it sends on to.
func Follow(address string) (*url.URL, error) { return redirect(browser.Get(address)) }

// SignIn is the browser of a person: it opens the address, signs in, and gives the
// address it is sent back to.
func SignIn(address, subject string) (back *url.URL, err error) {
	login, err := Follow(address)
	if err != nil {
		return nil, err
	}
	callback, err := redirect(browser.PostForm(login.Scheme+"://"+login.Host+login.Path, url.Values{"id": {login.Query().Get("id")}, "subject": {subject}}))
	if err != nil {
		return nil, err
	}
	return Follow(callback.String())
}

func redirect(w *http.Response, err error) (*url.URL, error) {
	if err != nil {
		return nil, err
	}
	w.Body.Close()
	if w.StatusCode < 300 || w.StatusCode > 399 || strings.Contains(w.Header.Get("Location"), "error=") {
		return nil, fmt.Errorf("oidctest: %s answers %s to %s", w.Request.URL.Path, w.Status, w.Header.Get("Location"))
	}
	return w.Location()
}
