package audit_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func progress(walked *int64) func(context.Context, int64) error {
	return func(_ context.Context, n int64) error { *walked = n; return nil }
}

// Two processes seal while others write: each entry gets one link, and the chains
// hold.
func TestSealersTakeTurns(t *testing.T) {
	eachBook(t, func(b *book) {
		const writers, each = 4, 60
		ctx, stop := context.WithCancel(t.Context())
		var sealers, writing sync.WaitGroup
		for range 3 {
			s := audit.NewSealer(audit.New(b.d, newKeys(t)), slog.New(slog.DiscardHandler), prometheus.NewRegistry())
			sealers.Go(func() {
				for ctx.Err() == nil {
					if _, err := s.Pass(ctx); err != nil && ctx.Err() == nil {
						t.Error(err)
					}
				}
			})
		}
		for range writers {
			writing.Go(func() {
				for i := range each {
					org := orgA
					if i%3 == 0 {
						org = orgB
					}
					err := b.d.Write(ctx, func(tx *db.Tx) error {
						return b.RecordTx(tx, audit.Change{OrgID: org, Action: "thing.update", ObjectType: "thing", ObjectID: thing, After: i})
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		writing.Wait()
		stop()
		sealers.Wait()
		for b.count("audit_pending") > 0 { // the server notices late that a sealer it holds a lock for is gone
			b.seal()
		}
		if r := b.verify(audit.VerifyInput{}); !r.Whole || r.Entries != writers*each || r.Unsealed != 0 {
			t.Errorf("%+v", r)
		}
		if n := b.count("audit_link"); n != writers*each {
			t.Errorf("%d links", n)
		}
	})
}

// An entry committed after younger ones is sealed after them.
func TestALateCommitIsSealedLater(t *testing.T) {
	b := newBook(t, db.PostgreSQL)
	held, free := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	b.enter(orgA, 1)
	go func() {
		done <- b.d.Write(context.Background(), func(tx *db.Tx) error {
			err := b.RecordTx(tx, audit.Change{OrgID: orgA, Action: "thing.late", ObjectType: "thing", ObjectID: thing})
			close(held)
			<-free
			return err
		})
	}()
	<-held
	b.enter(orgA, 3)
	b.seal()
	close(free)
	b.must(<-done)
	b.seal()
	links := b.links(orgA)
	if len(links) != 5 || links[4].EntryID.Compare(links[3].EntryID) > 0 {
		t.Errorf("links %v", links)
	}
	if r := b.verify(audit.VerifyInput{}); !r.Whole {
		t.Errorf("%+v", r.Broken)
	}
}

// A process that dies in the middle leaves nothing half done and nothing locked.
func TestACrashWhileSealingLeavesNothing(t *testing.T) {
	eachBook(t, func(b *book) {
		b.enter(orgA, 5)
		died := errors.New("died")
		err := b.d.Write(t.Context(), func(tx *db.Tx) error {
			if n, err := b.SealTx(tx, orgA, 3); err != nil || n != 3 {
				t.Errorf("sealed %d, %v", n, err)
			}
			return died
		})
		if !errors.Is(err, died) || b.count("audit_link") != 0 || b.count("audit_pending") != 5 {
			t.Errorf("%v, %d links, %d waiting", err, b.count("audit_link"), b.count("audit_pending"))
		}
		b.seal()
		if r := b.verify(audit.VerifyInput{}); !r.Whole || r.Unsealed != 0 {
			t.Errorf("%+v", r)
		}
	})
}

// While a process holds a chain the others go on with the rest.
func TestAHeldChainIsPassedOver(t *testing.T) {
	b := newBook(t, db.PostgreSQL)
	b.enter(orgA, 1)
	b.seal()
	b.enter(orgA, 2)
	b.enter(orgB, 2)
	b.write(func(tx *db.Tx) error {
		if _, err := b.SealTx(tx, orgA, 10); err != nil {
			return err
		}
		_, err := b.sealer.Pass(context.Background())
		if n := b.count("audit_link"); n != 3 {
			t.Errorf("%d links beside the held chain, want the first and the other's 2", n)
		}
		return err
	})
	b.seal()
	if r := b.verify(audit.VerifyInput{}); !r.Whole || r.Unsealed != 0 {
		t.Errorf("%+v", r)
	}
}

func TestAnIdleSealerWritesNothing(t *testing.T) {
	eachBook(t, func(b *book) {
		b.enter(orgA, 3)
		b.seal()
		b.now = b.now.Add(time.Hour)
		before := b.verify(audit.VerifyInput{}).Heads
		for range 3 {
			if n, err := b.sealer.Pass(t.Context()); n != 0 || err != nil {
				t.Errorf("sealed %d, %v", n, err)
			}
		}
		if after := b.verify(audit.VerifyInput{}).Heads; after != before || before != 1 {
			t.Errorf("%d heads before, %d after", before, after)
		}
	})
}

// The running sealer seals within a second and ends with its context.
func TestRunSealsWithinASecond(t *testing.T) {
	eachBook(t, func(b *book) {
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); b.sealer.Run(ctx) }()
		b.enter(orgA, 1200)
		for began := time.Now(); b.count("audit_pending") > 0; time.Sleep(20 * time.Millisecond) {
			if time.Since(began) > 10*time.Second { // a second, on a machine that does nothing else
				t.Fatal("nobody seals")
			}
		}
		stop()
		<-ended
		if r := b.verify(audit.VerifyInput{}); !r.Whole || r.Entries != 1200 {
			t.Errorf("%+v", r)
		}
	})
}
