package access

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"regexp"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/oidc"
)

// attemptLife is how long somebody may take to sign in at a provider, and then to
// type a code.
const attemptLife = 10 * time.Minute

// entrance is how a session is opened by a provider; zero for a password.
type entrance struct {
	provider Provider
	identity oidc.Identity
	factor   bool // the provider has checked a second factor
}

// told is what the audit log says of it.
func (e entrance) told() any {
	if e.provider.ID.IsZero() {
		return nil
	}
	return map[string]any{"provider": e.provider.Name, "second_factor": e.factor}
}

// Choices lists the providers that anybody may try.
func (s *Service) Choices(ctx context.Context) (all []Choice, err error) {
	return all, s.db.Read(ctx, func(tx *db.Tx) error { all, err = providerChoices(tx); return err })
}

// BeginSSO begins to sign in by a provider: the browser keeps the secret and goes to
// the address. Errors: db.ErrNotFound, those of oidc.Client.Begin.
func (s *Service) BeginSSO(ctx context.Context, provider id.ID, next string) (address, secret string, err error) {
	var p providerRow
	if err := s.db.Read(ctx, func(tx *db.Tx) error { p, err = usableProvider(tx, provider); return err }); err != nil {
		return "", "", err
	}
	set, err := s.settings(p)
	if err != nil {
		return "", "", err
	}
	secret, state := newToken(""), newToken("")
	if address, err = s.oidc.Begin(ctx, set, secretsOf(secret, state)); err != nil {
		return "", "", err
	}
	return address, secret, s.db.Write(ctx, func(tx *db.Tx) error {
		return insertAttempt(tx, attemptRow{Key: hashOf(state), Browser: hashOf(secret), ProviderID: p.ID, Next: ownPath(next), ExpiresAt: tx.Now().Add(attemptLife)})
	})
}

func hashOf(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// secretsOf makes what ties an attempt to the browser out of what only the browser
// keeps: the database holds nothing to finish it by.
func secretsOf(secret, state string) oidc.Secrets {
	use := func(what string) string {
		h := hmac.New(sha256.New, []byte(secret))
		h.Write([]byte(what + state))
		return hex.EncodeToString(h.Sum(nil))
	}
	return oidc.Secrets{State: state, Nonce: use("nonce"), Verifier: use("verifier")}
}

var pathForm = regexp.MustCompile(`^/([^/\\\x00-\x1f][^\\\x00-\x1f]{0,999})?$`)

// ownPath is a place within the application; another is its first page.
func ownPath(next string) string {
	if pathForm.MatchString(next) {
		return next
	}
	return "/"
}

// Callback is what a browser brings back from a provider.
type Callback struct {
	Provider id.ID
	Secret   string // what the browser kept
	State    string
	Code     string
	Issuer   string // "" where the provider does not name itself
	Error    string // instead of a code
}

// Entered is where signing in by a provider has led.
type Entered struct {
	Next  string
	Token string // "": the code of a second factor is waited for
}

// FinishSSO takes what the provider says and opens a session, or waits for the code
// of a second factor. Next is known with an error, too. Errors: ErrSSOState,
// ErrSSODenied, ErrSSORefused, ErrSSOUnlinked, ErrSSOTaken, ErrSSOStopped, those of
// oidc.Client.Finish.
func (s *Service) FinishSSO(ctx context.Context, b Callback) (e Entered, err error) {
	p, next, err := s.claimAttempt(ctx, b)
	e.Next = ownPath(next)
	if err != nil {
		return e, err
	}
	switch b.Error {
	case "":
	case "access_denied":
		return e, ErrSSODenied
	default:
		return e, ErrSSORefused
	}
	set, err := s.settings(p)
	if err != nil {
		return e, err
	}
	i, err := s.oidc.Finish(ctx, set, secretsOf(b.Secret, b.State), oidc.Answer{Code: b.Code, Issuer: b.Issuer}, p.LinkClaim)
	if err != nil {
		return e, err
	}
	e.Token, err = s.enter(ctx, entrance{p.Provider, i, p.trusts(i)}, b.Secret, e.Next)
	return e, err
}

// claimAttempt takes the attempt that the state belongs to: whatever comes of it, it
// counts once.
func (s *Service) claimAttempt(ctx context.Context, b Callback) (p providerRow, next string, err error) {
	mine := false
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		a, found, err := attemptByKey(tx, hashOf(b.State))
		if err != nil || !found {
			return err
		}
		taken, err := takeAttempt(tx, a.Key)
		if err != nil {
			return err
		}
		mine = taken && a.ProviderID == b.Provider && a.UserID.IsZero() && hmac.Equal(a.Browser, hashOf(b.Secret))
		if !mine {
			return nil
		}
		next = a.Next
		p, err = usableProvider(tx, a.ProviderID)
		return err
	})
	if errors.Is(err, db.ErrNotFound) || err == nil && !mine {
		err = ErrSSOState
	}
	return p, next, err
}

