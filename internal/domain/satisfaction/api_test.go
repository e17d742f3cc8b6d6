package satisfaction_test

import (
	"context"
	"encoding/json"
	"flag"
	"log/slog"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/satisfaction"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

// server answers as the user whom the header X-As names.
func (b *bench) server() http.Handler {
	callers := map[string]context.Context{
		"analyst": b.as(b.lin), "stranger": b.as(b.hai), "head": b.as(b.lin, "satisfaction.list", "satisfaction.get", "satisfaction.report"), "clerk": b.as(b.lin, "customer.*"),
	}
	log := slog.New(slog.DiscardHandler)
	a := rest.New(rest.Config{Version: "test", Logger: log, Text: catalogue.Text, Authenticate: func(r *http.Request) (context.Context, error) {
		ctx, ok := callers[r.Header.Get("X-As")]
		if !ok {
			return nil, fault.New(fault.Unauthenticated, "access.login_required")
		}
		return access.WithCaller(r.Context(), access.CallerOf(ctx)), nil
	}})
	b.surveys.Routes(a)
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

// field sends a request and gives a text of its JSON answer.
func field(t *testing.T, h http.Handler, s resttest.Scenario, name string) string {
	t.Helper()
	w := resttest.Send(h, s)
	if w.Code != s.Status {
		t.Fatalf("%s: status %d: %s", s.Name, w.Code, w.Body)
	}
	text, ok := decode[map[string]any](t, w.Body.Bytes())[name].(string)
	if !ok {
		t.Fatalf("%s: no %s in %s", s.Name, name, w.Body)
	}
	return text
}

const models, estimations = "/api/v1/satisfaction-models", "/api/v1/estimations"

// bareModel is a model file of package pls with a name and a title.
const bareModel = `{"name":"bare","title":{"zh":"原样"},"scale":{"min":1,"max":10},"paths":[{"from":"Q","to":"S"}],
	"constructs":[{"name":"Q","mode":"A","indicators":["q1","q2"]},{"name":"S","mode":"A","indicators":["s1"]}]}`

func modelJSON(t *testing.T, m satisfaction.Model) string { return asJSON(t, m) }

func TestModelAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		h := b.server()
		bad := ownModel("bad")
		bad.Constructs[1].Indicators = nil
		body := modelJSON(t, ownModel("own"))
		create := resttest.Scenario{Name: "create", Method: "POST", Path: models, Body: body, Header: by("analyst", "Idempotency-Key", "1"), Status: 201, Golden: "model.json"}
		resttest.Run(t, h, []resttest.Scenario{
			{Name: "nobody", Path: models, Status: 401},
			{Name: "without the right", Path: models, Header: by("clerk"), Status: 403},
			{Name: "reader creates", Method: "POST", Path: models, Body: body, Header: by("head"), Status: 403},
			{Name: "list", Path: models, Header: by("analyst"), Status: 200, Contains: []string{`"name":"ecsi"`, `"shipped":true`, "95598"}},
			{Name: "shipped", Path: models + "/scsb", Header: by("analyst"), Status: 200, Contains: []string{"Swedish Experience", `"versions":[]`}},
			{Name: "unknown", Path: models + "/nothing", Header: by("analyst"), Status: 404},
			{Name: "no JSON", Method: "POST", Path: models, Body: `{"name":`, Header: by("analyst"), Status: 422, Contains: []string{"request.body"}},
			{Name: "refused by the schema", Method: "POST", Path: models, Body: `{"name":"Own Model"}`, Header: by("analyst"), Status: 422, Contains: []string{`"name":"name","code":"wrong_format"`, `"name":"constructs","code":"required"`}},
			{Name: "refused by the rules", Method: "POST", Path: models, Body: modelJSON(t, bad), Header: by("analyst"), Status: 422, Contains: []string{`"constructs[1].indicators"`, "构念“满意”没有题目"}},
			{Name: "check, bad", Method: "POST", Path: models + "/check", Body: modelJSON(t, bad), Header: by("analyst", "Accept-Language", "en"), Status: 200, Contains: []string{`"ok":false`, "has no item. Give at least one."}},
			{Name: "check, good", Method: "POST", Path: models + "/check", Body: body, Header: by("analyst"), Status: 200, Contains: []string{`{"ok":true,"fields":[]}`}},
			{Name: "check, reader", Method: "POST", Path: models + "/check", Body: body, Header: by("head"), Status: 403},
			create,
			{Name: "the same name", Method: "POST", Path: models, Body: body, Header: by("analyst"), Status: 409, Contains: []string{"satisfaction.model_name_taken"}},
			{Name: "change a shipped one", Method: "PUT", Path: models + "/ecsi", Body: body, Header: by("analyst", "If-Match", `"0"`), Status: 409, Contains: []string{"请先复制一份"}},
			{Name: "remove a shipped one", Method: "DELETE", Path: models + "/ecsi", Header: by("analyst", "If-Match", `"0"`), Status: 409},
			{Name: "a bare one", Method: "POST", Path: models, Body: bareModel, Header: by("analyst"), Status: 201, Contains: []string{`"target":"S"`, `"items":[{"code":"q1","zh":"q1"}`}},
			{Name: "copy", Method: "POST", Path: models + "/acsi/copy", Body: `{"name":"acsi_2","title":{"zh":"副本"}}`, Header: by("analyst"), Status: 201, Contains: []string{`"name":"acsi_2"`, `"version":1`}},
		})
		one := models + "/" + field(t, h, create, "id")
		resttest.Run(t, h, []resttest.Scenario{
			{Name: "stranger", Path: one, Header: by("stranger"), Status: 404},
			{Name: "no version", Method: "PUT", Path: one, Body: body, Header: by("analyst"), Status: 428, Contains: []string{"request.if_match"}},
			{Name: "old version", Method: "PUT", Path: one, Body: body, Header: by("analyst", "If-Match", `"7"`), Status: 412},
			{Name: "update", Method: "PUT", Path: one, Body: body, Header: by("analyst", "If-Match", `"1"`), Status: 200, Contains: []string{`"version":2`}},
			{Name: "versions", Path: one, Header: by("analyst"), Status: 200, Contains: []string{`"versions":[{"id"`}},
			{Name: "no such reference", Method: "PUT", Path: models + "/nothing", Body: body, Header: by("analyst", "If-Match", `"1"`), Status: 404},
			{Name: "delete", Method: "DELETE", Path: one, Header: by("analyst", "If-Match", `"2"`), Status: 204},
			{Name: "gone", Path: one, Header: by("analyst"), Status: 404},
		})
	})
}

func TestBandsAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		const bands = "/api/v1/satisfaction-bands"
		two := `{"bands":[{"from":0,"title":{"zh":"低"}},{"from":75,"title":{"zh":"高","en":"high"}}]}`
		resttest.Run(t, b.server(), []resttest.Scenario{
			{Name: "default", Path: bands, Header: by("analyst"), Status: 200, Contains: []string{`"version":0`, "基本满意"}, NotContains: []string{"set_by"}},
			{Name: "one only", Method: "PUT", Path: bands, Body: `{"bands":[{"from":0,"title":{"zh":"低"}}]}`, Header: by("analyst", "If-Match", `"0"`), Status: 422},
			{Name: "above 100", Method: "PUT", Path: bands, Body: strings.Replace(two, "75", "175", 1), Header: by("analyst", "If-Match", `"0"`), Status: 422, Contains: []string{`"too_large"`}},
			{Name: "not rising", Method: "PUT", Path: bands, Body: strings.Replace(two, "75", "0", 1), Header: by("analyst", "If-Match", `"0"`), Status: 422, Contains: []string{"各级的起点必须逐级增大"}},
			{Name: "reader", Method: "PUT", Path: bands, Body: two, Header: by("head", "If-Match", `"0"`), Status: 403},
			{Name: "set", Method: "PUT", Path: bands, Body: two, Header: by("analyst", "If-Match", `"0"`), Status: 200, Contains: []string{`"version":1`, `"from":75`}},
			{Name: "set again", Method: "PUT", Path: bands, Body: two, Header: by("analyst", "If-Match", `"0"`), Status: 412},
			{Name: "no version", Method: "PUT", Path: bands, Body: two, Header: by("analyst"), Status: 428},
			{Name: "another company", Path: bands + "?org_id=" + b.lin.ID.String(), Header: by("stranger"), Status: 404},
			{Name: "no organisation", Path: bands + "?org_id=x", Header: by("analyst"), Status: 422},
		})
	})
}

func TestEstimationAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		study, _ := b.ownStudy(t, small)
		h := b.server()
		begin := "/api/v1/surveys/" + study.ID.String() + "/estimations"
		fine := `{"settings":{"resamples":50,"seed":3}}`
		estimate := resttest.Scenario{Name: "estimate", Method: "POST", Path: begin, Body: fine, Header: by("analyst", "Idempotency-Key", "1"), Status: 202, Contains: []string{`"state":"queued"`, `"scheme":"path"`, `"level":0.95`}}
		resttest.Run(t, h, []resttest.Scenario{
			{Name: "reader", Method: "POST", Path: begin, Body: fine, Header: by("head"), Status: 403},
			{Name: "stranger", Method: "POST", Path: begin, Body: fine, Header: by("stranger"), Status: 404},
			{Name: "too many resamples", Method: "POST", Path: begin, Body: `{"settings":{"resamples":10001,"seed":1}}`, Header: by("analyst"), Status: 422, Contains: []string{`"settings.resamples"`, "10000"}},
			{Name: "unknown scheme", Method: "POST", Path: begin, Body: `{"settings":{"scheme":"x","resamples":0,"seed":1}}`, Header: by("analyst"), Status: 422, Contains: []string{"path, centroid, factorial"}},
			{Name: "nothing chosen", Method: "POST", Path: begin, Body: `{}`, Header: by("analyst"), Status: 202, Contains: []string{`"settings":{"scheme":"path","resamples":1000,"seed":2026,"level":0.95,"missing":"mean"}`}},
			{Name: "zeros chosen", Method: "POST", Path: begin, Body: `{"settings":{"resamples":0,"seed":0,"level":0.9}}`, Header: by("analyst"), Status: 202, Contains: []string{`"resamples":0,"seed":0,"level":0.9`}},
			{Name: "level out of reach", Method: "POST", Path: begin, Body: `{"settings":{"level":0.4}}`, Header: by("analyst"), Status: 422, Contains: []string{`"settings.level"`}},
			{Name: "no such survey", Method: "POST", Path: strings.Replace(begin, study.ID.String(), study.OrgID.String(), 1), Body: fine, Header: by("analyst"), Status: 404},
			estimate,
		})
		first := estimations + "/" + field(t, h, estimate, "id")
		resttest.Run(t, h, []resttest.Scenario{
			{Name: "too early", Path: first + "/report", Header: by("analyst"), Status: 409, Contains: []string{"还没有完成"}},
			{Name: "too early for a workbook", Path: first + "/report.xlsx", Header: by("analyst"), Status: 409},
			{Name: "too early for JSON", Path: first + "/result.json", Header: by("analyst"), Status: 409},
		})
		b.runAll(t)
		b.apiReport(t, h, study.ID.String(), first)
	})
}

