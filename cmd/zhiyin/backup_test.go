package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/app"
	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/config"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// kept is a customer whose making was acknowledged, with an attachment.
type kept struct {
	customer.Customer
	phone string
	file  string // name of the attachment
}

// makeCustomers goes on until stop is closed, and gives those acknowledged so far
// when asked.
func (s *site) makeCustomers(stop <-chan struct{}) (soFar func() []kept, done *sync.WaitGroup) {
	s.t.Helper()
	ctx, err := s.app.System(context.Background(), "test")
	s.must(err)
	var mu sync.Mutex
	var all []kept
	done = &sync.WaitGroup{}
	for worker := range 2 {
		done.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				n := worker*10_000 + i
				k := kept{phone: fmt.Sprintf("%s%08d", cn.UnallocatedMobilePrefix, n), file: fmt.Sprintf("合同%d.txt", n)}
				var err error
				k.Customer, err = s.app.Customers.Create(ctx, "", customer.CreateInput{OrgID: s.org("1001"), Kind: customer.KindPerson, Name: "王小明", ConfirmDuplicates: true,
					Contacts: []customer.ContactInput{{Kind: customer.Phone, Value: k.phone}}})
				if err == nil {
					_, err = s.app.Customers.Attach(ctx, "", k.ID, k.file, strings.NewReader(strings.Repeat("一", n%3000)))
				}
				if err != nil {
					s.t.Error(err)
					return
				}
				mu.Lock()
				all = append(all, k)
				mu.Unlock()
			}
		})
	}
	return func() []kept { mu.Lock(); defer mu.Unlock(); return all[:len(all):len(all)] }, done
}

// elsewhere is an empty place on the same engine.
func (s *site) elsewhere() config.Config {
	s.t.Helper()
	c := config.Config{Data: s.t.TempDir(), DSN: s.app.Config.DSN, Now: when.Fixed(when.At(morning))}
	if c.DSN == "" {
		return c
	}
	s.must(s.app.DB.Write(s.t.Context(), func(tx *db.Tx) error { _, err := tx.Exec("CREATE SCHEMA elsewhere"); return err }))
	u, err := url.Parse(c.DSN)
	s.must(err)
	q := u.Query()
	q.Set("search_path", "elsewhere")
	u.RawQuery = q.Encode()
	c.DSN = u.String()
	return c
}

// Backup, loss of everything but backup and exported keys, restore: all that was
// acknowledged before the backup is there, whole, and can be opened.
func TestBackupLossAndRestoreUnderLoad(t *testing.T) {
	t.Setenv("ZHIYIN_KEYS_PASSPHRASE", "correct horse battery")
	for _, e := range []db.Dialect{db.SQLite, db.PostgreSQL} {
		t.Run(string(e), func(t *testing.T) {
			s := newSite(t, e)
			dir := t.TempDir()
			s.flags = append(s.flags, "--backup-dir", dir)
			stop := make(chan struct{})
			soFar, done := s.makeCustomers(stop)
			for len(soFar()) < 20 && !t.Failed() {
				time.Sleep(time.Millisecond)
			}
			before := soFar()
			code, out, errs := s.command(t.Context(), "backup")
			close(stop)
			done.Wait()
			file := strings.TrimSpace(out)
			if code != 0 || filepath.Dir(file) != dir {
				t.Fatalf("backup: exit code %d\n%s%s", code, out, errs)
			}
			if code, out, errs = s.command(t.Context(), "verify", "--backup", file); code != 0 || !strings.Contains(out, "一致 · equal") {
				t.Fatalf("verify: exit code %d\n%s%s", code, out, errs)
			}
			sealed := filepath.Join(t.TempDir(), "keys.txt")
			if code, out, errs = s.command(t.Context(), "keys", "export", "--out", sealed); code != 0 {
				t.Fatalf("keys export: exit code %d\n%s%s", code, out, errs)
			}
			place := s.elsewhere()
			lost := &site{t: t, flags: []string{"--data", place.Data, "--dsn", place.DSN, "--log-level", "error"}}
			if code, out, errs = lost.command(t.Context(), "restore", file); code != 1 || !strings.Contains(errs, "zhiyin keys import") {
				t.Errorf("restore without keys: exit code %d\n%s%s", code, out, errs)
			}
			for _, args := range [][]string{{"keys", "import", sealed}, {"restore", file}} {
				if code, out, errs = lost.command(t.Context(), args[0], args[1:]...); code != 0 {
					t.Fatalf("%v: exit code %d\n%s%s", args, code, out, errs)
				}
			}
			if code, out, errs = lost.command(t.Context(), "restore", file); code != 1 || !strings.Contains(errs, "not empty") {
				t.Errorf("restore over it: exit code %d\n%s%s", code, out, errs)
			}
			lost.opens(place, before)
		})
	}
}

