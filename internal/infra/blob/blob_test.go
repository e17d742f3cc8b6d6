package blob_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

var file = id.MustParse("01900000-0000-7000-8000-00000000000f")

func subject(t *testing.T) (s *crypt.Subject) {
	t.Helper()
	k, err := crypt.New(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	err = dbtest.Open(t, db.SQLite, nil).Write(context.Background(), func(tx *db.Tx) error {
		c, err := k.CompanyTx(tx, id.ID{1})
		if err == nil {
			s = c.Own()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func content(n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{1}).Read(b)
	return b
}

func TestFilesComeBackAndAreSealedOnDisk(t *testing.T) {
	dir, s := t.TempDir(), subject(t)
	store := blob.New(dir)
	for _, n := range []int{0, 1, 64<<10 - 1, 64 << 10, 64<<10 + 1, 200_000} {
		want := content(n)
		ref, err := store.Put(file, s, bytes.NewReader(want), 1<<20)
		if err != nil || ref.Size != int64(n) {
			t.Fatalf("%d bytes: %+v, %v", n, ref, err)
		}
		r, err := store.Open(ref, s)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err = errors.Join(err, r.Close()); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes: %d came back, %v", n, len(got), err)
		}
		if raw := onDisk(t, dir); n > 100 && bytes.Contains(raw, want[:50]) {
			t.Error("the content stands in clear on the disk")
		}
	}
	if err := errors.Join(store.Remove(file), store.Remove(file)); err != nil {
		t.Error(err)
	}
	if _, err := store.Open(blob.Ref{ID: file}, s); err == nil {
		t.Error("a removed file opens")
	}
}

func onDisk(t *testing.T, dir string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path(dir))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func path(dir string) string { return filepath.Join(dir, "0f", file.String()) }

func TestTamperingIsNoticed(t *testing.T) {
	dir, s := t.TempDir(), subject(t)
	store := blob.New(dir)
	ref, err := store.Put(file, s, bytes.NewReader(content(200_000)), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	whole := onDisk(t, dir)
	first := 4 + 1 + 12 + 16 + 64<<10
	for name, damaged := range map[string][]byte{
		"cut between pieces": whole[:first], "cut within": whole[:1000], "empty": {}, "piece dropped": whole[first:],
		"pieces swapped": append(bytes.Clone(whole[first:2*first]), whole[:first]...),
		"flipped":        append(append(bytes.Clone(whole[:500]), whole[500]^1), whole[501:]...),
		"huge size":      append([]byte{255, 255, 255, 255}, whole[4:]...),
	} {
		if err := os.WriteFile(path(dir), damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := store.Open(ref, s)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = io.ReadAll(r); !errors.Is(err, crypt.ErrSealed) {
			t.Errorf("%s: %v", name, err)
		}
		r.Close()
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("line cut") }

func TestAFailedPutLeavesNothing(t *testing.T) {
	dir, s := t.TempDir(), subject(t)
	store := blob.New(dir)
	if _, err := store.Put(file, s, bytes.NewReader(content(2000)), 1999); !errors.Is(err, blob.ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	if _, err := store.Put(file, s, io.MultiReader(bytes.NewReader(content(70_000)), failing{}), 1<<20); err == nil {
		t.Error("a failing source was accepted")
	}
	left, err := os.ReadDir(filepath.Join(dir, "0f"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
