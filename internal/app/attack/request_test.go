package attack_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// request is how an operation is asked, of testdata/requests.json. $name stands for
// the record of that name of the company that is asked for, a planted word, or a
// number not given before ($n). What the document itself tells need not be there: an
// operation without body whose path names records that are made has no entry.
type request struct {
	Op      string            `json:"op"`
	Name    string            `json:"name"`    // of the record made; absent: the last collection of the path
	Made    string            `json:"made"`    // where the answer tells its identifier; absent: id
	Keep    map[string]string `json:"keep"`    // names for what else the answer tells, and where
	Make    *bool             `json:"make"`    // whether to send it when the world is made; absent: what answers 201 or 202
	Version string            `json:"version"` // If-Match then; current: what the record has
	Path    map[string]string `json:"path"`
	Query   map[string]string `json:"query"`
	Body    json.RawMessage   `json:"body"`
	Content string            `json:"content"` // of a file
	File    string            `json:"file"`    // its name

	Permission string   `json:"permission"` // absent: the first two words of the operation
	Own        bool     `json:"own"`        // is about the user himself: needs no permission
	Whole      bool     `json:"whole"`      // needs the permission over the whole tree
	Answers    []string `json:"answers"`    // codes of problems that only who may is told
	Why        string   `json:"why"`        // he is told so
}

func readRequests(t *testing.T) (all []*request) {
	t.Helper()
	raw, err := os.ReadFile("testdata/requests.json")
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&all); err != nil {
		t.Fatal("testdata/requests.json: ", err)
	}
	return all
}

// requestOf is how the operation is asked: the first entry, or what the document tells.
func (w *world) requestOf(op *operation) *request {
	i := slices.IndexFunc(w.requests, func(r *request) bool { return r.Op == op.ID })
	if i < 0 {
		return &request{Op: op.ID}
	}
	return w.requests[i]
}

func (r *request) makes(op *operation) bool {
	if r.Make != nil {
		return *r.Make
	}
	_, created := op.Responses["201"]
	_, begun := op.Responses["202"]
	return op.Method == "POST" && (created || begun)
}

func (r *request) name(op *operation) string {
	if r.Name != "" {
		return r.Name
	}
	return op.Path[strings.LastIndex(op.Path, "/")+1:]
}

// permission is what the role needs for the operation; "" is nothing.
func (r *request) permission() string {
	if r.Own || r.Permission != "" {
		return r.Permission
	}
	words := strings.Split(r.Op, ".")
	return words[0] + "." + words[1]
}

// sent is a request ready to be sent. Foreign tells that it names a record or the
// company it was composed for.
type sent struct {
	method, target string
	body           []byte
	header         map[string]string
	names, inPath  bool
}

var (
	word        = regexp.MustCompile(`\$[a-z_-]+`)
	placeholder = regexp.MustCompile(`/([^/{}]+)/\{([a-z_]+)\}`)
)

// expand replaces the words of a text. named tells whether one was a record.
func (w *world) expand(text string, c *company, quoted bool) (out string, named bool, err error) {
	w.number++
	out = word.ReplaceAllStringFunc(text, func(s string) string {
		name := s[1:]
		if i, ok := c.records[name]; ok {
			named = true
			return i
		}
		if i, ok := w.top.records[name]; ok { // the same for all
			return i
		}
		if value, ok := c.words[name]; ok {
			if quoted {
				raw, _ := json.Marshal(value)
				return string(raw[1 : len(raw)-1])
			}
			return value
		}
		if name == "n" {
			return strconv.Itoa(w.number)
		}
		err = fmt.Errorf("nothing is called %s: name it in testdata/requests.json, in an earlier request that makes it", s)
		return s
	})
	return out, named, err
}

// compose makes the request of an operation; its path names records of one company,
// query and body those of another.
func (w *world) compose(op *operation, r *request, path, rest *company) (s sent, err error) {
	s = sent{method: op.Method, header: map[string]string{}}
	if s.target, s.inPath, err = w.target(op, r, path); err != nil {
		return s, fmt.Errorf("%s %s (%s): %w", op.Method, op.Path, op.ID, err)
	}
	query, inQuery, err := w.query(op, r, rest)
	if err != nil {
		return s, fmt.Errorf("%s %s (%s): %w", op.Method, op.Path, op.ID, err)
	}
	if len(query) > 0 {
		s.target += "?" + query.Encode()
	}
	inBody, err := w.fillBody(op, r, rest, &s)
	if err != nil {
		return s, fmt.Errorf("%s %s (%s): %w", op.Method, op.Path, op.ID, err)
	}
	s.names = s.inPath || inQuery || inBody
	return s, nil
}

func (w *world) target(op *operation, r *request, c *company) (target string, named bool, err error) {
	target = op.Path
	for {
		m := placeholder.FindStringSubmatch(target)
		if m == nil {
			return target, named, nil
		}
		text, given := r.Path[m[2]]
		if !given {
			text = "$" + m[1]
		}
		value, record, err := w.expand(text, c, false)
		if err != nil {
			return "", false, err
		}
		named = named || record
		target = strings.Replace(target, "{"+m[2]+"}", url.PathEscape(value), 1)
	}
}

func (w *world) query(op *operation, r *request, c *company) (q url.Values, named bool, err error) {
	q = url.Values{}
	given := map[string]string{}
	for name, text := range r.Query {
		given[name] = text
	}
	if _, ok := given["org_id"]; !ok && op.query("org_id") != nil {
		given["org_id"] = "$org"
	}
	for name, text := range given {
		value, record, err := w.expand(text, c, false)
		if err != nil {
			return nil, false, err
		}
		named = named || record
		q.Set(name, value)
	}
	return q, named, nil
}

func (w *world) fillBody(op *operation, r *request, c *company, s *sent) (named bool, err error) {
	switch op.media() {
	case "application/json":
		raw := []byte(r.Body)
		if raw == nil {
			raw, _ = json.Marshal(w.doc.example(op.body()))
		}
		text, named, err := w.expand(string(raw), c, true)
		s.body, s.header["Content-Type"] = []byte(text), "application/json"
		return named, err
	case "application/octet-stream":
		content, _, _ := w.expand(r.Content, c, false) // a word may be a file with words
		text, named, err := w.expand(content, c, false)
		s.body, s.header["Content-Type"] = []byte(text), "application/octet-stream"
		name, _, _ := w.expand(r.File, c, false)
		s.header["Content-Disposition"] = "attachment; filename*=UTF-8''" + url.PathEscape(name)
		return named, err
	}
	return false, nil
}

// at is the value at a dotted path of a JSON document.
func at(v any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(in) {
				return nil
			}
			v = in[i]
		default:
			return nil
		}
	}
	return v
}

func textAt(t *testing.T, v any, path string) string {
	t.Helper()
	text, ok := at(v, path).(string)
	if !ok {
		t.Fatalf("no text at %s of %v", path, v)
	}
	return text
}
