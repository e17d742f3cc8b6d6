package attack_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// fragments are pieces of SQL that would end a text, add a condition or a statement,
// or be a sort expression.
var fragments = []string{`' OR '1'='1`, `x'; DROP TABLE customer; --`, `" OR ""="`, `%' UNION SELECT password_hash, login, name FROM app_user --`, `name, (SELECT 1)`,
	`name DESC; DELETE FROM account`, `CASE WHEN 1=1 THEN id ELSE name END`, `\' OR 1=1 --`, `$1`, `?1`, `-1 OR 1=1`, `{"$ne": null}`, `:org_id`}

// Pieces of SQL in any filter, sort or path of any route that reads find nothing that
// would not be found without them, break nothing and change nothing.
func TestSQLInEveryFilterAndSort(t *testing.T) {
	each(t, func(w *world) {
		before, asked := w.snapshot(&w.own), 0
		for _, op := range w.doc.operations {
			if op.Method != "GET" {
				continue
			}
			good, err := w.compose(op, w.requestOf(op), &w.own, &w.own)
			w.must(err)
			for _, p := range op.Parameters {
				for _, fragment := range fragments {
					if target, ok := withParameter(op, good.target, p, fragment); ok {
						asked++
						w.asksSQL(op, p, target)
					}
				}
			}
		}
		if asked < 2000 {
			w.t.Errorf("only %d requests", asked)
		}
		for target, was := range before {
			if now := w.snapshotOf(&w.own, target); now != was {
				w.t.Errorf("%s was changed: %s, before: %s", target, now, was)
			}
		}
	})
}

func withParameter(op *operation, target string, p parameter, value string) (string, bool) {
	path, query, _ := strings.Cut(target, "?")
	q, err := url.ParseQuery(query)
	if err != nil {
		return "", false
	}
	switch p.In {
	case "query":
		q.Set(p.Name, value)
		return path + "?" + q.Encode(), true
	case "path":
		parts, words := strings.Split(path, "/"), strings.Split(op.Path, "/")
		parts[slices.Index(words, "{"+p.Name+"}")] = url.PathEscape(value)
		return strings.Join(parts, "/") + "?" + query, true
	}
	return "", false
}

// asksSQL sends a fragment: a text that is searched for finds nothing, everything
// else is refused.
func (w *world) asksSQL(op *operation, p parameter, target string) {
	w.t.Helper()
	out := w.send(w.own.maker, sent{method: "GET", target: target})
	found := strings.Contains(out.Body.String(), `"id":"`)
	switch {
	case out.Code == http.StatusUnprocessableEntity, out.Code == http.StatusNotFound, out.Code == http.StatusBadRequest, out.Code == http.StatusSeeOther:
	case out.Code != http.StatusOK:
		w.t.Errorf("%s %s: %d %s", op.ID, target, out.Code, out.Body)
	case p.Name == "sort" || found && p.In == "query" && op.list():
		w.t.Errorf("%s %s answers %s", op.ID, target, out.Body)
	}
}

// A cursor that was taken from a user of another company shows nothing of that
// company, tells nothing by itself, is good for its own list alone, and bears no
// change.
func TestStolenCursors(t *testing.T) {
	each(t, func(w *world) {
		w.fillAgain(&w.other)
		stolen := map[string]string{}
		for _, op := range w.doc.operations {
			if !op.list() || op.query("limit") == nil {
				continue
			}
			s, err := w.compose(op, w.requestOf(op), &w.other, &w.other)
			w.must(err)
			if target, _ := withParameter(op, s.target, *op.query("limit"), "1"); strings.Contains(op.ID, "export") || !w.steal(op, target, stolen) {
				continue
			}
			w.useStolen(op, stolen[op.ID])
		}
		w.t.Logf("%d lists of more than one page", len(stolen))
		if len(stolen) < 25 {
			w.t.Errorf("only %d lists gave a cursor", len(stolen))
		}
		w.swap(stolen)
	})
}

// steal takes the cursor of the other company's list, where there is one.
func (w *world) steal(op *operation, target string, stolen map[string]string) bool {
	w.t.Helper()
	var list struct {
		NextCursor string `json:"next_cursor"`
	}
	w.answer(w.other.maker, sent{method: "GET", target: target}, &list)
	if list.NextCursor == "" {
		return false
	}
	stolen[op.ID] = list.NextCursor
	raw, _ := base64.RawURLEncoding.DecodeString(list.NextCursor)
	for _, name := range personal {
		if strings.Contains(list.NextCursor+string(raw), w.other.words[name]) {
			w.t.Errorf("the cursor of %s tells the %s: %q", op.ID, name, raw)
		}
	}
	return true
}

func (w *world) useStolen(op *operation, cursor string) {
	w.t.Helper()
	s, err := w.compose(op, w.requestOf(op), &w.own, &w.own)
	w.must(err)
	s.target, _ = withParameter(op, s.target, *op.query("cursor"), cursor)
	out := w.send(w.own.maker, s)
	if out.Code != http.StatusOK && out.Code != http.StatusUnprocessableEntity {
		w.t.Errorf("%s with a stolen cursor: %d %s", op.ID, out.Code, out.Body)
	}
	w.tellsForeign(s, out.Body.String())
	for _, changed := range []string{cursor[:len(cursor)-2] + "AA", "AA" + cursor[2:], cursor + "A", strings.ToUpper(cursor)} {
		if changed == cursor {
			continue
		}
		s.target, _ = withParameter(op, s.target, *op.query("cursor"), changed)
		if out := w.send(w.own.maker, s); out.Code != http.StatusUnprocessableEntity {
			w.t.Errorf("%s takes a changed cursor: %d %s", op.ID, out.Code, out.Body)
		}
	}
}

// swap uses every cursor on the next list.
func (w *world) swap(stolen map[string]string) {
	w.t.Helper()
	var ids []string
	for _, op := range w.doc.operations {
		if stolen[op.ID] != "" {
			ids = append(ids, op.ID)
		}
	}
	for i, id := range ids {
		op := w.operation(id)
		s, err := w.compose(op, w.requestOf(op), &w.other, &w.other)
		w.must(err)
		s.target, _ = withParameter(op, s.target, *op.query("cursor"), stolen[ids[(i+1)%len(ids)]])
		if out := w.send(w.other.maker, s); out.Code != http.StatusUnprocessableEntity {
			w.t.Errorf("%s takes the cursor of %s: %d", id, ids[(i+1)%len(ids)], out.Code)
		}
	}
}
