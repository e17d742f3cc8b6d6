package customer_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

// callers are whom requests come from, by the header Caller.
type callers map[string]context.Context

// handler serves the module's operations to the callers.
func (w *world) handler() http.Handler {
	return w.serve(callers{
		"clerk": w.as(w.one, "customer.*", "reception.*", "scheme.*", "field.*"), "masked": w.as(w.one, "customer.list", "customer.get", "customer.update", "customer.check", "customer.history"),
		"stranger": w.as(w.two, "*"), "province": w.as(w.province, "*"), "nobody": w.as(w.one, "org.list"),
	})
}

func (w *world) serve(who callers) http.Handler {
	a := rest.New(rest.Config{Version: "test", Logger: slog.New(slog.DiscardHandler), Text: catalogue.Text,
		Authenticate: func(r *http.Request) (context.Context, error) {
			ctx, ok := who[r.Header.Get("Caller")]
			if !ok {
				return nil, access.ErrLogin
			}
			return access.WithCaller(r.Context(), access.CallerOf(ctx)), nil
		}})
	w.Routes(a)
	return a.Handler()
}

func from(who string, header ...string) map[string]string {
	h := map[string]string{"Caller": who}
	for i := 0; i < len(header); i += 2 {
		h[header[i]] = header[i+1]
	}
	return h
}

// made sends a request that makes something and gives its identifier.
func made(t *testing.T, h http.Handler, s resttest.Scenario) string {
	t.Helper()
	answer := resttest.Send(h, s)
	var body struct {
		ID id.ID `json:"id"`
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &body); err != nil || answer.Code/100 != 2 {
		t.Fatalf("%d %s %v", answer.Code, answer.Body, err)
	}
	return body.ID.String()
}

const customers = "/api/v1/customers"

