package backup

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// format is the version of the file's form.
const format = 1

// Manifest says what a backup holds.
type Manifest struct {
	Format     int          `json:"format"`
	Program    string       `json:"program"`
	SnapshotAt when.Instant `json:"snapshot_at"`
	Master     string       `json:"master"` // fingerprint of the newest generation of the master key
	db.Contents
}

// Trailer holds the sums of what stands before it.
type Trailer struct {
	Sections map[string]Sum   `json:"sections"`
	Rows     map[string]int64 `json:"rows"` // of each table
	Files    Sum              `json:"files"`
}

// Sum is how much there was, and its SHA-256.
type Sum struct {
	Bytes  int64  `json:"bytes"`
	Count  int64  `json:"count,omitempty"` // of files
	SHA256 string `json:"sha256"`
}

// TotalRows is the number of rows of all tables.
func (t Trailer) TotalRows() (n int64) {
	for _, rows := range t.Rows {
		n += rows
	}
	return n
}

// TotalBytes is what was copied, before compression.
func (t Trailer) TotalBytes() int64 {
	n := t.Files.Bytes
	for _, s := range t.Sections {
		n += s.Bytes
	}
	return n
}

// summer sums what is written to it.
type summer struct {
	hash  hash.Hash
	bytes int64
}

func newSummer() *summer { return &summer{hash: sha256.New()} }

func (s *summer) Write(p []byte) (int, error) {
	s.bytes += int64(len(p))
	return s.hash.Write(p)
}

func (s *summer) sum() Sum {
	return Sum{Bytes: s.bytes, SHA256: hex.EncodeToString(s.hash.Sum(nil))}
}

// fileSummer sums files by name, size and content, in the order of their names.
type fileSummer struct {
	all   hash.Hash
	bytes int64
	count int64
}

func newFileSummer() *fileSummer { return &fileSummer{all: sha256.New()} }

func (s *fileSummer) add(name id.ID, content Sum) {
	fmt.Fprintf(s.all, "%s %d %s\n", name, content.Bytes, content.SHA256)
	s.bytes += content.Bytes
	s.count++
}

func (s *fileSummer) sum() Sum {
	return Sum{Bytes: s.bytes, Count: s.count, SHA256: hex.EncodeToString(s.all.Sum(nil))}
}
