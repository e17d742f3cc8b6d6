package blob

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

// heldDir takes in what is removed while somebody holds the store. A file in it
// with the ending holdMark is a hold; one that was not renewed for holdTime is a
// dead process's.
const (
	heldDir   = "held"
	holdMark  = ".hold"
	holdTime  = 10 * time.Minute
	renewTime = time.Minute
)

// Hold keeps removed files readable by Raw. A backup begins one before its
// snapshot: since a row goes before its file, a file whose row is in the snapshot
// is either in its place or held.
type Hold struct {
	store *Store
	mark  string
	stop  chan struct{}
	ended chan struct{}
}

// Hold begins a hold. It renews itself until Release.
func (s *Store) Hold() (*Hold, error) {
	dir := filepath.Join(s.dir, heldDir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	var b [8]byte
	rand.Read(b[:])
	h := &Hold{store: s, mark: filepath.Join(dir, hex.EncodeToString(b[:])+holdMark), stop: make(chan struct{}), ended: make(chan struct{})}
	if err := os.WriteFile(h.mark, nil, 0o600); err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	go h.renew()
	return h, nil
}

func (h *Hold) renew() {
	defer close(h.ended)
	ticker := time.NewTicker(renewTime)
	defer ticker.Stop()
	for {
		select {
		case <-h.stop:
			return
		case now := <-ticker.C:
			_ = os.Chtimes(h.mark, now, now) // tried again in a minute
		}
	}
}

// Release ends the hold, and deletes what was held when it was the last.
func (h *Hold) Release() error {
	close(h.stop)
	<-h.ended
	if err := os.Remove(h.mark); err != nil {
		return fmt.Errorf("blob: %w", err)
	}
	return h.store.sweep()
}

// held tells whether anybody holds the store.
func (s *Store) held() (bool, error) {
	marks, err := filepath.Glob(filepath.Join(s.dir, heldDir, "*"+holdMark))
	if err != nil {
		return false, err
	}
	for _, m := range marks {
		info, err := os.Stat(m)
		if err == nil && time.Since(info.ModTime()) < holdTime {
			return true, nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return false, err
		}
	}
	return false, nil
}

// sweep deletes what nobody holds any more, dead marks too. What is put aside after
// the look is another hold's.
func (s *Store) sweep() error {
	found, err := filepath.Glob(filepath.Join(s.dir, heldDir, "*"))
	if err != nil {
		return err
	}
	held, err := s.held()
	if held || err != nil {
		return err
	}
	for _, f := range found {
		if err := os.Remove(f); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("blob: %w", err)
		}
	}
	return nil
}

// Names lists the files, those held too, in order.
func (s *Store) Names() ([]id.ID, error) {
	found, err := filepath.Glob(filepath.Join(s.dir, "??", "*"))
	if err != nil {
		return nil, err
	}
	held, err := filepath.Glob(filepath.Join(s.dir, heldDir, "*"))
	if err != nil {
		return nil, err
	}
	names := make([]id.ID, 0, len(found)+len(held))
	for _, f := range slices.Concat(found, held) {
		if i, err := id.Parse(filepath.Base(f)); err == nil { // others are marks and unfinished files
			names = append(names, i)
		}
	}
	slices.SortFunc(names, id.ID.Compare)
	return slices.Compact(names), nil
}

// Raw opens a file as it stands, sealed. It is fs.ErrNotExist when the file was
// removed and nobody held it.
func (s *Store) Raw(i id.ID) (*os.File, error) {
	f, err := os.Open(s.path(i))
	if errors.Is(err, fs.ErrNotExist) {
		f, err = os.Open(s.heldPath(i))
	}
	return f, err
}

// RawSize is the size of what Raw opens.
func (s *Store) RawSize(i id.ID) (int64, error) {
	info, err := os.Stat(s.path(i))
	if errors.Is(err, fs.ErrNotExist) {
		info, err = os.Stat(s.heldPath(i))
	}
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func (s *Store) heldPath(i id.ID) string { return filepath.Join(s.dir, heldDir, i.String()) }

// Restore writes a file as Raw gave it. It is on the disk when Restore returns.
func (s *Store) Restore(i id.ID, r io.Reader) error {
	target := s.path(i)
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return fmt.Errorf("blob: %w", err)
	}
	f, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("blob: %w", err)
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Sync(), f.Close())
}

// Empty tells whether the store has no file at all.
func (s *Store) Empty() (bool, error) {
	names, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	return len(names) == 0, err
}
