package audit_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

var auditor = id.MustParse("01900000-0000-7000-8000-0000000000d1")

// desk is an auditor of company A at work; things are the objects he asks about.
type desk struct {
	*book
	*audit.Service
	may      string // the permissions, joined
	customer *crypt.Subject
	jobs     *job.Queue
}

func eachDesk(t *testing.T, fn func(d *desk)) {
	t.Helper()
	eachBook(t, func(b *book) {
		d := &desk{book: b, may: "audit.list audit.open audit.export audit.state audit.verify audit.set_rule", jobs: job.New(b.d, slog.New(slog.DiscardHandler))}
		words := map[string]string{"audit_action.thing.update": "修改物件", "audit_object.thing": "物件"}
		d.Service = audit.NewService(audit.Deps{Log: b.Log, Guard: d, Objects: d, Jobs: d.jobs, Cursors: page.NewSigner([]byte("k")),
			Actions: func() []string { return []string{"thing.update", "thing.create"} },
			Text: func(_, key string, _ map[string]any) string {
				if w := words[key]; w != "" {
					return w
				}
				return key
			}})
		d.RegisterJobs()
		fn(d)
	})
}

func (d *desk) Reach(_ context.Context, permission string) (audit.Reach, error) {
	if !strings.Contains(d.may, permission) {
		return audit.Reach{}, fault.New(fault.Forbidden, "no")
	}
	return audit.Reach{Actor: audit.Actor{ID: auditor, Name: "审"}, HomeOrgID: orgA, Nodes: db.ScopeOf(orgA)}, nil
}

func (d *desk) NamesTx(context.Context, *db.Tx, []audit.Entry) (map[id.ID]string, error) {
	return map[id.ID]string{thing: "甲物"}, nil
}

func (d *desk) SubjectTx(*db.Tx, audit.Entry) (*crypt.Subject, error) { return d.customer, nil }

func (d *desk) search(f audit.Filter, limit int) (all []audit.EntryView) {
	d.t.Helper()
	for cursor := ""; ; {
		found, err := d.Search(d.t.Context(), "zh", f, cursor, limit)
		views, next := found.Items, found.NextCursor
		d.must(err)
		all = append(all, views...)
		if cursor = next; next == "" {
			return all
		}
	}
}

func TestSearch(t *testing.T) {
	eachDesk(t, func(d *desk) {
		began := d.now
		d.enter(orgA, 7)
		d.enter(orgB, 2)
		d.seal()
		d.write(func(tx *db.Tx) error {
			return d.ReadTx(tx, audit.Reading{OrgID: orgA, Actor: audit.Actor{ID: auditor, Name: "审"}, Action: "customer.reveal", ObjectType: "thing", ObjectID: orgB,
				Seen: audit.Seen{Fields: []string{"phone"}, Reason: "核对"}})
		})
		all := d.search(audit.Filter{}, 3)
		if len(all) != 8 || all[0].Kind != audit.OfRead || all[0].Number != 0 || all[1].Number != 7 || all[1].ActionText != "修改物件" || all[1].ObjectName != "甲物" ||
			all[1].ObjectText != "物件" || !all[1].HasContent || all[0].ActionText != "customer.reveal" {
			t.Fatalf("%+v", all)
		}
		for name, tt := range map[string]struct {
			f    audit.Filter
			want int
		}{
			"actor": {audit.Filter{ActorID: auditor}, 1}, "action": {audit.Filter{Action: "thing.update"}, 7}, "reads": {audit.Filter{Kind: audit.OfRead}, 1},
			"changes": {audit.Filter{Kind: audit.OfChange}, 7}, "sessions": {audit.Filter{Kind: audit.OfSession}, 0}, "object": {audit.Filter{ObjectID: thing}, 7},
			"object type": {audit.Filter{ObjectType: "thing"}, 8}, "from": {audit.Filter{From: began.Add(7 * time.Second)}, 2},
			"to": {audit.Filter{To: began.Add(3 * time.Second)}, 2}, "name": {audit.Filter{Text: "审"}, 1}, "words": {audit.Filter{Text: "修改"}, 7},
			"code": {audit.Filter{Text: "customer.reveal"}, 1}, "identifier": {audit.Filter{Text: all[3].ID.String()}, 1}, "nothing": {audit.Filter{Text: "'; --"}, 0},
			"other company": {audit.Filter{OrgID: orgB}, 0}, "own company": {audit.Filter{OrgID: orgA}, 8},
		} {
			if got := d.search(tt.f, 3); len(got) != tt.want {
				t.Errorf("%s: %d entries, want %d", name, len(got), tt.want)
			}
		}
		d.may = ""
		if _, err := d.Search(t.Context(), "zh", audit.Filter{}, "", 10); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("without the right: %v", err)
		}
	})
}

