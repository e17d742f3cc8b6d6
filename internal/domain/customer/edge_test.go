package customer_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Refusals name what the caller sent, and leave nothing behind.
func TestRefusalsNameWhatWasSent(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		c := w.create(ctx, person("张三"))
		list := func(f customer.Filter) error {
			return third(w.List(ctx, customer.ListInput{Sort: "name", Limit: 5, Filter: f}))
		}
		log := func(in customer.InteractionInput) error { return second(w.Log(ctx, "", c.ID, in)) }
		said := customer.InteractionBody{Content: "x"}
		ids := make([]id.ID, 201)
		before := w.rows(written...)
		for name, x := range map[string]struct {
			err  error
			want string
		}{
			"spent from no day":          {second(w.Spent(ctx, c.ID, "x", "")), "from=no_day"},
			"spent to no day":            {second(w.Spent(ctx, c.ID, "2026-01-01", "2026-02-30")), "to=no_day"},
			"created from no day":        {list(customer.Filter{CreatedFrom: "x"}), "created_from=no_day"},
			"a class without its code":   {list(customer.Filter{Classes: []string{"relation:"}}), "class=wrong_format"},
			"a class without its scheme": {list(customer.Filter{Classes: []string{":new"}}), "class=wrong_format"},
			"an unknown scheme":          {list(customer.Filter{Classes: []string{"nothing:"}}), "class=wrong_format"},
			"a class of three parts":     {list(customer.Filter{Classes: []string{"a:b:c"}}), "class=wrong_format"},
			"an export of no day":        {second(w.Export(ctx, "", customer.ExportInput{Format: customer.CSV, Filter: customer.Filter{CreatedTo: "x"}})), "created_to=no_day"},
			"201 customers to tag":       {second(w.Tag(ctx, customer.TagInput{IDs: ids})), "ids=too_many"},
			"a blank tag":                {second(w.Tag(ctx, customer.TagInput{IDs: []id.ID{c.ID}, Add: []string{" "}})), "tags[0]=required"},
			"31 tags":                    {second(w.Tag(ctx, customer.TagInput{IDs: []id.ID{c.ID}, Add: manyTags(31)})), "tags=too_many"},
			"a stranger among many":      {second(w.Tag(ctx, customer.TagInput{IDs: []id.ID{c.ID, {9}}, Add: []string{"x"}})), "record.not_found"},
			"a class of no scheme":       {second(w.Classify(ctx, customer.ClassifyInput{IDs: []id.ID{c.ID}, Scheme: "x", Class: "y"})), "classes.x=no_such"},
			"nothing said":               {log(customer.InteractionInput{Mode: customer.Call, InteractionBody: customer.InteractionBody{Content: " \n", Purpose: "\t"}}), "content=required"},
			"money got":                  {log(customer.InteractionInput{Mode: customer.Call, CostFen: -1, InteractionBody: said}), "cost_fen=too_small"},
			"in two hours":               {log(customer.InteractionInput{Mode: customer.Call, At: w.now.Add(2 * time.Hour), InteractionBody: said}), "at=in_future"},
			"a judgement of tomorrow":    {second(w.Analyse(ctx, "", c.ID, customer.AnalysisInput{Aspect: customer.Credit, On: "2026-03-03", Text: "x"})), "on=in_future"},
			"open already":               {second(w.Reopen(ctx, c.ID, 1)), "customer.not_closed"},
			"a unit of elsewhere":        {second(w.Update(ctx, c.ID, 1, customer.UpdateInput{UnitID: ptr(w.two.ID)})), "customer.unit_unknown"},
			"a manager of nowhere":       {second(w.Update(ctx, c.ID, 1, customer.UpdateInput{ManagerID: ptr(id.ID{7})})), "customer.manager_unknown"},
		} {
			if fields(x.err) != x.want {
				t.Errorf("%s: %s, want %s", name, fields(x.err), x.want)
			}
		}
		if n := w.rows(written...); n != before {
			t.Errorf("%d rows were written", n-before)
		}
	})
}

func manyTags(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf("标%02d", i))
	}
	return all
}

