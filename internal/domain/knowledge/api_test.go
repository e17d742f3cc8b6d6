package knowledge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/knowledge"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

const body = `{"category":"answer","contact_point":"bill","audience":"public","zh":{"title":"怎样看账单","body":"**先**看<script>alert(1)</script>"},"tags":["账单"]}`

func TestOverTheAPI(t *testing.T) {
	each(t, func(w *world) {
		d, tag := call[knowledge.Detail](w, "editor", "POST", "/api/v1/articles", body, 201, "Idempotency-Key", "once")
		again, _ := call[knowledge.Detail](w, "editor", "POST", "/api/v1/articles", body, 201, "Idempotency-Key", "once")
		if again.ID != d.ID || strings.Contains(d.Sheet.Zh.HTML, "<script") || d.Work.Zh.Body != "**先**看<script>alert(1)</script>" {
			t.Errorf("made twice, or with a script: %+v", d)
		}
		call[any](w, "editor", "PUT", ids(d.ID), body, 428)
		_, tag = call[knowledge.Detail](w, "editor", "PUT", ids(d.ID), strings.Replace(body, "怎样看", "怎么看", 1), 200, "If-Match", tag)
		call[any](w, "editor", "PUT", ids(d.ID), body, 412, "If-Match", `"1"`)
		_, tag = call[knowledge.Detail](w, "editor", "POST", ids(d.ID)+"/submit", "", 200, "If-Match", tag)
		_, tag = call[knowledge.Detail](w, "editor", "POST", ids(d.ID)+"/withdraw", "", 200, "If-Match", tag)
		_, tag = call[knowledge.Detail](w, "editor", "POST", ids(d.ID)+"/submit", "", 200, "If-Match", tag)
		call[any](w, "editor", "POST", ids(d.ID)+"/publish", "{}", 403, "If-Match", tag)
		_, tag = call[knowledge.Detail](w, "head", "POST", ids(d.ID)+"/publish", `{"review_on":"2026-12-31"}`, 200, "If-Match", tag)
		found, _ := call[rest.List[knowledge.Found]](w, "agent", "GET", "/api/v1/article-search?q=zhangdan", "", 200)
		if len(found.Items) != 1 || found.Items[0].ReviewOn != "2026-12-31" {
			t.Errorf("found %+v", found)
		}
		d, _ = call[knowledge.Detail](w, "agent", "PUT", ids(d.ID)+"/vote", `{"no":1,"useful":true}`, 200)
		if d.Useful != 1 || d.Work != nil {
			t.Errorf("an agent reads %+v", d)
		}
		changed := strings.Replace(body, "**先**看", "**后**看", 1)
		_, tag = call[knowledge.Detail](w, "editor", "PUT", ids(d.ID), changed, 200, "If-Match", tag)
		diff, _ := call[rest.List[knowledge.Difference]](w, "editor", "GET", ids(d.ID)+"/diff?from=1&to=0", "", 200)
		if len(diff.Items) != 2 || diff.Items[0].Field != "zh.title" || diff.Items[1].Field != "zh.body" {
			t.Errorf("differences %+v", diff)
		}
		call[any](w, "agent", "GET", ids(d.ID)+"/diff?from=1&to=0", "", 409)
		_, tag = call[knowledge.Detail](w, "editor", "POST", ids(d.ID)+"/restore", `{"no":1}`, 200, "If-Match", tag)
		_, tag = call[knowledge.Detail](w, "editor", "POST", ids(d.ID)+"/confirm", `{"review_on":"2027-01-31"}`, 200, "If-Match", tag)
		call[any](w, "head", "POST", ids(d.ID)+"/retire", `{"why":"过时"}`, 200, "If-Match", tag)
		versions, _ := call[rest.List[knowledge.Version]](w, "head", "GET", ids(d.ID)+"/versions", "", 200)
		if len(versions.Items) != 1 || versions.Items[0].PublisherName != "李head" {
			t.Errorf("versions %+v", versions)
		}
		call[any](w, "agent", "GET", ids(d.ID), "", 404)
		call[any](w, "nobody", "GET", ids(d.ID), "", 401)
	})
}

