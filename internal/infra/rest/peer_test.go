package rest

import (
	"crypto/tls"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestOnlyBelievedProxiesSayWhoAsks(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for name, c := range map[string]struct {
		remote, forwarded, proto string
		tls                      bool
		addr                     string
		secure                   bool
	}{
		"a client":                   {remote: "192.0.2.7:1234", addr: "192.0.2.7"},
		"a client over TLS":          {remote: "192.0.2.7:1234", tls: true, addr: "192.0.2.7", secure: true},
		"a client that claims":       {remote: "192.0.2.7:1234", forwarded: "198.51.100.1", proto: "https", addr: "192.0.2.7"},
		"behind a proxy":             {remote: "10.1.1.1:80", forwarded: "198.51.100.1", proto: "HTTPS", addr: "198.51.100.1", secure: true},
		"behind two":                 {remote: "10.1.1.1:80", forwarded: "198.51.100.1, 10.2.2.2", addr: "198.51.100.1"},
		"a forged hop in front":      {remote: "10.1.1.1:80", forwarded: "203.0.113.9, 198.51.100.1", addr: "198.51.100.1"},
		"a broken hop":               {remote: "10.1.1.1:80", forwarded: "unknown", addr: "10.1.1.1"},
		"an own check of the proxy":  {remote: "[::1]:80", addr: "::1"},
		"IPv4 in IPv6":               {remote: "[::ffff:192.0.2.7]:80", addr: "192.0.2.7"},
		"no network, a socket":       {remote: "@", addr: "invalid IP"},
		"all hops proxies of ours":   {remote: "10.1.1.1:80", forwarded: "10.3.3.3", addr: "10.3.3.3"},
		"proxy that speaks TLS here": {remote: "10.1.1.1:80", tls: true, proto: "http", addr: "10.1.1.1", secure: true},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		r.Header.Set("X-Forwarded-Proto", c.proto)
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		if p := peer(proxies, r); p.Addr.String() != c.addr || p.Secure != c.secure {
			t.Errorf("%s: %v, want %s %v", name, p, c.addr, c.secure)
		}
	}
}
