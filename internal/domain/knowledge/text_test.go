package knowledge

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
)

func TestWhatMarkdownBecomes(t *testing.T) {
	for body, want := range map[string]string{
		"# 一\n\n正文":                  "<h2>一</h2>\n<p>正文</p>\n",
		"一\n二":                       "<p>一<br>\n二</p>\n",
		"- 一\n- 二":                   "<ul>\n<li>一</li>\n<li>二</li>\n</ul>\n",
		"|甲|乙|\n|-|-|\n|1|2|":        "<table>\n<thead>\n<tr>\n<th>甲</th>\n<th>乙</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>\n",
		"[网](https://example.com/a)": `<p><a href="https://example.com/a" rel="noopener noreferrer">网</a></p>` + "\n",
		"[内](/cases/1)":              `<p><a href="/cases/1" rel="noopener noreferrer">内</a></p>` + "\n",
		"[电](tel:95598)":             `<p><a href="tel:95598" rel="noopener noreferrer">电</a></p>` + "\n",
		"![图](https://evil/p.png)":   "<p>图</p>\n",
		"<https://example.com>":      "<p>&lt;https://example.com&gt;</p>\n",
		"<b>注意</b>":                  "<p>&lt;b&gt;注意&lt;/b&gt;</p>\n",
		"    空四格":                    "<pre><code>空四格\n</code></pre>\n",
	} {
		if got := renderHTML(body); got != want {
			t.Errorf("%q becomes %q, want %q", body, got, want)
		}
	}
}

// harmful are ways to bring a script into a page.
var harmful = []string{
	"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "[a](&#106;avascript:alert(1))",
	"[a](java\tscript:alert(1))", "[a](<javascript:alert(1)>)", "[a](data:text/html;base64,PHNjcmlwdD4=)", "[a](vbscript:x)", "[a](//evil.example/x)", "[a](\\\\evil.example)",
	"![a](javascript:alert(1))", "![a](data:image/svg+xml,<svg onload=alert(1)>)", "<javascript:alert(1)>", "[a]: javascript:alert(1)\n\n[a]", "[a](https://x\" onmouseover=\"alert(1))",
	"`<script>`", "```html\n<script>alert(1)</script>\n```", "| <script> |\n|-|\n| <img onerror=x> |", "<a href=\"javascript:alert(1)\">x</a>", "<!-- --><script>x</script>", "<iframe src=//evil>",
	"[<script>](/x)", "# <b onclick=x>", "&lt;script&gt;", "<details open ontoggle=alert(1)>", "[a](/x \"onclick=alert(1)\")", "<math><mtext></mtext><script>",
}

func TestNoScriptGetsIntoThePage(t *testing.T) {
	for _, body := range harmful {
		checkHTML(t, body)
	}
}

// checkHTML holds that a page shows only elements that this package makes, with links
// that may be followed and no other attributes.
func checkHTML(t interface{ Errorf(string, ...any) }, body string) {
	html := renderHTML(body)
	for rest := html; ; {
		at := strings.IndexByte(rest, '<')
		if at < 0 {
			return
		}
		tag, after, closed := strings.Cut(rest[at+1:], ">")
		if !closed || !decentTag(tag) {
			t.Errorf("%q becomes %q", body, html)
			return
		}
		rest = after
	}
}

func decentTag(tag string) bool {
	name, attributes, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(tag, "/"), " /"), " ")
	if !strings.Contains(" h2 h3 h4 h5 h6 p br ul ol li strong em del code pre blockquote hr table thead tbody tr th td a ", " "+name+" ") {
		return false
	}
	if name == "a" && attributes != "" {
		href, rest, ok := strings.Cut(strings.TrimPrefix(attributes, `href="`), `"`)
		title, found := strings.CutPrefix(rest, ` title="`)
		if found {
			_, rest, ok = strings.Cut(title, `"`)
		}
		return ok && (href == "" || decent(strings.ReplaceAll(href, "&amp;", "&"))) && rest == ` rel="noopener noreferrer"`
	}
	return attributes == "" || name == "ol" && strings.HasPrefix(attributes, `start="`) || name == "code" && strings.HasPrefix(attributes, `class="language-`) ||
		(name == "th" || name == "td") && strings.HasPrefix(attributes, `style="text-align:`)
}

func FuzzMarkdown(f *testing.F) {
	for _, body := range harmful {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		checkHTML(t, body)
		if plain := plainText(body); len(plain) > len(body)+1 {
			t.Errorf("%q holds more text: %q", body, plain)
		}
	})
}

func TestPlainText(t *testing.T) {
	got := plainText("# 题\n\n**粗**和[链](https://x)\n换行\n\n- 一\n- 二\n\n<b>x</b>\n\n```\n码\n```\n\n|甲|乙|\n|-|-|\n|1|2|")
	for _, want := range []string{"题\n", "粗和链\n换行\n", "一\n", "二\n", "码", "甲"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
	if strings.ContainsAny(got, "*#[]|`") || strings.Contains(got, "https") {
		t.Errorf("signs are left: %q", got)
	}
}

func TestTextsAreCompared(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"", "", "[]"},
		{"一。二。三。", "一。二。三。", "[{same 一。二。三。}]"},
		{"一。二。三。", "一。三。", "[{same 一。} {out 二。} {same 三。}]"},
		{"一。三。", "一。二。三。", "[{same 一。} {in 二。} {same 三。}]"},
		{"七天。", "十天。", "[{out 七天。} {in 十天。}]"},
		{"", "新", "[{in 新}]"},
		{"a b c", "a x c", "[{same a } {out b } {in x } {same c}]"},
	} {
		if got := fmt.Sprint(filled(compare(c.a, c.b))); got != c.want {
			t.Errorf("%q to %q: %s, want %s", c.a, c.b, got, c.want)
		}
	}
}

