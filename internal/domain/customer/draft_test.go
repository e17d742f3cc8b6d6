package customer_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
)

// fields lists what an error rejects as "name=code name=code".
func fields(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		if err != nil {
			return err.Error()
		}
		return ""
	}
	var all []string
	for _, x := range f.Fields {
		all = append(all, x.Name+"="+x.Code)
	}
	slices.Sort(all)
	if len(all) == 0 {
		return f.Code
	}
	return strings.Join(all, " ")
}

func contact(kind customer.ContactKind, value string) customer.ContactInput {
	return customer.ContactInput{Kind: kind, Value: value}
}

func certificate(kind cn.CertificateKind, number string) customer.CertificateInput {
	return customer.CertificateInput{Kind: kind, Number: number}
}

// wrongCheck changes the check character of a number.
func wrongCheck(number string) string {
	last := "1"
	if strings.HasSuffix(number, "1") {
		last = "2"
	}
	return number[:len(number)-1] + last
}

// refusal is a change to an acceptable input, and the fields it is refused for.
type refusal struct {
	change func(in *customer.CreateInput)
	want   string
}

func checkRefusals(t *testing.T, cases map[string]refusal) {
	t.Helper()
	for name, c := range cases {
		in := person("张三")
		c.change(&in)
		if _, err := in.Draft(customer.Check{Today: "2026-03-02"}); fields(err) != c.want {
			t.Errorf("%s: %s, want %s", name, fields(err), c.want)
		}
	}
}

func contacts(all ...customer.ContactInput) func(*customer.CreateInput) {
	return func(in *customer.CreateInput) { in.Contacts = all }
}

func certificates(all ...customer.CertificateInput) func(*customer.CreateInput) {
	return func(in *customer.CreateInput) { in.Certificates = all }
}

func TestDraftRefuses(t *testing.T) {
	checkRefusals(t, map[string]refusal{
		"nothing wrong":          {func(*customer.CreateInput) {}, ""},
		"no kind":                {func(in *customer.CreateInput) { in.Kind = "" }, "kind=not_allowed"},
		"blank name":             {func(in *customer.CreateInput) { in.Name = " \u3000" }, "name=required"},
		"masked name":            {func(in *customer.CreateInput) { in.Name = "张*" }, "name=masked"},
		"name of 101 characters": {func(in *customer.CreateInput) { in.Name = strings.Repeat("张", 101) }, "name=too_long"},
		"reserved number":        {func(in *customer.CreateInput) { in.CustomerNo = "K0000001" }, "customer_no=customer_no_reserved"},
		"number with a space":    {func(in *customer.CreateInput) { in.CustomerNo = "A 1" }, "customer_no=wrong_format"},
		"formula as number":      {func(in *customer.CreateInput) { in.CustomerNo = "=1+1" }, "customer_no=wrong_format"},
		"born in the future":     {func(in *customer.CreateInput) { in.Person = &customer.Person{BirthDate: "2027-01-01"} }, "person.birth_date=in_future"},
		"no birthday":            {func(in *customer.CreateInput) { in.Person = &customer.Person{BirthDate: "1990-13-01"} }, "person.birth_date=no_day"},
		"blank tag, long tag":    {func(in *customer.CreateInput) { in.Tags = []string{" ", strings.Repeat("长", 21)} }, "tags[0]=required tags[1]=too_long"},
	})
}

func TestDraftRefusesContacts(t *testing.T) {
	checkRefusals(t, map[string]refusal{
		"no telephone":            {contacts(contact(customer.Phone, "12")), "contacts[0].value=number_length"},
		"landline without area":   {contacts(contact(customer.Phone, "2123456")), "contacts[0].value=number_area_code"},
		"letters in a number":     {contacts(contact(customer.Phone, "13812a45678")), "contacts[0].value=number_character"},
		"empty contact":           {contacts(contact(customer.WeChat, "")), "contacts[0].value=required"},
		"no mail":                 {contacts(contact(customer.Email, "a@")), "contacts[0].value=no_email"},
		"mail with a name":        {contacts(contact(customer.Email, "A <a@b.cn>")), "contacts[0].value=no_email"},
		"unknown kind of contact": {contacts(contact("fax", "1")), "contacts[0].kind=not_allowed"},
		"masked contact":          {contacts(contact(customer.WeChat, "****")), "contacts[0].value=masked"},
		"foreign contact":         {contacts(customer.ContactInput{ID: clerkID, Kind: customer.Phone, Value: mobile(1)}), "contacts[0].id=no_such"},
		"twice the same phone":    {contacts(contact(customer.Phone, mobile(1)), contact(customer.Phone, "+86 "+mobile(1))), "contacts[1].value=repeated"},
	})
}

