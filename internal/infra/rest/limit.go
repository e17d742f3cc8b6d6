package rest

import (
	"math"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
)

// ErrTooMany: the sender asked more often than the limit allows;
// Params["retry_after_s"] is the whole seconds to wait.
var ErrTooMany = fault.New(fault.TooMany, "request.too_many")

// burstSeconds of unused requests may be made at once: a screen asks for much
// when it opens and for nothing while it is read.
const burstSeconds = 5

// maxBuckets bounds the senders remembered.
const maxBuckets = 50_000

// limiter keeps a token bucket for each sender. It is safe for concurrent use.
type limiter[K comparable] struct {
	perSecond float64 // 0: no limit
	mu        sync.Mutex
	buckets   map[K]*rate.Limiter
}

func newLimiter[K comparable](perSecond float64) *limiter[K] {
	return &limiter[K]{perSecond: perSecond, buckets: map[K]*rate.Limiter{}}
}

// take counts a request; the error is ErrTooMany.
func (l *limiter[K]) take(sender K, now time.Time) error {
	if l.perSecond <= 0 {
		return nil
	}
	r := l.bucket(sender, now).ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	r.CancelAt(now)
	return ErrTooMany.With("retry_after_s", math.Ceil(wait.Seconds()))
}

func (l *limiter[K]) bucket(sender K, now time.Time) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.buckets[sender]
	if b == nil {
		if len(l.buckets) >= maxBuckets {
			l.sweep(now)
		}
		b = rate.NewLimiter(rate.Limit(l.perSecond), int(math.Ceil(l.perSecond*burstSeconds)))
		l.buckets[sender] = b
	}
	return b
}

// sweep forgets senders whose bucket is full, as a new one's would be. When all
// are busy it forgets all: memory is bounded before fairness.
func (l *limiter[K]) sweep(now time.Time) {
	for k, b := range l.buckets {
		if b.TokensAt(now) >= float64(b.Burst()) {
			delete(l.buckets, k)
		}
	}
	if len(l.buckets) >= maxBuckets {
		clear(l.buckets)
	}
}

// Sender is the address that counts: of IPv6 the network, as one customer of a
// provider has a whole one.
func (p Peer) Sender() netip.Addr {
	if p.Addr.Is6() {
		if n, err := p.Addr.Prefix(64); err == nil {
			return n.Addr()
		}
	}
	return p.Addr
}
