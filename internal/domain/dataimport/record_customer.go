package dataimport

import (
	"errors"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/money"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
)

// readCustomer makes the draft of a customer. A missing name or kind matters only
// when the row makes one.
func (r *reader) readCustomer(rec *record) {
	v := rec.values
	rec.name = cn.Fold(v["name"])
	in := customer.CreateInput{CustomerNo: rec.customerNo, Kind: r.customerKind(rec), Name: v["name"], UnitID: rec.unit, Industry: v["industry"],
		Tags: v.list("tags"), Classes: v.prefixed(classPrefix), Fields: v.prefixed(fieldPrefix)}
	if in.Kind == customer.KindPerson {
		in.Person = v.person()
	} else {
		in.Organisation = v.organisation()
	}
	contacts, fields := v.contacts()
	in.Contacts = contacts
	if rec.certificate != "" {
		in.Certificates = []customer.CertificateInput{{Kind: rec.certificateKind, Number: rec.certificate, ValidUntil: v["certificate_until"]}}
	}
	if in.Kind == "" {
		rec.missing = append(rec.missing, Problem{Column: r.byField["kind"].letter, Field: "kind", Code: codeKindUnknown})
		in.Kind = customer.KindPerson
	}
	draft, err := in.Draft(r.check)
	var f *fault.Error
	if !errors.As(err, &f) {
		rec.draft = draft
		return
	}
	for _, field := range f.Fields {
		p := problemOf(field, r.byField, r.customerField(fields))
		if p.Field == "name" && p.Code == "required" || p.Field == "customer_no" { // the number of one who is there is what the program gave him
			rec.missing = append(rec.missing, p)
		} else {
			rec.problems = append(rec.problems, p)
		}
	}
}

// organisations' certificates; all other kinds are persons'.
func (r *reader) customerKind(rec *record) customer.Kind {
	v := rec.values
	has := func(fields ...string) bool {
		for _, f := range fields {
			if v[f] != "" {
				return true
			}
		}
		return false
	}
	switch {
	case v["kind"] != "":
		return customer.Kind(v["kind"])
	case rec.certificateKind == cn.KindUSCC || rec.certificateKind == cn.KindOrganisationCode:
		return customer.KindOrganisation
	case rec.certificateKind != "" || has("sex", "birth_date", "employer", "occupation") || v["account_class"] == "lv_res":
		return customer.KindPerson
	case has("legal_representative", "established_on", "registered_capital", "employees", "business_scope", "website") || v["account_class"] == "hv":
		return customer.KindOrganisation
	}
	return ""
}

func (v values) prefixed(prefix string) map[string]string {
	var found map[string]string
	for field, value := range v {
		if code, ok := strings.CutPrefix(field, prefix); ok {
			if found == nil {
				found = map[string]string{}
			}
			found[code] = value
		}
	}
	return found
}

func (v values) person() *customer.Person {
	p := customer.Person{Sex: cn.Sex(v["sex"]), BirthDate: v["birth_date"], Employer: v["employer"], Occupation: v["occupation"]}
	if p == (customer.Person{}) {
		return nil
	}
	return &p
}

func (v values) organisation() *customer.Organisation {
	o := customer.Organisation{LegalRepresentative: v["legal_representative"], EstablishedOn: v["established_on"],
		RegisteredCapitalFen: money.Fen(v.int64("registered_capital")), Employees: int(v.int64("employees")), BusinessScope: v["business_scope"], Website: v["website"]}
	if o == (customer.Organisation{}) {
		return nil
	}
	return &o
}

// contactFields are the fields of contacts in the order in which they are kept;
// the first phone is the primary one.
var contactFields = []struct {
	field string
	kind  customer.ContactKind
}{{"phone", customer.Phone}, {"phone_2", customer.Phone}, {"email", customer.Email}, {"wechat", customer.WeChat}, {"contact_address", customer.Address}}

// contacts are those of a row of a file of customers, with the fields they stand
// in.
func (v values) contacts() (contacts []customer.ContactInput, fields []string) {
	for _, c := range contactFields {
		if v[c.field] == "" {
			continue
		}
		for i, value := range severalIn(c.kind, v[c.field]) {
			in := customer.ContactInput{Kind: c.kind, Value: value, Primary: c.field == "phone" && i == 0}
			if c.kind == customer.Phone {
				in.Person = v["contact_person"]
			}
			contacts, fields = append(contacts, in), append(fields, c.field)
		}
	}
	return contacts, fields
}

// severalIn are the values of one cell. An export writes them with a semicolon and a
// space between; in an address other signs are its own.
func severalIn(kind customer.ContactKind, cell string) (all []string) {
	if kind != customer.Address {
		cell = strings.NewReplacer("；", "; ", ";", "; ").Replace(cell)
	}
	for part := range strings.SplitSeq(cell, "; ") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

// readContact reads a row of a file of contacts: one way to reach a customer.
// With several ways on a row the first counts and the others are refused.
func (r *reader) readContact(rec *record) {
	v := rec.values
	contacts, fields := v.contacts()
	if len(contacts) == 0 {
		r.reject(rec, "phone", "required")
		return
	}
	for _, f := range fields[1:] {
		r.reject(rec, f, codeOneContact)
	}
	rec.contact = contacts[0]
	rec.contact.Label, rec.contact.Person, rec.contact.Primary = v["contact_label"], v["contact_person"], v["contact_primary"] == "true"
	var bad *fault.Error
	value, err := customer.NormalContact(rec.contact, r.check)
	if errors.As(err, &bad) {
		rec.problems = append(rec.problems, problemOf(bad.Fields[0], r.byField, func(string) string { return fields[0] }))
	}
	rec.contact.Value = value
}
