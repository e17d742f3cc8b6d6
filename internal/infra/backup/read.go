package backup

import (
	"archive/tar"
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

// reader reads a backup from its beginning to its end.
type reader struct {
	ctx    context.Context
	file   *os.File
	size   int64
	read   int64 // of the file
	packed *zstd.Decoder
	tar    *tar.Reader
	next   *tar.Header // read ahead; nil at the end
	did    func(done, total int64)
}

// openReader opens a backup and reads its manifest. Errors: ErrNoBackup,
// ErrWrongKey, ErrCut, ErrDamaged.
func openReader(ctx context.Context, name string, key age.Identity, did func(done, total int64)) (r *reader, m Manifest, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, m, err
	}
	r = &reader{ctx: ctx, file: f, did: did}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.close())
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return r, m, err
	}
	r.size = info.Size()
	plain, err := r.open(key)
	if err != nil {
		return r, m, err
	}
	if r.packed, err = zstd.NewReader(plain, zstd.WithDecoderConcurrency(2)); err != nil {
		return r, m, err
	}
	r.tar = tar.NewReader(r.packed)
	if err := r.advance(); err != nil {
		return r, m, err
	}
	if err := r.document(manifestName, &m); err != nil {
		return r, m, err
	}
	if m.Format != format {
		return r, m, ErrNewer.Wrap(fmt.Errorf("format %d, program %d", m.Format, format))
	}
	return r, m, nil
}

// intro is how every file of age's begins.
const intro = "age-encryption.org/v1\n"

// open reads the head of the file.
func (r *reader) open(key age.Identity) (io.Reader, error) {
	in := bufio.NewReaderSize(r.file, 1<<20)
	begin, err := in.Peek(len(intro))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if !strings.HasPrefix(intro, string(begin)) {
		return nil, ErrNoBackup
	}
	plain, err := age.Decrypt(&counted{r, in}, key)
	var foreign *age.NoIdentityMatchError
	switch {
	case errors.As(err, &foreign):
		return nil, ErrWrongKey.Wrap(err)
	case err != nil && r.read >= r.size: // not even the head is whole
		return nil, ErrCut.With("bytes", r.size).Wrap(err)
	case err != nil:
		return nil, ErrNoBackup.Wrap(err)
	}
	return plain, nil
}

func (r *reader) close() error {
	if r.packed != nil {
		r.packed.Close()
	}
	return r.file.Close()
}

// counted counts what age has read of the file, and heeds the context.
type counted struct {
	*reader
	from io.Reader
}

func (c *counted) Read(p []byte) (int, error) {
	if err := stopped(c.ctx); err != nil {
		return 0, err
	}
	n, err := c.from.Read(p)
	c.read += int64(n)
	if c.did != nil {
		c.did(c.read, c.size)
	}
	return n, err
}

// blame names what is wrong with the file when it cannot be read on. A file cut off
// within a piece of age's looks damaged there, at its end.
func (r *reader) blame(err error) error {
	if cause := stopped(r.ctx); cause != nil {
		return cause
	}
	if errors.Is(err, os.ErrClosed) {
		return err
	}
	if r.read >= r.size {
		return ErrCut.With("bytes", r.size).Wrap(err)
	}
	return ErrDamaged.With("bytes", r.read).Wrap(err)
}

// advance reads the head of the next member.
func (r *reader) advance() (err error) {
	r.next, err = r.tar.Next()
	if errors.Is(err, io.EOF) {
		r.next, err = nil, nil
	}
	if err != nil {
		return r.blame(err)
	}
	return nil
}

// document reads a member of JSON.
func (r *reader) document(name string, v any) error {
	if r.next == nil {
		return r.blame(fmt.Errorf("no %s", name))
	}
	if r.next.Name != name {
		return ErrNoBackup.Wrap(fmt.Errorf("%s where %s should be", r.next.Name, name))
	}
	raw, err := io.ReadAll(r.tar)
	if err != nil {
		return r.blame(err)
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return ErrNoBackup.Wrap(err)
	}
	return r.advance()
}

// end makes sure that nothing follows: age's last piece says that it is the last.
func (r *reader) end() error {
	if r.next != nil {
		return ErrNoBackup.Wrap(fmt.Errorf("%s after the trailer", r.next.Name))
	}
	if _, err := io.Copy(io.Discard, r.packed); err != nil {
		return r.blame(err)
	}
	return nil
}

// section reads the members of a section as one.
type section struct {
	reader *reader
	prefix string
	err    error // why it ended early
}

func (r *reader) section(name string) *section {
	return &section{reader: r, prefix: "db/" + name + "/"}
}

func (s *section) Read(p []byte) (int, error) {
	for {
		if s.reader.next == nil || !strings.HasPrefix(s.reader.next.Name, s.prefix) {
			return 0, io.EOF
		}
		n, err := s.reader.tar.Read(p)
		if errors.Is(err, io.EOF) {
			if err = s.reader.advance(); err == nil && n == 0 {
				continue
			}
		} else if err != nil {
			err = s.reader.blame(err)
		}
		if err != nil {
			s.err = err
		}
		return n, err
	}
}

// fileName is the identifier of the file whose head was read; false when it is
// none of a file.
func (r *reader) fileName() (id.ID, bool, error) {
	if r.next == nil {
		return id.ID{}, false, r.blame(errors.New("no trailer"))
	}
	rest, is := strings.CutPrefix(r.next.Name, "files/")
	if !is {
		return id.ID{}, false, nil
	}
	_, name, _ := strings.Cut(rest, "/")
	i, err := id.Parse(name)
	if err != nil {
		return id.ID{}, false, ErrNoBackup.Wrap(fmt.Errorf("a file named %q", rest))
	}
	return i, true, nil
}