// Opening an entry is a look and is written down; what a destroyed key sealed
// stays closed and the chain whole.
func TestOpenIsWrittenDown(t *testing.T) {
	eachDesk(t, func(d *desk) {
		d.write(func(tx *db.Tx) error {
			company, err := d.keys.CompanyTx(tx, orgA)
			if err != nil {
				return err
			}
			_, d.customer, err = company.NewSubject(thing)
			if err != nil {
				return err
			}
			return d.RecordTx(tx, audit.Change{OrgID: orgA, Action: "thing.update", ObjectType: "thing", ObjectID: thing, Before: state{"1"}, After: state{"2"}, Subject: d.customer})
		})
		d.enter(orgB, 1)
		entry := d.search(audit.Filter{}, 1)[0].ID
		o, err := d.Open(t.Context(), "zh", entry)
		if err != nil || o.Before != `{"Phone":"1"}` || o.After != `{"Phone":"2"}` || o.Erased || !o.Genuine {
			t.Errorf("%+v, %v", o, err)
		}
		looks := d.search(audit.Filter{Kind: audit.OfRead}, 10)
		if len(looks) != 1 || looks[0].Action != "audit.open" || looks[0].ObjectID != entry || looks[0].ActorID != auditor {
			t.Errorf("looks %+v", looks)
		}
		d.customer = nil
		if o, err = d.Open(t.Context(), "zh", entry); err != nil || !o.Erased || o.Before+o.After != "" || !o.Genuine {
			t.Errorf("erased: %+v, %v", o, err)
		}
		d.seal()
		if r := d.verify(audit.VerifyInput{}); !r.Whole {
			t.Errorf("%+v", r.Broken)
		}
		var foreign id.ID
		d.write(func(tx *db.Tx) error { return tx.Get(&foreign, "SELECT id FROM audit_entry WHERE org_id = $1", orgB) })
		if _, err := d.Open(t.Context(), "zh", foreign); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another company's: %v", err)
		}
		if err := d.Read(t.Context(), audit.Reading{OrgID: orgA, Action: "thing.update"}); err == nil {
			t.Error("a change passes for a look")
		}
	})
}

func TestStateAndRule(t *testing.T) {
	eachDesk(t, func(d *desk) {
		d.enter(orgA, 3)
		st, err := d.State(t.Context())
		if err != nil || len(st.Chains) != 1 || st.Chains[0].Unsealed != 3 || st.Chains[0].Sealed != 0 || st.Floor.Months != 36 || len(st.Floors) != 2 {
			t.Fatalf("%+v, %v", st, err)
		}
		d.seal()
		if _, err := d.SetRule(t.Context(), orgA, 0, audit.RuleInput{KeepMonths: 35}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("below the law: %v", err)
		}
		if _, err := d.SetRule(t.Context(), orgB, 0, audit.RuleInput{KeepMonths: 60}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another company's: %v", err)
		}
		r, err := d.SetRule(t.Context(), orgA, 0, audit.RuleInput{KeepMonths: 60})
		if err != nil || r.Version != 1 {
			t.Fatalf("%+v, %v", r, err)
		}
		if _, err := d.SetRule(t.Context(), orgA, 0, audit.RuleInput{KeepMonths: 70}); !errors.Is(err, db.ErrStale) {
			t.Errorf("of no version: %v", err)
		}
		if r, err = d.SetRule(t.Context(), orgA, 1, audit.RuleInput{}); err != nil || r.Version != 2 || r.KeepMonths != 0 {
			t.Errorf("for ever: %+v, %v", r, err)
		}
		st, err = d.State(t.Context())
		if c := st.Chains[0]; err != nil || c.Sealed != 3 || c.Unsealed != 2 || c.Head == nil || c.Head.Number != 3 || c.Rule.Version != 2 || len(st.PublicKey) != 32 {
			t.Errorf("%+v, %v", st, err)
		}
	})
}

