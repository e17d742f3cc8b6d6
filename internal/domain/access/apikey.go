package access

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// APIKey lets a program act for a user, within some of his rights and one
// organisation, until it expires.
type APIKey struct {
	ID          id.ID        `json:"id"`
	UserID      id.ID        `json:"user_id" doc:"for whom it acts"`
	UserName    string       `json:"user_name"`
	OrgID       id.ID        `json:"org_id" doc:"where, and in all below"`
	Name        string       `json:"name"`
	Prefix      string       `json:"prefix" doc:"beginning of the key, to tell it from others"`
	Permissions Patterns     `json:"permissions" nullable:"false"`
	CreatedAt   when.Instant `json:"created_at"`
	ExpiresAt   when.Instant `json:"expires_at"`
	RevokedAt   when.Instant `json:"revoked_at,omitzero"`
	EndedAt     when.Instant `json:"ended_at,omitzero" doc:"when it was first seen to have expired"`
	UsedAt      when.Instant `json:"used_at,omitzero" doc:"last use, to five minutes"`
	UsedFrom    string       `json:"used_from,omitempty" doc:"address of the last use"`
}

// NewAPIKey is a key just made; the token is shown this once.
type NewAPIKey struct {
	APIKey
	Token string `json:"token"`
}

// APIKeyInput is what a user says about a key of his.
type APIKeyInput struct {
	Name        string   `json:"name" minLength:"1" maxLength:"60"`
	OrgID       id.ID    `json:"org_id"`
	Permissions Patterns `json:"permissions" minItems:"1" maxItems:"100"`
	Days        int      `json:"days" minimum:"1" maximum:"366" doc:"until it expires"`
}

const (
	keyPrefix = "zyk_"
	// shownOfKey is how much of a key is kept in clear.
	shownOfKey = len(keyPrefix) + 6
)

// keyBounds narrow what a key's user may do to what the key may.
type keyBounds struct {
	patterns Patterns
	nodes    map[id.ID]bool
}

func (b *keyBounds) allow(permission string) bool { return b == nil || b.patterns.Allow(permission) }
func (b *keyBounds) reach(node id.ID) bool        { return b == nil || b.nodes[node] }

// CreateKey makes a key of the caller's. Permission: access.create_key. Errors:
// validation, ErrOrgUnknown, ErrBeyondOwn.
func (s *Service) CreateKey(ctx context.Context, in APIKeyInput) (NewAPIKey, error) {
	who, err := Allow(ctx, PermCreateKey)
	if err != nil {
		return NewAPIKey{}, err
	}
	if _, err := self(ctx); err != nil {
		return NewAPIKey{}, err
	}
	var v fault.Validation
	v.Check(strings.TrimSpace(in.Name) != "", "name", "required")
	v.Check(genuine(in.Name), "name", "wrong_format")
	v.Check(!in.OrgID.IsZero(), "org_id", "required")
	if err := v.Err(); err != nil {
		return NewAPIKey{}, err
	}
	switch {
	case !who.Nodes.Has(in.OrgID):
		return NewAPIKey{}, ErrOrgUnknown
	case !who.covers(in.Permissions):
		return NewAPIKey{}, ErrBeyondOwn
	}
	permissions, err := json.Marshal(in.Permissions)
	if err != nil {
		return NewAPIKey{}, fmt.Errorf("access: key: %w", err)
	}
	token := newToken(keyPrefix)
	hash := sha256.Sum256([]byte(token))
	made := NewAPIKey{Token: token}
	return made, s.db.Write(ctx, func(tx *db.Tx) error {
		row := keyRow{ID: tx.NewID(), UserID: who.UserID, OrgID: in.OrgID, Name: strings.TrimSpace(in.Name), Prefix: token[:shownOfKey], TokenHash: hash[:],
			Permissions: string(permissions), CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(time.Duration(in.Days) * 24 * time.Hour)}
		if err := insertKey(tx, row); err != nil {
			return err
		}
		if made.APIKey, err = row.open(who.Name); err != nil {
			return err
		}
		return s.recordTx(tx, who.Caller, PermCreateKey, "api_key", row.ID, nil, made.APIKey)
	})
}

// covers tells whether some role of the caller allows each pattern whole.
func (c *Caller) covers(patterns Patterns) bool {
	for _, p := range patterns {
		if !slices.ContainsFunc(c.grants, func(g callerGrant) bool { return g.Patterns.cover(p) }) {
			return false
		}
	}
	return true
}

// cover tells whether everything a pattern allows is allowed.
func (p Patterns) cover(pattern string) bool {
	module, verb, _ := strings.Cut(pattern, ".")
	return slices.ContainsFunc(p, func(mine string) bool {
		return mine == pattern || mine == "*" || pattern != "*" && (mine == module+".*" && module != "*" || mine == "*."+verb && verb != "*")
	})
}

