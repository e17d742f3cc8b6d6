package customer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

var all = customer.Page{Limit: 100}

func TestTheTimelineIsReadInTheReadersLanguage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		c := w.create(ctx, person("张三"))
		other := w.create(ctx, person("李四"))
		w.write(func(tx *db.Tx) error {
			var entries []customer.Entry
			for i := range 12 {
				entries = append(entries, customer.Entry{OrgID: w.one.ID, CustomerID: c.ID, Kind: "customer.filled", Params: map[string]any{"n": i}, At: w.now.Add(time.Duration(i+1) * time.Hour),
					Actor: audit.Actor{Name: "系统"}})
			}
			return w.TimelineTx(tx, append(entries, customer.Entry{OrgID: w.one.ID, CustomerID: other.ID, Kind: "customer.contacted", Params: map[string]any{"mode": "@customer.mode.call"},
				SourceType: "call", SourceID: id.ID{7}})...)
		})
		var texts []string
		p := customer.Page{Limit: 5}
		for {
			events, next, err := w.Timeline(ctx, c.ID, customer.TimelineFilter{}, p)
			w.must(err)
			for _, e := range events {
				texts = append(texts, e.Text)
			}
			if p.Cursor = next; next == "" {
				break
			}
		}
		if len(texts) != 13 || texts[0] != "填写自定义字段（11 项）" || texts[12] != "建立客户档案" {
			t.Errorf("%d events %v", len(texts), texts)
		}
		english := access.WithCaller(context.Background(), access.NewCaller(access.User{Locale: "en"}, w.tree, access.Held{Patterns: access.Patterns{"*"}, OrgID: w.one.ID}))
		events, _, err := w.Timeline(english, other.ID, customer.TimelineFilter{Kinds: []string{"customer.contacted", "x"}}, all)
		if err != nil || len(events) != 1 || events[0].Text != "Contact: Telephone" || events[0].SourceType != "call" || events[0].SourceID != (id.ID{7}) {
			t.Errorf("%+v %v", events, err)
		}
		for module, n := range map[string]int{"customer": 2, "supply": 0} {
			if events, _, err := w.Timeline(ctx, other.ID, customer.TimelineFilter{Module: module}, all); err != nil || len(events) != n {
				t.Errorf("%s: %+v %v", module, events, err)
			}
		}
		if _, _, err := w.Timeline(w.as(w.two), c.ID, customer.TimelineFilter{}, all); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another company: %v", err)
		}
	})
}

func (w *world) notes(ctx context.Context, customerID id.ID) (s string) {
	w.t.Helper()
	notes, _, err := w.Notes(ctx, customerID, all)
	w.must(err)
	for _, n := range notes {
		s += fmt.Sprint(n.Text, n.Hidden, " ")
	}
	return s
}

func TestNotes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		c := w.create(ctx, person("张三"))
		n, err := w.AddNote(ctx, "k", c.ID, customer.NoteInput{Text: "家有恶犬", Confidential: true})
		w.must(err)
		again, err := w.AddNote(ctx, "k", c.ID, customer.NoteInput{Text: "家有恶犬", Confidential: true})
		if err != nil || again.ID != n.ID {
			t.Errorf("sent twice: %+v %v", again, err)
		}
		*w.now = w.now.Add(time.Minute)
		_, err = w.AddNote(w.asUser(id.ID{2}, w.one), "", c.ID, customer.NoteInput{Text: "第二条"})
		w.must(err)
		if got := w.notes(ctx, c.ID); got != "第二条false 家有恶犬false " {
			t.Error(got)
		}
		if got := w.notes(w.as(w.one, "customer.get"), c.ID); got != "第二条false true " {
			t.Errorf("without the right: %s", got)
		}
		if err := third(w.Notes(w.as(w.two), c.ID, all)); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another's page: %v", err)
		}
		if _, err := w.AddNote(w.as(w.two), "", c.ID, customer.NoteInput{Text: "x"}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another company: %v", err)
		}
		if _, err := w.AddNote(w.as(w.one, "customer.get"), "", c.ID, customer.NoteInput{Text: "x"}); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("forbidden: %v", err)
		}
		if _, err := w.AddNote(ctx, "", c.ID, customer.NoteInput{Text: " "}); fields(err) != "text=required" {
			t.Errorf("empty: %v", fields(err))
		}
	})
}

