package customer

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

var today = Check{Today: "2026-03-02", Area: "0578"}

func pick[T any](t *rapid.T, name string, all ...T) T { return rapid.SampledFrom(all).Draw(t, name) }

// drawPhone makes a number of any kind, as somebody may type it.
func drawPhone(t *rapid.T) string {
	digits := func(n int) string { return rapid.StringMatching(fmt.Sprintf("[0-9]{%d}", n)).Draw(t, "digits") }
	ext := pick(t, "extension", "", "", "转8", "转801", "转12345", "转123456", " ext. 99")
	return pick(t, "phone", "+86 154-"+digits(4)+"-"+digits(4), "154"+digits(8)+ext, "0578-212"+digits(4)+ext, "2"+digits(6)+ext, "400-"+digits(3)+"-"+digits(4), "95598", "+1 202 555 0"+digits(3))
}

func drawContact(t *rapid.T) ContactInput {
	c := ContactInput{Kind: pick(t, "contact", Phone, Phone, Email, WeChat, Address), Label: pick(t, "label", "", "财务"), Person: pick(t, "person", "", "王", "李四", "欧阳文渊", "Anna Li"), Primary: rapid.Bool().Draw(t, "primary")}
	switch c.Kind {
	case Phone:
		c.Value = drawPhone(t)
	case Email:
		c.Value = pick(t, "email", "a@b.cn", "wen.yuan@example.com", "文@example.com")
	case WeChat:
		c.Value = rapid.StringMatching("[a-z]{1,2}[a-z0-9_]{0,6}").Draw(t, "wechat")
	default:
		c.Value = pick(t, "address", "解放街", "5号", "浙江省丽水市莲都区紫金街道人民街121号3幢502室", "Baker Street 221b", "丽水市318国道")
	}
	return c
}

func drawCertificate(t *rapid.T) CertificateInput {
	c := CertificateInput{Kind: pick(t, "certificate", cn.KindResidentID, cn.KindPassport, cn.KindHKMacaoPermit, cn.KindOther, cn.KindUSCC, cn.KindOrganisationCode), ValidUntil: pick(t, "until", "", "2030-02-28")}
	switch c.Kind {
	case cn.KindResidentID:
		n, err := cn.SyntheticResidentID(cn.UnassignedRegion, "1990-05-06", rapid.IntRange(0, 999).Draw(t, "sequence"))
		if err != nil {
			t.Fatal(err)
		}
		c.Number = pick(t, "resident", n, strings.ToLower(n), n[:17]+string('0'+(n[16]-'0'+3)%10), n[:6]+n[8:17])
		c.Override = &Override{Reason: "老证", Proof: "户口簿"}
	case cn.KindPassport:
		c.Number = rapid.StringMatching("[EG][0-9]{8}|[A-Z0-9]{5}").Draw(t, "passport")
	case cn.KindHKMacaoPermit:
		c.Number = rapid.StringMatching("[HM][0-9]{8}").Draw(t, "permit")
	case cn.KindUSCC:
		c.Number = pick(t, "uscc", "91350100M000100Y43", "92350100M000100Y41")
		c.Override = &Override{Reason: "老证", Proof: "执照"}
	case cn.KindOrganisationCode:
		c.Number, c.Override = "D2143569-X", &Override{Reason: "老证", Proof: "代码证"}
	default:
		c.Number = rapid.StringMatching("军字第[0-9]{1,8}号|[A-Z]{1,3}|[0-9]{15}|[0-9]{18}").Draw(t, "other")
	}
	return c
}

// drawInput makes a new customer of any kind, with what people leave out left out.
func drawInput(t *rapid.T) CreateInput {
	in := CreateInput{Kind: KindPerson, Industry: pick(t, "industry", "", "渔业"), Name: pick(t, "name", "王", "张三", "欧阳", "欧阳文渊", "买买提·吐尔逊", "John Smith", " 王 芳 ")}
	if rapid.Bool().Draw(t, "organisation") {
		in.Kind, in.Name = KindOrganisation, "甲县供电设备厂"
	}
	in.Contacts = rapid.SliceOfN(rapid.Custom(drawContact), 0, 4).Draw(t, "contacts")
	in.Certificates = rapid.SliceOfN(rapid.Custom(drawCertificate), 0, 3).Draw(t, "certificates")
	if rapid.Bool().Draw(t, "about") {
		in.Person = &Person{Employer: pick(t, "employer", "", "供销社", "甲"), Occupation: pick(t, "occupation", "", "渔民")}
		in.Organisation = &Organisation{LegalRepresentative: pick(t, "legal", "", "王", "王大明"), Employees: 7, EstablishedOn: pick(t, "established", "", "1999-09-09")}
	}
	return in
}

// drawn is a customer as kept of a drawn input that is accepted; ids are his
// contacts' and certificates' places.
func drawn(t *rapid.T) (stored, bool) {
	in := drawInput(t)
	d, err := in.Draft(today)
	if err != nil {
		return stored{}, false
	}
	for i := range d.record.Contacts {
		d.record.Contacts[i].ID = id.ID{1, byte(i + 1)}
	}
	for i := range d.record.Certificates {
		d.record.Certificates[i].ID = id.ID{2, byte(i + 1)}
	}
	return stored{row{Base: Base{Kind: d.kind, Name: d.name, Industry: d.industry, Classes: Classes{}, Tags: d.tags}, NameSort: d.text.sort}, d.record}, true
}

