package attack_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

func (w *world) wait(d time.Duration) { w.now.Add(d.Microseconds()) }

func (w *world) login(login, password, code string) (status int, problem string) {
	w.t.Helper()
	out := w.send(actor{}, sent{method: "POST", target: "/api/v1/sessions", header: jsonBody, body: fmt.Appendf(nil, `{"login":%q,"password":%q,"code":%q}`, login, password, code)})
	text, _ := at(decode(out.Body.Bytes()), "code").(string)
	return out.Code, text
}

// A session that has ended stays ended when the clock is set back behind its end.
func TestAClockSetBackRevivesNoSession(t *testing.T) {
	each(t, func(w *world) {
		a := w.user(&w.own, "sleeper", "clerk")
		me := sent{method: "GET", target: "/api/v1/me"}
		for _, step := range []struct {
			wait time.Duration
			want int
		}{{time.Minute, http.StatusOK}, {48 * time.Hour, http.StatusUnauthorized}, {-48 * time.Hour, http.StatusUnauthorized}, {-time.Hour, http.StatusUnauthorized}} {
			w.wait(step.wait)
			if out := w.send(a, me); out.Code != step.want {
				w.t.Errorf("after %s: %d, want %d", step.wait, out.Code, step.want)
			}
		}
	})
}

// A code that was used is used up, and so are those before it, wherever the clock is
// set; a recovery code too.
func TestAClockSetBackRevivesNoCode(t *testing.T) {
	each(t, func(w *world) {
		secrets := w.secrets()
		code := func(ahead time.Duration) string {
			c, err := totp.GenerateCode(secrets["TOTP secret"], time.UnixMicro(w.now.Load()).Add(ahead))
			w.must(err)
			return c
		}
		w.wait(time.Minute)
		used := code(0)
		recovery := secrets["recovery code 0"]
		for name, c := range map[string]string{"a code": used, "a recovery code": recovery} {
			if status, _ := w.login("factor", password, c); status != http.StatusCreated {
				w.t.Fatalf("%s: %d", name, status)
			}
		}
		for _, back := range []time.Duration{0, -30 * time.Second, -time.Hour, -24 * time.Hour, 25*time.Hour + 30*time.Second} {
			w.wait(back)
			for name, c := range map[string]string{"the code": used, "the code before": code(0), "the recovery code": recovery} {
				if name == "the code before" && back > 0 {
					continue // a new one
				}
				if status, problem := w.login("factor", password, c); status == http.StatusCreated {
					w.t.Errorf("%s is good again after %s: %s", name, back, problem)
				}
			}
		}
	})
}

// Failed attempts lock a login for longer and longer, the right password too; a clock
// set back does not open it sooner.
func TestAClockSetBackOpensNoLock(t *testing.T) {
	each(t, func(w *world) {
		w.user(&w.own, "locked", "clerk")
		tries := 0
		for ; tries < 30; tries++ {
			if _, problem := w.login("locked", "wrong", ""); strings.Contains(problem, "locked") {
				break
			}
		}
		if tries > 10 {
			w.t.Fatalf("%d attempts before the lock", tries)
		}
		for _, wait := range []time.Duration{0, -time.Minute, -time.Hour, -24 * time.Hour} {
			w.wait(wait)
			if status, problem := w.login("locked", password, ""); status != http.StatusTooManyRequests {
				w.t.Errorf("after %s: %d %s", wait, status, problem)
			}
		}
		w.wait(27 * time.Hour)
		if status, problem := w.login("locked", password, ""); status != http.StatusCreated {
			w.t.Errorf("when the lock has ended: %d %s", status, problem)
		}
	})
}