func TestNotesAreEditedAndRemoved(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		c := w.create(ctx, person("张三"))
		n, err := w.AddNote(ctx, "", c.ID, customer.NoteInput{Text: "家有恶犬", Confidential: true})
		w.must(err)
		if _, err := w.EditNote(w.asUser(id.ID{2}, w.one), c.ID, n.ID, 1, customer.NoteInput{Text: "x"}); !errors.Is(err, customer.ErrNotAuthor) {
			t.Errorf("another's note: %v", err)
		}
		n, err = w.EditNote(ctx, c.ID, n.ID, 1, customer.NoteInput{Text: "犬已送走"})
		if err != nil || n.Version != 2 || n.Confidential || n.Text != "犬已送走" {
			t.Errorf("%+v %v", n, err)
		}
		for name, err := range map[string]error{
			"stale edit":    second(w.EditNote(ctx, c.ID, n.ID, 1, customer.NoteInput{Text: "x"})),
			"stale removal": w.RemoveNote(ctx, c.ID, n.ID, 1),
		} {
			if !errors.Is(err, db.ErrStale) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := w.RemoveNote(ctx, c.ID, n.ID, 2); err != nil || w.notes(ctx, c.ID) != "" {
			t.Errorf("removed: %v, left %s", err, w.notes(ctx, c.ID))
		}
		if err := w.RemoveNote(ctx, c.ID, n.ID, 2); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("removed already: %v", err)
		}
	})
}

func second[T any](_ T, err error) error        { return err }
func third[T, U any](_ T, _ U, err error) error { return err }

func TestContactsAndWhatWasSpent(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		c := w.create(ctx, person("张三"))
		in := customer.InteractionInput{At: w.now.Add(-48 * time.Hour), Mode: customer.Visit, CostFen: 12_050,
			InteractionBody: customer.InteractionBody{Place: "厂区", Purpose: "安全检查", Content: "更换电缆", Services: []string{"检查"}, Support: []string{"培训"}}}
		made, err := w.Log(ctx, "k", c.ID, in)
		w.must(err)
		if again, err := w.Log(ctx, "k", c.ID, in); err != nil || again.ID != made.ID {
			t.Errorf("sent twice: %+v %v", again, err)
		}
		_, err = w.Log(ctx, "", c.ID, customer.InteractionInput{Mode: customer.Call, CostFen: 50, InteractionBody: customer.InteractionBody{Content: "回访"}})
		w.must(err)
		list, _, err := w.Interactions(ctx, c.ID, all)
		if err != nil || len(list) != 2 || list[0].At != *w.now || fmt.Sprint(list[1].InteractionInput) != fmt.Sprint(in) || list[1].AuthorName != "柜员甲" {
			t.Errorf("%+v %v", list, err)
		}
		sum, err := w.Spent(ctx, c.ID, "", "")
		if err != nil || sum.Count != 2 || sum.CostFen != 12_100 || sum.LastAt != *w.now || len(sum.Modes) != 2 || sum.Modes[1] != (customer.SpentMode{Mode: customer.Visit, Count: 1, CostFen: 12_050, LastAt: in.At}) {
			t.Errorf("%+v %v", sum, err)
		}
		if sum, err = w.Spent(ctx, c.ID, "2026-03-02", "2026-03-02"); err != nil || sum.CostFen != 50 {
			t.Errorf("of the day: %+v %v", sum, err)
		}
		in.CostFen, in.Content = 1, "更正"
		edited, err := w.EditLog(ctx, c.ID, made.ID, 1, in)
		if err != nil || edited.Content != "更正" || edited.CostFen != 1 || edited.Version != 2 {
			t.Errorf("%+v %v", edited, err)
		}
		future, empty := in, customer.InteractionInput{Mode: customer.Call}
		future.At = w.now.Add(2 * time.Hour)
		for want, err := range map[string]error{
			"at=in_future": second(w.Log(ctx, "", c.ID, future)), "content=required": second(w.EditLog(ctx, c.ID, made.ID, 2, empty)), "record.stale": second(w.EditLog(ctx, c.ID, made.ID, 1, in)),
			"customer.not_author": second(w.EditLog(w.asUser(id.ID{2}, w.one), c.ID, made.ID, 2, in)), "record.not_found": second(w.Log(w.as(w.two), "", c.ID, in)),
			"access.forbidden": second(w.Log(w.as(w.one, "customer.get"), "", c.ID, in)), "from=no_day": second(w.Spent(ctx, c.ID, "x", "")),
		} {
			if fields(err) != want {
				t.Errorf("%s: %v", want, fields(err))
			}
		}
	})
}