func TestCustomersOverTheAPI(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h, number := w.handler(), residentID(t, "1990-05-06", 7)
		zhang := fmt.Sprintf(`{"kind":"person","name":"张三丰","unit_id":"%s","contacts":[{"kind":"phone","value":"15400001234","label":"本人"}],"certificates":[{"kind":"resident_id","number":"%s"}],"tags":["重点"],"classes":{"relation":"new"}}`, w.station.ID, number)
		one := customers + "/" + made(t, h, resttest.Scenario{Method: "POST", Path: customers, Body: zhang, Header: from("clerk", "Idempotency-Key", "k")})
		resttest.Run(t, h, []resttest.Scenario{
			{Name: "stranger to the house", Path: customers, Status: 401},
			{Name: "create again by key", Method: "POST", Path: customers, Body: zhang, Header: from("clerk", "Idempotency-Key", "k"), Status: 201, Contains: []string{one[len(customers)+1:]}},
			{Name: "a duplicate", Method: "POST", Path: customers, Body: zhang, Header: from("clerk"), Status: 409, Golden: "duplicate.json"},
			{Name: "create, forbidden", Method: "POST", Path: customers, Body: zhang, Header: from("masked"), Status: 403, Contains: []string{"access.forbidden"}},
			{Name: "bad input", Method: "POST", Path: customers, Body: `{"kind":"person","name":"李四","contacts":[{"kind":"phone","value":"2123456"}],"certificates":[{"kind":"resident_id","number":"110101199001011235"}]}`,
				Header: from("clerk"), Status: 422, NotContains: []string{"110101199001011235"}, Golden: "bad_input.json"},
			{Name: "unknown property", Method: "POST", Path: customers, Body: `{"kind":"person","name":"李四","phone":"1"}`, Header: from("clerk"), Status: 422, Contains: []string{`"name":"phone"`}},
			{Name: "get", Path: one, Header: from("clerk"), Status: 200, Golden: "get.json"},
			{Name: "get masked", Path: one, Header: from("masked"), Status: 200, NotContains: []string{"15400001234", number, "张三丰", "1990-05-06"}, Golden: "get_masked.json"},
			{Name: "get of another company", Path: one, Header: from("stranger"), Status: 404, Contains: []string{"record.not_found"}},
			{Name: "get, forbidden", Path: one, Header: from("nobody"), Status: 403},
			{Name: "no identifier", Path: customers + "/7", Header: from("clerk"), Status: 404},
			{Name: "list", Path: customers + "?sort=name&q=三丰&class=relation:new&tag=重点&phone=true", Header: from("clerk"), Status: 200, Golden: "list.json"},
			{Name: "list masked", Path: customers + "?phone=true", Header: from("masked"), Status: 200, NotContains: []string{"15400001234", "张三丰"}, Contains: []string{"154****1234", "张*丰"}},
			{Name: "list of another company", Path: customers, Header: from("stranger"), Status: 200, Contains: []string{`"items":[]`}},
			{Name: "list of the province", Path: customers, Header: from("province"), Status: 200, Contains: []string{"张三丰"}},
			{Name: "unknown order", Path: customers + "?sort=phone", Header: from("clerk"), Status: 422, Contains: []string{"not_allowed"}},
			{Name: "a foreign cursor", Path: customers + "?cursor=xyz", Header: from("clerk"), Status: 422, Contains: []string{"page.cursor"}},
			{Name: "change without a version", Method: "PATCH", Path: one, Body: `{"name":"张四"}`, Header: from("clerk"), Status: 428, Contains: []string{"request.if_match"}},
			{Name: "change of an old version", Method: "PATCH", Path: one, Body: `{"name":"张四"}`, Header: from("clerk", "If-Match", `"7"`), Status: 412, Contains: []string{"record.stale"}},
			{Name: "change", Method: "PATCH", Path: one, Body: `{"industry":"渔业","manager_id":""}`, Header: from("clerk", "If-Match", `"1"`), Status: 200, Contains: []string{`"version":2`, "渔业", "张三丰"}},
			{Name: "history", Path: one + "/history", Header: from("masked"), Status: 200, NotContains: []string{"15400001234", number}, Golden: "history.json"},
			{Name: "timeline in English", Path: one + "/timeline?module=customer", Header: from("clerk", "Accept-Language", "en"), Status: 200, Golden: "timeline.json"},
			{Name: "card", Path: one + "/card", Header: from("clerk"), Status: 200, Golden: "card.json"},
			{Name: "close", Method: "POST", Path: one + "/close", Body: `{"reason":"moved_away"}`, Header: from("clerk", "If-Match", `"2"`), Status: 200, Contains: []string{`"status":"closed"`}},
			{Name: "reopen", Method: "POST", Path: one + "/reopen", Header: from("clerk", "If-Match", `"3"`), Status: 200, Contains: []string{`"status":"active"`}},
			{Name: "tags of many", Method: "POST", Path: customers + "/tag", Body: fmt.Sprintf(`{"ids":[%q],"add":["新"]}`, one[len(customers)+1:]), Header: from("clerk"), Status: 200, Contains: []string{`"changed":1`}},
			{Name: "class of many", Method: "POST", Path: customers + "/classify", Body: fmt.Sprintf(`{"ids":[%q],"scheme":"relation","class":"potential"}`, one[len(customers)+1:]), Header: from("clerk"), Status: 200, Contains: []string{`"changed":1`}},
			{Name: "tags in use", Path: "/api/v1/customer-tags", Header: from("clerk"), Status: 200, Contains: []string{`{"tag":"新","count":1}`}},
			{Name: "may be the same", Method: "POST", Path: customers + "/check", Body: `{"kind":"person","name":"李四","contacts":[{"kind":"phone","value":"15400001234"}]}`, Header: from("masked"), Status: 200, Contains: []string{`"reasons":["phone"]`, "张*丰"}},
		})
	})
}

