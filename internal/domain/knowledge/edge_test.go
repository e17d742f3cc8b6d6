package knowledge_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/knowledge"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// atOnce runs something so many times at the same moment and counts what it answers.
func atOnce(n int, do func() error) (done int, failed []error) {
	var all sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		all.Go(func() { errs[i] = do() })
	}
	all.Wait()
	for _, err := range errs {
		if err == nil {
			done++
		} else {
			failed = append(failed, err)
		}
	}
	return done, failed
}

// Of several who take the same step at once one takes it, and the others are told.
func TestTheSameStepAtOnce(t *testing.T) {
	each(t, func(w *world) {
		d := w.written("editor", input("一", "一"))
		d = w.done(w.svc.Submit(w.as("editor"), d.ID, d.Version))
		done, failed := atOnce(4, func() error { return second(w.svc.Publish(w.as("head"), d.ID, d.Version, "")) })
		for _, err := range failed {
			if !errors.Is(err, db.ErrStale) && !errors.Is(err, knowledge.ErrState) {
				t.Errorf("the second publisher: %v", err)
			}
		}
		versions, _, err := w.svc.Versions(w.as("head"), d.ID, "", 10)
		if done != 1 || err != nil || len(versions) != 1 {
			t.Errorf("published %d times, %d versions, %v", done, len(versions), err)
		}
		d = w.done(w.svc.Get(w.as("editor"), d.ID))
		done, _ = atOnce(4, func() error { return second(w.svc.Update(w.as("editor"), d.ID, d.Version, input("一", "二"))) })
		if got := w.done(w.svc.Get(w.as("editor"), d.ID)); done != 1 || got.Version != d.Version+1 {
			t.Errorf("changed %d times, version %d after %d", done, got.Version, d.Version)
		}
	})
}

// What comes with the product is loaded once, though two ask for it at the same moment.
func TestLoadingAtOnce(t *testing.T) {
	each(t, func(w *world) {
		if done, failed := atOnce(3, func() error { return second(w.svc.Load(w.as("head"), knowledge.LoadInput{})) }); done != 3 {
			t.Errorf("loaded: %v", failed)
		}
		list, _, err := w.svc.List(w.as("head"), knowledge.Filter{}, "", 200)
		titles := map[string]bool{}
		for _, a := range list {
			if titles[a.Title] {
				t.Errorf("%s is there twice", a.Title)
			}
			titles[a.Title] = true
		}
		if err != nil || len(list) == 0 {
			t.Errorf("%d articles, %v", len(list), err)
		}
	})
}

// Votes at once are each counted once, and words looked for in vain add up.
func TestCountsAtOnce(t *testing.T) {
	each(t, func(w *world) {
		d := w.published("editor", "head", input("一", "一"))
		yes := true
		for _, name := range []string{"agent", "other"} {
			if done, failed := atOnce(3, func() error { return second(w.svc.Vote(w.as(name), d.ID, knowledge.VoteInput{No: 1, Useful: &yes})) }); done != 3 {
				t.Errorf("%s: %v", name, failed)
			}
		}
		if got := w.done(w.svc.Get(w.as("agent"), d.ID)); got.Useful != 2 || got.Votes != 2 {
			t.Errorf("%d of %d votes", got.Useful, got.Votes)
		}
		if done, failed := atOnce(4, func() error { return w.svc.Missed(w.as("agent"), knowledge.MissInput{Query: "光伏补贴"}) }); done != 4 {
			t.Errorf("missed: %v", failed)
		}
		rep, err := w.svc.Report(w.as("head"), id.ID{})
		if err != nil || len(rep.Misses) != 1 || rep.Misses[0].Times != 4 {
			t.Errorf("misses %+v, %v", rep.Misses, err)
		}
	})
}