func TestAnalysisKeepsItsHistory(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		c := w.create(ctx, organisation("甲厂"))
		for i, level := range []int{2, 4} {
			*w.now = w.now.Add(time.Hour)
			_, err := w.Analyse(ctx, "", c.ID, customer.AnalysisInput{Aspect: customer.Credit, Level: level, Text: fmt.Sprint("信用", i)})
			w.must(err)
		}
		made, err := w.Analyse(ctx, "k", c.ID, customer.AnalysisInput{Aspect: customer.Demand, On: "2026-01-31", Text: "扩产"})
		w.must(err)
		again, err := w.Analyse(ctx, "k", c.ID, customer.AnalysisInput{Aspect: customer.Demand, On: "2026-01-31", Text: "扩产"})
		if err != nil || again.ID != made.ID {
			t.Errorf("sent twice: %+v %v", again, err)
		}
		list, _, err := w.Analyses(ctx, c.ID, customer.Credit, all)
		if err != nil || len(list) != 2 || list[0].Text != "信用1" || list[0].Level != 4 || list[0].On != "2026-03-02" || list[1].Text != "信用0" {
			t.Errorf("%+v %v", list, err)
		}
		card, err := w.Card(ctx, c.ID, id.ID{})
		if err != nil || len(card.Analyses) != 2 || card.Analyses[0].Text != "信用1" || card.Analyses[1].Text != "扩产" {
			t.Errorf("newest of each: %+v %v", card.Analyses, err)
		}
		for want, err := range map[string]error{
			"text=required":    second(w.Analyse(ctx, "", c.ID, customer.AnalysisInput{Aspect: customer.Credit, Text: " "})),
			"on=in_future":     second(w.Analyse(ctx, "", c.ID, customer.AnalysisInput{Aspect: customer.Credit, Text: "x", On: "2026-03-03"})),
			"record.not_found": second(w.Analyse(w.as(w.two), "", c.ID, customer.AnalysisInput{Aspect: customer.Credit, Text: "x"})),
			"access.forbidden": second(w.Analyse(w.as(w.one, "customer.get"), "", c.ID, customer.AnalysisInput{Aspect: customer.Credit, Text: "x"})),
		} {
			if fields(err) != want {
				t.Errorf("%s: %v", want, fields(err))
			}
		}
	})
}

var pdf = "%PDF-1.7\n" + strings.Repeat("页", 200)

func TestFilesAreKeptSealedAndGivenBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		c := w.create(ctx, person("张三"))
		a, err := w.Attach(ctx, "k", c.ID, `C:\证件\身份证 "正面".pdf`, strings.NewReader(pdf))
		w.must(err)
		if a.Name != "身份证 _正面_.pdf" || a.MediaType != "application/pdf" || a.Size != int64(len(pdf)) {
			t.Errorf("%+v", a)
		}
		again, err := w.Attach(ctx, "k", c.ID, `身份证 "正面".pdf`, strings.NewReader(pdf))
		if err != nil || again.ID != a.ID {
			t.Errorf("sent twice: %+v %v", again, err)
		}
		w.SetReleases(&approved{})
		if got := w.taken(ctx, c.ID, a); got != pdf {
			t.Errorf("%d bytes", len(got))
		}
		list, _, err := w.Attachments(w.as(w.one, "customer.get"), c.ID, all)
		if err != nil || len(list) != 1 || list[0].Name != "****.pdf" {
			t.Errorf("masked: %+v %v", list, err)
		}
		for want, err := range map[string]error{
			"record.not_found": second(w.Download(w.as(w.two), c.ID, a.ID, approval)),
			"access.forbidden": second(w.Attach(w.as(w.one, "customer.get"), "", c.ID, "a.pdf", strings.NewReader(pdf))), "record.stale": w.Detach(ctx, c.ID, a.ID, 9),
			"file.too_large": second(w.Attach(ctx, "", c.ID, "a.pdf", io.MultiReader(strings.NewReader(pdf), bytes.NewReader(make([]byte, 20<<20))))),
		} {
			if fields(err) != want {
				t.Errorf("%s: %v", want, fields(err))
			}
		}
		w.must(w.Detach(ctx, c.ID, a.ID, 1))
		if _, err := w.Download(ctx, c.ID, a.ID, approval); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("after its removal: %v", err)
		}
		if _, err := w.blobs.Open(blob.Ref{ID: a.ID}, nil); err == nil {
			t.Error("the file is still there")
		}
	})
}

