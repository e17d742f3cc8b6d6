package db

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// liteLoader writes the pages beside the place and gives them their name at the end.
type liteLoader struct {
	name string
	file *os.File
}

func newLiteLoader(name string) (*liteLoader, error) {
	for _, n := range []string{name, name + "-wal"} {
		if _, err := os.Stat(n); !errors.Is(err, fs.ErrNotExist) {
			return nil, errors.Join(fmt.Errorf("%w: %s", ErrNotEmpty, n), err)
		}
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(name+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	return &liteLoader{name, f}, err
}

func (l *liteLoader) Load(_ context.Context, _ Section, r io.Reader) error {
	_, err := io.Copy(l.file, r)
	return err
}

func (l *liteLoader) Finish(context.Context) error {
	if err := errors.Join(l.file.Sync(), l.file.Close()); err != nil {
		return err
	}
	if err := os.Rename(l.file.Name(), l.name); err != nil {
		return err
	}
	return syncDir(filepath.Dir(l.name))
}

// syncDir makes a new name in the directory last.
func syncDir(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (l *liteLoader) Abort(context.Context) error {
	return errors.Join(l.file.Close(), os.Remove(l.file.Name()))
}