func TestDraftRefusesCertificates(t *testing.T) {
	good := residentID(t, "1990-05-06", 7)
	bad := wrongCheck(good)
	override := func(o customer.Override) func(*customer.CreateInput) {
		return certificates(customer.CertificateInput{Kind: cn.KindResidentID, Number: bad, Override: &o})
	}
	checkRefusals(t, map[string]refusal{
		"wrong check character":   {certificates(certificate(cn.KindResidentID, bad)), "certificates[0].number=number_checksum"},
		"override without reason": {override(customer.Override{Proof: "户口簿"}), "certificates[0].override=override_proof"},
		"override without proof":  {override(customer.Override{Reason: "老证"}), "certificates[0].override=override_proof"},
		"override with both":      {override(customer.Override{Reason: "老证", Proof: "户口簿"}), ""},
		"too short, no override": {certificates(customer.CertificateInput{Kind: cn.KindResidentID, Number: "1101", Override: &customer.Override{Reason: "r", Proof: "p"}}),
			"certificates[0].number=number_length"},
		"unknown kind of proof": {certificates(certificate("library_card", "1")), "certificates[0].number=number_kind"},
		"born tomorrow":         {certificates(certificate(cn.KindResidentID, residentID(t, "2026-03-03", 1))), "certificates[0].number=number_future"},
		"twice the same proof":  {certificates(certificate(cn.KindResidentID, good), certificate(cn.KindResidentID, good)), "certificates[1].number=repeated"},
		"empty proof":           {certificates(certificate(cn.KindOther, " ")), "certificates[0].number=required"},
		"foreign proof":         {certificates(customer.CertificateInput{ID: clerkID, Kind: cn.KindOther, Number: "1"}), "certificates[0].id=no_such"},
		"valid until no day":    {certificates(customer.CertificateInput{Kind: cn.KindOther, Number: "1", ValidUntil: "2030-02-30"}), "certificates[0].valid_until=no_day"},
		"other birthday than proof": {func(in *customer.CreateInput) {
			in.Person = &customer.Person{BirthDate: "1990-05-07", Sex: cn.Female}
			in.Certificates = []customer.CertificateInput{certificate(cn.KindResidentID, good)}
		}, "person.birth_date=not_as_certificate person.sex=not_as_certificate"},
	})
}

func TestDraftRefusesWhatNoOrganisationHas(t *testing.T) {
	in := organisation("甲厂")
	in.Organisation = &customer.Organisation{EstablishedOn: "2026-03-03"}
	in.Certificates = []customer.CertificateInput{certificate(cn.KindUSCC, "91350100M000100Y44")}
	if _, err := in.Draft(customer.Check{Today: "2026-03-02"}); fields(err) != "certificates[0].number=number_checksum organisation.established_on=in_future" {
		t.Error(fields(err))
	}
}

func TestNumbersAreKeptInTheirNormalForm(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		in := person("  王 芳 ", "+86 154-0000-0001", "０５７８—２１２３４５６ 转 801")
		in.Contacts = append(in.Contacts, contact(customer.Email, "a@example.com"), contact(customer.Address, "人民路1号"))
		in.Contacts[0].Primary, in.Contacts[1].Primary = true, true
		in.Certificates = []customer.CertificateInput{certificate(cn.KindResidentID, " "+residentID(t, "1990-05-06", 8)+" ")}
		c := w.create(ctx, in)
		if c.Name != "王 芳" || c.Contacts[0].Value != "15400000001" || c.Contacts[1].Value != "0578-2123456-801" {
			t.Errorf("%q %+v", c.Name, c.Contacts)
		}
		if !c.Contacts[0].Primary || c.Contacts[1].Primary {
			t.Error("two primary phones")
		}
		if c.Certificates[0].Number != residentID(t, "1990-05-06", 8) || c.Person == nil || c.Person.BirthDate != "1990-05-06" || c.Person.Sex != cn.Female {
			t.Errorf("%+v %+v", c.Certificates, c.Person)
		}
		got, err := w.Get(ctx, c.ID)
		if err != nil || got.Contacts[1] != c.Contacts[1] || got.Certificates[0].Number != c.Certificates[0].Number {
			t.Errorf("read back: %+v %v", got, err)
		}
	})
}

// param is a parameter of an error, as text.
func param(err error, name string) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return ""
	}
	return fmt.Sprint(f.Params[name])
}
