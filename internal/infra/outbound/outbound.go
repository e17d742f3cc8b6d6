// Package outbound calls addresses that users have named, and never one inside.
//
// Owns: which addresses are inside, and a client that refuses them when it connects,
// after the name was resolved: what a name leads to may change between a check and a
// call, so no check before would do. It follows no redirect and no proxy.
// Does not own: who names addresses, or what is said to them.
package outbound

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

// ErrInside: the address belongs to this machine or a network inside.
var ErrInside = errors.New("outbound: an address inside")

// reserved are networks that netip does not tell from the public ones.
var reserved = prefixes("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2001:db8::/32", "2002::/16", "fec0::/10")

func prefixes(texts ...string) []netip.Prefix {
	all := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		all[i] = netip.MustParsePrefix(text)
	}
	return all
}

// Guard knows which networks inside may be called all the same.
type Guard struct{ Allowed []netip.Prefix }

// Allows tells whether an address may be called.
func (g Guard) Allows(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	within := func(p netip.Prefix) bool { return p.Contains(a) }
	if slices.ContainsFunc(g.Allowed, within) {
		return true
	}
	return a.IsGlobalUnicast() && !a.IsPrivate() && !slices.ContainsFunc(reserved, within)
}

// Listed tells whether an address stands in the list of networks that are allowed.
func (g Guard) Listed(a netip.Addr) bool {
	return slices.ContainsFunc(g.Allowed, func(p netip.Prefix) bool { return p.Contains(a.Unmap()) })
}

// insideNames are names that mean this machine or the network around it.
var insideNames = []string{"localhost", "local", "internal", "home.arpa"}

// Inside tells of a host, as far as its name shows, that it may not be called.
func (g Guard) Inside(u *url.URL) bool {
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if a, err := netip.ParseAddr(host); err == nil {
		return !g.Allows(a)
	}
	return slices.ContainsFunc(insideNames, func(name string) bool { return host == name || strings.HasSuffix(host, "."+name) })
}

// Client makes a client for calls that end within a time.
func (g Guard) Client(within time.Duration) *http.Client {
	dialer := &net.Dialer{Timeout: within, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil || !g.Allows(to.Addr()) {
			return ErrInside
		}
		return nil
	}}
	return &http.Client{
		Transport:     &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: within, ResponseHeaderTimeout: within, DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10},
		Timeout:       within,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