func TestPartsOverTheAPI(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.SetReleases(&approved{})
		h := w.handler()
		one := customers + "/" + made(t, h, resttest.Scenario{Method: "POST", Path: customers, Body: `{"kind":"organisation","name":"甲厂"}`, Header: from("clerk")})
		note := one + "/notes/" + made(t, h, resttest.Scenario{Method: "POST", Path: one + "/notes", Body: `{"text":"第一条","confidential":true}`, Header: from("clerk")})
		contact := one + "/interactions/" + made(t, h, resttest.Scenario{Method: "POST", Path: one + "/interactions", Body: `{"mode":"visit","cost_fen":1250,"content":"走访","services":["检查"]}`, Header: from("clerk")})
		file := one + "/attachments/" + made(t, h, resttest.Scenario{Method: "POST", Path: one + "/attachments", Body: pdf,
			Header: from("clerk", "Content-Type", "application/pdf", "Content-Disposition", `attachment; filename*=UTF-8''%E5%90%88%E5%90%8C.pdf`)})
		resttest.Run(t, h, []resttest.Scenario{
			{Name: "notes", Path: one + "/notes", Header: from("clerk"), Status: 200, Contains: []string{"第一条", `"confidential":true`}},
			{Name: "notes masked", Path: one + "/notes", Header: from("masked"), Status: 200, NotContains: []string{"第一条"}, Contains: []string{`"hidden":true`}},
			{Name: "an empty note", Method: "POST", Path: one + "/notes", Body: `{"text":""}`, Header: from("clerk"), Status: 422, Contains: []string{"required"}},
			{Name: "edit a note", Method: "PUT", Path: note, Body: `{"text":"改"}`, Header: from("clerk", "If-Match", `"1"`), Status: 200, Contains: []string{`"version":2`}},
			{Name: "remove an old note", Method: "DELETE", Path: note, Header: from("clerk", "If-Match", `"1"`), Status: 412},
			{Name: "remove a note", Method: "DELETE", Path: note, Header: from("clerk", "If-Match", `"2"`), Status: 204},
			{Name: "analyse", Method: "POST", Path: one + "/analyses", Body: `{"aspect":"credit","level":4,"text":"按时交费"}`, Header: from("clerk"), Status: 201, Contains: []string{"按时交费", "2026-03-02"}},
			{Name: "analyse nothing known", Method: "POST", Path: one + "/analyses", Body: `{"aspect":"looks","text":"x"}`, Header: from("clerk"), Status: 422, Contains: []string{"not_allowed"}},
			{Name: "analyses", Path: one + "/analyses?aspect=credit", Header: from("clerk"), Status: 200, Contains: []string{"按时交费"}},
			{Name: "edit a contact", Method: "PUT", Path: contact, Body: `{"mode":"call","cost_fen":50,"content":"电话"}`, Header: from("clerk", "If-Match", `"1"`), Status: 200, Contains: []string{`"cost_fen":50`}},
			{Name: "contacts", Path: one + "/interactions", Header: from("clerk"), Status: 200, Golden: "interactions.json"},
			{Name: "spent", Path: one + "/spent?from=2026-01-01&to=2026-12-31", Header: from("clerk"), Status: 200, Contains: []string{`"cost_fen":50`, `"mode":"call"`}},
			{Name: "spent on no day", Path: one + "/spent?from=x", Header: from("clerk"), Status: 422},
			{Name: "files", Path: one + "/attachments", Header: from("clerk"), Status: 200, Contains: []string{"合同.pdf", "application/pdf"}},
			{Name: "a page as a file", Method: "POST", Path: one + "/attachments", Body: "<html>", Header: from("clerk", "Content-Disposition", "attachment; filename=a.html"), Status: 422, Contains: []string{"customer.file_type", "pdf"}},
			{Name: "a file without a look-up", Path: file + "/content", Header: from("clerk"), Status: 403, Contains: []string{"customer.needs_lookup"}},
			{Name: "a preview, concealed", Path: file + "/preview", Header: from("masked"), Status: 403, Contains: []string{"customer.concealed"}},
			{Name: "a preview of no picture", Path: file + "/preview", Header: from("clerk"), Status: 404, Contains: []string{"customer.no_preview"}},
			{Name: "a file of another company", Path: file + "/content", Header: from("stranger"), Status: 404},
		})
		answer := resttest.Send(h, resttest.Scenario{Path: file + "/content?lookup_id=" + approval.String(), Header: from("clerk")})
		if answer.Code != 200 || !strings.Contains(answer.Body.String(), pdf) {
			t.Errorf("content: %d, %d bytes", answer.Code, answer.Body.Len())
		}
		for name, want := range map[string]string{"Content-Disposition": "attachment; filename*=utf-8''7K2Q-90FM-4TXC-B13Z%20%E5%90%88%E5%90%8C.zip", "X-Content-Type-Options": "nosniff", "Content-Type": "application/zip",
			"Cache-Control": "private, no-store", "Content-Length": fmt.Sprint(answer.Body.Len())} {
			if got := answer.Header().Get(name); got != want {
				t.Errorf("%s: %s", name, got)
			}
		}
		resttest.Run(t, h, []resttest.Scenario{{Name: "remove a file", Method: "DELETE", Path: file, Header: from("clerk", "If-Match", `"1"`), Status: 204}})
	})
}

