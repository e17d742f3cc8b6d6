package attack_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// foreignFields are what clients like to set and must not: the field is refused
// wherever it is not part of the document.
var foreignFields = map[string]any{
	"org_id": "01900000-0000-7000-8000-000000000001", "id": "01900000-0000-7000-8000-000000000002", "version": 1, "created_by": "01900000-0000-7000-8000-000000000003",
	"created_at": "2020-01-01T00:00:00+08:00", "updated_at": "2020-01-01T00:00:00+08:00", "status": "active", "state": "done", "password_hash": "x", "roles": []string{"admin"},
	"permissions": []string{"*"}, "permission": "*", "builtin": true, "masked": false, "author_id": "01900000-0000-7000-8000-000000000004", "author_name": "x", "actor_id": "01900000-0000-7000-8000-000000000004",
	"data_key": "x", "merged_into": "01900000-0000-7000-8000-000000000005", "is_admin": true, "__proto__": map[string]any{"admin": true}, "$where": "1",
}

// No route takes a field that is not in the document, at any depth of the body.
func TestMassAssignment(t *testing.T) {
	each(t, func(w *world) {
		asked := 0
		for _, op := range w.doc.operations {
			if op.media() != "application/json" {
				continue
			}
			s, err := w.compose(op, w.requestOf(op), &w.own, &w.own)
			w.must(err)
			s.header["If-Match"] = stale
			for at, body := range w.widened(op.body(), decode(s.body), "") {
				asked++
				s.body = encode(body)
				if out := w.send(w.own.maker, s); out.Code != http.StatusUnprocessableEntity || !strings.Contains(out.Body.String(), "unknown_field") {
					w.t.Errorf("%s takes %s: %d %s", op.ID, at, out.Code, out.Body)
				}
			}
		}
		if asked < 1000 {
			w.t.Errorf("only %d bodies", asked)
		}
	})
}

func decode(raw []byte) (v any) {
	if err := json.Unmarshal(raw, &v); err != nil {
		panic(err) // composed by ourselves
	}
	return v
}

func encode(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return raw
}

// widened are the bodies that have one field more than the schema knows.
func (w *world) widened(s *schema, body any, at string) map[string]any {
	s = w.doc.follow(s)
	all := map[string]any{}
	switch in := body.(type) {
	case map[string]any:
		if s.Properties == nil { // a map: its keys are the user's
			return all
		}
		for name, value := range foreignFields {
			if s.Properties[name] == nil {
				all[at+"."+name] = with(in, name, value)
			}
		}
		for name, value := range in {
			for deeper, changed := range w.widened(s.Properties[name], value, at+"."+name) {
				all[deeper] = with(in, name, changed)
			}
		}
	case []any:
		if len(in) > 0 {
			for deeper, changed := range w.widened(s.Items, in[0], at+"[0]") {
				all[deeper] = append([]any{changed}, in[1:]...)
			}
		}
	}
	return all
}

func with(in map[string]any, name string, value any) map[string]any {
	out := map[string]any{name: value}
	for k, v := range in {
		if k != name {
			out[k] = v
		}
	}
	return out
}

// A record of one's own cannot be tied to a record of another company.
func TestRecordsOfAnotherCompanyInABody(t *testing.T) {
	each(t, func(w *world) {
		before, asked := w.snapshot(&w.other), 0
		for _, op := range w.doc.operations {
			r := w.requestOf(op)
			if r.Own || op.public() {
				continue
			}
			plain, err := w.compose(op, r, &w.own, &w.own)
			w.must(err)
			s, err := w.compose(op, r, &w.own, &w.other)
			w.must(err)
			if !s.names || string(s.body) == string(plain.body) && s.target == plain.target || !strings.ContainsAny(fmt.Sprint(r.Query, string(r.Body)), "$") {
				continue
			}
			if op.takes("If-Match") {
				s.header["If-Match"] = w.version(w.own.maker, s.target)
			}
			asked++
			out := w.send(w.own.maker, s)
			w.tellsForeign(s, out.Body.String())
			if op.Method != "GET" && out.Code < 300 && (out.Body.Len() == 0 || w.namesForeign(out.Body.String())) {
				w.t.Errorf("%s %s %s: %d %s", s.method, s.target, s.body, out.Code, out.Body)
			}
		}
		w.work()
		if asked < 50 {
			w.t.Errorf("only %d requests", asked)
		}
		for target, was := range before {
			if now := w.snapshotOf(&w.other, target); now != was {
				w.t.Errorf("%s was changed: %s, before: %s", target, now, was)
			}
		}
	})
}

func (w *world) namesForeign(text string) bool {
	for _, i := range w.other.records {
		if strings.Contains(text, i) {
			return true
		}
	}
	return false
}

// Identifiers next to a known one, of other kinds, and no identifiers at all find
// nothing.
func TestGuessedIdentifiers(t *testing.T) {
	each(t, func(w *world) {
		for _, op := range w.doc.operations {
			r := w.requestOf(op)
			for _, p := range op.Parameters {
				if p.In != "path" || !strings.HasSuffix(p.Name, "id") && p.Name != "part" {
					continue
				}
				s, err := w.compose(op, r, &w.own, &w.own)
				w.must(err)
				if op.takes("If-Match") {
					s.header["If-Match"] = `"1"`
				}
				w.guess(op, p, s)
			}
		}
	})
}