func (b *bench) runAll(t *testing.T) {
	t.Helper()
	for ran := true; ran; {
		var err error
		if ran, err = b.jobs.RunNext(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
}

func (b *bench) apiReport(t *testing.T, h http.Handler, study, first string) {
	t.Helper()
	resttest.Run(t, h, []resttest.Scenario{
		{Name: "done", Path: first, Header: by("head"), Status: 200, Contains: []string{`"state":"done"`, `"result_sha256"`}},
		{Name: "stranger", Path: first, Header: by("stranger"), Status: 404},
		{Name: "stranger's report", Path: first + "/report", Header: by("stranger"), Status: 404},
		{Name: "reader's JSON", Path: first + "/result.json", Header: by("head"), Status: 403},
		{Name: "list", Path: estimations + "?survey_id=" + study, Header: by("head"), Status: 200, Contains: []string{`"index":50`}},
		{Name: "list of another survey", Path: estimations + "?survey_id=01900000-0000-7000-8000-000000000001", Header: by("head"), Status: 200, Contains: []string{`"items":[]`}},
		{Name: "list by title", Path: estimations + "?q=%E6%BB%A1%E6%84%8F%E5%BA%A6", Header: by("head"), Status: 200, Contains: []string{`"index":50`}},
		{Name: "list by another title", Path: estimations + "?q=%25", Header: by("head"), Status: 200, Contains: []string{`"items":[]`}},
		{Name: "list by title of a stranger", Path: estimations + "?q=%E6%BB%A1%E6%84%8F%E5%BA%A6", Header: by("stranger"), Status: 200, Contains: []string{`"items":[]`}},
		{Name: "list of a stranger", Path: estimations, Header: by("stranger"), Status: 200, Contains: []string{`"items":[]`}},
		{Name: "list by nonsense", Path: estimations + "?survey_id=x", Header: by("head"), Status: 422},
		{Name: "JSON", Path: first + "/result.json", Header: by("analyst"), Status: 200, Contains: []string{`{"estimates":{"outer_weights":{"质量":{"q1":`, `"resamples":[{"path:质量->满意":`}},
		{Name: "workbook", Path: first + "/report.xlsx", Header: by("analyst"), Status: 200, Contains: []string{"PK\x03\x04"}},
		{Name: "compare without another", Path: first + "/comparison", Header: by("analyst"), Status: 422},
		{Name: "compare", Path: first + "/comparison?with=" + strings.TrimPrefix(first, estimations+"/"), Header: by("analyst"), Status: 200, Contains: []string{`"independent":false`, "同一批答卷"}},
	})
	for _, lang := range []string{"zh", "en"} {
		w := resttest.Send(h, resttest.Scenario{Path: first + "/report", Header: by("head", "Accept-Language", lang)})
		golden(t, "report_"+lang+".json", w.Body.Bytes())
	}
	w := resttest.Send(h, resttest.Scenario{Path: first + "/report.xlsx", Header: by("analyst")})
	if got := w.Header().Get("Content-Disposition"); !strings.Contains(got, "filename*=utf-8''%E4%BE%9B") {
		t.Errorf("name of the workbook: %s", got)
	}
	resttest.Run(t, h, []resttest.Scenario{
		{Name: "reader deletes", Method: "DELETE", Path: first, Header: by("head", "If-Match", `"2"`), Status: 403},
		{Name: "delete from nothing", Method: "DELETE", Path: first, Header: by("analyst"), Status: 428, Contains: []string{"请重新打开记录"}},
		{Name: "delete while it was queued", Method: "DELETE", Path: first, Header: by("analyst", "If-Match", `"1"`), Status: 412},
		{Name: "delete", Method: "DELETE", Path: first, Header: by("analyst", "If-Match", `"2"`), Status: 204},
		{Name: "gone", Path: first + "/report", Header: by("analyst"), Status: 404},
	})
}

var volatile = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+\+08:00|[0-9a-f]{64}`)

// golden compares a report with the one in testdata, numbers to nine digits, for
// processors round differently; "go test -update" writes it.
func golden(t *testing.T, name string, raw []byte) {
	t.Helper()
	indented, err := json.MarshalIndent(rounded(decode[any](t, raw)), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	got := volatile.ReplaceAllString(string(indented), "<>")
	file := filepath.Join("testdata", name)
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i, line := range gotLines {
		if i >= len(wantLines) || line != wantLines[i] {
			t.Fatalf("%s differs from line %d: %s", name, i+1, line)
		}
	}
	if len(gotLines) != len(wantLines) {
		t.Fatalf("%s has %d lines, want %d", name, len(gotLines), len(wantLines))
	}
}

func rounded(v any) any {
	switch x := v.(type) {
	case map[string]any:
		for key, inner := range x {
			x[key] = rounded(inner)
		}
	case []any:
		for i, inner := range x {
			x[i] = rounded(inner)
		}
	case float64:
		if math.Abs(x) < 1e-9 {
			return 0
		}
		nine, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 9, 64), 64)
		if err != nil {
			panic(err) // it was formatted just now
		}
		return nine
	}
	return v
}
