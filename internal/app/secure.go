package app

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// fixedHeaders hold for every answer.
var fixedHeaders = map[string]string{
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
	"Referrer-Policy":              "same-origin",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(self), microphone=(self), geolocation=(self), payment=(), usb=()",
}

// transportSecurity makes browsers come back over TLS only, for a year (RFC 6797).
const transportSecurity = "max-age=31536000"

// secured adds the headers by which browsers guard the application.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range fixedHeaders {
			w.Header().Set(name, value)
		}
		if rest.PeerOf(r.Context()).Secure {
			w.Header().Set("Strict-Transport-Security", transportSecurity)
		}
		next.ServeHTTP(w, r)
	})
}

// within serves clients of the networks only; for others there is nothing.
func within(networks []netip.Prefix, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		addr := rest.PeerOf(r.Context()).Addr
		if !slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(addr) }) {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// certificate is the server's, read again when its file changes, so that
// renewing it needs no restart.
type certificate struct {
	certFile, keyFile string

	mu   sync.Mutex
	at   time.Time // of the file that was read
	last *tls.Certificate
}

// tlsConfig serves the certificate with TLS 1.2 or later.
func tlsConfig(certFile, keyFile string) (*tls.Config, error) {
	c := &certificate{certFile: certFile, keyFile: keyFile}
	_, err := c.get(nil)
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get}, err
}

func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	info, err := os.Stat(c.certFile)
	if err == nil && info.ModTime().Equal(c.at) {
		return c.last, nil
	}
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	switch {
	case err == nil:
		c.last, c.at = &pair, info.ModTime()
	case c.last == nil:
		return nil, fmt.Errorf("tls-cert, tls-key: %w", err)
	}
	return c.last, nil // half written files are read again by the next client
}
