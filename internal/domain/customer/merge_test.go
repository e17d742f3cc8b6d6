package customer_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// accounts stands for a later module: it counts how many accounts each customer
// has, and can be told that one was changed.
type accounts struct {
	owner   map[string]id.ID
	changed []string
}

func (a *accounts) MoveTx(_ *db.Tx, _, from, to id.ID) (json.RawMessage, error) {
	moved := []string{}
	for no, owner := range a.owner {
		if owner == from {
			moved = append(moved, no)
			a.owner[no] = to
		}
	}
	return json.Marshal(moved)
}

func (a *accounts) UndoMoveTx(_ *db.Tx, _, from, _ id.ID, undo json.RawMessage) ([]string, error) {
	if len(a.changed) > 0 {
		return a.changed, nil
	}
	var moved []string
	err := json.Unmarshal(undo, &moved)
	for _, no := range moved {
		a.owner[no] = from
	}
	return nil, err
}

func (a *accounts) SearchPartsTx(_ *db.Tx, _ id.ID, customers []id.ID) (map[id.ID]customer.Parts, error) {
	parts := map[id.ID]customer.Parts{}
	for no, owner := range a.owner {
		if slices.Contains(customers, owner) {
			p := parts[owner]
			p.AccountNos, p.Addresses, p.MeterNos = append(p.AccountNos, no), append(p.Addresses, "人民路"+no+"号"), append(p.MeterNos, "M"+no)
			parts[owner] = p
		}
	}
	return parts, nil
}

// parted is a customer as a page shows all of him.
type parted struct {
	customer.Customer
	Notes        []customer.Note
	Interactions []customer.Interaction
	Analyses     []customer.Analysis
	Values       []customer.FieldValue
	Found        string
}

func (w *world) parted(i id.ID, queries ...string) parted {
	w.t.Helper()
	ctx, all := w.as(w.one), customer.Page{Limit: 100}
	var p parted
	var err error
	p.Customer, err = w.Get(ctx, i)
	w.must(err)
	p.Version, p.UpdatedAt = 0, 0
	p.Notes, _, err = w.Notes(ctx, i, all)
	w.must(err)
	p.Interactions, _, err = w.Interactions(ctx, i, all)
	w.must(err)
	p.Analyses, _, err = w.Analyses(ctx, i, "", all)
	w.must(err)
	p.Values, err = w.FieldValues(ctx, i)
	w.must(err)
	for _, q := range queries {
		found, err := w.Search(ctx, q, 20)
		w.must(err)
		p.Found += fmt.Sprint(q, slices.ContainsFunc(found, func(f customer.Found) bool { return f.ID == i }), " ")
	}
	return p
}

// twins makes two archives of one person, each with parts of all kinds.
func (w *world) twins() (into, from customer.Customer) {
	w.t.Helper()
	ctx := w.as(w.one)
	_, err := w.CreateField(ctx, "", customer.FieldInput{Code: "pets", FieldBody: customer.FieldBody{NameZh: "宠物", Type: customer.TextField}})
	w.must(err)
	_, err = w.CreateField(ctx, "", customer.FieldInput{Code: "secret", FieldBody: customer.FieldBody{NameZh: "密", Type: customer.TextField, Confidential: true}})
	w.must(err)
	a := person("张三丰", mobile(1))
	a.Fields, a.Tags = map[string]string{"pets": "猫"}, []string{"甲"}
	b := person("张三峰", mobile(2), mobile(1))
	b.Fields, b.Tags = map[string]string{"pets": "狗", "secret": "暗号"}, []string{"乙"}
	b.Certificates = []customer.CertificateInput{{Kind: "resident_id", Number: residentID(w.t, "1980-01-02", 3)}}
	b.Classes, b.Industry, b.ConfirmDuplicates = map[string]string{"relation": "troublesome"}, "渔业", true
	into, from = w.create(ctx, a), w.create(ctx, b)
	for _, c := range []customer.Customer{into, from} {
		_, err := w.AddNote(ctx, "", c.ID, customer.NoteInput{Text: "备注 " + c.Name})
		w.must(err)
		_, err = w.Log(ctx, "", c.ID, customer.InteractionInput{Mode: customer.Call, CostFen: 100, InteractionBody: customer.InteractionBody{Content: "电话 " + c.Name}})
		w.must(err)
		_, err = w.Analyse(ctx, "", c.ID, customer.AnalysisInput{Aspect: customer.Credit, Level: 3, Text: "信用 " + c.Name})
		w.must(err)
		_, err = w.Attach(ctx, "", c.ID, "证明.txt", strings.NewReader("证明 "+c.Name))
		w.must(err)
	}
	return into, from
}

