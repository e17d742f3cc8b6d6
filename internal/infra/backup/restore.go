package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"filippo.io/age"

	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Place is where a backup is restored: an empty database and an empty directory.
type Place struct {
	DB    db.Config
	Files string
}

// Input is the backup to read.
type Input struct {
	File     string
	Key      age.Identity
	Masters  []string                // fingerprints of the master key's generations at the place
	Progress func(done, total int64) // of the file's bytes; may be nil
}

// Restored is what was brought back.
type Restored struct {
	Manifest
	Trailer
}

// filesPart is where files stand until all is there.
const filesPart = ".part"

// Restore brings a backup into an empty place. When it fails the place is as empty
// as before. Everything is compared with the sums that were made when it was
// copied. Errors: those of this package, the context's.
func Restore(ctx context.Context, in Input, to Place) (r Restored, err error) {
	defer func() { err = foresee(err) }()
	if empty, err := blob.New(to.Files).Empty(); err != nil || !empty {
		return r, errors.Join(err, ErrNotEmpty.With("place", to.Files))
	}
	src, m, err := openReader(ctx, in.File, in.Key, in.Progress)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, src.close()) }()
	if !slices.Contains(in.Masters, m.Master) {
		return r, ErrMaster.With("want", m.Master, "have", strings.Join(in.Masters, ", "))
	}
	r.Manifest = m
	loader, err := db.NewLoader(ctx, to.DB, m.Contents)
	if err != nil {
		return r, err
	}
	r.Trailer, err = src.load(loader, m, to.Files+filesPart)
	if err == nil {
		err = settleFiles(to.Files)
	}
	if err == nil {
		err = loader.Finish(ctx)
	}
	if err != nil {
		err = errors.Join(err, loader.Abort(context.WithoutCancel(ctx)), os.RemoveAll(to.Files+filesPart), os.RemoveAll(to.Files))
	}
	return r, err
}

// load reads all members into the place and holds their sums against the trailer.
func (r *reader) load(loader db.Loader, m Manifest, files string) (t Trailer, err error) {
	if err := os.RemoveAll(files); err != nil { // of a killed restore
		return t, err
	}
	sums := map[string]Sum{}
	for _, s := range m.Sections {
		from, sum := r.section(s.Name), newSummer()
		if err := loader.Load(r.ctx, s, io.TeeReader(from, sum)); err != nil {
			return t, errors.Join(from.err, fmt.Errorf("%s: %w", s.Name, err))
		}
		if from.err != nil {
			return t, from.err
		}
		sums[s.Name] = sum.sum()
	}
	fileSum, err := r.loadFiles(blob.New(files))
	if err != nil {
		return t, err
	}
	if err := r.document(trailerName, &t); err != nil {
		return t, err
	}
	if err := r.end(); err != nil {
		return t, err
	}
	for name, want := range t.Sections {
		if sums[name] != want {
			return t, ErrUnequal.With("what", name)
		}
	}
	if len(sums) != len(t.Sections) || fileSum != t.Files {
		return t, ErrUnequal.With("what", "files")
	}
	return t, nil
}

func (r *reader) loadFiles(store *blob.Store) (Sum, error) {
	sums := newFileSummer()
	for {
		name, is, err := r.fileName()
		if err != nil || !is {
			return sums.sum(), err
		}
		sum, from := newSummer(), &section{reader: r, prefix: r.next.Name}
		if err := store.Restore(name, io.TeeReader(from, sum)); err != nil {
			return Sum{}, errors.Join(from.err, err)
		}
		sums.add(name, sum.sum())
	}
}

// settleFiles gives the files their place. There may be none.
func settleFiles(files string) error {
	if _, err := os.Stat(files + filesPart); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err := os.Remove(files); err != nil && !errors.Is(err, os.ErrNotExist) { // it is empty
		return err
	}
	if err := os.Rename(files+filesPart, files); err != nil {
		return err
	}
	return syncDir(filepath.Clean(files))
}