// Small print of changes: blank remarks make no note, tags are added and taken
// without their spaces, a change of nothing is none.
func TestSmallPrintOfChanges(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		in := person("张三")
		in.Tags, in.Industry = []string{"乙", "甲", "甲 "}, " 渔业 "
		c := w.create(ctx, in)
		if fmt.Sprint(c.Tags) != "[乙 甲]" || c.Industry != "渔业" {
			t.Errorf("%v %q", c.Tags, c.Industry)
		}
		for _, x := range []struct {
			in      customer.TagInput
			changed int
			want    string
		}{
			{customer.TagInput{Add: []string{" 丙", "甲"}, Remove: []string{" 乙 "}}, 1, "[丙 甲]"},
			{customer.TagInput{Add: []string{"丙 "}}, 0, "[丙 甲]"},
			{customer.TagInput{Add: []string{"丁"}, Remove: []string{"丁"}}, 0, "[丙 甲]"},
			{customer.TagInput{Remove: []string{"甲", "丙", "戊"}}, 1, "[]"},
		} {
			x.in.IDs = []id.ID{c.ID, c.ID}
			n, err := w.Tag(ctx, x.in)
			if got := w.seen(ctx, c.ID); err != nil || n != x.changed || fmt.Sprint(got.Tags) != x.want {
				t.Errorf("%+v: %d changed, tags %v, %v", x.in, n, got.Tags, err)
			}
		}
		version := w.seen(ctx, c.ID).Version
		before := w.rows(written...)
		same, err := w.Update(ctx, c.ID, version, customer.UpdateInput{Name: ptr(" 张三 "), Industry: ptr("渔业 "), Kind: ptr(customer.KindPerson), Classes: map[string]string{}})
		if n := w.rows(written...); err != nil || same.Version != version || n != before {
			t.Errorf("a change of nothing: version %d, %d rows, %v", same.Version, n-before, err)
		}
		for i, remark := range []string{"", " \n\t", "已搬走"} {
			c = w.seen(ctx, c.ID)
			w.must(second(w.Close(ctx, c.ID, c.Version, customer.CloseInput{Reason: "other", Remark: remark})))
			w.must(second(w.Reopen(ctx, c.ID, c.Version+1)))
			notes, _, err := w.Notes(ctx, c.ID, all)
			if err != nil || len(notes) != i/2 {
				t.Errorf("%d notes after the remark %q, %v", len(notes), remark, err)
			}
		}
	})
}

// What nobody has yet answers with empty lists, which clients can go through.
func TestEmptyAnswersAreLists(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.create(w.as(w.one), person("张三"))
		read := w.serve(callers{"clerk": w.as(w.one), "province": w.as(w.province), "new": w.as(w.two)})
		one := customers + "/" + c.ID.String()
		for _, path := range []string{"/notes", "/analyses", "/interactions", "/attachments", "/fields", "/merges"} {
			answer := send(read, "GET", one+path, "clerk", "")
			if answer.code != 200 || !strings.Contains(answer.body, `"items":[]`) {
				t.Errorf("%s: %d %s", path, answer.code, answer.body)
			}
		}
		for _, path := range []string{customers, customers + "?q=张三", customers + "?q=%EF%BC%8C", customers + "?status=merged", "/api/v1/customer-tags", "/api/v1/customer-exports", "/api/v1/customer-fields", "/api/v1/customer-fields/report"} {
			answer := send(read, "GET", path, "new", "")
			if answer.code != 200 || !strings.Contains(answer.body, `"items":[]`) {
				t.Errorf("%s: %d %s", path, answer.code, answer.body)
			}
		}
		if answer := send(read, "GET", one+"/spent", "clerk", ""); answer.code != 200 || !strings.Contains(answer.body, `"modes":[]`) {
			t.Errorf("spent: %d %s", answer.code, answer.body)
		}
		if answer := send(read, "POST", customers+"/check", "new", `{"kind":"person","name":"张三"}`); answer.code != 200 || !strings.Contains(answer.body, `"items":[]`) {
			t.Errorf("check: %d %s", answer.code, answer.body)
		}
	})
}

