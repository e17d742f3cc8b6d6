// Package resttest runs API scenarios against a handler.
package resttest

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Scenario is one request and what its answer must be.
type Scenario struct {
	Name        string
	Method      string // empty: GET
	Path        string
	Body        string
	Header      map[string]string
	Status      int
	Contains    []string
	NotContains []string
	// Golden names a file in testdata that holds the answer, with identifiers,
	// instants and days replaced by their kinds. "go test -update" writes it.
	Golden string
}

var update = flag.Bool("update", false, "write golden files")

// Run sends the scenarios one after another, as the later ones may build on the
// earlier.
func Run(t *testing.T, h http.Handler, scenarios []Scenario) {
	t.Helper()
	for _, s := range scenarios {
		t.Run(s.Name, func(t *testing.T) {
			w := Send(h, s)
			body := w.Body.String()
			if w.Code != s.Status {
				t.Fatalf("status %d, want %d: %s", w.Code, s.Status, body)
			}
			for _, want := range s.Contains {
				if !strings.Contains(body, want) {
					t.Errorf("no %q in %s", want, body)
				}
			}
			for _, bad := range s.NotContains {
				if strings.Contains(body, bad) {
					t.Errorf("%q in %s", bad, body)
				}
			}
			if s.Golden != "" {
				compare(t, filepath.Join("testdata", s.Golden), w.Body.Bytes())
			}
		})
	}
}

// Send makes the request of a scenario.
func Send(h http.Handler, s Scenario) *httptest.ResponseRecorder {
	method := s.Method
	if method == "" {
		method = http.MethodGet
	}
	r := httptest.NewRequest(method, s.Path, strings.NewReader(s.Body))
	if s.Body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for k, v := range s.Header {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

var volatile = []struct {
	re   *regexp.Regexp
	name string
}{
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), "<id>"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+08:00)`), "<instant>"},
}

func compare(t *testing.T, file string, raw []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, raw, "", "  "); err != nil {
		t.Fatalf("no JSON: %s", raw)
	}
	got := b.String()
	for _, v := range volatile {
		got = v.re.ReplaceAllString(got, v.name)
	}
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got:\n%s", file, got)
	}
}
