package app_test

import (
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

// Every answer, of whatever part of the server, tells browsers how to guard it.
func TestEveryAnswerCarriesTheGuardingHeaders(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for _, path := range []string{"/healthz", "/readyz", "/metrics", "/api/v1/me", "/api/v1/none", "/api/openapi.json", "/api/v1/sessions", "/nowhere"} {
			for _, secure := range []bool{false, true} {
				r := httptest.NewRequest("GET", path, nil)
				r.RemoteAddr = "192.0.2.1:1234"
				if secure {
					r.RemoteAddr = "10.0.0.1:1234"
					r.Header.Set("X-Forwarded-Proto", "https")
				}
				w := httptest.NewRecorder()
				b.h.ServeHTTP(w, r)
				for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
					"Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"} {
					if got := w.Header().Get(name); got != want {
						t.Errorf("%s: %s %q", path, name, got)
					}
				}
				if got := w.Header().Get("Strict-Transport-Security"); (got == "max-age=31536000") != secure {
					t.Errorf("%s over TLS %v: Strict-Transport-Security %q", path, secure, got)
				}
				if strings.HasPrefix(path, "/api/") && !strings.HasPrefix(w.Header().Get("Content-Security-Policy"), "default-src 'none'") {
					t.Errorf("%s: policy %q", path, w.Header().Get("Content-Security-Policy"))
				}
			}
		}
	})
}

func TestTheSessionCookieIsGuarded(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.signIn(t, "boss")
		for remote, secure := range map[string]bool{"192.0.2.1:1234": false, "10.0.0.1:1234": true} {
			r := httptest.NewRequest("POST", "/api/v1/sessions", strings.NewReader(`{"login":"boss","password":"`+password+`"}`))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("X-Forwarded-Proto", "https")
			r.RemoteAddr = remote
			w := httptest.NewRecorder()
			b.h.ServeHTTP(w, r)
			cookie := w.Header().Get("Set-Cookie")
			if !strings.Contains(cookie, "; HttpOnly") || !strings.Contains(cookie, "; SameSite=Lax") || strings.Contains(cookie, "; Secure") != secure {
				t.Errorf("from %s: %d, cookie %q", remote, w.Code, cookie)
			}
		}
	})
}

// proxies are believed by the servers of these tests.
var proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
