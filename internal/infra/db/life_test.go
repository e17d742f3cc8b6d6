package db_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// opened is a database the test closes itself, and how to open it again.
func opened(t *testing.T, e db.Dialect) (d *db.DB, again func() *db.DB) {
	t.Helper()
	c := dbtest.Config(t, e)
	again = func() *db.DB {
		t.Helper()
		d, err := db.Open(context.Background(), c)
		if err == nil {
			err = d.Migrate(context.Background())
		}
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	return again(), again
}

func addKey(tx *db.Tx, n int) error {
	_, err := tx.Exec(insertKey, tx.NewID(), n, []byte{1}, tx.Now())
	return err
}

// soon fails the test when fn hangs.
func soon(t *testing.T, what string, fn func()) {
	t.Helper()
	done := make(chan bool)
	go func() { defer close(done); fn() }()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatalf("%s hangs", what)
	}
}

// Closing waits for a transaction that runs; what comes after is refused, not a
// crash, and does not hang.
func TestClosingWaitsAndThenRefuses(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) {
		d, again := opened(t, e)
		begun, goOn, wrote, closed := make(chan bool), make(chan bool), make(chan error, 1), make(chan error, 1)
		go func() {
			wrote <- d.Write(context.Background(), func(tx *db.Tx) error { close(begun); <-goOn; return addKey(tx, 1) })
		}()
		<-begun
		read(t, d, func(tx *db.Tx) error { return nil })
		go func() { closed <- d.Close() }()
		time.Sleep(20 * time.Millisecond)
		close(goOn)
		soon(t, "closing", func() {
			if err := errors.Join(<-wrote, <-closed); e == db.SQLite && err != nil {
				t.Error(err)
			}
		})
		soon(t, "a closed database", func() {
			if err := d.Write(context.Background(), func(tx *db.Tx) error { return addKey(tx, 2) }); err == nil {
				t.Error("a write after closing")
			}
			if err := d.Read(context.Background(), func(*db.Tx) error { return nil }); err == nil {
				t.Error("a read after closing")
			}
		})
		d = again()
		defer d.Close()
		if n := countKeys(t, d); e == db.SQLite && n != 1 {
			t.Errorf("%d keys, want 1", n)
		}
	})
}

// The last connection puts SQLite's log away: one file is left to be copied.
func TestNoLogIsLeftBehind(t *testing.T) {
	file := filepath.Join(t.TempDir(), "z.db")
	d, err := db.Open(context.Background(), db.Config{File: file})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	write(t, d, func(tx *db.Tx) error { return addKey(tx, 1) })
	var wg sync.WaitGroup
	for range 8 { // several readers
		wg.Go(func() { _ = countKeys(t, d) })
	}
	wg.Wait()
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(filepath.Dir(file))
	if err != nil || len(left) != 1 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// A function that panics gives its connection back.
func TestPanicsDoNotEatConnections(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		soon(t, "the database", func() {
			for n := range 100 {
				for _, run := range []func(context.Context, func(*db.Tx) error) error{d.Read, d.Write} {
					func() {
						defer func() {
							if p := recover(); p != "bug" {
								t.Errorf("panic %v", p)
							}
						}()
						_ = run(context.Background(), func(tx *db.Tx) error {
							var one int
							if err := tx.Get(&one, "SELECT 1"); err != nil {
								t.Error(err)
							}
							panic("bug")
						})
					}()
				}
				if n == 99 && countKeys(t, d) != 0 {
					t.Error("rows of a panic")
				}
			}
		})
	})
}

// Whoever waits for a connection may give up.
func TestWaitingForAConnectionEndsWithTheContext(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		goOn := make(chan bool)
		var wg sync.WaitGroup
		for range 100 { // more than there are connections
			wg.Go(func() { _ = d.Read(context.Background(), func(*db.Tx) error { <-goOn; return nil }) })
		}
		time.Sleep(50 * time.Millisecond)
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		soon(t, "the reader", func() {
			if err := d.Read(ctx, func(*db.Tx) error { return nil }); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v", err)
			}
		})
		close(goOn)
		wg.Wait()
	})
}

