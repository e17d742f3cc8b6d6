package dataimport

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
)

// customerUpdate is what a row changes of a customer who is there: what the row
// says; contacts, certificates and tags are added to those he has.
func (rec *record) customerUpdate(now customer.Customer, check customer.Check) (in customer.UpdateInput) {
	v := rec.values
	set := func(field string, is string, to **string) {
		if value := v[field]; value != "" && value != is {
			*to = &value
		}
	}
	set("name", now.Name, &in.Name)
	set("industry", now.Industry, &in.Industry)
	if kind := customer.Kind(v["kind"]); kind != "" && kind != now.Kind {
		in.Kind = &kind
	}
	if !rec.unit.IsZero() {
		in.UnitID = &rec.unit
	}
	in.Person, in.Organisation = v.personOver(now.Person), v.organisationOver(now.Organisation)
	in.Classes = rec.classesOver(now)
	if tags := v.list("tags"); len(tags) > 0 {
		all := append(slices.Clone(now.Tags), tags...)
		in.Tags = (*[]string)(&all)
	}
	in.Contacts = v.contactsOver(now.Contacts, check)
	in.Certificates = rec.certificatesOver(now.Certificates)
	return in
}

// classesOver are the classes the row gives to one who has others: the default of a
// scheme, which stands in every file, is chosen by nobody.
func (rec *record) classesOver(now customer.Customer) map[string]string {
	classes := rec.values.prefixed(classPrefix)
	if kind := customer.Kind(rec.values["kind"]); kind == "" || kind == now.Kind {
		maps.DeleteFunc(classes, func(scheme, class string) bool { return now.Classes[scheme] == class })
	}
	return classes
}

// over sets what the row says.
func (v values) over(field string, to *string) {
	if v[field] != "" {
		*to = v[field]
	}
}

func (v values) personOver(now *customer.Person) *customer.Person {
	if v.person() == nil {
		return nil
	}
	p := customer.Person{}
	if now != nil {
		p = *now
	}
	v.over("sex", (*string)(&p.Sex))
	v.over("birth_date", &p.BirthDate)
	v.over("employer", &p.Employer)
	v.over("occupation", &p.Occupation)
	return &p
}

func (v values) organisationOver(now *customer.Organisation) *customer.Organisation {
	said := v.organisation()
	if said == nil {
		return nil
	}
	o := customer.Organisation{}
	if now != nil {
		o = *now
	}
	v.over("legal_representative", &o.LegalRepresentative)
	v.over("established_on", &o.EstablishedOn)
	v.over("business_scope", &o.BusinessScope)
	v.over("website", &o.Website)
	if v["registered_capital"] != "" {
		o.RegisteredCapitalFen = said.RegisteredCapitalFen
	}
	if v["employees"] != "" {
		o.Employees = said.Employees
	}
	return &o
}

// kept are contacts as a change names those that stay.
func kept(now []customer.Contact) (all []customer.ContactInput) {
	for _, c := range now {
		all = append(all, customer.ContactInput(c))
	}
	return all
}

// contactsOver adds contacts the customer does not have; nil for none.
func (v values) contactsOver(now []customer.Contact, check customer.Check) *[]customer.ContactInput {
	all, added := kept(now), false
	said, _ := v.contacts()
	for _, c := range said {
		value, err := customer.NormalContact(c, check)
		if err == nil && slices.ContainsFunc(all, func(is customer.ContactInput) bool { return is.Kind == c.Kind && is.Value == value }) {
			continue
		}
		c.Primary = c.Primary && !slices.ContainsFunc(all, func(is customer.ContactInput) bool { return is.Kind == c.Kind && is.Primary })
		all, added = append(all, c), true
	}
	if !added {
		return nil
	}
	return &all
}

func (rec *record) certificatesOver(now []customer.Certificate) *[]customer.CertificateInput {
	until := rec.values["certificate_until"]
	if rec.certificate == "" {
		return nil
	}
	var all []customer.CertificateInput
	has, changed := false, false
	for _, c := range now {
		in := customer.CertificateInput(c)
		if c.Number == rec.certificate {
			has = true
			if until != "" && until != c.ValidUntil {
				in.ValidUntil, changed = until, true
			}
		}
		all = append(all, in)
	}
	if !has {
		all, changed = append(all, customer.CertificateInput{Kind: rec.certificateKind, Number: rec.certificate, ValidUntil: until}), true
	}
	if !changed {
		return nil
	}
	return &all
}

// accountUpdate is what a row changes of an account that is there.
func (w *work) accountUpdate(rec *record, c decision) func(supply.Account, supply.PremiseInput) (supply.AccountInput, supply.PremiseInput) {
	return func(now supply.Account, at supply.PremiseInput) (supply.AccountInput, supply.PremiseInput) {
		a := now.AccountInput
		rec.values.fillAccount(&a)
		a.AccountNo = now.AccountNo
		if w.imp.Kind == Accounts && !c.owner.ID.IsZero() {
			a.CustomerID = c.owner.ID
		}
		if !rec.unit.IsZero() {
			a.UnitID = rec.unit
		}
		if d := supply.NormalNumber(rec.values["district_no"]); d != "" {
			a.DistrictID = w.decider.found.districts[d]
		}
		if l := supply.NormalNumber(rec.values["line_no"]); l != "" {
			a.LineID = w.decider.found.lines[l]
		}
		rec.values.over("address", &at.Address)
		rec.values.over("postcode", &at.Postcode)
		return a, at
	}
}

