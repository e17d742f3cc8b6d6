package customer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// tablesOf are the tables that keep a customer, with the columns that an undone
// merge must leave byte by byte as they were, and those that tell whose a row is.
var tablesOf = []struct{ name, columns, owner string }{
	{"customer", "id, customer_no, kind, status, name, name_sort, unit_id, manager_id, industry, classes, tags, merged_into, created_at, data_key", "id"},
	{"customer_certificate", "blind, customer_id", "customer_id"},
	{"customer_class", "scheme, class, customer_id", "customer_id"},
	{"customer_tag", "tag, customer_id", "customer_id"},
	{"customer_note", "id, customer_id, origin_id, at, author_id, author_name, confidential, body, version", "customer_id"},
	{"customer_analysis", "id, customer_id, origin_id, aspect, level, on_day, at, author_name, body, version", "customer_id"},
	{"customer_interaction", "id, customer_id, origin_id, at, mode, cost_fen, author_name, body, version, created_at", "customer_id"},
	{"customer_attachment", "id, customer_id, origin_id, at, author_name, name, media_type, size, sha256, version", "customer_id"},
	{"customer_field_value", "id, customer_id, origin_id, field_id, current, value, sealed, at, actor_name", "customer_id"},
	{"reception", "id, customer_id", "customer_id"},
}

// kept reads every row of customers as it stands in the database, per table.
func (w *world) kept(all ...id.ID) (rows map[string][]string) {
	w.t.Helper()
	rows = map[string][]string{}
	w.must(w.db.Read(context.Background(), func(tx *db.Tx) error {
		for _, table := range tablesOf {
			for _, c := range all {
				for column := range strings.SplitSeq(table.columns, ", ") {
					var values []string
					as := fmt.Sprintf("SELECT CAST(%s AS text) FROM %s WHERE %s = $1 ORDER BY 1", hexed(tx.Dialect(), column), table.name, table.owner)
					if err := tx.Select(&values, as, c); err != nil {
						return fmt.Errorf("%s.%s: %w", table.name, column, err)
					}
					rows[table.name] = append(rows[table.name], fmt.Sprint(column, values))
				}
			}
		}
		return nil
	}))
	return rows
}

// hexed makes a text of any column, none of it lost.
func hexed(d db.Dialect, column string) string {
	if d == db.SQLite {
		return "coalesce(hex(" + column + "), '-')"
	}
	return "coalesce(" + column + "::text, '-')"
}

// trio makes three archives of one person with parts of all kinds each, and
// fields some of which only one has.
func (w *world) trio() (all []customer.Customer) {
	w.t.Helper()
	ctx := w.as(w.one)
	secret := field("secret", customer.TextField)
	secret.Confidential = true
	w.must(second(w.CreateField(ctx, "", secret)))
	for _, code := range []string{"pets", "pole"} {
		w.must(second(w.CreateField(ctx, "", field(code, customer.TextField))))
	}
	for i, given := range []map[string]string{{"pets": "猫"}, {"pets": "狗", "secret": "暗号"}, {"secret": "口令", "pole": "7"}} {
		in := person([]string{"张三丰", "张三峰", "张三风"}[i], mobile(1), mobile(10+i))
		in.Industry = []string{"渔业", "林业", ""}[i]
		in.Fields, in.ConfirmDuplicates, in.Tags = given, true, []string{"共", fmt.Sprint("标", i)}
		in.Classes = []map[string]string{{"kind": "intermediary", "relation": "potential"}, {"relation": "new"}, {"product": "agriculture"}}[i]
		in.Certificates = []customer.CertificateInput{certificate("resident_id", residentID(w.t, "1980-01-02", 3)), certificate("other", fmt.Sprint("军字", i))}
		c := w.create(ctx, in)
		w.must(second(w.AddNote(ctx, "", c.ID, customer.NoteInput{Text: fmt.Sprint("备注", i), Confidential: i == 1})))
		w.must(second(w.Log(ctx, "", c.ID, customer.InteractionInput{Mode: customer.Call, CostFen: 100, InteractionBody: customer.InteractionBody{Content: "电话"}})))
		w.must(second(w.Analyse(ctx, "", c.ID, customer.AnalysisInput{Aspect: customer.Credit, Level: 3, Text: "信用"})))
		w.must(second(w.Attach(ctx, "", c.ID, "证明.txt", strings.NewReader(fmt.Sprint("证明", i)))))
		w.must(third(w.Fill(ctx, c.ID, 1, map[string]string{"pets": fmt.Sprint("鱼", i)})))
		all = append(all, w.seen(ctx, c.ID))
	}
	return all
}

