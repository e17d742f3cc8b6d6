package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/demo"
	"github.com/zhiyin-power/zhiyin/internal/infra/config"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Options are what every benchmark over data takes.
type Options struct {
	Engine    db.Dialect
	DSN       string // server for PostgreSQL; a database is made in it and dropped
	Customers int
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
	world *demo.World
	o     Options
	clean []func() error
}

// open makes the data and starts the server on them.
func open(ctx context.Context, o Options) (s *site, err error) {
	s = &site{o: o, world: demo.NewWorld(o.Seed, now)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	dir, err := os.MkdirTemp("", "zhiyin-bench-")
	if err != nil {
		return s, err
	}
	s.clean = append(s.clean, func() error { return os.RemoveAll(dir) })
	c := config.Config{Data: dir, Now: when.Fixed(now), Workers: 1}
	if o.Engine == db.PostgreSQL {
		if c.DSN, err = s.scratch(ctx); err != nil {
			return s, err
		}
	}
	began := time.Now()
	if err := demo.Build(ctx, c, demo.Options{Seed: o.Seed, Customers: o.Customers}); err != nil {
		return s, err
	}
	took := time.Since(began)
	o.Log("%s: %d customers made in %.0f s (%.0f a second)", o.Engine, o.Customers, took.Seconds(), float64(o.Customers)/took.Seconds())
	if c.DSN != "" {
		if err := settle(ctx, c.DSN); err != nil {
			return s, err
		}
	}
	s.server, err = startServer(ctx, dir, c.DSN)
	return s, err
}

// scratch makes a database of its own in the server.
func (s *site) scratch(ctx context.Context) (dsn string, err error) {
	u, err := url.Parse(s.o.DSN)
	if err != nil || s.o.DSN == "" {
		return "", errors.New("bench: --engine postgres needs --dsn, a URL of a server in which databases may be made")
	}
	name := fmt.Sprintf("zhiyin_bench_%08x", rand.Uint32())
	if err := administer(ctx, s.o.DSN, createDatabase, name); err != nil {
		return "", err
	}
	s.clean = append(s.clean, func() error { return administer(context.WithoutCancel(ctx), s.o.DSN, dropDatabase, name) })
	u.Path = "/" + name
	return u.String(), nil
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
