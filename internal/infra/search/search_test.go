package search_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/search"
)

var (
	orgA = id.MustParse("01900000-0000-7000-8000-00000000000a")
	orgB = id.MustParse("01900000-0000-7000-8000-00000000000b")
)

// grams cuts as the modules do: single characters and pairs.
func grams(s string) (all []string) {
	r := []rune(s)
	for i := range r {
		all = append(all, string(r[i]))
		if i > 0 {
			all = append(all, string(r[i-1:i+1]))
		}
	}
	return all
}

func pairs(s string) (all []string) {
	for _, g := range grams(s) {
		if len([]rune(g)) == 2 {
			all = append(all, g)
		}
	}
	return all
}

func doc(org id.ID, n int, title, address, initials string) search.Doc {
	return search.Doc{OrgID: org, Index: "customer", Kind: "customer", ObjectID: id.ID{1, 15: byte(n)}, Title: title, Subtitle: address,
		Folded: title + "\n" + address, Initials: initials, Pinyin: initials + "full", Grams: append(grams(title), pairs(address)...),
		Exact: []string{search.Exact("account", fmt.Sprint(1000+n)), search.Exact("tail", []byte{byte(n % 2)})}}
}

func write(t *testing.T, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func find(t *testing.T, d *db.DB, q search.Query) string {
	t.Helper()
	q.Index = "customer"
	if q.Limit == 0 {
		q.Limit = 20
	}
	var titles []string
	err := d.Read(context.Background(), func(tx *db.Tx) error {
		hits, err := search.FindTx(tx, q)
		for _, h := range hits {
			titles = append(titles, h.Title)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(titles, " ")
}

func fragment(s string) []search.Match {
	return []search.Match{{Grams: pairs(s), Contains: []string{s}}}
}

func exact(tokens ...string) []func(id.ID) []string {
	return []func(id.ID) []string{func(id.ID) []string { return tokens }}
}

func corpus() []search.Doc {
	return []search.Doc{
		doc(orgA, 1, "张伟", "人民路大道1号", "zw"), doc(orgA, 2, "张伟民", "解放街2号", "zwm"), doc(orgA, 3, "李张伟", "人民路3号", "lzw"),
		doc(orgA, 4, "王芳", "张伟大道4号", "wf"), doc(orgA, 5, "大路人", "路人民5号", "dlr"), doc(orgB, 6, "张伟", "人民路6号", "zw"),
	}
}

func TestFindRanksAndKeepsCompaniesApart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write(t, d, func(tx *db.Tx) error { return search.PutTx(tx, corpus()...) })
		a, b, both := db.ScopeOf(orgA), db.ScopeOf(orgB), db.ScopeOf(orgA, orgB)
		for name, c := range map[string]struct {
			q    search.Query
			want string
		}{
			"exact, prefix, within, elsewhere": {search.Query{Scope: a, Any: fragment("张伟"), Rank: "张伟"}, "张伟 张伟民 李张伟 王芳"},
			"other company":                    {search.Query{Scope: b, Any: fragment("张伟"), Rank: "张伟"}, "张伟"},
			"both companies":                   {search.Query{Scope: both, Any: fragment("张伟"), Rank: "张伟", Limit: 3}, "张伟 张伟 张伟民"},
			"nobody's":                         {search.Query{Any: fragment("张伟")}, ""},
			"all grams but apart":              {search.Query{Scope: a, Any: fragment("人民路")}, "张伟 李张伟"},
			"two fragments":                    {search.Query{Scope: a, Any: []search.Match{{Grams: []string{"人民", "大道"}}}}, "张伟"},
			"number":                           {search.Query{Scope: a, Any: []search.Match{{Exact: exact(search.Exact("account", "1003"), search.Exact("meter", "1003"))}}}, "李张伟"},
			"number of another company":        {search.Query{Scope: b, Any: []search.Match{{Exact: exact(search.Exact("account", "1003"))}}}, ""},
			"fragment and number":              {search.Query{Scope: a, Any: []search.Match{{Grams: []string{"张伟"}, Exact: exact(search.Exact("tail", []byte{0}))}}}, "王芳 张伟民"},
			"initials":                         {search.Query{Scope: a, Any: []search.Match{{Prefix: "zw"}}}, "张伟 张伟民"},
			"fragment and initials":            {search.Query{Scope: a, Any: []search.Match{{Grams: []string{"人民"}, Prefix: "lz"}}}, "李张伟"},
			"either, once":                     {search.Query{Scope: a, Any: []search.Match{{Prefix: "wf"}, {Exact: exact(search.Exact("account", "1004"))}}}, "王芳"},
			"nothing asked":                    {search.Query{Scope: a, Any: []search.Match{{}}}, ""},
			"no alternatives":                  {search.Query{Scope: a, Any: []search.Match{{Exact: exact()}}}, ""},
			"signs of LIKE":                    {search.Query{Scope: a, Any: []search.Match{{Grams: []string{"人民"}, Contains: []string{"%"}}}, Rank: `_\%`}, ""},
		} {
			if got := find(t, d, c.q); got != c.want {
				t.Errorf("%s: %q, want %q", name, got, c.want)
			}
		}
	})
}

func TestIndexesStandApart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		line := doc(orgA, 9, "张伟线", "", "zwx")
		line.Index, line.Kind = "network", "line"
		write(t, d, func(tx *db.Tx) error { return search.AddTx(tx, append(corpus(), line)) })
		for name, m := range map[string][]search.Match{"fragment": fragment("张伟"), "prefix": {{Prefix: "zwx"}}, "number": {{Exact: exact(search.Exact("account", "1009"))}}} {
			if got := find(t, d, search.Query{Scope: db.ScopeOf(orgA), Any: m}); strings.Contains(got, "张伟线") {
				t.Errorf("%s: a line among the customers: %q", name, got)
			}
		}
	})
}

