package resttest

import (
	"encoding/json"
	"net/http"
	"testing"
)

// Call sends a request of somebody, whom the header "As" names to the handler, and
// decodes the answer, which must have the status. header are names and values in turn.
func Call[T any](t testing.TB, h http.Handler, as, method, path, body string, status int, header ...string) (out T, etag string) {
	t.Helper()
	s := Scenario{Method: method, Path: path, Body: body, Header: map[string]string{"As": as}}
	for i := 0; i < len(header); i += 2 {
		s.Header[header[i]] = header[i+1]
	}
	got := Send(h, s)
	if got.Code != status {
		t.Fatalf("%s %s as %s: status %d, want %d: %s", method, path, as, got.Code, status, got.Body)
	}
	if got.Body.Len() > 0 {
		if err := json.Unmarshal(got.Body.Bytes(), &out); err != nil {
			t.Fatalf("%s %s: %v in %s", method, path, err, got.Body)
		}
	}
	return out, got.Header().Get("ETag")
}