func TestMergeOverTheAPI(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.handler()
		into := made(t, h, resttest.Scenario{Method: "POST", Path: customers, Body: `{"kind":"person","name":"张三","industry":"渔业"}`, Header: from("clerk")})
		dup := made(t, h, resttest.Scenario{Method: "POST", Path: customers, Body: `{"kind":"person","name":"张三","industry":"林业","tags":["旧"]}`, Header: from("clerk")})
		body := fmt.Sprintf(`{"from_id":%q,"from_version":1,"take":["industry"]}`, dup)
		resttest.Run(t, h, []resttest.Scenario{
			{Name: "side by side", Path: customers + "/" + into + "/merge-preview?from=" + dup, Header: from("clerk"), Status: 200, Golden: "preview.json"},
			{Name: "forbidden", Method: "POST", Path: customers + "/" + into + "/merge", Body: body, Header: from("masked", "If-Match", `"1"`), Status: 403},
			{Name: "stale", Method: "POST", Path: customers + "/" + into + "/merge", Body: body, Header: from("clerk", "If-Match", `"2"`), Status: 412},
			{Name: "merge", Method: "POST", Path: customers + "/" + into + "/merge", Body: body, Header: from("clerk", "If-Match", `"1"`), Status: 200, Contains: []string{"林业", "旧"}},
			{Name: "merges", Path: customers + "/" + dup + "/merges", Header: from("clerk"), Status: 200, Contains: []string{into}},
			{Name: "merges of another company", Path: customers + "/" + dup + "/merges", Header: from("stranger"), Status: 404},
			{Name: "work on the merged one", Method: "PATCH", Path: customers + "/" + dup, Body: `{"name":"x"}`, Header: from("clerk", "If-Match", `"2"`), Status: 409, Contains: []string{"customer.merged", into}},
			{Name: "change what was taken", Method: "PATCH", Path: customers + "/" + into, Body: `{"industry":"矿业"}`, Header: from("clerk", "If-Match", `"2"`), Status: 200},
			{Name: "undo from nothing", Method: "POST", Path: customers + "/" + dup + "/unmerge", Header: from("clerk"), Status: 428},
			{Name: "undo from an old version", Method: "POST", Path: customers + "/" + dup + "/unmerge", Header: from("clerk", "If-Match", `"1"`), Status: 412},
			{Name: "undo refused", Method: "POST", Path: customers + "/" + dup + "/unmerge", Header: from("clerk", "If-Match", `"2"`), Status: 409, Contains: []string{"customer.changed_since", `"parts":["industry"]`}},
			{Name: "change it back", Method: "PATCH", Path: customers + "/" + into, Body: `{"industry":"林业"}`, Header: from("clerk", "If-Match", `"3"`), Status: 200},
			{Name: "undo", Method: "POST", Path: customers + "/" + dup + "/unmerge", Header: from("clerk", "If-Match", `"2"`), Status: 200, Contains: []string{`"status":"active"`, "林业"}},
			{Name: "as it was", Path: customers + "/" + into, Header: from("clerk"), Status: 200, Contains: []string{"渔业"}, NotContains: []string{"旧"}},
		})
	})
}

func TestSettingsOverTheAPI(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.handler()
		const schemes, fields = "/api/v1/customer-schemes", "/api/v1/customer-fields"
		f := made(t, h, resttest.Scenario{Method: "POST", Path: fields, Body: `{"code":"pets","name_zh":"宠物","type":"text"}`, Header: from("clerk")})
		one := customers + "/" + made(t, h, resttest.Scenario{Method: "POST", Path: customers, Body: `{"kind":"person","name":"张三"}`, Header: from("clerk")})
		size := `"name_zh":"按规模","default_person":"small","default_organisation":"small","classes":[{"code":"small","name_zh":"小"}]}`
		resttest.Run(t, h, []resttest.Scenario{
			{Name: "schemes", Path: schemes, Header: from("clerk"), Status: 200, Golden: "schemes.json"},
			{Name: "which company", Path: schemes, Header: from("province"), Status: 422, Contains: []string{"scope.org_required"}},
			{Name: "of a company", Path: schemes + "?org_id=" + w.two.ID.String(), Header: from("province"), Status: 200, Contains: []string{w.two.ID.String()}},
			{Name: "new scheme", Method: "POST", Path: schemes, Body: `{"code":"size",` + size, Header: from("clerk"), Status: 201, Contains: []string{`"version":1`}},
			{Name: "code taken", Method: "POST", Path: schemes, Body: `{"code":"size",` + size, Header: from("clerk"), Status: 409, Contains: []string{"customer.code_taken"}},
			{Name: "change it", Method: "PUT", Path: schemes + "/size", Body: `{"active":false,` + size, Header: from("clerk", "If-Match", `"1"`), Status: 200, Contains: []string{`"active":false`}},
			{Name: "count", Path: schemes + "/kind/counts", Header: from("clerk"), Status: 200, Contains: []string{`{"class":"individual","count":1,"by_default":1}`}},
			{Name: "fields", Path: fields, Header: from("clerk"), Status: 200, Contains: []string{"宠物"}},
			{Name: "change a field", Method: "PUT", Path: fields + "/" + f, Body: `{"name_zh":"家畜","type":"text","active":true}`, Header: from("clerk", "If-Match", `"1"`), Status: 200, Contains: []string{"家畜", `"active":true`}},
			{Name: "fill", Method: "PATCH", Path: one + "/fields", Body: `{"fields":{"pets":"猪"}}`, Header: from("clerk", "If-Match", `"1"`), Status: 200, Contains: []string{`"value":"猪"`}},
			{Name: "fill nothing known", Method: "PATCH", Path: one + "/fields", Body: `{"fields":{"x":"猪"}}`, Header: from("clerk", "If-Match", `"2"`), Status: 422, Contains: []string{"no_such", "fields.x"}},
			{Name: "values", Path: one + "/fields", Header: from("clerk"), Status: 200, Contains: []string{`"value":"猪"`}},
			{Name: "its history", Path: one + "/fields/" + f + "/history", Header: from("clerk"), Status: 200, Contains: []string{`"value":"猪"`}},
			{Name: "report", Path: fields + "/report", Header: from("clerk"), Status: 200, Contains: []string{`"completeness":1`, `"shown":1`}},
			{Name: "report, forbidden", Path: fields + "/report", Header: from("masked"), Status: 403},
		})
	})
}

