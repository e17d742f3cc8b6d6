package knowledge

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/search"
)

// index is the search index of published articles.
const index = "article"

// tokenWord is a word of a title or tag in letters: the pinyin or the initials of some
// characters in a row, or the beginning of an English word.
const tokenWord = "word"

const (
	minSpoken = 2  // characters whose pinyin is a word
	maxSpoken = 8  // the most
	minBegun  = 3  // letters of an English word
	maxBegun  = 12 // the most
)

// document is what an article is found by: titles, tags and text.
func document(a row, c Content) search.Doc {
	first := c.in("zh").Title
	doc := search.Doc{OrgID: a.OrgID, Index: index, Kind: objectType, ObjectID: a.ID, Title: first, Hint: c.Category}
	doc.Pinyin, doc.Initials = cn.Pinyin(first, cn.PlaceName)
	short := append([]string{c.Zh.Title, c.En.Title}, c.Tags...)
	lines := make([]string, 0, len(short)+2)
	for _, text := range short {
		lines = append(lines, cn.Fold(text))
		doc.Grams = append(doc.Grams, cn.Grams(text)...)
		for w := range wordsOf(text) {
			doc.Exact = append(doc.Exact, search.Exact(tokenWord, w))
		}
	}
	c.each(func(w Words) {
		text := cn.Fold(plainText(w.Body))
		lines = append(lines, text)
		doc.Grams = append(doc.Grams, cn.Bigrams(text)...)
	})
	doc.Folded = strings.Join(slices.DeleteFunc(lines, func(l string) bool { return l == "" }), "\n")
	return doc
}

// wordsOf are the words in letters by which a title or tag is found.
func wordsOf(text string) map[string]bool {
	words := map[string]bool{}
	runes := []rune(cn.Fold(text))
	for at := range runes {
		for n := minSpoken; n <= maxSpoken && at+n <= len(runes) && allHan(runes[at:at+n]); n++ {
			full, initials := cn.Pinyin(string(runes[at:at+n]), cn.PlaceName)
			words[full], words[initials] = true, true
		}
	}
	for _, w := range strings.FieldsFunc(string(runes), func(r rune) bool { return (r < 'a' || 'z' < r) && (r < '0' || '9' < r) }) {
		for n := minBegun; n <= min(len(w), maxBegun); n++ {
			words[w[:n]] = true
		}
	}
	delete(words, "")
	return words
}

func allHan(runes []rune) bool {
	return !slices.ContainsFunc(runes, func(r rune) bool { return r < '㐀' || r > '鿿' })
}

// FindInput is what is looked for.
type FindInput struct {
	Query        string `query:"q" required:"true" minLength:"1" maxLength:"100" doc:"two Chinese characters, pinyin, initials or English words"`
	OrgID        id.ID  `query:"org_id" doc:"for this company: its own articles and those of organisations above"`
	Category     string `query:"category" maxLength:"40"`
	ContactPoint string `query:"contact_point" maxLength:"40"`
	Audience     string `query:"audience" enum:"internal,public"`
	Limit        int    `query:"limit" minimum:"1" maximum:"50" default:"20"`
}

func (in FindInput) wants(a row) bool {
	return (in.Category == "" || in.Category == a.Category) && (in.ContactPoint == "" || in.ContactPoint == a.ContactPoint) && (in.Audience == "" || in.Audience == string(a.Audience))
}

// Part is a part of a text; hit tells that it is what was looked for.
type Part struct {
	Text string `json:"text"`
	Hit  bool   `json:"hit"`
}

// Found is an article that was looked for.
type Found struct {
	Article
	TitleParts []Part `json:"title_parts" nullable:"false"`
	Excerpt    []Part `json:"excerpt" nullable:"false" doc:"the text around what was looked for, or its beginning"`
}

// Find finds published articles, best first: by the title as a whole, its beginning,
// within it, by tags, by the text; then the more useful. Permission: knowledge.list.
func (s *Service) Find(ctx context.Context, in FindInput) (found []Found, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return nil, err
	}
	return found, s.DB.Read(ctx, func(tx *db.Tx) error { found, err = s.findTx(tx, who, in); return err })
}

func (s *Service) findTx(tx *db.Tx, who access.Who, in FindInput) ([]Found, error) {
	r, err := s.readerTx(tx, who)
	if err != nil {
		return nil, err
	}
	query := cn.ClassifyQuery(in.Query)
	rows, err := candidatesTx(tx, r.about(in.OrgID), query, in.Query)
	if err != nil {
		return nil, err
	}
	rows = ranked(slices.DeleteFunc(rows, func(a row) bool { return !in.wants(a) }), query, r.Locale)
	return s.foundTx(tx, r, rows[:min(len(rows), in.Limit)], query)
}

