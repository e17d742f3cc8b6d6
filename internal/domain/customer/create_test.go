package customer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func TestCreateGivesANumberAndNamesPeople(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		in := person("单雄信")
		in.UnitID, in.ManagerID, in.Tags, in.Classes = w.station.ID, w.manager, []string{"重点", "孤寡", "重点"}, map[string]string{"relation": "potential"}
		c := w.create(ctx, in)
		if c.CustomerNo != "K0000001" || c.Status != customer.Active || c.Version != 1 || c.CreatedAt != *w.now || c.OrgID != w.one.ID {
			t.Errorf("%+v", c.Base)
		}
		if fmt.Sprint(c.Tags) != "[孤寡 重点]" || fmt.Sprint(c.Classes) != "map[kind:individual product:residential relation:potential]" {
			t.Errorf("labels %v %v", c.Tags, c.Classes)
		}
		got, err := w.Get(ctx, c.ID)
		if err != nil || got.UnitName != "城关供电所" || got.ManagerName != "周经理" || c.ManagerName != "周经理" {
			t.Errorf("%+v %v", got, err)
		}
		if next := w.create(ctx, person("乙")); next.CustomerNo != "K0000002" {
			t.Errorf("next number %s", next.CustomerNo)
		}
		if own := w.create(w.as(w.two), person("丙")); own.CustomerNo != "K0000001" {
			t.Errorf("another company's numbers: %s", own.CustomerNo)
		}
	})
}

func TestCreateRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		with := func(change func(in *customer.CreateInput)) customer.CreateInput {
			in := person("张三")
			change(&in)
			return in
		}
		taken := with(func(in *customer.CreateInput) { in.CustomerNo = "A-1" })
		w.create(w.as(w.one), taken)
		for name, c := range map[string]struct {
			ctx  context.Context
			in   customer.CreateInput
			want error
		}{
			"nobody":             {context.Background(), person("张三"), access.ErrLogin},
			"without permission": {w.as(w.one, "customer.get"), person("张三"), access.ErrForbidden},
			"which company":      {w.as(w.province), person("张三"), db.ErrOrgRequired},
			"another company":    {w.as(w.two), with(func(in *customer.CreateInput) { in.OrgID = w.one.ID }), db.ErrNotFound},
			"number taken":       {w.as(w.one), taken, customer.ErrNoTaken},
			"unknown unit":       {w.as(w.one), with(func(in *customer.CreateInput) { in.UnitID = id.ID{9} }), customer.ErrUnit},
			"other company's":    {w.as(w.two), with(func(in *customer.CreateInput) { in.UnitID = w.station.ID }), customer.ErrUnit},
			"unknown manager":    {w.as(w.one), with(func(in *customer.CreateInput) { in.ManagerID = id.ID{9} }), customer.ErrManager},
		} {
			if _, err := w.Create(c.ctx, "", c.in); !errors.Is(err, c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, in := range map[string]customer.CreateInput{
			"classes.nothing=no_such":  with(func(in *customer.CreateInput) { in.Classes = map[string]string{"nothing": "x"} }),
			"classes.relation=no_such": with(func(in *customer.CreateInput) { in.Classes = map[string]string{"relation": "married"} }),
			"fields.pets=no_such":      with(func(in *customer.CreateInput) { in.Fields = map[string]string{"pets": "x"} }),
		} {
			if _, err := w.Create(w.as(w.one), "", in); fields(err) != name {
				t.Errorf("%s: %v", name, fields(err))
			}
		}
		if items, _, err := w.List(w.as(w.province), customer.ListInput{Sort: "name", Limit: 10}); err != nil || len(items) != 1 {
			t.Errorf("something was written: %+v %v", items, err)
		}
	})
}

func TestAKeyMakesACustomerOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, in := w.as(w.one), person("张三", mobile(7))
		first, err := w.Create(ctx, "k", in)
		w.must(err)
		again, err := w.Create(ctx, "k", in)
		if err != nil || again.ID != first.ID || len(again.Contacts) != 1 {
			t.Errorf("sent twice: %+v %v", again, err)
		}
		if _, err := w.Create(ctx, "k", person("李四")); !errors.Is(err, db.ErrKeyReused) {
			t.Errorf("another body: %v", err)
		}
		if items, _, err := w.List(ctx, customer.ListInput{Sort: "name", Limit: 10}); err != nil || len(items) != 1 {
			t.Errorf("%d customers, %v", len(items), err)
		}
	})
}

// candidates are the numbers of the candidates an error tells, with the reasons.
func candidates(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) || !errors.Is(err, customer.ErrDuplicates) {
		return fmt.Sprint(err)
	}
	s := ""
	for _, c := range f.Params["candidates"].([]customer.Candidate) {
		s += fmt.Sprint(c.CustomerNo, c.Reasons, " ")
	}
	return s
}

