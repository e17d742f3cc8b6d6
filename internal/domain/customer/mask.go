package customer

import (
	"context"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Sight is how much of personal data a caller sees. Every place that shows some
// asks it; whatever decides about looking up archives (A6) is put in here.
type Sight struct{ plain db.Scope }

// SightOf tells what the context's caller sees.
func SightOf(ctx context.Context) Sight {
	c := access.CallerOf(ctx)
	if c == nil {
		return Sight{}
	}
	who, _ := c.May(PermReveal)
	return Sight{who.Scope}
}

// Plain tells whether personal data of the company's customers is shown whole.
func (s Sight) Plain(org id.ID) bool { return s.plain.Has(org) }

// Name shows a customer's name.
func (s Sight) Name(org id.ID, kind Kind, name string) string {
	if s.Plain(org) {
		return name
	}
	return cn.MaskName(name, kind.names())
}

// Address shows a premise or contact address.
func (s Sight) Address(org id.ID, address string) string {
	if s.Plain(org) {
		return address
	}
	return cn.MaskAddress(address)
}

func (s Sight) base(b Base) Base {
	if s.Plain(b.OrgID) {
		return b
	}
	b.Name, b.Masked = cn.MaskName(b.Name, b.Kind.names()), true
	return b
}

func (s Sight) customer(c Customer) Customer {
	if s.Plain(c.OrgID) {
		return c
	}
	c.Base, c.Record = s.base(c.Base), c.masked()
	return c
}

// masked hides what a caller without the right must not read.
func (r Record) masked() Record {
	m := Record{}
	if r.Person != nil {
		p := *r.Person
		p.BirthDate = maskDay(p.BirthDate)
		p.Employer = maskText(p.Employer)
		m.Person = &p
	}
	if r.Organisation != nil {
		o := *r.Organisation
		o.LegalRepresentative = cn.MaskName(o.LegalRepresentative, cn.PersonName)
		m.Organisation = &o
	}
	for _, c := range r.Contacts {
		m.Contacts = append(m.Contacts, c.masked())
	}
	for _, c := range r.Certificates {
		m.Certificates = append(m.Certificates, c.masked())
	}
	return m
}

func (c Contact) masked() Contact {
	switch c.Kind {
	case Phone:
		c.Value = cn.MaskPhone(c.Value)
	case Email:
		c.Value = cn.MaskEmail(c.Value)
	case Address:
		c.Value = cn.MaskAddress(c.Value)
	default:
		c.Value = maskText(c.Value)
	}
	if c.Person != "" {
		c.Person = cn.MaskName(c.Person, cn.PersonName)
	}
	return c
}

func (c Certificate) masked() Certificate {
	c.Number = cn.MaskCertificate(c.Kind, c.Number)
	return c
}

// maskDay keeps the year.
func maskDay(day string) string {
	if len(day) < 5 {
		return day
	}
	return day[:5] + "**-**"
}

// maskText hides a text of no known form altogether.
func maskText(s string) string {
	if s == "" {
		return ""
	}
	return strings.Repeat("*", 4)
}
