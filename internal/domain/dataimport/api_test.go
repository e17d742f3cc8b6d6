package dataimport_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/dataimport"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

// handler serves the module's routes; the header "As" names the caller.
func (w *world) handler() http.Handler {
	callers := map[string]context.Context{"one": w.as(w.one), "two": w.as(w.two), "both": w.as(w.one, w.two),
		"reader": w.holding(access.Patterns{"import.list", "import.get"}, w.one)}
	a := rest.New(rest.Config{Version: "test", Logger: slog.New(slog.DiscardHandler), Text: catalogue.Text,
		Authenticate: func(r *http.Request) (context.Context, error) {
			ctx, ok := callers[r.Header.Get("As")]
			if !ok {
				return nil, access.ErrLogin
			}
			return access.WithCaller(r.Context(), access.CallerOf(ctx)), nil
		}})
	w.Routes(a)
	return a.Handler()
}

// send makes a request, which must have the status.
func (w *world) send(h http.Handler, as, method, path, body string, status int, header ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	s := resttest.Scenario{Method: method, Path: path, Body: body, Header: map[string]string{"As": as}}
	for i := 0; i < len(header); i += 2 {
		s.Header[header[i]] = header[i+1]
	}
	got := resttest.Send(h, s)
	if got.Code != status {
		w.t.Fatalf("%s %s: status %d, want %d: %s", method, path, got.Code, status, got.Body)
	}
	return got
}

// detailOf decodes an answer.
func (w *world) detailOf(r *httptest.ResponseRecorder) (d struct {
	ID       string            `json:"id"`
	State    dataimport.State  `json:"state"`
	FileName string            `json:"file_name"`
	Planned  dataimport.Counts `json:"planned"`
	Counts   dataimport.Counts `json:"counts"`
	Header   []string          `json:"header"`
	Problems []dataimport.Told `json:"problems"`
}) {
	w.t.Helper()
	w.must(json.Unmarshal(r.Body.Bytes(), &d))
	return d
}

// step takes the import at a path a step on, from the version it has.
func (w *world) step(h http.Handler, path, action string, status int) {
	w.t.Helper()
	etag := w.send(h, "one", "GET", path, "", 200).Header().Get("ETag")
	w.send(h, "one", "POST", path+"/"+action, "", 428)
	w.send(h, "one", "POST", path+"/"+action, "", 412, "If-Match", `"99"`)
	w.send(h, "one", "POST", path+"/"+action, "", status, "If-Match", etag)
}

const octets = "application/octet-stream"

// A file's way through the API: sent, looked at, mapped, checked, brought in,
// its problem rows fetched, and taken back.
func TestAFileThroughTheAPI(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		content := table(1, 3) + "坏,x,,1001000009,居民生活,八,地址\n"
		up := w.send(h, "one", "POST", "/api/v1/imports?kind=customers", content, 201, "Content-Type", octets, "Content-Disposition", "attachment; filename*=UTF-8''%E5%AE%A2%E6%88%B7.csv")
		d := w.detailOf(up)
		if d.State != dataimport.Uploaded || d.FileName != "客户.csv" || len(d.Header) != 7 {
			w.t.Fatalf("%+v", d)
		}
		one, etag := "/api/v1/imports/"+d.ID, up.Header().Get("ETag")
		if p := w.send(h, "one", "GET", one+"/preview", "", 200).Body.String(); !strings.Contains(p, nameOf(1)) || !strings.Contains(p, `"header_row":1`) {
			w.t.Errorf("preview %s", p)
		}
		mapping := `{"mode":"both","mapping":{"columns":[{"header":"客户名称","field":"name"},{"header":"证件号码","field":"certificate_no"},{"header":"户号","field":"account_no"},{"header":"用电类别","field":"use_category"},{"header":"合同容量(kVA)","field":"contract_capacity"}]}}`
		w.send(h, "one", "PUT", one+"/mapping", mapping, 428)
		w.send(h, "one", "PUT", one+"/mapping", mapping, 412, "If-Match", `"99"`)
		w.send(h, "one", "PUT", one+"/mapping", mapping, 200, "If-Match", etag)
		w.step(h, one, "run", 409)
		w.step(h, one, "check", 202)
		w.drain()
		if d = w.detailOf(w.send(h, "one", "GET", one, "", 200)); d.State != dataimport.Checked || d.Planned.CustomersCreated != 3 || d.Planned.Rejected != 1 || len(d.Problems) != 2 || d.Problems[0].Header != "证件号码" {
			w.t.Errorf("checked: %+v", d)
		}
		w.step(h, one, "run", 202)
		w.drain()
		file := w.send(h, "one", "GET", one+"/problems", "", 200)
		if got := file.Header().Get("Content-Type"); got != "text/csv; charset=utf-8" || !strings.Contains(file.Body.String(), "坏,x,") || file.Header().Get("Cache-Control") != "private, no-store" {
			w.t.Errorf("%s: %s", got, file.Body)
		}
		if got := w.send(h, "one", "GET", one+"/problems?format=xlsx", "", 200); !strings.HasPrefix(got.Body.String(), "PK") {
			w.t.Error("no workbook")
		}
		w.step(h, one, "cancel", 409)
		w.step(h, one, "revert", 202)
		w.drain()
		if d = w.detailOf(w.send(h, "one", "GET", one, "", 200)); d.State != dataimport.Reverted || w.count("customer") != 0 {
			w.t.Errorf("taken back: %+v", d)
		}
	})
}