func TestDuplicatesAreWarnedOf(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		number := residentID(t, "1990-05-06", 7)
		a := person("张三", mobile(10001))
		a.CustomerNo = "P"
		a.Certificates = []customer.CertificateInput{certificate(cn.KindResidentID, number)}
		a.Contacts = append(a.Contacts, contact(customer.Address, "解放街 12 号"))
		w.create(ctx, a)
		firm := organisation("甲电器有限公司")
		firm.CustomerNo = "F"
		w.create(ctx, firm)

		plain, phone, cert, birth, address, tail := person("张三"), person("李四", mobile(10001)), person("王五"), person("张三"), person("张三"), person("张三", mobile(20001))
		cert.Certificates = a.Certificates
		birth.Person = &customer.Person{BirthDate: "1990-05-06"}
		address.Contacts = []customer.ContactInput{contact(customer.Address, "解放街12号")}
		for name, c := range map[string]struct {
			in   customer.CreateInput
			want string
		}{
			"same phone": {phone, "P[phone] "}, "same certificate": {cert, "P[certificate] "},
			"name and birthday": {birth, "P[name_birth] "}, "name and address": {address, "P[name_address] "}, "name and tail": {tail, "P[name_tail] "},
			"organisation's name": {organisation("甲电器 有限公司"), "F[name] "}, "person of an organisation's name": {person("甲电器有限公司"), "<nil>"},
			"a name identifies nobody": {plain, "<nil>"},
		} {
			_, err := w.Create(ctx, "", c.in)
			if got := candidates(err); got != c.want {
				t.Errorf("%s: %s, want %s", name, got, c.want)
			}
		}
		found, err := w.Check(ctx, cert)
		if err != nil || len(found) != 1 || found[0].Name != "张三" {
			t.Errorf("asked before: %+v %v", found, err)
		}
		if found, err = w.Check(w.as(w.one, "customer.check", "customer.get"), cert); err != nil || found[0].Name != "张*" {
			t.Errorf("without the right to see names: %+v %v", found, err)
		}
		if found, err = w.Check(w.as(w.one, "customer.check"), cert); err != nil || len(found) != 0 {
			t.Errorf("without the right to see customers: %+v %v", found, err)
		}
		if found, err = w.Check(w.as(w.two), cert); err != nil || len(found) != 0 {
			t.Errorf("another company's: %+v %v", found, err)
		}
		cert.ConfirmDuplicates = true
		w.create(ctx, cert)
		refs := w.byCertificate(number)
		if len(refs) != 2 {
			t.Errorf("holders of the certificate: %+v", refs)
		}
	})
}

func (w *world) byCertificate(number string) (refs []customer.Ref) {
	w.t.Helper()
	w.must(w.db.Read(context.Background(), func(tx *db.Tx) (err error) {
		refs, err = w.RefsByCertificateTx(tx, w.one.ID, number)
		return err
	}))
	return refs
}

func TestOfConcurrentCreatesWithOneCertificateOneGoesThrough(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		in := person("张三")
		in.Certificates = []customer.CertificateInput{certificate(cn.KindResidentID, residentID(t, "1990-05-06", 7))}
		errs := make([]error, 8)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() { _, errs[i] = w.Create(ctx, "", in) })
		}
		wg.Wait()
		made := 0
		for _, err := range errs {
			if err == nil {
				made++
			} else if !errors.Is(err, customer.ErrDuplicates) {
				t.Errorf("%v", err)
			}
		}
		if made != 1 || len(w.byCertificate(in.Certificates[0].Number)) != 1 {
			t.Errorf("%d made", made)
		}
	})
}

func TestGeneratedNumbersAreUnique(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, numbers := w.as(w.one), make([]string, 120)
		var wg sync.WaitGroup
		for i := range numbers {
			wg.Go(func() {
				c, err := w.Create(ctx, "", person(fmt.Sprint("客户", i)))
				if err != nil {
					t.Error(err)
				}
				numbers[i] = c.CustomerNo
			})
		}
		wg.Wait()
		reserved, err := w.Numbers(ctx, w.one.ID, 3)
		w.must(err)
		all := append(numbers, reserved...)
		slices.Sort(all)
		if len(slices.Compact(all)) != 123 {
			t.Errorf("%d different numbers of 123", len(slices.Compact(all)))
		}
	})
}

func TestGetKeepsCompaniesAndPeopleApart(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := person("欧阳文渊", mobile(1234))
		in.Certificates = []customer.CertificateInput{certificate(cn.KindResidentID, residentID(t, "1990-05-06", 7))}
		in.Person = &customer.Person{Employer: "供销社"}
		in.Contacts = append(in.Contacts, contact(customer.Email, "wen@example.com"), contact(customer.Address, "浙江省丽水市莲都区人民街12号"), contact(customer.WeChat, "wenyuan"))
		in.Contacts[0].Person = "李四"
		c := w.create(w.as(w.one), in)
		for name, x := range map[string]struct {
			ctx  context.Context
			want error
		}{
			"another company": {w.as(w.two), db.ErrNotFound}, "without permission": {w.as(w.one, "customer.list"), access.ErrForbidden},
			"nobody": {context.Background(), access.ErrLogin},
		} {
			if _, err := w.Get(x.ctx, c.ID); !errors.Is(err, x.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, ctx := range []context.Context{w.as(w.one), w.as(w.province)} {
			if got, err := w.Get(ctx, c.ID); err != nil || got.Masked || got.Name != "欧阳文渊" {
				t.Errorf("%+v %v", got, err)
			}
		}
		m, err := w.Get(w.as(w.one, "customer.get"), c.ID)
		w.must(err)
		values := []string{m.Name, m.Person.BirthDate, m.Person.Employer, m.Certificates[0].Number, m.Contacts[0].Person}
		for _, x := range m.Contacts {
			values = append(values, x.Value)
		}
		want := []string{"欧阳*渊", "1990-**-**", "****", "590***********007" + in.Certificates[0].Number[17:], "李*", "154****1234", "w***@example.com", "浙江省丽水市莲都区人民街******", "****"}
		if !m.Masked || !slices.Equal(values, want) {
			t.Errorf("masked: %v, want %v", values, want)
		}
	})
}
