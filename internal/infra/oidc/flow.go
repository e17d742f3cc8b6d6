package oidc

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/url"
	"strconv"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
)

// Settings are how a provider knows us.
type Settings struct {
	Issuer, ClientID string
	ClientSecret     string // "" for a public client
	RedirectURI      string
	Scopes           []string
}

// Secrets tie an attempt to the browser that began it.
type Secrets struct{ State, Nonce, Verifier string }

// Identity is who signed in at the provider, of a verified ID token.
type Identity struct {
	Subject   string
	SessionID string // the provider's, for logging out; may be ""
	IDToken   string
	ACR       string
	AMR       []string

	claims map[string]any
}

// Claim is a claim that is a text or a number, such as an employee's; "" for none.
func (i Identity) Claim(name string) string {
	switch v := i.claims[name].(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

func (p *provider) config(s Settings) *oauth2.Config {
	e := p.Endpoint()
	e.AuthStyle = p.style(s.ClientSecret)
	return &oauth2.Config{ClientID: s.ClientID, ClientSecret: s.ClientSecret, Endpoint: e, RedirectURL: s.RedirectURI, Scopes: append([]string{oidc.ScopeOpenID}, s.Scopes...)}
}

// Begin is the address to send a browser to, of a provider that is there. Errors:
// those of discovery.
func (c *Client) Begin(ctx context.Context, s Settings, x Secrets) (string, error) {
	p, err := c.discover(ctx, s.Issuer, alive)
	if err != nil {
		return "", err
	}
	return p.config(s).AuthCodeURL(x.State, oidc.Nonce(x.Nonce), oauth2.S256ChallengeOption(x.Verifier)), nil
}

// Answer is what the browser brings back. Issuer is "" where the provider does not
// name itself.
type Answer struct{ Code, Issuer string }

// Finish exchanges the code for an ID token and verifies it: signature, issuer,
// audience, expiry, nonce, the hash of the access token. The claim wanted is asked
// of the provider when the token does not hold it. Errors: those of discovery,
// ErrClient, ErrGrant, ErrKeys, ErrToken, ErrExpired.
func (c *Client) Finish(ctx context.Context, s Settings, x Secrets, a Answer, wanted string) (Identity, error) {
	p, err := c.discover(ctx, s.Issuer, keep)
	if err != nil {
		return Identity{}, err
	}
	if a.Issuer != s.Issuer && (a.Issuer != "" || p.NamesIssuer) { // another provider's answer (RFC 9207)
		return Identity{}, ErrToken
	}
	ctx = oidc.ClientContext(ctx, c.http)
	tokens, err := p.config(s).Exchange(ctx, a.Code, oauth2.VerifierOption(x.Verifier))
	if err != nil {
		return Identity{}, refusal(err)
	}
	i, err := c.identity(ctx, p, s, tokens, x.Nonce)
	if err == nil && wanted != "" && i.Claim(wanted) == "" {
		err = p.addClaims(ctx, tokens, &i)
	}
	return i, err
}

func (c *Client) identity(ctx context.Context, p *provider, s Settings, tokens *oauth2.Token, nonce string) (Identity, error) {
	raw, _ := tokens.Extra("id_token").(string)
	if raw == "" || len(raw) > maxToken {
		return Identity{}, ErrToken
	}
	t, err := c.verifier(p, s).Verify(ctx, raw)
	if err != nil {
		return Identity{}, c.unverified(ctx, p, err)
	}
	if subtle.ConstantTimeCompare([]byte(t.Nonce), []byte(nonce)) != 1 || t.Subject == "" || len(t.Subject) > maxSubject || t.IssuedAt.After(c.now().Add(skew)) {
		return Identity{}, ErrToken
	}
	if t.AccessTokenHash != "" {
		if err := t.VerifyAccessToken(tokens.AccessToken); err != nil {
			return Identity{}, ErrToken.Wrap(err)
		}
	}
	var own struct {
		SID string   `json:"sid"`
		ACR string   `json:"acr"`
		AMR []string `json:"amr"`
		AZP string   `json:"azp"`
	}
	i := Identity{Subject: t.Subject, IDToken: raw}
	if err := errors.Join(t.Claims(&own), t.Claims(&i.claims)); err != nil {
		return Identity{}, ErrToken.Wrap(err)
	}
	if own.AZP != s.ClientID && (own.AZP != "" || len(t.Audience) > 1) { // made for another client
		return Identity{}, ErrToken
	}
	i.SessionID, i.ACR, i.AMR = own.SID, own.ACR, own.AMR
	return i, nil
}

const (
	// maxToken bounds a token, maxSubject the name of a person within it (Core, 2).
	maxToken   = 16 << 10
	maxSubject = 255
)

// verifier judges by a clock that is a little late, as ours may be ahead.
func (c *Client) verifier(p *provider, s Settings) *oidc.IDTokenVerifier {
	return p.Verifier(&oidc.Config{ClientID: s.ClientID, Now: func() time.Time { return c.now().Add(-skew) }})
}

// unverified tells a token that is false from one that cannot be judged, because the
// keys cannot be fetched.
func (c *Client) unverified(ctx context.Context, p *provider, cause error) error {
	if _, err := c.keys(ctx, p.JWKS); err != nil {
		return ErrKeys.Wrap(err)
	}
	return invalid(cause)
}

func invalid(err error) error {
	var expired *oidc.TokenExpiredError
	if errors.As(err, &expired) {
		return ErrExpired.Wrap(err)
	}
	return ErrToken.Wrap(err)
}

// refusal reads what the provider says instead of tokens (RFC 6749, 5.2). Its own
// words may hold anything and are not kept.
func refusal(err error) *fault.Error {
	var r *oauth2.RetrieveError
	if !errors.As(err, &r) {
		return ErrUnreachable.Wrap(err)
	}
	switch r.ErrorCode {
	case "invalid_client", "unauthorized_client":
		return ErrClient
	case "invalid_grant":
		return ErrGrant
	case "":
		return ErrUnreachable
	}
	return ErrToken
}

// addClaims asks the provider about the person; his own ID token counts first.
func (p *provider) addClaims(ctx context.Context, tokens *oauth2.Token, i *Identity) error {
	if p.UserInfoEndpoint() == "" {
		return nil
	}
	info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	if err != nil {
		return ErrUnreachable
	}
	if info.Subject != i.Subject { // of somebody else
		return ErrToken
	}
	more := map[string]any{}
	if err := info.Claims(&more); err != nil {
		return ErrToken.Wrap(err)
	}
	for name, value := range more {
		if _, has := i.claims[name]; !has {
			i.claims[name] = value
		}
	}
	return nil
}

// EndSession is where a browser signs out at the provider and comes back from; ""
// where the provider offers none.
func (c *Client) EndSession(ctx context.Context, s Settings, idToken, back string) (string, error) {
	p, err := c.discover(ctx, s.Issuer, keep)
	if err != nil || !Secure(p.EndSession) {
		return "", err
	}
	u, err := url.Parse(p.EndSession)
	if err != nil {
		return "", ErrNoProvider.Wrap(err)
	}
	q := u.Query()
	q.Set("id_token_hint", idToken)
	q.Set("client_id", s.ClientID)
	q.Set("post_logout_redirect_uri", back)
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// Logout is what a provider says of a person who signed out there. One of Subject
// and SessionID may be "".
type Logout struct{ TokenID, Subject, SessionID string }

// LogoutAge is how old a logout token may be: one that is remembered so long cannot
// come twice.
const LogoutAge = 10 * time.Minute

// VerifyLogout verifies a logout token (Back-Channel Logout 1.0, 2.6). Errors: those
// of discovery, ErrToken, ErrExpired.
func (c *Client) VerifyLogout(ctx context.Context, s Settings, raw string) (Logout, error) {
	if len(raw) > maxToken || !typedAsLogout(raw) {
		return Logout{}, ErrToken
	}
	p, err := c.discover(ctx, s.Issuer, keep)
	if err != nil {
		return Logout{}, err
	}
	t, err := c.verifier(p, s).VerifyLogout(oidc.ClientContext(ctx, c.http), raw)
	switch {
	case err != nil:
		return Logout{}, invalid(err)
	case t.IssuedAt.After(c.now().Add(skew)):
		return Logout{}, ErrToken
	case t.IssuedAt.Before(c.now().Add(-LogoutAge)):
		return Logout{}, ErrExpired
	}
	return Logout{TokenID: t.TokenID, Subject: t.Subject, SessionID: t.SessionID}, nil
}
