package knowledge_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/knowledge"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// The list of articles, drafts among them, is narrowed by words, their pinyin, owner and
// what is due.
func TestTheListIsNarrowed(t *testing.T) {
	each(t, func(w *world) {
		owned := input("怎样看账单", "一", "抄表")
		owned.OwnerID = w.people["agent"].UserID
		w.written("editor", owned)
		w.published("editor", "head", input("计划停电如何通知", "二"))
		owner := func(name string) knowledge.Filter { return knowledge.Filter{OwnerID: w.people[name].UserID} }
		for name, c := range map[string]struct {
			f    knowledge.Filter
			want []string
		}{
			"all":                {knowledge.Filter{}, []string{"计划停电如何通知", "怎样看账单"}},
			"characters":         {knowledge.Filter{Query: "账单"}, []string{"怎样看账单"}},
			"pinyin":             {knowledge.Filter{Query: "ZhangDan"}, []string{"怎样看账单"}},
			"initials":           {knowledge.Filter{Query: "jhtd"}, []string{"计划停电如何通知"}},
			"pinyin of a tag":    {knowledge.Filter{Query: "chaobiao"}, []string{"怎样看账单"}},
			"words of none":      {knowledge.Filter{Query: "guangfu"}, nil},
			"one owner":          {owner("agent"), []string{"怎样看账单"}},
			"another":            {owner("editor"), []string{"计划停电如何通知"}},
			"who looks after no": {owner("head"), nil},
			"nothing is due":     {knowledge.Filter{Due: true}, nil},
		} {
			list, _, err := w.svc.List(w.as("editor"), c.f, "", 50)
			var got []string
			for _, a := range list {
				got = append(got, a.Title)
			}
			slices.Sort(got)
			slices.Sort(c.want)
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%s: %q, %v, want %q", name, got, err, c.want)
			}
		}
	})
}

// Those who write articles of an organisation may look after them.
func TestWhoMayLookAfterArticles(t *testing.T) {
	each(t, func(w *world) {
		names := func(all []access.Worker, err error) (list []string) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range all {
				list = append(list, p.Name)
			}
			return list
		}
		at := names(w.svc.People(w.as("agent"), id.ID{}))
		for name, want := range map[string]bool{"李editor": true, "李agent": true, "李head": true, "李metering": false, "李neighbour": false} {
			if slices.Contains(at, name) != want {
				t.Errorf("%s: %v, of %q", name, !want, at)
			}
		}
		if got := names(w.svc.People(w.as("chief"), w.orgs.Two.ID)); !slices.Contains(got, "李neighbour") {
			t.Errorf("in the company that is named: %q", got)
		}
		if _, err := w.svc.People(w.as("agent"), w.orgs.Two.ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("of another company: %v", err)
		}
	})
}
