package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"
)

const (
	// keep is how long what a provider publishes is believed: a key it has
	// withdrawn counts no longer than that.
	keep = 10 * time.Minute
	// alive is how long a provider that answered counts as being there: people are
	// told of one that is away, and not sent to it.
	alive = 5 * time.Second
	// skew is how far the provider's clock may be off.
	skew = 2 * time.Minute
)

// Client speaks to providers. It is safe for concurrent use.
type Client struct {
	http *http.Client
	now  func() time.Time // by which tokens expire

	asking singleflight.Group
	mu     sync.Mutex
	known  map[string]*provider // by issuer
}

// New makes a client whose clock is now.
func New(now func() time.Time) *Client {
	return &Client{http: newHTTP(), now: now, known: map[string]*provider{}}
}

// provider is what an issuer publishes about itself.
type provider struct {
	*oidc.Provider
	metadata
	at time.Time
}

type metadata struct {
	JWKS         string   `json:"jwks_uri"`
	EndSession   string   `json:"end_session_endpoint"`
	AuthMethods  []string `json:"token_endpoint_auth_methods_supported"`
	BackChannel  bool     `json:"backchannel_logout_supported"`
	NamesIssuer  bool     `json:"authorization_response_iss_parameter_supported"` // RFC 9207
	ChallengesBy []string `json:"code_challenge_methods_supported"`
}

// discover gives what the issuer publishes, read again when that is older than it
// may be. Those who ask at once wait for one answer. Errors: ErrInsecure,
// ErrUnreachable, ErrNoProvider, ErrIssuer.
func (c *Client) discover(ctx context.Context, issuer string, old time.Duration) (*provider, error) {
	c.mu.Lock()
	p := c.known[issuer]
	c.mu.Unlock()
	if p != nil && time.Since(p.at) < old {
		return p, nil
	}
	answer := c.asking.DoChan(issuer, func() (any, error) {
		p, err := c.fetch(context.WithoutCancel(ctx), issuer)
		if err != nil {
			return nil, err
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.known[issuer] = p
		return p, nil
	})
	select {
	case <-ctx.Done():
		return nil, ErrUnreachable.Wrap(ctx.Err())
	case a := <-answer:
		if a.Err != nil {
			return nil, a.Err
		}
		return a.Val.(*provider), nil
	}
}

func (c *Client) fetch(ctx context.Context, issuer string) (*provider, error) {
	if !Secure(issuer) {
		return nil, ErrInsecure.With("address", issuer)
	}
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, c.http), issuer)
	var other *oidc.IssuerMismatchError
	switch {
	case errors.As(err, &other) && other.Discovered == "":
		return nil, ErrNoProvider
	case errors.As(err, &other):
		return nil, ErrIssuer.With("issuer", other.Discovered)
	case err != nil:
		return nil, c.notFound(ctx, issuer, err)
	}
	p := &provider{Provider: found, at: time.Now()}
	if err := found.Claims(&p.metadata); err != nil {
		return nil, ErrNoProvider.Wrap(err)
	}
	e := found.Endpoint()
	for _, address := range []string{e.AuthURL, e.TokenURL, p.JWKS} {
		if address == "" {
			return nil, ErrNoProvider
		}
		if !Secure(address) {
			return nil, ErrInsecure.With("address", address)
		}
	}
	return p, nil
}

// notFound tells a server without a discovery document from none at all.
func (c *Client) notFound(ctx context.Context, issuer string, cause error) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodHead, issuer, nil)
	if err != nil {
		return ErrNoProvider.Wrap(err)
	}
	w, err := c.http.Do(r)
	if err != nil {
		return ErrUnreachable.Wrap(cause)
	}
	w.Body.Close()
	if w.StatusCode >= http.StatusInternalServerError {
		return ErrUnreachable.Wrap(cause)
	}
	return ErrNoProvider.Wrap(cause)
}

// Report is what a provider publishes about itself, as an administrator wants to
// know before he relies on it.
type Report struct {
	Issuer      string   `json:"issuer"`
	SignInAt    string   `json:"sign_in_at" doc:"the page people are sent to"`
	Keys        int      `json:"keys" doc:"to verify tokens by"`
	Algorithms  []string `json:"algorithms" nullable:"false" doc:"of those keys"`
	PKCE        bool     `json:"pkce" doc:"says that it takes S256 challenges"`
	Logout      bool     `json:"logout" doc:"signing out here can sign out there"`
	BackChannel bool     `json:"back_channel" doc:"says that it tells us when people sign out there"`
}

// Probe asks a provider afresh what it publishes, and for its keys. Errors: those
// of discovery, ErrKeysAt, ErrNoKeys.
func (c *Client) Probe(ctx context.Context, issuer string) (Report, error) {
	p, err := c.fetch(ctx, issuer)
	if err != nil {
		return Report{}, err
	}
	r := Report{Issuer: issuer, SignInAt: p.Endpoint().AuthURL, Algorithms: []string{}, Logout: Secure(p.EndSession), BackChannel: p.BackChannel,
		PKCE: slices.Contains(p.ChallengesBy, "S256")}
	keys, err := c.keys(ctx, p.JWKS)
	if err != nil {
		return Report{}, err
	}
	for _, k := range keys {
		if k.Use != "" && k.Use != "sig" {
			continue
		}
		r.Keys++
		if k.Alg != "" && !slices.Contains(r.Algorithms, k.Alg) {
			r.Algorithms = append(r.Algorithms, k.Alg)
		}
	}
	if r.Keys == 0 {
		return Report{}, ErrNoKeys
	}
	return r, nil
}

type publicKey struct {
	Use string `json:"use"`
	Alg string `json:"alg"`
}

func (c *Client) keys(ctx context.Context, address string) ([]publicKey, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, ErrKeysAt.With("address", address).Wrap(err)
	}
	w, err := c.http.Do(r)
	if err != nil {
		return nil, ErrKeysAt.With("address", address).Wrap(err)
	}
	defer w.Body.Close()
	var set struct {
		Keys []publicKey `json:"keys"`
	}
	if err := json.NewDecoder(w.Body).Decode(&set); err != nil || w.StatusCode != http.StatusOK {
		return nil, ErrKeysAt.With("address", address).Wrap(err)
	}
	return set.Keys, nil
}

// style is how the client proves itself: as the provider prefers, so that it need
// not be tried out with a code that counts once.
func (p *provider) style(secret string) oauth2.AuthStyle {
	if secret == "" || len(p.AuthMethods) > 0 && !slices.Contains(p.AuthMethods, "client_secret_basic") {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader
}