func (w *world) merge(into, from id.ID, take ...string) {
	w.t.Helper()
	ctx := w.as(w.one)
	w.must(second(w.Merge(ctx, into, w.seen(ctx, into).Version, customer.MergeInput{FromID: from, FromVersion: w.seen(ctx, from).Version, Take: take})))
}

func (w *world) compare(when string, was, is map[string][]string) {
	w.t.Helper()
	for _, table := range tablesOf {
		if !slices.Equal(was[table.name], is[table.name]) {
			w.t.Errorf("%s: %s was\n%v\nis\n%v", when, table.name, was[table.name], is[table.name])
		}
	}
}

// A chain of merges taken back link by link leaves every row of every table as it
// was, byte by byte; a link in the middle cannot be taken out.
func TestAChainOfMergesIsTakenBackByteByByte(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, all := w.as(w.one), w.trio()
		a, b, c := all[0].ID, all[1].ID, all[2].ID
		separate := w.kept(a, b, c)
		w.merge(b, c, "classes.product")
		pair := w.kept(a, b, c)
		w.merge(a, b, "classes.relation", "name")
		if _, err := w.Unmerge(ctx, c, w.seen(ctx, c).Version); !errors.Is(err, customer.ErrMerged) {
			t.Errorf("a link in the middle: %v", err)
		}
		if notes, _, err := w.Notes(ctx, a, customer.Page{Limit: 9}); err != nil || len(notes) != 3 || notes[1].Text != "备注1" {
			t.Errorf("notes of three: %+v %v", notes, err)
		}
		for i, file := range w.contentsOf(a) {
			if want := fmt.Sprint("证明", 2-i); file != want {
				t.Errorf("file %s, want %s", file, want)
			}
		}
		w.must(second(w.Unmerge(ctx, b, w.seen(ctx, b).Version)))
		w.compare("first undo", pair, w.kept(a, b, c))
		w.must(second(w.Unmerge(ctx, c, w.seen(ctx, c).Version)))
		w.compare("second undo", separate, w.kept(a, b, c))
		merges, err := w.Merges(ctx, b)
		if err != nil || len(merges) != 2 || merges[0].UndoneAt == 0 || merges[1].UndoneAt == 0 {
			t.Errorf("merges %+v %v", merges, err)
		}
		w.merge(c, a)
		w.must(second(w.Unmerge(ctx, a, w.seen(ctx, a).Version)))
		w.compare("the other way round", separate, w.kept(a, b, c))
	})
}

// contentsOf reads the files of a customer, whichever key seals them.
func (w *world) contentsOf(c id.ID) (contents []string) {
	w.t.Helper()
	w.SetReleases(&approved{})
	ctx := w.as(w.one)
	files, _, err := w.Attachments(ctx, c, customer.Page{Limit: 9})
	w.must(err)
	for _, f := range files {
		contents = append(contents, w.taken(ctx, c, f))
	}
	return contents
}

