package attack_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// items are those of a list.
func items(t *testing.T, out *httptest.ResponseRecorder) []map[string]any {
	t.Helper()
	var list struct{ Items []map[string]any }
	if err := json.Unmarshal(out.Body.Bytes(), &list); out.Code != http.StatusOK || err != nil {
		t.Fatalf("no list: %d %s", out.Code, out.Body)
	}
	return list.Items
}

// restless are the modules and operations whose answers tell of reading itself, or
// of the whole tree.
var restless = []string{"audit", "access", "backup", "field.report", "customer.history"}

// snapshot is what a company's maker reads on every other route that reads.
func (w *world) snapshot(c *company) map[string]string {
	w.t.Helper()
	all := map[string]string{}
	for _, op := range w.doc.operations {
		if module, _, _ := strings.Cut(op.ID, "."); op.Method != "GET" || slices.Contains(restless, module) || slices.Contains(restless, op.ID) {
			continue
		}
		s, err := w.compose(op, w.requestOf(op), c, c)
		w.must(err)
		if first := w.snapshotOf(c, s.target); first == w.snapshotOf(c, s.target) {
			all[s.target] = first
		}
	}
	return all
}

func (w *world) snapshotOf(c *company, target string) string {
	return w.send(c.maker, sent{method: "GET", target: target}).Body.String()
}
