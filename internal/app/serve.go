package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/portal"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/web"
)

// Version is set when the program is built.
var Version = "dev"

// API registers the operations of all modules.
func (a *App) API() *rest.API {
	api := rest.New(rest.Config{Version: Version, Logger: a.Log, Authenticate: a.authenticate, Customer: a.Portal.Authenticate, Answered: a.Customers.Looked, Text: catalogue.Text,
		Account: accountOf, AccountRate: a.Config.AccountRate, AddressRate: a.Config.AddressRate})
	a.Orgs.Routes(api)
	a.Access.Routes(api, a.Cursors)
	a.Views.Routes(api)
	a.Messages.Routes(api)
	a.Webhooks.Routes(api)
	a.Tasks.Routes(api)
	a.Calendars.Routes(api)
	a.Backups.Routes(api)
	a.Customers.Routes(api)
	a.Privacy.Routes(api)
	a.Proposals.Routes(api)
	a.Lookups.Routes(api)
	a.Supply.Routes(api)
	a.Targets.Routes(api)
	a.Import.Routes(api)
	a.Promises.Routes(api)
	a.Feedback.Routes(api)
	a.Incidents.Routes(api)
	a.bulkRoutes(api)
	a.Outages.Routes(api)
	a.Knowledge.Routes(api)
	a.Surveys.Routes(api)
	a.Satisfaction.Routes(api)
	a.Portal.Routes(api)
	a.Auditing.Routes(api)
	a.searchRoutes(api)
	a.homeRoutes(api)
	a.jobRoutes(api)
	return api
}

// authenticate finds the caller and what is open for him.
func (a *App) authenticate(r *http.Request) (context.Context, error) {
	ctx, err := a.Access.Authenticate(r)
	if err != nil {
		return ctx, err
	}
	return a.Customers.Admit(ctx)
}

// accountOf is whose requests are counted together: a user's, or those of a customer's session.
func accountOf(ctx context.Context) id.ID {
	if v := portal.VisitorOf(ctx); v != nil {
		return v.SessionID
	}
	return access.CallerOf(ctx).UserID
}

// Handler serves the API, the web interface, health and metrics.
func (a *App) Handler() http.Handler {
	a.Metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	api, mux := a.API(), http.NewServeMux()
	mux.Handle("/api/", api.Handler())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", a.ready)
	mux.Handle("GET /metrics", within(a.Config.MetricsFrom, promhttp.HandlerFor(a.Metrics, promhttp.HandlerOpts{})))
	if dist, ok := web.Dist(); ok {
		mux.Handle("/", spa(dist)) // "GET /" would conflict with "/api/"
	}
	// Other sites' pages must not act with the user's session.
	sameOrigin := http.NewCrossOriginProtection()
	sameOrigin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		api.WriteProblem(w, r, rest.ErrCrossOrigin)
	}))
	return rest.WithPeer(a.Config.Proxies, rest.Observe(a.Log, a.Metrics, secured(gzhttp.GzipHandler(sameOrigin.Handler(mux)))))
}

// ready tells whether the data are usable: the database answers, its schema is this
// program's, and the master key is there.
func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	migrated, err := a.DB.Migrated(ctx)
	if err == nil && migrated {
		err = a.Keys.Check(ctx, a.DB)
	}
	if err != nil || !migrated {
		a.Log.WarnContext(ctx, "not ready", "migrated", migrated, "error", err)
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready")
}

// stopWithin is how long running requests and jobs may take to end.
const stopWithin = 20 * time.Second

// Serve answers on the listener and runs jobs until ctx ends, then stops
// gracefully: no new requests, running ones finish, jobs go back to the queue.
func (a *App) Serve(ctx context.Context, l net.Listener) error {
	s := &http.Server{Handler: a.Handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	if a.Config.TLSCert != "" {
		tc, err := tlsConfig(a.Config.TLSCert, a.Config.TLSKey)
		if err != nil {
			return err
		}
		tc.NextProtos = []string{"h2", "http/1.1"}
		l = tls.NewListener(l, tc)
	}
	if err := a.eraseAgain(ctx); err != nil {
		return err
	}
	jobs, stopJobs := context.WithCancel(context.WithoutCancel(ctx))
	defer stopJobs()
	a.Jobs.Start(jobs, a.Config.Workers)
	var house sync.WaitGroup
	house.Go(func() { a.keepHouse(jobs) })
	house.Go(func() { a.keepTime(jobs) })
	house.Go(func() { a.keepCases(jobs) })
	house.Go(func() { a.keepSearch(jobs) })
	house.Go(func() { a.keepBackups(jobs) })
	house.Go(func() { a.Messages.Run(jobs) })
	house.Go(func() { a.Webhooks.Run(jobs) })
	house.Go(func() { a.Portal.Run(jobs) })
	house.Go(func() { audit.NewSealer(a.Audit, a.Log, a.Metrics).Run(jobs) })
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	go debug.FreeOSMemory() // building the program left much behind that serving it does not need
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	a.Log.Info("stopping")
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	err := s.Shutdown(grace)
	stopJobs()
	a.Jobs.Wait()
	house.Wait()
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