func TestAChangedObjectIsFoundOnlyByWhatItIsNow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := db.ScopeOf(orgA)
		write(t, d, func(tx *db.Tx) error { return search.PutTx(tx, corpus()...) })
		write(t, d, func(tx *db.Tx) error { return search.PutTx(tx, doc(orgA, 1, "赵敏", "解放街9号", "zm")) })
		if got := find(t, d, search.Query{Scope: a, Any: fragment("张伟"), Rank: "张伟"}); got != "张伟民 李张伟 王芳" {
			t.Errorf("by the old name: %q", got)
		}
		if got := find(t, d, search.Query{Scope: a, Any: fragment("赵敏")}); got != "赵敏" {
			t.Errorf("by the new name: %q", got)
		}
		write(t, d, func(tx *db.Tx) error { return search.RemoveTx(tx, orgA, "customer", id.ID{1, 15: 1}) })
		if got := find(t, d, search.Query{Scope: a, Any: fragment("赵敏")}); got != "" {
			t.Errorf("removed: %q", got)
		}
	})
}

func TestCommonFragmentsGiveFirstCandidatesOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var docs []search.Doc
		for n := range 3000 {
			x := doc(orgA, 0, fmt.Sprintf("客户%04d", n), "人民路", "kh")
			x.ObjectID = id.ID{2, 13: byte(n >> 8), 15: byte(n)}
			docs = append(docs, x)
		}
		write(t, d, func(tx *db.Tx) error { return search.AddTx(tx, docs) })
		write(t, d, search.SettleTx)
		got := strings.Fields(find(t, d, search.Query{Scope: db.ScopeOf(orgA), Any: fragment("人民"), Limit: 1000}))
		if len(got) != search.Candidates {
			t.Errorf("%d hits, want %d", len(got), search.Candidates)
		}
	})
}

// Tidying joins what single writes left and finds the same as before.
func TestTidyingEndsAndLosesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for n := range 60 {
			write(t, d, func(tx *db.Tx) error {
				return search.AddTx(tx, []search.Doc{doc(orgA, n, fmt.Sprintf("王%d", n), "家园", "w")})
			})
		}
		before := find(t, d, search.Query{Scope: db.ScopeOf(orgA), Any: fragment("家园"), Limit: 100})
		parts := partsOf(t, d)
		steps := 0
		for more := true; more; steps++ {
			if steps > 50 {
				t.Fatal("it does not end")
			}
			write(t, d, func(tx *db.Tx) (err error) {
				more, err = search.TidyTx(tx)
				return err
			})
		}
		if after := find(t, d, search.Query{Scope: db.ScopeOf(orgA), Any: fragment("家园"), Limit: 100}); after != before || len(before) == 0 {
			t.Errorf("found %s, before %s", after, before)
		}
		if now := partsOf(t, d); parts > 0 && (now >= parts || steps < 2) {
			t.Errorf("%d parts of %d after %d steps", now, parts, steps)
		}
	})
}

// partsOf counts the parts of the index on SQLite.
func partsOf(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	if d.Dialect() == db.PostgreSQL {
		return 0
	}
	write(t, d, func(tx *db.Tx) error { return tx.Get(&n, "SELECT count(DISTINCT segid) FROM search_token_idx") })
	return n
}
