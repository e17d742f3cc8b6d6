package rest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

type thing struct {
	Name  string   `json:"name" minLength:"1" maxLength:"5"`
	Kind  string   `json:"kind" enum:"a,b"`
	Parts []string `json:"parts,omitempty" maxItems:"2"`
	N     int      `json:"n,omitempty" minimum:"3"`
}

type thingInput struct {
	ID string `path:"id" format:"uuid"`
	rest.IfMatch
	Body thing
}

type callerKey struct{}

func server(t *testing.T, log *bytes.Buffer, fail error) http.Handler {
	t.Helper()
	logger := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	a := rest.New(rest.Config{
		Version: "test", Logger: logger,
		Authenticate: func(r *http.Request) (context.Context, error) {
			if r.Header.Get("Cookie") == "" {
				return nil, fault.New(fault.Unauthenticated, "access.login_required")
			}
			return context.WithValue(r.Context(), callerKey{}, "li"), nil
		},
		Text: func(lang, key string, params map[string]any) string { return fmt.Sprint(lang, " ", key, " ", params) },
	})
	rest.Register(a, rest.Op{ID: "thing.change", Method: "PUT", Path: "/api/v1/things/{id}"},
		func(ctx context.Context, in *thingInput) (*rest.Reply[thing], error) {
			if ctx.Value(callerKey{}) != "li" {
				return nil, errors.New("no caller")
			}
			if _, err := in.Version(); err != nil {
				return nil, err
			}
			return &rest.Reply[thing]{ETag: rest.ETag(8), Body: in.Body}, fail
		})
	rest.Register(a, rest.Op{ID: "thing.ping", Method: "GET", Path: "/api/v1/ping", Public: true},
		func(context.Context, *struct{}) (*rest.Empty, error) { return nil, fail })
	rest.Register(a, rest.Op{ID: "thing.list", Method: "GET", Path: "/api/v1/things"},
		func(_ context.Context, in *struct{ rest.Paging }) (*rest.Body[rest.List[thing]], error) {
			if in.Limit == 13 {
				panic("thirteen")
			}
			return &rest.Body[rest.List[thing]]{}, nil
		})
	rest.Register(a, rest.Op{ID: "thing.upload", Method: "POST", Path: "/api/v1/things", Upload: true},
		func(_ context.Context, in *struct{ rest.Upload }) (*rest.Body[thing], error) {
			n, err := io.Copy(io.Discard, in.File())
			return &rest.Body[thing]{Body: thing{Name: in.Name(), N: int(n)}}, err
		})
	return rest.Observe(logger, prometheus.NewRegistry(), a.Handler())
}

const path = "/api/v1/things/01900000-0000-7000-8000-000000000001"

func send(h http.Handler, method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Cookie", "zhiyin_session=x")
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestProblems(t *testing.T) {
	secret := errors.New("password of the database")
	for name, c := range map[string]struct {
		method, path, body, cookie, match string
		fail                              error
		status                            int
		code, fields                      string
	}{
		"fine":            {"PUT", path, `{"name":"x","kind":"a"}`, "c", `"7"`, nil, 200, "", ""},
		"a weak tag":      {"PUT", path, `{"name":"x","kind":"a"}`, "c", `W/"7"`, nil, 200, "", ""},
		"stranger":        {"PUT", path, `{`, "", `"7"`, nil, 401, "access.login_required", ""},
		"no version":      {"PUT", path, `{"name":"x","kind":"a"}`, "c", "", nil, 428, "request.if_match", ""},
		"no version, *":   {"PUT", path, `{"name":"x","kind":"a"}`, "c", "*", nil, 428, "request.if_match", ""},
		"syntax":          {"PUT", path, `{"name":`, "c", `"7"`, nil, 422, "request.body", ""},
		"every field":     {"PUT", path, `{"name":"","parts":["1","2","3"],"n":1,"x":1}`, "c", `"7"`, nil, 422, "input.invalid", "kind=required n=too_small name=required parts=too_many x=unknown_field"},
		"enum and type":   {"PUT", path, `{"name":7,"kind":"z"}`, "c", `"7"`, nil, 422, "input.invalid", "kind=not_allowed name=wrong_type"},
		"path":            {"PUT", "/api/v1/things/7", `{"name":"x","kind":"a"}`, "c", `"7"`, nil, 404, "record.not_found", ""},
		"query":           {"GET", "/api/v1/things?limit=500", "", "c", "", nil, 422, "input.invalid", "limit=too_large"},
		"query not known": {"GET", "/api/v1/things?y=1", "", "c", "", nil, 422, "input.invalid", "y=unknown_field"},
		"unknown route":   {"GET", "/api/v1/nothing", "", "c", "", nil, 404, "request.unknown_route", ""},
		"foreseen":        {"PUT", path, `{"name":"x","kind":"a"}`, "c", `"7"`, fault.New(fault.Conflict, "thing.taken"), 409, "thing.taken", ""},
		"unforeseen":      {"PUT", path, `{"name":"x","kind":"a"}`, "c", `"7"`, secret, 500, "internal", ""},
		"NUL":             {"PUT", path, `{"name":"a\u0000","kind":"a"}`, "c", `"7"`, nil, 422, "request.text", ""},
		"no NUL":          {"PUT", path, `{"name":"\\u0000","kind":"a"}`, "c", `"7"`, nil, 422, "input.invalid", "name=too_long"},
		"NUL in a query":  {"GET", "/api/v1/things?cursor=%00", "", "c", "", nil, 422, "request.text", ""},
		"broken UTF-8":    {"GET", "/api/v1/ping?x=%ff", "", "", "", nil, 422, "request.text", ""},
		"NUL in a path":   {"PUT", "/api/v1/things/%00", `{"name":"x","kind":"a"}`, "c", `"7"`, nil, 422, "request.text", ""},
		"stranger's NUL":  {"GET", "/api/v1/things?cursor=%00", "", "", "", nil, 401, "access.login_required", ""},
		"public":          {"GET", "/api/v1/ping", "", "", "", nil, 204, "", ""},
		"public, failing": {"GET", "/api/v1/ping", "", "", "", fault.New(fault.TooMany, "slow"), 429, "slow", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			w := send(server(t, &log, c.fail), c.method, c.path, c.body, "Cookie", c.cookie, "If-Match", c.match)
			if w.Code != c.status {
				t.Fatalf("status %d, want %d: %s", w.Code, c.status, w.Body)
			}
			if strings.Contains(w.Body.String(), secret.Error()) {
				t.Error("the inside of an unforeseen error is shown")
			}
			if c.fail == secret && !strings.Contains(log.String(), secret.Error()) {
				t.Error("an unforeseen error is not logged")
			}
			if c.code == "" {
				return
			}
			checkProblem(t, w, c.code, c.fields)
		})
	}
}

