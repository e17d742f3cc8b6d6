package knowledge_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/knowledge"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func second[T any](_ T, err error) error { return err }

func whenDay(s string) when.Day { return when.Day(s) }

// library is what the search is tried on.
func (w *world) library() {
	w.t.Helper()
	w.published("editor", "head", input("电费账单怎么看", "**抄表日期**在左上角，示数相减就是电量。", "账单", "抄表"))
	w.published("editor", "head", input("计划停电如何通知", "检修前七天公告，客户可以拨打 95598 查询账单和停电计划。", "停电"))
	in := input("峰谷电价怎样办理", "带上户号到营业厅。")
	in.En = knowledge.Words{Title: "Off-peak prices", Body: "Take your account number to the service hall."}
	w.published("editor", "head", in)
}

func TestFinding(t *testing.T) {
	each(t, func(w *world) {
		w.library()
		for q, want := range map[string]string{
			"账单": "电费账单怎么看 | 计划停电如何通知", "停电": "计划停电如何通知", "dianfei": "电费账单怎么看", "dfzd": "电费账单怎么看", "tingdian": "计划停电如何通知", "td": "计划停电如何通知",
			"营业厅": "峰谷电价怎样办理", "peak": "峰谷电价怎样办理", "service": "峰谷电价怎样办理", "户号 营业厅": "峰谷电价怎样办理", "95598": "计划停电如何通知", "抄表日期": "电费账单怎么看",
			"没有的": "", "账单没有": "", "**": "", "fengu": "", "<script>": "",
		} {
			if got := w.titles("agent", q); got != want {
				t.Errorf("%s: %q, want %q", q, got, want)
			}
		}
		if got := w.titles("reader", "账单"); got != "" {
			t.Errorf("another company finds %q", got)
		}
		found, err := w.svc.Find(w.as("agent"), knowledge.FindInput{Query: "tingdian", Limit: 5})
		if err != nil || fmt.Sprint(found[0].TitleParts) != "[{计划 false} {停电 true} {如何通知 false}]" {
			t.Errorf("marked: %+v, %v", found, err)
		}
		found, err = w.svc.Find(w.as("agent"), knowledge.FindInput{Query: "示数", Limit: 5})
		if err != nil || fmt.Sprint(found[0].Excerpt) != "[{抄表日期在左上角， false} {示数 true} {相减就是电量。 false}]" {
			t.Errorf("excerpt: %+v, %v", found, err)
		}
		for name, in := range map[string]knowledge.FindInput{"category": {Category: "case"}, "point": {ContactPoint: "price"}, "audience": {Audience: "public"}} {
			in.Query, in.Limit = "账单", 5
			if found, err := w.svc.Find(w.as("agent"), in); err != nil || len(found) != 0 {
				t.Errorf("%s narrows: %+v, %v", name, found, err)
			}
		}
	})
}

func TestTheReadersLanguage(t *testing.T) {
	each(t, func(w *world) {
		w.library()
		w.people["agent"].Locale = "en"
		if got := w.titles("agent", "fenggu"); got != "Off-peak prices" {
			t.Errorf("in English: %q", got)
		}
		if got := w.titles("agent", "停电"); got != "计划停电如何通知" {
			t.Errorf("what has no English: %q", got)
		}
	})
}

// While a text is typed, the articles that share its rare words come, the likeliest
// first.
func TestSuggestions(t *testing.T) {
	each(t, func(w *world) {
		w.library()
		for text, want := range map[string]string{
			"客户说这个月账单看不懂，抄表日期也不对": "电费账单怎么看", "村里明天停电没有人通知，问检修到几点": "计划停电如何通知", "想办峰谷电价，需要带什么？": "峰谷电价怎样办理",
			"off-peak prices please": "峰谷电价怎样办理", "你好": "", "13800000000": "",
		} {
			list, err := w.svc.Suggest(w.as("agent"), knowledge.SuggestInput{Text: text})
			got := ""
			if len(list) > 0 {
				got = list[0].Title
			}
			if err != nil || got != want {
				t.Errorf("%s: %q, %v, want %q", text, got, err, want)
			}
		}
		if list, err := w.svc.Suggest(w.as("reader"), knowledge.SuggestInput{Text: "账单看不懂，抄表日期不对"}); err != nil || len(list) != 0 {
			t.Errorf("another company is told %+v, %v", list, err)
		}
		if _, err := w.svc.Suggest(w.as("reader"), knowledge.SuggestInput{Text: "账单", OrgID: w.orgs.One.ID}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("and asks for it: %v", err)
		}
	})
}

