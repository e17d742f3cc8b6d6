package db

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// stubborn is an engine whose first transactions fail to be put in an order.
type stubborn struct {
	engine
	failures, calls int
}

func (s *stubborn) write(_ context.Context, fn func(querier) error) error {
	err := fn(nil)
	if s.calls++; s.calls <= s.failures {
		return errors.Join(errSerialization, io.ErrUnexpectedEOF)
	}
	return err
}

// A transaction is tried again some times with a new time each, no more, and not
// for one who has gone.
func TestSerialisationFailuresAreTriedAgain(t *testing.T) {
	for failures, want := range map[int]int{0: 1, 1: 2, maxAttempts - 1: maxAttempts, maxAttempts: maxAttempts, 99: maxAttempts} {
		s, now := &stubborn{failures: failures}, when.Instant(0)
		d := &DB{engine: s, clock: func() when.Instant { now++; return now }}
		var seen []when.Instant
		err := d.Write(context.Background(), func(tx *Tx) error { seen = append(seen, tx.Now()); return nil })
		if s.calls != want || (err == nil) != (failures < maxAttempts) {
			t.Errorf("%d failures: %d tries, %v", failures, s.calls, err)
		}
		for i, at := range seen {
			if at != when.Instant(i+1) {
				t.Errorf("%d failures: try %d at %d", failures, i, at)
			}
		}
	}
	s := &stubborn{failures: 99}
	ctx, cancel := context.WithCancel(context.Background())
	d := &DB{engine: s, clock: when.System}
	err := d.Write(ctx, func(*Tx) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) || s.calls != 1 {
		t.Errorf("gone: %d tries, %v", s.calls, err)
	}
}

// An error of the function's own is not tried again.
func TestOtherErrorsAreNotTriedAgain(t *testing.T) {
	s := &stubborn{}
	d := &DB{engine: s, clock: when.System}
	if err := d.Write(context.Background(), func(*Tx) error { return io.EOF }); !errors.Is(err, io.EOF) || s.calls != 1 {
		t.Errorf("%d tries, %v", s.calls, err)
	}
}

func TestPausesGrowWithinBounds(t *testing.T) {
	for attempt := range maxAttempts {
		most := 5 * time.Millisecond << attempt
		for range 50 {
			if got := retryDelay(attempt); got < most/2 || got > most {
				t.Errorf("pause %d is %s", attempt, got)
			}
		}
	}
}

// The errors of PostgreSQL that mean something to a caller.
func TestErrorsOfPostgreSQL(t *testing.T) {
	for code, want := range map[string]error{"23505": ErrDuplicate, "23503": ErrReferenced, "40001": errSerialization, "40P01": errSerialization} {
		raw := &pgconn.PgError{Code: code}
		if err := classify(errors.Join(io.EOF, raw)); !errors.Is(err, want) || !errors.Is(err, io.EOF) {
			t.Errorf("%s: %v, want %v and its cause", code, err, want)
		}
	}
	for _, same := range []error{nil, sql.ErrNoRows, io.EOF, &pgconn.PgError{Code: "42601"}, &pgconn.PgError{Code: "23514"}} {
		if err := classify(same); err != same {
			t.Errorf("%v becomes %v", same, err)
		}
	}
}
