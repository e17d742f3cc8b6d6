package feedback_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/lookup"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// sees tells what a user is shown whole of a customer.
func (w *world) sees(ctx context.Context, c customer.Customer) string {
	w.t.Helper()
	got, err := w.a.Customers.Get(ctx, c.ID)
	w.must(err)
	var shown []string
	if got.Name == c.Name {
		shown = append(shown, "name")
	}
	for i, whole := range []string{phone, "li@example.com"} {
		if got.Contacts[i].Value == whole {
			shown = append(shown, []string{"phone", "email"}[i])
		}
	}
	if strings.Contains(got.Certificates[0].Number, "4711") {
		shown = append(shown, "certificate")
	}
	return strings.Join(shown, " ")
}

// whole is a customer with everything there is to see.
func (w *world) whole(name string) customer.Customer {
	w.t.Helper()
	in := person(name)
	in.Contacts = append(in.Contacts, customer.ContactInput{Kind: customer.Email, Value: "li@example.com"})
	in.Certificates = []customer.CertificateInput{{Kind: "other", Number: "军字第4711号" + name}}
	c, err := w.a.Customers.Create(w.system(), "", in)
	w.must(err)
	return c
}

func (w *world) ruled(change func(r *lookup.Rule)) {
	w.t.Helper()
	r, err := w.lookups.Rule(w.system(), w.one.ID)
	w.must(err)
	change(&r.Rule)
	_, err = w.lookups.SetRule(w.system(), w.one.ID, r.Version, r.Rule)
	w.must(err)
}

// Whoever has a case sees some fields of its customer, nobody else does, and only while
// he has it.
func TestWhoHasACaseSeesItsCustomer(t *testing.T) {
	each(t, func(w *world) {
		li, other := w.whole("李四"), w.whole("王五")
		d := w.dispatched(of(li))
		is := func(step string, want map[*access.User]string) {
			w.t.Helper()
			for _, u := range []*access.User{&w.agent, &w.head, &w.zhang, &w.wu, &w.qian} {
				if got := w.sees(w.as(*u), li); got != want[u] {
					w.t.Errorf("%s: %s sees %q, want %q", step, u.Name, got, want[u])
				}
			}
			if got := w.sees(w.as(w.zhang), other); got != "" {
				w.t.Errorf("%s: of another customer %q", step, got)
			}
		}
		const some = "name phone"
		is("dispatched", nil)
		d, err := w.Accept(w.as(w.zhang), d.ID, d.Version)
		w.must(err)
		is("accepted", map[*access.User]string{&w.zhang: some})
		_, err = w.Watch(w.as(w.wu), d.ID, true)
		w.must(err)
		is("watched", map[*access.User]string{&w.zhang: some})
		d, err = w.Assign(w.as(w.zhang), d.ID, d.Version, feedback.AssignInput{OwnerID: w.wu.ID})
		w.must(err)
		is("assigned", map[*access.User]string{&w.wu: some})
		d, err = w.Transfer(w.as(w.wu), d.ID, d.Version, feedback.GiveInput{UnitID: w.hall.ID, OwnerID: w.qian.ID, Reason: "属营业厅"})
		w.must(err)
		is("transferred", map[*access.User]string{&w.qian: some})
		d, err = w.Accept(w.as(w.qian), d.ID, d.Version)
		w.must(err)
		d, err = w.Pause(w.as(w.qian), d.ID, d.Version, feedback.PauseInput{Reason: "等客户", Evidence: "录音"})
		w.must(err)
		d, err = w.Resume(w.as(w.qian), d.ID, d.Version)
		w.must(err)
		d, err = w.Resolve(w.as(w.qian), d.ID, d.Version, feedback.ResolveInput{Answer: "已办"})
		w.must(err)
		is("resolved", map[*access.User]string{&w.qian: some})
		d, err = w.Close(w.as(w.head), d.ID, d.Version, feedback.CloseInput{Reason: "unreachable"})
		w.must(err)
		is("closed", nil)
		d, err = w.Reopen(w.as(w.head), d.ID, d.Version, feedback.ReopenInput{Reason: "客户又来", UnitID: w.station.ID})
		w.must(err)
		is("opened again", nil)
		d, err = w.Accept(w.as(w.zhang), d.ID, d.Version)
		w.must(err)
		is("accepted again", map[*access.User]string{&w.zhang: some})
		d, err = w.Return(w.as(w.zhang), d.ID, d.Version, feedback.ReasonInput{Reason: "不属本所"})
		w.must(err)
		is("returned", nil)
		_, err = w.Withdraw(w.as(w.head), d.ID, d.Version, feedback.ReasonInput{Reason: "客户撤回"})
		w.must(err)
		is("withdrawn", nil)
		if n := w.count("SELECT count(*) FROM customer_opening"); n != 0 {
			w.t.Errorf("%d openings are left", n)
		}
	})
}