// opens starts the program on the restored place and looks for all of them.
func (s *site) opens(place config.Config, all []kept) {
	s.t.Helper()
	var err error
	s.app, err = app.New(s.t.Context(), place, app.Options{Logger: slog.New(slog.DiscardHandler), PasswordCost: access.Cost{MemoryKiB: 8, Passes: 1}})
	s.must(err)
	defer func() { s.must(s.app.Close()) }()
	ctx, err := s.app.System(s.t.Context(), "test")
	s.must(err)
	for _, k := range all {
		c, err := s.app.Customers.Get(ctx, k.ID)
		if err != nil || len(c.Contacts) != 1 || c.Contacts[0].Value != k.phone && c.Contacts[0].Value != "+86"+k.phone {
			s.t.Errorf("%s: %+v, %v", k.ID, c.Contacts, err)
		}
		var all customer.Dossier
		s.must(s.app.DB.Read(ctx, func(tx *db.Tx) error { all, err = s.app.Customers.DossierTx(tx, c.OrgID, k.ID, "zh"); return err }))
		files := all.Files
		if len(files) != 1 || files[0].Name != k.file {
			s.t.Errorf("%s: attachments %+v", k.ID, files)
			continue
		}
		var content bytes.Buffer
		f, err := s.app.Blobs.Open(files[0].Ref, files[0].Subject)
		s.must(err)
		_, err = content.ReadFrom(f)
		s.must(errors.Join(err, f.Close()))
		if int64(content.Len()) != files[0].Size {
			s.t.Errorf("%s: %d bytes of the attachment, want %d", k.ID, content.Len(), files[0].Size)
		}
	}
	s.t.Logf("%d customers acknowledged before the backup came back", len(all))
}

func TestVerifyTellsWhatIsWrongWithABackup(t *testing.T) {
	s := newSite(t, db.SQLite)
	code, out, errs := s.command(t.Context(), "backup")
	if code != 0 {
		t.Fatalf("exit code %d\n%s", code, errs)
	}
	whole, err := os.ReadFile(strings.TrimSpace(out))
	s.must(err)
	damaged := bytes.Clone(whole)
	damaged[len(damaged)/2] ^= 1
	for name, c := range map[string]struct {
		content []byte
		code    int
		says    string
	}{
		"cut":     {whole[:len(whole)/2], 2, "incomplete"},
		"damaged": {damaged, 2, "damaged"},
		"text":    {[]byte("no backup"), 1, "not a backup"},
	} {
		file := filepath.Join(t.TempDir(), name)
		s.must(os.WriteFile(file, c.content, 0o600))
		if code, out, errs := s.command(t.Context(), "verify", "--backup", file); code != c.code || !strings.Contains(errs, c.says) || out != "" {
			t.Errorf("%s: exit code %d\n%s%s", name, code, out, errs)
		}
	}
	for _, args := range [][]string{{"verify", "--backup", "none"}, {"restore", "none"}, {"restore"}, {"backup", "extra"}, {"keys", "export"}} {
		if code, _, errs := s.command(t.Context(), args[0], args[1:]...); code != 1 || errs == "" {
			t.Errorf("%v: exit code %d\n%s", args, code, errs)
		}
	}
}

func TestKeysAreExportedOnlyUnderAPassphrase(t *testing.T) {
	s := newSite(t, db.SQLite)
	out := filepath.Join(t.TempDir(), "keys.txt")
	t.Setenv("ZHIYIN_KEYS_PASSPHRASE", "short")
	if code, _, errs := s.command(t.Context(), "keys", "export", "--out", out); code != 1 || !strings.Contains(errs, "12") {
		t.Errorf("a short passphrase: exit code %d\n%s", code, errs)
	}
	secret := filepath.Join(t.TempDir(), "passphrase")
	s.must(os.WriteFile(secret, []byte("from a file, long enough\r\nmore\n"), 0o600))
	if code, _, errs := s.command(t.Context(), "keys", "export", "--out", out, "--passphrase-file", secret); code != 0 {
		t.Fatalf("exit code %d\n%s", code, errs)
	}
	if code, _, errs := s.command(t.Context(), "keys", "export", "--out", out, "--passphrase-file", secret); code != 1 || errs == "" {
		t.Errorf("over a file that is there: exit code %d\n%s", code, errs)
	}
	to := &site{t: t, flags: []string{"--data", t.TempDir(), "--log-level", "error"}}
	t.Setenv("ZHIYIN_KEYS_PASSPHRASE", "from a file, long enough")
	if code, said, errs := to.command(t.Context(), "keys", "import", out); code != 0 || !strings.Contains(said, "backup.key, master.key") {
		t.Errorf("exit code %d\n%s%s", code, said, errs)
	}
}
