package audit_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// book is a log with its sealer and a clock that tests set.
type book struct {
	*audit.Log
	t      *testing.T
	d      *db.DB
	keys   *crypt.Keyring
	now    when.Instant
	sealer *audit.Sealer
}

func eachBook(t *testing.T, fn func(b *book)) {
	t.Helper()
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) { fn(newBook(t, e)) })
}

func newBook(t *testing.T, e db.Dialect) *book {
	t.Helper()
	b := &book{t: t, now: when.At(time.Date(2026, 3, 2, 9, 0, 0, 0, when.Zone))}
	b.d = dbtest.Open(t, e, func() when.Instant { return b.now })
	b.keys = newKeys(t)
	b.Log = audit.New(b.d, b.keys)
	b.sealer = audit.NewSealer(b.Log, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	return b
}

func newKeys(t *testing.T) *crypt.Keyring {
	t.Helper()
	keys, err := crypt.New(bytes.Repeat([]byte{3}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func (b *book) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *book) write(fn func(tx *db.Tx) error) {
	b.t.Helper()
	b.must(b.d.Write(context.Background(), fn))
}

// exec changes the database past the log, as an intruder would.
func (b *book) exec(statement string, args ...any) {
	b.t.Helper()
	b.write(func(tx *db.Tx) error {
		return tx.ExecOne(fmt.Errorf("nothing changed by %s", statement), statement, args...)
	})
}

// enter writes n entries of the company, a second apart.
func (b *book) enter(org id.ID, n int) {
	b.t.Helper()
	for i := range n {
		b.now = b.now.Add(time.Second)
		b.write(func(tx *db.Tx) error {
			return b.RecordTx(tx, audit.Change{OrgID: org, Actor: audit.Actor{ID: orgB, Name: "李"}, Action: "thing.update", ObjectType: "thing", ObjectID: thing, After: state{fmt.Sprint(i)}})
		})
	}
}

// seal seals everything, and signs heads a minute later.
func (b *book) seal() {
	b.t.Helper()
	for range 2 {
		for {
			n, err := b.sealer.Pass(context.Background())
			b.must(err)
			if n == 0 {
				break
			}
		}
		b.now = b.now.Add(time.Minute)
	}
}

func (b *book) verify(in audit.VerifyInput) audit.Report {
	b.t.Helper()
	r, err := b.Verify(context.Background(), in)
	b.must(err)
	return r
}

// link is a link as it stands in the database.
type link struct {
	Number  int64  `db:"number"`
	EntryID id.ID  `db:"entry_id"`
	Hash    []byte `db:"hash"`
}

func (b *book) links(org id.ID) (links []link) {
	b.t.Helper()
	b.must(b.d.Read(context.Background(), func(tx *db.Tx) error {
		return tx.Select(&links, "SELECT number, entry_id, hash FROM audit_link WHERE org_id = $1 ORDER BY number", org)
	}))
	return links
}

func (b *book) count(table string) (n int64) {
	b.t.Helper()
	b.must(b.d.Read(context.Background(), func(tx *db.Tx) error { return tx.Get(&n, "SELECT count(*) FROM "+table) }))
	return n
}
