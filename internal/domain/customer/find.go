package customer

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/search"
)

// Found is a customer found by the search box.
type Found struct {
	ID       id.ID  `json:"id"`
	OrgID    id.ID  `json:"org_id"`
	Kind     Kind   `json:"kind"`
	Title    string `json:"title" doc:"name, masked as the caller's rights say"`
	Subtitle string `json:"subtitle" doc:"premise address"`
	Hint     string `json:"hint" doc:"customer number"`
	Masked   bool   `json:"masked"`
}

// maxFound bounds the results of the search box.
const maxFound = 20

// Search finds customers by what a user typed into one box (A4): two Chinese
// characters anywhere in name or address, one of a name, pinyin, initials, phone
// whole or last four digits, customer, account, meter or certificate number, or
// several of these. limit is at most 20. Permission: customer.list.
func (s *Service) Search(ctx context.Context, q string, limit int) (found []Found, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return nil, err
	}
	var hits []search.Hit
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		hits, err = s.findTx(tx, who.Scope, q, min(max(limit, 1), maxFound))
		return err
	})
	sight, found := SightOf(ctx), make([]Found, len(hits))
	for i, h := range hits {
		kind := Kind(strings.TrimPrefix(h.Kind, index+"."))
		found[i] = Found{ID: h.ObjectID, OrgID: h.OrgID, Kind: kind, Title: sight.Name(h.OrgID, h.ObjectID, kind, h.Title),
			Subtitle: sight.Address(h.OrgID, h.ObjectID, h.Subtitle), Hint: h.Hint, Masked: sight.Hides(h.OrgID, h.ObjectID, FieldCustomerName)}
	}
	return found, err
}

// FoundTx gives the customers of the scope that a query finds, for the lists of
// another module.
func (s *Service) FoundTx(tx *db.Tx, scope db.Scope, q string) ([]id.ID, error) {
	hits, err := s.findTx(tx, scope, q, search.Candidates)
	ids := make([]id.ID, len(hits))
	for i, h := range hits {
		ids[i] = h.ObjectID
	}
	return ids, err
}

func (s *Service) findTx(tx *db.Tx, scope db.Scope, q string, limit int) ([]search.Hit, error) {
	b := blinder{}
	for _, org := range scope.Orgs() {
		company, err := s.companyTx(tx, org)
		if err != nil {
			return nil, err
		}
		b[org] = company
	}
	terms := cn.ClassifyQuery(q)
	query := search.Query{Scope: scope, Index: index, Any: b.matches(terms), Limit: limit}
	for _, t := range terms {
		if t.Targets.Has(cn.TargetText) && t.Kind == cn.TermText {
			query.Rank = t.Text
			break
		}
	}
	return search.FindTx(tx, query)
}

// blinder makes blind indexes by company; nil for companies without keys.
type blinder map[id.ID]*crypt.Company

// maxMatches bounds the readings of a query; each costs a branch of the
// statement.
const maxMatches = 12

// matches are the readings of a query: of each term one alternative.
func (b blinder) matches(terms []cn.Term) []search.Match {
	var all []search.Match
	for _, t := range terms {
		alternatives := b.alternatives(t)
		switch {
		case len(alternatives) == 0:
		case len(all) == 0:
			all = alternatives
		default:
			var next []search.Match
			for _, a := range all {
				for _, m := range alternatives {
					next = append(next, both(a, m))
				}
			}
			all = next
		}
	}
	return all[:min(len(all), maxMatches)]
}

// both is the conjunction of two matches. Of two words in letters the name's
// pinyin begins with both in a row.
func both(a, m search.Match) search.Match {
	return search.Match{Grams: slices.Concat(a.Grams, m.Grams), Contains: slices.Concat(a.Contains, m.Contains),
		Exact: slices.Concat(a.Exact, m.Exact), Prefix: a.Prefix + m.Prefix}
}

// alternatives are what a term may mean.
func (b blinder) alternatives(t cn.Term) (all []search.Match) {
	if t.Targets&^(cn.TargetText|cn.TargetPinyin|cn.TargetInitials) != 0 {
		all = append(all, search.Match{Exact: []func(id.ID) []string{func(org id.ID) []string { return b.exact(org, t) }}})
	}
	if t.Targets.Has(cn.TargetPinyin) || t.Targets.Has(cn.TargetInitials) {
		for _, form := range t.Forms {
			all = append(all, search.Match{Prefix: form},
				search.Match{Exact: []func(id.ID) []string{func(id.ID) []string { return []string{search.Exact(tokenReading, form)} }}})
		}
	}
	if t.Targets.Has(cn.TargetText) {
		if grams := cn.QueryGrams(t.Text); len(grams) > 0 {
			m := search.Match{Grams: grams}
			if len(grams) > 1 || grams[0] != t.Text || utf8.RuneCountInString(t.Text) > 2 {
				m.Contains = []string{t.Text}
			}
			all = append(all, m)
		}
	}
	return all
}

// exact are the numbers a term may be, as tokens of a company.
func (b blinder) exact(org id.ID, t cn.Term) (tokens []string) {
	if t.Targets.Has(cn.TargetNumber) {
		for _, field := range []string{tokenNo, tokenAccount, tokenMeter} {
			tokens = append(tokens, search.Exact(field, t.Text))
		}
	}
	company := b[org]
	if company == nil {
		return tokens
	}
	blind := func(target cn.Target, token, kind, value string) {
		if t.Targets.Has(target) {
			tokens = append(tokens, search.Exact(token, company.Blind(kind, value)))
		}
	}
	blind(cn.TargetPhone, tokenPhone, blindPhone, t.Text)
	blind(cn.TargetPhoneTail, tokenTail, blindTail, t.Text)
	certificate := strings.ToUpper(t.Text)
	blind(cn.TargetCertificate, tokenCertificate, blindCertificate, certificate)
	if p, err := cn.ParseResidentID(certificate, cn.ResidentIDCheck{Legacy: true}); err == nil && p.Legacy {
		blind(cn.TargetCertificate, tokenCertificate, blindCertificate, p.Number)
	}
	return tokens
}
