package customer_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
)

// fieldsOf defines a field of every kind that matters here.
func (w *world) defined() map[string]customer.Field {
	w.t.Helper()
	secret, persons := field("secret", customer.TextField), field("hobby", customer.TextField)
	secret.Confidential, persons.AppliesTo = true, customer.KindPerson
	byCode := map[string]customer.Field{}
	for _, in := range []customer.FieldInput{secret, persons, field("pole", customer.NumberField)} {
		f, err := w.CreateField(w.as(w.one), "", in)
		w.must(err)
		byCode[f.Code] = f
	}
	return byCode
}

// told are the values of a customer as a caller is told of them.
func told(values []customer.FieldValue, err error) string {
	s := ""
	for _, v := range values {
		s += fmt.Sprintf("%s=%s", v.Field.Code, v.Value)
		if v.Hidden {
			s += "?"
		}
		s += " "
	}
	if err != nil {
		s += err.Error()
	}
	return s
}

func (w *world) reported(code string) customer.FieldReport {
	w.t.Helper()
	reports, err := w.ReportFields(w.as(w.one), id.ID{})
	w.must(err)
	i := slices.IndexFunc(reports, func(r customer.FieldReport) bool { return r.Code == code })
	return reports[i]
}

// A value taken away is gone for everybody: nothing is hidden any more, and it
// does not count as filled.
func TestAConfidentialValueTakenAwayIsGone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, masked := w.as(w.one), w.as(w.one, "customer.get")
		f := w.defined()["secret"]
		in := person("张三")
		in.Fields = map[string]string{"secret": "暗号"}
		c := w.create(ctx, in)
		if got := told(w.FieldValues(masked, c.ID)); got != "secret=? hobby= pole= " || w.reported("secret").Filled != 1 {
			t.Errorf("filled: %s %+v", got, w.reported("secret"))
		}
		w.must(third(w.Fill(ctx, c.ID, 1, map[string]string{"secret": ""})))
		if got := told(w.FieldValues(masked, c.ID)); got != "secret= hobby= pole= " || w.reported("secret").Filled != 0 {
			t.Errorf("taken away: %s %+v", got, w.reported("secret"))
		}
		history, _, err := w.FieldHistory(masked, c.ID, f.ID, all)
		if got := told(history, err); got != "secret= secret=? " {
			t.Errorf("history: %s", got)
		}
	})
}

// A report's completeness is a share of those to whom the field applies, also
// after customers or fields changed their kind.
func TestCompletenessIsAShare(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		f := w.defined()["hobby"]
		var made []customer.Customer
		for i := range 3 {
			in := person(fmt.Sprint("客户", i))
			in.Fields = map[string]string{"hobby": "钓鱼"}
			made = append(made, w.create(ctx, in))
		}
		w.must(second(w.Update(ctx, made[0].ID, 1, customer.UpdateInput{Kind: ptr(customer.KindOrganisation)})))
		if r := w.reported("hobby"); r.Filled != 2 || r.Customers != 2 || r.Completeness != 1 {
			t.Errorf("one became an organisation: %d of %d, %v", r.Filled, r.Customers, r.Completeness)
		}
		w.must(second(w.Merge(ctx, made[1].ID, 1, customer.MergeInput{FromID: made[2].ID, FromVersion: 1})))
		if r := w.reported("hobby"); r.Filled != 1 || r.Customers != 1 {
			t.Errorf("one was merged: %d of %d", r.Filled, r.Customers)
		}
		body := f.FieldBody
		body.AppliesTo = customer.KindOrganisation
		w.must(second(w.UpdateField(ctx, f.ID, 1, customer.FieldChange{FieldBody: body, Active: true})))
		if r := w.reported("hobby"); r.Filled != 1 || r.Customers != 1 || r.Completeness != 1 {
			t.Errorf("the field is of organisations now: %d of %d, %v", r.Filled, r.Customers, r.Completeness)
		}
	})
}

// The same value again, also with spaces around it, is no change: no history, no
// event, no audit entry, no new version.
func TestFillingInTheSameChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		w.defined()
		in := person("张三")
		in.Fields = map[string]string{"hobby": " 钓鱼 ", "pole": "7"}
		c := w.create(ctx, in)
		before := w.rows("customer_field_value", "customer_event", "audit_entry")
		for _, given := range []map[string]string{{"hobby": "钓鱼"}, {"hobby": "  钓鱼", "pole": "7 "}, {"secret": ""}, {"secret": " "}, {}} {
			_, version, err := w.Fill(ctx, c.ID, 1, given)
			if n := w.rows("customer_field_value", "customer_event", "audit_entry"); err != nil || n != before || version != 1 {
				t.Errorf("%v: %d rows, version %d, %v", given, n-before, version, err)
			}
		}
		if got, err := w.Get(ctx, c.ID); err != nil || got.Version != 1 {
			t.Errorf("%+v %v", got.Version, err)
		}
		_, version, err := w.Fill(ctx, c.ID, 1, map[string]string{"hobby": " 下棋 ", "pole": "7"})
		if n := w.rows("customer_field_value", "customer_event", "audit_entry"); err != nil || n != before+3 || version != 2 {
			t.Errorf("one of two changed: %d rows, version %d, %v", n-before, version, err)
		}
		if h := w.history(ctx, c, 1); h[0] != "customer.fill fields hobby:钓鱼>下棋" {
			t.Errorf("audit: %s", h[0])
		}
	})
}

