package access_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// code is what the user's telephone shows.
func (b *bench) code(t *testing.T, secret string) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, b.now.Time())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// enrol gives the user a second factor; its next code is 30 seconds away.
func (b *bench) enrol(t *testing.T, c *access.Caller) (secret string, recovery []string) {
	t.Helper()
	f, err := b.BeginFactor(acting(c))
	if err != nil {
		t.Fatal(err)
	}
	if recovery, err = b.ConfirmFactor(acting(c), b.code(t, f.Secret)); err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(30 * time.Second)
	return f.Secret, recovery
}

func TestASecondFactorIsAskedForAfterThePassword(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		_, c := b.login(t, "admin1", password)
		secret, recovery := b.enrol(t, c)
		if len(recovery) != 10 || len(recovery[0]) != 19 {
			t.Errorf("recovery codes %v", recovery)
		}
		for _, a := range []struct {
			password, code string
			want           error
		}{
			{"wrong", b.code(t, secret), access.ErrCredentials}, {password, "", access.ErrCodeRequired},
			{password, "000000", access.ErrCode}, {password, b.code(t, secret), nil},
			{password, b.code(t, secret), access.ErrCode}, // seen over the shoulder
			{password, strings.ToUpper(recovery[0]), nil}, {password, recovery[0], access.ErrCode},
		} {
			if _, err := b.attempt("admin1", a.password, a.code); !errors.Is(err, a.want) {
				t.Errorf("password %q, code %q: %v, want %v", a.password, a.code, err, a.want)
			}
		}
	})
}

func TestACodeOfAClockAStepOffIsTaken(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		_, c := b.login(t, "admin1", password)
		secret, _ := b.enrol(t, c)
		b.now = b.now.Add(5 * time.Minute)
		for off, want := range map[time.Duration]bool{-90 * time.Second: false, 90 * time.Second: false, 30 * time.Second: true} {
			code, err := totp.GenerateCode(secret, b.now.Add(off).Time())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := b.attempt("admin1", password, code); (err == nil) != want {
				t.Errorf("a clock %v off: %v", off, err)
			}
		}
	})
}

func TestACodeUsedTwiceAtOnceOpensOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		_, c := b.login(t, "admin1", password)
		secret, recovery := b.enrol(t, c)
		for _, code := range []string{b.code(t, secret), recovery[3]} {
			var opened atomic.Int64
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					if _, err := b.attempt("admin1", password, code); err == nil {
						opened.Add(1)
					}
				})
			}
			all.Wait()
			if opened.Load() != 1 {
				t.Errorf("code %s opened %d sessions", code, opened.Load())
			}
		}
	})
}

// An administrator sets up a second factor before he does anything else, and
// cannot be without.
func TestAdministratorsNeedASecondFactor(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.policy(t, func(*access.Policy) {})
		token, c := b.login(t, "admin1", password)
		if _, err := b.Users(acting(c), access.UserFilter{Limit: 1}); !errors.Is(err, access.ErrFactorDue) {
			t.Fatalf("without one: %v", err)
		}
		if f, err := b.Factor(acting(c)); err != nil || f.Present || !f.Mandatory {
			t.Errorf("state %+v, %v", f, err)
		}
		secret, recovery := b.enrol(t, c)
		c, err := b.authenticate(token)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Users(acting(c), access.UserFilter{Limit: 1}); err != nil {
			t.Errorf("with one: %v", err)
		}
		if err := b.EndFactor(acting(c), recovery[0]); !errors.Is(err, access.ErrFactorDue) {
			t.Errorf("turned off: %v", err)
		}
		if fresh, err := b.RenewRecovery(acting(c), b.code(t, secret)); err != nil || len(fresh) != 10 || fresh[1] == recovery[1] {
			t.Errorf("new codes %v, %v", fresh, err)
		}
		if _, head := b.login(t, "citizen", password); head.Due != access.DueNothing {
			t.Errorf("a department head: due %q", head.Due)
		}
	})
}