// A list goes on where its page ended, over the companies of who reads several.
func TestPages(t *testing.T) {
	each(t, func(w *world) {
		for i := range 5 {
			w.published("editor", "head", input(fmt.Sprintf("甲%d", i), "甲"))
			w.now += 1_000_000
			w.published("neighbour", "chief", input(fmt.Sprintf("乙%d", i), "乙"))
			w.now += 1_000_000
		}
		for query, want := range map[string]string{"": "乙4甲4乙3甲3乙2甲2乙1甲1乙0甲0", "&q=甲": "甲4甲3甲2甲1甲0", "&org_id=" + w.orgs.Two.ID.String(): "乙4乙3乙2乙1乙0", "&category=case": "", "&state=published&live=true&audience=internal": "乙4甲4乙3甲3乙2甲2乙1甲1乙0甲0"} {
			got, cursor := "", ""
			for {
				p, _ := call[rest.List[knowledge.Article]](w, "chief", "GET", "/api/v1/articles?limit=3"+query+"&cursor="+cursor, "", 200)
				for _, a := range p.Items {
					got += a.Title
				}
				if cursor = p.NextCursor; cursor == "" {
					break
				}
			}
			if got != want {
				t.Errorf("%s: %s, want %s", query, got, want)
			}
		}
	})
}

func TestStandardAnswers(t *testing.T) {
	each(t, func(w *world) {
		const all = "/api/v1/snippets"
		made, tag := call[knowledge.Snippet](w, "editor", "POST", all, `{"contact_point":"bill","zh":{"name":"账单","text":"{customer_name}您好，{amount}。"}}`, 201)
		one := all + "/" + made.ID.String()
		f, _ := call[knowledge.Filled](w, "agent", "POST", one+"/fill", `{"values":{"customer_name":"王女士"}}`, 200)
		if f.Text != "王女士您好，{amount}。" || fmt.Sprint(f.Missing) != "[amount]" {
			t.Errorf("filled %+v", f)
		}
		call[any](w, "agent", "PUT", one, `{"contact_point":"bill","zh":{"name":"账单","text":"x"}}`, 403, "If-Match", tag)
		call[any](w, "neighbour", "PUT", one, `{"contact_point":"bill","zh":{"name":"账单","text":"x"}}`, 404, "If-Match", tag)
		call[any](w, "reader", "POST", one+"/fill", `{}`, 404)
		p, _ := call[rest.List[knowledge.Snippet]](w, "agent", "GET", all+"?q=账单&contact_point=bill", "", 200)
		if len(p.Items) != 1 || len(p.Items[0].May) != 0 || fmt.Sprint(p.Items[0].Variables) != "[customer_name amount]" {
			t.Errorf("listed %+v", p)
		}
		call[any](w, "editor", "PUT", one, `{"contact_point":"price","zh":{"name":"账单","text":"x"},"retired":true}`, 200, "If-Match", tag)
		call[any](w, "editor", "PUT", one, `{"contact_point":"price","zh":{"name":"账单","text":"x"}}`, 412, "If-Match", `"1"`)
		if p, _ := call[rest.List[knowledge.Snippet]](w, "agent", "GET", all, "", 200); len(p.Items) != 0 {
			t.Errorf("retired: %+v", p)
		}
		if p, _ := call[rest.List[knowledge.Snippet]](w, "agent", "GET", all+"?retired=true", "", 200); len(p.Items) != 1 {
			t.Errorf("the retired: %+v", p)
		}
	})
}

func TestBadInput(t *testing.T) {
	each(t, func(w *world) {
		as := map[string]string{"As": "editor"}
		resttest.Run(t, w.handler, []resttest.Scenario{
			{Name: "nothing", Method: "POST", Path: "/api/v1/articles", Body: `{"category":"answer","audience":"public"}`, Header: as, Status: 422, Contains: []string{"zh.title", "required"}},
			{Name: "category", Method: "POST", Path: "/api/v1/articles", Body: strings.Replace(body, "answer", "nothing", 1), Header: as, Status: 422, Contains: []string{"category"}},
			{Name: "an owner who cannot", Method: "POST", Path: "/api/v1/articles", Body: `{"owner_id":"` + w.people["metering"].UserID.String() + `",` + body[1:], Header: as, Status: 422, Contains: []string{"knowledge.no_owner"}},
			{Name: "10 MB", Method: "POST", Path: "/api/v1/articles", Body: strings.Replace(body, "账单", strings.Repeat("长", 3_400_000), 1), Header: as, Status: 413},
			{Name: "variable", Method: "POST", Path: "/api/v1/snippets", Body: `{"contact_point":"bill","zh":{"name":"x","text":"{nobody}"}}`, Header: as, Status: 422, Contains: []string{"zh.text", "knowledge.variable_unknown", "{nobody}"}},
			{Name: "no query", Path: "/api/v1/article-search?q=", Header: as, Status: 422, Contains: []string{"q"}},
			{Name: "a long text", Method: "POST", Path: "/api/v1/article-suggestions", Body: `{"text":"` + strings.Repeat("长", 4001) + `"}`, Header: as, Status: 422, Contains: []string{"text"}},
			{Name: "no article", Path: "/api/v1/articles/x", Header: as, Status: 404},
		})
		if got := w.recorded(); got != "" {
			t.Errorf("something was done: %s", got)
		}
	})
}
