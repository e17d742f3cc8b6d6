package knowledge

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

// found is an article as the search gives it, with so many useful of its votes.
func found(t *testing.T, n byte, title string, useful, votes int64, tags ...string) row {
	t.Helper()
	a := row{ID: id.ID{15: n}, Useful: useful, Votes: votes}
	if err := a.show(Content{Zh: Words{Title: title, Body: "x"}, Tags: tags}); err != nil {
		t.Fatal(err)
	}
	return a
}

func titlesOf(t *testing.T, rows []row) (all []string) {
	t.Helper()
	for _, a := range rows {
		c, err := unpack[card](a, a.Card)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c.title("zh"))
	}
	return all
}

// The title as a whole comes first, then its beginning, within it, a tag, the text; of
// the same kind the more useful.
func TestWhatIsFoundIsRanked(t *testing.T) {
	rows := []row{
		found(t, 1, "停电", 0, 0), found(t, 2, "停电怎么报修", 0, 0), found(t, 3, "计划停电通知", 1, 4), found(t, 4, "欠费停电恢复", 4, 4), found(t, 5, "抢修时限", 0, 0, "停电"), found(t, 6, "无关的题目", 0, 0),
	}
	want := []string{"停电", "停电怎么报修", "欠费停电恢复", "计划停电通知", "抢修时限", "无关的题目"}
	for range 3 {
		slices.Reverse(rows)
		if got := titlesOf(t, ranked(rows, cn.ClassifyQuery("停电"), "zh")); !slices.Equal(got, want) {
			t.Errorf("ranked %q, want %q", got, want)
		}
	}
	spoken := titlesOf(t, ranked(rows, cn.ClassifyQuery("tingdian"), "zh"))
	if spoken[len(spoken)-1] != "无关的题目" || slices.Index(spoken, "停电") > 3 {
		t.Errorf("by pinyin %q", spoken)
	}
}

// One vote tells little: who has many good ones stands before who has one.
func TestFewVotesTellLittle(t *testing.T) {
	order := []row{{Useful: 19, Votes: 20}, {Useful: 1, Votes: 1}, {}, {Useful: 0, Votes: 1}, {Useful: 1, Votes: 20}}
	for i := 1; i < len(order); i++ {
		if order[i-1].worth() < order[i].worth() {
			t.Errorf("%d of %d is worth less than %d of %d", order[i-1].Useful, order[i-1].Votes, order[i].Useful, order[i].Votes)
		}
	}
}

// However many words somebody types, the statement stays bounded.
func TestReadingsOfAQueryAreBounded(t *testing.T) {
	if n := len(matches(cn.ClassifyQuery("a b c d e f g h i j"))); n > maxMatches {
		t.Errorf("%d readings", n)
	}
	if n := len(matches(nil)); n != 0 {
		t.Errorf("%d readings of nothing", n)
	}
	for _, q := range []string{"账单", "zhangdan", "peak", "95598"} {
		if len(matches(cn.ClassifyQuery(q))) == 0 {
			t.Errorf("%s means nothing", q)
		}
	}
}

// Titles and tags are found by each part that is spoken, and by beginnings of English
// words.
func TestWordsOfATitle(t *testing.T) {
	words := wordsOf("电费账单 Off-peak 2026")
	for _, w := range []string{"dianfei", "df", "zhangdan", "zd", "dianfeizhangdan", "dfzd", "off", "pea", "peak", "202", "2026"} {
		if !words[w] {
			t.Errorf("not found by %q", w)
		}
	}
	for _, w := range []string{"", "d", "of", "pe", "单", "ak"} {
		if words[w] {
			t.Errorf("found by %q", w)
		}
	}
	if long := wordsOf("electrification-of-the-county"); !long["electrificat"] || long["electrificati"] {
		t.Errorf("the longest beginning: %v", long)
	}
}

// Numbers tell whose case it is and not what it is about; single characters and short
// words tell nothing.
func TestTellingWords(t *testing.T) {
	for text, want := range map[string]string{
		"停电了": "[停电 电了]", "电": "[]", "13800001234": "[]", "off-peak": "[off peak]", "ab": "[]", "户号 3310012345 停电": "[户号 停电]", "": "[]",
	} {
		if got := fmt.Sprint(telling(text)); got != want && (want != "[]" || len(telling(text)) > 0) {
			t.Errorf("%q tells %s, want %s", text, got, want)
		}
	}
}

// Of a long text what was typed last counts, each word once.
func TestTypedWords(t *testing.T) {
	if got := typed("停电停电"); len(got) != 2 || got[0] != "停电" {
		t.Errorf("typed %q", got)
	}
	runes := make([]rune, 0, 1000)
	for r := '一'; len(runes) < 1000; r++ {
		runes = append(runes, r)
	}
	got := typed(string(runes))
	if len(got) != typedTerms || got[0] != string(runes[998:]) {
		t.Errorf("%d words, the first %q", len(got), got[0])
	}
}

