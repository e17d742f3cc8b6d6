package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"sync"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

const (
	// idleLimit ends a session nobody used.
	idleLimit = 8 * time.Hour
	// touchEvery bounds how often use of a session is written down.
	touchEvery = 5 * time.Minute
	// cacheAge is how long a right taken away, or a session ended in another
	// process, may still be used.
	cacheAge = 5 * time.Second
)

// sessionCache keeps callers of recent requests, so that most requests ask the
// database nothing about who they are.
type sessionCache struct {
	mu      sync.Mutex
	entries map[[32]byte]cachedCaller
}

type cachedCaller struct {
	caller *Caller
	until  when.Instant
}

func (c *sessionCache) get(token [32]byte, now when.Instant) *Caller {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.entries[token]; ok && now < e.until {
		return e.caller
	}
	return nil
}

const maxCached = 10_000

func (c *sessionCache) put(token [32]byte, caller *Caller, until when.Instant) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil || len(c.entries) >= maxCached {
		c.entries = map[[32]byte]cachedCaller{}
	}
	c.entries[token] = cachedCaller{caller, until}
}

func (c *sessionCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries = nil
}

// Login checks the password and opens a session. The token goes to the client
// only. Error: ErrCredentials, the same for an unknown login, a wrong password
// and a stopped user.
func (s *Service) Login(ctx context.Context, login, password string) (token string, c *Caller, err error) {
	var u User
	var found bool
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) { u, found, err = userByLogin(tx, login); return err })
	if err != nil {
		return "", nil, err
	}
	hash := u.PasswordHash
	if !found {
		hash = s.decoy // costs as much, so that time does not tell
	}
	ok, err := verify(hash, password)
	if err != nil {
		return "", nil, err
	}
	if !ok || !found || !u.Active {
		return "", nil, ErrCredentials
	}
	raw := make([]byte, 32)
	rand.Read(raw)
	token = hex.EncodeToString(raw)
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		hash := sha256.Sum256([]byte(token))
		row := sessionRow{ID: tx.NewID(), TokenHash: hash[:], UserID: u.ID, CreatedAt: tx.Now(), SeenAt: tx.Now(), ExpiresAt: tx.Now().Add(idleLimit)}
		if err := deleteExpiredSessions(tx); err != nil {
			return err
		}
		if err := insertSession(tx, row); err != nil {
			return err
		}
		if c, err = s.callerTx(tx, u, row.ID); err != nil {
			return err
		}
		return s.recordTx(tx, c, PermLogin, "session", row.ID, nil, nil)
	})
	return token, c, err
}

// Logout ends the caller's session.
func (s *Service) Logout(ctx context.Context) error {
	c := CallerOf(ctx)
	if c == nil {
		return ErrLogin
	}
	defer s.cache.clear()
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := deleteSession(tx, c.SessionID); err != nil {
			return err
		}
		return s.recordTx(tx, c, PermLogout, "session", c.SessionID, nil, nil)
	})
}

// Authenticate puts the caller of a request's session cookie into its context.
func (s *Service) Authenticate(r *http.Request) (context.Context, error) {
	cookie, err := r.Cookie(rest.SessionCookie)
	if err != nil {
		return nil, ErrLogin
	}
	token := sha256.Sum256([]byte(cookie.Value))
	now := s.db.Now()
	if c := s.cache.get(token, now); c != nil {
		return WithCaller(r.Context(), c), nil
	}
	c, err := s.callerOfToken(r.Context(), token, now)
	if err != nil {
		return nil, err
	}
	s.cache.put(token, c, now.Add(cacheAge))
	return WithCaller(r.Context(), c), nil
}

func (s *Service) callerOfToken(ctx context.Context, token [32]byte, now when.Instant) (c *Caller, err error) {
	var row sessionRow
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		var found bool
		row, found, err = sessionByToken(tx, token[:])
		if err != nil {
			return err
		}
		if !found || row.ExpiresAt < now {
			return ErrLogin
		}
		u, err := userAnywhere(tx, row.UserID)
		if err != nil {
			return err
		}
		if !u.Active {
			return ErrLogin
		}
		c, err = s.callerTx(tx, u, row.ID)
		return err
	})
	if err != nil || now < row.SeenAt.Add(touchEvery) {
		return c, err
	}
	return c, s.db.Write(ctx, func(tx *db.Tx) error { return touchSession(tx, row.ID, now, now.Add(idleLimit)) })
}

// callerTx gathers what a user may do where.
func (s *Service) callerTx(tx *db.Tx, u User, session id.ID) (*Caller, error) {
	grants, err := grantsOf(tx, u.ID)
	if err != nil {
		return nil, err
	}
	roles, err := allRoles(tx)
	if err != nil {
		return nil, err
	}
	tree, err := s.orgs.TreeTx(tx)
	if err != nil {
		return nil, err
	}
	var held []Held
	for _, g := range grants {
		for _, r := range roles {
			if r.ID == g.RoleID {
				held = append(held, Held{r.Permissions, g.OrgID, r.NameZh, r.NameEn})
			}
		}
	}
	c := NewCaller(u, tree, held...)
	c.SessionID = session
	return c, nil
}
