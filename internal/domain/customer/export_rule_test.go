package customer_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// What a list shows is what its export holds, whoever asks and whatever the
// filter, in the order of making.
func TestExportsHoldWhatListsShow(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := rand.New(rand.NewPCG(5, 6))
		w.crowd(r, 30)
		w.SetReleases(&approved{})
		for name, ctx := range map[string]context.Context{"plain": w.as(w.one), "masked": w.as(w.one, "customer.list", "customer.export")} {
			lookup := map[string]id.ID{"plain": approval}[name]
			for range 6 {
				f := w.anyFilter(r)
				f.OrgID = id.ID{}
				items, _, err := w.List(ctx, customer.ListInput{Filter: f, Sort: "created_at", Limit: 200})
				w.must(err)
				rows := w.export(ctx, customer.ExportInput{Format: customer.CSV, Filter: f, LookupID: lookup})
				var listed, exported []string
				for _, i := range items {
					listed = append(listed, fmt.Sprint(i.CustomerNo, i.Name, i.Tags, i.ManagerName))
				}
				for i := range rows[1:] {
					tags := strings.ReplaceAll(cell(rows, i+1, "标签"), "; ", " ")
					exported = append(exported, fmt.Sprint(cell(rows, i+1, "客户编号"), cell(rows, i+1, "客户名称"), "["+tags+"]", cell(rows, i+1, "客户经理")))
				}
				if !slices.Equal(listed, exported) {
					t.Errorf("%s %+v: listed\n%v\nexported\n%v", name, f, listed, exported)
				}
			}
		}
	})
}

// An export is its maker's alone and for its time; what stands whole in it goes with
// the approval.
func TestAnExportIsItsMakersAlone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.create(w.as(w.one), person("欧阳文渊", mobile(1)))
		ctx := w.as(w.one)
		given := &approved{until: w.now.Add(time.Hour)}
		w.SetReleases(given)
		e, err := w.Export(ctx, "", customer.ExportInput{Format: customer.CSV, LookupID: approval})
		w.must(err)
		fetch := func(ctx context.Context) error {
			_, r, err := w.DownloadExport(ctx, e.ID)
			if err == nil {
				err = r.Close()
			}
			return err
		}
		for name, x := range map[string]struct {
			ctx  context.Context
			want error
		}{
			"before it is ready": {ctx, customer.ErrNotReady}, "another": {w.asUser(id.ID{2}, w.one), db.ErrNotFound}, "another company": {w.as(w.two), db.ErrNotFound},
			"without permission": {w.as(w.one, "customer.list"), access.ErrForbidden},
		} {
			if err := fetch(x.ctx); !errors.Is(err, x.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		w.work()
		before := w.rows("audit_entry")
		given.over = true
		if err := fetch(ctx); !errors.Is(err, errOver) || e.ExpiresAt != given.until {
			t.Errorf("after its approval: %v, until %v", err, e.ExpiresAt)
		}
		given.over = false
		if n := w.rows("audit_entry") - before; n != 0 {
			t.Errorf("the refused one is written down as fetched: %d", n)
		}
		w.must(fetch(ctx))
		if n := w.rows("audit_entry") - before; n != 1 {
			t.Errorf("fetched: %d audit entries", n)
		}
		*w.now = e.ExpiresAt
		for name, ctx := range map[string]context.Context{"at the end of its time": ctx} {
			if err := fetch(ctx); !errors.Is(err, customer.ErrExpired) {
				t.Errorf("%s: %v", name, err)
			}
		}
		w.work()
		if mine, _, err := w.Exports(ctx, all); err != nil || len(mine) != 0 {
			t.Errorf("after its time: %+v %v", mine, err)
		}
	})
}

// files are the names of all kept files.
func (w *world) filesKept() (names []string) {
	w.t.Helper()
	w.must(filepath.WalkDir(w.files, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			names = append(names, filepath.Base(path))
		}
		return err
	}))
	return names
}

// A job that is run twice, as after a crash, leaves one whole file, and none when
// its time is over.
func TestAnExportRunTwiceIsOneFile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		w.many(12)
		e, err := w.Export(ctx, "", customer.ExportInput{Format: customer.CSV})
		w.must(err)
		w.work()
		first := w.filesKept()
		*w.now = w.now.Add(time.Minute)
		w.write(func(tx *db.Tx) error {
			_, err := tx.Exec("UPDATE job SET state = 'queued', lease_until = 0 WHERE id = $1", e.JobID)
			return err
		})
		w.work()
		_, r, err := w.DownloadExport(ctx, e.ID)
		w.must(err)
		raw, err := io.ReadAll(r)
		w.must(errors.Join(err, r.Close()))
		rows, err := table(customer.CSV, raw)
		if err != nil || len(rows) != 13 {
			t.Errorf("%d rows, %v", len(rows), err)
		}
		if second := w.filesKept(); len(first) != 1 || len(second) != 1 || first[0] == second[0] {
			t.Errorf("first %v, then %v", first, second)
		}
		*w.now = e.ExpiresAt
		w.work()
		if left := w.filesKept(); len(left) != 0 {
			t.Errorf("after its time %v", left)
		}
	})
}
