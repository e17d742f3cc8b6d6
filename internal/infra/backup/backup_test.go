package backup_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/backup"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// house is an installation: a database, files and keys.
type house struct {
	t      *testing.T
	config db.Config
	db     *db.DB
	files  *blob.Store
	keys   *crypt.Keyring
	key    *age.X25519Identity
	dir    string // of the backups
}

func each(t *testing.T, fn func(h *house)) {
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) {
		h := &house{t: t, config: dbtest.Config(t, e), files: blob.New(t.TempDir()), keys: keyring(t, 1), dir: t.TempDir()}
		var err error
		if h.db, err = db.Open(t.Context(), h.config); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { h.no(h.db.Close()) })
		h.no(h.db.Migrate(t.Context()))
		if h.key, err = age.GenerateX25519Identity(); err != nil {
			t.Fatal(err)
		}
		fn(h)
	})
}

func fingerprints(t *testing.T, k *crypt.Keyring) []string {
	t.Helper()
	all, err := k.Fingerprints(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func keyring(t *testing.T, b byte) *crypt.Keyring {
	t.Helper()
	k, err := crypt.New(bytes.Repeat([]byte{b}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (h *house) no(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// put writes what belongs together: two rows, in the second the file's sum, a file,
// and a key of a company of its own for every tenth.
func (h *house) put(n int) error {
	var file, company id.ID
	file[0], company[0] = 9, byte(n/10+1)
	file[14], file[15] = byte(n>>8), byte(n)
	ctx := context.Background()
	content := bytes.Repeat([]byte{byte(n)}, 1000+n)
	var subject *crypt.Subject
	err := h.db.Write(ctx, func(tx *db.Tx) error {
		c, err := h.keys.CompanyTx(tx, company)
		if err == nil {
			subject = c.Own()
		}
		return err
	})
	if err != nil {
		return err
	}
	if _, err := h.files.Put(file, subject, bytes.NewReader(content), 1<<20); err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	return h.db.Write(ctx, func(tx *db.Tx) error {
		for half := range 2 {
			_, err := tx.Exec(`INSERT INTO idempotency_key (org_id, key_hash, body_hash, resource_id, at) VALUES ($1, $2, $3, $4, $5)`,
				company, []byte{byte(half), byte(n >> 8), byte(n)}, sum[:], file, n)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// drop removes the rows, then the file, as every module does.
func (h *house) drop(n int) error {
	var file id.ID
	file[0], file[14], file[15] = 9, byte(n>>8), byte(n)
	err := h.db.Write(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM idempotency_key WHERE at = $1`, n)
		return err
	})
	return errors.Join(err, h.files.Remove(file))
}

func (h *house) source() backup.Source {
	return backup.Source{DB: h.db, Files: h.files, Master: fingerprints(h.t, h.keys)[0], Program: "test"}
}

func (h *house) write(o backup.Options) (string, backup.Made) {
	h.t.Helper()
	o.Dir, o.To = h.dir, h.key.Recipient()
	m, err := backup.Write(h.t.Context(), h.source(), o)
	h.no(err)
	return filepath.Join(h.dir, m.File), m
}

func (h *house) input(file string) backup.Input {
	return backup.Input{File: file, Key: h.key, Masters: fingerprints(h.t, h.keys)}
}

// restore brings a backup into a place of its own and opens it.
func (h *house) restore(file string) (backup.Restored, *house) {
	h.t.Helper()
	place, files := h.empty()
	r, err := backup.Restore(h.t.Context(), h.input(file), backup.Place{DB: place, Files: files})
	h.no(err)
	d, err := db.Open(h.t.Context(), place)
	h.no(err)
	h.t.Cleanup(func() { h.no(d.Close()) })
	return r, &house{t: h.t, config: place, db: d, files: blob.New(files), keys: keyring(h.t, 1), key: h.key, dir: h.dir}
}

func (h *house) empty() (db.Config, string) {
	h.t.Helper()
	dir := h.t.TempDir()
	place, remove, err := db.Temporary(h.t.Context(), h.config, dir)
	h.no(err)
	h.t.Cleanup(func() { h.no(remove(context.Background())) })
	return place, filepath.Join(dir, "files")
}

// found reads everything back: how many rows there are of each n; what is half or
// has no file is an error.
func (h *house) found() map[int]bool {
	h.t.Helper()
	var rows []struct {
		OrgID      id.ID  `db:"org_id"`
		BodyHash   []byte `db:"body_hash"`
		ResourceID id.ID  `db:"resource_id"`
		At         int    `db:"at"`
		N          int    `db:"n"`
	}
	all := map[int]bool{}
	h.no(h.db.Read(h.t.Context(), func(tx *db.Tx) error {
		err := tx.Select(&rows, `SELECT org_id, body_hash, resource_id, at, count(*) AS n FROM idempotency_key GROUP BY org_id, body_hash, resource_id, at`)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.N != 2 {
				h.t.Errorf("half of %d came back", r.At)
			}
			c, err := h.keys.CompanyTx(tx, r.OrgID)
			if err != nil {
				return err
			}
			f, err := h.files.Open(blob.Ref{ID: r.ResourceID, Size: int64(1000 + r.At), SHA256: r.BodyHash}, c.Own())
			if err != nil {
				return fmt.Errorf("%d: %w", r.At, err)
			}
			if _, err := io.Copy(io.Discard, f); err != nil {
				return fmt.Errorf("%d: %w", r.At, err)
			}
			h.no(f.Close())
			all[r.At] = true
		}
		return nil
	}))
	return all
}

// load are writers that go on until they are stopped: what is not divisible by ten
// stays, of the others some are removed again.
type load struct {
	h                           *house
	next, acknowledged, dropped atomic.Int64
	done                        sync.Map // n: acknowledged
	stop                        chan struct{}
	writers                     sync.WaitGroup
}

func (h *house) begin() *load {
	l := &load{h: h, stop: make(chan struct{})}
	for range 4 {
		l.writers.Go(func() { l.forever(0, l.put) })
	}
	l.writers.Go(func() { l.forever(time.Millisecond, l.drop) })
	return l
}

func (l *load) forever(pause time.Duration, work func()) {
	for {
		select {
		case <-l.stop:
			return
		case <-time.After(pause):
			work()
		}
	}
}

func (l *load) put() {
	if n := int(l.next.Add(1) - 1); n < 2000 {
		l.h.check(l.h.put(n))
		l.done.Store(n, true)
		l.acknowledged.Add(1)
	}
}

func (l *load) drop() {
	if n := l.dropped.Load(); n < l.acknowledged.Load()-60 {
		l.h.check(l.h.drop(int(n)))
		l.dropped.Store(n + 10)
	}
}

func TestNothingAcknowledgedIsLostUnderLoad(t *testing.T) {
	each(t, func(h *house) {
		l := h.begin()
		for l.acknowledged.Load() < 100 {
			time.Sleep(time.Millisecond)
		}
		before, gone := map[int]bool{}, int(l.dropped.Load())
		l.done.Range(func(n, _ any) bool { before[n.(int)] = true; return true })
		file, m := h.write(backup.Options{Progress: func(int64, int64) { time.Sleep(5 * time.Millisecond) }})
		during := l.acknowledged.Load()
		close(l.stop)
		l.writers.Wait()
		_, restored := h.restore(file)
		found := restored.found()
		for n := range before {
			if n%10 != 0 && !found[n] {
				h.t.Errorf("%d was acknowledged before the backup and is lost", n)
			}
		}
		for n := range found {
			if n%10 == 0 && n < gone {
				h.t.Errorf("%d was removed before the backup and is back", n)
			}
		}
		h.t.Logf("%d before, %d when it ended, %d restored, %d files of %d bytes", len(before), during, len(found), m.Files.Count, m.Size)
	})
}

func (h *house) check(err error) {
	if err != nil {
		h.t.Error(err)
	}
}

func TestAFileRemovedMeanwhileIsInTheBackup(t *testing.T) {
	each(t, func(h *house) {
		h.no(h.put(1))
		var once sync.Once
		file, _ := h.write(backup.Options{Progress: func(int64, int64) { once.Do(func() { h.no(h.drop(1)) }) }})
		_, restored := h.restore(file)
		if !restored.found()[1] {
			h.t.Error("the row came back without its file, or not at all")
		}
		if left, err := h.files.Names(); err != nil || len(left) != 0 {
			h.t.Errorf("what was removed is still held: %v, %v", left, err)
		}
	})
}

func TestVerifySaysEqual(t *testing.T) {
	each(t, func(h *house) {
		for n := range 30 {
			h.no(h.put(n))
		}
		file, m := h.write(backup.Options{})
		h.no(h.put(30)) // the original goes on
		dir := h.t.TempDir()
		r, err := backup.Verify(h.t.Context(), h.input(file), h.config, dir, keyring(h.t, 1))
		h.no(err)
		if r.Rows["idempotency_key"] != 60 || r.Files.Count != 30 || r.TotalRows() != m.TotalRows() || r.TotalBytes() != m.TotalBytes() {
			h.t.Errorf("proved %+v", r.Trailer)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
			h.t.Errorf("left behind: %v, %v", left, err)
		}
		if len(h.found()) != 31 {
			h.t.Error("the original was touched")
		}
		_, err = backup.Verify(h.t.Context(), backup.Input{File: file, Key: h.key, Masters: []string{m.Master}}, h.config, dir, keyring(h.t, 2))
		if !errors.Is(err, backup.ErrMaster) {
			h.t.Errorf("another master key: %v", err)
		}
	})
}
