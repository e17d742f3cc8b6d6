package customer_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func body(name, def string, classes ...string) customer.SchemeBody {
	b := customer.SchemeBody{NameZh: name, DefaultPerson: def, DefaultOrganisation: def}
	for _, c := range classes {
		b.Classes = append(b.Classes, customer.Class{Code: c, NameZh: c})
	}
	return b
}

// counts gives how many customers each class has, and how many of them by default.
func (w *world) counts(scheme string) string {
	w.t.Helper()
	counts, err := w.CountClasses(w.as(w.one), id.ID{}, scheme)
	w.must(err)
	s := ""
	for _, c := range counts {
		s += fmt.Sprint(c.Class, c.Count, "/", c.Default, " ")
	}
	return s
}

func TestEverySchemeIsCompleteAndExclusive(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		made, err := w.CreateScheme(ctx, "", customer.SchemeInput{Code: "size", SchemeBody: body("按规模", "small", "small", "large")})
		if err != nil || made.Version != 1 || made.OrgID != w.one.ID {
			t.Fatalf("%+v %v", made, err)
		}
		for i, class := range []string{"small", "large", ""} {
			in := person(fmt.Sprint("客户", i))
			if class != "" {
				in.Classes = map[string]string{"size": class, "kind": "intermediary"}
			}
			w.create(ctx, in)
		}
		w.create(ctx, organisation("甲厂"))
		w.create(w.as(w.two), person("他人"))
		for scheme, want := range map[string]string{
			"size": "small3/2 large1/0 ", "kind": "individual1/1 intermediary2/0 enterprise1/1 public_body0/0 ",
			"relation": "long_term4/4 new0/0 potential0/0 troublesome0/0 ",
		} {
			if got := w.counts(scheme); got != want {
				t.Errorf("%s: %s, want %s", scheme, got, want)
			}
		}
		if _, err := w.CountClasses(ctx, id.ID{}, "nothing"); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("unknown scheme: %v", err)
		}
		items, _, err := w.List(ctx, customer.ListInput{Sort: "name", Limit: 9, Filter: customer.Filter{Classes: []string{"size:small"}}})
		if err != nil || len(items) != 3 || items[2].Classes["size"] != "small" {
			t.Errorf("%+v %v", items, err)
		}
		other, err := w.Schemes(w.as(w.two), id.ID{})
		if err != nil || len(other) != 3 {
			t.Errorf("another company's schemes: %+v %v", other, err)
		}
	})
}

func TestSchemesChange(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		in := person("张三")
		in.Classes = map[string]string{"relation": "new"}
		c := w.create(ctx, in)
		own := customer.SchemeChange{SchemeBody: body("按关系", "friend", "friend", "new"), Active: true}
		changed, err := w.UpdateScheme(ctx, id.ID{}, "relation", 0, own)
		if err != nil || changed.Version != 1 || !changed.Builtin {
			t.Fatalf("%+v %v", changed, err)
		}
		if got := w.counts("relation"); got != "friend0/0 new1/0 " {
			t.Errorf("counts %s", got)
		}
		own.Classes[1].Retired, own.NameEn = true, "By relation"
		if changed, err = w.UpdateScheme(ctx, id.ID{}, "relation", 1, own); err != nil || changed.Version != 2 {
			t.Fatalf("%+v %v", changed, err)
		}
		if got, err := w.Get(ctx, c.ID); err != nil || got.Classes["relation"] != "new" {
			t.Errorf("a retired class goes: %+v %v", got, err)
		}
		in.Name = "李四"
		if _, err := w.Create(ctx, "", in); fields(err) != "classes.relation=no_such" {
			t.Errorf("a retired class is given: %s", fields(err))
		}
		own.Active = false
		_, err = w.UpdateScheme(ctx, id.ID{}, "relation", 2, own)
		w.must(err)
		if got, err := w.Get(ctx, c.ID); err != nil || len(got.Classes) != 2 {
			t.Errorf("a hidden scheme shows: %+v %v", got.Classes, err)
		}
		for name, x := range map[string]struct {
			code    string
			version int64
			body    customer.SchemeBody
			want    error
		}{
			"stale": {"relation", 0, own.SchemeBody, db.ErrStale}, "unknown": {"nothing", 0, own.SchemeBody, db.ErrNotFound},
			"a class in use goes": {"relation", 3, body("x", "friend", "friend"), customer.ErrClassInUse},
		} {
			if _, err := w.UpdateScheme(ctx, id.ID{}, x.code, x.version, customer.SchemeChange{SchemeBody: x.body, Active: true}); !errors.Is(err, x.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestSchemesAreChecked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		if _, err := w.CreateScheme(ctx, "", customer.SchemeInput{Code: "product", SchemeBody: body("x", "a", "a")}); !errors.Is(err, customer.ErrCodeTaken) {
			t.Errorf("code taken: %v", err)
		}
		for want, b := range map[string]customer.SchemeBody{
			"default_organisation=no_such default_person=no_such": body("x", "b", "a"), "name_zh=required": body(" ", "a", "a"), "classes[1].code=repeated": body("x", "a", "a", "a"),
			"classes[1].code=wrong_format": body("x", "a", "a", "B"),
		} {
			if _, err := w.CreateScheme(ctx, "", customer.SchemeInput{Code: "s", SchemeBody: b}); fields(err) != want {
				t.Errorf("%s: %s", want, fields(err))
			}
		}
		if _, err := w.CreateScheme(ctx, "", customer.SchemeInput{Code: "Size", SchemeBody: body("x", "a", "a")}); fields(err) != "code=wrong_format" {
			t.Errorf("code: %s", fields(err))
		}
	})
}

