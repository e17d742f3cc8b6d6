package db

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/zhiyin-power/zhiyin/internal/infra/db/migration"
)

// ErrNewerSchema: the database was migrated by a newer version of the program.
var ErrNewerSchema = errors.New("db: the database is newer than this program; install the newer version")

// Migrate brings the schema to this program's version. Several processes may
// call it at once. It refuses a database that is newer.
func (d *DB) Migrate(ctx context.Context) error {
	p, err := d.provider()
	if err != nil {
		return err
	}
	for {
		current, target, err := p.GetVersions(ctx)
		if err != nil {
			return fmt.Errorf("db: read schema version: %w", err)
		}
		if current > target {
			return fmt.Errorf("%w (schema %d, program %d)", ErrNewerSchema, current, target)
		}
		if _, err = p.Up(ctx); err == nil {
			return nil
		}
		// On SQLite a step fails that another process has made meanwhile.
		if now, verr := p.GetDBVersion(ctx); verr != nil || now == current {
			return fmt.Errorf("db: migrate: %w", err)
		}
	}
}

// Migrated tells whether the schema is exactly this program's.
func (d *DB) Migrated(ctx context.Context) (bool, error) {
	p, err := d.provider()
	if err != nil {
		return false, err
	}
	current, target, err := p.GetVersions(ctx)
	return err == nil && current == target, err
}

func (d *DB) provider() (*goose.Provider, error) {
	options := []goose.ProviderOption{goose.WithSlog(slog.New(slog.DiscardHandler))}
	dialect := goose.DialectSQLite3
	if d.dialect == PostgreSQL {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300)) // ask every second, for five minutes
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(dialect, d.engine.admin(), translatedFS{migration.Files, d.dialect}, options...)
}

// translatedFS gives the migrations in the dialect's words.
type translatedFS struct {
	embed.FS
	dialect Dialect
}

func (f translatedFS) Open(name string) (fs.File, error) {
	file, err := f.FS.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil || info.IsDir() {
		return file, err
	}
	raw, err := f.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return &translatedFile{bytes.NewReader([]byte(f.dialect.translate(string(raw)))), info}, nil
}

type translatedFile struct {
	*bytes.Reader
	info fs.FileInfo
}

func (f *translatedFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *translatedFile) Close() error               { return nil }
