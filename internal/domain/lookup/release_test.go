package lookup_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/lookup"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// exporter is a clerk who may export too, and whatever else the patterns say.
func (w *world) exporter(patterns ...string) context.Context {
	w.t.Helper()
	c := access.NewCaller(w.clerk, w.tree, access.Held{Patterns: append(append(w.patterns("clerk"), customer.PermExport), patterns...), OrgID: w.one.ID})
	ctx, err := w.customers.Admit(access.WithCaller(context.Background(), c))
	w.must(err)
	return ctx
}

func (w *world) file(ctx context.Context, lookup id.ID) (string, error) {
	w.t.Helper()
	e, err := w.customers.Export(ctx, "", customer.ExportInput{Format: customer.CSV, LookupID: lookup, Filter: customer.Filter{OrgID: w.one.ID}})
	if err != nil {
		return "", err
	}
	w.work()
	_, r, err := w.customers.DownloadExport(ctx, e.ID)
	if err != nil {
		return "", err
	}
	defer r.Close()
	raw, err := io.ReadAll(r)
	return string(raw), err
}

func TestAFileThatLeavesNamesItsTaker(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.customers.SetReleases(w.Service)
		for name, ctx := range map[string]context.Context{"a clerk": w.exporter(), "a maintainer": w.exporter("customer.*")} {
			masked, err := w.file(ctx, id.ID{})
			if err != nil || strings.Contains(masked, phone) || strings.Contains(masked, "王芳") || strings.Count(masked, "个人信息已脱敏") != 2 {
				t.Errorf("%s without an approval: %s %v", name, masked, err)
			}
		}
		d := w.running(ask(lookup.Export), w.li)
		got, err := w.file(w.exporter(), d.ID)
		lines := strings.Split(strings.TrimSpace(got), "\r\n")
		if err != nil || len(lines) != 2 || !strings.Contains(lines[1], phone) || strings.Contains(lines[1], "4711号李小明") || !strings.HasSuffix(lines[1], ",王芳,2026-03-02 09:00") {
			t.Fatalf("%v %v", lines, err)
		}
		cells := strings.Split(lines[1], ",")
		serial := cells[len(cells)-3]
		for _, typed := range []string{serial, strings.ToLower(strings.ReplaceAll(serial, "-", " "))} {
			taken, err := w.Trace(w.as(w.head), typed)
			if err != nil || taken.UserName != "王芳" || taken.LookupID != d.ID || taken.Kind != lookup.Export {
				t.Errorf("%s: %+v %v", typed, taken, err)
			}
		}
		if _, err := w.Trace(w.as(w.foreign), serial); !errors.Is(err, lookup.ErrNoSerial) {
			t.Errorf("another company's: %v", err)
		}
		if got := w.actions(); !strings.Contains(got, "lookup.start lookup.take") || !strings.HasSuffix(got, "lookup.trace lookup.trace") {
			t.Errorf("audit log: %s", got)
		}
		var kept int
		w.must(w.db.Read(context.Background(), func(tx *db.Tx) error { return tx.Get(&kept, "SELECT count(*) FROM lookup_release") }))
		if kept != 1 {
			t.Errorf("%d releases", kept)
		}
	})
}

// card is the card of a customer as its sheet shows it.
func (w *world) card(ctx context.Context, release id.ID, c customer.Customer) (customer.Card, error) {
	w.t.Helper()
	card, err := w.customers.Card(ctx, c.ID, release)
	if open := err == nil && card.Customer.Contacts[0].Value == phone; open != (card.Mark != nil) {
		w.t.Errorf("open %t, marked %v", open, card.Mark)
	}
	return card, err
}

