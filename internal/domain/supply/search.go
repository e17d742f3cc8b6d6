package supply

import (
	"context"
	"regexp"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
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
	return hits, s.DB.Read(ctx, func(tx *db.Tx) error { hits, err = findNetwork(tx, who.Scope, q, limit); return err })
}

func findNetwork(tx *db.Tx, scope db.Scope, q string, limit int) ([]search.Hit, error) {
	return search.FindTx(tx, search.Query{Scope: scope, Index: searchIndex, Any: networkMatches(cn.ClassifyQuery(q)), Rank: cn.Fold(q), Limit: limit})
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

// minFound is how much of a number of an account or meter one must know to find it
// in the search box: less is the end of a phone.
const minFound = 5

// FindNumbered finds accounts and meters by the beginning of their number, and
// accounts by a whole number they had before; at most limit of each.
func (s *Service) FindNumbered(ctx context.Context, q string, limit int) (hits []search.Hit, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return nil, err
	}
	number := NormalNumber(q)
	if len(number) < minFound || !numberLike.MatchString(number) {
		return nil, nil
	}
	see := customer.SightOf(ctx)
	return hits, s.DB.Read(ctx, func(tx *db.Tx) error {
		found, err := s.numberedTx(tx, who.Scope, number, limit)
		if err != nil {
			return err
		}
		hung, _, err := readPage(tx, s, meterNoun, who.Scope, meterList{Q: number}, "", limit)
		if err != nil {
			return err
		}
		if err := nameTx(tx, s, meterNoun, see, hung); err != nil {
			return err
		}
		hits = numberedHits(see, number, found, hung)
		return nil
	})
}

// numberLike is text that may be a number of an account or a meter.
var numberLike = regexp.MustCompile(`^[0-9A-Z-]*[0-9][0-9A-Z-]*$`)

// numberedTx reads the accounts whose number begins so, else the one that had it.
func (s *Service) numberedTx(tx *db.Tx, scope db.Scope, number string, limit int) ([]Account, error) {
	found, _, err := readPage(tx, s, accountNoun, scope, accountList{Q: number}, "", limit)
	if err != nil || len(found) > 0 {
		return found, err
	}
	former, err := accountList{Number: number}.resolve(s, tx, scope)
	if err != nil {
		return nil, err
	}
	found, _, err = readPage(tx, s, accountNoun, scope, former, "", limit)
	return found, err
}

func numberedHits(see customer.Sight, number string, found []Account, hung []Meter) []search.Hit {
	hits := make([]search.Hit, 0, len(found)+len(hung))
	for i := range found {
		a := &found[i]
		maskAccount(see, a)
		hit := search.Hit{OrgID: a.OrgID, Kind: objectAccount, ObjectID: a.ID, Title: a.AccountNo, Subtitle: a.Name}
		if !strings.HasPrefix(a.AccountNo, number) {
			hit.Hint = number
		}
		hits = append(hits, hit)
	}
	for _, m := range hung {
		hits = append(hits, search.Hit{OrgID: m.OrgID, Kind: meterNoun.object, ObjectID: m.ID, Title: m.AssetNo, Subtitle: m.Names.Account, Hint: m.Names.AccountNo})
	}
	return hits
}