func (w *world) guess(op *operation, p parameter, s sent) {
	w.t.Helper()
	path, _, _ := strings.Cut(s.target, "?")
	known := strings.Split(path, "/")[slices.Index(strings.Split(op.Path, "/"), "{"+p.Name+"}")]
	last := "0"
	if strings.HasSuffix(known, "0") {
		last = "1"
	}
	for _, guess := range []string{known[:len(known)-1] + last, "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", w.own.records["user"],
		"1", "-1", "..", "../" + known, known + "/..", known + "%00", "*", "null", strings.ToUpper(known) + "x", strings.ReplaceAll(known, "-", ""), "{" + known + "}", "urn:uuid:" + known} {
		target, _ := withParameter(op, s.target, p, guess)
		bad := s
		bad.target = target
		out := w.send(w.own.maker, bad)
		canonical := slices.Contains([]string{strings.ReplaceAll(known, "-", ""), "{" + known + "}", "urn:uuid:" + known}, guess)
		if guess == w.own.records["user"] && strings.Contains(op.Path, "users") || w.requestOf(op).Path[p.Name] != "" && guess == w.own.records["user"] {
			continue // a user of one's own company
		}
		if !canonical && (out.Code < 300 || out.Code >= 500) && out.Code != http.StatusMovedPermanently {
			w.t.Errorf("%s %s: %d %s", op.Method, target, out.Code, out.Body)
		}
	}
}

// Bodies beyond the limit, nested without end, or of endless numbers are refused at
// once, and the server lives on.
func TestOversizedJSON(t *testing.T) {
	each(t, func(w *world) {
		bodies := map[string]string{"nested arrays": strings.Repeat("[", 1<<16), "nested objects": strings.Repeat(`{"a":`, 1<<14), "long": `{"a":"` + strings.Repeat("x", 2<<20) + `"}`,
			"number": `{"a":` + strings.Repeat("9", 1<<16) + `}`, "many keys": `{` + strings.Repeat(`"a":1,`, 1<<13) + `"a":1}`}
		for _, op := range w.doc.operations {
			if op.media() != "application/json" {
				continue
			}
			s, err := w.compose(op, w.requestOf(op), &w.own, &w.own)
			w.must(err)
			s.header["If-Match"] = stale
			for name, body := range bodies {
				s.body = []byte(body)
				began := time.Now()
				out := w.send(w.own.maker, s)
				if took := time.Since(began); out.Code != http.StatusUnprocessableEntity && out.Code != http.StatusRequestEntityTooLarge && out.Code != http.StatusBadRequest || took > 5*time.Second {
					w.t.Errorf("%s, %s: %d after %s %.300s", op.ID, name, out.Code, took, out.Body)
				}
			}
		}
	})
}

// A key that comes again with another body is refused, and means nothing to another
// user: he gets neither what was made nor a word of it.
func TestReplayedKeys(t *testing.T) {
	each(t, func(w *world) {
		replayed := 0
		for _, op := range w.doc.operations {
			r := w.requestOf(op)
			if !op.takes("Idempotency-Key") || r.Whole || len(r.Answers) > 0 {
				continue
			}
			if w.replay(op, r) {
				replayed++
			}
			w.work()
		}
		if replayed < 25 {
			w.t.Errorf("only %d operations with a body that differs", replayed)
		}
	})
}

// replay sends a key thrice: twice with the same request, then with another.
func (w *world) replay(op *operation, r *request) bool {
	w.t.Helper()
	first, err := w.compose(op, r, &w.own, &w.own)
	w.must(err)
	second, err := w.compose(op, r, &w.own, &w.own)
	w.must(err)
	first.header["Idempotency-Key"], second.header["Idempotency-Key"] = "the key", "the key"
	made := w.send(w.own.maker, first)
	again := w.send(w.own.maker, first)
	if made.Code >= 300 || again.Code >= 300 || idIn(made.Body.Bytes()) != idIn(again.Body.Bytes()) {
		w.t.Errorf("%s: %d %s, and again %d %s", op.ID, made.Code, made.Body, again.Code, again.Body)
	}
	if string(first.body) == string(second.body) && !w.alter(op, &second) {
		return false
	}
	if out := w.send(w.own.maker, second); out.Code != http.StatusConflict || !strings.Contains(out.Body.String(), "idempotency.key_reused") {
		w.t.Errorf("%s with another body: %d %s", op.ID, out.Code, out.Body)
	}
	if out := w.send(w.other.maker, first); out.Code < 300 && (first.names || idIn(out.Body.Bytes()) == idIn(made.Body.Bytes())) { // what names nothing of a company is anybody's to make
		w.t.Errorf("%s: the key of another user makes %s of another company's records", op.ID, out.Body)
	}
	return true
}

// alter makes another request of one: its first free text is longer.
func (w *world) alter(op *operation, s *sent) bool {
	if op.media() == "application/octet-stream" {
		s.body = append(s.body, "\n"...)
		return true
	}
	if op.media() == "" {
		return false
	}
	body, ok := decode(s.body).(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(body)) {
		p := w.doc.follow(w.doc.follow(op.body()).Properties[name])
		if text, isText := body[name].(string); ok && isText && p.Enum == nil && p.Format == "" && p.Pattern == "" && !strings.HasSuffix(name, "_id") {
			s.body = encode(with(body, name, text+"改"))
			return true
		}
	}
	return false
}

func idIn(raw []byte) any {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return nil
	}
	for _, path := range []string{"id", "file.id", "job_id"} {
		if i := at(v, path); i != nil {
			return i
		}
	}
	return nil
}
