package app

import (
	"bytes"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

// contentPolicy lets the page load nothing from elsewhere. Styles are inline
// because the component library sets positions that way.
const contentPolicy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"

// spa serves the built web interface: files under assets/ are named by their
// content and kept for ever; any other path is one of the two applications, which
// shows its own page for an unknown one.
func spa(dist fs.FS) http.Handler {
	files := http.FileServerFS(dist)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		h := w.Header()
		info, err := fs.Stat(dist, name)
		switch {
		case name != "" && err == nil && !info.IsDir():
			if strings.HasPrefix(name, "assets/") {
				h.Set("Cache-Control", "public, max-age=31536000, immutable")
			}
			if !slices.Contains(applications, name) {
				files.ServeHTTP(w, r)
				return
			}
		case strings.HasPrefix(name, "assets/"):
			http.NotFound(w, r)
			return
		}
		h.Set("Cache-Control", "no-cache")
		h.Set("Content-Security-Policy", contentPolicy)
		page, err := fs.ReadFile(dist, applicationOf(name))
		if err != nil {
			http.Error(w, "the web interface is not in this build", http.StatusInternalServerError)
			return
		}
		http.ServeContent(w, r, "page.html", time.Time{}, bytes.NewReader(page))
	})
}

// applications are the staff's and the customers'.
var applications = []string{"index.html", "service.html"}

// applicationOf is whose pages stand at a path: the customers' have an application of
// their own, so that a telephone loads nothing of the staff's.
func applicationOf(name string) string {
	if name == "service.html" || name == "service" || strings.HasPrefix(name, "service/") {
		return "service.html"
	}
	return "index.html"
}
