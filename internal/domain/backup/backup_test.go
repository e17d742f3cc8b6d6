package backup_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/backup"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const (
	all      = "/api/v1/backups"
	schedule = "/api/v1/backup-schedule"
)

func TestABackupIsMadeAndProvedByHand(t *testing.T) {
	each(t, func(w *world) {
		w.found()
		begun, _ := call[backup.Backup](w, "admin", "POST", all, "", 202, "Idempotency-Key", "k")
		again, _ := call[backup.Backup](w, "admin", "POST", all, "", 202, "Idempotency-Key", "k")
		if begun.State != backup.Running || again.ID != begun.ID || len(w.list()) != 1 {
			w.t.Errorf("begun %+v, again %+v", begun, again)
		}
		call[any](w, "admin", "POST", all, "", 409)
		call[any](w, "admin", "POST", all+"/"+begun.ID.String()+"/prove", "", 409, "If-Match", `"1"`)
		w.work()
		b := w.list()[0]
		if b.State != backup.Done || b.Proof != backup.Unproved || b.Rows == 0 || b.Size == 0 || len(b.Digest) != 64 || b.Program != "test" || b.CreatedName != "王管理" || !w.files()[b.File] {
			w.t.Fatalf("made %+v", b)
		}
		prove := all + "/" + b.ID.String() + "/prove"
		call[any](w, "admin", "POST", prove, "", 412, "If-Match", `"1"`)
		proving, etag := call[backup.Backup](w, "admin", "POST", prove, "", 202, "If-Match", `"2"`)
		if proving.Proof != backup.Proving || etag != `"3"` {
			w.t.Errorf("proving under %s: %+v", etag, proving)
		}
		call[any](w, "admin", "POST", prove, "", 409, "If-Match", etag)
		w.work()
		if st := w.status(); st.Proved == nil || st.Proved.ID != b.ID || st.Overdue || st.Proved.ProofAt == 0 || st.Directory != w.dir {
			w.t.Errorf("status %+v", st)
		}
		w.damage(b)
		call[any](w, "admin", "POST", prove, "", 202, "If-Match", `"4"`)
		if st := w.status(); st.Proved == nil {
			w.t.Error("while it is proved again it is no longer proved")
		}
		w.work()
		if b = w.list()[0]; b.Proof != backup.Unequal || b.ProofError != "backup.damaged" && b.ProofError != "backup.cut" || !strings.Contains(b.ProofText, "损坏") {
			w.t.Errorf("damaged: %+v", b)
		}
		if st := w.status(); st.Proved != nil {
			w.t.Errorf("still proved: %+v", st.Proved)
		}
		w.no(os.Remove(filepath.Join(w.dir, b.File)))
		call[any](w, "admin", "POST", prove, "", 202, "If-Match", `"6"`)
		w.work()
		if b = w.list()[0]; b.ProofError != "backup.gone" {
			w.t.Errorf("without its file: %+v", b)
		}
	})
}

func TestWhoMayDoWhat(t *testing.T) {
	each(t, func(w *world) {
		w.found()
		b, _ := call[backup.Backup](w, "admin", "POST", all, "", 202)
		w.work()
		prove := all + "/" + b.ID.String() + "/prove"
		const plan = `{"active":true,"days":[1],"hour":1,"keep":1,"prove":false}`
		for as, want := range map[string]struct{ see, do int }{"": {401, 401}, "clerk": {403, 403}, "auditor": {200, 403}, "county": {200, 403}} {
			call[any](w, as, "GET", all, "", want.see)
			call[any](w, as, "GET", "/api/v1/backup-status", "", want.see)
			call[any](w, as, "POST", all, "", want.do)
			call[any](w, as, "POST", prove, "", want.do, "If-Match", `"2"`)
			call[any](w, as, "PUT", schedule, plan, want.do, "If-Match", `"0"`)
		}
		st, _ := call[backup.Status](w, "county", "GET", "/api/v1/backup-status", "", 200)
		if st.May != (backup.May{}) || st.Directory != "" || len(w.list()) != 1 {
			w.t.Errorf("a county is told %+v", st)
		}
		if st := w.status(); st.May != (backup.May{Create: true, Prove: true, Schedule: true}) {
			w.t.Errorf("the administrator is told %+v", st.May)
		}
	})
}

