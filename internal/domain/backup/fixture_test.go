package backup_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/backup"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

// monday is when all tests begin: a Monday morning.
var monday = when.At(time.Date(2026, 6, 1, 9, 0, 0, 0, when.Zone))

// world is a province with a county, the service and callers.
type world struct {
	t        *testing.T
	db       *db.DB
	svc      *backup.Service
	jobs     *job.Queue
	dir      string
	now      atomic.Int64
	province org.Org
	tree     *org.Tree
	handler  http.Handler
}

func each(t *testing.T, fn func(w *world)) {
	t.Helper()
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) { fn(newWorld(t, e)) })
}

func (w *world) no(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func newWorld(t *testing.T, e db.Dialect) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir()}
	w.now.Store(int64(monday))
	place := dbtest.Config(t, e)
	place.Clock = func() when.Instant { return when.Instant(w.now.Load()) }
	var err error
	w.db, err = db.Open(t.Context(), place)
	w.no(err)
	t.Cleanup(func() { w.no(w.db.Close()) })
	w.no(w.db.Migrate(t.Context()))
	fresh := func() (*crypt.Keyring, error) { return crypt.New(bytes.Repeat([]byte{1}, 32)) }
	keys, err := fresh()
	w.no(err)
	w.jobs = job.New(w.db, slog.New(slog.DiscardHandler))
	orgs, log := org.New(w.db), audit.New(w.db, keys)
	access.New(w.db, keys, orgs, log, access.Cost{MemoryKiB: 8, Passes: 1})
	w.svc = backup.New(backup.Deps{DB: w.db, Place: place, Files: blob.New(t.TempDir()), Keys: keys, Fresh: fresh, KeyDir: t.TempDir(), Dir: w.dir, Scratch: t.TempDir(),
		Program: "test", Audit: log, Orgs: orgs, Jobs: w.jobs, Cursors: page.NewSigner([]byte("k")), Text: catalogue.Text})
	w.svc.RegisterJobs(w.jobs)
	return w
}

// found makes the companies and the callers.
func (w *world) found() {
	w.t.Helper()
	var county org.Org
	w.no(w.db.Write(w.t.Context(), func(tx *db.Tx) (err error) {
		if w.province, err = org.CreateTx(tx, org.CreateInput{Level: org.Province, Code: "33", Name: "省公司"}); err != nil {
			return err
		}
		county, err = org.CreateTx(tx, org.CreateInput{Level: org.County, Code: "1001", Name: "县公司", ParentID: w.province.ID})
		return err
	}))
	w.svc.Orgs.Forget()
	w.tree = org.NewTree([]org.Org{w.province, county})
	callers := map[string]*access.Caller{
		"admin":   w.caller(w.province.ID, "backup.*"),
		"county":  w.caller(county.ID, "backup.*"),
		"auditor": w.caller(w.province.ID, "*.list", "*.get"),
		"clerk":   w.caller(county.ID, "customer.*"),
	}
	a := rest.New(rest.Config{Version: "test", Logger: slog.New(slog.DiscardHandler), Text: catalogue.Text,
		Authenticate: func(r *http.Request) (context.Context, error) {
			if c := callers[r.Header.Get("As")]; c != nil {
				return access.WithCaller(r.Context(), c), nil
			}
			return nil, access.ErrLogin
		}})
	w.svc.Routes(a)
	w.handler = a.Handler()
}

func (w *world) caller(node id.ID, patterns ...string) *access.Caller {
	return access.NewCaller(access.User{ID: id.ID{15: 1}, Name: "王管理", Locale: "zh"}, w.tree, access.Held{Patterns: patterns, OrgID: node})
}

func (w *world) as(node id.ID, patterns ...string) context.Context {
	return access.WithCaller(w.t.Context(), w.caller(node, patterns...))
}

// call sends a request and decodes the answer, which must have the status.
func call[T any](w *world, as, method, path, body string, status int, header ...string) (out T, etag string) {
	w.t.Helper()
	s := resttest.Scenario{Method: method, Path: path, Body: body, Header: map[string]string{"As": as}}
	for i := 0; i < len(header); i += 2 {
		s.Header[header[i]] = header[i+1]
	}
	got := resttest.Send(w.handler, s)
	if got.Code != status {
		w.t.Fatalf("%s %s as %s: status %d, want %d: %s", method, path, as, got.Code, status, got.Body)
	}
	if status < 300 && got.Body.Len() > 0 {
		w.no(json.Unmarshal(got.Body.Bytes(), &out))
	}
	return out, got.Header().Get("ETag")
}

// work runs the jobs that are due.
func (w *world) work() {
	w.t.Helper()
	for {
		ran, err := w.jobs.RunNext(w.t.Context())
		w.no(err)
		if !ran {
			return
		}
	}
}

func (w *world) pass(d time.Duration) { w.now.Add(d.Microseconds()) }

func (w *world) list() []backup.Backup {
	w.t.Helper()
	page, _ := call[rest.List[backup.Backup]](w, "admin", "GET", "/api/v1/backups", "", 200)
	return page.Items
}

func (w *world) status() backup.Status {
	w.t.Helper()
	st, _ := call[backup.Status](w, "admin", "GET", "/api/v1/backup-status", "", 200)
	return st
}

// files are the backups that lie in the directory.
func (w *world) files() map[string]bool {
	w.t.Helper()
	names, err := filepath.Glob(filepath.Join(w.dir, "*.age"))
	w.no(err)
	all := map[string]bool{}
	for _, n := range names {
		all[filepath.Base(n)] = true
	}
	return all
}

func (w *world) damage(b backup.Backup) {
	w.t.Helper()
	file := filepath.Join(w.dir, b.File)
	raw, err := os.ReadFile(file)
	w.no(err)
	raw[len(raw)/2] ^= 1
	w.no(os.WriteFile(file, raw, 0o600))
}
