package customer_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// walk lists everything page by page and gives the names in their order.
func (w *world) walk(ctx context.Context, in customer.ListInput) string {
	w.t.Helper()
	var names []string
	for pages := 0; pages < 100; pages++ {
		items, next, err := w.List(ctx, in)
		w.must(err)
		for _, i := range items {
			names = append(names, i.Name)
		}
		if len(items) > in.Limit {
			w.t.Fatalf("%d rows on a page of %d", len(items), in.Limit)
		}
		if in.Cursor = next; next == "" {
			break
		}
	}
	return strings.Join(names, " ")
}

// village makes customers an hour apart: three of one company, two of the other,
// and a closed one.
func (w *world) village() {
	w.t.Helper()
	for i, c := range []struct {
		o      context.Context
		in     customer.CreateInput
		labels string
	}{
		{w.as(w.one), person("赵一", mobile(1)), "relation:new"}, {w.as(w.two), person("安二"), ""}, {w.as(w.one), organisation("周三商行"), "kind:intermediary"},
		{w.as(w.one), person("陈四"), "kind:enterprise"}, {w.as(w.two), organisation("重庆饭店"), "relation:new"}, {w.as(w.one), person("白五"), ""},
	} {
		*w.now = w.now.Add(time.Hour)
		c.in.CustomerNo = fmt.Sprint("N", 9-i)
		if scheme, class, ok := strings.Cut(c.labels, ":"); ok {
			c.in.Classes = map[string]string{scheme: class}
		}
		if i%2 == 0 {
			c.in.Tags = []string{"偶"}
		}
		if i == 0 {
			c.in.ManagerID, c.in.UnitID = w.manager, w.station.ID
		}
		made := w.create(c.o, c.in)
		if i == 5 {
			_, err := w.Close(c.o, made.ID, 1, customer.CloseInput{Reason: "other"})
			w.must(err)
		}
	}
}

func TestListsAreOrderedFilteredAndPagedAcrossCompanies(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.village()
		one, both := w.as(w.one), w.as(w.province)
		for name, c := range map[string]struct {
			ctx  context.Context
			sort customer.Sort
			f    customer.Filter
			want string
		}{
			"by name":            {one, "name", customer.Filter{}, "白五 陈四 赵一 周三商行"},
			"backwards":          {one, "-name", customer.Filter{}, "周三商行 赵一 陈四 白五"},
			"both by name":       {both, "name", customer.Filter{}, "安二 白五 陈四 重庆饭店 赵一 周三商行"},
			"both by time":       {both, "created_at", customer.Filter{}, "赵一 安二 周三商行 陈四 重庆饭店 白五"},
			"both latest first":  {both, "-created_at", customer.Filter{}, "白五 重庆饭店 陈四 周三商行 安二 赵一"},
			"both by number":     {both, "customer_no", customer.Filter{}, "白五 重庆饭店 陈四 周三商行 安二 赵一"},
			"numbers backwards":  {both, "-customer_no", customer.Filter{}, "赵一 安二 周三商行 陈四 重庆饭店 白五"},
			"one of both":        {both, "name", customer.Filter{OrgID: w.two.ID}, "安二 重庆饭店"},
			"a foreign company":  {one, "name", customer.Filter{OrgID: w.two.ID}, ""},
			"active":             {one, "name", customer.Filter{Status: customer.Active}, "陈四 赵一 周三商行"},
			"closed":             {one, "name", customer.Filter{Status: customer.Closed}, "白五"},
			"organisations":      {both, "name", customer.Filter{Kind: customer.KindOrganisation}, "重庆饭店 周三商行"},
			"manager":            {both, "name", customer.Filter{ManagerID: w.manager}, "赵一"},
			"unit":               {both, "name", customer.Filter{UnitID: w.station.ID}, "赵一"},
			"tag":                {both, "name", customer.Filter{Tags: []string{"偶"}}, "重庆饭店 赵一 周三商行"},
			"unknown tag":        {both, "name", customer.Filter{Tags: []string{"奇"}}, ""},
			"chosen class":       {both, "name", customer.Filter{Classes: []string{"relation:new"}}, "重庆饭店 赵一"},
			"default class":      {both, "name", customer.Filter{Classes: []string{"relation:long_term"}}, "安二 白五 陈四 周三商行"},
			"default of a kind":  {both, "name", customer.Filter{Classes: []string{"kind:enterprise"}}, "陈四 重庆饭店"},
			"two schemes":        {both, "name", customer.Filter{Classes: []string{"kind:enterprise", "relation:new"}}, "重庆饭店"},
			"class and tag":      {both, "name", customer.Filter{Classes: []string{"relation:new"}, Tags: []string{"偶"}, Kind: customer.KindPerson}, "赵一"},
			"unknown class":      {both, "name", customer.Filter{Classes: []string{"x:y"}}, ""},
			"part of a name":     {both, "name", customer.Filter{Query: "三商"}, "周三商行"},
			"a name's initials":  {both, "name", customer.Filter{Query: "zh"}, "赵一 周三商行"},
			"nothing found":      {both, "name", customer.Filter{Query: "秦始皇"}, ""},
			"of this day":        {both, "name", customer.Filter{CreatedFrom: "2026-03-02", CreatedTo: "2026-03-02"}, "安二 白五 陈四 重庆饭店 赵一 周三商行"},
			"before this day":    {both, "name", customer.Filter{CreatedTo: "2026-03-01"}, ""},
			"from the next day":  {both, "name", customer.Filter{CreatedFrom: "2026-03-03"}, ""},
			"name masked but in": {w.as(w.province, "customer.list"), "name", customer.Filter{}, "安* 白* 陈* 重庆饭店 赵* 周三商行"},
		} {
			for _, limit := range []int{2, 50} {
				if got := w.walk(c.ctx, customer.ListInput{Filter: c.f, Sort: c.sort, Limit: limit}); got != c.want {
					t.Errorf("%s, %d a page: %s, want %s", name, limit, got, c.want)
				}
			}
		}
	})
}

func TestListRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		for want, f := range map[string]customer.Filter{
			"created_from=no_day": {CreatedFrom: "yesterday"}, "created_to=no_day": {CreatedTo: "2026-02-30"}, "class=wrong_format": {Classes: []string{"relation"}},
		} {
			if _, _, err := w.List(ctx, customer.ListInput{Filter: f, Sort: "name", Limit: 5}); fields(err) != want {
				t.Errorf("%s: %s", want, fields(err))
			}
		}
		if _, _, err := w.List(ctx, customer.ListInput{Sort: "name", Limit: 5, Cursor: "x"}); !errors.Is(err, page.ErrCursor) {
			t.Errorf("cursor: %v", err)
		}
		if _, _, err := w.List(w.as(w.one, "customer.get"), customer.ListInput{Sort: "name", Limit: 5}); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("forbidden: %v", err)
		}
	})
}

func TestCursorsDoNotTellNames(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.village()
		_, next, err := w.List(w.as(w.one, "customer.list"), customer.ListInput{Sort: "name", Limit: 1})
		w.must(err)
		raw, err := base64.RawURLEncoding.DecodeString(next)
		if err != nil || strings.Contains(string(raw), "bai") || len(raw) < 60 {
			t.Errorf("cursor %q %v", raw, err)
		}
	})
}

func TestListsShowPhonesWhenAsked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := person("赵一", mobile(1111), mobile(2222))
		in.Contacts[1].Primary = true
		w.create(w.as(w.one), in)
		w.create(w.as(w.one), person("钱二"))
		for _, c := range []struct {
			ctx       context.Context
			withPhone bool
			want      string
		}{{w.as(w.one), true, "[ 15400002222]"}, {w.as(w.one), false, "[ ]"}, {w.as(w.one, "customer.list"), true, "[ 154****2222]"}} {
			items, _, err := w.List(c.ctx, customer.ListInput{Sort: "name", Limit: 9, WithPhone: c.withPhone})
			w.must(err)
			if got := fmt.Sprint([]string{items[0].Phone, items[1].Phone}); got != c.want {
				t.Errorf("phones %s, want %s", got, c.want)
			}
		}
	})
}