func TestTheScheduleIsSetByVersion(t *testing.T) {
	each(t, func(w *world) {
		w.found()
		if s := w.status().Schedule; s.Version != 0 || !s.Active || s.Keep != 8 || !s.Prove {
			w.t.Errorf("before anybody set it: %+v", s)
		}
		set, etag := call[backup.Schedule](w, "admin", "PUT", schedule, `{"active":true,"days":[1,3],"hour":8,"keep":3,"prove":false}`, 200, "If-Match", `"0"`)
		if want := when.At(time.Date(2026, 6, 3, 8, 0, 0, 0, when.Zone)); etag != `"1"` || set.NextAt != want || set.UpdatedName != "王管理" {
			w.t.Errorf("set under %s: %+v", etag, set)
		}
		call[any](w, "admin", "PUT", schedule, `{"active":true,"days":[1],"hour":8,"keep":3,"prove":false}`, 412, "If-Match", `"0"`)
		off, _ := call[backup.Schedule](w, "admin", "PUT", schedule, `{"active":false,"days":[1],"hour":8,"keep":3,"prove":false}`, 200, "If-Match", `"1"`)
		if off.NextAt != 0 {
			w.t.Errorf("switched off: %+v", off)
		}
		for _, bad := range []string{`{"active":true,"days":[],"hour":8,"keep":3,"prove":false}`, `{"active":true,"days":[8],"hour":8,"keep":3,"prove":false}`,
			`{"active":true,"days":[1],"hour":24,"keep":3,"prove":false}`, `{"active":true,"days":[1],"hour":8,"keep":0,"prove":false}`} {
			call[any](w, "admin", "PUT", schedule, bad, 422, "If-Match", `"2"`)
		}
		w.pass(30 * 24 * time.Hour)
		w.no(w.svc.Due(w.t.Context()))
		if n := len(w.list()); n != 0 {
			w.t.Errorf("%d backups though it is switched off", n)
		}
	})
}

func TestWeeklyBackupsAreMadeProvedAndTheOldOnesRemoved(t *testing.T) {
	each(t, func(w *world) {
		w.no(w.svc.Due(w.t.Context())) // nothing is founded yet
		w.found()
		w.no(w.svc.Due(w.t.Context()))
		if s := w.status().Schedule; s.Version != 1 || s.NextAt != when.At(time.Date(2026, 6, 7, 2, 0, 0, 0, when.Zone)) {
			w.t.Fatalf("the first schedule %+v", s)
		}
		if w.status().Overdue {
			w.t.Error("overdue on the first day")
		}
		w.pass(8 * 24 * time.Hour)
		if !w.status().Overdue {
			w.t.Error("not overdue after a week without any")
		}
		for week := range 10 { // the eighth day of each is after a Sunday
			w.no(w.svc.Due(w.t.Context()))
			w.no(w.svc.Due(w.t.Context()))
			w.work()
			if b := w.list()[0]; b.Origin != backup.Scheduled || b.State != backup.Done || b.Proof != backup.Equal || b.CreatedName != "zhiyin" {
				w.t.Fatalf("week %d: %+v", week, b)
			}
			if st := w.status(); st.Overdue || len(w.list()) != week+1 {
				w.t.Errorf("week %d: %d backups, %+v", week, len(w.list()), st)
			}
			w.pass(7 * 24 * time.Hour)
		}
		list, files := w.list(), w.files()
		for i, b := range list {
			if kept := i < 8; kept != files[b.File] || kept != (b.State == backup.Done) {
				w.t.Errorf("backup %d: %s, file %t", i, b.State, files[b.File])
			}
		}
	})
}

// A person's backups do not push out the last that is known to come back.
func TestTheLastProvedOneStays(t *testing.T) {
	each(t, func(w *world) {
		w.found()
		call[any](w, "admin", "PUT", schedule, `{"active":true,"days":[7],"hour":2,"keep":2,"prove":true}`, 200, "If-Match", `"0"`)
		w.pass(6 * 24 * time.Hour)
		w.no(w.svc.Due(w.t.Context()))
		w.work()
		proved := w.list()[0]
		for range 4 {
			w.pass(time.Hour)
			call[any](w, "admin", "POST", all, "", 202)
			w.work()
		}
		if files := w.files(); len(files) != 3 || !files[proved.File] {
			w.t.Errorf("kept %v, proved was %s", files, proved.File)
		}
		if st := w.status(); st.Proved == nil || st.Proved.ID != proved.ID {
			w.t.Errorf("status %+v", st.Proved)
		}
	})
}

func TestWhatFailsIsToldInWords(t *testing.T) {
	each(t, func(w *world) {
		w.found()
		w.svc.Dir = filepath.Join(w.dir, "none") // a file where the directory should be
		w.no(os.WriteFile(w.svc.Dir, nil, 0o600))
		call[any](w, "admin", "POST", all, "", 202)
		w.work()
		if b := w.list()[0]; b.State != backup.Failed || b.Error != "internal" {
			w.t.Errorf("first attempt: %+v", b)
		}
		w.no(os.Remove(w.svc.Dir))
		w.pass(time.Minute) // the queue tries again
		w.work()
		if b := w.list()[0]; b.State != backup.Done || b.Error != "" {
			w.t.Errorf("second attempt: %+v", b)
		}
	})
}