func field(code string, kind customer.FieldType) customer.FieldInput {
	return customer.FieldInput{Code: code, FieldBody: customer.FieldBody{NameZh: code, Type: kind}}
}

// companyFields gives the first company a field of each type, and returns them by code.
func (w *world) companyFields() map[string]customer.Field {
	w.t.Helper()
	secret := field("secret", customer.TextField)
	secret.Confidential, secret.Position = true, 1
	choice := field("pet", customer.ChoiceField)
	choice.Options, choice.Position, choice.Required = []customer.Class{{Code: "cat", NameZh: "猫"}, {Code: "dog", NameZh: "狗", Retired: true}}, 2, true
	firms := field("turnover", customer.NumberField)
	firms.AppliesTo = customer.KindOrganisation
	byCode := map[string]customer.Field{}
	for _, f := range []customer.FieldInput{secret, choice, firms, field("since", customer.DateField), field("ok", customer.BoolField)} {
		made, err := w.CreateField(w.as(w.one), "", f)
		w.must(err)
		byCode[f.Code] = made
	}
	return byCode
}

func TestCompanyFieldsKeepEveryValue(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, byCode := w.as(w.one), w.companyFields()
		in := person("张三")
		if _, err := w.Create(ctx, "", in); fields(err) != "fields.pet=required" {
			t.Errorf("a required field is missing: %s", fields(err))
		}
		in.Fields = map[string]string{"pet": "cat", "secret": "暗号"}
		c := w.create(ctx, in)
		*w.now = w.now.Add(24 * time.Hour)
		values, version, err := w.Fill(ctx, c.ID, 1, map[string]string{"secret": "新暗号", "since": "2020-02-29", "ok": "true", "pet": "cat"})
		if err != nil || version != 2 || len(values) != 4 {
			t.Fatalf("%+v %d %v", values, version, err)
		}
		show := func(values []customer.FieldValue) (s string) {
			for _, v := range values {
				s += fmt.Sprint(v.Field.Code, v.Value, v.Hidden, " ")
			}
			return s
		}
		if got := show(values); got != "since2020-02-29false oktruefalse secret新暗号false petcatfalse " {
			t.Error(got)
		}
		if masked, err := w.FieldValues(w.as(w.one, "customer.get"), c.ID); err != nil || show(masked) != "since2020-02-29false oktruefalse secrettrue petcatfalse " {
			t.Errorf("masked: %s %v", show(masked), err)
		}
		history, _, err := w.FieldHistory(ctx, c.ID, byCode["secret"].ID, all)
		if err != nil || show(history) != "secret新暗号false secret暗号false " || history[1].At != w.now.Add(-24*time.Hour) || history[0].ActorName != "柜员甲" {
			t.Errorf("%+v %v", history, err)
		}
		if history, _, err = w.FieldHistory(ctx, c.ID, byCode["pet"].ID, all); err != nil || len(history) != 1 {
			t.Errorf("the same value again is kept: %+v %v", history, err)
		}
		_, _, err = w.Fill(ctx, c.ID, 2, map[string]string{"since": ""})
		w.must(err)
		firm := organisation("甲厂")
		firm.Fields = map[string]string{"pet": "cat", "turnover": "1e5"}
		if _, err := w.Create(ctx, "", firm); fields(err) != "fields.turnover=field_number" {
			t.Errorf("no number: %s", fields(err))
		}
		firm.Fields["turnover"] = "-12.5"
		w.create(ctx, firm)
		w.checkReport(byCode)
	})
}

