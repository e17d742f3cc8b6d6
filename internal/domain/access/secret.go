package access

import (
	"context"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// ChangePassword sets the caller's own password; his other sessions end. A wrong
// old one counts as a failed login. Errors: validation, ErrCredentials, ErrLocked.
func (s *Service) ChangePassword(ctx context.Context, old, fresh string) error {
	c, err := self(ctx)
	if err != nil {
		return err
	}
	key := loginHash(c.Login)
	if err := s.claim(ctx, key); err != nil {
		return err
	}
	u, err := s.prove(ctx, Attempt{Login: c.Login, Password: old})
	if err != nil {
		return err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error { return deleteFailures(tx, key, tx.Now().Add(-forgetFailures)) })
	if err != nil {
		return err
	}
	hash, err := s.acceptable(ctx, u, "new_password", fresh)
	if err != nil {
		return err
	}
	defer s.cache.clear()
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := setPassword(tx, u.ID, hash); err != nil {
			return err
		}
		if err := s.keepPasswordTx(tx, u.ID, hash, false); err != nil {
			return err
		}
		if err := deleteOtherSessions(tx, u.ID, c.SessionID); err != nil {
			return err
		}
		return s.recordTx(tx, c, PermPassword, "user", u.ID, nil, nil)
	})
}

// acceptable hashes a password that the rules allow the user; it is compared with
// his earlier ones outside of a transaction, as hashing takes long.
func (s *Service) acceptable(ctx context.Context, u User, field, password string) (hash string, err error) {
	var v fault.Validation
	var past []string
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		policy, err := policyTx(tx)
		if err != nil {
			return err
		}
		policy.check(&v, field, u.Login, password)
		if u.ID.IsZero() {
			return nil
		}
		past, err = pastPasswords(tx, u.ID, policy.History)
		return err
	})
	if err == nil {
		err = v.Err()
	}
	if err != nil {
		return "", err
	}
	if u.PasswordHash != "" && !slices.Contains(past, u.PasswordHash) { // set before there was a history
		past = append(past, u.PasswordHash)
	}
	for _, p := range past {
		same, err := s.verify(ctx, p, password)
		if err != nil {
			return "", err
		}
		v.Check(!same, field, "password_used_before")
	}
	if err := v.Err(); err != nil {
		return "", err
	}
	err = s.inTurn(ctx, func() { hash = s.cost.Hash(password) })
	return hash, err
}

// keepPasswordTx remembers when the password was set and that it may not come back.
func (s *Service) keepPasswordTx(tx *db.Tx, user id.ID, hash string, mustChange bool) error {
	if err := setPasswordAge(tx, user, mustChange); err != nil {
		return err
	}
	return addPassword(tx, user, hash)
}

// Unlock takes back the failed attempts on a user's login, ResetFactor his second
// factor, EndSessions all his sessions: what an administrator does when somebody
// lost his telephone or his secrets are out. Permission: access.rescue. Error:
// db.ErrNotFound.
func (s *Service) Unlock(ctx context.Context, user id.ID) error {
	return s.rescue(ctx, user, "access.unlock", func(tx *db.Tx, _ Who, u User) error {
		return deleteFailures(tx, loginHash(u.Login), tx.Now().Add(-forgetFailures))
	})
}

// ResetFactor removes a user's second factor; he sets up another. Error: ErrBeyond.
func (s *Service) ResetFactor(ctx context.Context, user id.ID) error {
	return s.rescue(ctx, user, "access.reset_factor", func(tx *db.Tx, who Who, u User) error {
		if err := managedTx(tx, who, u.ID); err != nil {
			return err
		}
		if err := clearFactorTx(tx, u.ID); err != nil {
			return err
		}
		return deleteSessionsOf(tx, u.ID)
	})
}

// EndSessions signs a user out everywhere.
func (s *Service) EndSessions(ctx context.Context, user id.ID) error {
	return s.rescue(ctx, user, "access.end_sessions", func(tx *db.Tx, _ Who, u User) error { return deleteSessionsOf(tx, u.ID) })
}

func (s *Service) rescue(ctx context.Context, user id.ID, action string, do func(tx *db.Tx, who Who, u User) error) error {
	who, err := Allow(ctx, PermRescue)
	if err != nil {
		return err
	}
	if user == who.UserID {
		return ErrSelf
	}
	defer s.cache.clear()
	return s.db.Write(ctx, func(tx *db.Tx) error {
		u, err := userByID(tx, who.Nodes, user)
		if err != nil {
			return err
		}
		if err := do(tx, who, u); err != nil {
			return err
		}
		return s.recordTx(tx, who.Caller, action, "user", u.ID, nil, nil)
	})
}

// LoginState is how a user stands with signing in.
type LoginState struct {
	LockedSeconds int64     `json:"locked_seconds" doc:"0: not locked"`
	Failures      int64     `json:"failures" doc:"since the last success"`
	Factor        bool      `json:"factor" doc:"has a second factor"`
	Sessions      []Session `json:"sessions" nullable:"false"`
}

// LoginState tells an administrator how a user stands with signing in.
// Permission: access.rescue. Error: db.ErrNotFound.
func (s *Service) LoginState(ctx context.Context, user id.ID) (l LoginState, err error) {
	who, err := Allow(ctx, PermRescue)
	if err != nil {
		return l, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		u, err := userByID(tx, who.Nodes, user)
		if err != nil {
			return err
		}
		f, err := lockOf(tx, loginHash(u.Login))
		if err != nil {
			return err
		}
		cr, err := credentialTx(tx, u.ID)
		l = LoginState{LockedSeconds: max(0, int64(f.LockedUntil.Sub(tx.Now()).Seconds())), Failures: f.Failures, Factor: cr.ConfirmedAt != 0}
		return err
	})
	if err == nil {
		l.Sessions, err = s.sessions(ctx, user, id.ID{})
	}
	return l, err
}
