package access

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

const (
	// touchEvery bounds how often use of a session or key is written down.
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

// Logout ends the caller's session. When a provider opened it, the browser goes on
// to sign out there; elsewhere is "".
func (s *Service) Logout(ctx context.Context) (elsewhere string, err error) {
	c := CallerOf(ctx)
	if c == nil {
		return "", ErrLogin
	}
	var by entrance
	defer s.cache.clear()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if by, err = s.entranceTx(tx, c.SessionID); err != nil {
			return err
		}
		if err := deleteSession(tx, c.SessionID); err != nil {
			return err
		}
		return s.recordTx(tx, c, PermLogout, "session", c.SessionID, nil, nil)
	})
	if err != nil || by.provider.ID.IsZero() {
		return "", err
	}
	return s.elsewhere(ctx, by), nil
}

// Authenticate puts the caller of a request, known by his session cookie or by an
// API key, into its context.
func (s *Service) Authenticate(r *http.Request) (context.Context, error) {
	token, find := "", s.callerOfSession
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		token, find = bearer, s.callerOfKey
	} else if cookie, err := r.Cookie(rest.SessionCookie); err == nil {
		token = cookie.Value
	}
	if token == "" {
		return nil, ErrLogin
	}
	hash, now := sha256.Sum256([]byte(token)), s.db.Now()
	if c := s.cache.get(hash, now); c != nil {
		return WithCaller(r.Context(), c), nil
	}
	c, until, err := find(r.Context(), hash[:], now)
	if errors.Is(err, errOver) || err == nil && c.over {
		err = errors.Join(err, s.EndOver(r.Context()))
	}
	if err != nil {
		return nil, err
	}
	if c.changesAt != 0 {
		until = min(until, c.changesAt)
	}
	s.cache.put(hash, c, min(until, now.Add(cacheAge)))
	return WithCaller(r.Context(), c), nil
}

// callerOfSession gives whose session it is, and when it ends if it is not used.
func (s *Service) callerOfSession(ctx context.Context, token []byte, now when.Instant) (c *Caller, until when.Instant, err error) {
	var row sessionRow
	var policy Policy
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		var found bool
		row, found, err = sessionByToken(tx, token)
		if err != nil {
			return err
		}
		if !found {
			return ErrLogin
		}
		if row.ExpiresAt < now || row.EndsAt < now {
			return ErrLogin.Wrap(errOver)
		}
		u, err := userAnywhere(tx, row.UserID)
		if err != nil {
			return err
		}
		if !u.Active {
			return ErrLogin
		}
		if policy, err = policyTx(tx); err != nil {
			return err
		}
		if c, err = s.callerTx(tx, u, row.ID); err != nil {
			return err
		}
		return c.requireTx(tx, policy, row)
	})
	if err != nil || now < row.SeenAt.Add(touchEvery) {
		return c, row.ExpiresAt, err
	}
	until = min(now.Add(policy.idle()), row.EndsAt)
	return c, until, s.db.Write(ctx, func(tx *db.Tx) error {
		if err := touchUser(tx, row.UserID); err != nil {
			return err
		}
		return touchSession(tx, row.ID, now, until)
	})
}

// callerTx gathers what a user may do where.
func (s *Service) callerTx(tx *db.Tx, u User, session id.ID) (*Caller, error) {
	held, err := heldTx(tx, u.ID)
	if err != nil {
		return nil, err
	}
	tree, err := s.orgs.TreeTx(tx)
	if err != nil {
		return nil, err
	}
	c := NewCaller(u, tree, running(held[u.ID], tx.Now())...)
	c.SessionID, c.changesAt = session, changes(held[u.ID], tx.Now())
	c.over, err = overTx(tx, u.ID)
	return c, err
}