// What the preview says will move is what moves, and what it says differs is what
// can be taken.
func TestThePreviewTellsTheTruth(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, all := w.as(w.one), w.trio()
		a, b := all[0].ID, all[1].ID
		p, err := w.PreviewMerge(ctx, a, b)
		w.must(err)
		before := w.counted(a)
		var take []string
		for _, d := range p.Differences {
			take = append(take, d.Field)
		}
		w.merge(a, b, take...)
		after := w.counted(a)
		for name, n := range p.Moves {
			own := int64(0)
			if name == "events" {
				own = 1 // tells of the merge itself
			}
			if moved := after[name] - before[name] - own; moved != n {
				t.Errorf("%s: %d were foretold, %d moved", name, n, moved)
			}
		}
		merged := w.seen(ctx, a)
		for _, d := range p.Differences {
			if got := valueOf(merged, d.Field); got != d.From {
				t.Errorf("%s was taken, but is %q, not %q", d.Field, got, d.From)
			}
		}
		if want := "[classes.relation industry name]"; fmt.Sprint(take) != want {
			t.Errorf("differences %v, want %s", take, want)
		}
	})
}

// valueOf reads a field as a difference names it.
func valueOf(c customer.Customer, field string) string {
	switch name, scheme, _ := strings.Cut(field, "."); {
	case name == "classes":
		return c.Classes[scheme]
	case field == "name":
		return c.Name
	case field == "industry":
		return c.Industry
	}
	return "nothing that can be taken"
}

func (w *world) counted(c id.ID) map[string]int64 {
	w.t.Helper()
	counts := map[string]int64{}
	w.must(w.db.Read(context.Background(), func(tx *db.Tx) error {
		for name, table := range map[string]string{"notes": "customer_note", "analyses": "customer_analysis", "interactions": "customer_interaction", "attachments": "customer_attachment",
			"events": "customer_event", "fields": "customer_field_value", "receptions": "reception"} {
			var n int64
			if err := tx.Get(&n, "SELECT count(*) FROM "+table+" WHERE customer_id = $1", c); err != nil {
				return err
			}
			counts[name] = n
		}
		return nil
	}))
	return counts
}

// Of merges that cross, and of undos at once, one goes through and the others are
// told so; nobody ends as his own duplicate.
func TestMergesThatCross(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, all := w.as(w.one), w.trio()
		ids := []id.ID{all[0].ID, all[1].ID, all[2].ID}
		separate := w.kept(ids...)
		var wg sync.WaitGroup
		errs := make([]error, 6)
		for i := range errs {
			into, from := all[i%3], all[(i+1+i/3)%3]
			wg.Go(func() {
				_, errs[i] = w.Merge(ctx, into.ID, into.Version, customer.MergeInput{FromID: from.ID, FromVersion: from.Version})
			})
		}
		wg.Wait()
		through := 0
		for _, err := range errs {
			switch {
			case err == nil:
				through++
			case !errors.Is(err, db.ErrStale) && !errors.Is(err, customer.ErrMerged):
				t.Error(err)
			}
		}
		var gone id.ID
		for _, c := range ids {
			if w.seen(ctx, c).Status == customer.Merged {
				gone = c
			}
		}
		if through != 1 || gone.IsZero() {
			t.Fatalf("%d went through: %v", through, errs)
		}
		w.undoAtOnce(gone)
		w.compare("undone", separate, w.kept(ids...))
		if _, err := w.Unmerge(w.as(w.one, "customer.merge"), gone, 2); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("forbidden: %v", err)
		}
	})
}

// undoAtOnce takes a merge back several times at once; one goes through.
func (w *world) undoAtOnce(gone id.ID) {
	w.t.Helper()
	var wg sync.WaitGroup
	undone, version := make([]error, 4), w.seen(w.as(w.one), gone).Version
	for i := range undone {
		wg.Go(func() { _, undone[i] = w.Unmerge(w.as(w.one), gone, version) })
	}
	wg.Wait()
	through := 0
	for _, err := range undone {
		if err == nil {
			through++
		} else if !errors.Is(err, customer.ErrNotMerged) {
			w.t.Errorf("undo: %v", err)
		}
	}
	if through != 1 {
		w.t.Errorf("%d undos went through", through)
	}
}
