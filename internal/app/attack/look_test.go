package attack_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"sync"
	"time"

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

// lookAtTable searches every value of a table and tells how many there were.
func (w *world) lookAtTable(d *sql.DB, name string, secrets map[string]string) (read int) {
	w.t.Helper()
	rows, err := d.QueryContext(w.t.Context(), "SELECT * FROM "+name)
	w.must(err)
	defer rows.Close()
	columns, err := rows.Columns()
	w.must(err)
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		w.must(rows.Scan(into...))
		for i, v := range values {
			read++
			where := "the table " + name + ", column " + columns[i]
			switch v := v.(type) {
			case []byte:
				w.find(where, v, secrets)
			case string:
				w.find(where, []byte(v), secrets)
			}
		}
	}
	w.must(rows.Err())
	return read
}

// catchTemporary keeps a name of every temporary file that comes up, so that what
// is removed can still be read; the function ends it.
func (w *world) catchTemporary() (stop func()) {
	w.t.Helper()
	caught, done := w.t.TempDir(), make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			entries, _ := os.ReadDir(os.TempDir())
			for _, e := range entries {
				if e.Type().IsRegular() {
					os.Link(filepath.Join(os.TempDir(), e.Name()), filepath.Join(caught, e.Name()))
				}
			}
			time.Sleep(200 * time.Microsecond)
		}
	})
	return func() { close(done); watching.Wait() }
}
