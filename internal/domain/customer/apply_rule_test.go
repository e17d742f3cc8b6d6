package customer

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

// refused lists what an error rejects as "name=code name=code".
func refused(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return fmt.Sprint(err)
	}
	var all []string
	for _, x := range f.Fields {
		all = append(all, x.Name+"="+x.Code)
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

var (
	phoneID, mailID, cardID, bookID = id.ID{1}, id.ID{2}, id.ID{3}, id.ID{4}
	resident, _                     = cn.SyntheticResidentID(cn.UnassignedRegion, "1990-05-06", 7)
)

// known is a customer with two contacts and two certificates.
func known() stored {
	return stored{row{Base: Base{Kind: KindPerson, Status: Active, Name: "欧阳文渊", Industry: "渔业", Classes: Classes{}, CustomerNo: "K0000001"}}, Record{
		Person:       &Person{Sex: cn.Male, BirthDate: "1990-05-06", Employer: "供销社"},
		Contacts:     []Contact{{ID: phoneID, Kind: Phone, Value: "15400001234", Person: "李四", Primary: true}, {ID: mailID, Kind: Email, Value: "wen@example.com"}},
		Certificates: []Certificate{{ID: cardID, Kind: cn.KindResidentID, Number: resident}, {ID: bookID, Kind: cn.KindOther, Number: "军字第4711号"}},
	}}
}

func TestChangesAreRefused(t *testing.T) {
	text := func(s string) *string { return &s }
	kept := ContactInput{ID: phoneID, Kind: Phone}
	for name, c := range map[string]struct {
		in   UpdateInput
		want string
	}{
		"a contact twice":                {UpdateInput{Contacts: &[]ContactInput{kept, {ID: phoneID, Kind: Phone, Value: "15400005678"}}}, "contacts[1].id=repeated"},
		"a certificate twice":            {UpdateInput{Certificates: &[]CertificateInput{{ID: bookID, Kind: cn.KindOther}, {ID: bookID, Kind: cn.KindOther, Number: "军字第9号"}}}, "certificates[1].id=repeated"},
		"a masked certificate as new":    {UpdateInput{Certificates: &[]CertificateInput{{Kind: cn.KindOther, Number: "军*******号"}}}, "certificates[0].number=masked"},
		"a masked number of other kind":  {UpdateInput{Certificates: &[]CertificateInput{{ID: bookID, Kind: cn.KindPassport, Number: "军*******号"}}}, "certificates[0].number=masked"},
		"a masked person as new":         {UpdateInput{Contacts: &[]ContactInput{{Kind: Phone, Value: "15400005678", Person: "李*"}}}, "contacts[0].person=masked"},
		"another's masked person":        {UpdateInput{Contacts: &[]ContactInput{{ID: mailID, Kind: Email, Person: "李*"}}}, "contacts[0].person=masked"},
		"another's masked phone":         {UpdateInput{Contacts: &[]ContactInput{{ID: phoneID, Kind: Phone, Value: "154****9999"}}}, "contacts[0].value=number_character"},
		"a masked name of another shape": {UpdateInput{Name: text("欧*渊")}, "name=masked"},
		"a masked year":                  {UpdateInput{Person: &Person{BirthDate: "1991-**-**"}}, "person.birth_date=no_day person.birth_date=not_as_certificate"},
		"another birth date":             {UpdateInput{Person: &Person{BirthDate: "1990-05-07"}}, "person.birth_date=not_as_certificate"},
		"a masked employer of nobody's":  {UpdateInput{Person: &Person{Employer: "供**"}}, "person.employer=masked"},
		"a kept value for another kind":  {UpdateInput{Contacts: &[]ContactInput{{ID: phoneID, Kind: Email}}}, "contacts[0].value=required"},
		"a generated number":             {UpdateInput{CustomerNo: text("K0000002")}, "customer_no=customer_no_reserved"},
		"his own generated number":       {UpdateInput{CustomerNo: text("K0000001")}, "<nil>"},
		"no number":                      {UpdateInput{CustomerNo: text(" ")}, "customer_no=required"},
		"nothing":                        {UpdateInput{}, "<nil>"},
		"thirty-one tags":                {UpdateInput{Tags: ptrTo(numbered(31))}, "tags=too_many"},
		"an industry beyond measure":     {UpdateInput{Industry: text(strings.Repeat("渔", 51))}, "industry=too_long"},
	} {
		if _, err := known().apply(c.in, &settings{}, today); refused(err) != c.want {
			t.Errorf("%s: %s, want %s", name, refused(err), c.want)
		}
	}
}

func ptrTo[T any](v T) *T { return &v }

func numbered(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf("标签%02d", i))
	}
	return all
}

