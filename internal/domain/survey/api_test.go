package survey_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

// server answers as the user whom the header X-As names.
func (b *bench) server() http.Handler {
	callers := map[string]context.Context{
		"analyst": b.as(b.lin), "stranger": b.as(b.hai), "head": b.as(b.lin, "survey.list", "survey.get"), "clerk": b.as(b.lin, "customer.*"),
	}
	log := slog.New(slog.DiscardHandler)
	a := rest.New(rest.Config{Version: "test", Logger: log, Text: catalogue.Text, Authenticate: func(r *http.Request) (context.Context, error) {
		ctx, ok := callers[r.Header.Get("X-As")]
		if !ok {
			return nil, fault.New(fault.Unauthenticated, "access.login_required")
		}
		return access.WithCaller(r.Context(), access.CallerOf(ctx)), nil
	}})
	b.Routes(a)
	return rest.Observe(log, prometheus.NewRegistry(), a.Handler())
}

func by(user string, more ...string) map[string]string {
	h := map[string]string{"X-As": user}
	for i := 0; i < len(more); i += 2 {
		h[more[i]] = more[i+1]
	}
	return h
}

// withFile are the headers of a file that is sent.
func withFile(user string) map[string]string {
	return by(user, "Content-Type", "application/octet-stream", "Content-Disposition", `attachment; filename*=UTF-8''%E7%AD%94%E5%8D%B7.csv`)
}

// call sends one request and gives a text of its JSON answer by name.
func call(t *testing.T, h http.Handler, s resttest.Scenario, path ...string) string {
	t.Helper()
	w := resttest.Send(h, s)
	if w.Code != s.Status {
		t.Fatalf("%s: status %d: %s", s.Name, w.Code, w.Body)
	}
	var at any
	if err := json.Unmarshal(w.Body.Bytes(), &at); err != nil {
		t.Fatalf("%s: %v", s.Name, err)
	}
	for _, name := range path {
		at = at.(map[string]any)[name]
	}
	if text, ok := at.(string); ok {
		return text
	}
	raw, err := json.Marshal(at)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

const studies = "/api/v1/surveys"

func TestAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		h := b.server()
		resttest.Run(t, h, []resttest.Scenario{
			{Name: "nobody", Path: studies, Status: 401},
			{Name: "without the right", Path: studies, Header: by("clerk"), Status: 403, Contains: []string{"access.forbidden"}},
			{Name: "reader creates", Method: "POST", Path: studies, Body: `{"title":"t","wave":"w","model":"small"}`, Header: by("head"), Status: 403},
			{Name: "empty", Path: studies, Header: by("analyst"), Status: 200, Contains: []string{`"items":[]`}},
			{Name: "no title", Method: "POST", Path: studies, Body: `{"title":"","wave":"w","model":"small"}`, Header: by("analyst"), Status: 422, Contains: []string{`"title"`, "必填"}},
			{Name: "unknown model", Method: "POST", Path: studies, Body: `{"title":"t","wave":"w","model":"x"}`, Header: by("analyst"), Status: 422, Contains: []string{"没有名为“x”的满意度模型"}},
			{Name: "unknown order", Path: studies + "?sort=wave", Header: by("analyst"), Status: 422},
			{Name: "create", Method: "POST", Path: studies, Body: `{"title":"供电满意度","wave":"2026Q2","model":"small","invited":10}`, Header: by("analyst", "Idempotency-Key", "1"), Status: 201, Golden: "study.json"},
		})
		id := call(t, h, resttest.Scenario{Name: "create again", Method: "POST", Path: studies, Body: `{"title":"供电满意度","wave":"2026Q2","model":"small","invited":10}`,
			Header: by("analyst", "Idempotency-Key", "1"), Status: 201}, "id")
		one := studies + "/" + id
		body := smallFile + "R4,城市,1,8,-99,9\n"
		upload := resttest.Scenario{Name: "upload", Method: "POST", Path: one + "/files", Body: body, Header: withFile("analyst"), Status: 201, Golden: "preview.json"}
		resttest.Run(t, h, []resttest.Scenario{
			{Name: "stranger", Path: one, Header: by("stranger"), Status: 404, Contains: []string{"record.not_found"}},
			{Name: "stranger uploads", Method: "POST", Path: one + "/files", Body: body, Header: withFile("stranger"), Status: 404},
			{Name: "reader uploads", Method: "POST", Path: one + "/files", Body: body, Header: withFile("head"), Status: 403},
			{Name: "no version", Method: "PUT", Path: one, Body: `{"title":"t","wave":"w","model":"small"}`, Header: by("analyst"), Status: 428, Contains: []string{"request.if_match"}},
			{Name: "old version", Method: "PUT", Path: one, Body: `{"title":"t","wave":"w","model":"small"}`, Header: by("analyst", "If-Match", `"7"`), Status: 412},
			{Name: "update", Method: "PUT", Path: one, Body: `{"title":"新","wave":"w","model":"small"}`, Header: by("analyst", "If-Match", `"1"`), Status: 200, Contains: []string{`"version":2`}},
			{Name: "no responses", Path: one + "/responses", Header: by("analyst"), Status: 409, Contains: []string{"请先导入"}},
			upload,
		})
		b.apiImport(t, h, one, call(t, h, upload, "file", "id"), call(t, h, upload, "mapping"))
	})
}

