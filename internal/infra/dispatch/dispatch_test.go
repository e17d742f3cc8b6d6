package dispatch_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/infra/dispatch"
)

// Whoever hangs, fails or panics keeps nobody else waiting.
func TestOneThatHangsKeepsNobodyWaiting(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	hang := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	done := make(chan struct{})
	outbox := make(chan dispatch.Work, 4)
	outbox <- hang
	outbox <- func(context.Context) error { return errors.New("refused") }
	outbox <- func(context.Context) error { panic("broken") }
	outbox <- func(context.Context) error { close(done); return nil }
	d := dispatch.New("test", slog.New(slog.DiscardHandler), func(context.Context) (dispatch.Work, error) {
		select {
		case w := <-outbox:
			return w, nil
		default:
			return nil, nil
		}
	})
	ended := make(chan struct{})
	go func() { d.Run(ctx); close(ended) }()
	for _, c := range []chan struct{}{done, ended} {
		select {
		case <-c:
		case <-time.After(10 * time.Second):
			t.Fatal("it waits")
		}
		stop()
	}
}

func TestWakeDoesNotWaitForTheNextLook(t *testing.T) {
	var due atomic.Bool
	done := make(chan struct{})
	d := dispatch.New("test", slog.New(slog.DiscardHandler), func(context.Context) (dispatch.Work, error) {
		if !due.CompareAndSwap(true, false) {
			return nil, nil
		}
		return func(context.Context) error { close(done); return nil }, nil
	})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go d.Run(ctx)
	due.Store(true)
	d.Wake()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("it sleeps")
	}
}
