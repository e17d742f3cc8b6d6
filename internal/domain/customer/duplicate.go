package customer

import (
	"context"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/search"
)

// Candidate is a customer who may be the same one.
type Candidate struct {
	Ref
	Reasons []Reason `json:"reasons"`
}

// Reason says why a customer may be the same one. A name alone is none: names
// identify nobody.
type Reason string

// The reasons, the strongest first.
const (
	SameCertificate Reason = "certificate"
	SamePhone       Reason = "phone"
	SameName        Reason = "name"         // of organisations
	SameNameBirth   Reason = "name_birth"   // and date of birth
	SameNameAddress Reason = "name_address" // and contact address
	SameNameTail    Reason = "name_tail"    // and last four digits of a phone
)

const (
	maxCandidates = 10
	maxNamesakes  = 20
)

// probe is what a possible duplicate is looked for by.
type probe struct {
	self   id.ID // left out
	kind   Kind
	text   nameText
	record Record
	phones []cn.Phone
}

func (d Draft) probe() probe {
	return probe{kind: d.kind, text: d.text, record: d.record, phones: d.phones}
}

// duplicatesTx finds customers who may be the same one, the likeliest first.
func duplicatesTx(tx *db.Tx, company *crypt.Company, org id.ID, p probe) ([]Candidate, error) {
	rows, err := namesakes(tx, org, p.text.sort, maxNamesakes)
	if err != nil {
		return nil, err
	}
	numbered, err := sameNumberTx(tx, company, org, p)
	if err != nil {
		return nil, err
	}
	var found []Candidate
	for _, r := range append(rows, numbered...) {
		if r.ID == p.self || slices.ContainsFunc(found, func(c Candidate) bool { return c.ID == r.ID }) {
			continue
		}
		record, err := r.open(company)
		if err != nil {
			return nil, err
		}
		if reasons := p.reasons(r, record); len(reasons) > 0 {
			found = append(found, Candidate{r.ref(), reasons})
		}
	}
	slices.SortStableFunc(found, func(a, b Candidate) int { return strength(a) - strength(b) })
	return found[:min(len(found), maxCandidates)], nil
}

// sameNumberTx reads the customers who share a certificate or phone number. Each
// kind has its own share: a phone of many hides no certificate.
func sameNumberTx(tx *db.Tx, company *crypt.Company, org id.ID, p probe) ([]row, error) {
	ids, err := sameCertificateTx(tx, company, org, p.record.Certificates)
	if err != nil {
		return nil, err
	}
	phones, err := samePhoneTx(tx, company, org, p.phones)
	if err != nil || len(ids)+len(phones) == 0 {
		return nil, err
	}
	return customersByID(tx, db.ScopeOf(org), sorted(append(ids, phones...)))
}

func sameCertificateTx(tx *db.Tx, company *crypt.Company, org id.ID, certificates []Certificate) (ids []id.ID, err error) {
	if len(certificates) == 0 {
		return nil, nil
	}
	blinds := make([][]byte, len(certificates))
	for i, c := range certificates {
		blinds[i] = company.Blind(blindCertificate, c.Number)
	}
	refs, err := refsByCertificates(tx, org, blinds)
	for _, r := range refs[:min(len(refs), maxCandidates)] {
		ids = append(ids, r.ID)
	}
	return ids, err
}

func samePhoneTx(tx *db.Tx, company *crypt.Company, org id.ID, phones []cn.Phone) (ids []id.ID, err error) {
	if len(phones) == 0 {
		return nil, nil
	}
	tokens := make([]string, len(phones))
	for i, n := range phones {
		tokens[i] = search.Exact(tokenPhone, company.Blind(blindPhone, n.Number))
	}
	any := []search.Match{{Exact: []func(id.ID) []string{func(id.ID) []string { return tokens }}}}
	hits, err := search.FindTx(tx, search.Query{Scope: db.ScopeOf(org), Index: index, Any: any, Limit: maxCandidates})
	for _, h := range hits {
		ids = append(ids, h.ObjectID)
	}
	return ids, err
}

func (p probe) reasons(r row, other Record) (reasons []Reason) {
	add := func(ok bool, why Reason) {
		if ok {
			reasons = append(reasons, why)
		}
	}
	add(slices.ContainsFunc(p.record.Certificates, func(c Certificate) bool {
		return slices.ContainsFunc(other.Certificates, func(o Certificate) bool { return o.Number == c.Number })
	}), SameCertificate)
	phones := phonesOf(other.Contacts)
	add(share(p.phones, phones, func(n cn.Phone) string { return n.Number }), SamePhone)
	if r.Kind != p.kind || cn.Fold(r.Name) != p.text.folded {
		return reasons
	}
	if p.kind == KindOrganisation {
		add(true, SameName)
		return reasons
	}
	add(p.record.Person != nil && other.Person != nil && p.record.Person.BirthDate != "" && p.record.Person.BirthDate == other.Person.BirthDate, SameNameBirth)
	add(share(p.record.Contacts, other.Contacts, func(c Contact) string {
		if c.Kind != Address {
			return ""
		}
		return cn.Fold(c.Value)
	}), SameNameAddress)
	add(share(p.phones, phones, cn.Phone.LastFour), SameNameTail)
	return reasons
}

// share tells whether some of a and of b have the same key other than "".
func share[T any](a, b []T, key func(T) string) bool {
	return slices.ContainsFunc(a, func(x T) bool {
		k := key(x)
		return k != "" && slices.ContainsFunc(b, func(y T) bool { return key(y) == k })
	})
}

func strength(c Candidate) int {
	return slices.Index([]Reason{SameCertificate, SamePhone, SameName, SameNameBirth, SameNameAddress, SameNameTail}, c.Reasons[0])
}

// duplicatesError tells the caller of the candidates he may see.
func duplicatesError(ctx context.Context, found []Candidate) error {
	return ErrDuplicates.With("n", len(found), "candidates", visible(ctx, found))
}

// visible are the candidates as the caller may see them.
func visible(ctx context.Context, found []Candidate) []Candidate {
	who, _ := access.CallerOf(ctx).May(PermGet)
	sight, shown := SightOf(ctx), []Candidate{}
	for _, c := range found {
		if who.Scope.Has(c.OrgID) {
			c.Name = sight.Name(c.OrgID, c.ID, c.Kind, c.Name)
			shown = append(shown, c)
		}
	}
	return shown
}

func (r row) ref() Ref {
	return Ref{ID: r.ID, OrgID: r.OrgID, CustomerNo: r.CustomerNo, Kind: r.Kind, Status: r.Status, Name: r.Name, Version: r.Version}
}

// Check finds the customers a new one may be the same as, without making him.
func (s *Service) Check(ctx context.Context, in CreateInput) (found []Candidate, err error) {
	who, err := access.Allow(ctx, PermCheck)
	if err != nil {
		return nil, err
	}
	d, err := in.Draft(s.check())
	if err != nil {
		return nil, err
	}
	org, err := who.Scope.One(in.OrgID)
	if err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		company, err := s.companyTx(tx, org)
		if err != nil || company == nil {
			return err
		}
		found, err = duplicatesTx(tx, company, org, d.probe())
		return err
	})
	return visible(ctx, found), err
}
