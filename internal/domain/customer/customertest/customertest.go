// Package customertest gives tests of later modules the archive of two companies,
// wired as the program wires it.
package customertest

import (
	"bytes"
	"context"
	"log/slog"
	"testing"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/org/orgtest"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// Archive is the customer module with all it stands on.
type Archive struct {
	orgtest.Companies
	DB        *db.DB
	Keys      *crypt.Keyring
	Audit     *audit.Log
	Orgs      *org.Service
	Users     *access.Service
	Tasks     *task.Service
	Customers *customer.Service
	Jobs      *job.Queue
	Cursors   *page.Signer
	Blobs     *blob.Store
	Files     string // where the blobs are
	Tree      *org.Tree
}

// Master is the key the companies' keys are wrapped with.
var Master = bytes.Repeat([]byte{1}, 32)

// New makes the archive in a database of its own.
func New(t testing.TB, e db.Dialect, clock when.Clock) *Archive {
	t.Helper()
	return On(t, dbtest.Open(t, e, clock))
}

// On makes the archive, its two companies and the built-in roles.
func On(t testing.TB, d *db.DB) *Archive {
	t.Helper()
	keys, err := crypt.New(Master)
	if err != nil {
		t.Fatal(err)
	}
	a := &Archive{DB: d, Keys: keys, Audit: audit.New(d, keys), Orgs: org.New(d), Jobs: job.New(d, slog.New(slog.DiscardHandler)),
		Cursors: page.NewSigner([]byte("k")), Files: t.TempDir()}
	a.Blobs = blob.New(a.Files)
	a.Users = access.New(d, keys, a.Orgs, a.Audit, access.Cost{MemoryKiB: 8, Passes: 1})
	a.Tasks = task.NewService(task.Deps{DB: d, Keys: keys, Audit: a.Audit, Users: a.Users, Cursors: a.Cursors, Text: catalogue.Text})
	a.Customers = customer.New(customer.Deps{DB: d, Keys: keys, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Tasks: a.Tasks, Cursors: a.Cursors, Blobs: a.Blobs, Text: catalogue.Text})
	a.Customers.RegisterJobs(a.Jobs)
	a.Companies = orgtest.Make(t, d, "甲县供电公司", "乙县供电公司")
	if a.Tree, err = a.Orgs.Tree(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := a.Users.InstallRoles(context.Background()); err != nil {
		t.Fatal(err)
	}
	return a
}

// Station makes a station of the first company, and gives the tree with it.
func (a *Archive) Station(t testing.TB) (station org.Org, tree *org.Tree) {
	t.Helper()
	err := a.DB.Write(context.Background(), func(tx *db.Tx) (err error) {
		station, err = org.CreateTx(tx, org.CreateInput{Level: org.Unit, Code: "100111", Name: "城关供电所", ParentID: a.One.ID})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	a.Orgs.Forget()
	if tree, err = a.Orgs.Tree(context.Background()); err != nil {
		t.Fatal(err)
	}
	return station, tree
}