func TestACancelledBackupIsOver(t *testing.T) {
	each(t, func(w *world) {
		w.found()
		call[any](w, "admin", "POST", all, "", 202)
		w.no(w.db.Write(w.t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec("UPDATE job SET state = 'cancelled', error = 'job.cancelled'")
			return err
		}))
		if b := w.list()[0]; b.State != backup.Failed || b.Error != "job.cancelled" || b.ErrorText == "" {
			w.t.Errorf("cancelled: %+v", b)
		}
		call[any](w, "admin", "POST", all, "", 202) // another may begin
		w.work()
		if b := w.list()[0]; b.State != backup.Done {
			w.t.Errorf("the next: %+v", b)
		}
	})
}

func TestACommandsBackupIsListed(t *testing.T) {
	each(t, func(w *world) {
		w.found()
		b, err := w.svc.Make(w.as(w.province.ID, "*"), 0, func(int64, int64) {})
		w.no(err)
		if got := w.list()[0]; got.Origin != backup.Command || got.State != backup.Done || got.File != b.File || b.Rows == 0 {
			w.t.Errorf("%+v, told %+v", got, b)
		}
		w.no(w.svc.Files.Restore(id.ID{15: 9}, bytes.NewReader(make([]byte, 1<<20)))) // takes long at one byte a second
		ctx, stop := context.WithCancel(w.as(w.province.ID, "*"))
		if _, err := w.svc.Make(ctx, 1, func(int64, int64) { stop() }); !errors.Is(err, context.Canceled) {
			w.t.Errorf("interrupted: %v", err)
		}
		if got := w.list()[0]; got.State != backup.Failed || got.Error != "job.cancelled" || len(w.files()) != 1 {
			w.t.Errorf("interrupted: %+v", got)
		}
		w.svc.Dir = filepath.Join(w.dir, "none")
		w.no(os.WriteFile(w.svc.Dir, nil, 0o600))
		if _, err := w.svc.Make(w.as(w.province.ID, "*"), 0, func(int64, int64) {}); fault.KindOf(err) != fault.Internal || w.list()[0].State != backup.Failed {
			w.t.Errorf("without a directory: %v", err)
		}
		if _, err := w.svc.Make(w.as(w.province.ID, "customer.*"), 0, nil); !errors.Is(err, access.ErrForbidden) {
			w.t.Errorf("without a right: %v", err)
		}
	})
}

// A command that was killed leaves its job to a server, and never stands in the way
// of the next backup.
func TestAKilledCommandsBackupIsMadeByTheServer(t *testing.T) {
	each(t, func(w *world) {
		w.found()
		call[backup.Backup](w, "admin", "POST", all, "", 202)
		w.no(w.db.Write(w.t.Context(), func(tx *db.Tx) error { // claimed by a process that is gone
			_, err := tx.Exec("UPDATE job SET state = 'running', attempt = 1, lease_until = $1", tx.Now().Add(30*time.Second))
			return err
		}))
		w.work()
		if b := w.list()[0]; b.State != backup.Running {
			w.t.Errorf("within the lease: %+v", b)
		}
		w.pass(time.Minute)
		if _, err := w.svc.Make(w.as(w.province.ID, "*"), 0, nil); !errors.Is(err, backup.ErrRunning) {
			w.t.Errorf("a server may still go on with it: %v", err)
		}
		w.work()
		if b := w.list()[0]; b.State != backup.Done {
			w.t.Errorf("after the lease: %+v", b)
		}
		call[any](w, "admin", "POST", all, "", 202)
		w.pass(2 * time.Minute) // and no server runs
		if _, err := w.svc.Make(w.as(w.province.ID, "*"), 0, func(int64, int64) {}); err != nil {
			w.t.Errorf("given up: %v", err)
		}
		if got := w.list(); got[0].State != backup.Done || got[1].State != backup.Failed || len(got) != 3 {
			w.t.Errorf("given up: %+v", got)
		}
	})
}

func TestPagesAndAudit(t *testing.T) {
	each(t, func(w *world) {
		w.found()
		for range 3 {
			call[any](w, "admin", "POST", all, "", 202)
			w.work()
			w.pass(time.Minute)
		}
		type page struct {
			Items []json.RawMessage `json:"items"`
			Next  string            `json:"next_cursor"`
		}
		first, _ := call[page](w, "admin", "GET", all+"?limit=2", "", 200)
		second, _ := call[page](w, "admin", "GET", all+"?limit=2&cursor="+first.Next, "", 200)
		if len(first.Items) != 2 || len(second.Items) != 1 || second.Next != "" {
			w.t.Errorf("pages of %d and %d, then %q", len(first.Items), len(second.Items), second.Next)
		}
		var actions []string
		w.no(w.db.Read(w.t.Context(), func(tx *db.Tx) error {
			return tx.Select(&actions, "SELECT action FROM audit_entry WHERE object_type = 'backup' ORDER BY id LIMIT 10")
		}))
		if got := strings.Join(actions, " "); got != "backup.create backup.create backup.create" {
			w.t.Errorf("audit log: %s", got)
		}
	})
}
