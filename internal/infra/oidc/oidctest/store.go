package oidctest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"sync"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// store keeps what the protocol asks for in memory. What only refresh tokens,
// introspection and JWT profiles need it refuses.
type store struct {
	op      *OP
	mu      sync.Mutex
	clients map[string]Client
	people  []Person
	open    map[string]*request // by ID
	codes   map[string]string   // to the request's ID
	signing signingKey
}

var errUnknown = errors.New("oidctest: unknown")

func newStore(o *OP, clients []Client, people []Person) *store {
	s := &store{op: o, clients: map[string]Client{}, people: people, open: map[string]*request{}, codes: map[string]string{}}
	for _, c := range clients {
		s.clients[c.ID] = c
	}
	s.rotate()
	return s
}

// request is somebody on his way through signing in.
type request struct {
	oidc.AuthRequest
	id     string
	person *Person
	at     time.Time
}

func (r *request) GetID() string          { return r.id }
func (r *request) GetClientID() string    { return r.ClientID }
func (r *request) GetAudience() []string  { return []string{r.ClientID} }
func (r *request) GetAuthTime() time.Time { return r.at }
func (r *request) GetNonce() string       { return r.Nonce }
func (r *request) Done() bool             { return r.person != nil }
func (r *request) GetSubject() string     { return r.person.Subject }
func (r *request) GetACR() string         { return r.person.ACR }
func (r *request) GetAMR() []string       { return r.person.AMR }
func (r *request) GetScopes() []string    { return r.Scopes }
func (r *request) GetCodeChallenge() *oidc.CodeChallenge {
	return &oidc.CodeChallenge{Challenge: r.CodeChallenge, Method: r.CodeChallengeMethod}
}

type signingKey struct {
	id  string
	key *ecdsa.PrivateKey
}

func (k signingKey) ID() string                                  { return k.id }
func (k signingKey) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.ES256 }
func (k signingKey) Algorithm() jose.SignatureAlgorithm          { return jose.ES256 }
func (k signingKey) Use() string                                 { return "sig" }
func (k signingKey) Key() any                                    { return k.key }

type publicKey struct{ signingKey }

func (k publicKey) Key() any { return k.key.Public() }

func (s *store) rotate() {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err) // only for an unknown curve
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.signing = signingKey{rand.Text(), key}
}

func (s *store) key() signingKey {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.signing
}

func (s *store) setClient(c Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clients[c.ID] = c
}

func (s *store) person(subject string) *Person {
	for i := range s.people {
		if s.people[i].Subject == subject {
			return &s.people[i]
		}
	}
	return nil
}

// choose makes the person the one who signs in.
func (s *store) choose(id, subject string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, p := s.open[id], s.person(subject)
	if r == nil || p == nil {
		return false
	}
	r.person, r.at = p, time.Now()
	return true
}

func (s *store) CreateAuthRequest(_ context.Context, in *oidc.AuthRequest, _ string) (op.AuthRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &request{AuthRequest: *in, id: rand.Text()}
	s.open[r.id] = r
	return r, nil
}

func (s *store) AuthRequestByID(_ context.Context, id string) (op.AuthRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.open[id]; r != nil {
		return r, nil
	}
	return nil, errUnknown
}

func (s *store) AuthRequestByCode(ctx context.Context, code string) (op.AuthRequest, error) {
	s.mu.Lock()
	id := s.codes[code]
	s.mu.Unlock()
	return s.AuthRequestByID(ctx, id)
}

func (s *store) SaveAuthCode(_ context.Context, id, code string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.codes[code] = id
	return nil
}

func (s *store) DeleteAuthRequest(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, id)
	return nil
}

// accessTokenLife is how long userinfo answers.
const accessTokenLife = 5 * time.Minute

func (s *store) CreateAccessToken(_ context.Context, r op.TokenRequest) (string, time.Time, error) {
	return r.GetSubject(), time.Now().Add(accessTokenLife), nil
}

func (s *store) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.clients[id]; ok {
		return client{c}, nil
	}
	return nil, errUnknown
}

func (s *store) AuthorizeClientIDSecret(_ context.Context, id, secret string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.clients[id]; !ok || c.Secret != secret {
		return oidc.ErrInvalidClient()
	}
	return nil
}

// SetUserinfoFromRequest fills in the ID token.
func (s *store) SetUserinfoFromRequest(_ context.Context, info *oidc.UserInfo, r op.IDTokenRequest, _ []string) error {
	info.Subject = r.GetSubject()
	info.AppendClaims("sid", SessionOf(info.Subject))
	if s.op.Bare {
		return nil
	}
	return s.fill(info, info.Subject)
}

// SetUserinfoFromToken answers userinfo.
func (s *store) SetUserinfoFromToken(_ context.Context, info *oidc.UserInfo, _, subject, _ string) error {
	return s.fill(info, subject)
}

func (s *store) fill(info *oidc.UserInfo, subject string) error {
	p := s.person(subject)
	if p == nil {
		return errUnknown
	}
	info.Subject = subject
	for name, value := range p.Claims {
		info.AppendClaims(name, value)
	}
	return nil
}

func (s *store) SetUserinfoFromScopes(context.Context, *oidc.UserInfo, string, string, []string) error {
	return nil
}

// TerminateSession tells the applications.
func (s *store) TerminateSession(_ context.Context, subject, _ string) error {
	return s.op.tell(subject)
}

func (s *store) SigningKey(context.Context) (op.SigningKey, error) { return s.key(), nil }

func (s *store) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.ES256}, nil
}

func (s *store) KeySet(context.Context) ([]op.Key, error) { return []op.Key{publicKey{s.key()}}, nil }

func (s *store) Health(context.Context) error { return nil }