// A word of the title weighs most, then of a tag, then of the text by how often it comes.
func TestWeightsOfWords(t *testing.T) {
	weights := map[string]int64{}
	for _, p := range postings(id.ID{}, Content{Zh: Words{Title: "电价", Body: strings.Repeat("账单，", 9) + "停电。电价。"}, Tags: []string{"抄表", "账单"}}) {
		weights[p.Term] = p.Weight
	}
	want := map[string]int64{"电价": weightTitle, "抄表": weightTag, "账单": weightTag, "停电": 1}
	for term, w := range want {
		if weights[term] != w {
			t.Errorf("%s weighs %d, want %d", term, weights[term], w)
		}
	}
	long := make([]rune, 0, 2*textTerms+200)
	for r := '一'; len(long) < cap(long); r++ {
		long = append(long, r)
	}
	if n := len(postings(id.ID{}, Content{Zh: Words{Title: "电价", Body: string(long)}})); n > textTerms+1 {
		t.Errorf("%d words of a long text are kept", n)
	}
}

// Both languages of an article are suggested by.
func TestWordsOfBothLanguages(t *testing.T) {
	var terms []string
	for _, p := range postings(id.ID{}, Content{Zh: Words{Title: "电价", Body: "峰谷"}, En: Words{Title: "Off-peak prices", Body: "Take your account number"}}) {
		terms = append(terms, p.Term)
	}
	for _, w := range []string{"电价", "峰谷", "prices", "account"} {
		if !slices.Contains(terms, w) {
			t.Errorf("no %q in %q", w, terms)
		}
	}
	if !slices.IsSorted(terms) {
		t.Errorf("postings in the order %q", terms)
	}
}

func TestSnippetsAreChecked(t *testing.T) {
	good := SnippetInput{ContactPoint: "bill", SnippetBody: SnippetBody{Zh: Phrase{" 账单 ", " {customer_name}您好 "}}}
	in, err := good.checked()
	if err != nil || in.Zh != (Phrase{"账单", "{customer_name}您好"}) {
		t.Errorf("%+v, %v", in, err)
	}
	for name, c := range map[string]struct {
		change func(*SnippetInput)
		want   string
	}{
		"nothing":         {func(in *SnippetInput) { in.Zh = Phrase{} }, "zh.name=required"},
		"no text":         {func(in *SnippetInput) { in.Zh.Text = " " }, "zh.text=required"},
		"no name":         {func(in *SnippetInput) { in.En.Text = "x" }, "en.name=required"},
		"a long name":     {func(in *SnippetInput) { in.Zh.Name = strings.Repeat("长", maxSnippetName+1) }, "zh.name=too_long"},
		"a long text":     {func(in *SnippetInput) { in.Zh.Text = strings.Repeat("长", maxSnippet+1) }, "zh.text=too_long"},
		"no such place":   {func(in *SnippetInput) { in.ContactPoint = "x" }, "contact_point=no_such"},
		"no place":        {func(in *SnippetInput) { in.ContactPoint = "" }, "contact_point=no_such"},
		"unknown, second": {func(in *SnippetInput) { in.En = Phrase{"x", "{amount}{nobody}"} }, "en.text=knowledge.variable_unknown"},
	} {
		in := good
		c.change(&in)
		if _, err := in.checked(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// What comes with the product is whole: keys apart, variables known, both languages.
func TestWhatIsShippedIsWhole(t *testing.T) {
	keys := map[string]bool{}
	for _, a := range shipped.Articles {
		in, err := Input{Content: a.Content}.checked()
		if err != nil || !in.equal(a.trimmed()) || keys[a.Key] || a.Zh.empty() || a.En.empty() {
			t.Errorf("%s: %v", a.Key, err)
		}
		keys[a.Key] = true
	}
	for _, p := range shipped.Snippets {
		in, err := SnippetInput{ContactPoint: p.ContactPoint, SnippetBody: p.SnippetBody}.checked()
		zh, en := variablesOf(in.Zh.Text), variablesOf(in.En.Text)
		slices.Sort(zh)
		slices.Sort(en)
		if err != nil || keys[p.Key] || in.Zh.empty() || in.En.empty() || !slices.Equal(zh, en) {
			t.Errorf("%s: %v, variables %v and %v", p.Key, err, zh, en)
		}
		keys[p.Key] = true
	}
	for _, v := range terms.Variables {
		if v.ExampleZh == "" || v.ExampleEn == "" {
			t.Errorf("%s has no example", v.Code)
		}
	}
}
