// Package dispatch carries out what waits in an outbox, much at once, and never waits
// itself for whoever is slow.
//
// Owns: the loop that asks for due work and the bound of how much runs at once.
// Does not own: the outbox: its module claims a row in a transaction of its own and
// says by a lease in it when another process may.
package dispatch

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// Work carries out what was claimed. Its error is logged: what became of the row is
// the module's to write down.
type Work func(ctx context.Context) error

// Claim takes the most urgent due row; no work is none that is due.
type Claim func(ctx context.Context) (Work, error)

// Dispatcher runs the work of one outbox. It is safe for concurrent use.
type Dispatcher struct {
	name  string
	log   *slog.Logger
	claim Claim
	slots chan struct{}
	wake  chan struct{}
}

// atOnce bounds the work that runs, and with it the open connections.
const atOnce = 64

// pollEvery is how long a row that another process made may wait.
const pollEvery = time.Second

// New makes a dispatcher; name stands in the log.
func New(name string, log *slog.Logger, claim Claim) *Dispatcher {
	return &Dispatcher{name: name, log: log, claim: claim, slots: make(chan struct{}, atOnce), wake: make(chan struct{}, 1)}
}

// Wake looks for due work now.
func (d *Dispatcher) Wake() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Run carries out due work until ctx ends, and returns when what runs has ended.
func (d *Dispatcher) Run(ctx context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case d.slots <- struct{}{}:
		}
		work, err := d.claim(ctx)
		if err != nil && ctx.Err() == nil {
			d.log.ErrorContext(ctx, "dispatch", "of", d.name, "error", err)
		}
		if work != nil && err == nil {
			running.Go(func() {
				d.do(ctx, work)
				<-d.slots
				d.Wake() // what waited for the same receiver may go now
			})
			continue
		}
		<-d.slots
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-d.wake:
		}
	}
}

// Step claims and carries out one piece of due work; ran is false when there is none.
func (d *Dispatcher) Step(ctx context.Context) (ran bool, err error) {
	work, err := d.claim(ctx)
	if work == nil || err != nil {
		return false, err
	}
	return true, work(ctx)
}

func (d *Dispatcher) do(ctx context.Context, work Work) {
	defer func() {
		if p := recover(); p != nil {
			d.log.ErrorContext(ctx, "panic in dispatch", "of", d.name, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
	}()
	if err := work(ctx); err != nil && ctx.Err() == nil {
		d.log.ErrorContext(ctx, "dispatch", "of", d.name, "error", err)
	}
}
