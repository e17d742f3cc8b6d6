package access_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// shown is the column of a matrix: login, held of so many, whole or in part, and the
// roles that give it.
func shown(m access.Matrix, key string) string {
	at := slices.IndexFunc(m.Columns, func(c access.MatrixColumn) bool { return c.Key == key })
	var all []string
	for _, r := range m.Rows {
		cell := r.Cells[at]
		text := fmt.Sprintf("%s %d", r.Login, cell.Held)
		if cell.Held > 0 && !cell.Whole {
			text += " below"
		}
		for _, i := range cell.Reasons {
			text += " " + r.Reasons[i].NameEn
			if r.Reasons[i].AbsentName != "" {
				text += " for " + r.Reasons[i].AbsentName
			}
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

func TestTheMatrixTellsWhoCanDoWhatWhere(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.user(t, "zhang", b.at(t, "head"))
		li := b.user(t, "li", b.at(t, "agent"))
		later := b.at(t, "clerk")
		later.From = b.now.Add(time.Hour)
		b.user(t, "later", later)
		in := b.away(li.ID, 0, 0, b.role(t, "head"))
		if _, err := b.CreateAbsence(b.as(t, "zhang"), "", in); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			column, want string
			f            access.MatrixFilter
		}{
			{"target.set", "citizen 1 Department head, li 1 Department head for zhang, zhang 1 Department head", access.MatrixFilter{Module: "target", Limit: 10}},
			{"access.update", "admin1 1 Security administrator, citizen 0, li 0, zhang 0", access.MatrixFilter{Module: "access", Limit: 10}},
			{"customer.note", "li 1 Hotline agent Department head for zhang", access.MatrixFilter{Module: "customer", Search: "li", Limit: 10}},
			{"task", "li 5 Hotline agent Department head for zhang", access.MatrixFilter{RoleID: b.role(t, "agent"), Limit: 10}},
			{"org", "admin1 1 Security administrator", access.MatrixFilter{Permission: "access.update", Limit: 10}},
			{"target", "li 5 Department head for zhang", access.MatrixFilter{After: "citizen", Limit: 1}},
		} {
			m, err := b.Matrix(b.as(t, "zhang"), c.f)
			if got := shown(m, c.column); got != c.want || err != nil {
				t.Errorf("%+v: %s, want %s: %v", c.f, got, c.want, err)
			}
		}
		m, err := b.Matrix(b.as(t, "citizen"), access.MatrixFilter{OrgID: b.city.ID, Module: "target", Limit: 10})
		if got := shown(m, "target.set"); got != "citizen 1 Department head, li 1 below Department head for zhang, zhang 1 below Department head" || err != nil {
			t.Errorf("seen from the city: %s, %v", got, err)
		}
		if _, err := b.Matrix(b.as(t, "zhang"), access.MatrixFilter{OrgID: b.two.ID, Limit: 10}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another company: %v", err)
		}
		if _, err := b.Matrix(b.as(t, "later"), access.MatrixFilter{Limit: 10}); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("without the right: %v", err)
		}
		if _, err := b.Matrix(b.as(t, "zhang"), access.MatrixFilter{Module: "nothing", Permission: "customer.*", Limit: 10}); refused(err) != "permission:access.permission_unknown module:access.module_unknown" {
			t.Errorf("unknown: %v", err)
		}

	})
}

// objects implements access.Objects: records of kind "customer" are in company one.
type objects struct{ company id.ID }

func (o objects) CompanyTx(_ *db.Tx, scope db.Scope, kind string, _ id.ID) (id.ID, error) {
	if kind != "customer" || !scope.Has(o.company) {
		return id.ID{}, db.ErrNotFound
	}
	return o.company, nil
}

func (o objects) OpenedTx(_ *db.Tx, q access.Question, _ func(string) []id.ID) ([]access.Opened, error) {
	return []access.Opened{{Type: "case", ID: q.ObjectID, No: "1001-1", Fields: []string{"phone"}}}, nil
}

func TestWhySomebodyCanSeeARecord(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.SetObjects(objects{b.one.ID})
		b.user(t, "zhang", b.at(t, "head"))
		ended, coming := b.at(t, "clerk"), b.at(t, "agent")
		ended.Until, coming.From = b.now.Add(time.Second), b.now.Add(time.Hour)
		li := b.user(t, "li", ended, coming)
		b.now = b.now.Add(time.Minute)
		ask := func(user id.ID, permissions ...string) string {
			t.Helper()
			e, err := b.Explain(b.as(t, "zhang"), access.Question{UserID: user, ObjectType: "customer", ObjectID: id.ID{1}, Permissions: permissions})
			if err != nil {
				return err.Error()
			}
			var all []string
			for _, a := range e.Answers {
				text := fmt.Sprintf("%s %v", a.Permission, a.Allowed)
				for _, r := range a.Reasons {
					text += fmt.Sprintf(" (%s %s in %s%s)", r.State, r.NameEn, strings.Join(r.Way, "/"), r.AbsentName)
				}
				all = append(all, text)
			}
			return strings.Join(all, ", ")
		}
		if got := ask(li.ID, "customer.get", "customer.merge"); got != "customer.get false (coming Hotline agent in 33/3311/1001) (ended Counter clerk in 33/3311/1001), customer.merge false" &&
			got != "customer.get false (ended Counter clerk in 33/3311/1001) (coming Hotline agent in 33/3311/1001), customer.merge false" {
			t.Errorf("no longer and not yet: %s", got)
		}
		if _, err := b.CreateAbsence(b.as(t, "zhang"), "", b.away(li.ID, 0, 0, b.role(t, "head"))); err != nil {
			t.Fatal(err)
		}
		if got := ask(li.ID, "target.set"); got != "target.set true (running Department head in 33/3311/1001zhang)" {
			t.Errorf("a deputy: %s", got)
		}
		above, err := b.People(b.as(t, "zhang"), "citizen")
		if err != nil || len(above) != 1 {
			t.Fatalf("whose grant reaches here: %v, %v", above, err)
		}
		if got := ask(above[0].ID, "target.set"); got != "target.set true (running Department head in 33/3311)" {
			t.Errorf("from above: %s", got)
		}

		other := b.bootstrap(t, "other", b.two.ID, "clerk")
		if got := ask(other, "customer.get"); !strings.Contains(got, db.ErrNotFound.Code) {
			t.Errorf("a user who does not reach here: %s", got)
		}
		for _, q := range []access.Question{{UserID: li.ID, OrgID: b.two.ID, Permissions: []string{"customer.get"}}, {UserID: li.ID, ObjectType: "x", ObjectID: id.ID{1}, Permissions: []string{"customer.get"}}} {
			if _, err := b.Explain(b.as(t, "zhang"), q); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("%+v: %v", q, err)
			}
		}
		if _, err := b.Explain(b.as(t, "zhang"), access.Question{UserID: li.ID, Permissions: []string{"customer.*"}}); refused(err) != "org_id:required permission:access.permission_unknown" {
			t.Errorf("unknown: %v", refused(err))
		}
		if _, err := b.Explain(b.as(t, "other"), access.Question{}); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("without the right: %v", err)
		}
	})
}
