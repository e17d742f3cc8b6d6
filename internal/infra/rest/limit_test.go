package rest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

var start = time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)

func TestASenderWaitsWhenHisBucketIsEmpty(t *testing.T) {
	l := newLimiter[string](0.5) // a request every two seconds, three at once
	for i := range 3 {
		if err := l.take("a", start); err != nil {
			t.Fatalf("request %d: %v", i, err)
		}
	}
	var f *fault.Error
	if err := l.take("a", start); !errors.As(err, &f) || f.Code != ErrTooMany.Code || f.Params["retry_after_s"] != 2.0 {
		t.Fatalf("the fourth: %v", err)
	}
	if err := l.take("b", start); err != nil {
		t.Errorf("another sender: %v", err)
	}
	if err := l.take("a", start.Add(2*time.Second)); err != nil {
		t.Errorf("after the wait: %v", err)
	}
	if err := l.take("a", start.Add(time.Second)); err == nil {
		t.Error("a clock set back gives requests")
	}
	if err := newLimiter[string](0).take("a", start); err != nil {
		t.Errorf("without a limit: %v", err)
	}
}

func TestSendersRememberedAreBounded(t *testing.T) {
	l := newLimiter[int](1)
	for i := range maxBuckets {
		l.take(i, start) //nolint:errcheck // within the limit
	}
	l.take(maxBuckets, start.Add(time.Minute)) //nolint:errcheck // all others are full again and forgotten
	if len(l.buckets) != 1 {
		t.Errorf("%d senders are remembered after a minute", len(l.buckets))
	}
	for i := range 2 * maxBuckets {
		l.take(i, start) //nolint:errcheck // counted below
	}
	if len(l.buckets) > maxBuckets {
		t.Errorf("%d senders are remembered of a flood", len(l.buckets))
	}
}

func TestAnIPv6NetworkIsOneSender(t *testing.T) {
	a, b := Peer{Addr: netip.MustParseAddr("2001:db8:1:2::3")}, Peer{Addr: netip.MustParseAddr("2001:db8:1:2:ffff::9")}
	if a.Sender() != b.Sender() || a.Sender() == (Peer{Addr: netip.MustParseAddr("2001:db8:1:3::3")}).Sender() {
		t.Error("an address of the same network is another sender, or of another the same")
	}
}

// A stranger is told that he is one however often he asks; an account and an
// address have limits of their own.
func TestLimitsOfTheAPI(t *testing.T) {
	a := New(Config{Logger: slog.New(slog.DiscardHandler), AccountRate: 0.2, AddressRate: 0.2,
		Text:    func(_, key string, _ map[string]any) string { return key },
		Account: func(context.Context) id.ID { return id.ID{7} },
		Authenticate: func(r *http.Request) (context.Context, error) {
			if r.Header.Get("Caller") == "" {
				return nil, fault.New(fault.Unauthenticated, "login")
			}
			return r.Context(), nil
		}})
	answer := func(context.Context, *struct{}) (*Empty, error) { return nil, nil }
	Register(a, Op{ID: "t.get", Method: "GET", Path: "/api/v1/own"}, answer)
	Register(a, Op{ID: "t.open", Method: "GET", Path: "/api/v1/open", Public: true}, answer)
	get := func(path, caller string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Caller", caller)
		w := httptest.NewRecorder()
		WithPeer(nil, a.Handler()).ServeHTTP(w, r)
		return w
	}
	for i, want := range []int{204, 429} {
		for _, path := range []string{"/api/v1/own", "/api/v1/open"} {
			w := get(path, "me")
			if w.Code != want || (want == 429) != (w.Header().Get("Retry-After") == "5") {
				t.Errorf("request %d of %s: %d, Retry-After %q", i, path, w.Code, w.Header().Get("Retry-After"))
			}
		}
		if w := get("/api/v1/own", ""); w.Code != 401 {
			t.Errorf("a stranger's request %d: %d", i, w.Code)
		}
	}
}