func TestOnlyHarmlessFilesAreTaken(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		c := w.create(ctx, person("张三"))
		for name, content := range map[string]string{"a.html": "<html>", "a.svg": "<svg/>", "a.exe": "MZ", "a": pdf, "a.pdf": "<html><script>", "a.png": pdf, "a.docx": "text", "empty.png": "", "a.pdf.js": pdf} {
			if _, err := w.Attach(ctx, "", c.ID, name, strings.NewReader(content)); !errors.Is(err, customer.ErrFileType) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, content := range map[string]string{"A.PDF": pdf, "a.txt": "说明", "a.csv": "a,b", "a.xlsx": "PK\x03\x04xx", "../../etc/a.txt": "x"} {
			if _, err := w.Attach(ctx, "", c.ID, name, strings.NewReader(content)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		list, _, err := w.Attachments(ctx, c.ID, all)
		if err != nil || len(list) != 5 {
			t.Fatalf("%+v %v", list, err)
		}
		for _, a := range list {
			if strings.ContainsAny(a.Name, `/\`) {
				t.Errorf("name %q", a.Name)
			}
		}
	})
}

func TestTheCardShowsAllOnOneSheet(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		in := person("张三", mobile(1234))
		in.UnitID, in.Classes = w.station.ID, map[string]string{"relation": "troublesome"}
		c := w.create(ctx, in)
		_, err := w.Log(ctx, "", c.ID, customer.InteractionInput{Mode: customer.Call, CostFen: 50, InteractionBody: customer.InteractionBody{Content: "回访"}})
		w.must(err)
		w.SetReleases(&approved{})
		card, err := w.Card(ctx, c.ID, w.sheet(ctx, customer.WhatCard, c.ID))
		w.must(err)
		if card.Mark.Serial == "" || card.Customer.Name != "张三" || card.OrgName != "甲县供电公司" || card.Customer.UnitName != "城关供电所" || card.PrintedBy != "柜员甲" || card.PrintedAt != *w.now || card.Spent.CostFen != 50 ||
			fmt.Sprint(card.Classes) != "[{按产品 居民生活用电} {按基本情况 个人消费者} {按供电关系 “麻烦”客户}]" {
			t.Errorf("%+v", card)
		}
		for name, ctx := range map[string]context.Context{"who may see all": ctx, "who may not": w.as(w.one, "customer.get")} {
			masked, err := w.Card(ctx, c.ID, id.ID{})
			if err != nil || masked.Mark != nil || masked.Customer.Name != "张*" || masked.Customer.Contacts[0].Value != "154****1234" {
				t.Errorf("%s, without an approval: %+v %v", name, masked.Customer, err)
			}
		}
		other := w.create(ctx, person("李四"))
		for name, err := range map[string]error{
			"another company":    second(w.Card(w.as(w.two), c.ID, id.ID{})),
			"another customer's": second(w.Card(ctx, c.ID, w.sheet(ctx, customer.WhatCard, other.ID))),
			"another sheet":      second(w.Card(ctx, c.ID, w.sheet(ctx, customer.WhatContract, c.ID))),
			"no release":         second(w.Card(ctx, c.ID, id.ID{9})),
		} {
			if !errors.Is(err, db.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