func TestVerifyInTheBackground(t *testing.T) {
	eachDesk(t, func(d *desk) {
		d.enter(orgA, 5)
		d.enter(orgB, 4)
		d.seal()
		made, err := d.StartVerify(t.Context())
		d.must(err)
		if ran, err := d.jobs.RunNext(t.Context()); err != nil || !ran {
			t.Fatalf("%v, %v", ran, err)
		}
		j, err := d.jobs.Get(t.Context(), db.ScopeOf(orgA), made)
		if err != nil || j.State != job.Done || !strings.Contains(j.Result, `"whole":true`) || !strings.Contains(j.Result, `"entries":6`) || j.Progress != 6 {
			t.Errorf("%+v, %v", j, err)
		}
	})
}

func (d *desk) export(f audit.Filter, format audit.Format) []byte {
	d.t.Helper()
	var b bytes.Buffer
	d.must(d.ExportTo(d.t.Context(), "zh", f, format, &b))
	return b.Bytes()
}

func TestAnExportProvesItself(t *testing.T) {
	eachDesk(t, func(d *desk) {
		d.enter(orgA, 1005)
		d.seal()
		st, err := d.State(t.Context())
		d.must(err)
		key := ed25519.PublicKey(st.PublicKey)
		for _, format := range []audit.Format{audit.CSV, audit.JSON} {
			raw := d.export(audit.Filter{Action: "thing.update"}, format)
			m, err := audit.VerifyExport(bytes.NewReader(raw), int64(len(raw)), key)
			if err != nil || m.Rows != 1005 || !m.Complete || len(m.Heads) != 1 || m.MadeBy.Name != "审" || !m.Heads[0].Genuine(key) {
				t.Fatalf("%s: %+v, %v", format, m, err)
			}
			if lines := bytes.Count(part(t, raw, m.File), []byte("\n")); int64(lines) < m.Rows {
				t.Errorf("%s: %d lines", format, lines)
			}
			other, _, err := ed25519.GenerateKey(nil)
			d.must(err)
			if _, err := audit.VerifyExport(bytes.NewReader(raw), int64(len(raw)), other); !errors.Is(err, audit.ErrExportForged) {
				t.Errorf("another key: %v", err)
			}
			for name, want := range map[string]error{m.File: audit.ErrExportChanged, "manifest.json": audit.ErrExportForged, "manifest.sig": audit.ErrExportForged} {
				forged := repack(t, raw, name)
				if _, err := audit.VerifyExport(bytes.NewReader(forged), int64(len(forged)), key); !errors.Is(err, want) {
					t.Errorf("changed %s: %v", name, err)
				}
			}
		}
		if _, err := audit.VerifyExport(strings.NewReader("x"), 1, key); !errors.Is(err, audit.ErrNoExport) {
			t.Errorf("no archive: %v", err)
		}
		if all := d.search(audit.Filter{Kind: audit.OfExport}, 10); len(all) != 2 {
			t.Errorf("%d exports written down", len(all))
		}
	})
}

func part(t *testing.T, raw []byte, name string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// repack changes one byte of a part.
func repack(t *testing.T, raw []byte, name string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range z.File {
		content := part(t, raw, f.Name)
		if f.Name == name {
			content[len(content)/2] ^= 1
		}
		to, err := w.Create(f.Name)
		if err == nil {
			_, err = to.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
