package search_test

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/search"
)

// orgC has no documents.
var orgC = id.MustParse("01900000-0000-7000-8000-00000000000c")

// drawDocs are documents over few characters, so that fragments repeat.
func drawDocs(r *rapid.T) (docs []search.Doc) {
	title, address := rapid.StringMatching(`[张伟王芳路]{1,5}`), rapid.StringMatching(`[张伟人民路]{0,6}`)
	initials := rapid.StringMatching(`[zwf]{1,4}`)
	for n := range rapid.IntRange(0, 25).Draw(r, "documents") {
		d := doc([]id.ID{orgA, orgB}[rapid.IntRange(0, 1).Draw(r, "company")], n, title.Draw(r, "title"), address.Draw(r, "address"), initials.Draw(r, "initials"))
		d.Pinyin = d.Initials + rapid.StringMatching(`[ae]{0,2}`).Draw(r, "pinyin")
		docs = append(docs, d)
	}
	return docs
}

// drawMatch draws conditions that the modules make: fragments with their pairs,
// numbers, beginnings of pinyin.
func drawMatch(r *rapid.T) (m search.Match) {
	for range rapid.IntRange(0, 2).Draw(r, "fragments") {
		f := rapid.StringMatching(`[张伟人民路]{2,3}`).Draw(r, "fragment")
		m.Grams, m.Contains = append(m.Grams, pairs(f)...), append(m.Contains, f)
	}
	for range rapid.IntRange(0, 1).Draw(r, "numbers") {
		tokens := rapid.SliceOfN(rapid.SampledFrom([]string{search.Exact("account", "1001"), search.Exact("account", "1007"), search.Exact("tail", []byte{1}), search.Exact("meter", "9")}), 0, 3).Draw(r, "tokens")
		m.Exact = append(m.Exact, func(org id.ID) []string {
			if org == orgA { // knows nothing of such numbers
				return tokens[:len(tokens)/2]
			}
			return tokens
		})
	}
	m.Prefix = rapid.StringMatching(`[zwf]{0,2}`).Draw(r, "prefix")
	return m
}

// meets is what a match means.
func meets(d search.Doc, m search.Match) bool {
	if len(m.Grams) == 0 && len(m.Exact) == 0 && m.Prefix == "" {
		return false
	}
	for _, f := range m.Contains {
		if !strings.Contains(d.Folded, f) {
			return false
		}
	}
	for _, list := range m.Exact {
		if !slices.ContainsFunc(list(d.OrgID), func(e string) bool { return slices.Contains(d.Exact, e) }) {
			return false
		}
	}
	return strings.HasPrefix(d.Pinyin, m.Prefix) || strings.HasPrefix(d.Initials, m.Prefix)
}

// place is how well a title meets a text: as a whole, at its beginning, within,
// not at all.
func place(d search.Doc, rank string) int {
	switch {
	case rank == "":
		return 0
	case d.Title == rank:
		return 0
	case strings.HasPrefix(d.Title, rank):
		return 1
	case strings.Contains(d.Title, rank):
		return 2
	}
	return 3
}

// best is what a search should find, by a loop over all documents.
func best(docs []search.Doc, q search.Query) []id.ID {
	var found []search.Doc
	for _, d := range docs {
		if q.Scope.Has(d.OrgID) && d.Index == q.Index && slices.ContainsFunc(q.Any, func(m search.Match) bool { return meets(d, m) }) {
			found = append(found, d)
		}
	}
	slices.SortFunc(found, func(a, b search.Doc) int {
		return cmp.Or(cmp.Compare(place(a, q.Rank), place(b, q.Rank)), cmp.Compare(utf8.RuneCountInString(a.Title), utf8.RuneCountInString(b.Title)),
			strings.Compare(a.Title, b.Title), a.ObjectID.Compare(b.ObjectID))
	})
	ids := []id.ID{}
	for _, d := range found[:min(len(found), q.Limit)] {
		ids = append(ids, d.ObjectID)
	}
	return ids
}

// Whatever is looked for, both engines find just what a loop over all documents
// finds, in the same order, each object once.
func TestSearchAgreesWithALoop(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var docs []search.Doc
		rapid.Check(t, func(r *rapid.T) {
			old, drawn := docs, drawDocs(r)
			docs = drawn
			write(t, d, func(tx *db.Tx) error { return replace(tx, old, drawn) })
			for range 4 {
				q := search.Query{Index: "customer", Limit: rapid.IntRange(1, 30).Draw(r, "limit"), Rank: rapid.StringMatching(`([张伟王芳路]{1,2})?`).Draw(r, "rank"),
					Scope: db.ScopeOf(rapid.SliceOfDistinct(rapid.SampledFrom([]id.ID{orgA, orgB, orgC}), func(i id.ID) id.ID { return i }).Draw(r, "scope")...),
					Any:   rapid.SliceOfN(rapid.Custom(drawMatch), 0, 3).Draw(r, "matches")}
				got := []id.ID{}
				if err := d.Read(context.Background(), func(tx *db.Tx) error {
					hits, err := search.FindTx(tx, q)
					for _, h := range hits {
						got = append(got, h.ObjectID)
					}
					return err
				}); err != nil {
					r.Fatal(err)
				}
				if want := best(docs, q); !slices.Equal(got, want) {
					r.Fatalf("found %v, want %v", got, want)
				}
			}
		})
	})
}

// replace takes the old documents out and puts new ones in, some in bulk and some
// one by one.
func replace(tx *db.Tx, old, docs []search.Doc) error {
	for _, d := range old {
		if err := search.RemoveTx(tx, d.OrgID, d.Kind, d.ObjectID); err != nil {
			return err
		}
	}
	if err := search.AddTx(tx, docs[:len(docs)/2]); err != nil {
		return err
	}
	return search.PutTx(tx, docs[len(docs)/2:]...)
}

// A number one company does not know is found in another.
func TestANumberUnknownInOneCompany(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write(t, d, func(tx *db.Tx) error { return search.PutTx(tx, corpus()...) })
		only := func(knows id.ID) []search.Match {
			return []search.Match{{Exact: []func(id.ID) []string{func(org id.ID) []string {
				if org != knows {
					return nil
				}
				return []string{search.Exact("account", "1002"), search.Exact("account", "1006")}
			}}}}
		}
		for knows, want := range map[id.ID]string{orgA: "张伟民", orgB: "张伟", orgC: ""} {
			if got := find(t, d, search.Query{Scope: db.ScopeOf(orgA, orgB, orgC), Any: only(knows)}); got != want {
				t.Errorf("%s: %q, want %q", knows, got, want)
			}
		}
	})
}

// Written twice, removed twice: an object is found once, or not at all.
func TestWritingAndRemovingTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for range 2 {
			write(t, d, func(tx *db.Tx) error { return search.PutTx(tx, corpus()...) })
		}
		if got := find(t, d, search.Query{Scope: db.ScopeOf(orgA), Any: fragment("张伟"), Rank: "张伟"}); got != "张伟 张伟民 李张伟 王芳" {
			t.Errorf("written twice: %q", got)
		}
		for range 2 {
			for _, c := range corpus() {
				write(t, d, func(tx *db.Tx) error { return search.RemoveTx(tx, c.OrgID, c.Kind, c.ObjectID) })
			}
		}
		if got := find(t, d, search.Query{Scope: db.ScopeOf(orgA, orgB), Any: append(fragment("张伟"), search.Match{Prefix: "z"})}); got != "" {
			t.Errorf("removed: %q", got)
		}
		write(t, d, search.SettleTx)
	})
}
