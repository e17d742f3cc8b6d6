package knowledge

import (
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// PublicArticle is an article as anybody may find it: nothing of who wrote it, or of what
// it rests on.
type PublicArticle struct {
	ID          id.ID        `json:"id"`
	Title       string       `json:"title"`
	Excerpt     string       `json:"excerpt" doc:"the beginning of the text"`
	PublishedAt when.Instant `json:"published_at"`
}

// PublicPage is one to read.
type PublicPage struct {
	PublicArticle
	HTML string `json:"html"`
}

const (
	mostPublic    = 30 // articles told at once
	publicExcerpt = 60 // characters
)

// PublicTx finds what anybody may read of a company and those above it: by words, best
// first, or without words the most useful. What is not published, or for the staff, is not
// there.
func (s *Service) PublicTx(tx *db.Tx, company id.ID, lang, words string) ([]PublicArticle, error) {
	scope, err := s.publicScopeTx(tx, company)
	if err != nil {
		return nil, err
	}
	var rows []row
	if query := cn.ClassifyQuery(words); len(query) > 0 {
		if rows, err = candidatesTx(tx, scope, query, words); err == nil {
			rows = ranked(slices.DeleteFunc(rows, func(a row) bool { return !a.public() }), query, lang)
		}
	} else {
		rows, err = publicArticles(tx, scope, mostPublic)
	}
	if err != nil {
		return nil, err
	}
	rows = rows[:min(len(rows), mostPublic)]
	contents, err := liveContents(tx, scope, idsOf(rows))
	if err != nil {
		return nil, err
	}
	all := []PublicArticle{}
	for _, a := range rows {
		if c := contents[a.ID]; c.Audience == Public {
			all = append(all, a.shownTo(c, lang))
		}
	}
	return all, nil
}

func (a row) public() bool { return a.Live && a.Audience == Public }

func idsOf(rows []row) []id.ID {
	ids := make([]id.ID, len(rows))
	for i, a := range rows {
		ids[i] = a.ID
	}
	return ids
}

func (a row) shownTo(c Content, lang string) PublicArticle {
	w := c.in(lang)
	text := []rune(plainText(w.Body))
	return PublicArticle{ID: a.ID, Title: w.Title, Excerpt: string(text[:min(len(text), publicExcerpt)]), PublishedAt: a.PublishedAt}
}

// PublicPageTx gives an article that anybody may read. Error: db.ErrNotFound.
func (s *Service) PublicPageTx(tx *db.Tx, company, i id.ID, lang string) (p PublicPage, err error) {
	scope, err := s.publicScopeTx(tx, company)
	if err != nil {
		return p, err
	}
	a, err := articleByID(tx, scope, i)
	if err != nil {
		return p, err
	}
	contents, err := liveContents(tx, scope, []id.ID{i})
	if err != nil {
		return p, err
	}
	c := contents[i]
	if !a.public() || c.Audience != Public {
		return p, db.ErrNotFound
	}
	return PublicPage{a.shownTo(c, lang), renderHTML(c.in(lang).Body)}, nil
}

// publicScopeTx is a company and all above it.
func (s *Service) publicScopeTx(tx *db.Tx, company id.ID) (db.Scope, error) {
	tree, err := s.Orgs.TreeTx(tx)
	if err != nil {
		return db.Scope{}, err
	}
	var orgs []id.ID
	for at, ok := tree.Get(company); ok; at, ok = tree.Get(at.ParentID) {
		if at.Level != org.Unit {
			orgs = append(orgs, at.ID)
		}
	}
	return db.ScopeOf(orgs...), nil
}