// A person has one vote on a version; a new version begins anew.
func TestVotes(t *testing.T) {
	each(t, func(w *world) {
		d := w.published("editor", "head", input("一", "一"))
		yes, no := true, false
		vote := func(name string, n int64, useful *bool) knowledge.Detail {
			t.Helper()
			return w.done(w.svc.Vote(w.as(name), d.ID, knowledge.VoteInput{No: n, Useful: useful}))
		}
		vote("agent", 1, &yes)
		vote("agent", 1, &no)
		if got := vote("other", 1, &yes); got.Useful != 1 || got.Votes != 2 || !*got.Vote {
			t.Errorf("two votes: %+v", got)
		}
		if got := vote("other", 1, nil); got.Useful != 0 || got.Votes != 1 || got.Vote != nil {
			t.Errorf("taken back: %+v", got)
		}
		rep, err := w.svc.Report(w.as("editor"), id.ID{})
		if err != nil || len(rep.LeastUseful) != 1 || rep.LeastUseful[0].Votes != 1 {
			t.Errorf("report: %+v, %v", rep, err)
		}
		if err := second(w.svc.Vote(w.as("agent"), d.ID, knowledge.VoteInput{No: 2, Useful: &yes})); !errors.Is(err, db.ErrStale) {
			t.Errorf("on a version that is not read: %v", err)
		}
		d = w.done(w.svc.Update(w.as("editor"), d.ID, d.Version, input("一", "二")))
		if err := second(w.svc.Report(w.as("agent"), id.ID{})); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("an agent reads the report: %v", err)
		}
		d = w.done(w.svc.Submit(w.as("editor"), d.ID, d.Version))
		if d = w.done(w.svc.Publish(w.as("head"), d.ID, d.Version, "")); d.Votes != 0 || d.Vote != nil {
			t.Errorf("a new version: %+v", d)
		}
	})
}

// What is not found is counted, with the numbers of people hidden; what is found is not.
func TestMissedSearches(t *testing.T) {
	each(t, func(w *world) {
		w.library()
		miss := func(name, q string) error {
			return w.svc.Missed(w.as(name), knowledge.MissInput{Query: q})
		}
		for _, q := range []string{"光伏并网", " 光伏并网", "13712345678 的账单"} {
			if err := miss("agent", q); err != nil {
				t.Errorf("%s: %v", q, err)
			}
		}
		if err := miss("agent", "账单"); !errors.Is(err, knowledge.ErrNotMissed) {
			t.Errorf("what can be found: %v", err)
		}
		if err := miss("agent", " 一 "); fault.KindOf(err) != fault.Invalid {
			t.Errorf("one character: %v", err)
		}
		if err := w.svc.Missed(w.as("agent"), knowledge.MissInput{Query: "光伏并网", OrgID: w.orgs.Two.ID}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("in another company: %v", err)
		}
		rep, err := w.svc.Report(w.as("editor"), id.ID{})
		if err != nil || len(rep.Misses) != 2 || rep.Misses[0].Words != "光伏并网" || rep.Misses[0].Times != 2 || strings.Contains(rep.Misses[1].Words, "12345678") {
			t.Errorf("report: %+v, %v", rep.Misses, err)
		}
		if rep, err := w.svc.Report(w.as("neighbour"), id.ID{}); err != nil || len(rep.Misses) != 0 {
			t.Errorf("the neighbour's: %+v, %v", rep, err)
		}
		w.now = w.now.Add(200 * 24 * 3600 * 1e9)
		if err := w.svc.Keep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if rep, err := w.svc.Report(w.as("editor"), id.ID{}); err != nil || len(rep.Misses) != 0 {
			t.Errorf("half a year later: %+v, %v", rep.Misses, err)
		}
	})
}

