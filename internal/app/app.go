// Package app builds everything and runs it. It is imported by commands and
// end-to-end tests only.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/semaphore"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/backup"
	"github.com/zhiyin-power/zhiyin/internal/domain/bulk"
	"github.com/zhiyin-power/zhiyin/internal/domain/calendar"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/dataimport"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/incident"
	"github.com/zhiyin-power/zhiyin/internal/domain/knowledge"
	"github.com/zhiyin-power/zhiyin/internal/domain/lookup"
	"github.com/zhiyin-power/zhiyin/internal/domain/message"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/outage"
	"github.com/zhiyin-power/zhiyin/internal/domain/portal"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/domain/promise"
	"github.com/zhiyin-power/zhiyin/internal/domain/proposal"
	"github.com/zhiyin-power/zhiyin/internal/domain/satisfaction"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/domain/survey"
	"github.com/zhiyin-power/zhiyin/internal/domain/target"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/domain/view"
	"github.com/zhiyin-power/zhiyin/internal/domain/webhook"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/config"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// Options are what differs between serving, commands and tests.
type Options struct {
	Logger       *slog.Logger  // nil: as the configuration says
	IDs          *id.Generator // nil: random
	PasswordCost access.Cost   // zero: access.DefaultCost
	FastTests    bool          // give up durability
	Master       crypt.Master  // nil: of the environment or the data directory
}

// App is the whole program but for the listener.
type App struct {
	Config  config.Config
	Log     *slog.Logger
	DB      *db.DB
	Keys    *crypt.Keyring
	Blobs   *blob.Store
	Jobs    *job.Queue
	Cursors *page.Signer
	Metrics *prometheus.Registry

	Orgs   *org.Service
	Audit  *audit.Log
	Access *access.Service
	Views  *view.Service
	Bulks  *bulk.Service
	Tasks  *task.Service

	Messages *message.Service
	Webhooks *webhook.Service

	Calendars *calendar.Service

	Auditing *audit.Service

	Backups *backup.Service

	Customers *customer.Service
	Privacy   *privacy.Service
	Proposals *proposal.Service
	Lookups   *lookup.Service
	Supply    *supply.Service
	Targets   *target.Service
	Import    *dataimport.Service
	Promises  *promise.Service
	Feedback  *feedback.Service
	Incidents *incident.Service
	Outages   *outage.Service
	Surveys   *survey.Service
	Knowledge *knowledge.Service

	Satisfaction *satisfaction.Service

	Portal *portal.Service

	home   homeCache
	master crypt.Master

	// searching is how many searches run at a time; the others wait in the order they
	// came. A search keeps a core busy: more at once finish no sooner, and the last of
	// them much later (of 8 the slowest hundredth took 35 ms instead of 24).
	searching *semaphore.Weighted
}