// Whatever two texts are, the pieces put together are the one and the other.
func TestPiecesArePutTogether(t *testing.T) {
	text := rapid.StringMatching(`([甲乙丙][。，\n]?){0,40}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		var before, after strings.Builder
		for _, p := range compare(a, b) {
			if p.Op != "in" {
				before.WriteString(p.Text)
			}
			if p.Op != "out" {
				after.WriteString(p.Text)
			}
		}
		if before.String() != a || after.String() != b {
			t.Fatalf("%q and %q become %v", a, b, compare(a, b))
		}
	})
}

// Texts that differ in all and are long are compared in bounded time.
func TestLongTextsAreCompared(t *testing.T) {
	a, b := strings.Repeat("甲。", maxBody/2), strings.Repeat("乙，", maxBody/2)
	if got := compare(a, b); len(got) != 2 {
		t.Errorf("%d pieces", len(got))
	}
}

func TestVariables(t *testing.T) {
	for text, want := range map[string]string{
		"{customer_name}您好": "", "没有变量": "", "{nobody}": "{nobody}", "{ customer_name }": "{ customer_name }", "{}": "{}", "{customer_name": "{", "a}b": "}", "{{amount}}": "{",
		"{amount}和{due_date}": "",
	} {
		if got, ok := unknownVariable(text); got != want || ok != (want == "") {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	f := fill("{customer_name}，{amount}，{amount}", map[string]string{"amount": " 12 元 ", "other": "x"})
	if f.Text != "{customer_name}，12 元，12 元" || fmt.Sprint(f.Missing) != "[customer_name]" {
		t.Errorf("filled %+v", f)
	}
	if f := fill("{customer_name}", map[string]string{"customer_name": "{amount}"}); f.Text != "{amount}" || len(f.Missing) != 0 {
		t.Errorf("a value is no text to fill: %+v", f)
	}
}

func TestContentIsChecked(t *testing.T) {
	good := Input{Content: Content{Zh: Words{Title: " 题 ", Body: "文\r\n本"}, Category: "answer", Audience: Internal, Tags: []string{" 一 ", "一", ""}}}
	in, err := good.checked()
	if err != nil || in.Zh.Title != "题" || in.Zh.Body != "文\n本" || fmt.Sprint(in.Tags) != "[一]" {
		t.Errorf("%+v, %v", in, err)
	}
	for name, c := range map[string]struct {
		change func(*Input)
		want   string
	}{
		"nothing":          {func(in *Input) { in.Zh = Words{} }, "zh.title=required"},
		"no body":          {func(in *Input) { in.Zh.Body = " " }, "zh.body=required"},
		"English by half":  {func(in *Input) { in.En.Body = "x" }, "en.title=required"},
		"a long title":     {func(in *Input) { in.Zh.Title = strings.Repeat("长", maxTitle+1) }, "zh.title=too_long"},
		"a long body":      {func(in *Input) { in.Zh.Body = strings.Repeat("长", maxBody+1) }, "zh.body=too_long"},
		"unknown category": {func(in *Input) { in.Category = "x" }, "category=no_such"},
		"unknown point":    {func(in *Input) { in.ContactPoint = "x" }, "contact_point=no_such"},
		"unknown audience": {func(in *Input) { in.Audience = "x" }, "audience=no_such"},
		"a long tag":       {func(in *Input) { in.Tags = []string{strings.Repeat("长", maxTag+1)} }, "tags[0]=too_long"},
	} {
		in := good
		c.change(&in)
		if _, err := in.checked(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestMarks(t *testing.T) {
	for _, c := range []struct{ text, query, want string }{
		{"电费账单怎么看", "账单", "[{电费 false} {账单 true} {怎么看 false}]"},
		{"电费账单怎么看", "zhangdan", "[{电费 false} {账单 true} {怎么看 false}]"},
		{"电费账单", "电费 账单", "[{电费 true} {账单 true}]"},
		{"Peak prices", "PRICES", "[{Peak  false} {prices true}]"},
		{"没有", "账单", "[{没有 false}]"},
		{"", "账单", "[]"},
	} {
		if got := fmt.Sprint(mark(c.text, cn.ClassifyQuery(c.query))); got != c.want {
			t.Errorf("%s in %s: %s, want %s", c.query, c.text, got, c.want)
		}
	}
	long := excerpt(strings.Repeat("前", 300)+"账单"+strings.Repeat("后", 300), cn.ClassifyQuery("账单"))
	if len(long) != 5 || long[0].Text != "…" || !long[2].Hit || long[4].Text != "…" {
		t.Errorf("excerpt %+v", long)
	}
}

// The highest headings of an article stand next below the page's own.
func TestHeadingsFollowThePage(t *testing.T) {
	for body, want := range map[string]string{
		"# 一\n\n## 二":     "<h2>一</h2><h3>二</h3>",
		"## 一\n\n### 二":   "<h2>一</h2><h3>二</h3>",
		"### 一\n\n## 二":   "<h3>一</h3><h2>二</h2>",
		"###### 一":        "<h2>一</h2>",
		"# 一\n\n###### 二": "<h2>一</h2><h6>二</h6>",
		"没有标题":            "<p>没有标题</p>",
	} {
		if got := strings.ReplaceAll(renderHTML(body), "\n", ""); got != want {
			t.Errorf("%q: %s, want %s", body, got, want)
		}
	}
}