func TestASecondFactorIsTurnedOffByItself(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		_, c := b.login(t, "citizen", password)
		if err := b.EndFactor(acting(c), "000000"); !errors.Is(err, access.ErrFactorAbsent) {
			t.Errorf("without one: %v", err)
		}
		if _, err := b.ConfirmFactor(acting(c), "000000"); !errors.Is(err, access.ErrFactorAbsent) {
			t.Errorf("confirmed before it was begun: %v", err)
		}
		secret, _ := b.enrol(t, c)
		if _, err := b.BeginFactor(acting(c)); !errors.Is(err, access.ErrFactorPresent) {
			t.Errorf("begun again: %v", err)
		}
		if err := b.EndFactor(acting(c), "000000"); !errors.Is(err, access.ErrCode) {
			t.Errorf("by a wrong code: %v", err)
		}
		if err := b.EndFactor(acting(c), b.code(t, secret)); err != nil {
			t.Fatal(err)
		}
		if _, err := b.attempt("citizen", password, ""); err != nil {
			t.Errorf("after it was turned off: %v", err)
		}
	})
}

func TestALostTelephone(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		clerk := b.bootstrap(t, "clerk", b.one.ID, "clerk")
		token, c := b.login(t, "clerk", password)
		b.enrol(t, c)
		if err := b.ResetFactor(b.admin, clerk); err != nil {
			t.Fatal(err)
		}
		if _, err := b.authenticate(token); !errors.Is(err, access.ErrLogin) {
			t.Errorf("his old session: %v", err)
		}
		if _, err := b.attempt("clerk", password, ""); err != nil {
			t.Errorf("without a code: %v", err)
		}
		admin := access.CallerOf(b.admin)
		if err := b.ResetFactor(b.admin, admin.UserID); !errors.Is(err, access.ErrSelf) {
			t.Errorf("an administrator his own: %v", err)
		}
	})
}

func TestSecretsAreSealed(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		_, c := b.login(t, "admin1", password)
		secret, _ := b.enrol(t, c)
		var stored []byte
		err := b.d.Read(context.Background(), func(tx *db.Tx) error {
			return tx.Get(&stored, "SELECT totp FROM user_credential WHERE user_id = $1", c.UserID)
		})
		if err != nil || len(stored) == 0 || strings.Contains(string(stored), secret) {
			t.Errorf("stored %q, %v", stored, err)
		}
	})
}

// Whoever finds a session open cannot try all codes to end the second factor.
func TestCodesOfASignedInUserAreCounted(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		_, c := b.login(t, "admin1", password)
		secret, _ := b.enrol(t, c)
		tries := 0
		for err := error(nil); !errors.Is(err, access.ErrLocked); tries++ {
			if tries > 20 {
				t.Fatal("codes can be tried without end")
			}
			_, err = b.RenewRecovery(acting(c), "000000")
		}
		if err := b.EndFactor(acting(c), b.code(t, secret)); !errors.Is(err, access.ErrLocked) {
			t.Errorf("the right code, while it is locked: %v", err)
		}
		b.now = b.now.Add(time.Hour)
		if err := b.EndFactor(acting(c), b.code(t, secret)); err != nil {
			t.Errorf("when the lock has ended: %v", err)
		}
	})
}

// What is set up and what is changed at the same time do not undo one another.
func TestAPasswordSetMeanwhileLeavesTheFactor(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		_, c := b.login(t, "admin1", password)
		secret, _ := b.enrol(t, c)
		if err := b.ChangePassword(acting(c), password, "another horse 2"); err != nil {
			t.Fatal(err)
		}
		if _, err := b.attempt("admin1", "another horse 2", ""); !errors.Is(err, access.ErrCodeRequired) {
			t.Errorf("without a code: %v", err)
		}
		if _, err := b.attempt("admin1", "another horse 2", b.code(t, secret)); err != nil {
			t.Errorf("with one: %v", err)
		}
		if _, err := b.BeginFactor(acting(c)); !errors.Is(err, access.ErrFactorPresent) {
			t.Errorf("a second one: %v", err)
		}
	})
}
