package backup

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestRestFollowsWhatOthersWait(t *testing.T) {
	ms := time.Millisecond
	for _, c := range []struct {
		recent, best time.Duration
		want         float64
	}{
		{ms / 10, ms / 20, 0}, // below what anybody notices
		{ms, ms, 0}, {3 * ms, ms, 0}, {4 * ms, ms, 1}, {10 * ms, ms, 7}, {ms, ms / 20, 2}, {100 * ms, ms, maxRest},
	} {
		if got := restFactor(c.recent, c.best); got != c.want {
			t.Errorf("waited %v, at best %v: rests %v times the work, want %v", c.recent, c.best, got, c.want)
		}
	}
}

func TestARateIsKept(t *testing.T) {
	p, err := newPacer(nil, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	began := time.Now()
	for range 20 { // 100 KiB at 1 MiB a second
		time.Sleep(2 * time.Millisecond)
		if err := p.did(t.Context(), 5<<10); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(began); took < 60*time.Millisecond {
		t.Errorf("took only %v", took)
	}
}

func TestTheProbesErrorAndTheCallersEndAreHeeded(t *testing.T) {
	down := errors.New("down")
	p, err := newPacer(func(context.Context) error { return down }, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	time.Sleep(slice)
	if err := p.did(t.Context(), 1); !errors.Is(err, down) {
		t.Errorf("probe: %v", err)
	}
	q, err := newPacer(nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	time.AfterFunc(5*time.Millisecond, stop)
	time.Sleep(slice)
	if err := q.did(ctx, 1000); !errors.Is(err, context.Canceled) {
		t.Errorf("ended: %v", err)
	}
}