func TestBlankFieldsAreNone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		byCode := w.defined()
		need := field("need", customer.TextField)
		need.Required = true
		w.must(second(w.CreateField(ctx, "", need)))
		in := person("张三")
		in.Fields = map[string]string{"need": "  "}
		if _, err := w.Create(ctx, "", in); fields(err) != "fields.need=required" {
			t.Errorf("a blank value of a required field: %s", fields(err))
		}
		in.Fields = map[string]string{"need": "有", "hobby": " ", "secret": ""}
		c := w.create(ctx, in)
		for code, want := range map[string]string{"hobby": "", "secret": ""} {
			if h, _, err := w.FieldHistory(ctx, c.ID, byCode[code].ID, all); told(h, err) != want {
				t.Errorf("%s has the history %s", code, told(h, err))
			}
		}
	})
}

// What nobody may read is not counted as shown; what is read is, per month.
func TestShownValuesAreCounted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		w.defined()
		w.SetReleases(&approved{})
		in := person("张三")
		in.Fields = map[string]string{"secret": "暗号", "hobby": "钓鱼"}
		c := w.create(ctx, in)
		for range 3 {
			*w.now = w.now.Add(2 * time.Minute)
			w.must(second(w.FieldValues(w.as(w.one, "customer.get"), c.ID)))
			w.must(second(w.Card(ctx, c.ID, w.sheet(ctx, customer.WhatCard, c.ID))))
			w.must(second(w.Card(ctx, c.ID, id.ID{})))
		}
		*w.now = w.now.Add(2 * time.Minute)
		w.must(second(w.FieldValues(ctx, c.ID)))
		for code, want := range map[string]int64{"secret": 4, "hobby": 10, "pole": 0} {
			if got := w.reported(code).Shown; got != want {
				t.Errorf("%s was shown %d times, want %d", code, got, want)
			}
		}
		*w.now = w.now.Add(400 * 24 * time.Hour)
		if r := w.reported("hobby"); r.Shown != 0 || r.Changes != 0 || r.Filled != 1 || r.MeanAgeDays != 400 {
			t.Errorf("a year later: %+v", r)
		}
	})
}

// Fields stand by their position, retired options stay readable but are given no
// more, and a hidden field gives nothing away.
func TestOptionsAndPositions(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		choice := field("pet", customer.ChoiceField)
		choice.Options, choice.Position = []customer.Class{{Code: "cat", NameZh: "猫"}, {Code: "dog", NameZh: "狗"}}, 5
		first := field("first", customer.TextField)
		first.Position = 1
		f, err := w.CreateField(ctx, "", choice)
		w.must(err)
		w.must(second(w.CreateField(ctx, "", first)))
		in := person("张三")
		in.Fields = map[string]string{"pet": "dog", "first": "x"}
		c := w.create(ctx, in)
		body := f.FieldBody
		body.Options = []customer.Class{{Code: "cat", NameZh: "猫"}, {Code: "dog", NameZh: "狗", Retired: true}}
		f, err = w.UpdateField(ctx, f.ID, 1, customer.FieldChange{FieldBody: body, Active: true})
		w.must(err)
		if got := told(w.FieldValues(ctx, c.ID)); got != "first=x pet=dog " {
			t.Errorf("in order: %s", got)
		}
		if _, _, err := w.Fill(ctx, c.ID, 1, map[string]string{"pet": "dog", "first": "y"}); err != nil {
			t.Errorf("a retired option that stays is refused: %v", err)
		}
		w.must(third(w.Fill(ctx, c.ID, 2, map[string]string{"pet": "cat"})))
		if _, _, err := w.Fill(ctx, c.ID, 3, map[string]string{"pet": "dog"}); fields(err) != "fields.pet=field_choice" {
			t.Errorf("a retired option is given: %v", fields(err))
		}
		w.must(second(w.UpdateField(ctx, f.ID, 2, customer.FieldChange{FieldBody: body})))
		if got := told(w.FieldValues(ctx, c.ID)); got != "first=y " {
			t.Errorf("hidden: %s", got)
		}
		if _, _, err := w.Fill(ctx, c.ID, 3, map[string]string{"pet": ""}); fields(err) != "fields.pet=no_such" {
			t.Errorf("a hidden field is filled: %v", fields(err))
		}
	})
}
