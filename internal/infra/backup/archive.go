package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const (
	manifestName = "manifest.json"
	trailerName  = "trailer.json"
	// chunk is the size of a section's members: a tar member needs its size before
	// its content, and a section's is not known.
	chunk = 4 << 20
	// syncEvery bounds how much the disk must take in when the file is finished.
	syncEvery = 64 << 20
)

// archive is a backup being written.
type archive struct {
	ctx    context.Context
	pace   *pacer
	file   *os.File
	sum    *summer // of the file
	sealed io.WriteCloser
	packed *zstd.Encoder
	tar    *tar.Writer
	at     time.Time
	did    func(n int64) // progress
}

func newArchive(ctx context.Context, file *os.File, to age.Recipient, pace *pacer, at time.Time, did func(n int64)) (a *archive, err error) {
	a = &archive{ctx: ctx, pace: pace, file: file, sum: newSummer(), at: at, did: did}
	if a.sealed, err = age.Encrypt(io.MultiWriter(&flusher{file: file}, a.sum), to); err != nil {
		return nil, err
	}
	if a.packed, err = zstd.NewWriter(a.sealed, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2)); err != nil {
		return nil, err
	}
	a.tar = tar.NewWriter(a.packed)
	return a, nil
}

// finish ends all layers and brings the file to the disk.
func (a *archive) finish() error {
	for _, end := range []func() error{a.tar.Close, a.packed.Close, a.sealed.Close, a.file.Sync} {
		if err := end(); err != nil {
			return err
		}
	}
	return nil
}

// member begins a member of the archive.
func (a *archive) member(name string, size int64) error {
	return a.tar.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: a.at})
}

// Write writes content of the member, at the pace.
func (a *archive) Write(p []byte) (n int, err error) {
	if n, err = a.tar.Write(p); err != nil {
		return n, err
	}
	a.did(int64(n))
	return n, a.pace.did(a.ctx, n)
}

func (a *archive) document(name string, v any) error {
	raw, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		return err
	}
	if err := a.member(name, int64(len(raw))); err != nil {
		return err
	}
	_, err = a.Write(raw)
	return err
}

// section writes what the snapshot copies of a section.
func (a *archive) section(s *db.Snapshot, section db.Section) (Sum, error) {
	w := &chunks{archive: a, name: section.Name, sum: newSummer()}
	if err := s.Copy(a.ctx, section, w); err != nil {
		return Sum{}, err
	}
	return w.sum.sum(), w.flush()
}

// chunks cuts a section into members.
type chunks struct {
	archive *archive
	name    string
	number  int
	buffer  bytes.Buffer
	sum     *summer
}

func (c *chunks) Write(p []byte) (n int, err error) {
	c.buffer.Write(p)
	_, _ = c.sum.Write(p)
	if c.buffer.Len() >= chunk {
		err = c.flush()
	}
	return len(p), err
}

const piece = 256 << 10

// flush writes the buffer as a member, in pieces between which it may rest.
func (c *chunks) flush() error {
	if c.buffer.Len() == 0 {
		return nil
	}
	c.number++
	if err := c.archive.member(fmt.Sprintf("db/%s/%06d", c.name, c.number), int64(c.buffer.Len())); err != nil {
		return err
	}
	for c.buffer.Len() > 0 {
		if _, err := c.archive.Write(c.buffer.Next(piece)); err != nil {
			return err
		}
	}
	c.buffer.Reset()
	return nil
}

// flusher brings the file to the disk bit by bit, so that its end does not hold up
// the commits of others.
type flusher struct {
	file    *os.File
	written int64
}

func (f *flusher) Write(p []byte) (int, error) {
	n, err := f.file.Write(p)
	if f.written += int64(n); err == nil && f.written >= syncEvery {
		f.written, err = 0, f.file.Sync()
	}
	return n, err
}

// syncDir makes a new name in the directory last.
func syncDir(file string) error {
	d, err := os.Open(filepath.Dir(file))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
