package customer_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// world is a province with two county companies and a station, the service over
// it and a clock the test moves.
type world struct {
	*customer.Service
	t     testing.TB
	db    *db.DB
	audit *audit.Log
	users *access.Service
	orgs  *org.Service
	tree  *org.Tree
	jobs  *job.Queue
	keys  *crypt.Keyring
	blobs *blob.Store
	now   *when.Instant
	files string

	province, one, two, station org.Org
	manager                     id.ID
}

var clerkID = id.ID{0: 1, 15: 1}

func newWorld(t testing.TB, e db.Dialect) *world {
	t.Helper()
	now := when.At(time.Date(2026, 3, 2, 9, 0, 0, 0, when.Zone))
	w := &world{t: t, now: &now}
	w.db = dbtest.Open(t, e, func() when.Instant { return *w.now })
	w.open(bytes.Repeat([]byte{1}, 32))
	return w
}

func (w *world) open(master []byte) {
	w.t.Helper()
	var err error
	w.keys, err = crypt.New(master)
	w.must(err)
	w.audit, w.orgs = audit.New(w.db, w.keys), org.New(w.db)
	w.users = access.New(w.db, w.keys, w.orgs, w.audit, access.Cost{MemoryKiB: 8, Passes: 1})
	w.jobs = job.New(w.db, slog.New(slog.DiscardHandler))
	w.files = w.t.TempDir()
	w.blobs = blob.New(w.files)
	w.Service = customer.New(customer.Deps{DB: w.db, Keys: w.keys, Audit: w.audit, Orgs: w.orgs, Users: w.users,
		Tasks:   task.NewService(task.Deps{DB: w.db, Keys: w.keys, Audit: w.audit, Cursors: page.NewSigner([]byte("k")), Text: catalogue.Text}),
		Cursors: page.NewSigner([]byte("k")), Blobs: w.blobs, Text: catalogue.Text})
	w.RegisterJobs(w.jobs)
	w.write(func(tx *db.Tx) error {
		w.province = w.org(tx, org.CreateInput{Level: org.Province, Code: "p", Name: "省公司"})
		city := w.org(tx, org.CreateInput{Level: org.City, Code: "c", Name: "市公司", ParentID: w.province.ID})
		w.one = w.org(tx, org.CreateInput{Level: org.County, Code: "1001", Name: "甲县供电公司", ParentID: city.ID})
		w.two = w.org(tx, org.CreateInput{Level: org.County, Code: "1002", Name: "乙县供电公司", ParentID: city.ID})
		w.station = w.org(tx, org.CreateInput{Level: org.Unit, Code: "1001-1", Name: "城关供电所", ParentID: w.one.ID})
		return nil
	})
	w.tree, err = w.orgs.Tree(context.Background())
	w.must(err)
	w.must(w.users.InstallRoles(context.Background()))
	w.manager, err = w.users.Bootstrap(context.Background(), access.UserInput{Login: "manager", Name: "周经理", Password: "a long enough password", HomeOrgID: w.one.ID}, "account_manager")
	w.must(err)
}

func (w *world) org(tx *db.Tx, in org.CreateInput) org.Org {
	o, err := org.CreateTx(tx, in)
	w.must(err)
	return o
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

// as is a context whose caller holds the patterns in the organisation.
func (w *world) as(o org.Org, patterns ...string) context.Context {
	return w.asUser(clerkID, o, patterns...)
}

func (w *world) asUser(user id.ID, o org.Org, patterns ...string) context.Context {
	if len(patterns) == 0 {
		patterns = []string{"*"}
	}
	c := access.NewCaller(access.User{ID: user, Name: "柜员甲", Locale: "zh", HomeOrgID: o.ID}, w.tree, access.Held{Patterns: patterns, OrgID: o.ID})
	return access.WithCaller(context.Background(), c)
}

// each runs fn once per engine.
func each(t *testing.T, fn func(t *testing.T, w *world)) {
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) { fn(t, newWorld(t, e)) })
}

func (w *world) create(ctx context.Context, in customer.CreateInput) customer.Customer {
	w.t.Helper()
	c, err := w.Create(ctx, "", in)
	w.must(err)
	return c
}

func person(name string, phones ...string) customer.CreateInput {
	in := customer.CreateInput{Kind: customer.KindPerson, Name: name}
	for _, p := range phones {
		in.Contacts = append(in.Contacts, customer.ContactInput{Kind: customer.Phone, Value: p})
	}
	return in
}

func organisation(name string) customer.CreateInput {
	return customer.CreateInput{Kind: customer.KindOrganisation, Name: name}
}

// residentID makes a valid number of nobody.
func residentID(t testing.TB, birth string, sequence int) string {
	t.Helper()
	n, err := cn.SyntheticResidentID(cn.UnassignedRegion, birth, sequence)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func mobile(n int) string { return fmt.Sprintf(cn.UnallocatedMobilePrefix+"%08d", n) }
