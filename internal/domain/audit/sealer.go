package audit

import (
	"context"
	"encoding/binary"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const (
	// sealEvery is how often the sealer looks for entries that wait.
	sealEvery = 500 * time.Millisecond
	// sealBatch bounds a transaction of the sealer: others wait for it on SQLite.
	sealBatch = 500
	// A head is due when the last one is that old, or that many links ago.
	headEvery = time.Minute
	headLinks = 10_000
	// retainEvery is how often entries are removed whose time is over.
	retainEvery = time.Hour
)

// Sealer puts entries into the chains of their companies. Several processes may
// run one: who adds to a chain holds its row, and the others pass over it. A lock
// ends with its connection, so nothing waits for a process that died.
type Sealer struct {
	log    *Log
	logger *slog.Logger
	sealed prometheus.Counter
	age    prometheus.Gauge
}

// NewSealer makes a sealer and its metrics.
func NewSealer(l *Log, logger *slog.Logger, metrics prometheus.Registerer) *Sealer {
	s := &Sealer{log: l, logger: logger,
		sealed: prometheus.NewCounter(prometheus.CounterOpts{Name: "zhiyin_audit_sealed_total", Help: "Audit entries this process put into a chain."}),
		age:    prometheus.NewGauge(prometheus.GaugeOpts{Name: "zhiyin_audit_unsealed_age_seconds", Help: "Age of the oldest audit entry outside a chain; 0: none."}),
	}
	metrics.MustRegister(s.sealed, s.age)
	return s
}

// Run seals what comes, and removes what is no longer kept, until ctx ends.
func (s *Sealer) Run(ctx context.Context) {
	ticker := time.NewTicker(sealEvery)
	defer ticker.Stop()
	for retained := (time.Time{}); ; {
		if time.Since(retained) > retainEvery {
			retained = time.Now()
			if err := s.log.Retain(ctx); err != nil && ctx.Err() == nil {
				s.logger.ErrorContext(ctx, "audit: retention", "error", err)
			}
		}
		n, err := s.Pass(ctx)
		if err != nil && ctx.Err() == nil {
			s.logger.ErrorContext(ctx, "audit: seal", "error", err)
		}
		if n == sealBatch {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Pass seals a batch and signs the heads that are due; n is how many entries it
// sealed. Where nothing waits it only reads.
func (s *Sealer) Pass(ctx context.Context) (n int, err error) {
	var oldest id.ID
	var due []id.ID
	err = s.log.db.Read(ctx, func(tx *db.Tx) error {
		if oldest, err = oldestPending(tx); err != nil {
			return err
		}
		due, err = chainsDue(tx)
		return err
	})
	if err != nil {
		return 0, err
	}
	s.age.Set(ageOf(oldest, s.log.db.Now()).Seconds())
	if !oldest.IsZero() {
		if n, err = s.log.sealSome(ctx); err != nil {
			return 0, err
		}
		s.sealed.Add(float64(n))
	}
	if len(due) > 0 {
		err = s.log.db.Write(ctx, func(tx *db.Tx) error { return s.log.headsTx(tx, due) })
	}
	return n, err
}

// ageOf is how long ago an identifier was made.
func ageOf(i id.ID, now when.Instant) time.Duration {
	if i.IsZero() {
		return 0
	}
	made := time.UnixMilli(int64(binary.BigEndian.Uint64(i[:8]) >> 16))
	return max(0, now.Time().Sub(made))
}

// sealSome takes one batch, of one company after the other.
func (l *Log) sealSome(ctx context.Context) (n int, err error) {
	err = l.db.Write(ctx, func(tx *db.Tx) error {
		n = 0
		for org, more, err := nextPending(tx, id.ID{}); ; org, more, err = nextPending(tx, org) {
			if err != nil || !more || n == sealBatch {
				return err
			}
			k, err := l.sealTx(tx, org, sealBatch-n)
			if err != nil {
				return err
			}
			n += k
		}
	})
	return n, err
}

// sealTx adds waiting entries of the company to its chain, in the order in which
// they are found: entries are not committed in the order of their identifiers. It
// looks for them only when the chain is held, so it sees what the last holder took.
func (l *Log) sealTx(tx *db.Tx, org id.ID, limit int) (int, error) {
	company, err := l.keys.CompanyTx(tx, org)
	if err != nil {
		return 0, err
	}
	chain, free, err := lockChain(tx, org, genesis(company))
	if err != nil || !free {
		return 0, err
	}
	waiting, err := pendingEntries(tx, org, limit)
	if err != nil || len(waiting) == 0 {
		return 0, err
	}
	links, from := make([]Link, len(waiting)), chain.Number
	for i, e := range waiting {
		chain.Number++
		chain.Hash = linkHash(company, chain.Hash, chain.Number, e.ID, e.MAC)
		links[i] = Link{org, chain.Number, e.ID, chain.Hash}
	}
	chain.SealedAt = tx.Now()
	return len(links), extendChain(tx, chain, from, links)
}

// headsTx signs where chains stand.
func (l *Log) headsTx(tx *db.Tx, orgs []id.ID) error {
	key, err := l.keys.SignerTx(tx, signUse)
	if err != nil {
		return err
	}
	for _, org := range orgs {
		company, err := l.keys.CompanyTx(tx, org)
		if err != nil {
			return err
		}
		chain, free, err := lockChain(tx, org, genesis(company))
		if err != nil {
			return err
		}
		if !free || chain.Number == chain.HeadNumber {
			continue
		}
		head := Head{OrgID: org, Number: chain.Number, Kind: Tip, Hash: chain.Hash, At: tx.Now()}
		if err := insertHead(tx, head.signed(key)); err != nil {
			return err
		}
		if err := headChain(tx, head); err != nil {
			return err
		}
	}
	return nil
}
