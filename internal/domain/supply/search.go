package supply

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/search"
)

// The search index of the network. A document's kind is that of its node, or
// "equipment".
const (
	searchIndex   = "network"
	kindEquipment = "equipment"
	tokenNo       = "no"
)

// minNoPrefix is how much of a number one must know to find it by its beginning.
const minNoPrefix = 3

func networkDoc(h Head, kind, no, name, subtitle string) search.Doc {
	folded := cn.Fold(name)
	full, initials := cn.Pinyin(name, cn.PlaceName)
	doc := search.Doc{OrgID: h.OrgID, Index: searchIndex, Kind: kind, ObjectID: h.ID, Title: name, Subtitle: subtitle, Hint: no,
		Folded: folded + "\n" + cn.Fold(subtitle), Pinyin: full, Initials: initials, Grams: append(cn.Grams(folded), cn.Bigrams(subtitle)...)}
	runes := []rune(no)
	for n := min(minNoPrefix, len(runes)); n <= len(runes); n++ {
		doc.Exact = append(doc.Exact, search.Exact(tokenNo, string(runes[:n])))
	}
	return doc
}

func (s *Substation) doc() search.Doc {
	return networkDoc(s.Head, string(NodeSubstation), s.No, s.Name, s.Address)
}

func (l *Line) doc() search.Doc { return networkDoc(l.Head, string(NodeLine), l.No, l.Name, "") }

func (d *District) doc() search.Doc {
	return networkDoc(d.Head, string(NodeDistrict), d.No, d.Name, d.Address)
}

func (e *Equipment) doc() search.Doc { return networkDoc(e.Head, kindEquipment, e.No, e.Name, e.Model) }

func (n *Network) docs() []search.Doc {
	docs := make([]search.Doc, 0, len(n.Substations)+len(n.Lines)+len(n.Districts)+len(n.Equipment))
	for i := range n.Substations {
		docs = append(docs, n.Substations[i].doc())
	}
	for i := range n.Lines {
		docs = append(docs, n.Lines[i].doc())
	}
	for i := range n.Districts {
		docs = append(docs, n.Districts[i].doc())
	}
	for i := range n.Equipment {
		docs = append(docs, n.Equipment[i].doc())
	}
	return docs
}

// SearchNetwork finds substations, lines, districts and equipment by a fragment
// of the name, pinyin, pinyin initials or the beginning of the number, best
// first; at most limit.
func (s *Service) SearchNetwork(ctx context.Context, q string, limit int) (hits []search.Hit, err error) {
	who, err := access.Allow(ctx, PermTrace)
	if err != nil {
		return nil, err
	}
	matches := networkMatches(cn.ClassifyQuery(q))
	return hits, s.DB.Read(ctx, func(tx *db.Tx) error {
		hits, err = search.FindTx(tx, search.Query{Scope: who.Scope, Index: searchIndex, Any: matches, Rank: cn.Fold(q), Limit: limit})
		return err
	})
}

// networkMatches are the ways to read the query: every term as text, as pinyin,
// or as a number.
func networkMatches(terms []cn.Term) []search.Match {
	if len(terms) == 0 {
		return nil
	}
	var text, number search.Match
	for _, t := range terms {
		text.Grams = append(text.Grams, cn.QueryGrams(t.Text)...)
		text.Contains = append(text.Contains, t.Text)
		number.Exact = append(number.Exact, exactly(search.Exact(tokenNo, NormalNumber(t.Text))))
	}
	matches := []search.Match{text, number}
	if len(terms) == 1 {
		for _, form := range terms[0].Forms {
			matches = append(matches, search.Match{Prefix: form})
		}
	}
	return matches
}

func exactly(token string) func(id.ID) []string {
	return func(id.ID) []string { return []string{token} }
}
