package backup_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"github.com/zhiyin-power/zhiyin/internal/infra/backup"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// nothingIn is an error unless the place is as empty as before.
func (h *house) nothingIn(place db.Config, files, name string) {
	h.t.Helper()
	for _, f := range []string{place.File, place.File + ".part", files, files + ".part"} {
		if _, err := os.Stat(f); f != "" && f != ".part" && !errors.Is(err, os.ErrNotExist) {
			h.t.Errorf("%s: %s is left: %v", name, f, err)
		}
	}
	if place.DSN == "" {
		return
	}
	d, err := db.Open(h.t.Context(), place)
	h.no(err)
	var tables int
	h.no(d.Read(h.t.Context(), func(tx *db.Tx) error {
		return tx.Get(&tables, `SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace`)
	}))
	h.no(d.Close())
	if tables != 0 {
		h.t.Errorf("%s: %d tables and indexes are left", name, tables)
	}
}

func TestADamagedFileIsNamedAndNothingIsRestored(t *testing.T) {
	each(t, func(h *house) {
		for n := range 60 {
			h.no(h.put(n))
		}
		file, _ := h.write(backup.Options{})
		whole, err := os.ReadFile(file)
		h.no(err)
		flip := func(at int) []byte {
			b := bytes.Clone(whole)
			b[at] ^= 1
			return b
		}
		place, files := h.empty()
		for name, c := range map[string]struct {
			content []byte
			want    error
		}{
			"empty": {nil, backup.ErrCut}, "cut in its head": {whole[:100], backup.ErrCut}, "cut early": {whole[:len(whole)/3], backup.ErrCut},
			"cut at a piece of age's": {whole[:age64K(whole)], backup.ErrCut}, "without its last byte": {whole[:len(whole)-1], backup.ErrCut},
			"damaged": {flip(len(whole) / 2), backup.ErrDamaged}, "damaged early": {flip(2000), backup.ErrDamaged}, "damaged at its end": {flip(len(whole) - 1), backup.ErrCut},
			"longer": {append(bytes.Clone(whole), 0), backup.ErrCut}, "another kind of file": {[]byte(strings.Repeat("SQLite format 3\x00", 100)), backup.ErrNoBackup},
		} {
			damaged := filepath.Join(h.t.TempDir(), "damaged")
			h.no(os.WriteFile(damaged, c.content, 0o600))
			if _, err := backup.Restore(h.t.Context(), h.input(damaged), backup.Place{DB: place, Files: files}); !errors.Is(err, c.want) {
				h.t.Errorf("%s: %v", name, err)
			}
			h.nothingIn(place, files, name)
		}
		if _, err := backup.Restore(h.t.Context(), h.input(file), backup.Place{DB: place, Files: files}); err != nil {
			h.t.Errorf("whole, into the same place: %v", err)
		}
	})
}

// age64K is where the first piece of the file's content ends.
func age64K(whole []byte) int {
	head := bytes.Index(whole, []byte("\n--- "))
	end := head + 1 + bytes.IndexByte(whole[head+1:], '\n') + 1
	return end + 16 + 64<<10 + 16
}

func TestOnlyItsKeysAndAnEmptyPlaceWillDo(t *testing.T) {
	each(t, func(h *house) {
		h.no(h.put(1))
		file, _ := h.write(backup.Options{})
		place, files := h.empty()
		other, err := age.GenerateX25519Identity()
		h.no(err)
		for name, c := range map[string]struct {
			in   backup.Input
			to   backup.Place
			want error
		}{
			"another key":      {backup.Input{File: file, Key: other, Masters: h.input(file).Masters}, backup.Place{DB: place, Files: files}, backup.ErrWrongKey},
			"another master":   {backup.Input{File: file, Key: h.key, Masters: fingerprints(h.t, keyring(h.t, 2))}, backup.Place{DB: place, Files: files}, backup.ErrMaster},
			"the original":     {h.input(file), backup.Place{DB: h.config, Files: files}, backup.ErrNotEmpty},
			"files there":      {h.input(file), backup.Place{DB: place, Files: filepath.Dir(file)}, backup.ErrNotEmpty},
			"the other engine": {h.input(file), backup.Place{DB: h.otherEngine(), Files: files}, backup.ErrOtherEngine},
		} {
			if _, err := backup.Restore(h.t.Context(), c.in, c.to); !errors.Is(err, c.want) {
				h.t.Errorf("%s: %v", name, err)
			}
		}
		h.nothingIn(place, files, "refused")
		if !h.found()[1] {
			h.t.Error("the original was touched")
		}
	})
}