// What the API refuses, and to whom.
func TestTheAPIRefuses(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		d := w.detailOf(w.send(h, "one", "POST", "/api/v1/imports?kind=customers", table(1, 1), 201, "Content-Type", octets))
		one := "/api/v1/imports/" + d.ID
		for _, c := range []struct {
			as, method, path string
			status           int
		}{
			{"nobody", "GET", one, 401}, {"nobody", "POST", "/api/v1/imports?kind=customers", 401},
			{"two", "GET", one, 404}, {"two", "GET", one + "/problems", 404}, {"two", "GET", one + "/preview", 404}, {"two", "POST", one + "/check", 404},
			{"reader", "GET", one, 200}, {"reader", "GET", one + "/problems", 403}, {"reader", "POST", one + "/check", 403}, {"reader", "POST", one + "/cancel", 403},
			{"one", "GET", "/api/v1/import-fields?kind=what", 422}, {"one", "GET", "/api/v1/import-fields?kind=customers", 200},
			{"one", "POST", "/api/v1/imports?kind=what", 422}, {"one", "POST", "/api/v1/imports", 422}, {"one", "GET", "/api/v1/imports/x", 404},
			{"both", "POST", "/api/v1/imports?kind=customers", 422}, {"one", "POST", one + "/revert", 409},
		} {
			w.send(h, c.as, c.method, c.path, "", c.status, "Content-Type", octets, "If-Match", `"1"`)
		}
		bad := w.send(h, "one", "POST", "/api/v1/imports?kind=customers", "\x00\x01\x02"+strings.Repeat("\x00", 600), 422, "Content-Type", octets, "Accept-Language", "en")
		if !strings.Contains(bad.Body.String(), "sheet.binary") || !strings.HasPrefix(bad.Header().Get("Content-Type"), "application/problem+json") {
			w.t.Errorf("%s", bad.Body)
		}
	})
}

// Lists are paged, the newest first, over the companies of the caller.
func TestTheListIsPaged(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		for n := range 5 {
			as := []string{"one", "two"}[n%2]
			w.send(h, as, "POST", "/api/v1/imports?kind=customers", table(n, 1), 201, "Content-Type", octets, "Content-Disposition", fmt.Sprintf("attachment; filename=f%d.csv", n))
			w.later(1e9)
		}
		var names []string
		for cursor := ""; ; {
			var page struct {
				Items []dataimport.Import `json:"items"`
				Next  string              `json:"next_cursor"`
			}
			w.must(json.Unmarshal(w.send(h, "both", "GET", "/api/v1/imports?limit=2&cursor="+cursor, "", 200).Body.Bytes(), &page))
			for _, i := range page.Items {
				names = append(names, i.FileName)
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		if got := strings.Join(names, " "); got != "f4.csv f3.csv f2.csv f1.csv f0.csv" {
			w.t.Error(got)
		}
	})
}
