package customer

import (
	"context"
	"sync"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Basis is what gives somebody the right to see a customer whole for a time: a
// look-up that was approved, a visitor he is serving. The zero basis is the right
// of his role.
type Basis struct {
	Type string `db:"basis_type" json:"basis_type"`
	ID   id.ID  `db:"basis_id" json:"basis_id,omitzero"`
}

// Opening opens a customer for one user from a moment until another. Modules say
// by it that he serves the customer.
type Opening struct {
	OrgID      id.ID `db:"org_id" json:"-"`
	UserID     id.ID `db:"user_id" json:"-"`
	CustomerID id.ID `db:"customer_id" json:"-"`
	Basis
	Sensitive bool         `db:"sensitive" json:"sensitive" doc:"sensitive fields too"`
	FromAt    when.Instant `db:"from_at" json:"from_at"`
	UntilAt   when.Instant `db:"until_at" json:"until_at"`
	// LeftMs counts down on screens whatever their own clock says.
	LeftMs int64 `db:"-" json:"left_ms" doc:"milliseconds until it ends"`
	// KnownAt is the newest moment the company's audit log told of when it was made.
	KnownAt when.Instant `db:"known_at" json:"-"`
}

// ClockSlack is what the clocks of two processes may differ.
const ClockSlack = 5 * time.Second

// open tells whether it holds at a moment. newest is the newest moment the audit
// log tells of: one that is ahead tells that the clock was set back since, and
// until it has caught up nothing is open, so that the time of an approval cannot be
// used twice.
func (o Opening) open(now, newest when.Instant) bool {
	return o.FromAt <= now && now < o.UntilAt && newest <= max(now, o.KnownAt).Add(ClockSlack)
}

// wider tells whether o shows more than p, or as much for longer.
func (o Opening) wider(p Opening) bool {
	if o.Sensitive != p.Sensitive {
		return o.Sensitive
	}
	return o.UntilAt > p.UntilAt
}

// OpenTx opens customers for a user; KnownAt is filled in.
func (s *Service) OpenTx(tx *db.Tx, o Opening, customers ...id.ID) (err error) {
	if o.KnownAt, err = s.Audit.NewestTx(tx, o.OrgID); err != nil {
		return err
	}
	return insertOpenings(tx, o, customers)
}

// ShutTx ends what was opened on a basis.
func (s *Service) ShutTx(tx *db.Tx, org id.ID, b Basis) error { return deleteOpenings(tx, org, b) }

// visit is what one request may see beyond its caller's rights, and what it saw.
type visit struct {
	opened map[id.ID]Opening
	looks  looks
}

type visitKey struct{}

// Admit puts into the context what was opened for its caller. Who sees everything
// by right costs nothing, anybody else one query.
func (s *Service) Admit(ctx context.Context) (context.Context, error) {
	v := &visit{}
	ctx = context.WithValue(ctx, visitKey{}, v)
	who, _ := access.CallerOf(ctx).May(PermGet)
	right, _ := who.May(PermReveal)
	var short []id.ID
	for _, org := range who.Scope.Orgs() {
		if !right.Scope.Has(org) {
			short = append(short, org)
		}
	}
	if len(short) == 0 {
		return ctx, nil
	}
	return ctx, s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		v.opened, err = s.openedTx(tx, db.ScopeOf(short...), who.UserID)
		return err
	})
}

// openedTx gives the customers that are open for a user now.
func (s *Service) openedTx(tx *db.Tx, scope db.Scope, user id.ID) (map[id.ID]Opening, error) {
	all, err := openingsOf(tx, scope, user, tx.Now())
	if err != nil || len(all) == 0 {
		return nil, err
	}
	opened, newest := map[id.ID]Opening{}, map[id.ID]when.Instant{}
	for _, o := range all {
		if _, known := newest[o.OrgID]; !known {
			if newest[o.OrgID], err = s.Audit.NewestTx(tx, o.OrgID); err != nil {
				return nil, err
			}
		}
		o.LeftMs = int64(o.UntilAt-tx.Now()) / 1000
		if before, double := opened[o.CustomerID]; o.open(tx.Now(), newest[o.OrgID]) && (!double || o.wider(before)) {
			opened[o.CustomerID] = o
		}
	}
	return opened, nil
}

// looks collects what a request showed whole.
type looks struct {
	mu  sync.Mutex
	all map[look]map[FieldName]bool
}

// look is a customer shown on a basis; no customer for what belongs to none.
type look struct {
	org, customer id.ID
	basis         Basis
}

func (l *looks) add(org, customer id.ID, f FieldName, b Basis) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all == nil {
		l.all = map[look]map[FieldName]bool{}
	}
	k := look{org, customer, b}
	if l.all[k] == nil {
		l.all[k] = map[FieldName]bool{}
	}
	l.all[k][f] = true
}
