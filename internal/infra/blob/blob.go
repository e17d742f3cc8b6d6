// Package blob keeps files, sealed, in one directory that all processes share.
//
// A file is a row of sealed pieces, each bound to its number and to whether it
// is the last, so that pieces cannot be swapped, dropped or cut off. The name
// is an identifier made by the caller and kept in its row; a file whose row was
// rolled back is garbage and harmless.
package blob

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
)

// ErrTooLarge: the file is over the limit; Params["limit_mb"].
var ErrTooLarge = fault.New(fault.TooLarge, "file.too_large")

// piece is the plain size of a sealed piece.
const piece = 64 << 10

// Store is a directory of sealed files.
type Store struct{ dir string }

// New uses the directory, made when first needed.
func New(dir string) *Store { return &Store{dir} }

// Ref is what a row keeps of its file.
type Ref struct {
	ID     id.ID
	Size   int64
	SHA256 []byte // of the plain content
}

func (s *Store) path(i id.ID) string {
	name := i.String()
	return filepath.Join(s.dir, name[len(name)-2:], name)
}

// Put seals r under the identifier, at most limit bytes. The file is on the
// disk when Put returns. Errors: ErrTooLarge, and r's own.
func (s *Store) Put(i id.ID, subject *crypt.Subject, r io.Reader, limit int64) (Ref, error) {
	target := s.path(i)
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return Ref{}, fmt.Errorf("blob: %w", err)
	}
	f, err := os.OpenFile(target+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return Ref{}, fmt.Errorf("blob: %w", err)
	}
	ref, err := sealInto(f, i, subject, r, limit)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return Ref{}, errors.Join(err, os.Remove(target+".part"))
	}
	if err := os.Rename(target+".part", target); err != nil {
		return Ref{}, fmt.Errorf("blob: %w", err)
	}
	return ref, nil
}

func sealInto(w io.Writer, i id.ID, subject *crypt.Subject, r io.Reader, limit int64) (Ref, error) {
	in, sum, ref := bufio.NewReaderSize(r, piece), sha256.New(), Ref{ID: i}
	buffer := make([]byte, piece)
	for n := 0; ; n++ {
		got, last, err := readPiece(in, buffer)
		if err != nil {
			return Ref{}, err
		}
		if ref.Size += int64(got); ref.Size > limit {
			return Ref{}, ErrTooLarge.With("limit_mb", limit>>20)
		}
		sum.Write(buffer[:got])
		sealed := subject.SealBytes(placeOf(i, n, last), buffer[:got])
		if _, err := w.Write(binary.BigEndian.AppendUint32(nil, uint32(len(sealed)))); err != nil {
			return Ref{}, err
		}
		if _, err := w.Write(sealed); err != nil {
			return Ref{}, err
		}
		if last {
			ref.SHA256 = sum.Sum(nil)
			return ref, nil
		}
	}
}

// readPiece fills the buffer as far as the source goes, and tells whether that
// was its end.
func readPiece(in *bufio.Reader, buffer []byte) (n int, last bool, err error) {
	n, err = io.ReadFull(in, buffer)
	if err == nil {
		_, err = in.Peek(1)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return n, true, nil
	}
	return n, false, err
}

func placeOf(i id.ID, n int, last bool) crypt.Place {
	return crypt.Place{Table: "blob", Column: fmt.Sprintf("%d %t", n, last), ID: i}
}

// Open reads a file back. Reading fails with crypt.ErrSealed where it was
// tampered with or cut off, and at the end when the content has another hash.
func (s *Store) Open(ref Ref, subject *crypt.Subject) (io.ReadCloser, error) {
	f, err := os.Open(s.path(ref.ID))
	if err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	return &reader{file: f, in: bufio.NewReaderSize(f, piece+64), ref: ref, subject: subject, sum: sha256.New()}, nil
}

// Remove deletes a file, or puts it aside while somebody holds the store; it need
// not be there.
func (s *Store) Remove(i id.ID) error {
	held, err := s.held()
	switch {
	case err != nil:
	case held:
		err = os.Rename(s.path(i), s.heldPath(i))
	default:
		err = os.Remove(s.path(i))
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("blob: %w", err)
	}
	return nil
}

type reader struct {
	file    *os.File
	in      *bufio.Reader
	ref     Ref
	subject *crypt.Subject
	sum     hash.Hash
	n       int
	plain   []byte
	ended   bool
}

func (r *reader) Close() error { return r.file.Close() }

func (r *reader) Read(p []byte) (int, error) {
	for len(r.plain) == 0 {
		if r.ended {
			return 0, io.EOF
		}
		if err := r.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.plain)
	r.plain = r.plain[n:]
	return n, nil
}

func (r *reader) next() error {
	var size [4]byte
	if _, err := io.ReadFull(r.in, size[:]); err != nil {
		return crypt.ErrSealed
	}
	n := binary.BigEndian.Uint32(size[:])
	if n > piece+64 {
		return crypt.ErrSealed
	}
	sealed := make([]byte, n)
	if _, err := io.ReadFull(r.in, sealed); err != nil {
		return crypt.ErrSealed
	}
	_, more := r.in.Peek(1)
	r.ended = more != nil
	plain, err := r.subject.OpenBytes(placeOf(r.ref.ID, r.n, r.ended), sealed)
	if err != nil {
		return err
	}
	r.n++
	r.sum.Write(plain)
	if r.ended && string(r.sum.Sum(nil)) != string(r.ref.SHA256) {
		return crypt.ErrSealed
	}
	r.plain = plain
	return nil
}
