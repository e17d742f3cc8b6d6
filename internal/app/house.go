package app

import (
	"context"
	"errors"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// houseEvery is how often what is no longer kept is removed.
const houseEvery = time.Hour

// keepHouse removes what is no longer kept and reminds of what is about to end,
// until ctx ends.
func (a *App) keepHouse(ctx context.Context) {
	ticker := time.NewTicker(houseEvery)
	defer ticker.Stop()
	for {
		if err := errors.Join(a.DB.Write(ctx, (*db.Tx).ForgetOnce), a.Access.WarnEnding(ctx), a.Calendars.Keep(ctx)); err != nil && ctx.Err() == nil {
			a.Log.ErrorContext(ctx, "housekeeping", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
