// Package id makes and carries identifiers: UUID version 7 (RFC 9562 §5.7),
// which sort by the time they were made. PostgreSQL keeps them as uuid, SQLite
// as a 16-byte BLOB, JSON as text.
package id

import (
	"bytes"
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"io"
	"sync"

	"github.com/google/uuid"
)

// ID is a UUID. The zero ID means "none" and is stored as NULL.
type ID uuid.UUID

// Parse reads the 36-character form.
func Parse(s string) (ID, error) {
	if len(s) != 36 {
		return ID{}, fmt.Errorf("id: %d characters, want 36", len(s))
	}
	u, err := uuid.Parse(s)
	return ID(u), err
}

// MustParse is Parse for constants and tests.
func MustParse(s string) ID { return ID(uuid.MustParse(s)) }

// IsZero tells whether there is no identifier.
func (i ID) IsZero() bool { return i == ID{} }

// Compare orders by time of making, then bytewise.
func (i ID) Compare(other ID) int { return bytes.Compare(i[:], other[:]) }

func (i ID) String() string {
	if i.IsZero() {
		return ""
	}
	return uuid.UUID(i).String()
}

// MarshalText writes the 36-character form, or nothing for the zero ID.
func (i ID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (i *ID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*i = ID{}
		return nil
	}
	p, err := Parse(string(b))
	*i = p
	return err
}

// Value implements driver.Valuer for SQLite; pgx encodes the array itself.
func (i ID) Value() (driver.Value, error) {
	if i.IsZero() {
		return nil, nil
	}
	return i[:], nil
}

// Scan implements sql.Scanner for both engines.
func (i *ID) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*i = ID{}
		return nil
	case []byte:
		if len(v) == 16 {
			copy(i[:], v)
			return nil
		}
		return i.UnmarshalText(v)
	case string:
		return i.UnmarshalText([]byte(v))
	}
	return fmt.Errorf("id: cannot scan %T", src)
}

// Generator makes identifiers. Those of one generator rise strictly, also
// within a millisecond: the 12 bits after the version count (RFC 9562 §6.2,
// method 1). It is safe for concurrent use.
type Generator struct {
	mu      sync.Mutex
	entropy io.Reader
	last    uint64 // milliseconds<<12 | counter
}

// NewGenerator reads its random bits from entropy: crypto/rand.Reader in
// production, a seeded source where the same seed must give the same data.
func NewGenerator(entropy io.Reader) *Generator { return &Generator{entropy: entropy} }

// New makes an identifier for the instant, in microseconds since 1970 UTC.
func (g *Generator) New(micros int64) ID {
	g.mu.Lock()
	defer g.mu.Unlock()
	stamp := uint64(micros/1000) << 12
	if stamp <= g.last {
		stamp = g.last + 1
	}
	g.last = stamp
	var i ID
	binary.BigEndian.PutUint64(i[:8], stamp>>12<<16|0x7000|stamp&0xfff)
	if _, err := io.ReadFull(g.entropy, i[8:]); err != nil {
		panic("id: no entropy: " + err.Error())
	}
	i[8] = i[8]&0x3f | 0x80
	return i
}
