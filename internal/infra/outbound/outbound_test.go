package outbound_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/infra/outbound"
)

func TestWhatIsInside(t *testing.T) {
	var g outbound.Guard
	for text, want := range map[string]bool{
		"8.8.8.8": true, "223.5.5.5": true, "2400:3200::1": true,
		"127.0.0.1": false, "127.9.9.9": false, "::1": false, "0.0.0.0": false, "::": false, "10.1.2.3": false, "172.31.0.1": false, "192.168.1.1": false,
		"169.254.169.254": false, "fe80::1": false, "fd00::1": false, "100.100.100.200": false, "224.0.0.1": false, "255.255.255.255": false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false, "fe80::1%eth0": false,
	} {
		if got := g.Allows(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
	g.Allowed = []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}
	if !g.Allows(netip.MustParseAddr("10.1.2.3")) || !g.Allows(netip.MustParseAddr("::ffff:10.1.2.3")) || g.Allows(netip.MustParseAddr("10.2.2.3")) {
		t.Error("the list is not kept to")
	}
	for text, want := range map[string]bool{
		"https://example.com/x": false, "https://localhost/x": true, "https://LOCALHOST./x": true, "https://a.localhost": true, "https://metadata.google.internal": true,
		"https://[::1]/": true, "https://10.1.2.3/": false, "https://127.0.0.1:8080/": true,
	} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := g.Inside(u); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// A name that leads inside is refused when it is called, whatever it led to before.
func TestNamesThatLeadInsideAreRefusedWhenTheyAreCalled(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer server.Close()
	for _, address := range []string{server.URL, strings.Replace(server.URL, "127.0.0.1", "localhost", 1)} {
		_, err := new(outbound.Guard).Client(5 * time.Second).Get(address)
		if !errors.Is(err, outbound.ErrInside) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if asked > 0 {
		t.Error("it was called")
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	g := outbound.Guard{Allowed: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	inside := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/inside" {
			inside++
		}
		http.Redirect(w, r, "/inside", http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	answer, err := g.Client(5*time.Second).Post(server.URL, "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusTemporaryRedirect || inside > 0 {
		t.Errorf("%d, followed %d times", answer.StatusCode, inside)
	}
}
