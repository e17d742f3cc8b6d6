package crypt

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// MasterFile is the name of the master key's file.
const MasterFile = "master.key"

// MasterVariable is the environment variable that may hold the master key instead.
const MasterVariable = "ZHIYIN_MASTER_KEY"

// OpenMaster gives the master key of the environment, or where that has none, of
// the directory's file, made when there is none. Errors: ErrBadMaster,
// ErrOpenToOthers.
func OpenMaster(dir string, c Cipher) (Master, error) {
	if text := os.Getenv(MasterVariable); text != "" {
		h, err := parseHeld(c, MasterVariable, text)
		if err != nil {
			return nil, err
		}
		return h, nil
	}
	f := &File{dir: dir, cipher: c}
	_, err := f.load()
	if errors.Is(err, fs.ErrNotExist) {
		err = f.make()
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// HasMaster tells whether OpenMaster would find a key, and where it looks.
func HasMaster(dir string) (place string, has bool) {
	if os.Getenv(MasterVariable) != "" {
		return MasterVariable, true
	}
	file := filepath.Join(dir, MasterFile)
	_, err := os.Stat(file)
	return file, err == nil
}

// File is a master key in a file that only its owner may read. It is read again when it
// was changed.
type File struct {
	dir    string
	cipher Cipher
	mu     sync.Mutex
	seen   os.FileInfo
	held   held
}

func (f *File) name() string { return filepath.Join(f.dir, MasterFile) }

func (f *File) load() (held, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := os.Stat(f.name())
	if err != nil {
		return held{}, ErrMasterAway.Wrap(fmt.Errorf("master key: %w", err))
	}
	if f.seen != nil && os.SameFile(info, f.seen) && info.ModTime().Equal(f.seen.ModTime()) && info.Size() == f.seen.Size() {
		return f.held, nil
	}
	if info.Mode().Perm()&0o077 != 0 {
		return held{}, ErrOpenToOthers.With("file", f.name(), "mode", fmt.Sprintf("%o", info.Mode().Perm()))
	}
	raw, err := os.ReadFile(f.name())
	if err != nil {
		return held{}, ErrMasterAway.Wrap(fmt.Errorf("master key: %w", err))
	}
	h, err := parseHeld(f.cipher, f.name(), string(raw))
	if err != nil {
		return held{}, err
	}
	f.held, f.seen = h, info
	return h, nil
}

// make makes the first generation, unless another process is faster.
func (f *File) make() error {
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return fmt.Errorf("crypt: master key: %w", err)
	}
	temporary, err := f.write(hex.EncodeToString(randomKey()) + "\n")
	if err == nil {
		err = errors.Join(os.Link(temporary, f.name()), os.Remove(temporary))
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("crypt: master key: %w", err)
	}
	_, err = f.load()
	return errors.Join(err, syncDir(f.dir))
}

// save puts another list in the file's place, whole or not at all.
func (f *File) save(list []numberedKey) error {
	var b strings.Builder
	for _, k := range list {
		fmt.Fprintf(&b, "%d:%s\n", k.number, hex.EncodeToString(k.raw))
	}
	temporary, err := f.write(b.String())
	if err == nil {
		err = os.Rename(temporary, f.name())
	}
	if err != nil {
		return fmt.Errorf("crypt: master key: %w", err)
	}
	return syncDir(f.dir)
}

// write makes a file beside the key's, readable by its owner only.
func (f *File) write(text string) (name string, err error) {
	file, err := os.CreateTemp(f.dir, "."+MasterFile+"-")
	if err != nil {
		return "", err
	}
	_, err = file.WriteString(text)
	return file.Name(), errors.Join(err, file.Sync(), file.Close())
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (f *File) first() ([]byte, error) {
	h, err := f.load()
	if err != nil {
		return nil, err
	}
	return h.first()
}

// Generations implements Master.
func (f *File) Generations(ctx context.Context) ([]Generation, error) {
	h, err := f.load()
	if err != nil {
		return nil, err
	}
	return h.Generations(ctx)
}

// Wrap implements Master.
func (f *File) Wrap(ctx context.Context, number int, plain, associated []byte) ([]byte, error) {
	h, err := f.load()
	if err != nil {
		return nil, err
	}
	return h.Wrap(ctx, number, plain, associated)
}

// Unwrap implements Master.
func (f *File) Unwrap(ctx context.Context, number int, wrapped, associated []byte) ([]byte, error) {
	h, err := f.load()
	if err != nil {
		return nil, err
	}
	return h.Unwrap(ctx, number, wrapped, associated)
}

// Rotate implements Master.
func (f *File) Rotate(context.Context) error {
	h, err := f.load()
	if err != nil {
		return err
	}
	k, err := newKey(randomKey())
	if err != nil {
		return err
	}
	return f.save(append(h.list[:len(h.list):len(h.list)], numberedKey{h.list[len(h.list)-1].number + 1, k}))
}

// Retire implements Master.
func (f *File) Retire(_ context.Context, number int) error {
	h, err := f.load()
	if err != nil {
		return err
	}
	if _, err := h.find(number); err != nil {
		return err
	}
	var left []numberedKey
	for _, k := range h.list {
		if k.number != number {
			left = append(left, k)
		}
	}
	return f.save(left)
}
