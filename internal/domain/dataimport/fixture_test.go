package dataimport_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer/customertest"
	"github.com/zhiyin-power/zhiyin/internal/domain/dataimport"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// world is two county companies with the archive, the supply side and imports.
type world struct {
	*dataimport.Service
	t         testing.TB
	db        *db.DB
	jobs      *job.Queue
	customers *customer.Service
	supply    *supply.Service
	audit     *audit.Log
	blobs     string
	tree      *org.Tree
	now       atomic.Int64

	one, two, station org.Org
}

func each(t *testing.T, fn func(w *world)) {
	t.Helper()
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) { fn(newWorld(t, e)) })
}

func newWorld(t testing.TB, e db.Dialect) *world {
	t.Helper()
	w := &world{t: t}
	w.now.Store(int64(when.At(time.Date(2026, 3, 2, 9, 0, 0, 0, when.Zone))))
	a := customertest.New(t, e, func() when.Instant { return when.Instant(w.now.Load()) })
	w.db, w.jobs, w.customers, w.audit, w.blobs, w.one, w.two = a.DB, a.Jobs, a.Customers, a.Audit, a.Files, a.One, a.Two
	w.supply = supply.New(supply.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Customers: a.Customers, Cursors: a.Cursors})
	w.customers.SetSearchParts(w.supply)
	w.customers.SetReleases(returned{})
	w.customers.AddFollower(w.supply)
	w.Service = dataimport.New(dataimport.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Orgs: a.Orgs, Jobs: a.Jobs, Blobs: a.Blobs, Cursors: a.Cursors,
		Customers: a.Customers, Supply: w.supply, Text: catalogue.Text})
	w.RegisterJobs(w.jobs)
	w.station, w.tree = a.Station(t)
	return w
}

// returned lets rows go back to who sent them; nothing else leaves.
type returned struct{ customer.Releases }

func (returned) ReturnTx(_ *db.Tx, who access.Who, _, _ id.ID, _ customer.Taking) (customer.Mark, error) {
	return customer.Mark{Serial: "7K2Q-90FM-4TXC-B13Z", Taker: who.Name}, nil
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) write(fn func(tx *db.Tx) error) {
	w.t.Helper()
	w.must(w.db.Write(context.Background(), fn))
}

// as is a maintainer of companies.
func (w *world) as(orgs ...org.Org) context.Context {
	return w.holding(access.Patterns{"customer.*", "supply.*", "import.*"}, orgs...)
}

func (w *world) holding(p access.Patterns, orgs ...org.Org) context.Context {
	var held []access.Held
	for _, o := range orgs {
		held = append(held, access.Held{Patterns: p, OrgID: o.ID})
	}
	user := access.User{ID: id.ID{0: 1, 15: 1}, Login: "maintainer", Name: "王档案", Locale: "zh"}
	return access.WithCaller(context.Background(), access.NewCaller(user, w.tree, held...))
}

// drain runs the jobs that are due.
func (w *world) drain() {
	w.t.Helper()
	for {
		ran, err := w.jobs.RunNext(context.Background())
		w.must(err)
		if !ran {
			return
		}
	}
}

// version is that of an import as it stands.
func (w *world) version(i id.ID) (version int64) {
	w.t.Helper()
	w.must(w.db.Read(context.Background(), func(tx *db.Tx) error {
		return tx.Get(&version, "SELECT version FROM data_import WHERE id = $1", i)
	}))
	return version
}

// Check, Run, Revert and Cancel take the step from there.

func (w *world) Check(ctx context.Context, i id.ID) (dataimport.Import, error) {
	return w.Service.Check(ctx, i, w.version(i))
}

func (w *world) Run(ctx context.Context, i id.ID) (dataimport.Import, error) {
	return w.Service.Run(ctx, i, w.version(i))
}

func (w *world) Revert(ctx context.Context, i id.ID) (dataimport.Import, error) {
	return w.Service.Revert(ctx, i, w.version(i))
}

func (w *world) Cancel(ctx context.Context, i id.ID) (dataimport.Import, error) {
	return w.Service.Cancel(ctx, i, w.version(i))
}

func (w *world) upload(ctx context.Context, k dataimport.Kind, content string) dataimport.Detail {
	w.t.Helper()
	d, err := w.Upload(ctx, dataimport.UploadInput{Kind: k, FileName: "客户.csv"}, strings.NewReader(content))
	w.must(err)
	return d
}