func TestASheetThatLeavesNamesItsTaker(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.customers.SetReleases(w.Service)
		card := lookup.SheetInput{CustomerID: w.li.ID, Sheet: customer.WhatCard}
		d := w.running(ask(lookup.View), w.li)
		if _, err := w.Take(w.as(w.clerk), "", d.ID, card); !errors.Is(err, lookup.ErrUse) {
			t.Errorf("approved for the screen, and printed: %v", err)
		}
		for name, ctx := range map[string]context.Context{"who was approved for the screen": w.as(w.clerk), "who may see all": w.exporter("customer.*")} {
			if got, err := w.card(ctx, id.ID{}, w.li); err != nil || got.Mark != nil {
				t.Errorf("%s: %+v %v", name, got.Mark, err)
			}
		}
		d = w.running(ask(lookup.Print), w.li)
		s, err := w.Take(w.as(w.clerk), "k", d.ID, card)
		w.must(err)
		again, err := w.Take(w.as(w.clerk), "k", d.ID, card)
		if err != nil || again != s || s.LeftMs != 20*60*1000 {
			t.Errorf("sent twice: %+v %+v %v", s, again, err)
		}
		got, err := w.card(w.as(w.clerk), s.ID, w.li)
		if err != nil || got.Mark == nil || got.Mark.Serial != s.Serial || got.Mark.Taker != "王芳" || strings.Contains(got.Customer.Certificates[0].Number, "4711") {
			t.Errorf("%+v %v", got, err)
		}
		taken, err := w.Trace(w.as(w.head), s.Serial)
		if err != nil || taken.UserName != "王芳" || taken.Kind != lookup.Print || taken.What != customer.WhatCard || taken.CustomerID != w.li.ID {
			t.Errorf("traced: %+v %v", taken, err)
		}
		if d, err = w.Get(w.as(w.head), d.ID); err != nil || len(d.Taken) != 1 || d.Taken[0].ID != s.ID {
			t.Errorf("what left: %+v %v", d.Taken, err)
		}
		for name, c := range map[string]struct{ err, want error }{
			"of another customer": {second(w.Take(w.as(w.clerk), "", d.ID, lookup.SheetInput{CustomerID: w.wang.ID, Sheet: customer.WhatCard})), lookup.ErrNotIn},
			"by a colleague":      {second(w.Take(w.as(w.agent), "", d.ID, card)), db.ErrNotFound},
			"another's sheet":     {second(w.card(w.as(w.agent), s.ID, w.li)), db.ErrNotFound},
			"of another company":  {second(w.card(w.as(w.foreign), s.ID, w.li)), db.ErrNotFound},
		} {
			if !errors.Is(c.err, c.want) {
				t.Errorf("%s: %v", name, c.err)
			}
		}
		w.later(20 * time.Minute)
		if _, err := w.card(w.as(w.clerk), s.ID, w.li); !errors.Is(err, lookup.ErrState) {
			t.Errorf("after its time: %v", err)
		}
	})
}

func TestWhatIsNotApprovedDoesNotLeave(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.customers.SetReleases(w.Service)
		viewing, waiting := w.running(ask(), w.li), w.approved(ask(lookup.Export), w.li)
		d := w.running(ask(lookup.Export), w.li)
		e, err := w.customers.Export(w.exporter(), "", customer.ExportInput{Format: customer.CSV, LookupID: d.ID, Filter: customer.Filter{OrgID: w.one.ID}})
		w.must(err)
		w.work()
		for name, c := range map[string]struct {
			lookup id.ID
			want   error
		}{"for the screen only": {viewing.ID, lookup.ErrUse}, "not begun": {waiting.ID, lookup.ErrState}, "nothing": {id.ID{99}, db.ErrNotFound}} {
			if _, err := w.file(w.exporter(), c.lookup); !errors.Is(err, c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		begun := w.now
		w.later(10 * time.Minute)
		w.asked(ask(), w.wang)
		w.now = begun.Add(time.Minute)
		if _, err := w.file(w.exporter(), d.ID); !errors.Is(err, lookup.ErrClock) {
			t.Errorf("with the clock set back: %v", err)
		}
		w.now = begun.Add(11 * time.Minute)
		if d, err = w.End(w.as(w.clerk), d.ID, d.Version); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.customers.DownloadExport(w.exporter(), e.ID); !errors.Is(err, lookup.ErrState) {
			t.Errorf("fetched after it was given back: %v", err)
		}
	})
}