// apiImport goes on with a file in which one row is bad.
func (b *bench) apiImport(t *testing.T, h http.Handler, one, fileID, mapping string) {
	t.Helper()
	file := one + "/files/" + fileID
	run := func(name, path, body string) {
		begun := call(t, h, resttest.Scenario{Name: name, Method: "POST", Path: file + path, Body: body, Header: by("analyst"), Status: 202}, "job_id")
		if begun == "" {
			t.Fatalf("%s: no job", name)
		}
		for ran := true; ran; {
			var err error
			if ran, err = b.jobs.RunNext(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
	}
	run("check", "/check", `{"mapping":`+mapping+`}`)
	resttest.Run(t, h, []resttest.Scenario{
		{Name: "wrong mapping", Method: "POST", Path: file + "/import", Body: `{"mapping":{"columns":[],"scale":{"min":1,"max":10}}}`, Header: by("analyst"), Status: 422, Contains: []string{"没有一列对应到题目"}},
		{Name: "preview", Path: file, Header: by("analyst"), Status: 200, Contains: []string{`"looked_at":4`}},
		{Name: "preview, unknown encoding", Path: file + "?encoding=latin1", Header: by("analyst"), Status: 422},
		{Name: "stranger", Path: file, Header: by("stranger"), Status: 404},
		{Name: "problems", Path: file + "/problems", Header: by("analyst"), Status: 200, Golden: "problems.json"},
		{Name: "problems, English", Path: file + "/problems", Header: by("analyst", "Accept-Language", "en"), Status: 200, Contains: []string{"looks like an undeclared code for missing"}},
		{Name: "problems, bad cursor", Path: file + "/problems?cursor=x", Header: by("analyst"), Status: 422, Contains: []string{"page.cursor"}},
		{Name: "CSV", Path: file + "/problems.csv", Header: by("analyst"), Status: 200, Contains: []string{"\ufeff行,列,列名", "像是未声明的缺失代码"}},
		{Name: "CSV for a stranger", Path: file + "/problems.csv", Header: by("stranger"), Status: 404},
		{Name: "nothing imported yet", Path: one, Header: by("analyst"), Status: 200, Contains: []string{`"rejected":1`}, NotContains: []string{`"data":`}},
	})
	run("import", "/import", `{"skip_bad_rows":true,"mapping":`+mapping+`}`)
	resttest.Run(t, h, []resttest.Scenario{
		{Name: "imported", Path: one, Header: by("head"), Status: 200, Golden: "imported.json"},
		{Name: "listed", Path: studies, Header: by("head"), Status: 200, Contains: []string{`"responses":3`}},
		{Name: "not listed", Path: studies, Header: by("stranger"), Status: 200, Contains: []string{`"items":[]`}},
		{Name: "responses", Path: one + "/responses?limit=2", Header: by("analyst"), Status: 200, Contains: []string{`"next_cursor"`, `"Q2":null`, `"区域":"农村"`}},
		{Name: "responses for a reader", Path: one + "/responses", Header: by("head"), Status: 403},
		{Name: "discard from nothing", Method: "DELETE", Path: file, Header: by("analyst"), Status: 428},
		{Name: "discard as it was before the import", Method: "DELETE", Path: file, Header: by("analyst", "If-Match", `"2"`), Status: 412},
		{Name: "discard", Method: "DELETE", Path: file, Header: by("analyst", "If-Match", `"3"`), Status: 204},
		{Name: "discard again", Method: "DELETE", Path: file, Header: by("analyst", "If-Match", `"3"`), Status: 404},
		{Name: "clear from nothing", Method: "DELETE", Path: one + "/data", Header: by("analyst"), Status: 428},
		{Name: "clear as it was before the import", Method: "DELETE", Path: one + "/data", Header: by("analyst", "If-Match", `"2"`), Status: 412},
		{Name: "clear", Method: "DELETE", Path: one + "/data", Header: by("analyst", "If-Match", `"3"`), Status: 204},
		{Name: "delete", Method: "DELETE", Path: one, Header: by("analyst", "If-Match", `"4"`), Status: 204},
		{Name: "gone", Path: one, Header: by("analyst"), Status: 404},
	})
}

func TestUploadsWithoutAFile(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		study := b.study(t, b.as(b.lin), "small")
		h, path := b.server(), studies+"/"+study.ID.String()+"/files"
		resttest.Run(t, h, []resttest.Scenario{
			{Name: "no file", Method: "POST", Path: path, Header: withFile("analyst"), Status: 422},
			{Name: "too wide", Method: "POST", Path: path, Body: strings.Repeat("x,", 2000), Header: withFile("analyst"), Status: 422, Contains: []string{"列，最多 500 列"}},
		})
	})
}
