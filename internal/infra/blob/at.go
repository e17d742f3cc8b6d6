package blob

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
)

// sealedPiece is a full piece on the disk: its length, then what crypt adds to
// the plain bytes (format, nonce, tag).
const sealedPiece = 4 + 1 + 12 + piece + 16

// At reads a file at any place. It is for one goroutine.
type At struct {
	file    *os.File
	ref     Ref
	subject *crypt.Subject
	number  int // of the piece in plain; -1 is none
	plain   []byte
}

// OpenAt opens a file for reading at any place, as archives are read. Each piece
// is checked when it is read; the hash of the whole is not.
func (s *Store) OpenAt(ref Ref, subject *crypt.Subject) (*At, error) {
	f, err := os.Open(s.path(ref.ID))
	if err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	return &At{file: f, ref: ref, subject: subject, number: -1}, nil
}

// Close closes the file.
func (a *At) Close() error { return a.file.Close() }

// ReadAt implements io.ReaderAt. Error: crypt.ErrSealed where the file was
// tampered with.
func (a *At) ReadAt(p []byte, off int64) (n int, err error) {
	for n < len(p) {
		if off >= a.ref.Size {
			return n, io.EOF
		}
		if err := a.load(int(off / piece)); err != nil {
			return n, err
		}
		got := copy(p[n:], a.plain[off%piece:])
		n, off = n+got, off+int64(got)
	}
	return n, nil
}

// load makes the piece the plain one.
func (a *At) load(number int) error {
	if number == a.number {
		return nil
	}
	last := number == int((a.ref.Size-1)/piece)
	sealed := make([]byte, sealedPiece)
	n, err := a.file.ReadAt(sealed, int64(number)*sealedPiece)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("blob: %w", err)
	}
	if n < 4 || int(binary.BigEndian.Uint32(sealed)) > n-4 {
		return crypt.ErrSealed
	}
	plain, err := a.subject.OpenBytes(placeOf(a.ref.ID, number, last), sealed[4:4+binary.BigEndian.Uint32(sealed)])
	if err != nil {
		return err
	}
	if want := min(a.ref.Size-int64(number)*piece, piece); int64(len(plain)) != want {
		return crypt.ErrSealed
	}
	a.number, a.plain = number, plain
	return nil
}