// New opens the database, brings it to this version's schema and builds the
// modules. Close ends what New began.
func New(ctx context.Context, c config.Config, o Options) (*App, error) {
	a := &App{Config: c, Log: o.Logger, Metrics: prometheus.NewRegistry(), searching: semaphore.NewWeighted(int64(runtime.GOMAXPROCS(0)) + 1)}
	if a.Log == nil {
		a.Log = c.Logger()
	}
	if o.PasswordCost == (access.Cost{}) {
		o.PasswordCost = access.DefaultCost
	}
	if err := a.openStorage(ctx, o); err != nil {
		return nil, err
	}
	a.build(o)
	if err := a.Access.InstallRoles(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) openStorage(ctx context.Context, o Options) error {
	if err := os.MkdirAll(a.Config.Data, 0o700); err != nil {
		return fmt.Errorf("data directory: %w", err)
	}
	if a.master = o.Master; a.master == nil {
		var err error
		if a.master, err = crypt.OpenMaster(a.Config.Path("keys"), a.Config.Cipher); err != nil {
			return err
		}
	}
	var err error
	if a.DB, err = db.Open(ctx, a.place(o)); err != nil {
		return err
	}
	if err = a.DB.Migrate(ctx); err == nil {
		a.Keys, err = crypt.Open(ctx, a.master, a.Config.Cipher, a.DB)
	}
	if err == nil {
		err = a.sealRest(ctx)
	}
	if err != nil {
		return errors.Join(err, a.DB.Close())
	}
	return nil
}

// sealRest seals what migrations have put aside, and has the database forget what stood
// in clear. That may have to wait for who still reads the past: then pages are overwritten
// as they are used again.
func (a *App) sealRest(ctx context.Context) error {
	tables, err := a.Keys.SealRest(ctx, a.DB)
	if err != nil || len(tables) == 0 {
		return err
	}
	if err := a.DB.ForgetPast(ctx, append(tables, "unsealed", "job")...); err != nil {
		a.Log.WarnContext(ctx, "sealed columns: what stood in clear is not overwritten yet", "error", err)
	}
	return nil
}

// place is where the database stands.
func (a *App) place(o Options) db.Config {
	c := db.Config{DSN: a.Config.DSN, Clock: a.Config.Now, IDs: o.IDs, Logger: a.Log, Group: a.Config.Group, FastTests: o.FastTests}
	if c.DSN == "" {
		c.File = a.Config.Path("zhiyin.db")
	}
	return c
}

// build makes the modules, earlier ones first.
func (a *App) build(o Options) {
	a.Blobs = blob.New(a.Config.Path("files"))
	a.Jobs = job.New(a.DB, a.Log)
	a.Cursors = page.NewSigner(a.Keys.Derive("cursor"))
	a.Orgs = org.New(a.DB)
	a.Audit = audit.New(a.DB, a.Keys)
	a.Access = access.New(a.DB, a.Keys, a.Orgs, a.Audit, o.PasswordCost)
	a.Views = view.New(view.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Users: a.Access})
	a.Tasks = task.NewService(task.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Users: a.Access, Cursors: a.Cursors, Text: catalogue.Text})
	a.Calendars = calendar.New(calendar.Deps{DB: a.DB, Audit: a.Audit, Orgs: a.Orgs, Users: a.Access, Tasks: a.Tasks, Jobs: a.Jobs})
	a.Calendars.RegisterJobs()
	a.Backups = backup.New(a.backupDeps(o))
	a.Backups.RegisterJobs(a.Jobs)
	a.Customers = customer.New(customer.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Orgs: a.Orgs, Users: a.Access, Tasks: a.Tasks, Cursors: a.Cursors, Blobs: a.Blobs, Text: catalogue.Text})
	a.Proposals = proposal.New(proposal.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Users: a.Access, Tasks: a.Tasks, Customers: a.Customers, Cursors: a.Cursors})
	a.Lookups = lookup.New(lookup.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Users: a.Access, Tasks: a.Tasks, Calendars: a.Calendars, Customers: a.Customers, Jobs: a.Jobs, Cursors: a.Cursors, Text: catalogue.Text})
	a.Lookups.RegisterJobs()
	a.Calendars.AddFollower(a.Lookups)
	a.Customers.SetReleases(a.Lookups)
	a.Customers.SetLimits(a.Lookups)
	a.Supply = supply.New(supply.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Orgs: a.Orgs, Users: a.Access, Customers: a.Customers, Cursors: a.Cursors, Text: catalogue.Text})
	a.Customers.SetSearchParts(a.Supply)
	a.Customers.AddFollower(a.Supply)
	a.Customers.RegisterJobs(a.Jobs)
	a.buildPrivacy()
	a.Targets = target.New(target.Deps{DB: a.DB, Audit: a.Audit, Users: a.Access, Sales: a.Supply})
	a.Import = dataimport.New(dataimport.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Orgs: a.Orgs, Jobs: a.Jobs, Blobs: a.Blobs, Cursors: a.Cursors,
		Customers: a.Customers, Supply: a.Supply, Text: catalogue.Text})
	a.Import.RegisterJobs(a.Jobs)
	a.buildMessages()
	a.Knowledge = knowledge.New(knowledge.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Orgs: a.Orgs, Users: a.Access, Tasks: a.Tasks, Cursors: a.Cursors})
	a.Privacy.AddHolder(a.Proposals)
	a.Privacy.AddHolder(a.Lookups)
	a.Privacy.AddHolder(a.Supply)
	a.Privacy.AddHolder(a.Import)
	a.buildFeedback()
	a.buildBulk()
	a.Surveys = survey.New(a.DB, a.Keys, a.Blobs, a.Jobs, a.Audit, a.Cursors)
	a.Surveys.RegisterJobs(a.Jobs)
	a.Satisfaction = satisfaction.New(a.DB, a.Keys, a.Blobs, a.Jobs, a.Audit, a.Cursors, a.Orgs, a.Surveys, Version)
	a.Satisfaction.RegisterJobs(a.Jobs)
	a.buildPortal()
	a.buildAudit()
	a.wireAccess()
}

// System puts a caller who may do everything into the context, for commands.
func (a *App) System(ctx context.Context, name string) (context.Context, error) {
	t, err := a.Orgs.Tree(ctx)
	if err != nil {
		return nil, err
	}
	return access.WithCaller(ctx, access.System(t, name)), nil
}

// Close closes the database.
func (a *App) Close() error { return a.DB.Close() }
