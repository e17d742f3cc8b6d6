package privacy_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
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
	tree      *org.Tree
	one, two  org.Org
	now       when.Instant
	list      string
	files     string
	*privacy.Service
}

func each(t *testing.T, fn func(w *world)) {
	t.Helper()
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) { fn(newWorld(t, e)) })
}

func newWorld(t *testing.T, e db.Dialect) *world {
	t.Helper()
	w := &world{t: t, now: when.At(time.Date(2026, 3, 2, 9, 0, 0, 0, when.Zone)), files: t.TempDir()}
	w.list = filepath.Join(t.TempDir(), "sub", privacy.ListName)
	w.db = dbtest.Open(t, e, func() when.Instant { return w.now })
	var err error
	w.keys, err = crypt.New(bytes.Repeat([]byte{1}, 32))
	w.must(err)
	orgs, cursors, blobs := org.New(w.db), page.NewSigner([]byte("k")), blob.New(w.files)
	w.audit = audit.New(w.db, w.keys)
	w.users = access.New(w.db, w.keys, orgs, w.audit, access.Cost{MemoryKiB: 8, Passes: 1})
	w.tasks = task.NewService(task.Deps{DB: w.db, Keys: w.keys, Audit: w.audit, Users: w.users, Cursors: cursors, Text: catalogue.Text})
	w.jobs = job.New(w.db, slog.New(slog.DiscardHandler))
	w.customers = customer.New(customer.Deps{DB: w.db, Keys: w.keys, Audit: w.audit, Orgs: orgs, Users: w.users, Tasks: w.tasks, Cursors: cursors, Blobs: blobs, Text: catalogue.Text})
	w.customers.RegisterJobs(w.jobs)
	w.Service = privacy.New(privacy.Deps{DB: w.db, Keys: w.keys, Audit: w.audit, Users: w.users, Customers: w.customers, Tasks: w.tasks, Cursors: cursors, Blobs: blobs,
		Lists: []string{w.list}, Text: catalogue.Text})
	w.customers.AddFollower(w.Service)
	w.RegisterJobs(w.jobs)
	w.must(w.db.Write(context.Background(), func(tx *db.Tx) error {
		p, err := org.CreateTx(tx, org.CreateInput{Level: org.Province, Code: "p", Name: "省公司"})
		if err != nil {
			return err
		}
		c, err := org.CreateTx(tx, org.CreateInput{Level: org.City, Code: "c", Name: "市公司", ParentID: p.ID})
		if err != nil {
			return err
		}
		if w.one, err = org.CreateTx(tx, org.CreateInput{Level: org.County, Code: "1001", Name: "甲县供电公司", ParentID: c.ID}); err != nil {
			return err
		}
		w.two, err = org.CreateTx(tx, org.CreateInput{Level: org.County, Code: "1002", Name: "乙县供电公司", ParentID: c.ID})
		return err
	}))
	w.tree, err = orgs.Tree(context.Background())
	w.must(err)
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
