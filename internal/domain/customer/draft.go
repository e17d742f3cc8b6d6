package customer

import (
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Draft is a new customer, checked and normalised; only CreateInput.Draft makes
// one.
type Draft struct {
	no       string
	kind     Kind
	name     string
	unit     id.ID
	manager  id.ID
	industry string
	record   Record
	classes  map[string]string
	tags     Tags
	fields   map[string]string
	text     nameText
	phones   []cn.Phone
}

// nameText is what a name costs most to compute.
type nameText struct {
	folded, sort, pinyin, initials string
	others                         []string // other readings, full and initials
}

func textOfName(name string, kind Kind) nameText {
	t := nameText{folded: cn.Fold(name), sort: cn.SortKey(name, kind.names())}
	t.pinyin, t.initials = cn.Pinyin(name, kind.names())
	if kind == KindPerson {
		if full, initials, ok := cn.OtherPinyin(name); ok {
			t.others = []string{full, initials}
		}
	}
	return t
}

// generatedNo is the shape of generated customer numbers, which nobody else may
// give.
var generatedNo = regexp.MustCompile(`^K[0-9]{7,}$`)

var customerNo = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_./-]*$`)

// Draft checks the input by itself and normalises it. The error lists every
// rejected field.
func (in CreateInput) Draft(check Check) (Draft, error) {
	d := Draft{no: strings.TrimSpace(in.CustomerNo), kind: in.Kind, name: strings.TrimSpace(in.Name), unit: in.UnitID, manager: in.ManagerID,
		industry: strings.TrimSpace(in.Industry), classes: in.Classes, fields: filledIn(in.Fields)}
	var v fault.Validation
	v.Check(in.Kind == KindPerson || in.Kind == KindOrganisation, "kind", "not_allowed", "allowed", "person, organisation")
	checkName(&v, d.name)
	checkNo(&v, d.no)
	checkIndustry(&v, d.industry)
	d.tags = checkTags(&v, in.Tags)
	d.record.Contacts, d.phones = checkContacts(&v, in.Contacts, nil, check)
	d.record.Certificates = checkCertificates(&v, in.Certificates, nil, check)
	d.record.Person, d.record.Organisation = in.Person, in.Organisation
	d.record.checkKind(&v, d.kind, check)
	if err := v.Err(); err != nil {
		return Draft{}, err
	}
	d.text = textOfName(d.name, d.kind)
	return d, nil
}

// filledIn leaves out what is blank.
func filledIn(fields map[string]string) map[string]string {
	all := make(map[string]string, len(fields))
	for code, value := range fields {
		if value = strings.TrimSpace(value); value != "" {
			all[code] = value
		}
	}
	return all
}

func checkName(v *fault.Validation, name string) {
	v.Check(cn.Fold(name) != "", "name", "required")
	v.Check(utf8.RuneCountInString(name) <= 100, "name", "too_long", "limit", 100)
	unmasked(v, "name", name)
}

func checkNo(v *fault.Validation, no string) {
	switch {
	case no == "":
	case !customerNo.MatchString(no) || len(no) > 32:
		v.Add("customer_no", "wrong_format")
	case generatedNo.MatchString(no):
		v.Add("customer_no", "customer_no_reserved")
	}
}

const maxIndustry = 50

func checkIndustry(v *fault.Validation, industry string) {
	v.Check(utf8.RuneCountInString(industry) <= maxIndustry, "industry", "too_long", "limit", maxIndustry)
}

// unmasked refuses a text its sender saw only masked and gives no longer for what
// it was.
func unmasked(v *fault.Validation, name, text string) {
	v.Check(!strings.ContainsRune(text, '*'), name, "masked")
}

const (
	maxTag  = 20
	maxTags = 30
)

func checkTags(v *fault.Validation, in []string) Tags {
	v.Check(len(in) <= maxTags, "tags", "too_many", "limit", maxTags)
	tags := make(Tags, 0, len(in))
	for i, t := range in {
		t = strings.TrimSpace(t)
		v.Check(t != "", fmt.Sprintf("tags[%d]", i), "required")
		v.Check(utf8.RuneCountInString(t) <= maxTag, fmt.Sprintf("tags[%d]", i), "too_long", "limit", maxTag)
		tags = append(tags, t)
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}

// checkKind gives the record the part its kind has, and takes sex and birth date
// from a resident ID where they are absent.
func (r *Record) checkKind(v *fault.Validation, kind Kind, check Check) {
	if kind == KindOrganisation {
		r.Person = nil
		if r.Organisation != nil {
			checkDay(v, "organisation.established_on", r.Organisation.EstablishedOn, check.Today)
			unmasked(v, "organisation.legal_representative", r.Organisation.LegalRepresentative)
		}
		return
	}
	r.Organisation = nil
	p := Person{}
	if r.Person != nil {
		p = *r.Person
	}
	unmasked(v, "person.employer", p.Employer)
	if !p.prove(v, r.Certificates, check.Blind) { // a certificate may tell a birth before the first day of the calendar
		checkDay(v, "person.birth_date", p.BirthDate, check.Today)
	}
	r.Person = nil
	if p != (Person{}) {
		r.Person = &p
	}
}

// prove holds a person to his resident IDs and takes from them what is absent. It
// tells whether one of them shows his date of birth.
func (p *Person) prove(v *fault.Validation, certificates []Certificate, blind bool) (proved bool) {
	for _, c := range certificates {
		if c.Kind != cn.KindResidentID {
			continue
		}
		parsed, err := cn.ParseCertificate(c.Kind, c.Number, cn.ResidentIDCheck{})
		if err != nil && c.Override == nil {
			continue
		}
		v.Check(blind || p.BirthDate == "" || p.BirthDate == parsed.Birth || c.Override != nil, "person.birth_date", "not_as_certificate")
		v.Check(blind || p.Sex == "" || p.Sex == parsed.Sex || c.Override != nil, "person.sex", "not_as_certificate")
		if p.BirthDate == "" {
			p.BirthDate = parsed.Birth
		}
		if p.Sex == "" {
			p.Sex = parsed.Sex
		}
		proved = proved || p.BirthDate == parsed.Birth
	}
	return proved
}

func checkDay(v *fault.Validation, name, day, today string) {
	if day == "" {
		return
	}
	_, err := when.ParseDay(day)
	switch {
	case err != nil:
		v.Add(name, "no_day")
	case today != "" && day > today:
		v.Add(name, "in_future")
	}
}

// checkContacts normalises contacts; before are those of the customer so far,
// whose values entries with an id may leave out.
func checkContacts(v *fault.Validation, in []ContactInput, before []Contact, check Check) (all []Contact, phones []cn.Phone) {
	seen, primary := map[string]bool{}, map[ContactKind]bool{}
	for i, c := range in {
		name := fmt.Sprintf("contacts[%d].value", i)
		hidden := false // a value the caller does not see
		contact := Contact{ID: c.ID, Kind: c.Kind, Value: strings.TrimSpace(c.Value), Label: strings.TrimSpace(c.Label),
			Person: strings.TrimSpace(c.Person), Primary: c.Primary && !primary[c.Kind]}
		if !c.ID.IsZero() {
			old, ok := knownOf(v, fmt.Sprintf("contacts[%d].id", i), before, seen, c.ID, func(b Contact) id.ID { return b.ID })
			if !ok {
				continue
			}
			hidden = contact.keep(old) && check.Blind
		}
		unmasked(v, fmt.Sprintf("contacts[%d].person", i), contact.Person)
		phone, ok := contact.normalise(v, name, check)
		if !ok {
			continue
		}
		key := string(contact.Kind) + contact.Value
		if seen[key] && !hidden {
			v.Add(name, "repeated")
		}
		seen[key] = seen[key] || !hidden // what the caller does not see is told by no repetition
		if contact.Kind == Phone {
			phones = append(phones, phone)
		}
		primary[c.Kind] = primary[c.Kind] || contact.Primary
		all = append(all, contact)
	}
	return all, phones
}

// knownOf finds the element an entry names, which no entry before has named.
func knownOf[T any](v *fault.Validation, name string, before []T, seen map[string]bool, own id.ID, key func(T) id.ID) (old T, ok bool) {
	if old, ok = find(before, func(b T) bool { return key(b) == own }); !ok {
		v.Add(name, "no_such")
		return old, false
	}
	if seen[own.String()] {
		v.Add(name, "repeated")
		return old, false
	}
	seen[own.String()] = true
	return old, true
}

// keep takes over what the caller left out or saw only masked, and tells whether the
// value is.
func (c *Contact) keep(old Contact) (kept bool) {
	if kept = c.Kind == old.Kind && (c.Value == "" || c.Value == old.masked().Value); kept {
		c.Value = old.Value
	}
	if c.Person == old.masked().Person {
		c.Person = old.Person
	}
	return kept
}

func (c *Contact) normalise(v *fault.Validation, name string, check Check) (phone cn.Phone, ok bool) {
	switch {
	case c.Value == "":
		v.Add(name, "required")
		return phone, false
	case c.Kind == Phone:
		p, err := cn.ParsePhone(c.Value, check.Area)
		if err != nil {
			addNumber(v, name, err)
			return phone, false
		}
		c.Value = p.Display()
		return p, true
	case c.Kind == Email:
		a, err := mail.ParseAddress(c.Value)
		if err != nil || a.Address != c.Value {
			v.Add(name, "no_email")
			return phone, false
		}
	case c.Kind != WeChat && c.Kind != Address:
		v.Add(strings.Replace(name, ".value", ".kind", 1), "not_allowed", "allowed", "phone, email, wechat, address")
		return phone, false
	}
	unmasked(v, name, c.Value)
	return phone, true
}

// addNumber records why a number was refused. The number itself is not repeated.
func addNumber(v *fault.Validation, name string, err error) {
	var bad *cn.InvalidError
	if !errors.As(err, &bad) {
		v.Add(name, "invalid")
		return
	}
	v.Add(name, "number_"+string(bad.Reason), "position", bad.Position)
}

func checkCertificates(v *fault.Validation, in []CertificateInput, before []Certificate, check Check) (all []Certificate) {
	seen := map[string]bool{}
	for i, c := range in {
		name := fmt.Sprintf("certificates[%d].number", i)
		hidden := false // a number the caller does not see
		cert := Certificate{ID: c.ID, Kind: c.Kind, Number: c.Number, ValidUntil: strings.TrimSpace(c.ValidUntil), Override: c.Override}
		if !c.ID.IsZero() {
			old, ok := knownOf(v, fmt.Sprintf("certificates[%d].id", i), before, seen, c.ID, func(b Certificate) id.ID { return b.ID })
			if !ok {
				continue
			}
			if c.Kind == old.Kind && (c.Number == "" || c.Number == old.masked().Number) {
				cert.Number, hidden = old.Number, check.Blind
				if c.Override == nil {
					cert.Override = old.Override
				}
			}
		}
		checkDay(v, fmt.Sprintf("certificates[%d].valid_until", i), cert.ValidUntil, "")
		if !cert.normalise(v, name, check) {
			continue
		}
		if seen[cert.Number] && !hidden {
			v.Add(name, "repeated")
			continue
		}
		seen[cert.Number] = seen[cert.Number] || !hidden
		all = append(all, cert)
	}
	return all
}

// normalise checks the number by the rules of its kind. A wrong check character
// passes with a reason and a proof.
func (c *Certificate) normalise(v *fault.Validation, name string, check Check) bool {
	if strings.TrimSpace(c.Number) == "" {
		v.Add(name, "required")
		return false
	}
	if strings.ContainsRune(c.Number, '*') {
		v.Add(name, "masked")
		return false
	}
	parsed, err := cn.ParseCertificate(c.Kind, c.Number, cn.ResidentIDCheck{Today: check.Today, Legacy: true})
	var bad *cn.InvalidError
	switch {
	case err == nil:
		c.Override = nil
	case !errors.As(err, &bad) || !bad.Overridable() || c.Override == nil:
		addNumber(v, name, err)
		return false
	case strings.TrimSpace(c.Override.Reason) == "" || strings.TrimSpace(c.Override.Proof) == "" && c.Override.ProofID.IsZero():
		v.Add(strings.Replace(name, ".number", ".override", 1), "override_proof")
		return false
	}
	c.Number = parsed.Number
	return true
}

func find[T any](all []T, is func(T) bool) (found T, ok bool) {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i], true
	}
	return found, false
}

// sorted orders identifiers and drops repeated ones, so that transactions lock
// rows in the same order.
func sorted(ids []id.ID) []id.ID {
	all := slices.Clone(ids)
	slices.SortFunc(all, id.ID.Compare)
	return slices.Compact(all)
}
