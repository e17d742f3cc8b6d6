package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"

	"filippo.io/age"

	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Verify proves a backup: it is restored into a temporary place in dir, beside the
// database of the configuration, and what came back is read, counted and summed
// anew. The keyring, which has opened nothing yet, must open the key of every company:
// with another master key all that is sealed would be lost. The place is removed in any case. Errors: those
// of Restore, ErrUnequal, ErrMaster, ErrBusy.
func Verify(ctx context.Context, in Input, c db.Config, dir string, keys *crypt.Keyring) (r Restored, err error) {
	defer func() { err = foresee(err) }()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return r, err
	}
	own, err := os.MkdirTemp(dir, "verify-")
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(own)) }()
	place, remove, err := db.Temporary(ctx, c, own)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, remove(context.WithoutCancel(ctx))) }()
	files := filepath.Join(own, "files")
	if r, err = Restore(ctx, in, Place{DB: place, Files: files}); err != nil {
		return r, err
	}
	d, err := db.Open(ctx, place)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := compare(ctx, d, r); err != nil {
		return r, err
	}
	if err := compareFiles(blob.New(files), r.Files); err != nil {
		return r, err
	}
	return r, openKeys(ctx, d, keys)
}

// MadeUnder lists the backups in a directory that were made while the master key had
// the fingerprint. What another key seals, or is no backup, is passed over.
func MadeUnder(ctx context.Context, dir string, key age.Identity, master string) (files []string, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		if !e.Type().IsRegular() {
			continue
		}
		src, m, err := openReader(ctx, filepath.Join(dir, e.Name()), key, nil)
		if err != nil {
			continue
		}
		if err := src.close(); err != nil {
			return nil, err
		}
		if m.Master == master {
			files = append(files, e.Name())
		}
	}
	return files, err
}

// compare copies the restored database once more and holds it against the trailer.
func compare(ctx context.Context, d *db.DB, r Restored) error {
	if err := d.Check(ctx); err != nil {
		return ErrUnequal.With("what", "database").Wrap(err)
	}
	return d.Snapshot(ctx, func(s *db.Snapshot) error {
		for _, section := range s.Sections {
			sum := newSummer()
			if err := s.Copy(ctx, section, sum); err != nil {
				return fmt.Errorf("%s: %w", section.Name, err)
			}
			if sum.sum() != r.Sections[section.Name] {
				return ErrUnequal.With("what", section.Name)
			}
		}
		rows, err := s.Counts(ctx)
		if err != nil {
			return err
		}
		if !maps.Equal(rows, r.Rows) {
			return ErrUnequal.With("what", "rows").Wrap(fmt.Errorf("%v, copied %v", rows, r.Rows))
		}
		return nil
	})
}

func compareFiles(store *blob.Store, want Sum) error {
	names, err := store.Names()
	if err != nil {
		return err
	}
	sums := newFileSummer()
	for _, name := range names {
		f, err := store.Raw(name)
		if err != nil {
			return err
		}
		sum := newSummer()
		_, err = io.Copy(sum, f)
		if err = errors.Join(err, f.Close()); err != nil {
			return err
		}
		sums.add(name, sum.sum())
	}
	if sums.sum() != want {
		return ErrUnequal.With("what", "files")
	}
	return nil
}

func openKeys(ctx context.Context, d *db.DB, keys *crypt.Keyring) error {
	return d.Read(ctx, func(tx *db.Tx) error {
		companies, err := companiesWithKey(tx)
		if err != nil {
			return err
		}
		for _, c := range companies {
			if _, err := keys.CompanyTx(tx, c); err != nil {
				return ErrMaster.Wrap(err)
			}
		}
		return nil
	})
}
