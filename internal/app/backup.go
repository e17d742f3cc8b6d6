package app

import (
	"context"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/domain/backup"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
)

func (a *App) backupDeps(o Options) backup.Deps {
	fresh := func() (*crypt.Keyring, error) { return crypt.Under(a.master, a.Config.Cipher), nil }
	return backup.Deps{DB: a.DB, Place: a.place(o), Files: a.Blobs, Keys: a.Keys, Fresh: fresh, KeyDir: a.Config.Path("keys"), Dir: a.Config.BackupDir(),
		Scratch: a.Config.Data, Program: Version, Audit: a.Audit, Orgs: a.Orgs, Jobs: a.Jobs, Cursors: a.Cursors, Text: catalogue.Text}
}

// backupsEvery is how often the schedule of backups is looked at.
const backupsEvery = time.Minute

// keepBackups begins the backups that are due, until ctx ends.
func (a *App) keepBackups(ctx context.Context) {
	ticker := time.NewTicker(backupsEvery)
	defer ticker.Stop()
	for {
		if err := a.Backups.Due(ctx); err != nil && ctx.Err() == nil {
			a.Log.ErrorContext(ctx, "schedule of backups", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