// When the owner may look after articles no longer, those who publish are reminded.
func TestTheOwnerHasLeft(t *testing.T) {
	each(t, func(w *world) {
		in := input("要复审的", "内容")
		in.OwnerID = w.people["agent"].UserID
		d := w.published("editor", "head", in)
		err := w.db.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec("UPDATE app_user SET active = $1 WHERE id = $2", false, in.OwnerID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		w.now = w.now.Add(400 * 24 * 3600 * 1e9)
		if err := w.svc.Keep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := w.inbox("head"); !strings.Contains(got, "要复审的") {
			t.Errorf("the head is reminded of %q", got)
		}
		w.done(w.svc.Retire(w.as("head"), d.ID, d.Version, "停"))
		if got := w.inbox("head"); got != "" {
			t.Errorf("of what is retired: %q", got)
		}
	})
}

// A retired article is neither found nor suggested, and comes back when it is published
// again.
func TestWhatIsRetiredIsSilent(t *testing.T) {
	each(t, func(w *world) {
		d := w.published("editor", "head", input("峰谷电价怎样办理", "带上户号到营业厅办理峰谷电价。"))
		told := func() int {
			t.Helper()
			list, err := w.svc.Suggest(w.as("agent"), knowledge.SuggestInput{Text: "想办峰谷电价"})
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		if told() != 1 {
			t.Error("is not suggested")
		}
		d = w.done(w.svc.Retire(w.as("head"), d.ID, d.Version, "停"))
		if told() != 0 || w.titles("agent", "峰谷") != "" {
			t.Error("a retired article is suggested")
		}
		d = w.done(w.svc.Revive(w.as("head"), d.ID, d.Version))
		if d = w.done(w.svc.Submit(w.as("editor"), d.ID, d.Version)); told() != 0 {
			t.Error("is suggested before it is published")
		}
		w.done(w.svc.Publish(w.as("chief"), d.ID, d.Version, ""))
		if told() != 1 || w.titles("agent", "fenggu") != "峰谷电价怎样办理" {
			t.Error("does not come back")
		}
	})
}

// What is far less likely than the best is left out; the articles of a contact point come
// first.
func TestSuggestionsAreLikely(t *testing.T) {
	each(t, func(w *world) {
		w.library()
		w.published("editor", "head", input("怎样自然问候", "客户来电时先问候。"))
		w.published("editor", "head", input("短信告知甲", "检修前发短信告知。"))
		outage := input("短信告知乙", "检修前发短信告知。")
		outage.ContactPoint = "outage"
		w.published("editor", "head", outage)
		titles := func(in knowledge.SuggestInput) (got []string) {
			t.Helper()
			list, err := w.svc.Suggest(w.as("agent"), in)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range list {
				got = append(got, s.Title)
			}
			return got
		}
		text := "客户来电说电费账单抄表日期不对，示数相减不等于电量"
		if got := titles(knowledge.SuggestInput{Text: text}); len(got) == 0 || got[0] != "电费账单怎么看" || strings.Contains(fmt.Sprint(got), "问候") {
			t.Errorf("suggested %q", got)
		}
		if got := titles(knowledge.SuggestInput{Text: text, Limit: 1}); len(got) != 1 {
			t.Errorf("one is asked for: %q", got)
		}
		for point, want := range map[string]string{"": "短信告知甲", "bill": "短信告知甲", "outage": "短信告知乙"} {
			if got := titles(knowledge.SuggestInput{Text: "检修前没有短信告知", ContactPoint: point}); len(got) < 2 || got[0] != want {
				t.Errorf("at %q: %q, want %q first", point, got, want)
			}
		}
	})
}

// What an API user asks that pages ask too.
func TestAskedOverTheAPI(t *testing.T) {
	each(t, func(w *world) {
		w.library()
		s, _ := call[rest.List[knowledge.Suggestion]](w, "agent", "POST", "/api/v1/article-suggestions", `{"text":"客户说账单看不懂，抄表日期不对"}`, 200)
		if len(s.Items) == 0 || s.Items[0].Title != "电费账单怎么看" || !strings.HasPrefix(s.Items[0].Excerpt, "抄表日期") {
			t.Errorf("suggested %+v", s.Items)
		}
		call[any](w, "agent", "POST", "/api/v1/article-misses", `{"q":"光伏补贴"}`, 204)
		call[any](w, "agent", "POST", "/api/v1/article-misses", `{"q":"账单"}`, 409)
		rep, _ := call[knowledge.Report](w, "head", "GET", "/api/v1/article-report?org_id="+w.orgs.One.ID.String(), "", 200)
		if len(rep.Misses) != 1 || rep.LeastUseful == nil {
			t.Errorf("report %+v", rep)
		}
		call[any](w, "agent", "GET", "/api/v1/article-report", "", 403)
		all, _ := call[knowledge.Terms](w, "agent", "GET", "/api/v1/article-terms", "", 200)
		if len(all.Categories) < 5 || len(all.Variables) < 10 || all.ReviewMonths != 12 {
			t.Errorf("terms %+v", all)
		}
		p, _ := call[knowledge.Preview](w, "agent", "POST", "/api/v1/article-previews", `{"text":"**重点**<b>x</b>"}`, 200)
		if p.HTML != "<p><strong>重点</strong>&lt;b&gt;x&lt;/b&gt;</p>\n" {
			t.Errorf("preview %q", p.HTML)
		}
		call[any](w, "metering", "POST", "/api/v1/article-previews", `{"text":"x"}`, 403)
		owners, _ := call[rest.List[access.Worker]](w, "agent", "GET", "/api/v1/article-owners", "", 200)
		if len(owners.Items) < 4 {
			t.Errorf("owners %+v", owners)
		}
		l, _ := call[knowledge.Loaded](w, "head", "POST", "/api/v1/article-loads", `{}`, 200)
		v, _ := call[knowledge.VersionDetail](w, "agent", "GET", ids(l.ArticleIDs[0])+"/versions/1", "", 200)
		if v.No != 1 || v.Content.Zh.Title == "" || v.Sheet.Zh.HTML == "" {
			t.Errorf("version %+v", v)
		}
		call[any](w, "agent", "GET", ids(l.ArticleIDs[0])+"/versions/2", "", 404)
		call[any](w, "reader", "GET", ids(l.ArticleIDs[0])+"/versions/1", "", 404)
	})
}

// Standard answers are listed page by page, those from above among them; whoever reads
// one may fill it in and not change it.
func TestPagesOfStandardAnswers(t *testing.T) {
	each(t, func(w *world) {
		const all = "/api/v1/snippets"
		write := func(as, org, name string) knowledge.Snippet {
			s, _ := call[knowledge.Snippet](w, as, "POST", all, fmt.Sprintf(`{"org_id":%q,"contact_point":"bill","zh":{"name":%q,"text":"x"}}`, org, name), 201)
			return s
		}
		one := w.orgs.One.ID.String()
		for i := range 3 {
			write("editor", one, fmt.Sprintf("答复%d", i))
		}
		shared := write("chief", w.orgs.Province.ID.String(), "全省答复")
		write("neighbour", w.orgs.Two.ID.String(), "外县答复")
		var names []string
		for cursor := ""; ; {
			p, _ := call[rest.List[knowledge.Snippet]](w, "agent", "GET", all+"?limit=2&org_id="+one+"&cursor="+cursor, "", 200)
			for _, s := range p.Items {
				names = append(names, s.Zh.Name)
			}
			if cursor = p.NextCursor; cursor == "" {
				break
			}
		}
		if got := strings.Join(names, " "); len(names) != 4 || !strings.Contains(got, "全省答复") || strings.Contains(got, "外县") {
			t.Errorf("listed %q", names)
		}
		got, _ := call[knowledge.Snippet](w, "agent", "GET", all+"/"+shared.ID.String(), "", 200)
		if !got.Shared || len(got.May) != 0 {
			t.Errorf("from above %+v", got)
		}
		call[any](w, "editor", "PUT", all+"/"+shared.ID.String(), `{"contact_point":"bill","zh":{"name":"改","text":"x"}}`, 403, "If-Match", `"1"`)
		call[any](w, "agent", "GET", all+"?cursor=forged", "", 422)
		call[any](w, "reader", "GET", all+"/"+write("editor", one, "再来").ID.String(), "", 404)
		call[any](w, "editor", "PUT", all+"/"+id.ID{15: 9}.String(), `{"contact_point":"bill","zh":{"name":"改","text":"x"}}`, 404, "If-Match", `"1"`)
	})
}

// The same key makes one article and one answer; with another body it is refused.
func TestKeysOfWhatIsMade(t *testing.T) {
	each(t, func(w *world) {
		const snippet = `{"contact_point":"bill","zh":{"name":"甲","text":"x"}}`
		first, _ := call[knowledge.Snippet](w, "editor", "POST", "/api/v1/snippets", snippet, 201, "Idempotency-Key", "k")
		again, _ := call[knowledge.Snippet](w, "editor", "POST", "/api/v1/snippets", snippet, 201, "Idempotency-Key", "k")
		if again.ID != first.ID {
			t.Error("made twice")
		}
		call[any](w, "editor", "POST", "/api/v1/snippets", strings.Replace(snippet, "甲", "乙", 1), 409, "Idempotency-Key", "k")
		call[any](w, "editor", "POST", "/api/v1/articles", body, 201, "Idempotency-Key", "a")
		call[any](w, "editor", "POST", "/api/v1/articles", strings.Replace(body, "账单", "电价", 1), 409, "Idempotency-Key", "a")
		if got := w.recorded(); got != "snippet_create create" {
			t.Errorf("recorded %s", got)
		}
	})
}
