package customer_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func ptr[T any](v T) *T { return &v }

// asInputs is what a form sends back of contacts it was shown.
func asInputs(contacts []customer.Contact) *[]customer.ContactInput {
	all := []customer.ContactInput{}
	for _, c := range contacts {
		all = append(all, customer.ContactInput(c))
	}
	return &all
}

// found lists the names found for a query.
func (w *world) found(ctx context.Context, q string) (names []string) {
	w.t.Helper()
	found, err := w.Search(ctx, q, 20)
	w.must(err)
	for _, f := range found {
		names = append(names, f.Title)
	}
	return names
}

func TestUpdateChangesWhatIsGiven(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		in := person("张三", mobile(1))
		in.UnitID, in.Industry, in.Classes = w.station.ID, "渔业", map[string]string{"relation": "new"}
		in.Certificates = []customer.CertificateInput{certificate(cn.KindResidentID, residentID(t, "1990-05-06", 7))}
		c := w.create(ctx, in)
		u, err := w.Update(ctx, c.ID, 1, customer.UpdateInput{Name: ptr("李四"), CustomerNo: ptr("A-7"), UnitID: ptr(id.ID{}), ManagerID: ptr(w.manager),
			Classes: map[string]string{"product": "agriculture"}, Tags: ptr([]string{"甲"}), Contacts: ptr([]customer.ContactInput{contact(customer.Phone, mobile(2))})})
		w.must(err)
		if u.Name != "李四" || u.CustomerNo != "A-7" || !u.UnitID.IsZero() || u.ManagerName != "周经理" || u.Industry != "渔业" || u.Version != 2 || len(u.Certificates) != 1 {
			t.Errorf("%+v", u)
		}
		if fmt.Sprint(u.Classes, u.Tags) != "map[kind:individual product:agriculture relation:new] [甲]" {
			t.Errorf("labels %v %v", u.Classes, u.Tags)
		}
		for q, want := range map[string]string{"李四": "[李四]", "张三": "[]", "a-7": "[李四]", "k0000001": "[]", mobile(1): "[]", mobile(2): "[李四]", in.Certificates[0].Number: "[李四]", "lisi": "[李四]"} {
			if got := fmt.Sprint(w.found(ctx, q)); got != want {
				t.Errorf("%s finds %s, want %s", q, got, want)
			}
		}
		if n := len(w.byCertificate(in.Certificates[0].Number)); n != 1 {
			t.Errorf("%d holders of the certificate", n)
		}
		none := []customer.CertificateInput{}
		u, err = w.Update(ctx, c.ID, 2, customer.UpdateInput{Certificates: &none})
		if err != nil || len(u.Certificates) != 0 || len(w.byCertificate(in.Certificates[0].Number)) != 0 || len(w.found(ctx, in.Certificates[0].Number)) != 0 {
			t.Errorf("certificate taken away: %+v %v", u, err)
		}
		same, err := w.Update(ctx, c.ID, 3, customer.UpdateInput{Name: ptr("李四")})
		if err != nil || same.Version != 3 {
			t.Errorf("a change of nothing: version %d, %v", same.Version, err)
		}
	})
}

func TestAMaskedFormChangesNothingItDidNotShow(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := person("张三丰", mobile(1234), "0578-2123456")
		in.Person = &customer.Person{BirthDate: "1990-05-06", Employer: "供销社", Occupation: "会计"}
		in.Contacts[0].Person = "李四"
		in.Certificates = []customer.CertificateInput{certificate(cn.KindPassport, "E12345678")}
		c := w.create(w.as(w.one), in)
		ctx := w.as(w.one, "customer.get", "customer.update")
		m, err := w.Get(ctx, c.ID)
		w.must(err)
		contacts := asInputs(m.Contacts)
		(*contacts)[0].Label, (*contacts)[1].Value = "家", ""
		m.Person.Occupation = "出纳"
		back := []customer.CertificateInput{{ID: m.Certificates[0].ID, Kind: cn.KindPassport, Number: m.Certificates[0].Number, ValidUntil: "2030-01-01"}}
		u, err := w.Update(ctx, c.ID, 1, customer.UpdateInput{Name: &m.Name, Person: m.Person, Contacts: contacts, Certificates: &back})
		if err != nil || !u.Masked {
			t.Fatalf("%+v %v", u, err)
		}
		got, err := w.Get(w.as(w.one), c.ID)
		w.must(err)
		if got.Name != "张三丰" || *got.Person != (customer.Person{BirthDate: "1990-05-06", Employer: "供销社", Occupation: "出纳"}) ||
			got.Contacts[0].Value != mobile(1234) || got.Contacts[0].Label != "家" || got.Contacts[0].Person != "李四" || got.Contacts[1].Value != "0578-2123456" ||
			got.Certificates[0].Number != "E12345678" || got.Certificates[0].ValidUntil != "2030-01-01" {
			t.Errorf("%+v %+v", got, got.Person)
		}
		firm := organisation("甲厂")
		firm.Organisation = &customer.Organisation{LegalRepresentative: "王大明", Employees: 7}
		o := w.create(w.as(w.one), firm)
		shown, err := w.Get(ctx, o.ID)
		w.must(err)
		shown.Organisation.Employees = 8
		_, err = w.Update(ctx, o.ID, 1, customer.UpdateInput{Organisation: shown.Organisation})
		w.must(err)
		if got, err = w.Get(w.as(w.one), o.ID); err != nil || got.Organisation.LegalRepresentative != "王大明" || got.Organisation.Employees != 8 || shown.Organisation.LegalRepresentative != "王*明" {
			t.Errorf("%+v %v", got.Organisation, err)
		}
	})
}

func TestUpdateRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		other := person("李四", mobile(2))
		other.CustomerNo = "A-1"
		w.create(ctx, other)
		c := w.create(ctx, person("张三", mobile(1)))
		phones := ptr([]customer.ContactInput{contact(customer.Phone, mobile(2))})
		for name, x := range map[string]struct {
			ctx     context.Context
			version int64
			in      customer.UpdateInput
			want    error
		}{
			"stale":              {ctx, 7, customer.UpdateInput{Name: ptr("x")}, db.ErrStale},
			"another company":    {w.as(w.two), 1, customer.UpdateInput{Name: ptr("x")}, db.ErrNotFound},
			"without permission": {w.as(w.one, "customer.get"), 1, customer.UpdateInput{}, access.ErrForbidden},
			"number taken":       {ctx, 1, customer.UpdateInput{CustomerNo: ptr("A-1")}, customer.ErrNoTaken},
			"another's phone":    {ctx, 1, customer.UpdateInput{Contacts: phones}, customer.ErrDuplicates},
			"unknown unit":       {ctx, 1, customer.UpdateInput{UnitID: ptr(id.ID{9})}, customer.ErrUnit},
			"unknown manager":    {ctx, 1, customer.UpdateInput{ManagerID: ptr(id.ID{9})}, customer.ErrManager},
		} {
			if _, err := w.Update(x.ctx, c.ID, x.version, x.in); !errors.Is(err, x.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for want, in := range map[string]customer.UpdateInput{
			"name=required":                      {Name: ptr(" ")},
			"customer_no=required":               {CustomerNo: ptr(" ")},
			"customer_no=customer_no_reserved":   {CustomerNo: ptr("K0000009")},
			"contacts[0].id=no_such":             {Contacts: ptr([]customer.ContactInput{{ID: id.ID{9}, Kind: customer.Phone}})},
			"certificates[0].id=no_such":         {Certificates: ptr([]customer.CertificateInput{{ID: id.ID{9}, Kind: cn.KindOther}})},
			"contacts[0].value=number_character": {Contacts: ptr([]customer.ContactInput{contact(customer.Phone, "154****0001")})},
			"classes.kind=no_such":               {Classes: map[string]string{"kind": "x"}},
		} {
			if _, err := w.Update(ctx, c.ID, 1, in); fields(err) != want {
				t.Errorf("%s: %s", want, fields(err))
			}
		}
		if _, err := w.Update(ctx, c.ID, 1, customer.UpdateInput{Contacts: phones, ConfirmDuplicates: true}); err != nil {
			t.Errorf("confirmed: %v", err)
		}
		if _, err := w.Update(ctx, c.ID, 2, customer.UpdateInput{Contacts: phones, Name: ptr("张四")}); err != nil {
			t.Errorf("a phone he shared before: %v", err)
		}
	})
}

func TestTheKindCanBeCorrected(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		in := person("单记商行")
		in.Person = &customer.Person{Occupation: "x"}
		c := w.create(ctx, in)
		u, err := w.Update(ctx, c.ID, 1, customer.UpdateInput{Kind: ptr(customer.KindOrganisation)})
		if err != nil || u.Person != nil || u.Classes["kind"] != "enterprise" {
			t.Errorf("%+v %v", u, err)
		}
		if got := fmt.Sprint(w.found(w.as(w.one, "customer.list"), "单记")); got != "[单记商行]" {
			t.Errorf("found %s: names of organisations are open", got)
		}
	})
}

