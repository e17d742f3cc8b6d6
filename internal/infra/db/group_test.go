package db

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// openLite opens an empty SQLite database with one table.
func openLite(t *testing.T) (*DB, *liteEngine) {
	t.Helper()
	d, err := Open(context.Background(), Config{File: filepath.Join(t.TempDir(), "z.db"), FastTests: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	exec(t, d, "CREATE TABLE x (n INTEGER PRIMARY KEY, b BLOB NOT NULL) STRICT")
	return d, d.engine.(*liteEngine)
}

func exec(t *testing.T, d *DB, text string, args ...any) {
	t.Helper()
	if err := d.Write(context.Background(), func(tx *Tx) error { _, err := tx.Exec(text, args...); return err }); err != nil {
		t.Fatal(err)
	}
}

func numbers(t *testing.T, d *DB) (n []int) {
	t.Helper()
	if err := d.Read(context.Background(), func(tx *Tx) error { return tx.Select(&n, "SELECT n FROM x ORDER BY n") }); err != nil {
		t.Fatal(err)
	}
	return n
}

// together makes writers wait behind one another, so that they share a commit, and
// gives what each was told.
func together(d *DB, e *liteEngine, writers ...func(tx *Tx) error) []error {
	told := make([]error, len(writers))
	begun, goOn := make(chan bool, 1), make(chan bool)
	var once sync.Once
	var wg sync.WaitGroup
	for i, w := range writers {
		wg.Go(func() {
			told[i] = d.Write(context.Background(), func(tx *Tx) error {
				if i == 0 {
					once.Do(func() { begun <- true; <-goOn })
				}
				return w(tx)
			})
		})
		if i == 0 {
			<-begun
		}
		for len(e.queue) < i {
			time.Sleep(50 * time.Microsecond)
		}
	}
	close(goOn)
	wg.Wait()
	return told
}

// Where the disk is full SQLite takes back the whole transaction by itself, those
// of the others in the group too. Everybody is told the truth: the others' rows
// come in when they are tried again.
func TestAFullDiskFailsOnlyWhoeverNeedsTheRoom(t *testing.T) {
	d, e := openLite(t)
	exec(t, d, "PRAGMA max_page_count = 20")
	put := func(n, size int) func(tx *Tx) error {
		return func(tx *Tx) error {
			_, err := tx.Exec("INSERT INTO x (n, b) VALUES ($1, $2)", n, make([]byte, size))
			return err
		}
	}
	told := together(d, e, put(0, 1), put(1, 1), put(2, 1<<20), put(3, 1), put(4, 1))
	var want []int
	for n, err := range told {
		if (err != nil) != (n == 2) {
			t.Errorf("writer %d is told %v", n, err)
		}
		if err == nil {
			want = append(want, n)
		}
	}
	if got := numbers(t, d); !slices.Equal(got, want) {
		t.Errorf("rows %v, told of %v", got, want)
	}
}

// More writers at once than share a commit: none is forgotten.
func TestMoreWritersThanAGroupHolds(t *testing.T) {
	d, e := openLite(t)
	const writers = 3*GroupLimit + 7
	var done atomic.Int32
	over := make(chan bool)
	go func() {
		defer close(over)
		var wg sync.WaitGroup
		for n := range writers {
			wg.Go(func() {
				if err := d.Write(context.Background(), func(tx *Tx) error {
					for n == 0 && len(e.queue) < GroupLimit { // until the others wait
						time.Sleep(time.Millisecond)
					}
					_, err := tx.Exec("INSERT INTO x (n, b) VALUES ($1, $2)", n, []byte{1})
					return err
				}); err != nil {
					t.Errorf("writer %d: %v", n, err)
				}
				done.Add(1)
			})
		}
		wg.Wait()
	}()
	select {
	case <-over:
	case <-time.After(30 * time.Second):
		t.Fatalf("%d of %d writers were never answered", writers-done.Load(), writers)
	}
	if got := len(numbers(t, d)); got != writers {
		t.Errorf("%d rows, want %d", got, writers)
	}
}

// Whoever goes away while he waits leaves nothing, and those around him are not
// disturbed.
func TestAWriterWhoGoesAwayWhileHeWaits(t *testing.T) {
	d, e := openLite(t)
	put := func(n int) func(tx *Tx) error {
		return func(tx *Tx) error {
			_, err := tx.Exec("INSERT INTO x (n, b) VALUES ($1, $2)", n, []byte{1})
			return err
		}
	}
	gone := make(chan error, 1)
	first := func(tx *Tx) error {
		ctx, cancel := context.WithCancel(context.Background())
		go func() { gone <- d.Write(ctx, put(9)) }()
		for len(e.queue) < 3 {
			time.Sleep(50 * time.Microsecond)
		}
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			return fmt.Errorf("he is told %w", err)
		}
		return put(0)(tx)
	}
	for n, err := range together(d, e, first, put(1), put(2)) {
		if err != nil {
			t.Errorf("writer %d: %v", n, err)
		}
	}
	if got := numbers(t, d); !slices.Equal(got, []int{0, 1, 2}) {
		t.Errorf("rows %v", got)
	}
}

// Whoever fails for what another one of the group wrote sees it when he looks.
func TestAFailureIsToldWhenItsCauseIsThere(t *testing.T) {
	d, e := openLite(t)
	put := func(tx *Tx) error { _, err := tx.Exec("INSERT INTO x (n, b) VALUES (7, $1)", []byte{1}); return err }
	looked := make(chan bool)
	var seen []int
	second := func(tx *Tx) error { // still in the group, so that it is not committed yet
		select {
		case <-looked:
		case <-time.After(10 * time.Millisecond):
		}
		return nil
	}
	go func() {
		defer close(looked)
		for len(e.queue) < 1 {
			time.Sleep(50 * time.Microsecond)
		}
		if err := d.Write(context.Background(), put); !errors.Is(err, ErrDuplicate) {
			t.Errorf("told %v", err)
		}
		seen = numbers(t, d)
	}()
	for _, err := range together(d, e, put, func(*Tx) error { return nil }, second, second) {
		if err != nil {
			t.Error(err)
		}
	}
	if <-looked; !slices.Equal(seen, []int{7}) {
		t.Errorf("he sees %v", seen)
	}
}
