package app

import "github.com/zhiyin-power/zhiyin/internal/domain/portal"

// buildPortal makes the module of what customers do themselves.
func (a *App) buildPortal() {
	a.Portal = portal.New(portal.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Orgs: a.Orgs, Users: a.Access, Customers: a.Customers, Supply: a.Supply, Messages: a.Messages, Feedback: a.Feedback, Promises: a.Promises,
		Knowledge: a.Knowledge, Privacy: a.Privacy, Cursors: a.Cursors, Log: a.Log})
	a.Privacy.AddHolder(a.Portal)
	a.Feedback.SetGuide(a.Portal)
}
