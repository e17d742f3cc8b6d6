package app

import (
	"context"
	"errors"
	"os"

	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/config"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// VerifyAudit walks the audit log at a place as it is: unlike New it makes and
// migrates nothing. Errors: audit.ErrNoData, audit.ErrOtherSchema.
func VerifyAudit(ctx context.Context, c config.Config, in audit.VerifyInput) (r audit.Report, err error) {
	dc := db.Config{DSN: c.DSN, Clock: c.Now, Logger: c.Logger()}
	needed := []string{}
	if place, has := crypt.HasMaster(c.Path("keys")); !has {
		needed = append(needed, place)
	}
	if dc.DSN == "" {
		dc.File = c.Path("zhiyin.db")
		needed = append(needed, dc.File)
	}
	for _, file := range needed {
		if _, err := os.Stat(file); err != nil {
			return r, audit.ErrNoData.With("file", file).Wrap(err)
		}
	}
	master, err := crypt.OpenMaster(c.Path("keys"), c.Cipher)
	if err != nil {
		return r, err
	}
	d, err := db.Open(ctx, dc)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	migrated, err := d.Migrated(ctx)
	if err == nil && !migrated {
		err = audit.ErrOtherSchema
	}
	if err != nil {
		return r, err
	}
	return audit.New(d, crypt.Under(master, c.Cipher)).Verify(ctx, in)
}