// form is what a page sends back of a customer it was shown.
func form(c Customer) UpdateInput {
	in := UpdateInput{Kind: &c.Kind, Name: &c.Name, Industry: &c.Industry, Person: c.Person, Organisation: c.Organisation, Contacts: &[]ContactInput{}, Certificates: &[]CertificateInput{}}
	for _, x := range c.Contacts {
		*in.Contacts = append(*in.Contacts, ContactInput(x))
	}
	for _, x := range c.Certificates {
		*in.Certificates = append(*in.Certificates, CertificateInput(x))
	}
	return in
}

func (b stored) shown(s Sight) Customer { return s.customer(Customer{Base: b.Base, Record: b.record}) }

func text(t *rapid.T, v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// A form that was shown and is sent back untouched changes nothing, whether its
// reader saw personal data whole or masked.
func TestAFormSentBackChangesNothing(t *testing.T) {
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		b, ok := drawn(t)
		if !ok {
			return
		}
		accepted++
		plain := Customer{Base: b.Base, Record: b.record}
		for name, shown := range map[string]Customer{"plain": plain, "masked": b.shown(Sight{})} {
			after, err := b.apply(form(shown), &settings{}, today)
			if err != nil {
				t.Fatalf("%s: %s is refused: %v", name, text(t, shown), err)
			}
			if was, is := text(t, b.snapshot()), text(t, after.snapshot()); was != is {
				t.Fatalf("%s: was %s\nis  %s", name, was, is)
			}
		}
	})
	if accepted < 10 {
		t.Errorf("only %d customers were drawn", accepted)
	}
}

// Masked, no personal value of a customer can be read any more: neither in his
// record nor in his name.
func TestMaskedCustomersTellNothingPersonal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, ok := drawn(t)
		if !ok {
			return
		}
		shown := text(t, b.shown(Sight{}))
		for _, secret := range b.secrets() {
			if strings.Contains(shown, `:"`+secret+`"`) {
				t.Fatalf("%s stands in %s", secret, shown)
			}
		}
	})
}

// secrets are the values that no masked text may equal.
func (b stored) secrets() (all []string) {
	if b.Kind == KindPerson {
		all = append(all, b.Name)
	}
	if p := b.record.Person; p != nil {
		all = append(all, p.BirthDate, p.Employer)
	}
	if o := b.record.Organisation; o != nil {
		all = append(all, o.LegalRepresentative)
	}
	for _, c := range b.record.Contacts {
		all = append(all, c.Person)
		if p, err := cn.ParsePhone(c.Value, ""); c.Kind == Phone && (err != nil || p.Kind != cn.PhoneToll && p.Kind != cn.PhoneService) || c.Kind == Email || c.Kind == WeChat {
			all = append(all, c.Value)
		}
		if c.Kind == Address && strings.ContainsAny(c.Value, "号b") {
			all = append(all, c.Value)
		}
	}
	for _, c := range b.record.Certificates {
		if c.Kind != cn.KindOrganisationCode && (c.Kind != cn.KindUSCC || strings.HasPrefix(c.Number, "92")) {
			all = append(all, c.Number)
		}
	}
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}

// Of what is kept, the normal form is its own normal form: nothing changes by
// being read and written again, and no number is kept that cannot be read.
func TestNormalFormsAreFixed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, ok := drawn(t)
		if !ok {
			return
		}
		again := CreateInput{Kind: b.Kind, Name: b.Name, Person: b.record.Person, Organisation: b.record.Organisation}
		in := form(Customer{Base: b.Base, Record: b.record})
		for _, c := range *in.Contacts {
			c.ID = id.ID{}
			again.Contacts = append(again.Contacts, c)
		}
		for _, c := range *in.Certificates {
			c.ID = id.ID{}
			again.Certificates = append(again.Certificates, c)
		}
		d, err := again.Draft(Check{Today: today.Today})
		if err != nil {
			t.Fatalf("%s: %v", text(t, again), err)
		}
		if phones := phonesOf(d.record.Contacts); len(phones) != len(d.phones) {
			t.Fatalf("%d phones of %d are found: %+v", len(phones), len(d.phones), d.record.Contacts)
		}
		for i := range d.record.Contacts {
			d.record.Contacts[i].ID = b.record.Contacts[i].ID
		}
		for i := range d.record.Certificates {
			d.record.Certificates[i].ID = b.record.Certificates[i].ID
		}
		if was, is := text(t, b.record), text(t, d.record); was != is {
			t.Fatalf("was %s\nis  %s", was, is)
		}
	})
}

// Who changes one contact of a form he was shown masked changes that one only.
func TestAMaskedCallerChangesOnlyWhatHeTypes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, ok := drawn(t)
		if !ok || len(b.record.Contacts) == 0 {
			return
		}
		in, i := form(b.shown(Sight{})), rapid.IntRange(0, len(b.record.Contacts)-1).Draw(t, "which")
		(*in.Contacts)[i].Kind, (*in.Contacts)[i].Value = WeChat, "typed_anew_by_hand"
		after, err := b.apply(in, &settings{}, today)
		if err != nil {
			t.Fatal(err)
		}
		want := slices.Clone(b.record.Contacts)
		want[i].Kind, want[i].Value = WeChat, "typed_anew_by_hand"
		got := slices.Clone(after.record.Contacts)
		for _, all := range [][]Contact{want, got} { // the change of kind may cost the primary one its place
			for j := range all {
				all[j].Primary = false
			}
		}
		if text(t, got) != text(t, want) || text(t, after.record.Certificates) != text(t, b.record.Certificates) || text(t, after.record.Person) != text(t, b.record.Person) {
			t.Fatalf("was %s\nis  %s", text(t, b.record), text(t, after.record))
		}
	})
}
