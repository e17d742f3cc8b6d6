package db

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/infra/db/migration"
)

// Errors of loading.
var (
	// ErrNotEmpty: something is there already, and it will not be overwritten.
	ErrNotEmpty = errors.New("db: not empty")
	// ErrOtherEngine: what was copied from one engine cannot be loaded into the other.
	ErrOtherEngine = errors.New("db: copied from the other engine")
)

// Loader fills an empty place with the sections of a snapshot, in any order. What
// it does is not to be seen before Finish; Abort leaves the place empty again.
type Loader interface {
	Load(ctx context.Context, s Section, r io.Reader) error
	Finish(ctx context.Context) error
	Abort(ctx context.Context) error
}

// NewLoader makes a loader for a place that Open could open. Errors: ErrNotEmpty,
// ErrOtherEngine, ErrNewerSchema.
func NewLoader(ctx context.Context, place Config, c Contents) (Loader, error) {
	newest, err := newestMigration()
	if err != nil {
		return nil, err
	}
	if c.Schema > newest {
		return nil, fmt.Errorf("%w (schema %d, program %d)", ErrNewerSchema, c.Schema, newest)
	}
	engine := SQLite
	if place.File == "" {
		engine = PostgreSQL
	}
	switch {
	case c.Engine != engine:
		return nil, fmt.Errorf("%w: %s, not %s", ErrOtherEngine, c.Engine, engine)
	case engine == SQLite:
		return newLiteLoader(place.File)
	}
	return newPgLoader(ctx, place, c)
}

// newestMigration is the schema version of this program.
func newestMigration() (int64, error) {
	names, err := fs.Glob(migration.Files, "*.sql")
	if err != nil || len(names) == 0 {
		return 0, errors.Join(errors.New("db: no migrations"), err)
	}
	number, _, _ := strings.Cut(names[len(names)-1], "_")
	return strconv.ParseInt(number, 10, 64)
}
