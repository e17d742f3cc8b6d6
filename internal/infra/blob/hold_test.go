package blob_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
)

func raw(t *testing.T, s *blob.Store, i id.ID) []byte {
	t.Helper()
	f, err := s.Raw(i)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestARemovedFileStaysWhileAnybodyHoldsTheStore(t *testing.T) {
	store, s := blob.New(t.TempDir()), subject(t)
	_, err := store.Put(file, s, bytes.NewReader(content(1000)), 1<<20)
	must(t, err)
	sealed := raw(t, store, file)
	one, err := store.Hold()
	must(t, err)
	two, err := store.Hold()
	must(t, err)
	must(t, store.Remove(file))
	must(t, store.Remove(id.ID{1})) // need not be there
	if _, err := store.OpenAt(blob.Ref{ID: file}, s); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the removed file opens: %v", err)
	}
	must(t, one.Release())
	names, err := store.Names()
	if err != nil || len(names) != 1 || !bytes.Equal(raw(t, store, file), sealed) {
		t.Errorf("held: %v, %v", names, err)
	}
	if n, err := store.RawSize(file); err != nil || n != int64(len(sealed)) {
		t.Errorf("%d bytes, %v", n, err)
	}
	must(t, two.Release())
	if names, err = store.Names(); err != nil || len(names) != 0 || raw(t, store, file) != nil {
		t.Errorf("after the last release: %v, %v", names, err)
	}
}

func TestADeadHoldHoldsNothing(t *testing.T) {
	dir := t.TempDir()
	store, s := blob.New(dir), subject(t)
	_, err := store.Put(file, s, bytes.NewReader(content(10)), 1<<20)
	must(t, err)
	must(t, os.MkdirAll(filepath.Join(dir, "held"), 0o700))
	dead := filepath.Join(dir, "held", "dead.hold")
	must(t, os.WriteFile(dead, nil, 0o600))
	old := time.Now().Add(-time.Hour)
	must(t, os.Chtimes(dead, old, old))
	must(t, store.Remove(file))
	if raw(t, store, file) != nil {
		t.Error("a dead process holds a file")
	}
	h, err := store.Hold()
	must(t, err)
	must(t, h.Release())
	if _, err := os.Stat(dead); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the dead mark stays: %v", err)
	}
}

func TestARawFileComesBackElsewhere(t *testing.T) {
	store, s := blob.New(t.TempDir()), subject(t)
	want := content(100_000)
	ref, err := store.Put(file, s, bytes.NewReader(want), 1<<20)
	must(t, err)
	other := blob.New(filepath.Join(t.TempDir(), "files"))
	if empty, err := other.Empty(); err != nil || !empty {
		t.Errorf("%v, %v", empty, err)
	}
	must(t, other.Restore(file, bytes.NewReader(raw(t, store, file))))
	if empty, err := other.Empty(); err != nil || empty {
		t.Errorf("%v, %v", empty, err)
	}
	if err := other.Restore(file, bytes.NewReader(nil)); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a file that is there: %v", err)
	}
	r, err := other.Open(ref, s)
	must(t, err)
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}
