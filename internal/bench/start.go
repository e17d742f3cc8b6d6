package bench

import (
	"context"
	"errors"
	"os"
	"slices"
	"time"
)

const (
	starts   = 5               // measured, after the one that filled the caches
	idleTime = 3 * time.Second // watched, after as long a rest
)

// Start measures what the program takes before anybody works with it: time to
// the first "ready" on data that are there, memory while nothing happens, and
// the size of its one file.
func Start(ctx context.Context, p *Printer, o Options) (err error) {
	s, err := open(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	for _, measure := range []func(context.Context) (Result, error){s.coldStart, s.idle, programFile} {
		r, err := measure(ctx)
		if err != nil {
			return err
		}
		r.Bench, r.Engine = "start", string(o.Engine)
		if err := p.Print(r); err != nil {
			return err
		}
	}
	return nil
}

// coldStart stops the server and starts it anew. CPU is the server's alone, from
// its birth to the first answer.
func (s *site) coldStart(ctx context.Context) (r Result, err error) {
	var took []time.Duration
	var cpu time.Duration
	for range starts {
		if err = s.stop(); err != nil {
			return r, err
		}
		if s.server, err = startServer(ctx, s.config.Data, s.config.DSN); err != nil {
			return r, err
		}
		stat, err := readStat(s.meter.server)
		if err != nil {
			return r, err
		}
		took, cpu = append(took, s.ready), cpu+stat.own
	}
	var wall time.Duration
	for _, t := range took {
		wall += t
	}
	slices.Sort(took)
	r = summarise(Result{Case: "cold start to ready"}, took, wall, cpu)
	r.PeakMB, err = s.meter.peakMB()
	return r, err
}

// idle tells the memory resident, and the CPU used in a second, while nobody
// asks for anything.
func (s *site) idle(ctx context.Context) (r Result, err error) {
	if err := rest(ctx); err != nil {
		return r, err
	}
	before, err := s.meter.cpu()
	if err != nil {
		return r, err
	}
	if err := rest(ctx); err != nil {
		return r, err
	}
	after, err := s.meter.cpu()
	if err != nil {
		return r, err
	}
	r = Result{Case: "idle, CPU a second", N: 1, CPU: (after - before).Seconds() * 1000 / idleTime.Seconds()}
	r.PeakMB, err = s.meter.residentMB()
	return r, err
}

func rest(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(idleTime):
		return nil
	}
}

func programFile(context.Context) (Result, error) {
	self, err := os.Executable()
	if err != nil {
		return Result{}, err
	}
	info, err := os.Stat(self)
	if err != nil {
		return Result{}, err
	}
	return Result{Case: "size of the program, MB", N: 1, PeakMB: float64(info.Size()) / (1 << 20)}, nil
}
