package customer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

var loader = audit.Actor{ID: id.ID{5}, Name: "导入员"}

func (w *world) batch() customer.Batch {
	return customer.Batch{OrgID: w.one.ID, Actor: loader, SourceType: "import", SourceID: id.ID{8}, ImportID: id.ID{8}}
}

func (w *world) draft(in customer.CreateInput) customer.Draft {
	w.t.Helper()
	d, err := in.Draft(customer.Check{})
	w.must(err)
	return d
}

// many makes customers named 客户0 to 客户n-1, with everything an import may know.
func (w *world) many(n int) (refs []customer.Ref) {
	w.t.Helper()
	rows := make([]customer.NewCustomer, n)
	for i := range rows {
		in := person(fmt.Sprint("客户", i), mobile(i))
		in.Certificates = []customer.CertificateInput{certificate(cn.KindResidentID, residentID(w.t, "1990-05-06", i))}
		in.Tags, in.Classes = []string{"导入"}, map[string]string{"relation": "new"}
		if i%2 == 0 {
			in.CustomerNo = fmt.Sprint("OLD-", i)
		}
		rows[i] = customer.NewCustomer{Draft: w.draft(in), ID: id.ID{1, 2, 14: byte(i >> 8), 15: byte(i)}, Parts: customer.Parts{Addresses: []string{fmt.Sprintf("解放街%d号", i)}, AccountNos: []string{fmt.Sprint(1001000000 + i)}}}
	}
	w.write(func(tx *db.Tx) (err error) { refs, err = w.CreateManyTx(tx, w.batch(), rows); return err })
	return refs
}

// The customers an import made are listed in every order, and nobody else's.
func TestTheCustomersOfAnImport(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.create(w.as(w.one), person("别人"))
		w.many(7)
		other := w.batch()
		other.ImportID = id.ID{9}
		w.write(func(tx *db.Tx) error {
			_, err := w.CreateManyTx(tx, other, []customer.NewCustomer{{Draft: w.draft(person("另一次"))}})
			return err
		})
		for _, sort := range allSorts {
			in := customer.ListInput{Filter: customer.Filter{ImportID: id.ID{8}}, Sort: sort, Limit: 3}
			if got := w.numbersOf(w.as(w.province), in, func() {}); len(got) != 7 || slices.Contains(got, "") {
				t.Errorf("by %s: %v", sort, got)
			}
			if got := w.numbersOf(w.as(w.two), in, func() {}); len(got) != 0 {
				t.Errorf("another company's by %s: %v", sort, got)
			}
		}
		in := customer.ListInput{Filter: customer.Filter{ImportID: id.ID{8}, Tags: []string{"无"}}, Sort: "name", Limit: 3}
		if got := w.numbersOf(w.as(w.one), in, func() {}); len(got) != 0 {
			t.Errorf("of a tag nobody has: %v", got)
		}
	})
}

func TestManyCustomersAreMadeAsOneByOne(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		refs := w.many(20)
		if len(refs) != 20 || refs[2].CustomerNo != "OLD-2" || refs[3].CustomerNo != "K0000002" || refs[3].ID != (id.ID{1, 2, 15: 3}) {
			t.Errorf("%+v", refs[:4])
		}
		c, err := w.Get(ctx, refs[7].ID)
		if err != nil || c.Name != "客户7" || c.Contacts[0].Value != mobile(7) || c.Person.BirthDate != "1990-05-06" || c.Classes["relation"] != "new" || fmt.Sprint(c.Tags) != "[导入]" {
			t.Errorf("%+v %v", c, err)
		}
		for q, want := range map[string]string{mobile(7): "[客户7]", "0007": "[客户7]", "1001000007": "[客户7]", "放街7号": "[客户7]", residentID(t, "1990-05-06", 7): "[客户7]", "old-8": "[客户8]"} {
			if got := fmt.Sprint(w.found(ctx, q)); got != want {
				t.Errorf("%s finds %s, want %s", q, got, want)
			}
		}
		events, _, err := w.Timeline(ctx, refs[7].ID, customer.TimelineFilter{}, all)
		if err != nil || len(events) != 1 || events[0].ActorName != "导入员" || events[0].SourceID != (id.ID{8}) {
			t.Errorf("%+v %v", events, err)
		}
		w.must(w.db.Read(ctx, func(tx *db.Tx) error {
			entries, err := w.audit.HistoryTx(tx, db.ScopeOf(w.one.ID), id.ID{8}, 10)
			if err != nil || len(entries) != 1 {
				t.Fatalf("%d audit entries, %v", len(entries), err)
			}
			_, after, err := w.audit.OpenTx(tx, entries[0], nil)
			if err != nil || !strings.Contains(after, `"count":20`) || !strings.Contains(after, `"sha256":"`) {
				t.Errorf("%s %v", after, err)
			}
			return nil
		}))
		if _, err := w.Create(ctx, "", person("某人", mobile(7))); !errors.Is(err, customer.ErrDuplicates) {
			t.Errorf("duplicates of imported customers: %v", err)
		}
	})
}

func TestManyRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		numbered, classed := person("甲"), person("乙")
		numbered.CustomerNo, classed.Classes = "A", map[string]string{"relation": "x"}
		for want, rows := range map[string][]customer.NewCustomer{
			"customer.no_taken": {{Draft: w.draft(numbered)}, {Draft: w.draft(numbered)}}, "classes.relation=no_such": {{Draft: w.draft(classed)}},
		} {
			err := w.db.Write(context.Background(), func(tx *db.Tx) error { _, err := w.CreateManyTx(tx, w.batch(), rows); return err })
			if fields(err) != want {
				t.Errorf("%s: %v", want, err)
			}
		}
		w.write(func(tx *db.Tx) error {
			refs, err := w.CreateManyTx(tx, w.batch(), nil)
			if len(refs) != 0 {
				t.Error(refs)
			}
			return err
		})
		d := w.draft(person("丙")).WithNo("X-1")
		if d.No() != "X-1" || d.WithNo("X-2").No() != "X-1" {
			t.Error("a number is set over another")
		}
		if items, _, err := w.List(w.as(w.one), customer.ListInput{Sort: "name", Limit: 5}); err != nil || len(items) != 0 {
			t.Errorf("something was written: %+v %v", items, err)
		}
	})
}

func TestAnImportIsTakenBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		refs := w.many(12)
		_, err := w.Update(ctx, refs[1].ID, 1, customer.UpdateInput{Name: ptr("改过")})
		w.must(err)
		_, err = w.AddNote(ctx, "", refs[2].ID, customer.NoteInput{Text: "x"})
		w.must(err)
		var kept []customer.Ref
		w.write(func(tx *db.Tx) (err error) { kept, err = w.RemoveManyTx(tx, w.batch(), refs); return err })
		if len(kept) != 2 || kept[0].ID != refs[1].ID || kept[0].Name != "改过" || kept[1].ID != refs[2].ID {
			t.Errorf("kept %+v", kept)
		}
		items, _, err := w.List(ctx, customer.ListInput{Sort: "customer_no", Limit: 20})
		if err != nil || len(items) != 2 {
			t.Errorf("left %+v %v", items, err)
		}
		for _, q := range []string{"客户7", mobile(7), residentID(t, "1990-05-06", 7)} {
			if got := w.found(ctx, q); len(got) != 0 {
				t.Errorf("%s still finds %v", q, got)
			}
		}
		if len(w.byCertificate(residentID(t, "1990-05-06", 7))) != 0 || len(w.byCertificate(residentID(t, "1990-05-06", 2))) != 1 {
			t.Error("certificates of those removed, or not of those kept")
		}
		if tags, err := w.Tags(ctx); err != nil || fmt.Sprint(tags) != "[{导入 2}]" {
			t.Errorf("tags %v %v", tags, err)
		}
		w.write(func(tx *db.Tx) (err error) { kept, err = w.RemoveManyTx(tx, w.batch(), refs); return err })
		if len(kept) != 2 {
			t.Errorf("taken back twice: %+v", kept)
		}
	})
}

func TestChangesOfAnImportAreTakenBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		in := person("张三", mobile(1))
		in.Tags, in.Certificates = []string{"甲"}, []customer.CertificateInput{certificate(cn.KindResidentID, residentID(t, "1990-05-06", 1))}
		c := w.create(ctx, in)
		change := func(in customer.UpdateInput) (u customer.Updated) {
			w.write(func(tx *db.Tx) (err error) { u, err = w.UpdateTx(tx, loader, w.one.ID, c.ID, in); return err })
			return u
		}
		revert := func(u customer.Updated) (done bool) {
			w.write(func(tx *db.Tx) (err error) { done, err = w.RevertUpdateTx(tx, loader, w.one.ID, u); return err })
			return done
		}
		none := []customer.CertificateInput{}
		u := change(customer.UpdateInput{Name: ptr("李四"), Contacts: ptr([]customer.ContactInput{contact(customer.Phone, mobile(2))}), Tags: ptr([]string{"乙"}), Certificates: &none, Classes: map[string]string{"relation": "new"}})
		if !u.Changed || u.Version != 2 || strings.Contains(string(u.Before), mobile(1)) {
			t.Errorf("%+v", u)
		}
		if !revert(u) {
			t.Fatal("not reverted")
		}
		got, err := w.Get(ctx, c.ID)
		w.must(err)
		if got.Name != "张三" || got.Contacts[0] != c.Contacts[0] || fmt.Sprint(got.Tags, got.Classes["relation"]) != "[甲]long_term" || len(got.Certificates) != 1 || got.Version != 3 {
			t.Errorf("%+v", got)
		}
		if fmt.Sprint(w.found(ctx, mobile(1)), w.found(ctx, mobile(2)), len(w.byCertificate(got.Certificates[0].Number))) != "[张三] [] 1" {
			t.Error("indexes are not as before")
		}
		u = change(customer.UpdateInput{Industry: ptr("渔业")})
		_, err = w.Update(ctx, c.ID, u.Version, customer.UpdateInput{Name: ptr("王五")})
		w.must(err)
		if revert(u) {
			t.Error("reverted over a later change")
		}
		if u = change(customer.UpdateInput{Industry: ptr("渔业")}); u.Changed || revert(u) {
			t.Errorf("a change of nothing: %+v", u)
		}
		if err := w.db.Write(context.Background(), func(tx *db.Tx) error {
			_, err := w.UpdateTx(tx, loader, w.two.ID, c.ID, customer.UpdateInput{})
			return err
		}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another company: %v", err)
		}
	})
}

func TestAModuleMakesACustomer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d := w.draft(person("张三", mobile(1)))
		w.write(func(tx *db.Tx) error {
			c, err := w.CreateTx(tx, loader, w.one.ID, d)
			if err == nil && c.CustomerNo != "K0000001" {
				t.Errorf("%+v", c)
			}
			return err
		})
		if got := fmt.Sprint(w.found(w.as(w.one), mobile(1))); got != "[张三]" {
			t.Errorf("found %s", got)
		}
	})
}