// contactFate is what became of a row of a file of contacts.
type contactFate struct {
	row     int
	added   bool
	changed bool
	skipped string // code
	full    bool
}

// maxContacts is how many contacts a customer may have, as the API has it.
const maxContacts = 20

// addContact adds the row to the change of its customer; several rows of one
// make one change.
func (w *work) addContact(rec *record, owner id.ID) {
	at := len(w.contacts)
	w.contacts = append(w.contacts, contactFate{row: rec.row})
	put := func(all []customer.ContactInput) []customer.ContactInput {
		w.contacts[at], all = w.putContact(w.contacts[at], rec.contact, all)
		return all
	}
	for i := range w.customers {
		if w.customers[i].ID == owner {
			before := w.customers[i].Input
			w.customers[i].Input = func(now customer.Customer) customer.UpdateInput {
				in := before(now)
				all := put(*in.Contacts)
				in.Contacts = &all
				return in
			}
			return
		}
	}
	w.customers = append(w.customers, customer.UpdateOne{ID: owner, Input: func(now customer.Customer) customer.UpdateInput {
		all := put(kept(now.Contacts))
		return customer.UpdateInput{Contacts: &all}
	}})
	w.updating = append(w.updating, rec.row)
}

// putContact adds a contact, or changes label, person and preference of the same
// one.
func (w *work) putContact(f contactFate, c customer.ContactInput, all []customer.ContactInput) (contactFate, []customer.ContactInput) {
	i := slices.IndexFunc(all, func(is customer.ContactInput) bool { return is.Kind == c.Kind && is.Value == c.Value })
	switch {
	case i < 0 && !w.imp.Mode.creates():
		f.skipped = codeNotThere
		return f, all
	case i >= 0 && !w.imp.Mode.updates():
		f.skipped = codeExists
		return f, all
	case i < 0 && len(all) >= maxContacts:
		f.full = true
		return f, all
	}
	if c.Primary {
		for j := range all {
			all[j].Primary = all[j].Primary && all[j].Kind != c.Kind
		}
	}
	if i < 0 {
		f.added = true
		return f, append(all, c)
	}
	was := all[i]
	all[i].Label, all[i].Person = cmp.Or(c.Label, was.Label), cmp.Or(c.Person, was.Person)
	all[i].Primary = was.Primary || c.Primary
	f.changed = all[i] != was
	return f, all
}

// changedRow is a record the import has changed, for taking it back.
type changedRow struct {
	object  string
	id      id.ID
	row     int
	version int64
	before  []byte // as the archive needs it; of customers sealed by their key
}

// The objects of changed rows.
const (
	objectCustomer = "customer"
	objectAccount  = "account"
)

// updateCustomers changes the customers who are there.
func (w *work) updateCustomers() error {
	done, err := w.s.Customers.UpdateManyTx(w.tx, w.actor, w.imp.OrgID, w.reader.check, w.customers, w.dry)
	if err != nil {
		return err
	}
	bad := badRows{}
	for i, u := range done {
		row := w.updating[i]
		if p, refused := w.refusedOne(row, u.Err, w.reader.customerField(nil)); refused {
			bad[row] = p
			continue
		}
		if u.Err != nil {
			return u.Err
		}
		if u.Changed {
			w.changed = append(w.changed, changedRow{object: objectCustomer, id: u.ID, row: row, version: u.Version, before: u.Before})
		}
	}
	for _, f := range w.contacts {
		if f.full {
			bad[f.row] = Problem{Row: f.row, Field: "phone", Code: codeTooManyContacts, Params: map[string]any{"limit": maxContacts}}
		}
	}
	if len(bad) > 0 {
		return bad
	}
	return nil
}

// refusedOne makes a problem of a foreseen error of one record.
func (w *work) refusedOne(row int, err error, fieldOf func(string) string) (Problem, bool) {
	var f *fault.Error
	if !errors.As(err, &f) {
		return Problem{}, false
	}
	if len(f.Fields) > 0 {
		p := problemOf(f.Fields[0], w.reader.byField, fieldOf)
		p.Row = row
		return p, true
	}
	return Problem{Row: row, Code: f.Code, Params: f.Params}, true
}

// updateAccounts changes the accounts that are there.
func (w *work) updateAccounts() error {
	done, err := w.s.Supply.UpdateAccountsTx(w.tx, w.actor, w.imp.OrgID, w.accounts, w.dry)
	if err != nil {
		return err
	}
	bad := badRows{}
	for i, u := range done {
		row := w.altering[i]
		if p, refused := w.refusedOne(row, u.Err, supplyField); refused {
			bad[row] = p
			continue
		}
		if u.Err != nil {
			return u.Err
		}
		if !u.Changed {
			continue
		}
		before, err := json.Marshal(u)
		if err != nil {
			return fmt.Errorf("dataimport: %w", err)
		}
		w.changed = append(w.changed, changedRow{object: objectAccount, id: u.ID, row: row, version: u.Version, before: before})
	}
	if len(bad) > 0 {
		return bad
	}
	return nil
}