// candidatesTx are the articles of a scope that hold what is looked for, in no order.
func candidatesTx(tx *db.Tx, scope db.Scope, query []cn.Term, words string) ([]row, error) {
	hits, err := search.FindTx(tx, search.Query{Scope: scope, Index: index, Any: matches(query), Rank: cn.Fold(words), Limit: search.Candidates})
	if err != nil || len(hits) == 0 {
		return nil, err
	}
	ids := make([]id.ID, len(hits))
	for i, h := range hits {
		ids[i] = h.ObjectID
	}
	return articlesByID(tx, scope, ids)
}

// about narrows what is read to a company and the organisations above it.
func (r reader) about(company id.ID) db.Scope {
	if company.IsZero() {
		return r.scope
	}
	var orgs []id.ID
	for at, ok := r.tree.Get(company); ok; at, ok = r.tree.Get(at.ParentID) {
		if r.scope.Has(at.ID) {
			orgs = append(orgs, at.ID)
		}
	}
	return db.ScopeOf(orgs...)
}

func (s *Service) foundTx(tx *db.Tx, r reader, rows []row, query []cn.Term) ([]Found, error) {
	articles, err := s.articlesTx(tx, r, rows)
	if err != nil {
		return nil, err
	}
	ids := make([]id.ID, len(rows))
	for i, a := range rows {
		ids[i] = a.ID
	}
	contents, err := liveContents(tx, r.scope, ids)
	if err != nil {
		return nil, err
	}
	found := make([]Found, len(rows))
	for i, a := range articles {
		found[i] = Found{a, mark(a.Title, query), excerpt(plainText(contents[a.ID].in(r.Locale).Body), query)}
	}
	return found, nil
}

// maxMatches bounds the readings of a query; each costs a branch of the statement.
const maxMatches = 12

// matches are the readings of a query: of each term one alternative.
func matches(query []cn.Term) []search.Match {
	var all []search.Match
	for i, t := range query {
		alternatives := readings(t)
		if i == 0 {
			all = alternatives
			continue
		}
		var next []search.Match
		for _, a := range all {
			for _, b := range alternatives {
				next = append(next, search.Match{Grams: slices.Concat(a.Grams, b.Grams), Contains: slices.Concat(a.Contains, b.Contains),
					Exact: slices.Concat(a.Exact, b.Exact), Prefix: a.Prefix + b.Prefix})
			}
		}
		all = next
	}
	return all[:min(len(all), maxMatches)]
}

// readings are what a term may mean: a part of the text, pinyin, an English word.
func readings(t cn.Term) (all []search.Match) {
	if grams := cn.QueryGrams(t.Text); len(grams) > 0 {
		m := search.Match{Grams: grams}
		if len(grams) > 1 || grams[0] != t.Text || utf8.RuneCountInString(t.Text) > 2 {
			m.Contains = []string{t.Text}
		}
		all = append(all, m)
	}
	for _, form := range t.Forms {
		token := search.Exact(tokenWord, form)
		all = append(all, search.Match{Prefix: form}, search.Match{Exact: []func(id.ID) []string{func(id.ID) []string { return []string{token} }}})
	}
	return all
}

// ranked sorts what was found.
func ranked(rows []row, query []cn.Term, lang string) []row {
	class := make(map[id.ID]int, len(rows))
	for _, a := range rows {
		class[a.ID] = a.class(query, lang)
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(class[a.ID], class[b.ID]), cmp.Compare(b.worth(), a.worth()), cmp.Compare(b.PublishedAt, a.PublishedAt), a.ID.Compare(b.ID))
	})
	return rows
}

// class is where the best place of the query in an article is.
func (a row) class(query []cn.Term, lang string) int {
	const exact, beginning, within, tag, text = 0, 1, 2, 3, 4
	c, err := unpack[card](a, a.Card)
	if err != nil || len(query) == 0 {
		return text
	}
	title, all := cn.Fold(c.title(lang)), true
	for _, t := range query {
		all = all && (strings.Contains(title, t.Text) || spoken(title, t))
	}
	switch {
	case title == query[0].Text:
		return exact
	case all && strings.HasPrefix(title, query[0].Text):
		return beginning
	case all:
		return within
	case slices.ContainsFunc(c.Tags, func(tag string) bool { return strings.Contains(cn.Fold(tag), query[0].Text) }):
		return tag
	}
	return text
}

// worth is the share of useful votes; few votes tell little.
func (a row) worth() int64 { return (a.Useful + 1) * 1000 / (a.Votes + 2) }
