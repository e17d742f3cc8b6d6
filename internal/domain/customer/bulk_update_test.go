package customer_test

import (
	"errors"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

var importer = audit.Actor{Name: "import"}

func TestManyCustomersAreFoundByCertificate(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		refs := w.fill(0, 20)
		shown, err := w.Get(w.as(w.one), refs[3].ID)
		w.must(err)
		number := shown.Certificates[0].Number
		w.write(func(tx *db.Tx) error {
			found, err := w.RefsByCertificatesTx(tx, w.one.ID, []string{number, "590100199001010013"})
			if err != nil || len(found) != 1 || len(found[number]) != 1 || found[number][0].ID != refs[3].ID {
				t.Errorf("found %v, %v", found, err)
			}
			if none, err := w.RefsByCertificatesTx(tx, w.one.ID, nil); err != nil || len(none) != 0 {
				t.Errorf("nothing asked for: %v, %v", none, err)
			}
			elsewhere, err := w.RefsByCertificatesTx(tx, w.two.ID, []string{number})
			if len(elsewhere) != 0 {
				t.Errorf("another company has %v", elsewhere)
			}
			return err
		})
	})
}

func TestManyCustomersAreChangedAndRestored(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		refs := w.fill(0, 3)
		name, bad, same := "欧阳娜娜", "", refs[2].Name
		updates := []customer.UpdateOne{
			{ID: refs[0].ID, Input: func(now customer.Customer) customer.UpdateInput {
				if now.Name != refs[0].Name || len(now.Contacts) == 0 {
					t.Errorf("was %+v", now)
				}
				return customer.UpdateInput{Name: &name}
			}},
			{ID: refs[1].ID, Input: func(customer.Customer) customer.UpdateInput { return customer.UpdateInput{Name: &bad} }},
			{ID: refs[2].ID, Input: func(customer.Customer) customer.UpdateInput { return customer.UpdateInput{Name: &same} }},
			{ID: id.ID{9}},
		}
		var done []customer.UpdatedOne
		try := func(org id.ID, dry bool, list ...customer.UpdateOne) {
			w.write(func(tx *db.Tx) (err error) {
				done, err = w.UpdateManyTx(tx, importer, org, customer.Check{}, list, dry)
				return err
			})
		}
		try(w.one.ID, true, updates...)
		if !done[0].Changed || fault.KindOf(done[1].Err) != fault.Invalid || done[2].Changed || !errors.Is(done[3].Err, db.ErrNotFound) {
			t.Fatalf("dry: %+v", done)
		}
		if c, err := w.Get(w.as(w.one), refs[0].ID); err != nil || c.Name == name {
			t.Errorf("a dry run changed %s, %v", c.Name, err)
		}
		try(w.one.ID, false, updates[0], updates[2])
		if !done[0].Changed || done[0].Version != 2 || done[1].Changed || done[1].Version != 1 {
			t.Fatalf("changed: %+v", done)
		}
		if found, err := w.Search(w.as(w.one), "娜娜", 5); err != nil || len(found) != 1 {
			t.Errorf("found %v, %v", found, err)
		}
		w.write(func(tx *db.Tx) error {
			back, err := w.RevertUpdateTx(tx, importer, w.one.ID, done[0].Updated)
			if !back {
				t.Error("not taken back")
			}
			return err
		})
		if c, err := w.Get(w.as(w.one), refs[0].ID); err != nil || c.Name != refs[0].Name {
			t.Errorf("taken back: %s, %v", c.Name, err)
		}
		try(w.two.ID, false, customer.UpdateOne{ID: refs[0].ID})
		if !errors.Is(done[0].Err, db.ErrNotFound) {
			t.Errorf("from another company: %+v", done)
		}
	})
}

func TestDraftsAreHeldToTheCompanysFields(t *testing.T) {
	w := newWorld(t, db.SQLite)
	_, err := w.CreateField(w.as(w.one), "", customer.FieldInput{OrgID: w.one.ID, Code: "pole", FieldBody: customer.FieldBody{NameZh: "杆号", Type: customer.NumberField, Required: true}})
	w.must(err)
	in := person("张伟", mobile(1))
	for _, c := range []struct {
		fields, classes map[string]string
		want            string
	}{
		{nil, nil, "input.invalid fields.pole=required"},
		{map[string]string{"pole": "x"}, nil, "input.invalid fields.pole=field_number"},
		{map[string]string{"pole": "1"}, map[string]string{"nonsense": "x"}, "input.invalid classes.nonsense=no_such"},
		{map[string]string{"pole": "1"}, nil, ""},
	} {
		in.Fields, in.Classes = c.fields, c.classes
		d, err := in.Draft(customer.Check{})
		w.must(err)
		w.write(func(tx *db.Tx) error {
			got := ""
			if err := w.CheckDraftTx(tx, w.one.ID, d); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("%v %v: %q, want %q", c.fields, c.classes, got, c.want)
			}
			fields, schemes, err := w.SettingsTx(tx, w.one.ID)
			if err != nil || len(fields) != 1 || len(schemes) == 0 {
				t.Errorf("settings %v %v, %v", fields, schemes, err)
			}
			return nil
		})
	}
}

func TestNormalContacts(t *testing.T) {
	got, err := customer.NormalContact(customer.ContactInput{Kind: customer.Phone, Value: "2123456"}, customer.Check{Area: "0578"})
	if err != nil || got != "0578-2123456" {
		t.Errorf("%s, %v", got, err)
	}
	if _, err := customer.NormalContact(customer.ContactInput{Kind: customer.Phone, Value: "12"}, customer.Check{}); fault.KindOf(err) != fault.Invalid {
		t.Error(err)
	}
}