func TestReceptionsAndExportsOverTheAPI(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.handler()
		const receptions, exports = "/api/v1/receptions", "/api/v1/customer-exports"
		one := receptions + "/" + made(t, h, resttest.Scenario{Method: "POST", Path: receptions, Body: `{"name":"张三丰","phone":"15400001234","intention":"新装"}`, Header: from("clerk")})
		resttest.Run(t, h, []resttest.Scenario{
			{Name: "register", Path: receptions + "?unfilled=true", Header: from("clerk"), Status: 200, Contains: []string{"张三丰"}},
			{Name: "visitor", Path: one, Header: from("clerk"), Status: 200, Golden: "reception.json"},
			{Name: "visitor of another company", Path: one, Header: from("stranger"), Status: 404},
			{Name: "fill in", Method: "PUT", Path: one, Body: `{"name":"张三丰","phone":"15400001234","course":"已答复"}`, Header: from("clerk", "If-Match", `"1"`), Status: 200, Contains: []string{"course_at"}},
			{Name: "log", Method: "POST", Path: one + "/log", Body: `{"mode":"call","text":"回访"}`, Header: from("clerk"), Status: 201, Contains: []string{"回访"}},
			{Name: "personal log", Path: "/api/v1/reception-log?author_id=" + clerkID.String(), Header: from("clerk"), Status: 200, Contains: []string{"回访"}},
			{Name: "link", Method: "POST", Path: one + "/link", Body: `{"customer":{"kind":"person","name":"张三丰","contacts":[{"kind":"phone","value":"15400001234"}]}}`, Header: from("clerk", "If-Match", `"2"`), Status: 200, Contains: []string{"customer_id"}},
			{Name: "who waits", Path: "/api/v1/reception-checks/states", Header: from("province"), Status: 200, Contains: []string{`"unchecked":2`}},
			{Name: "check one's own", Method: "POST", Path: "/api/v1/reception-checks", Body: fmt.Sprintf(`{"receiver_id":%q}`, clerkID), Header: from("clerk"), Status: 409, Contains: []string{"customer.own_log"}},
			{Name: "checks", Path: "/api/v1/reception-checks?receiver_id=" + clerkID.String(), Header: from("clerk"), Status: 200, Contains: []string{`"items":[]`}},
			{Name: "export, forbidden", Method: "POST", Path: exports, Body: `{"filter":{},"format":"csv"}`, Header: from("masked"), Status: 403},
			{Name: "unknown format", Method: "POST", Path: exports, Body: `{"filter":{},"format":"doc"}`, Header: from("clerk"), Status: 422, Contains: []string{"not_allowed"}},
		})
		file := exports + "/" + made(t, h, resttest.Scenario{Method: "POST", Path: exports, Body: `{"filter":{"kind":"person"},"format":"csv"}`, Header: from("clerk")})
		resttest.Run(t, h, []resttest.Scenario{{Name: "too early", Path: file + "/content", Header: from("clerk"), Status: 409, Contains: []string{"customer.export_not_ready"}}})
		w.work()
		resttest.Run(t, h, []resttest.Scenario{
			{Name: "exports", Path: exports, Header: from("clerk"), Status: 200, Contains: []string{`"ready":true`, `"rows":1`}},
			{Name: "fetched", Path: file + "/content", Header: from("clerk"), Status: 200, Contains: []string{"张*丰", "154****1234", "个人信息已脱敏"}, NotContains: []string{"张三丰", "15400001234"}},
			{Name: "fetched by a stranger", Path: file + "/content", Header: from("stranger"), Status: 404},
		})
	})
}

