package customer

import (
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/search"
)

// The search index of customers. A document's kind tells persons from
// organisations, because their names are masked differently.
const index = "customer"

func docKind(k Kind) string { return index + "." + string(k) }

// Fields of exact tokens.
const (
	tokenNo          = "no"
	tokenAccount     = "account"
	tokenMeter       = "meter"
	tokenPhone       = "phone"
	tokenTail        = "tail"
	tokenCertificate = "certificate"
	tokenReading     = "reading" // another reading of the name
)

// Kinds of blind index.
const (
	blindPhone       = "phone"
	blindTail        = "phone_tail"
	blindCertificate = "certificate"
)

// document is what a customer is found by (A4).
func document(company *crypt.Company, r row, t nameText, phones []cn.Phone, certificates []Certificate, parts Parts) search.Doc {
	doc := search.Doc{OrgID: r.OrgID, Index: index, Kind: docKind(r.Kind), ObjectID: r.ID, Title: r.Name, Hint: r.CustomerNo,
		Folded: t.folded, Pinyin: t.pinyin, Initials: t.initials, Grams: cn.Grams(t.folded)}
	for i, a := range parts.Addresses {
		if i == 0 {
			doc.Subtitle = a
		}
		a = cn.Fold(a)
		doc.Folded += "\n" + a
		doc.Grams = append(doc.Grams, cn.Bigrams(a)...)
	}
	doc.Exact = append(doc.Exact, search.Exact(tokenNo, number(r.CustomerNo)))
	for _, n := range parts.AccountNos {
		doc.Exact = append(doc.Exact, search.Exact(tokenAccount, number(n)))
	}
	for _, n := range parts.MeterNos {
		doc.Exact = append(doc.Exact, search.Exact(tokenMeter, number(n)))
	}
	for _, o := range t.others {
		doc.Exact = append(doc.Exact, search.Exact(tokenReading, o))
	}
	for _, p := range phones {
		doc.Exact = append(doc.Exact, phoneTokens(company, p)...)
	}
	for _, c := range certificates {
		doc.Exact = append(doc.Exact, search.Exact(tokenCertificate, company.Blind(blindCertificate, c.Number)))
	}
	return doc
}

// phoneTokens are of the whole number, of a landline also without its area
// code, and of the last four digits.
func phoneTokens(company *crypt.Company, p cn.Phone) []string {
	tokens := []string{
		search.Exact(tokenPhone, company.Blind(blindPhone, p.Number)),
		search.Exact(tokenTail, company.Blind(blindTail, p.LastFour())),
	}
	p.Extension = ""
	if _, local, ok := strings.Cut(p.Display(), "-"); ok && p.Kind == cn.PhoneLandline {
		tokens = append(tokens, search.Exact(tokenPhone, company.Blind(blindPhone, local)))
	}
	return tokens
}

// number folds a number people read, so that letter case does not matter.
func number(n string) string { return cn.Fold(n) }

func phonesOf(contacts []Contact) (phones []cn.Phone) {
	for _, c := range contacts {
		if c.Kind != Phone {
			continue
		}
		if p, err := cn.ParsePhone(c.Value, ""); err == nil {
			phones = append(phones, p)
		}
	}
	return phones
}

// ReindexTx makes customers of a company findable by what they are now. A module
// calls it after it changed what its SearchParts tell. Those merged or erased
// are taken out.
func (s *Service) ReindexTx(tx *db.Tx, org id.ID, customers ...id.ID) error {
	if len(customers) == 0 {
		return nil
	}
	company, err := s.Keys.CompanyTx(tx, org)
	if err != nil {
		return err
	}
	rows, err := customersByID(tx, db.ScopeOf(org), customers)
	if err != nil {
		return err
	}
	parts, err := s.partsTx(tx, org, customers)
	if err != nil {
		return err
	}
	var docs []search.Doc
	for _, r := range rows {
		for _, k := range []Kind{KindPerson, KindOrganisation} {
			if err := search.RemoveTx(tx, org, docKind(k), r.ID); err != nil {
				return err
			}
		}
		if r.gone() != nil {
			continue
		}
		record, err := r.open(company)
		if err != nil {
			return err
		}
		docs = append(docs, document(company, r, textOfName(r.Name, r.Kind), phonesOf(record.Contacts), record.Certificates, parts[r.ID]))
	}
	return search.AddTx(tx, docs)
}

func (s *Service) partsTx(tx *db.Tx, org id.ID, customers []id.ID) (map[id.ID]Parts, error) {
	if s.parts == nil {
		return nil, nil
	}
	return s.parts.SearchPartsTx(tx, org, customers)
}
