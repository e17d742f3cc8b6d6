package db

import (
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
)

var (
	// ErrNotFound: no such row in the caller's scope.
	ErrNotFound = fault.New(fault.NotFound, "record.not_found")
	// ErrDuplicate: a unique key is taken. Stores turn it into a code of their own.
	ErrDuplicate = fault.New(fault.Conflict, "record.duplicate")
	// ErrReferenced: the row is used by others, or refers to one that is gone.
	ErrReferenced = fault.New(fault.Conflict, "record.referenced")
	// ErrStale: the row's version is no longer the one the caller saw.
	ErrStale = fault.New(fault.Stale, "record.stale")

	errSerialization = errors.New("db: serialisation failure")
)

// classify maps a driver's error to ours and keeps it as the cause.
func classify(err error) error {
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		return err
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case "23505":
			return ErrDuplicate.Wrap(err)
		case "23503":
			return ErrReferenced.Wrap(err)
		case "40001", "40P01":
			return errors.Join(errSerialization, err)
		}
		return err
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() {
		case lib.SQLITE_CONSTRAINT_UNIQUE, lib.SQLITE_CONSTRAINT_PRIMARYKEY, lib.SQLITE_CONSTRAINT_ROWID:
			return ErrDuplicate.Wrap(err)
		case lib.SQLITE_CONSTRAINT_FOREIGNKEY:
			return ErrReferenced.Wrap(err)
		}
		if lite.Code()&0xff == lib.SQLITE_BUSY {
			return errors.Join(errSerialization, err)
		}
	}
	return err
}
