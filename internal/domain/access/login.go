package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math"
	"strings"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Attempt is what somebody types to sign in. Code is of his second factor, or a
// recovery code; it is asked for only after the password was right.
type Attempt struct{ Login, Password, Code string }

// opLoginFailed is how the audit log calls a refused attempt on a user.
const opLoginFailed = "access.login_failed"

// forgetFailures is when attempts on a login no longer count.
const forgetFailures = 24 * time.Hour

// Login checks who signs in and opens a session. The token goes to the client
// only. Errors: ErrCredentials, the same for an unknown login, a wrong password
// and a stopped user; ErrLocked, for an unknown login too; ErrCodeRequired, ErrCode.
func (s *Service) Login(ctx context.Context, a Attempt) (token string, c *Caller, err error) {
	key := loginHash(a.Login)
	if err := s.claim(ctx, key); err != nil {
		return "", nil, err
	}
	u, err := s.prove(ctx, a)
	if err != nil {
		return "", nil, err
	}
	token = newToken("")
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.secondTx(tx, u, a.Code); err != nil {
			return err
		}
		if err := deleteFailures(tx, key, tx.Now().Add(-forgetFailures)); err != nil {
			return err
		}
		c, err = s.openTx(tx, u, token, entrance{})
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

func loginHash(login string) []byte {
	h := sha256.Sum256([]byte("login\x00" + strings.ToLower(strings.TrimSpace(login))))
	return h[:]
}

func newToken(prefix string) string {
	raw := make([]byte, 32)
	rand.Read(raw)
	return prefix + hex.EncodeToString(raw)
}

// claim counts the attempt before it is judged, so that many at once are many. A
// success takes the count back.
func (s *Service) claim(ctx context.Context, key []byte) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		policy, err := policyTx(tx)
		if err != nil {
			return err
		}
		f, err := failuresForUpdate(tx, key)
		if err != nil {
			return err
		}
		if wait := f.LockedUntil.Sub(tx.Now()); wait > 0 {
			return ErrLocked.With("retry_after_s", math.Ceil(wait.Seconds()))
		}
		f.Failures++
		if d := policy.lock(f.Failures); d > 0 {
			f.LockedUntil = tx.Now().Add(d)
		}
		return setFailures(tx, key, f)
	})
}

// prove checks the password.
func (s *Service) prove(ctx context.Context, a Attempt) (u User, err error) {
	found := false
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) { u, found, err = userByLogin(tx, a.Login); return err })
	if err != nil {
		return User{}, err
	}
	hash := u.PasswordHash
	if !found {
		hash = s.decoy // costs as much, so that time does not tell
	}
	ok, err := s.verify(ctx, hash, a.Password)
	if err != nil {
		return User{}, err
	}
	if ok && found && u.Active {
		return u, nil
	}
	if found {
		if err := s.failed(ctx, u); err != nil {
			return User{}, err
		}
	}
	return User{}, ErrCredentials
}

// failed writes a refused attempt down. Who made it is not known.
func (s *Service) failed(ctx context.Context, u User) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		return s.audit.RecordTx(tx, audit.Change{OrgID: u.HomeOrgID, Actor: audit.Actor{Name: u.Login}, Action: opLoginFailed, ObjectType: "user", ObjectID: u.ID})
	})
}

// secondTx checks the code of a user who has a second factor.
func (s *Service) secondTx(tx *db.Tx, u User, code string) error {
	cr, err := credentialTx(tx, u.ID)
	if err != nil || cr.ConfirmedAt == 0 {
		return err
	}
	if code == "" {
		return ErrCodeRequired
	}
	ok, err := s.takeCodeTx(tx, cr, code)
	if err == nil && !ok {
		err = ErrCode
	}
	return err
}

