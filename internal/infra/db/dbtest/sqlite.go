package dbtest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"

	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// migratedFile is what a migrated SQLite database holds. Copying it costs a
// fraction of migrating anew.
var migratedFile = sync.OnceValues(func() (raw []byte, err error) {
	dir, err := os.MkdirTemp("", "zhiyin-dbtest-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "zhiyin.db")
	d, err := db.Open(context.Background(), db.Config{File: file, FastTests: true})
	if err != nil {
		return nil, err
	}
	if err := errors.Join(d.Migrate(context.Background()), d.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})