// TestEveryOperationIsAsked keeps operations from being served
// without a question.
func TestEveryOperationIsAsked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.handler()
		var doc struct {
			Paths map[string]map[string]struct {
				OperationID string `json:"operationId"`
			}
		}
		if err := json.Unmarshal(resttest.Send(h, resttest.Scenario{Path: "/api/openapi.json"}).Body.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		n, some := 0, w.create(w.as(w.one), person("张三")).ID.String()
		for path, methods := range doc.Paths {
			for method, op := range methods {
				n++
				p := strings.NewReplacer("{id}", some, "{part}", some, "{code}", "kind").Replace(path)
				switch op.OperationID {
				case "customer.merge_preview":
					p += "?from=" + some
				case "reception.personal_log":
					p += "?author_id=" + some
				case "reception.checks":
					p += "?receiver_id=" + some
				}
				s := resttest.Scenario{Method: strings.ToUpper(method), Path: p, Body: bodies[op.OperationID], Header: from("nobody", "If-Match", `"1"`)}
				if answer := resttest.Send(h, s); answer.Code != 403 {
					t.Errorf("%s: %d %s", op.OperationID, answer.Code, answer.Body)
				}
			}
		}
		if n < 50 {
			t.Errorf("only %d operations", n)
		}
	})
}

// bodies are acceptable ones, so that refusals are for want of the right.
var bodies = map[string]string{
	customer.PermCreate: `{"kind":"person","name":"x"}`, customer.PermCheck: `{"kind":"person","name":"x"}`, customer.PermUpdate: `{}`, customer.PermClose: `{"reason":"other"}`,
	customer.PermTag: `{"ids":["01900000-0000-7000-8000-000000000001"]}`, customer.PermClassify: `{"ids":["01900000-0000-7000-8000-000000000001"],"scheme":"kind","class":"x"}`,
	customer.PermMerge: `{"from_id":"01900000-0000-7000-8000-000000000001","from_version":1}`, customer.PermNote: `{"text":"x"}`, "customer.edit_note": `{"text":"x"}`,
	customer.PermAnalyse: `{"aspect":"credit","text":"x"}`, customer.PermLog: `{"mode":"call","content":"x"}`, "customer.edit_log": `{"mode":"call","content":"x"}`, customer.PermAttach: "x",
	customer.PermFill: `{"fields":{}}`, customer.PermSchemeCreate: `{"code":"x","name_zh":"x","default_person":"a","default_organisation":"a","classes":[{"code":"a","name_zh":"a"}]}`,
	customer.PermSchemeUpdate: `{"active":true,"name_zh":"x","default_person":"a","default_organisation":"a","classes":[{"code":"a","name_zh":"a"}]}`,
	customer.PermFieldCreate:  `{"code":"x","name_zh":"x","type":"text"}`, customer.PermFieldUpdate: `{"active":true,"name_zh":"x","type":"text"}`,
	customer.PermReceptionCreate: `{"name":"x"}`, customer.PermReceptionUpdate: `{"name":"x"}`, customer.PermReceptionLog: `{"mode":"call","text":"x"}`,
	"reception.known": `{"phone":"15400001234"}`, customer.PermReceptionLink: `{"customer_id":"01900000-0000-7000-8000-000000000001"}`, customer.PermReceptionCheck: `{"receiver_id":"01900000-0000-7000-8000-000000000001"}`,
	customer.PermExport: `{"filter":{},"format":"csv"}`,
}

// answer is what a request was answered.
type answer struct {
	code int
	body string
}

func send(h http.Handler, method, path, caller, body string, header ...string) answer {
	a := resttest.Send(h, resttest.Scenario{Method: method, Path: path, Body: body, Header: from(caller, header...)})
	return answer{a.Code, a.Body.String()}
}