// A function that keeps the failure of a statement to itself learns from Write
// whether its rows are there: PostgreSQL takes such a transaction back and calls
// that a success.
func TestNoRowIsLostInSilence(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		org := id.ID{1}
		err := d.Write(context.Background(), func(tx *db.Tx) error {
			if _, err := tx.Exec(insertKey, org, 1, []byte{1}, 1); err != nil {
				return err
			}
			if _, err := tx.Exec(insertKey, org, 1, []byte{1}, 1); !errors.Is(err, db.ErrDuplicate) {
				return fmt.Errorf("second: %w", err)
			}
			return nil
		})
		if n := countKeys(t, d); (err == nil) != (n == 1) {
			t.Errorf("told %v, %d rows", err, n)
		}
		write(t, d, func(tx *db.Tx) error { return addKey(tx, 2) }) // the connection is of use again
	})
}

// Two writers of which each waits for a row of the other both come through.
func TestWritersWhoWaitForEachOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write(t, d, func(tx *db.Tx) error { return errors.Join(addKey(tx, 0), addKey(tx, 1)) })
		held := [2]chan bool{make(chan bool), make(chan bool)}
		var wg sync.WaitGroup
		for me := range 2 {
			wg.Go(func() {
				var once sync.Once
				err := d.Write(context.Background(), func(tx *db.Tx) error {
					const touch = "UPDATE company_key SET wrapped = $1 WHERE key_no = $2"
					if _, err := tx.Exec(touch, []byte{byte(me)}, me); err != nil {
						return err
					}
					once.Do(func() {
						close(held[me])
						select {
						case <-held[1-me]:
						case <-time.After(200 * time.Millisecond): // SQLite has one writer
						}
					})
					_, err := tx.Exec(touch, []byte{byte(me)}, 1-me)
					return err
				})
				if err != nil {
					t.Errorf("writer %d: %v", me, err)
				}
			})
		}
		wg.Wait()
		var last [][]byte
		read(t, d, func(tx *db.Tx) error { return tx.Select(&last, "SELECT wrapped FROM company_key ORDER BY key_no") })
		if len(last) != 2 || last[0][0] != last[1][0] {
			t.Errorf("half of each: %v", last)
		}
	})
}

// Several processes share a database: no change of one is lost to another.
func TestSeveralProcessesOnOneDatabase(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) {
		first, again := opened(t, e)
		second := again()
		defer first.Close()
		defer second.Close()
		write(t, first, func(tx *db.Tx) error { _, err := tx.Exec(insertKey, id.ID{1}, 1, []byte{1}, 0); return err })
		const writers, times = 4, 25
		var wg sync.WaitGroup
		for n := range writers {
			wg.Go(func() {
				for range times {
					if err := []*db.DB{first, second}[n%2].Write(context.Background(), func(tx *db.Tx) error {
						var at int64
						if err := tx.Get(&at, "SELECT created_at FROM company_key"+forUpdate(e)); err != nil {
							return err
						}
						_, err := tx.Exec("UPDATE company_key SET created_at = $1", at+1)
						return err
					}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		var at int
		read(t, second, func(tx *db.Tx) error { return tx.Get(&at, "SELECT created_at FROM company_key") })
		if at != writers*times {
			t.Errorf("counted to %d, want %d", at, writers*times)
		}
	})
}

// forUpdate locks the row where there is more than one writer.
func forUpdate(e db.Dialect) string {
	if e == db.PostgreSQL {
		return " FOR UPDATE"
	}
	return ""
}

// A directory may be called whatever people call it.
func TestFileNamesOfAnyKind(t *testing.T) {
	for _, name := range []string{"数据 目录", "100%", "a?b#c&d=e;f", "it's \"so\"", "+~@!$()[]{}", "%41"} {
		dir := filepath.Join(t.TempDir(), name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, name+".db")
		d, err := db.Open(context.Background(), db.Config{File: file, FastTests: true})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		err = errors.Join(d.Migrate(context.Background()), d.Write(context.Background(), func(tx *db.Tx) error { return addKey(tx, 1) }), d.Close())
		if info, serr := os.Stat(file); err != nil || serr != nil || info.Size() == 0 {
			t.Errorf("%s: %v, %v", name, err, serr)
		}
	}
}
