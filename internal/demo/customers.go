package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// batch is how many customers one transaction makes.
const batch = 500

// makeCustomers fills the companies one after another, oldest customers first.
func (b *builder) makeCustomers(ctx context.Context) error {
	share := (b.options.Customers + len(companies) - 1) / len(companies)
	for company, p := range companies {
		county := b.orgs[p.Code]
		b.now = max(b.now, b.end.Add(-time.Duration(690-company)*24*time.Hour))
		var n network
		if err := b.DB.Write(ctx, func(tx *db.Tx) error {
			n = b.world.network(company, share, tx.NewID)
			return b.Supply.CreateNetworkTx(tx, b.actor, county.ID, &n.Network)
		}); err != nil {
			return err
		}
		for first := 0; first < share; first += batch {
			part := partOf{company, first, min(first+batch, share)}
			if err := b.customers(ctx, county, &n, part); err != nil {
				return fmt.Errorf("customers of %s from %d: %w", p.Code, first, err)
			}
		}
	}
	return nil
}

type partOf struct{ company, first, end int }

// customers makes a part of a company's customers with their accounts.
func (b *builder) customers(ctx context.Context, county org.Org, n *network, part partOf) error {
	drawn := make([]Customer, 0, part.end-part.first)
	for i := part.first; i < part.end; i++ {
		drawn = append(drawn, b.world.Customer(part.company, i))
	}
	b.now = b.now.Add(6 * time.Hour)
	from := customer.Batch{OrgID: county.ID, Actor: b.actor, SourceType: "demo"}
	return b.DB.Write(ctx, func(tx *db.Tx) error {
		rows, accounts, energy := make([]customer.NewCustomer, len(drawn)), supply.Batch{}, []supply.Energy{}
		var was past
		for i, c := range drawn {
			draft, err := b.input(part.company, c, county).Draft(customer.Check{Today: string(tx.Now().Day())})
			if err != nil {
				return fmt.Errorf("%s: %w", c.Name, err)
			}
			rows[i] = customer.NewCustomer{Draft: draft, ID: tx.NewID(),
				Parts: customer.Parts{Addresses: []string{c.Address}, AccountNos: []string{c.Account.No}, MeterNos: []string{c.Account.MeterNo}}}
			account := n.account(&accounts, c, rows[i].ID, tx.NewID)
			energy = append(energy, b.world.consumption(part.company, c, account, b.options.Months)...)
			if b.options.History {
				was.add(b, part.company, county.ID, c, rows[i].ID, account)
				b.remember(part.company, c, rows[i].ID, &accounts)
			}
		}
		if _, err := b.Customers.CreateManyTx(tx, from, rows); err != nil {
			return err
		}
		if err := b.Supply.CreateManyTx(tx, b.actor, county.ID, &accounts); err != nil {
			return err
		}
		if _, err := b.Supply.LoadConsumptionTx(tx, b.actor, county.ID, energy); err != nil || !b.options.History {
			return err
		}
		return was.keepTx(tx, b, from)
	})
}

// input is the customer as a form would send him.
func (b *builder) input(company int, c Customer, county org.Org) customer.CreateInput {
	in := customer.CreateInput{Name: c.Name, UnitID: b.orgs[fmt.Sprintf("%s%02d", county.Code, 11+c.Town)].ID}
	if b.options.History {
		in.Tags, in.Fields, in.Classes = b.world.tags(company, c), b.world.fieldValues(company, c), classes(c)
	}
	for i, p := range c.Phones {
		in.Contacts = append(in.Contacts, customer.ContactInput{Kind: customer.Phone, Value: p, Primary: i == 0, Person: c.Contact})
	}
	if c.Email != "" {
		in.Contacts = append(in.Contacts, customer.ContactInput{Kind: customer.Email, Value: c.Email})
	}
	if c.Person {
		in.Kind = customer.KindPerson
		in.Person = &customer.Person{Sex: c.Sex, BirthDate: c.Birth}
		in.Certificates = []customer.CertificateInput{{Kind: cn.KindResidentID, Number: c.IDNumber}}
		return in
	}
	in.Kind = customer.KindOrganisation
	in.Organisation = &customer.Organisation{LegalRepresentative: c.Contact}
	in.Certificates = []customer.CertificateInput{{Kind: cn.KindUSCC, Number: c.IDNumber}}
	if c.Segment == Industry || c.Account.HighVolt {
		in.ManagerID = b.users["manager"+county.Code]
	}
	return in
}

// classes are the customer's where they are not the usual ones of his kind.
func classes(c Customer) map[string]string {
	switch {
	case c.Segment == Farm:
		return map[string]string{"product": "agriculture"}
	case c.Segment == Government:
		return map[string]string{"kind": "public_body"}
	case c.Segment == Industry && c.Account.CapacityVA >= largeIndustry:
		return map[string]string{"product": "large_industry"}
	}
	return nil
}
