package customer_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
)

// reasonsOf lists the candidates by number with their reasons.
func reasonsOf(found []customer.Candidate) (all []string) {
	for _, c := range found {
		all = append(all, fmt.Sprint(c.CustomerNo, c.Reasons))
	}
	return all
}

// confirmed makes a customer of a number although others look like him.
func (w *world) confirmed(no string, in customer.CreateInput) customer.Customer {
	w.t.Helper()
	in.CustomerNo, in.ConfirmDuplicates = no, true
	return w.create(w.as(w.one), in)
}

// A phone many share (a village's, an agent's) must not hide the one customer
// with the same certificate, nor namesakes him.
func TestTheSameCertificateIsNeverHidden(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := person("张三", mobile(1))
		in.Certificates = []customer.CertificateInput{certificate(cn.KindResidentID, residentID(t, "1990-05-06", 7))}
		holder := person("买买提·吐尔逊江")
		holder.Certificates = in.Certificates
		for i := range 12 {
			w.confirmed(fmt.Sprint("A", i), person(fmt.Sprint("客户", i), mobile(1)))
		}
		w.confirmed("C", holder)
		for i := range 25 {
			w.confirmed(fmt.Sprint("N", i), person("张三", mobile(100+i)))
		}
		for i := range 12 {
			w.confirmed(fmt.Sprint("B", i), person(fmt.Sprint("客户", 20+i), mobile(1)))
		}
		found, err := w.Check(w.as(w.one), in)
		w.must(err)
		got := reasonsOf(found)
		if len(got) != 10 || got[0] != "C[certificate]" || !slices.Contains(got, "A0[phone]") {
			t.Errorf("%v", got)
		}
	})
}

func TestReasonsOfDuplicates(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		base := person("王芳", "0578-2123456-801", mobile(11234))
		base.Person = &customer.Person{BirthDate: "1985-01-02"}
		base.Contacts = append(base.Contacts, contact(customer.Address, "人民街 1 号"), contact(customer.Email, "wf@example.com"))
		p := w.confirmed("P", base)
		firm := w.confirmed("F", organisation("甲电器有限公司"))
		gone := w.confirmed("G", person("赵六", mobile(99)))
		w.must(second(w.Merge(w.as(w.one), p.ID, 1, customer.MergeInput{FromID: gone.ID, FromVersion: 1})))
		w.must(second(w.Close(w.as(w.one), firm.ID, 1, customer.CloseInput{Reason: "dissolved"})))
		with := func(in customer.CreateInput, change func(in *customer.CreateInput)) customer.CreateInput {
			change(&in)
			return in
		}
		address := func(a string) func(in *customer.CreateInput) {
			return func(in *customer.CreateInput) { in.Contacts = append(in.Contacts, contact(customer.Address, a)) }
		}
		for name, c := range map[string]struct {
			in   customer.CreateInput
			want string
		}{
			"everything":                     {with(base, func(*customer.CreateInput) {}), "[P[phone name_birth name_address name_tail]]"},
			"a phone of the one he absorbed": {person("某人", mobile(99)), "[P[phone]]"},
			"another extension of one line":  {person("某人", "0578-2123456-802"), "[P[phone]]"},
			"the same tail of another line":  {person("王芳", "0578-2993456"), "[P[name_tail]]"},
			"the same tail, another name":    {person("王 方", "0578-2993456"), "[]"},
			"the same sound is another name": {with(person("汪芳"), address("人民街1号")), "[]"},
			"spaces in a name and address":   {with(person("王 芳"), address("人民街1号")), "[P[name_address]]"},
			"an e-mail address tells nothing": {with(person("王芳"), func(in *customer.CreateInput) {
				in.Contacts = append(in.Contacts, contact(customer.Email, "wf@example.com"))
			}), "[]"},
			"an organisation, closed":             {organisation("甲电器有限公司"), "[F[name]]"},
			"an organisation of a person's name":  {organisation("王芳"), "[]"},
			"an organisation of a person's phone": {with(organisation("乙厂"), func(in *customer.CreateInput) { in.Contacts = base.Contacts[1:2] }), "[P[phone]]"},
		} {
			found, err := w.Check(w.as(w.one), c.in)
			if got := fmt.Sprint(reasonsOf(found)); err != nil || got != c.want {
				t.Errorf("%s: %s, want %s %v", name, got, c.want, err)
			}
		}
	})
}

// A change warns of those who share what is new of the customer, and of nobody
// else, least of all himself.
func TestChangesWarnOfNewDuplicatesOnly(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, number := w.as(w.one), residentID(t, "1990-05-06", 7)
		a := w.confirmed("A", person("张三", mobile(1)))
		holder := person("李四", mobile(2))
		holder.Certificates = []customer.CertificateInput{certificate(cn.KindResidentID, number)}
		w.confirmed("B", holder)
		c := w.confirmed("C", person("张三", mobile(1), mobile(3)))
		version := c.Version
		for _, x := range []struct {
			name, want string
			in         customer.UpdateInput
		}{
			{"what he had already", "<nil>", customer.UpdateInput{Contacts: ptr([]customer.ContactInput{contact(customer.Phone, mobile(1))})}},
			{"a phone of another", "B[phone] ", customer.UpdateInput{Contacts: ptr([]customer.ContactInput{contact(customer.Phone, mobile(1)), contact(customer.Phone, mobile(2))})}},
			{"a certificate of another", "B[certificate] ", customer.UpdateInput{Certificates: ptr(holder.Certificates)}},
			{"a name of another", "<nil>", customer.UpdateInput{Name: ptr("李四")}},
			{"confirmed", "<nil>", customer.UpdateInput{Certificates: ptr(holder.Certificates), ConfirmDuplicates: true}},
			{"a second time", "<nil>", customer.UpdateInput{Certificates: ptr(holder.Certificates), Industry: ptr("渔业")}},
		} {
			after, err := w.Update(ctx, c.ID, version, x.in)
			if got := candidates(err); got != x.want {
				t.Errorf("%s: %s, want %s", x.name, got, x.want)
			}
			if err == nil {
				version = after.Version
			}
		}
		if got, err := w.Get(ctx, a.ID); err != nil || got.Version != 1 {
			t.Errorf("another changed: %+v %v", got, err)
		}
	})
}
