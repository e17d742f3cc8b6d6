package db

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// errPastInUse: somebody still reads a state of before.
var errPastInUse = errors.New("db: the past is still being read")

// ForgetPast removes what the files keep of rows that were deleted or changed: SQLite's
// log (deleted cells are zeroed already, see secure_delete), PostgreSQL's dead rows of
// the tables. Others work meanwhile. It fails while somebody reads the past; callers try
// again later.
func (d *DB) ForgetPast(ctx context.Context, tables ...string) error {
	if d.dialect == PostgreSQL {
		_, err := d.engine.admin().ExecContext(ctx, "VACUUM "+strings.Join(tables, ", "))
		if err != nil {
			return fmt.Errorf("db: %w", err)
		}
		return nil
	}
	var busy, logged, done int
	if err := d.engine.admin().QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &logged, &done); err != nil {
		return fmt.Errorf("db: %w", err)
	}
	if busy != 0 {
		return errPastInUse
	}
	return nil
}