func checkProblem(t *testing.T, w *httptest.ResponseRecorder, code, fields string) {
	t.Helper()
	var p rest.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	var got []string
	for _, f := range p.Fields {
		got = append(got, f.Name+"="+f.Code)
		if !strings.HasPrefix(f.Message, "zh problem.field."+f.Code) {
			t.Errorf("message %q", f.Message)
		}
	}
	if p.Code != code || strings.Join(slices.Sorted(slices.Values(got)), " ") != fields || p.Status != w.Code || !strings.HasPrefix(p.Title, "zh "+code) {
		t.Errorf("problem %+v, want %s with %s", p, code, fields)
	}
	if ct := w.Header().Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("content type %q", ct)
	}
}

func TestVersionsTravelAsETags(t *testing.T) {
	var log bytes.Buffer
	w := send(server(t, &log, nil), "PUT", path, `{"name":"x","kind":"a"}`, "If-Match", `"7"`)
	if got := w.Header().Get("ETag"); got != `"8"` {
		t.Errorf("ETag %s", got)
	}
}

func TestAPanicIsA500AndLogged(t *testing.T) {
	var log bytes.Buffer
	if w := send(server(t, &log, nil), "GET", "/api/v1/things?limit=13", ""); w.Code != 500 {
		t.Errorf("status %d", w.Code)
	}
	if !strings.Contains(log.String(), "thirteen") {
		t.Error("the panic is not logged")
	}
}

func TestQueriesStayOutOfTheLog(t *testing.T) {
	var log bytes.Buffer
	send(server(t, &log, nil), "GET", "/api/v1/things?cursor=13800138000", "")
	if strings.Contains(log.String(), "13800138000") || !strings.Contains(log.String(), "/api/v1/things") {
		t.Errorf("log: %s", log.String())
	}
}

func TestAnswersAreKeptNowhere(t *testing.T) {
	var log bytes.Buffer
	h := send(server(t, &log, nil), "GET", "/api/v1/things", "").Header()
	if h.Get("Cache-Control") != "no-store" {
		t.Errorf("header %v", h)
	}
}

func TestLanguage(t *testing.T) {
	for header, want := range map[string]string{"": "zh", "zh-CN,en;q=0.5": "zh", "en-GB,zh": "en", "fr,en": "en", "de": "zh"} {
		var log bytes.Buffer
		w := send(server(t, &log, nil), "GET", "/api/v1/nothing", "", "Accept-Language", header)
		if !strings.Contains(w.Body.String(), `"`+want+" request.unknown_route") {
			t.Errorf("%q: %s", header, w.Body)
		}
	}
}

func TestAnUploadIsReadAsItComes(t *testing.T) {
	var log bytes.Buffer
	h := server(t, &log, nil)
	w := send(h, "POST", "/api/v1/things", strings.Repeat("x", 3<<20), "Content-Type", "text/csv", "Content-Disposition", "attachment; filename*=UTF-8''%E5%AE%A2%E6%88%B7.csv")
	if w.Code != 200 || !strings.Contains(w.Body.String(), `"name":"客户.csv"`) || !strings.Contains(w.Body.String(), `"n":3145728`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w = send(h, "POST", "/api/v1/things", "x", "Content-Disposition", "attachment; filename*=UTF-8''a%00b%0A.csv"); !strings.Contains(w.Body.String(), `"name":"ab.csv"`) {
		t.Errorf("control characters in a name: %d %s", w.Code, w.Body)
	}
	if w = send(h, "POST", "/api/v1/things", "x"); w.Code != 200 || !strings.Contains(w.Body.String(), `"name":""`) {
		t.Errorf("without a name: %d %s", w.Code, w.Body)
	}
	if w = send(h, "GET", "/api/openapi.json", ""); !strings.Contains(w.Body.String(), "application/octet-stream") {
		t.Error("the document does not tell of the body")
	}
}

func TestTheDocumentMarksPublicOperations(t *testing.T) {
	var log bytes.Buffer
	w := send(server(t, &log, nil), "GET", "/api/openapi.json", "", "Cookie", "")
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string                 `json:"operationId"`
			Security    *[]map[string][]string `json:"security"`
		}
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if s := doc.Paths["/api/v1/ping"]["get"].Security; s == nil || len(*s) != 0 {
		t.Errorf("public operation: security %v", s)
	}
	if s := doc.Paths["/api/v1/things"]["get"].Security; s != nil {
		t.Errorf("other operation: security %v", s)
	}
	for _, name := range []string{"Problem", "ListOfRest_testThing"} {
		if doc.Components.Schemas[name] == nil {
			t.Errorf("no schema %s among %v", name, slices.Collect(maps.Keys(doc.Components.Schemas)))
		}
	}
}