// checked uploads a file and makes the dry run.
func (w *world) checked(ctx context.Context, k dataimport.Kind, m dataimport.Mode, content string) dataimport.Detail {
	w.t.Helper()
	d, err := w.Upload(ctx, dataimport.UploadInput{Kind: k, Mode: m, FileName: "客户.csv"}, strings.NewReader(content))
	w.must(err)
	_, err = w.Check(ctx, d.ID)
	w.must(err)
	w.drain()
	return w.get(ctx, d.ID)
}

// done brings a file in.
func (w *world) done(ctx context.Context, k dataimport.Kind, m dataimport.Mode, content string) dataimport.Detail {
	w.t.Helper()
	d := w.checked(ctx, k, m, content)
	if d.State != dataimport.Checked {
		w.t.Fatalf("after the dry run: %s %+v", d.State, d.Error)
	}
	return w.run(ctx, d.ID)
}

func (w *world) run(ctx context.Context, i id.ID) dataimport.Detail {
	w.t.Helper()
	_, err := w.Run(ctx, i)
	w.must(err)
	w.drain()
	return w.get(ctx, i)
}

func (w *world) reverted(ctx context.Context, i id.ID) dataimport.Detail {
	w.t.Helper()
	_, err := w.Revert(ctx, i)
	w.must(err)
	w.drain()
	return w.get(ctx, i)
}

func (w *world) get(ctx context.Context, i id.ID) dataimport.Detail {
	w.t.Helper()
	d, err := w.Get(ctx, i)
	w.must(err)
	return d
}

// problems is the file of problem rows.
func (w *world) problems(ctx context.Context, i id.ID) string {
	w.t.Helper()
	f, err := w.Problems(ctx, i, sheet.CSV, "zh")
	w.must(err)
	var b bytes.Buffer
	w.must(f.Write(ctx, &b))
	return b.String()
}

func (w *world) find(ctx context.Context, q string) customer.Customer {
	w.t.Helper()
	found, err := w.customers.Search(ctx, q, 5)
	w.must(err)
	if len(found) != 1 {
		w.t.Fatalf("%s: %d found", q, len(found))
	}
	c, err := w.customers.Get(ctx, found[0].ID)
	w.must(err)
	return c
}

func (w *world) account(o org.Org, no string) (a supply.Account) {
	w.t.Helper()
	w.must(w.db.Read(context.Background(), func(tx *db.Tx) error {
		found, err := w.supply.AccountsByNoTx(tx, o.ID, []string{no})
		a = found[no]
		return err
	}))
	return a
}

func (w *world) count(table string) (n int64) {
	w.t.Helper()
	w.must(w.db.Read(context.Background(), func(tx *db.Tx) error { return tx.Get(&n, "SELECT count(*) FROM "+table) }))
	return n
}

// resident makes a resident's number of the region nobody lives in.
func resident(n int) string {
	number, err := cn.SyntheticResidentID(cn.UnassignedRegion, fmt.Sprintf("19%02d-%02d-%02d", 40+n/1000%60, n%12+1, n/12%28+1), n%1000)
	if err != nil {
		panic(err)
	}
	return number
}

func mobile(n int) string { return fmt.Sprintf("%s%08d", cn.UnallocatedMobilePrefix, n) }

// table is a CSV file of customers with accounts from first on.
func table(first, n int) string {
	var b strings.Builder
	b.WriteString("客户名称,证件号码,联系电话,户号,用电类别,合同容量(kVA),用电地址\n")
	for i := first; i < first+n; i++ {
		fmt.Fprintf(&b, "%s,%s,%s,1001%06d,居民生活,8,云江省沧屏市青岭县锦绣花园%d幢\n", nameOf(i), resident(i), mobile(i), i, i)
	}
	return b.String()
}

func nameOf(i int) string { return "欧阳" + string(rune('一'+i%5000)) + string(rune('丁'+i/5000)) }

// failing is content that breaks off with an error.
type failing struct {
	io.Reader
	err error
}

func (f failing) Read(p []byte) (int, error) {
	n, err := f.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		err = f.err
	}
	return n, err
}

// files counts the sealed files.
func (w *world) files() (n int) {
	w.t.Helper()
	w.must(filepath.WalkDir(w.blobs, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return err
	}))
	return n
}

// damaged breaks the compressed sheet of a workbook in its middle.
func damaged(t testing.TB, book []byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if f.Name == "xl/worksheets/sheet1.xml" {
			at, err := f.DataOffset()
			if err != nil {
				t.Fatal(err)
			}
			middle := at + int64(f.CompressedSize64)*3/4
			for i := range int64(64) {
				book[middle+i] ^= 0x5a
			}
		}
	}
	return book
}
