package customer

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Sight is how much of personal data a caller sees: whole in the companies where
// he may by right, and of customers that were opened for him for a time (A6).
// Every place that shows personal data asks it, and what it shows whole is
// written down before the answer leaves.
type Sight struct {
	reader id.ID
	plain  db.Scope
	opened openings
	looks  *looks
}

// everything is the sight of what a module itself has to read whole.
func everything(org id.ID) Sight { return Sight{plain: db.ScopeOf(org)} }

// SightOf tells what the context's caller sees on the screen. What leaves, as a
// file or on paper, has the sight of its Release.
func SightOf(ctx context.Context) Sight {
	c := access.CallerOf(ctx)
	if c == nil {
		return Sight{}
	}
	who, _ := c.May(PermReveal)
	s := Sight{reader: c.UserID, plain: who.Scope}
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		s.opened, s.looks = v.opened, &v.looks
	}
	return s
}

// Sees tells whether a field of a customer is shown whole; no customer for what
// belongs to none.
func (s Sight) Sees(org, customer id.ID, f FieldName) bool {
	return s.sees(org, customer, f, SecrecyOf(f))
}

func (s Sight) sees(org, customer id.ID, f FieldName, class Secrecy) bool {
	if !class.masked() {
		return true
	}
	b, shown := s.basis(org, customer, f, class)
	if shown {
		s.looks.add(org, customer, f, b)
	}
	return shown
}

// Hides tells whether a field of a customer is masked, without showing it.
func (s Sight) Hides(org, customer id.ID, f FieldName) bool {
	class := SecrecyOf(f)
	_, shown := s.basis(org, customer, f, class)
	return class.masked() && !shown
}

// Serves puts down that a field of a customer is shown whole to who serves him on a basis.
func (s Sight) Serves(org, customer id.ID, b Basis, f FieldName) {
	if customer.IsZero() {
		b = Basis{} // it is found by the company
	}
	s.looks.add(org, customer, f, b)
}

// basis is what a field of a customer, of a class, is shown on.
func (s Sight) basis(org, customer id.ID, f FieldName, class Secrecy) (b Basis, shown bool) {
	if s.plain.Has(org) {
		return Basis{}, true
	}
	for _, o := range s.opened[customer] {
		if o.OrgID == org && o.shows(f, class) {
			return o.Basis, true
		}
	}
	return b, false
}

// Name shows the name of a customer.
func (s Sight) Name(org, customer id.ID, kind Kind, name string) string {
	masked := cn.MaskName(name, kind.names())
	if masked == name || s.Sees(org, customer, FieldCustomerName) {
		return name
	}
	return masked
}

// Address shows a premise or contact address.
func (s Sight) Address(org, customer id.ID, address string) string {
	masked := cn.MaskAddress(address)
	if masked == address || s.Sees(org, customer, FieldAddress) {
		return address
	}
	return masked
}

// Text shows free text about a customer: it is internal, but the numbers of people in
// it are as confidential as in their own fields. Its author reads what he wrote.
func (s Sight) Text(org, customer, author id.ID, text string) string {
	if author == s.reader && !author.IsZero() {
		return text
	}
	for _, m := range maskedInText {
		if masked := m.mask(text); masked != text && !s.Sees(org, customer, m.field) {
			text = masked
		}
	}
	return text
}

var maskedInText = []struct {
	field FieldName
	mask  func(string) string
}{{FieldCertificate, cn.MaskIDsIn}, {FieldPhone, cn.MaskPhonesIn}, {FieldEmail, cn.MaskEmailsIn}}

func (s Sight) base(b Base) Base {
	b.Name = s.Name(b.OrgID, b.ID, b.Kind, b.Name)
	_, whole := s.basis(b.OrgID, b.ID, "", Sensitive)
	b.Masked = !whole
	return b
}

func (s Sight) customer(c Customer) Customer {
	if all := s.opened[c.ID]; len(all) > 0 && all[0].Type != "" && !s.plain.Has(c.OrgID) {
		c.Opened = &all[0]
	}
	c.Base, c.Record = s.base(c.Base), s.record(c.Base, c.Record)
	return c
}

// record hides what the caller must not read.
func (s Sight) record(b Base, r Record) Record {
	m, sees := Record{}, func(f FieldName) bool { return s.Sees(b.OrgID, b.ID, f) }
	if r.Person != nil {
		p := *r.Person
		if p.BirthDate != "" && !sees(FieldBirthDate) {
			p.BirthDate = maskDay(p.BirthDate)
		}
		if p.Employer != "" && !sees(FieldEmployer) {
			p.Employer = maskText(p.Employer)
		}
		m.Person = &p
	}
	if r.Organisation != nil {
		o := *r.Organisation
		if o.LegalRepresentative != "" && !sees(FieldLegalRepresentative) {
			o.LegalRepresentative = cn.MaskName(o.LegalRepresentative, cn.PersonName)
		}
		m.Organisation = &o
	}
	for _, c := range r.Contacts {
		m.Contacts = append(m.Contacts, s.contact(b, c))
	}
	for _, c := range r.Certificates {
		if !sees(FieldCertificate) {
			c = c.masked()
		}
		m.Certificates = append(m.Certificates, c)
	}
	return m
}

func (s Sight) contact(b Base, c Contact) Contact {
	masked := c.masked()
	if !s.Sees(b.OrgID, b.ID, contactFields[c.Kind]) {
		c.Value = masked.Value
	}
	if c.Person != "" && !s.Sees(b.OrgID, b.ID, FieldContactPerson) {
		c.Person = masked.Person
	}
	return c
}