func (k keyRow) open(user string) (APIKey, error) {
	a := APIKey{ID: k.ID, UserID: k.UserID, UserName: user, OrgID: k.OrgID, Name: k.Name, Prefix: k.Prefix, CreatedAt: k.CreatedAt,
		ExpiresAt: k.ExpiresAt, RevokedAt: k.RevokedAt, EndedAt: k.EndedAt, UsedAt: k.UsedAt, UsedFrom: k.UsedFrom}
	if err := json.Unmarshal([]byte(k.Permissions), &a.Permissions); err != nil {
		return a, fmt.Errorf("access: key %s: %w", k.ID, err)
	}
	return a, nil
}

// Keys lists the keys for organisations in which the caller may see them, the
// newest first, before one of them. Permission: access.keys.
func (s *Service) Keys(ctx context.Context, before id.ID, limit int) (keys []APIKey, err error) {
	who, err := Allow(ctx, PermKeys)
	if err != nil {
		return nil, err
	}
	keys = []APIKey{}
	return keys, s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := keysOf(tx, who.Nodes, before, limit)
		if err != nil {
			return err
		}
		owners := make([]id.ID, len(rows))
		for i, r := range rows {
			owners[i] = r.UserID
		}
		names, err := s.NamesTx(tx, owners)
		if err != nil {
			return err
		}
		for _, r := range rows {
			k, err := r.open(names[r.UserID])
			if err != nil {
				return err
			}
			keys = append(keys, k)
		}
		return nil
	})
}

// RevokeKey ends a key. Doing it twice is no error. Permission: access.revoke_key.
// Error: db.ErrNotFound.
func (s *Service) RevokeKey(ctx context.Context, i id.ID) error {
	who, err := Allow(ctx, PermRevokeKey)
	if err != nil {
		return err
	}
	defer s.cache.clear()
	return s.db.Write(ctx, func(tx *db.Tx) error {
		k, err := keyByID(tx, who.Nodes, i)
		if err != nil {
			return err
		}
		if err := revokeKey(tx, i); errors.Is(err, errKeyEnded) {
			return nil
		} else if err != nil {
			return err
		}
		return s.recordTx(tx, who.Caller, PermRevokeKey, "api_key", k.ID, nil, nil)
	})
}

// endKeysTx ends the keys of a user whose password an administrator has replaced.
func (s *Service) endKeysTx(tx *db.Tx, who Who, user id.ID) error {
	ended, err := revokeKeysOf(tx, user)
	for _, k := range ended {
		if err := s.recordTx(tx, who.Caller, PermRevokeKey, "api_key", k, nil, nil); err != nil {
			return err
		}
	}
	return err
}

// callerOfKey gives the caller a key acts for, and when it expires.
func (s *Service) callerOfKey(ctx context.Context, token []byte, now when.Instant) (c *Caller, until when.Instant, err error) {
	var k keyRow
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		var found bool
		k, found, err = keyByToken(tx, token)
		if err != nil {
			return err
		}
		switch {
		case !found || k.RevokedAt != 0 || k.EndedAt != 0:
			return ErrLogin
		case k.ExpiresAt <= now:
			return ErrLogin.Wrap(errOver)
		}
		u, err := userAnywhere(tx, k.UserID)
		if err != nil {
			return err
		}
		if !u.Active {
			return ErrLogin
		}
		policy, err := policyTx(tx)
		if err != nil {
			return err
		}
		if c, err = s.callerTx(tx, u, id.ID{}); err != nil {
			return err
		}
		c.rules = policy.passwordRules()
		return s.boundTx(tx, c, k)
	})
	if err != nil || now < k.UsedAt.Add(touchEvery) {
		return c, k.ExpiresAt, err
	}
	from := ""
	if addr := rest.PeerOf(ctx).Addr; addr.IsValid() {
		from = addr.String()
	}
	return c, k.ExpiresAt, s.db.Write(ctx, func(tx *db.Tx) error {
		if err := touchUser(tx, k.UserID); err != nil {
			return err
		}
		return touchKey(tx, k.ID, from)
	})
}

func (s *Service) boundTx(tx *db.Tx, c *Caller, k keyRow) error {
	open, err := k.open(c.Name)
	if err != nil {
		return err
	}
	tree, err := s.orgs.TreeTx(tx)
	if err != nil {
		return err
	}
	c.bounds = &keyBounds{patterns: open.Permissions, nodes: map[id.ID]bool{}}
	for _, o := range tree.Subtree(k.OrgID) {
		c.bounds.nodes[o.ID] = true
	}
	c.KeyID, c.Name = k.ID, c.Name+" · "+k.Name
	return nil
}