func (h *house) otherEngine() db.Config {
	if h.config.DSN == "" {
		return db.Config{DSN: "postgres://nobody@127.0.0.1:1/none"} // refused before it is asked
	}
	return db.Config{File: filepath.Join(h.t.TempDir(), "zhiyin.db")}
}

func TestANewerSchemaIsRefused(t *testing.T) {
	each(t, func(h *house) {
		h.no(h.db.Write(h.t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE goose_db_version SET version_id = 99999 WHERE version_id = (SELECT max(version_id) FROM goose_db_version)`)
			return err
		}))
		file, _ := h.write(backup.Options{})
		place, files := h.empty()
		if _, err := backup.Restore(h.t.Context(), h.input(file), backup.Place{DB: place, Files: files}); !errors.Is(err, backup.ErrNewer) {
			h.t.Errorf("%v", err)
		}
		h.nothingIn(place, files, "newer")
	})
}

// What is broken off, by a person or a full disk, never has the name of a backup.
func TestABackupBrokenOffLeavesNoFile(t *testing.T) {
	each(t, func(h *house) {
		for n := range 20 {
			h.no(h.put(n))
		}
		ctx, stop := context.WithCancelCause(h.t.Context())
		enough := errors.New("enough")
		_, err := backup.Write(ctx, h.source(), backup.Options{Dir: h.dir, To: h.key.Recipient(), Rate: 1000, Progress: func(int64, int64) { stop(enough) }})
		if !errors.Is(err, enough) && !errors.Is(err, context.Canceled) {
			h.t.Errorf("broken off: %v", err)
		}
		if left, err := os.ReadDir(h.dir); err != nil || len(left) != 0 {
			h.t.Errorf("left: %v, %v", left, err)
		}
		if held, err := filepath.Glob(filepath.Join(h.dir, "held", "*")); err != nil || len(held) != 0 {
			h.t.Errorf("held: %v, %v", held, err)
		}
		h.no(h.put(20)) // the database goes on
		file, _ := h.write(backup.Options{})
		if _, restored := h.restore(file); len(restored.found()) != 21 {
			h.t.Error("the next one is not whole")
		}
	})
}

func TestExportedKeysComeBackByTheirPassphraseOnly(t *testing.T) {
	keys := filepath.Join(t.TempDir(), "keys")
	k, err := backup.LoadKey(keys)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := backup.LoadKey(keys); err != nil || again.String() != k.String() {
		t.Fatalf("another key: %v", err)
	}
	if err := os.WriteFile(filepath.Join(keys, "master.key"), []byte("m"), 0o600); err != nil {
		t.Fatal(err)
	}
	var sealed bytes.Buffer
	if err := backup.ExportKeys(&sealed, keys, "correct horse battery"); err != nil {
		t.Fatal(err)
	}
	if text := sealed.String(); !strings.HasPrefix(text, "-----BEGIN AGE") || strings.Contains(text, "AGE-SECRET") {
		t.Error("not sealed text:", text[:60])
	}
	to := filepath.Join(t.TempDir(), "keys")
	if _, err := backup.ImportKeys(strings.NewReader(sealed.String()), to, "wrong"); !errors.Is(err, backup.ErrPassphrase) {
		t.Errorf("wrong passphrase: %v", err)
	}
	if _, err := os.Stat(to); !errors.Is(err, os.ErrNotExist) {
		t.Error("something was imported")
	}
	if names, err := backup.ImportKeys(strings.NewReader(sealed.String()), to, "correct horse battery"); err != nil || len(names) != 2 {
		t.Fatalf("%v, %v", names, err)
	}
	if back, err := backup.ReadKey(backup.KeyFile(to)); err != nil || back.String() != k.String() {
		t.Errorf("another key came back: %v", err)
	}
	if _, err := backup.ImportKeys(strings.NewReader(sealed.String()), to, "correct horse battery"); !errors.Is(err, backup.ErrNotEmpty) {
		t.Errorf("over keys that are there: %v", err)
	}
	if _, err := backup.ReadKey(filepath.Join(to, "none")); !errors.Is(err, backup.ErrNoKey) {
		t.Errorf("no key: %v", err)
	}
}
