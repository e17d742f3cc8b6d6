package knowledge

import (
	"cmp"
	"context"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// What of an article is kept to suggest it by: all pairs of characters of titles and
// tags, and the most frequent ones of the text.
const (
	weightTitle = 8
	weightTag   = 6
	weightMost  = 4
	textTerms   = 60
)

// postings are the words by which an article is suggested.
func postings(article id.ID, c Content) []posting {
	weights := map[string]int64{}
	c.each(func(w Words) {
		often := map[string]int64{}
		for _, t := range telling(plainText(w.Body)) {
			often[t]++
		}
		words := sortedBy(often)
		for _, t := range words[:min(len(words), textTerms)] {
			weights[t] = max(weights[t], min(often[t], weightMost))
		}
		for _, t := range telling(w.Title) {
			weights[t] = weightTitle
		}
	})
	for _, tag := range c.Tags {
		for _, t := range telling(tag) {
			weights[t] = max(weights[t], weightTag)
		}
	}
	list := make([]posting, 0, len(weights))
	for t, w := range weights {
		list = append(list, posting{t, article, w})
	}
	slices.SortFunc(list, func(a, b posting) int { return cmp.Compare(a.Term, b.Term) })
	return list
}

// sortedBy are the words by how often they come, then by the alphabet.
func sortedBy(often map[string]int64) []string {
	words := make([]string, 0, len(often))
	for t := range often {
		words = append(words, t)
	}
	slices.SortFunc(words, func(a, b string) int { return cmp.Or(cmp.Compare(often[b], often[a]), cmp.Compare(a, b)) })
	return words
}

// telling are the tokens of a text that tell something: pairs of characters, and words
// of three letters or more. Numbers tell whose case it is, not what it is about.
func telling(text string) []string {
	tokens := cn.Bigrams(text)
	return slices.DeleteFunc(tokens, func(t string) bool {
		r, _ := utf8.DecodeRuneInString(t)
		switch n := utf8.RuneCountInString(t); {
		case allHan([]rune{r}):
			return n != 2 || !allHan([]rune(t))
		case '0' <= r && r <= '9':
			return true
		default:
			return n < minBegun
		}
	})
}

// The bounds of a suggestion.
const (
	typedTerms   = 200  // different words of a text that are looked at, the last typed
	maxPostings  = 8000 // the rarest words first, until so many articles hold them
	fewestTerms  = 6    // however many do
	mostTerms    = 60
	defaultHits  = 5
	likely       = 3 // times worse than the best is no help
	morePerHit   = 4 // articles that a contact point may move up
	rarityOfNone = 1000
)

// SuggestInput is a text that is being typed.
type SuggestInput struct {
	Text         string `json:"text" minLength:"1" maxLength:"4000"`
	OrgID        id.ID  `json:"org_id,omitzero" doc:"whose customer it is about; absent: any the caller reads of"`
	ContactPoint string `json:"contact_point,omitempty" maxLength:"40" doc:"its articles first"`
	Limit        int    `json:"limit,omitempty" minimum:"1" maximum:"20" doc:"5 when absent"`
}

// Suggestion is an article that may help with a text.
type Suggestion struct {
	Article
	Excerpt string `json:"excerpt"`
}

// Suggest finds published articles about what somebody is typing, the likeliest first.
// Permission: knowledge.list.
func (s *Service) Suggest(ctx context.Context, in SuggestInput) (list []Suggestion, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return nil, err
	}
	return list, s.DB.Read(ctx, func(tx *db.Tx) error {
		r, err := s.readerTx(tx, who)
		if err != nil {
			return err
		}
		list, err = s.suggestTx(tx, r, in)
		return err
	})
}

func (s *Service) suggestTx(tx *db.Tx, r reader, in SuggestInput) ([]Suggestion, error) {
	if !in.OrgID.IsZero() && !r.scope.Has(in.OrgID) {
		return nil, db.ErrNotFound
	}
	scope := r.about(in.OrgID)
	words, err := rarest(tx, scope, typed(in.Text))
	if err != nil || len(words) == 0 {
		return []Suggestion{}, err
	}
	limit := cmp.Or(in.Limit, defaultHits)
	best, err := scoresOf(tx, scope, words, morePerHit*limit)
	if err != nil {
		return nil, err
	}
	ids, scores := make([]id.ID, len(best)), make(map[id.ID]int64, len(best))
	for i, b := range best {
		ids[i], scores[b.ArticleID] = b.ArticleID, b.Score
	}
	rows, err := articlesByID(tx, scope, ids)
	if err != nil {
		return nil, err
	}
	for _, a := range rows {
		if in.ContactPoint != "" && a.ContactPoint == in.ContactPoint {
			scores[a.ID] *= 2
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Or(cmp.Compare(scores[b.ID], scores[a.ID]), a.ID.Compare(b.ID)) })
	rows = slices.DeleteFunc(rows, func(a row) bool { return scores[a.ID]*likely < scores[rows[0].ID] })
	return s.suggestionsTx(tx, r, rows[:min(len(rows), limit)])
}

// typed are the words of a text, without repetition: those typed last count.
func typed(text string) []string {
	words := telling(text)
	slices.Reverse(words)
	seen := map[string]bool{}
	words = slices.DeleteFunc(words, func(t string) bool {
		known := seen[t]
		seen[t] = true
		return known
	})
	return words[:min(len(words), typedTerms)]
}

// rarest are the words that tell articles apart: those that few hold, which count most.
func rarest(tx *db.Tx, scope db.Scope, words []string) (list []rare, err error) {
	counts, err := countTerms(tx, scope, words)
	sum := int64(0)
	for _, c := range counts[:min(len(counts), mostTerms)] {
		if sum += c.N; sum > maxPostings && len(list) >= fewestTerms {
			break
		}
		list = append(list, rare{c.Term, int64(rarityOfNone / math.Log(float64(c.N)+math.E))})
	}
	return list, err
}

func (s *Service) suggestionsTx(tx *db.Tx, r reader, rows []row) ([]Suggestion, error) {
	found, err := s.foundTx(tx, r, rows, nil)
	list := make([]Suggestion, len(found))
	for i, f := range found {
		list[i].Article = f.Article
		for _, p := range f.Excerpt {
			list[i].Excerpt += p.Text
		}
	}
	return list, err
}
