package app

import (
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func TestSPA(t *testing.T) {
	h := spa(fstest.MapFS{
		"index.html":       {Data: []byte("<html>the application")},
		"service.html":     {Data: []byte("<html>the customers")},
		"theme.js":         {Data: []byte("theme")},
		"assets/a-1234.js": {Data: []byte("script")},
	})
	for _, c := range []struct {
		method, path, body, cache string
		status                    int
	}{
		{"GET", "/", "the application", "no-cache", 200},
		{"GET", "/customers/42", "the application", "no-cache", 200},
		{"GET", "/index.html", "the application", "no-cache", 200},
		{"GET", "/service/", "the customers", "no-cache", 200},
		{"GET", "/service/cases/42", "the customers", "no-cache", 200},
		{"GET", "/service.html", "the customers", "no-cache", 200},
		{"GET", "/services", "the application", "no-cache", 200},
		{"GET", "/../../etc/passwd", "the application", "no-cache", 200},
		{"GET", "/theme.js", "theme", "", 200},
		{"GET", "/assets/a-1234.js", "script", "public, max-age=31536000, immutable", 200},
		{"GET", "/assets/gone-1.js", "404", "", 404},
		{"HEAD", "/", "", "no-cache", 200},
		{"POST", "/", "not allowed", "", 405},
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(c.method, "http://x"+c.path, nil))
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.body) || w.Header().Get("Cache-Control") != c.cache {
			t.Errorf("%s %s: %d %q, cache %q", c.method, c.path, w.Code, w.Body, w.Header().Get("Cache-Control"))
		}
		if page := strings.Contains(w.Body.String(), "<html>"); page != (w.Header().Get("Content-Security-Policy") != "" && c.method == "GET") {
			t.Errorf("%s %s: policy %q", c.method, c.path, w.Header().Get("Content-Security-Policy"))
		}
	}
}
