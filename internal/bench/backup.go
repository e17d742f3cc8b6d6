package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Backup measures backups made by the server: alone, and beside readers, whose
// latency is measured without and with it in the same run; then proving one, and
// restoring it by the command. Rates are MB of what was copied, before compression,
// a second; n is these MB.
func Backup(ctx context.Context, p *Printer, o Options) (err error) {
	s, err := open(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	s.clean = append(s.clean, func() error { return os.RemoveAll(filepath.Join(s.config.Data, "backups")) })
	admin, err := s.client(ctx, "admin")
	if err != nil {
		return err
	}
	b := &backups{s, p, admin}
	alone, err := b.make(ctx, "back up, nobody else")
	if err != nil {
		return err
	}
	if err := b.besideReaders(ctx); err != nil {
		return err
	}
	if err := b.prove(ctx, alone); err != nil {
		return err
	}
	return b.restore(ctx, alone)
}

type backups struct {
	*site
	print *Printer
	admin *client
}

// made is a backup as the API tells of it.
type made struct {
	ID    string `json:"id"`
	State string `json:"state"`
	Proof string `json:"proof"`
	File  string `json:"file"`
	Bytes int64  `json:"content_bytes"`
	Size  int64  `json:"size"`
	Error string `json:"error_text"`

	Version int64 `json:"version"`
}

// await asks until the newest backup is as wanted.
func (b *backups) await(ctx context.Context, is func(m made) bool) (m made, err error) {
	for {
		var list struct {
			Items []made `json:"items"`
		}
		if err := b.admin.do(ctx, request{method: "GET", path: "/api/v1/backups?limit=20", out: &list}); err != nil {
			return m, err
		}
		for _, m := range list.Items {
			switch {
			case m.State == "failed":
				return m, fmt.Errorf("bench: the backup failed: %s", m.Error)
			case is(m):
				return m, nil
			}
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return m, err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// work prints the rate of what fn does with so many bytes.
func (b *backups) work(name string, fn func() (bytes int64, err error)) error {
	before, err := b.meter.cpu()
	if err != nil {
		return err
	}
	began := time.Now()
	bytes, err := fn()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	took := time.Since(began)
	after, err := b.meter.cpu()
	if err != nil {
		return err
	}
	mb := float64(bytes) / 1e6
	r := Result{Bench: "backup", Engine: string(b.o.Engine), Case: name + ", MB", N: int(mb), Rate: mb / took.Seconds(), CPU: (after - before).Seconds() * 1000 / mb}
	if r.PeakMB, err = b.meter.peakMB(); err != nil {
		return err
	}
	return b.print.Print(r)
}

func (b *backups) make(ctx context.Context, name string) (m made, err error) {
	err = b.work(name, func() (int64, error) {
		var begun made
		if err := b.admin.do(ctx, request{method: "POST", path: "/api/v1/backups", out: &begun}); err != nil {
			return 0, err
		}
		m, err = b.await(ctx, func(m made) bool { return m.ID == begun.ID && m.State == "done" })
		return m.Bytes, err
	})
	b.o.Log("%s: %.0f MB in a file of %.0f MB", b.o.Engine, float64(m.Bytes)/1e6, float64(m.Size)/1e6)
	return m, err
}

// besideReaders measures the same reads without a backup and while one is made.
func (b *backups) besideReaders(ctx context.Context) error {
	c, err := b.client(ctx, "clerk1001")
	if err != nil {
		return err
	}
	drawn, err := b.draw(ctx, c, min(b.o.Requests, 500))
	if err != nil {
		return err
	}
	read := func(i int) request {
		if i%4 == 0 {
			return request{method: "GET", path: "/api/v1/customers?limit=50&sort=name&kind=organisation"}
		}
		return request{method: "GET", path: "/api/v1/customers/" + drawn[i%len(drawn)]}
	}
	normal, err := b.reads(ctx, c, read, "read, no backup", 2*b.o.Requests, nil)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() {
		_, err := b.make(ctx, "back up beside readers")
		ended <- err
	}()
	beside, err := b.reads(ctx, c, read, "read beside a backup", b.o.Requests, ended)
	if err != nil {
		return err
	}
	b.o.Log("%s: p99 beside a backup is %.2f times the one without", b.o.Engine, beside.P99/normal.P99)
	return nil
}

// reads measures n requests; with a channel, as many more as are sent until it
// tells of an end.
func (b *backups) reads(ctx context.Context, c *client, read func(i int) request, name string, n int, ended <-chan error) (r Result, err error) {
	before, err := b.meter.cpu()
	if err != nil {
		return r, err
	}
	var all []time.Duration
	for began := time.Now(); ; {
		took, err := run(ctx, c, len(all), len(all)+n, b.o.Clients, read)
		if err != nil {
			return r, err
		}
		all = slices.Concat(all, took)
		select {
		case err = <-ended:
		default:
			if ended != nil {
				continue
			}
		}
		if err != nil {
			return r, err
		}
		after, err := b.meter.cpu()
		if err != nil {
			return r, err
		}
		r = summarise(Result{Bench: "backup", Engine: string(b.o.Engine), Case: name}, all, time.Since(began), after-before)
		return r, b.print.Print(r)
	}
}

func (b *backups) prove(ctx context.Context, m made) error {
	return b.work("prove", func() (int64, error) {
		err := b.admin.do(ctx, request{method: "POST", path: "/api/v1/backups/" + m.ID + "/prove", version: fmt.Sprintf("%q", fmt.Sprint(m.Version)), out: &m})
		if err != nil {
			return 0, err
		}
		m, err = b.await(ctx, func(now made) bool { return now.ID == m.ID && now.Proof != "running" })
		if err == nil && m.Proof != "equal" {
			err = errors.New("bench: the backup was not proved")
		}
		return m.Bytes, err
	})
}

// restore brings a backup into a place of its own by the command.
func (b *backups) restore(ctx context.Context, m made) (err error) {
	to, err := os.MkdirTemp("", "zhiyin-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(to)) }()
	if err := os.CopyFS(filepath.Join(to, "keys"), os.DirFS(filepath.Join(b.config.Data, "keys"))); err != nil {
		return err
	}
	for _, k := range []string{"master.key", "backup.key"} { // copied readable by others
		if err := os.Chmod(filepath.Join(to, "keys", k), 0o600); err != nil {
			return err
		}
	}
	args := []string{"restore", filepath.Join(b.config.Data, "backups", m.File), "--data", to}
	if b.o.Engine == db.PostgreSQL {
		name := fmt.Sprintf("zhiyin_bench_%08x", rand.Uint32())
		if err := administer(ctx, b.o.DSN, createDatabase, name); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, administer(context.WithoutCancel(ctx), b.o.DSN, dropDatabase, name)) }()
		u, err := url.Parse(b.o.DSN)
		if err != nil {
			return err
		}
		u.Path = "/" + name
		args = append(args, "--dsn", u.String())
	}
	return b.work("restore", func() (int64, error) {
		self, err := os.Executable()
		if err != nil {
			return 0, err
		}
		out, err := exec.CommandContext(ctx, self, args...).CombinedOutput()
		if err != nil {
			err = fmt.Errorf("%w: %s", err, out)
		}
		return m.Bytes, err
	})
}