// Parts of a customer are paged without a gap or a repetition while others write,
// also where several stand at the same moment.
func TestPartsArePagedWhileOthersWrite(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		c := w.create(ctx, person("张三"))
		write := func(i int) {
			w.must(second(w.AddNote(ctx, "", c.ID, customer.NoteInput{Text: fmt.Sprint(i)})))
			w.must(second(w.Log(ctx, "", c.ID, customer.InteractionInput{At: w.now.Add(-time.Duration(i%3) * time.Hour), Mode: customer.Call, InteractionBody: customer.InteractionBody{Content: fmt.Sprint(i)}})))
		}
		for i := range 7 {
			if i%3 == 0 {
				*w.now = w.now.Add(time.Minute)
			}
			write(i)
		}
		n := 100
		for name, read := range w.lists(ctx, c.ID) {
			want, _, err := read(customer.Page{Limit: 200})
			w.must(err)
			for _, limit := range []int{1, 2, 5} {
				var got []string
				for p := (customer.Page{Limit: limit}); ; {
					items, next, err := read(p)
					w.must(err)
					got = append(got, items...)
					if p.Cursor = next; next == "" {
						break
					}
					if n++; n%4 == 0 {
						write(n) // new ones stand before the page, or between
					}
				}
				got = slices.DeleteFunc(got, func(s string) bool { return !slices.Contains(want, s) })
				if !slices.Equal(got, want) {
					t.Errorf("%s, %d a page: %d of %d entries", name, limit, len(got), len(want))
				}
			}
		}
	})
}

// lists are the lists of a customer's parts, by the identifiers they give.
func (w *world) lists(ctx context.Context, c id.ID) map[string]func(p customer.Page) ([]string, string, error) {
	return map[string]func(p customer.Page) ([]string, string, error){
		"notes": func(p customer.Page) ([]string, string, error) {
			return texts(w.Notes(ctx, c, p))(func(n customer.Note) string { return n.ID.String() })
		},
		"contacts": func(p customer.Page) ([]string, string, error) {
			return texts(w.Interactions(ctx, c, p))(func(i customer.Interaction) string { return i.ID.String() })
		},
		"timeline": func(p customer.Page) ([]string, string, error) {
			return texts(w.Timeline(ctx, c, customer.TimelineFilter{}, p))(func(e customer.Event) string { return e.ID.String() })
		},
		"history": func(p customer.Page) ([]string, string, error) {
			return texts(w.History(ctx, c, p))(func(h customer.HistoryEntry) string { return h.ID.String() })
		},
	}
}

// A refusal speaks the reader's language, the class it names too.
func TestAClassInUseIsNamedInTheReadersLanguage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := person("张三")
		in.Classes = map[string]string{"relation": "new"}
		w.create(w.as(w.one), in)
		english := access.WithCaller(context.Background(), access.NewCaller(access.User{ID: clerkID, Locale: "en"}, w.tree, access.Held{Patterns: access.Patterns{"*"}, OrgID: w.one.ID}))
		for want, ctx := range map[string]context.Context{"新客户": w.as(w.one), "New": english} {
			_, err := w.UpdateScheme(ctx, id.ID{}, "relation", 0, customer.SchemeChange{SchemeBody: body("x", "a", "a"), Active: true})
			if got := param(err, "class"); got != want {
				t.Errorf("class %q, want %q: %v", got, want, err)
			}
		}
	})
}

// Modules get what they ask for, and only of their company.
func TestAModuleWritesOnItsOwnCompanyOnly(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a := w.create(w.as(w.two), person("他人", mobile(1)))
		for name, work := range map[string]func(tx *db.Tx) error{
			"change": func(tx *db.Tx) error { return second(w.UpdateTx(tx, loader, w.one.ID, a.ID, customer.UpdateInput{})) },
			"take back": func(tx *db.Tx) error {
				return second(w.RevertUpdateTx(tx, loader, w.one.ID, customer.Updated{ID: a.ID, Version: 1, Changed: true}))
			},
			"key": func(tx *db.Tx) error { return second(w.SubjectTx(tx, w.one.ID, a.ID)) },
		} {
			if err := w.db.Write(context.Background(), work); fields(err) != "record.not_found" {
				t.Errorf("%s: %v", name, err)
			}
		}
		w.write(func(tx *db.Tx) error {
			kept, err := w.RemoveManyTx(tx, w.batch(), []customer.Ref{{ID: a.ID, Version: 1}})
			if len(kept) != 0 {
				t.Errorf("kept %+v", kept)
			}
			return err
		})
		if got := w.seen(w.as(w.two), a.ID); got.Version != 1 {
			t.Errorf("%+v", got)
		}
	})
}