func TestAMergeMovesEverythingAndItsUndoRestoresBothExactly(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		later := &accounts{owner: map[string]id.ID{}}
		w.SetSearchParts(later)
		w.AddFollower(later)
		ctx := w.as(w.one)
		into, from := w.twins()
		later.owner["1001000017"] = from.ID
		w.write(func(tx *db.Tx) error { return w.ReindexTx(tx, w.one.ID, from.ID) })
		queries := []string{"三丰", "三峰", mobile(2), "1001000017", "M1001000017", from.Certificates[0].Number}
		before := [2]parted{w.parted(into.ID, queries...), w.parted(from.ID, queries...)}

		p, err := w.PreviewMerge(ctx, into.ID, from.ID)
		if err != nil || p.Moves["notes"] != 1 || !slices.Contains(p.Differences, customer.Difference{Field: "name", Into: "张三丰", From: "张三峰"}) {
			t.Fatalf("preview %+v %v", p, err)
		}
		c, err := w.Merge(ctx, into.ID, into.Version, customer.MergeInput{FromID: from.ID, FromVersion: from.Version, Take: []string{"name"}})
		w.must(err)
		if c.Name != "张三峰" || c.Industry != "渔业" || len(c.Contacts) != 2 || len(c.Certificates) != 1 || fmt.Sprint(c.Tags) != "[乙 甲]" || c.Classes["relation"] != "troublesome" {
			t.Errorf("merged: %+v", c)
		}
		m := w.parted(into.ID, queries...)
		if len(m.Notes) != 2 || m.Notes[0].Text != "备注 张三峰" || len(m.Interactions) != 2 || len(m.Analyses) != 2 || m.Values[0].Value != "猫" || m.Values[1].Value != "暗号" {
			t.Errorf("parts: %+v", m)
		}
		if strings.Contains(m.Found, "false") && !strings.HasPrefix(m.Found, "三丰false") || strings.Count(m.Found, "false") > 1 {
			t.Errorf("found by %s", m.Found)
		}
		w.checkGone(from.ID, into.ID)

		back, err := w.Unmerge(ctx, from.ID, w.seen(ctx, from.ID).Version)
		if err != nil || back.Status != customer.Active {
			t.Fatalf("%+v %v", back, err)
		}
		after := [2]parted{w.parted(into.ID, queries...), w.parted(from.ID, queries...)}
		for i := range before {
			if !reflect.DeepEqual(before[i], after[i]) {
				t.Errorf("customer %d was\n%+v\nis\n%+v", i, before[i], after[i])
			}
		}
		if _, err := w.Unmerge(ctx, from.ID, w.seen(ctx, from.ID).Version); !errors.Is(err, customer.ErrNotMerged) {
			t.Errorf("undone twice: %v", err)
		}
	})
}