func TestValuesOfFieldsAreChecked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		w.companyFields()
		in := person("张三")
		in.Fields = map[string]string{"pet": "cat"}
		c := w.create(ctx, in)
		_, _, err := w.Fill(ctx, c.ID, 1, map[string]string{"ok": "true"})
		w.must(err)
		for want, given := range map[string]map[string]string{
			"fields.pet=field_choice": {"pet": "dog"}, "fields.since=field_date": {"since": "2021-02-29"}, "fields.ok=field_bool": {"ok": "yes"}, "fields.turnover=no_such": {"turnover": "1"}, "fields.x=no_such": {"x": "1"},
		} {
			if _, _, err := w.Fill(ctx, c.ID, 2, given); fields(err) != want {
				t.Errorf("%s: %s", want, fields(err))
			}
		}
		if _, _, err := w.Fill(ctx, c.ID, 1, map[string]string{"ok": "false"}); !errors.Is(err, db.ErrStale) {
			t.Errorf("stale: %v", err)
		}
		if _, _, err := w.Fill(w.as(w.two), c.ID, 2, map[string]string{"ok": "false"}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another company: %v", err)
		}
	})
}

func (w *world) checkReport(byCode map[string]customer.Field) {
	w.t.Helper()
	*w.now = w.now.Add(10 * 24 * time.Hour)
	reports, err := w.ReportFields(w.as(w.one), id.ID{})
	w.must(err)
	got := map[string]string{}
	for _, r := range reports {
		got[r.Code] = fmt.Sprint(r.Filled, "/", r.Customers, " ", r.Completeness, " ", r.MeanAgeDays, "d ", r.Changes, " by ", r.Writers, " shown ", r.Shown)
	}
	want := map[string]string{"secret": "1/2 0.5 10d 2 by 1 shown 0", "pet": "2/2 1 10d 2 by 1 shown 1", "turnover": "1/1 1 10d 1 by 1 shown 0", "since": "0/2 0 0d 2 by 1 shown 1", "ok": "1/2 0.5 10d 1 by 1 shown 1"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		w.t.Errorf("report\n%v, want\n%v", got, want)
	}
	if _, err := w.UpdateField(w.as(w.one), byCode["ok"].ID, 1, customer.FieldChange{FieldBody: customer.FieldBody{NameZh: "x", Type: customer.TextField}, Active: true}); !errors.Is(err, customer.ErrFieldFixed) {
		w.t.Errorf("another type: %v", err)
	}
}

func TestFieldsAreDefined(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		f, err := w.CreateField(ctx, "", field("pets", customer.TextField))
		w.must(err)
		c := w.create(ctx, person("张三"))
		change := customer.FieldChange{FieldBody: customer.FieldBody{NameZh: "宠物", Type: customer.TextField, Section: "家庭"}}
		after, err := w.UpdateField(ctx, f.ID, 1, change)
		if err != nil || after.Active || after.NameZh != "宠物" || after.Version != 2 || after.Code != "pets" {
			t.Errorf("%+v %v", after, err)
		}
		if values, err := w.FieldValues(ctx, c.ID); err != nil || len(values) != 0 {
			t.Errorf("a hidden field shows: %+v %v", values, err)
		}
		list, err := w.Fields(ctx, id.ID{})
		if err != nil || len(list) != 1 || list[0].Section != "家庭" {
			t.Errorf("%+v %v", list, err)
		}
		for want, err := range map[string]error{
			"record.stale": second(w.UpdateField(ctx, f.ID, 1, change)), "record.not_found": second(w.UpdateField(w.as(w.two), f.ID, 2, change)),
			"customer.code_taken": second(w.CreateField(ctx, "", field("pets", customer.TextField))), "code=wrong_format": second(w.CreateField(ctx, "", field("宠物", customer.TextField))),
			"options=required": second(w.CreateField(ctx, "", field("x", customer.ChoiceField))), "name_zh=required": second(w.CreateField(ctx, "", customer.FieldInput{Code: "x", FieldBody: customer.FieldBody{Type: customer.TextField}})),
			"access.forbidden": second(w.CreateField(w.as(w.one, "field.list"), "", field("x", customer.TextField))), "scope.org_required": second(w.Fields(w.as(w.province), id.ID{})),
		} {
			if fields(err) != want {
				t.Errorf("%s: %v", want, fields(err))
			}
		}
		options := field("x", customer.TextField)
		options.Options = []customer.Class{{Code: "a", NameZh: "a"}, {Code: "a", NameZh: " "}}
		if _, err := w.CreateField(ctx, "", options); fields(err) != "options=only_of_choice options[1].code=repeated options[1].name_zh=required" {
			t.Errorf("options: %s", fields(err))
		}
	})
}
