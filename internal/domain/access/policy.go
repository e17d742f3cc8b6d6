package access

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Policy is how people sign in and how their rights are watched, for the whole
// installation (GB/T 22239-2019, 8.1.4.1 identity, 8.1.4.2 access control).
type Policy struct {
	MinLength      int   `json:"min_length" minimum:"8" maximum:"64" doc:"characters of a password"`
	Classes        int   `json:"classes" minimum:"1" maximum:"4" doc:"of small letters, capitals, digits and other signs a password mixes so many"`
	History        int   `json:"history" minimum:"0" maximum:"24" doc:"so many earlier passwords may not come back"`
	MaxAgeDays     int   `json:"max_age_days" minimum:"0" maximum:"3650" doc:"a password is changed after so many days; 0: never"`
	FreeFailures   int   `json:"free_failures" minimum:"3" maximum:"10" doc:"failed attempts before the login is locked"`
	LockSeconds    int   `json:"lock_seconds" minimum:"10" maximum:"3600" doc:"the first lock; each further failure doubles it"`
	MaxLockSeconds int   `json:"max_lock_seconds" minimum:"60" maximum:"86400" doc:"the longest lock"`
	IdleMinutes    int   `json:"idle_minutes" minimum:"5" maximum:"720" doc:"an unused session ends"`
	SessionHours   int   `json:"session_hours" minimum:"1" maximum:"168" doc:"any session ends"`
	AdminFactor    bool  `json:"admin_factor" doc:"administrators need a second factor"`
	UnusedDays     int   `json:"unused_days" minimum:"0" maximum:"3650" doc:"an account not used for so many days is pointed out; 0: none is"`
	WarnDays       int   `json:"warn_days" minimum:"0" maximum:"90" doc:"so many days before a grant ends its holder and the security administrators are reminded; 0: nobody is"`
	AbsenceDays    int   `json:"absence_days" minimum:"1" maximum:"366" doc:"for so many days at most a deputy is named"`
	Version        int64 `json:"version"`
}

// DefaultPolicy holds until the security administrator sets another.
var DefaultPolicy = Policy{MinLength: 8, Classes: 2, History: 5, FreeFailures: 5, LockSeconds: 60, MaxLockSeconds: 3600, IdleMinutes: 480, SessionHours: 24, AdminFactor: true,
	UnusedDays: 90, WarnDays: 7, AbsenceDays: 92}

// maxPassword bounds what is hashed.
const maxPassword = 128

// PasswordRules is what a new password is held to, for whoever types one.
type PasswordRules struct {
	MinLength int `json:"min_length"`
	MaxLength int `json:"max_length"`
	Classes   int `json:"classes" doc:"so many of small letters, capitals, digits and other signs"`
	History   int `json:"history" doc:"so many earlier passwords may not come back"`
}

func (p Policy) passwordRules() PasswordRules {
	return PasswordRules{MinLength: p.MinLength, MaxLength: maxPassword, Classes: p.Classes, History: p.History}
}

// check holds a new password to the rules.
func (p Policy) check(v *fault.Validation, field, login, password string) {
	n := utf8.RuneCountInString(password)
	v.Check(n >= p.MinLength, field, "too_short", "limit", p.MinLength)
	v.Check(n <= maxPassword, field, "too_long", "limit", maxPassword)
	v.Check(n < p.MinLength || classes(password) >= p.Classes, field, "password_too_simple", "limit", p.Classes)
	v.Check(!strings.EqualFold(login, password), field, "password_is_login")
}

// classes counts the kinds of signs: small letters, capitals, digits, others.
func classes(password string) (n int) {
	var seen [4]bool
	for _, r := range password {
		switch {
		case unicode.IsLower(r):
			seen[0] = true
		case unicode.IsUpper(r):
			seen[1] = true
		case unicode.IsDigit(r):
			seen[2] = true
		default:
			seen[3] = true
		}
	}
	for _, s := range seen {
		if s {
			n++
		}
	}
	return n
}

// lock is how long a login is locked after so many failures in a row.
func (p Policy) lock(failures int64) time.Duration {
	beyond := failures - int64(p.FreeFailures)
	if beyond < 0 {
		return 0
	}
	longest := time.Duration(p.MaxLockSeconds) * time.Second
	d := time.Duration(p.LockSeconds) * time.Second
	for ; beyond > 0 && d < longest; beyond-- {
		d *= 2
	}
	return min(d, longest)
}

func (p Policy) idle() time.Duration { return time.Duration(p.IdleMinutes) * time.Minute }
func (p Policy) life() time.Duration { return time.Duration(p.SessionHours) * time.Hour }

// Policy gives the rules of signing in. Permission: access.policy.
func (s *Service) Policy(ctx context.Context) (p Policy, err error) {
	if _, err := Allow(ctx, PermPolicy); err != nil {
		return Policy{}, err
	}
	return p, s.db.Read(ctx, func(tx *db.Tx) error { p, err = policyTx(tx); return err })
}

// SetPolicy changes the rules of signing in; they hold from the next request on.
// Permission: access.set_policy. Errors: validation, db.ErrStale.
func (s *Service) SetPolicy(ctx context.Context, version int64, p Policy) (Policy, error) {
	who, err := Allow(ctx, PermSetPolicy)
	if err != nil {
		return Policy{}, err
	}
	var v fault.Validation
	v.Check(p.MaxLockSeconds >= p.LockSeconds, "max_lock_seconds", "too_small", "limit", p.LockSeconds)
	v.Check(p.SessionHours*60 >= p.IdleMinutes, "session_hours", "too_small", "limit", (p.IdleMinutes+59)/60)
	if err := v.Err(); err != nil {
		return Policy{}, err
	}
	defer s.cache.clear()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		before, err := policyTx(tx)
		if err != nil {
			return err
		}
		if before.Version != version {
			return db.ErrStale
		}
		p.Version = version + 1
		if err := savePolicy(tx, p); err != nil {
			return err
		}
		return s.recordTx(tx, who.Caller, PermSetPolicy, "policy", who.HomeOrgID, before, p)
	})
	return p, err
}

// InstallPolicy sets the rules without asking who does it: for the demo company
// and tests.
func (s *Service) InstallPolicy(ctx context.Context, p Policy) error {
	return s.db.Write(ctx, func(tx *db.Tx) error { return savePolicy(tx, p) })
}
