package backup

import (
	"context"
	"io"
	"net"
	"slices"
	"time"
)

// pacer rests between slices of work, the longer the more a small request would
// have to wait: at full speed when nobody asks for anything, at a tenth when
// everybody does. It sends what takes the way of a user's request, through the
// network poller and the scheduler to the database, and compares with the fastest
// of these so far.
type pacer struct {
	probe   func(ctx context.Context) error // a small read; nil: never rests
	rate    int64                           // at most so many bytes a second; 0: no limit
	echo    net.Conn
	began   time.Time // of the slice
	written int64     // in the slice
	best    time.Duration
	recent  []time.Duration
}

const (
	slice   = 20 * time.Millisecond
	calm    = 3                      // times the fastest, or less: nobody waits
	maxRest = 9                      // times the work
	noticed = 200 * time.Microsecond // differences below are nobody's concern
	// window is how many probes are looked at: their median, for a single one may
	// have waited for something that has passed.
	window = 9
)

func newPacer(probe func(ctx context.Context) error, rate int64) (*pacer, error) {
	p := &pacer{probe: probe, rate: rate, began: time.Now()}
	if probe == nil {
		return p, nil
	}
	return p, p.listen()
}

// listen sets up an echo on the loopback interface.
func (p *pacer) listen() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer l.Close()
	if p.echo, err = net.Dial("tcp", l.Addr().String()); err != nil {
		return err
	}
	other, err := l.Accept()
	if err != nil {
		return err
	}
	go func() {
		defer other.Close()
		_, _ = io.Copy(other, other) // ends with the connection
	}()
	return nil
}

func (p *pacer) close() {
	if p.echo != nil {
		p.echo.Close()
	}
}

// did tells of bytes written, and rests when it is time to.
func (p *pacer) did(ctx context.Context, n int) error {
	p.written += int64(n)
	worked, rest := time.Since(p.began), time.Duration(0)
	if p.rate > 0 {
		rest = time.Duration(float64(p.written)/float64(p.rate)*float64(time.Second)) - worked
	}
	if max(worked, rest) < slice {
		return nil
	}
	if p.probe != nil {
		factor, err := p.wait(ctx)
		if err != nil {
			return err
		}
		rest = max(rest, time.Duration(float64(worked)*factor))
	}
	err := sleep(ctx, rest)
	p.began, p.written = time.Now(), 0
	return err
}

// wait measures how long a request waits, and gives the rest as a multiple of the
// work.
func (p *pacer) wait(ctx context.Context) (float64, error) {
	began := time.Now()
	if _, err := p.echo.Write([]byte{0}); err != nil {
		return 0, err
	}
	if _, err := io.ReadFull(p.echo, make([]byte, 1)); err != nil {
		return 0, err
	}
	if err := p.probe(ctx); err != nil {
		return 0, err
	}
	took := time.Since(began)
	if p.best == 0 || took < p.best {
		p.best = took
	}
	p.recent = append(p.recent, took)
	if len(p.recent) > window {
		p.recent = p.recent[1:]
	}
	sorted := slices.Sorted(slices.Values(p.recent))
	return restFactor(sorted[len(sorted)/2], p.best), nil
}

// restFactor is how many times the work to rest.
func restFactor(recent, best time.Duration) float64 {
	over := float64(recent)/float64(max(best, noticed)) - calm
	return min(max(over, 0), maxRest)
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}
