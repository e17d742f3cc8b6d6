package db

import "context"

// MigrateTo brings the schema to what it was at a version.
func (d *DB) MigrateTo(ctx context.Context, version int64) error {
	p, err := d.provider()
	if err == nil {
		_, err = p.UpTo(ctx, version)
	}
	return err
}
