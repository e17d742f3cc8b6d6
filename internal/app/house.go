package app

import (
	"context"
	"errors"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/search"
)

const (
	// houseEvery is how often what is no longer kept is removed.
	houseEvery = time.Hour
	// overEvery is how soon it is put down that the time of something is over.
	overEvery = time.Minute
	// tidyEvery is how often the search index is tidied.
	tidyEvery = time.Minute
)

// keepHouse removes what is no longer kept and reminds of what is about to end,
// until ctx ends.
func (a *App) keepHouse(ctx context.Context) {
	a.every(ctx, houseEvery, func() error {
		return errors.Join(a.DB.Write(ctx, (*db.Tx).ForgetOnce), a.Access.WarnEnding(ctx), a.Calendars.Keep(ctx), a.Knowledge.Keep(ctx), a.Portal.Keep(ctx), a.Webhooks.Keep(ctx))
	})
}

// keepTime puts down what time has ended, until ctx ends.
func (a *App) keepTime(ctx context.Context) {
	a.every(ctx, overEvery, func() error { return a.Access.EndOver(ctx) })
}

// keepSearch joins what many writes left in the search index, until ctx ends.
func (a *App) keepSearch(ctx context.Context) {
	a.every(ctx, tidyEvery, func() (err error) {
		for more := true; more && err == nil && ctx.Err() == nil; {
			err = a.DB.Write(ctx, func(tx *db.Tx) error {
				more, err = search.TidyTx(tx)
				return err
			})
		}
		return err
	})
}

func (a *App) every(ctx context.Context, pause time.Duration, do func() error) {
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for {
		if err := do(); err != nil && ctx.Err() == nil {
			a.Log.ErrorContext(ctx, "housekeeping", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
