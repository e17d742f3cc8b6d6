package backup

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Source is what is backed up.
type Source struct {
	DB      *db.DB
	Files   *blob.Store
	Master  string // fingerprint of the newest generation of the master key
	Program string // version
}

// Options say where to and how fast.
type Options struct {
	Dir      string // made when absent
	To       age.Recipient
	Rate     int64                       // at most so many bytes a second; 0: no limit
	Probe    func(context.Context) error // a small read that must stay fast; nil: full speed
	Progress func(done, total int64)     // called often; may be nil
}

// Made is a backup that was written.
type Made struct {
	File   string // name, without the directory
	Size   int64
	SHA256 []byte
	Manifest
	Trailer
}

const (
	fileStart = "zhiyin-"
	// FileEnd is how the names of backups end.
	FileEnd = ".tar.zst.age"
	partEnd = ".part"
)

// Write makes a backup in a file of its own. What it leaves behind when it fails
// never has the name of a backup. Errors: ErrDiskFull, the context's.
func Write(ctx context.Context, s Source, o Options) (m Made, err error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return m, err
	}
	if err := sweepParts(o.Dir); err != nil {
		return m, err
	}
	now := s.DB.Now()
	m.File = fmt.Sprintf("%s%s-%x%s", fileStart, now.Time().UTC().Format("20060102T150405Z"), random(3), FileEnd)
	target := filepath.Join(o.Dir, m.File)
	f, err := os.OpenFile(target+partEnd, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return m, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(foresee(err), os.Remove(f.Name()))
		}
	}()
	err = s.write(ctx, f, o, now, &m)
	if err = errors.Join(err, f.Close()); err != nil {
		return m, err
	}
	if err := os.Rename(f.Name(), target); err != nil {
		return m, err
	}
	return m, syncDir(target)
}

// deadPart is how long an unfinished file that nobody writes to is left alone.
const deadPart = time.Hour

// sweepParts deletes what killed backups left.
func sweepParts(dir string) error {
	parts, err := filepath.Glob(filepath.Join(dir, fileStart+"*"+FileEnd+partEnd))
	if err != nil {
		return err
	}
	for _, p := range parts {
		info, err := os.Stat(p)
		if err == nil && time.Since(info.ModTime()) > deadPart {
			err = os.Remove(p)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// write holds the files, then the snapshot, and copies both: see the package's
// comment for why in this order.
func (s Source) write(ctx context.Context, f *os.File, o Options, now when.Instant, m *Made) (err error) {
	pace, err := newPacer(o.Probe, o.Rate)
	if err != nil {
		return err
	}
	defer pace.close()
	hold, err := s.Files.Hold()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, hold.Release()) }()
	return s.DB.Snapshot(ctx, func(snap *db.Snapshot) error {
		m.Manifest = Manifest{Format: format, Program: s.Program, SnapshotAt: now, Master: s.Master, Contents: snap.Contents}
		files, err := s.Files.Names()
		if err != nil {
			return err
		}
		total, err := s.sizeOf(files)
		if err != nil {
			return err
		}
		var done int64
		a, err := newArchive(ctx, f, o.To, pace, now.Time(), func(n int64) {
			if done += n; o.Progress != nil {
				o.Progress(done, max(done, total+snap.Bytes))
			}
		})
		if err != nil {
			return err
		}
		if m.Trailer, err = s.copy(a, snap, files, m.Manifest); err != nil {
			return err
		}
		if err := a.finish(); err != nil {
			return err
		}
		sum := a.sum.sum()
		m.Size = sum.Bytes
		m.SHA256, err = hex.DecodeString(sum.SHA256)
		return err
	})
}

func (s Source) sizeOf(files []id.ID) (total int64, err error) {
	for _, name := range files {
		n, err := s.Files.RawSize(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return 0, err
		}
		total += n
	}
	return total, nil
}

// copy writes the members.
func (s Source) copy(a *archive, snap *db.Snapshot, files []id.ID, m Manifest) (t Trailer, err error) {
	if err := a.document(manifestName, m); err != nil {
		return t, err
	}
	t.Sections = map[string]Sum{}
	for _, section := range snap.Sections {
		if t.Sections[section.Name], err = a.section(snap, section); err != nil {
			return t, fmt.Errorf("%s: %w", section.Name, err)
		}
	}
	if t.Rows, err = snap.Counts(a.ctx); err != nil {
		return t, err
	}
	sums := newFileSummer()
	for _, name := range files {
		if err := s.copyFile(a, sums, name); err != nil {
			return t, err
		}
	}
	t.Files = sums.sum()
	return t, a.document(trailerName, t)
}

// copyFile copies one file. One that is gone was removed by somebody who began
// before the hold: no row of the snapshot names it.
func (s Source) copyFile(a *archive, sums *fileSummer, name id.ID) (err error) {
	f, err := s.Files.Raw(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	text := name.String()
	if err := a.member("files/"+text[len(text)-2:]+"/"+text, info.Size()); err != nil {
		return err
	}
	sum := newSummer()
	if _, err := io.CopyBuffer(struct{ io.Writer }{io.MultiWriter(a, sum)}, struct{ io.Reader }{f}, make([]byte, piece)); err != nil {
		return err
	}
	sums.add(name, sum.sum())
	return nil
}