// A case that is joined into another ends, and its owner's sight of the customer with it;
// who has the leading case sees that one's customer alone.
func TestAJoinedCaseOpensNothing(t *testing.T) {
	each(t, func(w *world) {
		li, wang := w.whole("李四"), w.whole("王五")
		a, b := w.accepted(of(li)), w.accepted(of(wang))
		b, err := w.Assign(w.as(w.zhang), b.ID, b.Version, feedback.AssignInput{OwnerID: w.wu.ID})
		w.must(err)
		_, err = w.Join(w.as(w.head), a.ID, a.Version, feedback.JoinInput{LeadID: b.ID})
		w.must(err)
		if z, u := w.sees(w.as(w.zhang), li), w.sees(w.as(w.wu), li); z != "" || u != "" || w.sees(w.as(w.wu), wang) != "name phone" {
			w.t.Errorf("%q %q", z, u)
		}
	})
}

// Every look on a case is written down with its number; another company has no part in it.
func TestALookOnACaseNamesIt(t *testing.T) {
	each(t, func(w *world) {
		li := w.whole("李四")
		d := w.accepted(of(li))
		ctx := w.as(w.zhang)
		got, err := w.a.Customers.Get(ctx, li.ID)
		w.must(err)
		if o := got.Opened; o == nil || o.Type != customer.BasisCase || o.ID != d.ID || o.No != d.CaseNo || o.Sensitive || len(o.Fields) != 4 {
			w.t.Errorf("%+v", got.Opened)
		}
		w.must(second(w.a.Customers.Looked(ctx, customer.PermGet)))
		if n := w.count("SELECT count(*) FROM customer_look WHERE basis_id = $1 AND customer_id = $2 AND user_id = $3 AND fields = 'customer_name,phone'", d.ID, li.ID, w.zhang.ID); n != 1 {
			w.t.Errorf("%d looks", n)
		}
		history, _, err := w.a.Customers.History(w.system(), li.ID, customer.Page{Limit: 10})
		if err != nil || len(history) == 0 {
			w.t.Fatal(err)
		}
		if err := second(w.a.Customers.Get(w.as(w.yi), li.ID)); !errors.Is(err, db.ErrNotFound) {
			w.t.Errorf("another company: %v", err)
		}
	})
}

// The rule is data: which fields, or none; what is open follows it at once.
func TestWhatACaseOpensIsARule(t *testing.T) {
	each(t, func(w *world) {
		li := w.whole("李四")
		w.accepted(of(li))
		for _, c := range []struct {
			fields customer.FieldList
			want   string
		}{{customer.FieldList{customer.FieldPhone}, "phone"}, {nil, ""}, {customer.FieldList{customer.FieldEmail, customer.FieldCertificate}, "email certificate"}} {
			w.ruled(func(r *lookup.Rule) { r.CaseFields = c.fields })
			if got := w.sees(w.as(w.zhang), li); got != c.want {
				w.t.Errorf("%v: %q", c.fields, got)
			}
		}
		w.ruled(func(r *lookup.Rule) { r.CaseFields = nil })
		next := w.whole("赵六")
		w.accepted(of(next))
		if got := w.sees(w.as(w.zhang), next); got != "" {
			w.t.Errorf("a case accepted while it is off: %q", got)
		}
		w.ruled(func(r *lookup.Rule) { r.CaseFields = customer.FieldList{customer.FieldCustomerName} })
		if got := w.sees(w.as(w.zhang), next); got != "name" {
			w.t.Errorf("switched on again: %q", got)
		}
	})
}

// An approved look-up shows what it was approved for beside the case.
func TestALookUpShowsMoreThanACase(t *testing.T) {
	each(t, func(w *world) {
		li := w.whole("李四")
		w.accepted(of(li))
		d := w.approved(w.zhang, li, true, lookup.View)
		if got := w.sees(w.as(w.zhang), li); got != "name phone email certificate" {
			w.t.Errorf("%q", got)
		}
		l, err := w.lookups.Get(w.as(w.zhang), d)
		w.must(err)
		_, err = w.lookups.End(w.as(w.zhang), d, l.Version)
		w.must(err)
		if got := w.sees(w.as(w.zhang), li); got != "name phone" {
			w.t.Errorf("given back: %q", got)
		}
	})
}

