package app

import (
	"context"
	"errors"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/incident"
	"github.com/zhiyin-power/zhiyin/internal/domain/outage"
	"github.com/zhiyin-power/zhiyin/internal/domain/promise"
)

// buildFeedback makes the modules of promises, cases, service incidents and outages.
func (a *App) buildFeedback() {
	a.Promises = promise.New(promise.Deps{Publish: a.Webhooks.PublishTx, DB: a.DB, Audit: a.Audit, Orgs: a.Orgs, Users: a.Access, Tasks: a.Tasks, Calendars: a.Calendars, Customers: a.Customers,
		Cursors: a.Cursors, Text: catalogue.Text})
	a.Customers.AddFollower(a.Promises)
	a.Calendars.AddFollower(a.Promises)
	a.Privacy.AddHolder(a.Promises)
	a.Feedback = feedback.New(feedback.Deps{Publish: a.Webhooks.PublishTx, DB: a.DB, Keys: a.Keys, Audit: a.Audit, Orgs: a.Orgs, Users: a.Access, Tasks: a.Tasks, Calendars: a.Calendars, Customers: a.Customers, Lookups: a.Lookups, Supply: a.Supply, Knowledge: a.Knowledge, Messages: a.Messages,
		Blobs: a.Blobs, Cursors: a.Cursors, Text: catalogue.Text})
	a.Customers.AddFollower(a.Feedback)
	a.Calendars.AddFollower(a.Feedback)
	a.Privacy.AddHolder(a.Feedback)
	a.Lookups.SetCases(a.Feedback)
	a.Promises.SetCases(a.Feedback)
	a.Feedback.AddFollower(a.Promises)
	a.Incidents = incident.New(incident.Deps{DB: a.DB, Audit: a.Audit, Orgs: a.Orgs, Users: a.Access, Tasks: a.Tasks, Customers: a.Customers, Cases: a.Feedback, Cursors: a.Cursors, Text: catalogue.Text})
	a.Feedback.AddFollower(a.Incidents)
	a.Customers.AddFollower(a.Incidents)
	a.Privacy.AddHolder(a.Incidents)
	a.Outages = outage.New(outage.Deps{DB: a.DB, Audit: a.Audit, Orgs: a.Orgs, Users: a.Access, Tasks: a.Tasks, Customers: a.Customers, Supply: a.Supply, Promises: a.Promises, Feedback: a.Feedback,
		Messages: a.Messages, Jobs: a.Jobs, Cursors: a.Cursors, Text: catalogue.Text})
	a.Outages.RegisterJobs()
}

// warnEvery is how soon people are told of what is due: limits may be minutes.
const warnEvery = 15 * time.Second

// keepCases tells people of cases, promises and incidents that are due soon or overdue, until ctx ends.
func (a *App) keepCases(ctx context.Context) {
	a.every(ctx, warnEvery, func() error {
		return errors.Join(a.Feedback.Warn(ctx), a.Feedback.TellDigests(ctx), a.Promises.Remind(ctx), a.Incidents.Warn(ctx))
	})
}
