package customer_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer/customertest"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
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
	w.open()
	return w
}

func (w *world) open() {
	w.t.Helper()
	a := customertest.On(w.t, w.db)
	w.Service, w.audit, w.users, w.orgs, w.jobs, w.keys, w.blobs, w.files = a.Customers, a.Audit, a.Users, a.Orgs, a.Jobs, a.Keys, a.Blobs, a.Files
	w.province, w.one, w.two = a.Province, a.One, a.Two
	w.station, w.tree = a.Station(w.t)
	var err error
	w.manager, err = w.users.Bootstrap(context.Background(), access.UserInput{Login: "manager", Name: "周经理", Password: "a long enough password", HomeOrgID: w.one.ID}, "account_manager")
	w.must(err)
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
