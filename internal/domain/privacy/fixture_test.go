package privacy_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/calendar"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer/customertest"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// The people of all tests: a clerk, two heads, and one of the other county.
var (
	clerk    = access.User{ID: id.ID{15: 1}, Name: "柜员甲", Locale: "zh"}
	head     = access.User{ID: id.ID{15: 2}, Name: "李主任", Locale: "zh"}
	second   = access.User{ID: id.ID{15: 3}, Name: "王主任", Locale: "zh"}
	stranger = access.User{ID: id.ID{15: 4}, Name: "邻县", Locale: "zh"}
)

// world is two counties with the archive and the module.
type world struct {
	t         *testing.T
	db        *db.DB
	keys      *crypt.Keyring
	audit     *audit.Log
	jobs      *job.Queue
	customers *customer.Service
	users     *access.Service
	tasks     *task.Service
	calendars *calendar.Service
	tree      *org.Tree
	one, two  org.Org
	now       when.Instant
	list      string
	approved  *approved
	files     string
	*privacy.Service
}

func each(t *testing.T, fn func(w *world)) {
	t.Helper()
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) { fn(newWorld(t, e)) })
}

func newWorld(t *testing.T, e db.Dialect) *world {
	t.Helper()
	w := &world{t: t, now: when.At(time.Date(2026, 3, 2, 9, 0, 0, 0, when.Zone))}
	w.list = filepath.Join(t.TempDir(), "sub", privacy.ListName)
	a := customertest.New(t, e, func() when.Instant { return w.now })
	w.db, w.keys, w.audit, w.jobs, w.users, w.tasks, w.customers = a.DB, a.Keys, a.Audit, a.Jobs, a.Users, a.Tasks, a.Customers
	w.tree, w.one, w.two, w.files = a.Tree, a.One, a.Two, a.Files
	w.approved = &approved{until: w.now.Add(1000 * time.Hour), taken: map[id.ID]customer.Release{}}
	w.customers.SetReleases(w.approved)
	w.calendars = calendar.New(calendar.Deps{DB: a.DB, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Tasks: a.Tasks, Jobs: a.Jobs})
	w.calendars.RegisterJobs()
	w.Service = privacy.New(privacy.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Users: a.Users, Customers: a.Customers, Tasks: a.Tasks, Calendars: w.calendars, Cursors: a.Cursors, Blobs: a.Blobs,
		Lists: []string{w.list}, Text: catalogue.Text})
	a.Customers.AddFollower(w.Service)
	w.RegisterJobs(a.Jobs)
	w.calendars.AddFollower(w.Service)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// wants fails unless err is the wanted one.
func (w *world) wants(err, want error) {
	w.t.Helper()
	if !errors.Is(err, want) {
		w.t.Fatalf("error %v, want %v", err, want)
	}
}

// as is a context of a user who may do everything in the first county, or what the
// patterns say.
func (w *world) as(u access.User, patterns ...string) context.Context {
	o := w.one
	if u.ID == stranger.ID {
		o = w.two
	}
	if len(patterns) == 0 {
		patterns = []string{"*"}
	}
	return access.WithCaller(context.Background(), access.NewCaller(u, w.tree, access.Held{Patterns: patterns, OrgID: o.ID}))
}

func (w *world) person(name string, phones ...string) customer.Customer {
	w.t.Helper()
	in := customer.CreateInput{Kind: customer.KindPerson, Name: name, ConfirmDuplicates: true}
	for _, p := range phones {
		in.Contacts = append(in.Contacts, customer.ContactInput{Kind: customer.Phone, Value: p})
	}
	c, err := w.customers.Create(w.as(clerk), "", in)
	w.must(err)
	return c
}

// verified is a request whose person was verified.
func (w *world) verified(c customer.Customer, k privacy.Kind) privacy.Detail {
	w.t.Helper()
	r, err := w.Receive(w.as(clerk), "", privacy.ReceiveInput{CustomerID: c.ID, Kind: k, Channel: "counter", Text: "请办理 " + c.Name})
	w.must(err)
	d, err := w.Verify(w.as(clerk), r.ID, r.Version, privacy.VerifyInput{Proof: "document", Note: "身份证末四位一致"})
	w.must(err)
	return d
}

// run runs jobs until none is due.
func (w *world) run() {
	w.t.Helper()
	for {
		ran, err := w.jobs.RunNext(context.Background())
		w.must(err)
		if !ran {
			return
		}
	}
}

// count counts rows.
func (w *world) count(query string, args ...any) (n int64) {
	w.t.Helper()
	w.must(w.db.Read(context.Background(), func(tx *db.Tx) error { return tx.Get(&n, query, args...) }))
	return n
}

// dump is every text column of tables, to look for what must be gone.
func (w *world) dump(columns map[string]string) string {
	w.t.Helper()
	var b strings.Builder
	w.must(w.db.Read(context.Background(), func(tx *db.Tx) error {
		for table, column := range columns {
			var all []string
			if err := tx.Select(&all, "SELECT "+column+" FROM "+table); err != nil {
				return err
			}
			b.WriteString(strings.Join(all, "\n"))
		}
		return nil
	}))
	return b.String()
}