// A case that is solved becomes one draft, without the numbers of the customer.
func TestDraftFromSomethingElse(t *testing.T) {
	each(t, func(w *world) {
		in := knowledge.DraftInput{OrgID: w.orgs.One.ID, Lang: "zh", Title: "夜间电压偏低的处理", Text: "客户 13712345678 反映……换了变压器分接头。", Category: "case", ContactPoint: "outage", SourceKind: "case", SourceID: id.ID{15: 7}}
		draft := func(name string) (made id.ID, err error) {
			return made, w.db.Write(context.Background(), func(tx *db.Tx) error {
				made, _, err = w.svc.DraftFromTx(tx, w.people[name], in)
				return err
			})
		}
		made, err := draft("agent")
		if err != nil {
			t.Fatal(err)
		}
		d := w.done(w.svc.Get(w.as("agent"), made))
		if d.State != knowledge.Draft || d.SourceKind != "case" || d.Category != "case" || strings.Contains(d.Work.Zh.Body, "12345678") || d.Work.Numbered {
			t.Errorf("draft: %+v", d)
		}
		if again, err := draft("editor"); err != nil || again != made {
			t.Errorf("again: %s, %v", again, err)
		}
		if _, err := draft("other"); !errors.Is(err, knowledge.ErrDrafted) {
			t.Errorf("while a colleague writes it: %v", err)
		}
		if _, err := draft("metering"); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("who writes no articles: %v", err)
		}
		if in.SourceID, in.Category = (id.ID{15: 8}), "none"; fault.KindOf(second(draft("agent"))) != fault.Invalid {
			t.Error("an unknown category is taken")
		}
	})
}

// What comes with the product is taken over once; every part of it is whole, in both
// languages and without HTML.
func TestShippedAdvice(t *testing.T) {
	each(t, func(w *world) {
		l, err := w.svc.Load(w.as("head"), knowledge.LoadInput{})
		if err != nil || l.Articles < 12 || l.Snippets < 9 {
			t.Fatalf("loaded %+v, %v", l, err)
		}
		if again, err := w.svc.Load(w.as("head"), knowledge.LoadInput{}); err != nil || again.Articles+again.Snippets > 0 {
			t.Errorf("again %+v, %v", again, err)
		}
		if err := second(w.svc.Load(w.as("editor"), knowledge.LoadInput{})); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("an editor: %v", err)
		}
		list, _, err := w.svc.List(w.as("head"), knowledge.Filter{}, "", 50)
		if err != nil || len(list) != l.Articles {
			t.Fatalf("%d articles, %v", len(list), err)
		}
		for _, a := range list {
			d := w.done(w.svc.Get(w.as("agent"), a.ID))
			if a.SourceKind != "shipped" || a.AuthorName != "智引 Zhiyin" || !a.Live || !slices.Equal(a.Langs, []string{"zh", "en"}) || d.Sheet.Zh.Basis == "" || d.Sheet.En.Basis == "" {
				t.Errorf("%s: %+v", a.Title, a)
			}
			if full := w.done(w.svc.Get(w.as("head"), a.ID)); full.Work.Numbered {
				t.Errorf("%s holds somebody's number", a.Title)
			}
		}
		if got := w.titles("agent", "fahuo"); got != "客户在发火：先让他说完" {
			t.Errorf("found by pinyin: %q", got)
		}
		sug, err := w.svc.Suggest(w.as("agent"), knowledge.SuggestInput{Text: "客户很生气，说上次投诉一直没有人处理", ContactPoint: "complaint"})
		if err != nil || len(sug) == 0 || sug[0].ContactPoint != "complaint" {
			t.Errorf("suggested %+v, %v", sug, err)
		}
	})
}