func TestCloseAndReopen(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		c := w.create(ctx, person("张三"))
		if _, err := w.Reopen(ctx, c.ID, 1); !errors.Is(err, customer.ErrNotClosed) {
			t.Errorf("reopened an active one: %v", err)
		}
		if _, err := w.Close(ctx, c.ID, 2, customer.CloseInput{Reason: "moved_away"}); !errors.Is(err, db.ErrStale) {
			t.Errorf("stale: %v", err)
		}
		closed, err := w.Close(ctx, c.ID, 1, customer.CloseInput{Reason: "moved_away", Remark: "迁往外省"})
		if err != nil || closed.Status != customer.Closed || closed.Version != 2 {
			t.Fatalf("%+v %v", closed, err)
		}
		notes, _, err := w.Notes(ctx, c.ID, customer.Page{Limit: 5})
		if err != nil || len(notes) != 1 || notes[0].Text != "迁往外省" {
			t.Errorf("remark: %+v %v", notes, err)
		}
		events, _, err := w.Timeline(ctx, c.ID, customer.TimelineFilter{Kinds: []string{"customer.closed"}}, customer.Page{Limit: 5})
		if err != nil || len(events) != 1 || events[0].Text != "停用客户档案：迁离" {
			t.Errorf("event: %+v %v", events, err)
		}
		if _, err := w.Close(ctx, c.ID, 2, customer.CloseInput{Reason: "other"}); !errors.Is(err, customer.ErrClosed) {
			t.Errorf("closed twice: %v", err)
		}
		back, err := w.Reopen(ctx, c.ID, 2)
		if err != nil || back.Status != customer.Active {
			t.Errorf("%+v %v", back, err)
		}
	})
}

// strict refuses that anybody is closed.
type strict struct{ accounts }

var errLive = errors.New("live accounts")

func (strict) CheckCloseTx(*db.Tx, id.ID, id.ID) error { return errLive }

func TestAFollowerMayRefuseClosing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.AddFollower(&strict{})
		c := w.create(w.as(w.one), person("张三"))
		if _, err := w.Close(w.as(w.one), c.ID, 1, customer.CloseInput{Reason: "other"}); !errors.Is(err, errLive) {
			t.Errorf("%v", err)
		}
	})
}

func TestTagsAndClassesOfMany(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		a, b := w.create(ctx, person("甲")), w.create(ctx, person("乙"))
		stranger := w.create(w.as(w.two), person("丙"))
		n, err := w.Tag(ctx, customer.TagInput{IDs: []id.ID{b.ID, a.ID, a.ID}, Add: []string{"红", "蓝"}})
		if err != nil || n != 2 {
			t.Errorf("%d %v", n, err)
		}
		if n, err = w.Tag(ctx, customer.TagInput{IDs: []id.ID{a.ID, b.ID}, Add: []string{"红"}, Remove: []string{"蓝", "绿"}}); err != nil || n != 2 {
			t.Errorf("%d %v", n, err)
		}
		if n, err = w.Tag(ctx, customer.TagInput{IDs: []id.ID{a.ID}, Add: []string{"红"}}); err != nil || n != 0 {
			t.Errorf("nothing new: %d %v", n, err)
		}
		if _, err = w.Tag(ctx, customer.TagInput{IDs: []id.ID{a.ID, stranger.ID}, Add: []string{"黑"}}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("one of another company: %v", err)
		}
		tags, err := w.Tags(ctx)
		if err != nil || fmt.Sprint(tags) != "[{红 2}]" {
			t.Errorf("%v %v", tags, err)
		}
		if n, err = w.Classify(ctx, customer.ClassifyInput{IDs: []id.ID{a.ID, b.ID}, Scheme: "relation", Class: "troublesome"}); err != nil || n != 2 {
			t.Errorf("%d %v", n, err)
		}
		if _, err = w.Classify(ctx, customer.ClassifyInput{IDs: []id.ID{a.ID}, Scheme: "relation", Class: "x"}); fields(err) != "classes.relation=no_such" {
			t.Errorf("%v", fields(err))
		}
		if got, err := w.Get(ctx, a.ID); err != nil || got.Classes["relation"] != "troublesome" || fmt.Sprint(got.Tags) != "[红]" {
			t.Errorf("%+v %v", got.Base, err)
		}
		if _, err := w.Tag(ctx, customer.TagInput{IDs: make([]id.ID, 201)}); fields(err) != "ids=too_many" {
			t.Errorf("too many: %v", fields(err))
		}
	})
}
