package rest_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

const good = `{"name":"x","kind":"a"}`

// Every kind of error has its status, and none is shown as success.
func TestEveryKindOfErrorHasItsStatus(t *testing.T) {
	want := []int{500, 422, 401, 403, 404, 409, 412, 428, 429, 413, 503}
	if last := fault.Unavailable; int(last)+1 != len(want) {
		t.Fatalf("%d kinds, %d statuses", int(last)+1, len(want))
	}
	for kind, status := range want {
		var log bytes.Buffer
		w := send(server(t, &log, fault.New(fault.Kind(kind), "thing.wrong").With("n", 7)), "PUT", path, good, "If-Match", `"7"`)
		code := "thing.wrong"
		if kind == int(fault.Internal) {
			code = "internal"
		}
		if w.Code != status {
			t.Errorf("kind %d: status %d, want %d", kind, w.Code, status)
		}
		checkProblem(t, w, code, "")
		if shown := strings.Contains(w.Body.String(), `"n":7`); shown == (code == "internal") {
			t.Errorf("kind %d: parameters shown: %t", kind, shown)
		}
	}
}

// Requests that are no such thing are refused with a code, in the reader's
// language, and nothing of them is repeated or logged.
func TestWhatIsNoRequest(t *testing.T) {
	deep := strings.Repeat("[", 500_000)
	for name, c := range map[string]struct {
		method, path, body string
		status             int
		code, fields       string
		header             []string
	}{
		"nothing":                  {"PUT", path, "", 422, "request.body", "", nil},
		"a list":                   {"PUT", path, `[]`, 422, "request.body", "", nil},
		"a word":                   {"PUT", path, `"secret"`, 422, "request.body", "", nil},
		"nothing, in JSON":         {"PUT", path, `null`, 422, "request.body", "", nil},
		"more behind":              {"PUT", path, good + ` secret`, 422, "request.body", "", nil},
		"two of it":                {"PUT", path, good + good, 422, "request.body", "", nil},
		"cut":                      {"PUT", path, good[:15], 422, "request.body", "", nil},
		"endless brackets":         {"PUT", path, deep, 422, "request.body", "", nil},
		"endless brackets within":  {"PUT", path, `{"name":` + deep, 422, "request.body", "", nil},
		"too large":                {"PUT", path, `{"name":"` + strings.Repeat("secret", 200_000) + `"}`, 413, "request.too_large", "", nil},
		"a number of no size":      {"PUT", path, `{"name":"x","kind":"a","n":1e999}`, 422, "request.body", "", nil},
		"a broken number":          {"PUT", path, `{"name":"x","kind":"a","n":3.5}`, 422, "input.invalid", "n=wrong_type", nil},
		"another format":           {"PUT", path, `<name>secret</name>`, 422, "request.media_type", "", []string{"Content-Type", "application/xml"}},
		"the method of another":    {"DELETE", "/api/v1/things", "", 404, "request.unknown_route", "", nil},
		"a path within":            {"GET", path + "/secret", "", 404, "request.unknown_route", "", nil},
		"none":                     {"GET", "/api/v1/things?limit=0", "", 422, "input.invalid", "limit=too_small", nil},
		"less than none":           {"GET", "/api/v1/things?limit=-1", "", 422, "input.invalid", "limit=too_small", nil},
		"no number":                {"GET", "/api/v1/things?limit=secret", "", 422, "input.invalid", "limit=wrong_type", nil},
		"a cursor without end":     {"GET", "/api/v1/things?cursor=" + strings.Repeat("s", 2001), "", 422, "input.invalid", "cursor=too_long", nil},
		"half an escape":           {"GET", "/api/v1/things?cursor=%f", "", 422, "request.text", "", nil},
		"a key no database takes":  {"PUT", path, good, 422, "request.text", "", []string{"Idempotency-Key", "\xff"}},
		"a name no database takes": {"PUT", path, `{"na\u0000me":"x"}`, 422, "request.text", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			began := time.Now()
			w := send(server(t, &log, nil), c.method, c.path, c.body, append([]string{"If-Match", `"7"`}, c.header...)...)
			if w.Code != c.status || time.Since(began) > time.Second {
				t.Fatalf("status %d after %s, want %d: %.200s", w.Code, time.Since(began), c.status, w.Body)
			}
			checkProblem(t, w, c.code, c.fields)
			if strings.Contains(w.Body.String(), "secret") || strings.Contains(log.String(), "secret") || strings.Contains(log.String(), "unforeseen") {
				t.Errorf("%s\n%s", w.Body, log.String())
			}
		})
	}
}

// A request whose client has gone is no error of ours.
func TestARequestOfAClientWhoHasGone(t *testing.T) {
	var log bytes.Buffer
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/api/v1/ping", nil)
	w := httptest.NewRecorder()
	server(t, &log, errors.Join(errors.New("query"), context.Canceled)).ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "request.cancelled") || strings.Contains(log.String(), "unforeseen") {
		t.Errorf("%d %s\n%s", w.Code, w.Body, log.String())
	}
}

// An upload that names its file in no way a file is named has no name; it is no
// error.
func TestNamesOfUploads(t *testing.T) {
	for disposition, want := range map[string]string{
		"": "", ";;;": "", "attachment": "", `attachment; filename="a.csv"`: "a.csv", "attachment; filename*=UTF-8''%ff%00a": "a",
		"attachment; filename*=GBK''%BF%CD.csv": "", `attachment; filename="../../etc/passwd"`: "../../etc/passwd", // the module takes the last part
	} {
		var log bytes.Buffer
		w := send(server(t, &log, nil), "POST", "/api/v1/things", "x", "Content-Disposition", disposition)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"name":"`+want+`"`) {
			t.Errorf("%q: %d %s", disposition, w.Code, w.Body)
		}
	}
}

// Entity tags that name no version are refused as missing ones are.
func TestEntityTags(t *testing.T) {
	for tag, want := range map[string]int64{`"7"`: 7, `W/"7"`: 7, `"0"`: 0, `"9223372036854775807"`: 1<<63 - 1} {
		if got, err := (rest.IfMatch{IfMatch: tag}).Version(); err != nil || got != want {
			t.Errorf("%s: %d, %v", tag, got, err)
		}
	}
	for _, tag := range []string{"", "*", `""`, `"x"`, `"7.0"`, `"7", "8"`, `"9223372036854775808"`, "W/", `"7 "`} {
		if got, err := (rest.IfMatch{IfMatch: tag}).Version(); !errors.Is(err, rest.ErrIfMatch) {
			t.Errorf("%s: %d, %v", tag, got, err)
		}
	}
	if got := rest.ETag(7); got != `"7"` {
		t.Error(got)
	}
}