// enter opens a session of whoever the provider names, or keeps what it says until
// the code of his second factor comes.
func (s *Service) enter(ctx context.Context, by entrance, secret, next string) (token string, err error) {
	var u User
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		token = ""
		if u, err = s.personTx(tx, by); err != nil {
			return err
		}
		cr, err := credentialTx(tx, u.ID)
		if err != nil {
			return err
		}
		if cr.ConfirmedAt != 0 && !by.factor {
			return s.waitTx(tx, u, by, secret, next)
		}
		token = newToken("")
		_, err = s.openTx(tx, u, token, by)
		return err
	})
	if errors.Is(err, ErrSSOStopped) {
		err = errors.Join(err, s.failed(ctx, u))
	}
	return token, err
}

// waitingKey is the state of an attempt that waits for a code: nobody but the
// browser knows it.
func waitingKey(secret string) []byte { return hashOf("waiting" + secret) }

func (s *Service) waitTx(tx *db.Tx, u User, by entrance, secret, next string) error {
	return insertAttempt(tx, attemptRow{Key: waitingKey(secret), Browser: hashOf(secret), ProviderID: by.provider.ID, Next: next, UserID: u.ID,
		Subject: by.identity.Subject, SID: by.identity.SessionID, IDToken: s.house.Seal(tokenPlace("sso_attempt", u.ID), by.identity.IDToken), ExpiresAt: tx.Now().Add(attemptLife)})
}

func tokenPlace(table string, i id.ID) crypt.Place {
	return crypt.Place{Table: table, Column: "id_token", ID: i}
}

// FinishCode opens the session that waits for a code of the second factor. Errors:
// ErrSSOState, ErrSSOStopped, ErrLocked, ErrCode.
func (s *Service) FinishCode(ctx context.Context, secret, code string) (token string, c *Caller, err error) {
	var u User
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		a, found, err := attemptByKey(tx, waitingKey(secret))
		if err != nil || !found {
			return orElse(err, ErrSSOState)
		}
		u, err = userAnywhere(tx, a.UserID)
		return err
	})
	if err != nil {
		return "", nil, err
	}
	key := loginHash(u.Login)
	if err := s.claim(ctx, key); err != nil {
		return "", nil, err
	}
	token = newToken("")
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		by, u, err := s.waitingTx(tx, secret)
		if err != nil {
			return err
		}
		if err := s.secondTx(tx, u, code); err != nil {
			return err
		}
		if err := deleteFailures(tx, key, tx.Now().Add(-forgetFailures)); err != nil {
			return err
		}
		c, err = s.openTx(tx, u, token, by)
		return err
	})
	if errors.Is(err, ErrCode) {
		err = errors.Join(err, s.failed(ctx, u))
	}
	if err != nil {
		return "", nil, err
	}
	return token, c, nil
}

// waitingTx takes the attempt that waits for a code, if all still stands.
func (s *Service) waitingTx(tx *db.Tx, secret string) (by entrance, u User, err error) {
	a, found, err := attemptByKey(tx, waitingKey(secret))
	if err != nil || !found {
		return by, u, orElse(err, ErrSSOState)
	}
	if _, err := takeAttempt(tx, a.Key); err != nil {
		return by, u, err
	}
	p, err := usableProvider(tx, a.ProviderID)
	if errors.Is(err, db.ErrNotFound) {
		err = ErrSSOState
	}
	if err != nil {
		return by, u, err
	}
	if u, err = userAnywhere(tx, a.UserID); err != nil {
		return by, u, err
	}
	if !u.Active {
		return by, u, ErrSSOStopped
	}
	by = entrance{provider: p.Provider, identity: oidc.Identity{Subject: a.Subject, SessionID: a.SID}}
	by.identity.IDToken, err = s.house.Open(tokenPlace("sso_attempt", u.ID), a.IDToken)
	return by, u, err
}