// Who stands in for the owner sees the customer while he is away; his look-ups stay his own.
func TestADeputyHasTheCasesOfTheAbsent(t *testing.T) {
	each(t, func(w *world) {
		li, wang := w.whole("李四"), w.whole("王五")
		w.accepted(of(li))
		w.approved(w.zhang, wang, false, lookup.View)
		deputy := w.as(w.wu)
		if got := w.sees(deputy, li); got != "" {
			w.t.Fatalf("a colleague sees %q", got)
		}
		held := access.Held{Patterns: access.Patterns{"customer.get", "feedback.*"}, OrgID: w.one.ID, Absent: access.Absent{AbsenceID: id.ID{7}, UserID: w.zhang.ID, Name: "张工"}}
		ctx, err := w.a.Customers.Admit(access.WithCaller(context.Background(), access.NewCaller(w.wu, w.tree, held)))
		w.must(err)
		if a, b := w.sees(ctx, li), w.sees(ctx, wang); a != "name phone" || b != "" {
			w.t.Errorf("of his case %q, of his look-up %q", a, b)
		}
	})
}

// Cases go with a merged customer, and so does what they open.
func TestWhatACaseOpensFollowsItsCustomer(t *testing.T) {
	each(t, func(w *world) {
		li, wang := w.whole("李四"), w.whole("王五")
		d := w.accepted(of(li))
		got, err := w.a.Customers.Get(w.system(), wang.ID)
		w.must(err)
		from, err := w.a.Customers.Get(w.system(), li.ID)
		w.must(err)
		_, err = w.a.Customers.Merge(w.system(), got.ID, got.Version, customer.MergeInput{FromID: from.ID, FromVersion: from.Version})
		w.must(err)
		if seen := w.count("SELECT count(*) FROM customer_opening WHERE customer_id = $1 AND basis_id = $2 AND user_id = $3", wang.ID, d.ID, w.zhang.ID); seen != 1 {
			w.t.Error("the opening stayed with who is gone")
		}
	})
}

// Nobody walks through the archive by cases he makes: those are counted.
func TestOwnCasesOpenFewCustomers(t *testing.T) {
	each(t, func(w *world) {
		w.ruled(func(r *lookup.Rule) { r.CaseOwnPerDay = 1 })
		li, wang := w.whole("李四"), w.whole("王五")
		self := func(c customer.Customer) feedback.Detail {
			in := of(c)
			in.UnitID = w.station.ID
			d, err := w.Create(w.as(w.zhang), "", in)
			w.must(err)
			d, err = w.Accept(w.as(w.zhang), d.ID, d.Version)
			w.must(err)
			return d
		}
		self(li)
		second := self(wang)
		if a, b := w.sees(w.as(w.zhang), li), w.sees(w.as(w.zhang), wang); a != "name phone" || b != "" {
			w.t.Errorf("%q %q", a, b)
		}
		if second.State != feedback.Accepted {
			w.t.Error("the work is refused")
		}
		facts := of(w.whole("赵六")).Facts
		d, err := w.Update(w.as(w.zhang), second.ID, second.Version, facts)
		w.must(err)
		if n := w.count("SELECT count(*) FROM customer_opening WHERE basis_id = $1", d.ID); n != 0 {
			w.t.Error("he turned a case to another customer and sees him")
		}
		w.at("2026-03-03 09:30")
		self(wang)
		if got := w.sees(w.as(w.zhang), wang); got != "name phone" {
			w.t.Errorf("the next day %q", got)
		}
	})
}

// The facts of a case are changed by who works on it, and before by who took it in.
func TestWhoChangesTheFactsOfACase(t *testing.T) {
	each(t, func(w *world) {
		clerk := w.user("clerk", "柜员", w.one, w.hall)
		other := w.user("clerk", "另一柜员", w.one, w.hall)
		above := w.user("clerk", "公司柜员", w.one, w.one)
		in := complaint()
		in.UnitID = w.station.ID
		d, err := w.Create(w.as(clerk), "", in)
		w.must(err)
		n := 0
		try := func(step string, u access.User, want error) {
			w.t.Helper()
			n++
			facts := in.Facts
			facts.Title = strings.Repeat("又", n)
			got, err := w.Update(w.as(u), d.ID, d.Version, facts)
			if !errors.Is(err, want) {
				w.t.Errorf("%s, %s: %v, want %v", step, u.Name, err, want)
			}
			if err == nil {
				d = got
			}
			now, err := w.Get(w.as(u), d.ID)
			w.must(err)
			if may := strings.Contains(strings.Join(actionsOf(now), " "), "update"); may != (want == nil) {
				w.t.Errorf("%s: %s is offered it: %v", step, u.Name, may)
			}
		}
		for _, u := range []access.User{clerk, w.zhang, w.agent} {
			try("dispatched", u, nil)
		}
		for _, u := range []access.User{other, above, w.qian} {
			try("dispatched", u, feedback.ErrNotYours)
		}
		d, err = w.Accept(w.as(w.zhang), d.ID, d.Version)
		w.must(err)
		try("accepted", clerk, feedback.ErrNotYours)
		try("accepted", w.wu, nil)
		try("accepted", w.zhang, nil)
	})
}

func actionsOf(d feedback.Detail) (all []string) {
	for _, a := range d.Actions {
		all = append(all, string(a))
	}
	return all
}
