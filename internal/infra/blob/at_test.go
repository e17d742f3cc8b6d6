package blob_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
)

func TestReadingAtAnyPlace(t *testing.T) {
	s := subject(t)
	store := blob.New(t.TempDir())
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 64 << 10, 64<<10 + 1, 200_000} {
		want := content(n)
		ref, err := store.Put(file, s, bytes.NewReader(want), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		a, err := store.OpenAt(ref, s)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		if got, err := io.ReadAll(io.NewSectionReader(a, 0, ref.Size)); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%d bytes: %d read, %v", n, len(got), err)
		}
		for range 50 {
			from, size := random.IntN(n+1), random.IntN(100_000)
			got := make([]byte, size)
			k, err := a.ReadAt(got, int64(from))
			if end := min(n, from+size); !bytes.Equal(got[:k], want[from:end]) || (err == nil) != (k == size) || err != nil && !errors.Is(err, io.EOF) {
				t.Fatalf("%d bytes from %d of %d: %d, %v", size, from, n, k, err)
			}
		}
	}
}

func TestReadingAtSeesTampering(t *testing.T) {
	dir, s := t.TempDir(), subject(t)
	store := blob.New(dir)
	ref, err := store.Put(file, s, bytes.NewReader(content(200_000)), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	sealed, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(sealed)
	flipped[100_000] ^= 1
	first := 4 + 1 + 12 + 64<<10 + 16
	swapped := append(bytes.Clone(sealed[first:2*first]), sealed[first:]...)
	for name, raw := range map[string][]byte{"flipped": flipped, "swapped": swapped, "cut": sealed[:150_000], "shorter": sealed[:2*first], "empty": {}} {
		if err := os.WriteFile(names[0], raw, 0o600); err != nil {
			t.Fatal(err)
		}
		a, err := store.OpenAt(ref, s)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(io.NewSectionReader(a, 0, ref.Size)); !errors.Is(err, crypt.ErrSealed) {
			t.Errorf("%s: %v", name, err)
		}
		a.Close()
	}
	if _, err := store.OpenAt(blob.Ref{ID: id.ID{1}}, s); err == nil {
		t.Error("a file that is not there was opened")
	}
}