// checkGone tells whether a merged customer is left out everywhere and refuses
// changes.
func (w *world) checkGone(gone, into id.ID) {
	w.t.Helper()
	ctx := w.as(w.one)
	c, err := w.Get(ctx, gone)
	if err != nil || c.Status != customer.Merged || c.MergedInto != into {
		w.t.Errorf("merged customer: %+v %v", c, err)
	}
	items, _, err := w.List(ctx, customer.ListInput{Sort: "name", Limit: 10})
	if err != nil || len(items) != 1 || items[0].ID != into {
		w.t.Errorf("list %+v %v", items, err)
	}
	name := "x"
	if _, err := w.Update(ctx, gone, c.Version, customer.UpdateInput{Name: &name}); !errors.Is(err, customer.ErrMerged) {
		w.t.Errorf("update: %v", err)
	}
	if _, err := w.AddNote(ctx, "", gone, customer.NoteInput{Text: "x"}); !errors.Is(err, customer.ErrMerged) {
		w.t.Errorf("note: %v", err)
	}
	if _, err := w.Merge(ctx, into, 2, customer.MergeInput{FromID: gone, FromVersion: c.Version}); !errors.Is(err, customer.ErrMerged) {
		w.t.Errorf("merge again: %v", err)
	}
}

func TestAnUndoIsRefusedForWhatWasChangedSince(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		later := &accounts{owner: map[string]id.ID{}}
		w.AddFollower(later)
		ctx := w.as(w.one)
		into, from := w.twins()
		c, err := w.Merge(ctx, into.ID, into.Version, customer.MergeInput{FromID: from.ID, FromVersion: from.Version})
		w.must(err)
		notes, _, err := w.Notes(ctx, into.ID, customer.Page{Limit: 1})
		w.must(err)
		_, err = w.EditNote(ctx, into.ID, notes[0].ID, 1, customer.NoteInput{Text: "改过"})
		w.must(err)
		industry, contacts := "林业", []customer.ContactInput{}
		c, err = w.Update(ctx, into.ID, c.Version, customer.UpdateInput{Industry: &industry, Contacts: &contacts})
		w.must(err)
		later.changed = []string{"account 7"}
		_, err = w.Unmerge(ctx, from.ID, w.seen(ctx, from.ID).Version)
		var f *fault.Error
		if !errors.As(err, &f) || !errors.Is(err, customer.ErrChangedSince) {
			t.Fatal(err)
		}
		if got := fmt.Sprint(f.Params["parts"]); got != "[industry contacts notes account 7]" {
			t.Errorf("changed parts %s", got)
		}
		if again, err := w.Get(ctx, into.ID); err != nil || again.Version != c.Version || len(w.parted(into.ID).Notes) != 2 {
			t.Errorf("the refused undo did something: %+v %v", again, err)
		}
	})
}

func TestMergesThatMakeNoSense(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.province)
		in := person("张三")
		in.OrgID = w.one.ID
		a := w.create(ctx, in)
		firm := organisation("甲厂")
		firm.OrgID = w.one.ID
		b := w.create(ctx, firm)
		in.OrgID = w.two.ID
		c := w.create(ctx, in)
		for name, x := range map[string]struct {
			from    id.ID
			version int64
			want    error
		}{
			"himself": {a.ID, 1, customer.ErrMergeSelf}, "another kind": {b.ID, 1, customer.ErrMergeKind},
			"another company's": {c.ID, 1, db.ErrNotFound}, "nobody": {id.ID{9}, 1, db.ErrNotFound},
		} {
			if _, err := w.Merge(ctx, a.ID, 1, customer.MergeInput{FromID: x.from, FromVersion: x.version}); !errors.Is(err, x.want) {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := w.PreviewMerge(ctx, a.ID, x.from); !errors.Is(err, x.want) {
				t.Errorf("preview of %s: %v", name, err)
			}
		}
		in.OrgID = w.one.ID
		d := w.create(ctx, in)
		if _, err := w.Merge(ctx, a.ID, 1, customer.MergeInput{FromID: d.ID, FromVersion: 2}); !errors.Is(err, db.ErrStale) {
			t.Errorf("stale: %v", err)
		}
		if _, err := w.Unmerge(ctx, a.ID, w.seen(ctx, a.ID).Version); !errors.Is(err, customer.ErrNotMerged) {
			t.Errorf("not merged: %v", err)
		}
	})
}
