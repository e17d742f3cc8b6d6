package rest

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Peer is the other end of a request.
type Peer struct {
	Addr   netip.Addr // the client's; invalid when the listener is no network
	Secure bool       // it speaks TLS, with us or with a believed proxy
	Agent  string     // the program, as it names itself
}

// maxAgent bounds what is kept of the name a program gives itself.
const maxAgent = 200

type peerKey struct{}

// PeerOf is the other end of the context's request.
func PeerOf(ctx context.Context) Peer {
	p, _ := ctx.Value(peerKey{}).(Peer)
	return p
}

// WithPeer finds out who asks. What X-Forwarded-For and X-Forwarded-Proto say
// counts only as far as it was added by proxies of these networks: anybody can
// send the headers.
func WithPeer(proxies []netip.Prefix, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := peer(proxies, r)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), peerKey{}, p)))
	})
}

func peer(proxies []netip.Prefix, r *http.Request) Peer {
	believed := func(a netip.Addr) bool {
		return slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	p := Peer{Secure: r.TLS != nil, Agent: strings.ToValidUTF8(r.UserAgent(), "")}
	p.Agent = strings.ToValidUTF8(p.Agent[:min(len(p.Agent), maxAgent)], "")
	if at, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		p.Addr = at.Addr().Unmap()
	}
	if !believed(p.Addr) {
		return p
	}
	p.Secure = p.Secure || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		a, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		if p.Addr = a.Unmap(); !believed(p.Addr) {
			break
		}
	}
	return p
}
