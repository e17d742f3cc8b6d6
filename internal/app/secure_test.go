package app

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

func TestThePagePolicyRunsNoInlineScripts(t *testing.T) {
	for directive := range strings.SplitSeq(contentPolicy, ";") {
		name, sources, _ := strings.Cut(strings.TrimSpace(directive), " ")
		if (name == "script-src" || name == "default-src") && strings.Contains(sources, "unsafe") {
			t.Errorf("%s allows %s", name, sources)
		}
	}
}

func TestMetricsAreForTheirNetworksOnly(t *testing.T) {
	ok := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	h := rest.WithPeer(nil, within([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, ok))
	for remote, want := range map[string]int{"127.0.0.1:9": 200, "192.0.2.7:9": 404, "[::1]:9": 404} {
		r := httptest.NewRequest("GET", "/metrics", nil)
		r.RemoteAddr = remote
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != want {
			t.Errorf("from %s: %d, want %d", remote, w.Code, want)
		}
	}
}

// writePair writes a certificate of the name and its key into the directory.
func writePair(t *testing.T, dir, name string) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{keyFile: {Type: "PRIVATE KEY", Bytes: raw}, certFile: {Type: "CERTIFICATE", Bytes: cert}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certFile, keyFile
}

func TestARenewedCertificateIsServed(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := writePair(t, dir, "first")
	c, err := tlsConfig(certFile, keyFile)
	if err != nil {
		t.Fatal(err)
	}
	subject := func() string {
		pair, err := c.GetCertificate(&tls.ClientHelloInfo{})
		if err != nil {
			t.Fatal(err)
		}
		return pair.Leaf.Subject.CommonName
	}
	if got := subject(); got != "first" || c.MinVersion < tls.VersionTLS12 {
		t.Fatalf("serves %s from version %x", got, c.MinVersion)
	}
	if err := os.WriteFile(certFile, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := subject(); got != "first" {
		t.Errorf("with a half written file: %s", got)
	}
	writePair(t, dir, "second")
	later := time.Now().Add(time.Minute)
	if err := os.Chtimes(certFile, later, later); err != nil {
		t.Fatal(err)
	}
	if got := subject(); got != "second" {
		t.Errorf("after the renewal: %s", got)
	}
	if _, err := tlsConfig(filepath.Join(dir, "none"), keyFile); err == nil {
		t.Error("a missing certificate is taken")
	}
}