// openTx opens a session and writes it down.
func (s *Service) openTx(tx *db.Tx, u User, token string, by entrance) (*Caller, error) {
	policy, err := policyTx(tx)
	if err != nil {
		return nil, err
	}
	hash, peer := sha256.Sum256([]byte(token)), rest.PeerOf(tx.Context())
	row := sessionRow{ID: tx.NewID(), TokenHash: hash[:], UserID: u.ID, CreatedAt: tx.Now(), SeenAt: tx.Now(),
		ExpiresAt: tx.Now().Add(policy.idle()), EndsAt: tx.Now().Add(policy.life()), Agent: peer.Agent}
	if peer.Addr.IsValid() {
		row.Address = peer.Addr.String()
	}
	if err := insertSession(tx, row); err != nil {
		return nil, err
	}
	if err := touchUser(tx, u.ID); err != nil {
		return nil, err
	}
	if err := s.keepEntranceTx(tx, row.ID, by); err != nil {
		return nil, err
	}
	row.ProviderID, row.Factor = by.provider.ID, by.factor
	c, err := s.callerTx(tx, u, row.ID)
	if err != nil {
		return nil, err
	}
	if err := c.requireTx(tx, policy, row); err != nil {
		return nil, err
	}
	return c, s.recordTx(tx, c, PermLogin, "session", row.ID, nil, by.told())
}

// Due is what a caller must do first.
type Due string

// What may be due.
const (
	DueNothing  Due = ""
	DuePassword Due = "password" // change it
	DueFactor   Due = "factor"   // set up a second one
)

func (d Due) err() error {
	switch d {
	case DuePassword:
		return ErrPasswordDue
	case DueFactor:
		return ErrFactorDue
	}
	return nil
}

// requireTx tells the caller the rules and what is due of him. A password that he
// did not use need not be changed, nor a second factor be set up that the provider
// has checked.
func (c *Caller) requireTx(tx *db.Tx, p Policy, in sessionRow) error {
	cr, err := credentialTx(tx, c.UserID)
	if err != nil {
		return err
	}
	c.rules, c.providerID = p.passwordRules(), in.ProviderID
	oldest := tx.Now().Add(-time.Duration(p.MaxAgeDays) * 24 * time.Hour)
	switch {
	case in.ProviderID.IsZero() && (cr.MustChange || p.MaxAgeDays > 0 && cr.PasswordAt < oldest):
		c.Due = DuePassword
	case p.AdminFactor && !in.Factor && cr.ConfirmedAt == 0 && c.administers():
		c.Due = DueFactor
	}
	return nil
}

// Session is where somebody is signed in.
type Session struct {
	ID        id.ID        `json:"id"`
	CreatedAt when.Instant `json:"created_at"`
	SeenAt    when.Instant `json:"seen_at" doc:"last use, to five minutes"`
	ExpiresAt when.Instant `json:"expires_at" doc:"unless it is used"`
	Address   string       `json:"address"`
	Agent     string       `json:"agent" doc:"the browser, as it names itself"`
	Current   bool         `json:"current"`
	Provider  string       `json:"provider" doc:"by which he signed in; empty: by a password"`
}

// Sessions lists where the caller is signed in, the last used first.
func (s *Service) Sessions(ctx context.Context) ([]Session, error) {
	c, err := self(ctx)
	if err != nil {
		return nil, err
	}
	return s.sessions(ctx, c.UserID, c.SessionID)
}

func (s *Service) sessions(ctx context.Context, user, current id.ID) (all []Session, err error) {
	all = []Session{}
	return all, s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := sessionsOf(tx, user)
		for _, r := range rows {
			all = append(all, Session{r.ID, r.CreatedAt, r.SeenAt, r.ExpiresAt, r.Address, r.Agent, r.ID == current, r.Provider})
		}
		return err
	})
}

// EndSession signs the caller out elsewhere. Error: db.ErrNotFound.
func (s *Service) EndSession(ctx context.Context, session id.ID) error {
	c, err := self(ctx)
	if err != nil {
		return err
	}
	defer s.cache.clear()
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := deleteSessionOf(tx, c.UserID, session); err != nil {
			return err
		}
		return s.recordTx(tx, c, PermLogout, "session", session, nil, nil)
	})
}

// self is the signed-in caller; what is his alone he does not do by an API key.
func self(ctx context.Context) (*Caller, error) {
	c := CallerOf(ctx)
	switch {
	case c == nil:
		return nil, ErrLogin
	case !c.KeyID.IsZero():
		return nil, ErrKeyOnly
	}
	return c, nil
}