func TestChangesKeepWhatWasLeftOut(t *testing.T) {
	contacts, certificates := form(Customer{Record: known().record}).Contacts, form(Customer{Record: known().record}).Certificates
	for name, c := range map[string]struct {
		in   UpdateInput
		want func(c *stored)
	}{
		"a value left out":              {UpdateInput{Contacts: &[]ContactInput{{ID: phoneID, Kind: Phone, Person: "李四", Primary: true}, {ID: mailID, Kind: Email}}}, func(*stored) {}},
		"a number left out":             {UpdateInput{Certificates: &[]CertificateInput{{ID: cardID, Kind: cn.KindResidentID}, {ID: bookID, Kind: cn.KindOther}}}, func(*stored) {}},
		"spaces around the industry":    {UpdateInput{Industry: ptrTo("  渔业 ")}, func(*stored) {}},
		"the person one asks for goes":  {UpdateInput{Contacts: &[]ContactInput{{ID: phoneID, Kind: Phone, Primary: true}, (*contacts)[1]}}, func(c *stored) { c.record.Contacts[0].Person = "" }},
		"one contact goes":              {UpdateInput{Contacts: &[]ContactInput{(*contacts)[1]}}, func(c *stored) { c.record.Contacts = c.record.Contacts[1:] }},
		"the order turns":               {UpdateInput{Contacts: &[]ContactInput{(*contacts)[1], (*contacts)[0]}}, func(c *stored) { slices.Reverse(c.record.Contacts) }},
		"all certificates go":           {UpdateInput{Certificates: &[]CertificateInput{}}, func(c *stored) { c.record.Certificates = nil }},
		"a certificate ends":            {UpdateInput{Certificates: &[]CertificateInput{{ID: cardID, Kind: cn.KindResidentID, ValidUntil: "2030-01-31"}, (*certificates)[1]}}, func(c *stored) { c.record.Certificates[0].ValidUntil = "2030-01-31" }},
		"born as the certificate says":  {UpdateInput{Person: &Person{Employer: "供销社"}}, func(*stored) {}},
		"his sex and birth are masked":  {UpdateInput{Person: &Person{Sex: cn.Male, BirthDate: "1990-**-**", Employer: "****"}}, func(*stored) {}},
		"an organisation's part of one": {UpdateInput{Organisation: &Organisation{Employees: 3}}, func(*stored) {}},
		"he becomes an organisation": {UpdateInput{Kind: ptrTo(KindOrganisation), Name: ptrTo("欧阳商行"), Organisation: &Organisation{LegalRepresentative: "王大明"}}, func(c *stored) {
			c.Kind, c.Name, c.record.Person, c.record.Organisation = KindOrganisation, "欧阳商行", nil, &Organisation{LegalRepresentative: "王大明"}
		}},
	} {
		after, err := known().apply(c.in, &settings{}, today)
		want := known()
		c.want(&want)
		if err != nil || words(after) != words(want) {
			t.Errorf("%s: %v\nis   %s\nwant %s", name, err, words(after), words(want))
		}
	}
}

func words(b stored) string { return fmt.Sprint(sortedValues(flatten(b.snapshot()))) }

func sortedValues(m map[string]string) (all []string) {
	for _, k := range sortedKeys(m) {
		all = append(all, k+"="+m[k])
	}
	return all
}

