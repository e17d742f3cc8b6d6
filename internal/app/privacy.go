package app

import (
	"context"
	"path/filepath"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
)

// buildPrivacy makes the module of personal information; who was erased is listed in the
// data directory and beside the backups, for either may be all that is left.
func (a *App) buildPrivacy() {
	lists := []string{a.Config.Path(privacy.ListName), filepath.Join(a.Config.BackupDir(), privacy.ListName)}
	a.Privacy = privacy.New(privacy.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Users: a.Access, Customers: a.Customers, Tasks: a.Tasks, Calendars: a.Calendars, Cursors: a.Cursors,
		Blobs: a.Blobs, Lists: lists, Text: catalogue.Text})
	a.Customers.AddFollower(a.Privacy)
	a.Calendars.AddFollower(a.Privacy)
	a.Privacy.RegisterJobs(a.Jobs)
}

// eraseAgain erases whom a restored backup brought back, before anybody is answered.
func (a *App) eraseAgain(ctx context.Context) error {
	again, strange, err := a.Privacy.EraseAgain(ctx)
	if again+strange > 0 {
		a.Log.WarnContext(ctx, "list of the erased", "erased_again", again, "not_genuine", strange)
	}
	return err
}
