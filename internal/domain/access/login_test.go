package access_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func (b *bench) attempt(login, password, code string) (*access.Caller, error) {
	_, c, err := b.Login(context.Background(), access.Attempt{Login: login, Password: password, Code: code})
	return c, err
}

// wait is how long the error says to wait.
func wait(err error) time.Duration {
	var f *fault.Error
	if errors.As(err, &f) && f.Code == access.ErrLocked.Code {
		return time.Duration(f.Params["retry_after_s"].(float64)) * time.Second
	}
	return 0
}

func acting(c *access.Caller) context.Context { return access.WithCaller(context.Background(), c) }

// The lock grows with each failure, is the same for a login that nobody has, and a
// right password does not open it early.
func TestALoginIsLockedLongerAndLonger(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for _, login := range []string{"admin1", "nobody"} {
			for range access.DefaultPolicy.FreeFailures {
				if _, err := b.attempt(login, "wrong", ""); !errors.Is(err, access.ErrCredentials) {
					t.Fatalf("%s, free failures: %v", login, err)
				}
			}
			for _, want := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute} {
				if _, err := b.attempt(login, password, ""); wait(err) != want {
					t.Fatalf("%s: locked for %v (%v), want %v", login, wait(err), err, want)
				}
				b.now = b.now.Add(want)
				if _, err := b.attempt(login, "wrong", ""); !errors.Is(err, access.ErrCredentials) {
					t.Fatalf("%s after the lock: %v", login, err)
				}
			}
		}
		b.now = b.now.Add(8 * time.Minute)
		if _, err := b.attempt("admin1", password, ""); err != nil {
			t.Fatalf("after the lock: %v", err)
		}
		if _, err := b.attempt("admin1", "wrong", ""); !errors.Is(err, access.ErrCredentials) {
			t.Errorf("a success does not take the failures back: %v", err)
		}
	})
}

// The lock counts attempts that run at once one by one.
func TestManyAttemptsAtOnceAreMany(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		var judged atomic.Int64
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if _, err := b.attempt("admin1", "wrong", ""); errors.Is(err, access.ErrCredentials) {
					judged.Add(1)
				}
			})
		}
		all.Wait()
		if n := judged.Load(); n != int64(access.DefaultPolicy.FreeFailures) {
			t.Errorf("%d of 20 passwords were judged, want %d", n, access.DefaultPolicy.FreeFailures)
		}
	})
}

func TestALockEndsByAnAdministrator(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		clerk := b.bootstrap(t, "clerk", b.one.ID, "clerk")
		for range access.DefaultPolicy.FreeFailures {
			b.attempt("clerk", "wrong", "") //nolint:errcheck // refused, as tested above
		}
		state, err := b.LoginState(b.admin, clerk)
		if err != nil || state.LockedSeconds != 60 || state.Failures != int64(access.DefaultPolicy.FreeFailures) {
			t.Fatalf("state %+v, %v", state, err)
		}
		if err := b.Unlock(b.admin, clerk); err != nil {
			t.Fatal(err)
		}
		if _, err := b.attempt("clerk", password, ""); err != nil {
			t.Errorf("unlocked: %v", err)
		}
		_, other := b.login(t, "admin2", password)
		if err := b.Unlock(acting(other), clerk); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another company's administrator: %v", err)
		}
	})
}

func TestFailedAttemptsAreWrittenDown(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.attempt("admin1", "wrong", "")  //nolint:errcheck // refused
		b.attempt("nobody", password, "") //nolint:errcheck // refused, and of no company
		if n := b.entries(t, "access.login_failed"); n != 1 {
			t.Errorf("%d entries, want 1", n)
		}
	})
}

func (b *bench) entries(t *testing.T, action string) (n int) {
	t.Helper()
	err := b.d.Read(context.Background(), func(tx *db.Tx) error {
		return tx.Get(&n, "SELECT count(*) FROM audit_entry WHERE action = $1", action)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestSessionsEndOneByOneAndAllTogether(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		clerk := b.bootstrap(t, "clerk", b.one.ID, "clerk")
		first, c := b.login(t, "clerk", password)
		second, other := b.login(t, "clerk", password)
		all, err := b.Sessions(acting(c))
		if err != nil || len(all) != 2 || all[0].Current == all[1].Current {
			t.Fatalf("sessions %+v, %v", all, err)
		}
		if err := b.EndSession(acting(c), other.SessionID); err != nil {
			t.Fatal(err)
		}
		if _, err := b.authenticate(second); !errors.Is(err, access.ErrLogin) {
			t.Errorf("the ended session: %v", err)
		}
		if err := b.EndSession(acting(c), id.ID{9}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("a session of nobody: %v", err)
		}
		_, admin := b.login(t, "admin1", password)
		if err := b.EndSession(acting(c), admin.SessionID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("somebody else's session: %v", err)
		}
		if err := b.EndSessions(b.admin, clerk); err != nil {
			t.Fatal(err)
		}
		if _, err := b.authenticate(first); !errors.Is(err, access.ErrLogin) {
			t.Errorf("after the administrator ended all: %v", err)
		}
	})
}

// However busily it is used, a session ends.
func TestASessionEndsAtTheLatest(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.policy(t, func(p *access.Policy) { p.IdleMinutes, p.SessionHours, p.AdminFactor = 60, 2, false })
		token, _ := b.login(t, "admin1", password)
		for range 2 {
			b.now = b.now.Add(50 * time.Minute)
			if _, err := b.authenticate(token); err != nil {
				t.Fatalf("in use: %v", err)
			}
		}
		b.now = b.now.Add(21 * time.Minute)
		if _, err := b.authenticate(token); !errors.Is(err, access.ErrLogin) {
			t.Errorf("after two hours: %v", err)
		}
	})
}

// Times are compared with the database's clock at each request; a clock set back
// makes no ended session live.
func TestAClockSetBackRevivesNothing(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		token, c := b.login(t, "admin1", password)
		if _, err := b.Logout(acting(c)); err != nil {
			t.Fatal(err)
		}
		b.now = b.now.Add(-time.Hour)
		if _, err := b.authenticate(token); !errors.Is(err, access.ErrLogin) {
			t.Errorf("a session ended before: %v", err)
		}
	})
}