// Classes are held to the schemes of today, but one that was given before it was
// retired, or its scheme hidden, may be sent back.
func TestClassesThatStayAreNotRefused(t *testing.T) {
	set := &settings{schemes: []Scheme{
		{Code: "relation", Active: true, SchemeBody: SchemeBody{DefaultPerson: "new", Classes: []Class{{Code: "new"}, {Code: "old", Retired: true}, {Code: "vip"}}}},
		{Code: "size", SchemeBody: SchemeBody{DefaultPerson: "small", Classes: []Class{{Code: "small"}, {Code: "large"}}}},
	}}
	for name, c := range map[string]struct {
		has, sent Classes
		want      string
	}{
		"a retired one stays":             {Classes{"relation": "old"}, Classes{"relation": "old"}, "relation:old"},
		"a retired one is left out":       {Classes{"relation": "old"}, nil, "relation:old"},
		"a retired one is left behind":    {Classes{"relation": "old"}, Classes{"relation": "vip"}, "relation:vip"},
		"a retired one is given":          {Classes{"relation": "vip"}, Classes{"relation": "old"}, "classes.relation=no_such"},
		"one of a hidden scheme stays":    {Classes{"size": "large"}, Classes{"size": "large", "relation": "vip"}, "relation:vip size:large"},
		"one of a hidden scheme is given": {Classes{}, Classes{"size": "large"}, "classes.size=no_such"},
		"an unknown scheme":               {Classes{}, Classes{"shape": "round"}, "classes.shape=no_such"},
		"an unknown class":                {Classes{}, Classes{"relation": "round"}, "classes.relation=no_such"},
		"the default by choice":           {Classes{}, Classes{"relation": "new"}, "relation:new"},
	} {
		b := known()
		b.Classes = c.has
		after, err := b.apply(UpdateInput{Classes: c.sent}, set, today)
		got := refused(err)
		if err == nil {
			got = strings.TrimSuffix(strings.TrimPrefix(fmt.Sprint(map[string]string(after.Classes)), "map["), "]")
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// Inputs whose normal form was once refused when it came back.
func TestWhatIsKeptIsTakenAgain(t *testing.T) {
	for name, in := range map[string]CreateInput{
		"an extension of six digits":  {Contacts: []ContactInput{{Kind: Phone, Value: "0578-2123456 转 123456"}}},
		"an extension of five digits": {Contacts: []ContactInput{{Kind: Phone, Value: "0578-2123456 转 12345"}}},
		"an extension of a mobile":    {Contacts: []ContactInput{{Kind: Phone, Value: "154 0000 1234 #99"}}},
		"a birth before 1900":         {Certificates: []CertificateInput{{Kind: cn.KindResidentID, Number: "590100900506999"}}},
		"a number proved otherwise": {Certificates: []CertificateInput{{Kind: cn.KindResidentID, Number: resident[:17] + string('0'+(resident[17]-'0'+1)%10),
			Override: &Override{Reason: "老证", Proof: "户口簿"}}}},
		"an old foreigner's card": {Certificates: []CertificateInput{{Kind: cn.KindForeignResident, Number: "usa 1234 5678 9012"}}},
	} {
		in.Kind, in.Name = KindPerson, "王芳"
		d, err := in.Draft(today)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		b := stored{row{Base: Base{Kind: KindPerson, Name: "王芳", Classes: Classes{}}}, d.record}
		for i := range b.record.Contacts {
			b.record.Contacts[i].ID = phoneID
		}
		for i := range b.record.Certificates {
			b.record.Certificates[i].ID = cardID
		}
		after, err := b.apply(form(b.shown(Sight{})), &settings{}, today)
		if err != nil || words(after) != words(b) {
			t.Errorf("%s: %v\nwas %s\nis  %s", name, err, words(b), words(after))
		}
		if len(phonesOf(b.record.Contacts)) != len(in.Contacts) {
			t.Errorf("%s: the phone is not found any more", name)
		}
	}
}
