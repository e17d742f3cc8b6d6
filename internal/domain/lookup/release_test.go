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

// exporter is a clerk who may export too.
func (w *world) exporter() context.Context {
	w.t.Helper()
	c := access.NewCaller(w.clerk, w.tree, access.Held{Patterns: append(w.patterns("clerk"), customer.PermExport), OrgID: w.one.ID})
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
		masked, err := w.file(w.exporter(), id.ID{})
		if err != nil || strings.Contains(masked, phone) || strings.Contains(masked, "王芳") {
			t.Errorf("without an approval: %s %v", masked, err)
		}
		d := w.running(ask(lookup.Export), w.li)
		got, err := w.file(w.exporter(), d.ID)
		lines := strings.Split(strings.TrimSpace(got), "\r\n")
		if err != nil || len(lines) != 2 || !strings.Contains(lines[1], phone) || strings.Contains(lines[1], "4711号李小明") || !strings.HasSuffix(lines[1], ",王芳") {
			t.Fatalf("%v %v", lines, err)
		}
		cells := strings.Split(lines[1], ",")
		serial := cells[len(cells)-2]
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
