package access_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/domain/access"
)

// linkAdmin makes the administrator a person of the provider.
func (b *ssoBench) linkAdmin(t *testing.T) *access.Caller {
	t.Helper()
	_, c := b.login(t, "admin1", password)
	if _, err := b.Link(b.admin, "", c.UserID, access.LinkInput{ProviderID: b.p.ID, Subject: "s-admin"}); err != nil {
		t.Fatal(err)
	}
	return c
}

func (w *browser) code(code string) string {
	return w.send("POST", "/api/v1/sso/code", `{"code":"`+code+`"}`).Body.String()
}

const askedForCode = "/login?next=%2Ftasks&sso=code"

func TestTheSecondFactorIsAskedForAfterTheProvider(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		secret, recovery := b.enrol(t, b.linkAdmin(t))
		b.now = b.now.Add(time.Minute) // the code that enrolled is used
		w := b.browser()
		if to := w.signIn(t, b.p.ID, "s-admin"); to != askedForCode || w.cookies["zhiyin_session"] != "" {
			t.Fatalf("sent on to %s with %v", to, w.cookies)
		}
		if got := w.code("000000"); !strings.Contains(got, access.ErrCode.Code) {
			t.Errorf("a wrong code: %s", got)
		}
		if got := b.browser().code(b.code(t, secret)); !strings.Contains(got, access.ErrSSOState.Code) {
			t.Errorf("in another browser: %s", got)
		}
		kept := w.cookies["zhiyin_sso"]
		if got := w.code(b.code(t, secret)); !strings.Contains(got, `"login":"admin1"`) || !strings.Contains(w.me(), `"due":""`) {
			t.Fatalf("the code: %s, then %s", got, w.me())
		}
		w.cookies["zhiyin_sso"] = kept
		if got := w.code(recovery[0]); !strings.Contains(got, access.ErrSSOState.Code) {
			t.Errorf("the same attempt again: %s", got)
		}
		w = b.browser()
		w.signIn(t, b.p.ID, "s-admin")
		b.now = b.now.Add(11 * time.Minute)
		if got := w.code(recovery[0]); !strings.Contains(got, access.ErrSSOState.Code) {
			t.Errorf("after eleven minutes: %s", got)
		}
	})
}

// Codes are guessed no faster than by password.
func TestCodesAfterTheProviderAreLocked(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		secret, _ := b.enrol(t, b.linkAdmin(t))
		b.now = b.now.Add(time.Minute)
		w := b.browser()
		w.signIn(t, b.p.ID, "s-admin")
		for range access.DefaultPolicy.FreeFailures {
			if got := w.code("000000"); !strings.Contains(got, access.ErrCode.Code) {
				t.Fatalf("free failures: %s", got)
			}
		}
		if got := w.code(b.code(t, secret)); !strings.Contains(got, access.ErrLocked.Code) {
			t.Errorf("then: %s", got)
		}
		if _, _, err := b.Login(t.Context(), access.Attempt{Login: "admin1", Password: password}); !errors.Is(err, access.ErrLocked) {
			t.Errorf("by password: %v", err)
		}
	})
}

func TestATrustedProviderHasCheckedTheSecondFactor(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		b.policy(t, func(*access.Policy) {}) // administrators need one
		b.linkAdmin(t)
		for trusted, want := range map[string]string{"": `"due":"factor"`, "silver hwk": `"due":"factor"`, "gold": `"due":""`, "hwk otp": `"due":""`} {
			b.set(t, func(in *access.ProviderInput) { in.TrustedFactors = trusted })
			w := b.browser()
			if to := w.signIn(t, b.p.ID, "s-admin"); to != "/tasks" || !strings.Contains(w.me(), want) {
				t.Errorf("trusted %q: %s, %s", trusted, to, w.me())
			}
		}
	})
}

func TestATrustedProviderStandsForOnesOwnFactor(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		b.enrol(t, b.linkAdmin(t))
		b.set(t, func(in *access.ProviderInput) { in.TrustedFactors = "otp" })
		if to := b.browser().signIn(t, b.p.ID, "s-admin"); to != "/tasks" {
			t.Errorf("trusted: %s", to)
		}
		b.op.Tamper = func(c map[string]any) { delete(c, "amr") }
		if to := b.browser().signIn(t, b.p.ID, "s-admin"); to != askedForCode {
			t.Errorf("the provider does not say so: %s", to)
		}
	})
}

// What waits for a code ends with what it stands on.
func TestAWaitingAttemptFalls(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		c := b.linkAdmin(t)
		_, recovery := b.enrol(t, c)
		for i, fall := range []func() error{
			func() error {
				if got := b.logout(t, b.op, b.op.LogoutClaims("zhiyin", "s-admin", ""), b.p.ID); got != 200 {
					t.Error(got)
				}
				return nil
			},
			func() error { return b.Unlink(b.admin, c.UserID, b.p.ID) },
		} {
			w := b.browser()
			if to := w.signIn(t, b.p.ID, "s-admin"); to != askedForCode {
				t.Fatalf("sent on to %s", to)
			}
			if err := fall(); err != nil {
				t.Fatal(err)
			}
			if got := w.code(recovery[0]); !strings.Contains(got, access.ErrSSOState.Code) {
				t.Errorf("%d: %s", i, got)
			}
		}
	})
}