func TestMembersOfACommonTagAreListedInOrder(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		rows := make([]customer.NewCustomer, 5200)
		for i := range rows {
			in := person(fmt.Sprintf("客户%05d", i))
			in.Tags, in.Classes = []string{"众"}, map[string]string{"product": "wholesale"}
			d, err := in.Draft(customer.Check{})
			w.must(err)
			rows[i].Draft = d
		}
		w.write(func(tx *db.Tx) error {
			_, err := w.CreateManyTx(tx, customer.Batch{OrgID: w.one.ID, SourceType: "import"}, rows)
			return err
		})
		for _, f := range []customer.Filter{{Tags: []string{"众"}}, {Classes: []string{"product:wholesale"}}} {
			items, _, err := w.List(w.as(w.one), customer.ListInput{Filter: f, Sort: "-name", Limit: 2})
			if err != nil || len(items) != 2 || items[0].Name != "客户05199" || items[1].Name != "客户05198" {
				t.Errorf("%+v: %+v %v", f, items, err)
			}
		}
	})
}

func TestRefsNameCustomersForOtherModules(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a, b := w.create(w.as(w.one), person("甲")), w.create(w.as(w.two), person("乙"))
		w.must(w.db.Read(context.Background(), func(tx *db.Tx) error {
			refs, err := w.RefsTx(tx, db.ScopeOf(w.one.ID), a.ID, b.ID)
			if err != nil || len(refs) != 1 || refs[a.ID].Name != "甲" {
				t.Errorf("%+v %v", refs, err)
			}
			none, err := w.RefsTx(tx, db.ScopeOf(w.one.ID))
			if err != nil || len(none) != 0 {
				t.Errorf("%+v %v", none, err)
			}
			byNo, err := w.RefsByNoTx(tx, w.one.ID, []string{a.CustomerNo, "nothing"})
			if err != nil || len(byNo) != 1 || byNo[a.CustomerNo].ID != a.ID {
				t.Errorf("%+v %v", byNo, err)
			}
			subject, err := w.SubjectTx(tx, w.one.ID, a.ID)
			if err != nil || subject == nil {
				t.Error(err)
			}
			if _, err := w.SubjectTx(tx, w.one.ID, b.ID); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("another company's key: %v", err)
			}
			return nil
		}))
		for name, c := range map[string]struct {
			ctx  context.Context
			want bool
		}{"by right": {w.as(w.one), true}, "of another company": {w.as(w.two), false}, "nobody": {context.Background(), false}} {
			if got := customer.SightOf(c.ctx).Sees(w.one.ID, a.ID, customer.FieldPhone); got != c.want {
				t.Errorf("%s sees the phone: %v", name, got)
			}
		}
		if got := customer.SightOf(w.as(w.two)).Address(w.one.ID, a.ID, "浙江省丽水市莲都区紫金街道人民街121号"); got != "浙江省丽水市莲都区紫金街道人民街******" {
			t.Errorf("address %s", got)
		}
	})
}

func TestPhonesForOtherModules(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a, b, none := w.create(w.as(w.one), person("甲", "13800001234")), w.create(w.as(w.two), person("乙", "13800004321")), w.create(w.as(w.one), person("丙"))
		for permission, want := range map[string]string{customer.PermReveal: "13800001234", customer.PermList: "138****1234"} {
			sight := customer.SightOf(w.as(w.one, permission))
			w.must(w.db.Read(context.Background(), func(tx *db.Tx) error {
				phones, err := w.PhonesTx(tx, db.ScopeOf(w.one.ID), sight, a.ID, b.ID, none.ID)
				if err != nil || len(phones) != 1 || phones[a.ID] != want {
					t.Errorf("%s: %v %v", permission, phones, err)
				}
				if phones, err = w.PhonesTx(tx, db.ScopeOf(w.one.ID), sight); err != nil || len(phones) != 0 {
					t.Errorf("of nobody: %v %v", phones, err)
				}
				return nil
			}))
		}
	})
}
