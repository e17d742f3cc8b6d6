package db

import (
	"context"
	"io"
)

// Contents says what a snapshot holds.
type Contents struct {
	Engine    Dialect          `json:"engine"`
	Schema    int64            `json:"schema"` // version
	Sections  []Section        `json:"sections"`
	Sequences map[string]int64 `json:"sequences,omitempty"`
	Bytes     int64            `json:"bytes"` // as much as will be copied, about
}

// Section is what is copied in one go: a table on PostgreSQL, all pages on SQLite.
type Section struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns,omitempty"`
}

// Snapshot is the whole database as it stood at one moment: everything that was
// committed before Snapshot was called is in it, and of every transaction all or
// nothing. Writers go on meanwhile and are not waited for.
type Snapshot struct {
	Contents
	copy   func(ctx context.Context, p Section, w io.Writer) error
	counts func(ctx context.Context) (map[string]int64, error)
}

// Copy writes a section in the engine's own form, which a Loader reads.
func (s *Snapshot) Copy(ctx context.Context, p Section, w io.Writer) error { return s.copy(ctx, p, w) }

// Counts tells the rows of each table, once every section was copied.
func (s *Snapshot) Counts(ctx context.Context) (map[string]int64, error) { return s.counts(ctx) }

// Snapshot holds a snapshot while fn runs, on a connection of its own.
func (d *DB) Snapshot(ctx context.Context, fn func(s *Snapshot) error) error {
	return d.engine.snapshot(ctx, fn)
}

// Check has the engine look through its own storage for damage; nil is sound.
func (d *DB) Check(ctx context.Context) error { return d.engine.check(ctx) }
