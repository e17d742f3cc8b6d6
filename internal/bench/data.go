package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/demo"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/config"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Options are what every benchmark over data takes.
type Options struct {
	Engine    db.Dialect
	DSN       string // server for PostgreSQL; a database is made in it and dropped
	Data      string // directory in which data are kept for the next run; "": none are
	Customers int
	Cases     int // imported besides, for the benchmark of cases
	Requests  int // per case
	Clients   int // connections at once
	Seed      uint64
	Log       func(format string, args ...any)
}

// now is the clock the data are made by: fixed, so that the seed tells all.
var now = when.At(time.Date(2026, 6, 1, 9, 0, 0, 0, when.Zone))

// site is a company filled for a benchmark and the server over it.
type site struct {
	*server
	world  *demo.World
	o      Options
	config config.Config
	clean  []func() error
}

// open makes the data, or finds them kept, and starts the server on them.
func open(ctx context.Context, o Options) (s *site, err error) {
	s = &site{o: o, world: demo.NewWorld(o.Seed, now)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	name := fmt.Sprintf("%s_%d_%d", o.Engine, o.Customers, o.Seed)
	if o.Cases > 0 {
		name += fmt.Sprintf("_%d", o.Cases)
	}
	if err := s.place(ctx, name); err != nil {
		return s, err
	}
	if !s.filled() {
		if err := s.fill(ctx); err != nil {
			return s, err
		}
	}
	s.server, err = startServer(ctx, s.config.Data, s.config.DSN)
	return s, err
}

// place says where the data stand: by their name where the options keep them,
// else in places of their own that are removed.
func (s *site) place(ctx context.Context, name string) (err error) {
	s.config = config.Config{Now: when.Fixed(now), LogLevel: slog.LevelWarn}
	kept := s.o.Data != ""
	if kept {
		s.config.Data = filepath.Join(s.o.Data, name)
		err = os.MkdirAll(s.config.Data, 0o700)
	} else {
		name = fmt.Sprintf("%08x", rand.Uint32())
		s.config.Data, err = os.MkdirTemp("", "zhiyin-bench-")
		s.clean = append(s.clean, func() error { return os.RemoveAll(s.config.Data) })
	}
	if err != nil || s.o.Engine == db.SQLite {
		return err
	}
	return s.database(ctx, "zhiyin_bench_"+name, kept)
}

// database names the database in the server and makes it unless it is there.
func (s *site) database(ctx context.Context, name string, kept bool) error {
	u, err := url.Parse(s.o.DSN)
	if err != nil || s.o.DSN == "" {
		return errors.New("bench: --engine postgres needs --dsn, a URL of a server in which databases may be made")
	}
	u.Path = "/" + name
	s.config.DSN = u.String()
	if kept && s.filled() {
		return nil
	}
	if err := administer(ctx, s.o.DSN, dropDatabase, name); err != nil {
		return err
	}
	if !kept {
		s.clean = append(s.clean, func() error { return administer(context.WithoutCancel(ctx), s.o.DSN, dropDatabase, name) })
	}
	return administer(ctx, s.o.DSN, createDatabase, name)
}

// filledMark is written when the data are whole.
const filledMark = "bench-filled"

func (s *site) filled() bool {
	_, err := os.Stat(s.config.Path(filledMark))
	return err == nil || s.o.Cases == 0 && demo.Ready(s.config.Data)
}

// fill makes the data. The users' passwords cost little: no login is measured.
func (s *site) fill(ctx context.Context) error {
	watch, err := newMeter(ctx, os.Getpid(), s.config.DSN)
	if err != nil {
		return err
	}
	before, err := watch.cpu()
	if err != nil {
		return err
	}
	began := time.Now()
	o := demo.Options{Seed: s.o.Seed, Customers: s.o.Customers, PasswordCost: access.Cost{MemoryKiB: 8, Passes: 1}}
	if err := demo.Build(ctx, s.config, o); err != nil {
		return err
	}
	if s.o.Cases > 0 {
		if err := s.fillCases(ctx); err != nil {
			return err
		}
	}
	if s.config.DSN != "" {
		if err := settle(ctx, s.config.DSN); err != nil {
			return err
		}
	}
	took := time.Since(began)
	after, err := watch.cpu()
	if err != nil {
		return err
	}
	peak, err := watch.peakMB()
	s.o.Log("%s: %d customers made in %.0f s (%.0f a second, %.3f ms of CPU each), at most %.0f MB", s.o.Engine, s.o.Customers, took.Seconds(),
		float64(s.o.Customers)/took.Seconds(), (after-before).Seconds()*1000/float64(s.o.Customers), peak)
	return errors.Join(err, os.WriteFile(s.config.Path(filledMark), nil, 0o600))
}

// close stops the server and removes the data, last made first.
func (s *site) close() (err error) {
	if s.server != nil {
		err = s.stop()
	}
	for i := len(s.clean) - 1; i >= 0; i-- {
		err = errors.Join(err, s.clean[i]())
	}
	return err
}

// client signs in a demo user.
func (s *site) client(ctx context.Context, login string) (*client, error) {
	return newClient(ctx, s.url, login, demo.Password, s.o.Clients)
}

// measure prints one case.
func (s *site) measure(ctx context.Context, p *Printer, c *client, bench, name string, make func(i int) request) error {
	r, err := load(ctx, s.server, c, Result{Bench: bench, Engine: string(s.o.Engine), Case: name}, s.o.Requests, s.o.Clients, make)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return p.Print(r)
}

// any draws a customer of a company for request i, always the same.
func (s *site) any(company, i int) demo.Customer {
	share := (s.o.Customers + len(demo.Companies()) - 1) / len(demo.Companies())
	r := rand.New(rand.NewPCG(s.o.Seed, uint64(i)))
	return s.world.Customer(company, r.IntN(share))
}
