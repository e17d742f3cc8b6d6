package customer

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Basis is what gives somebody the right to see a customer whole for a time: a
// look-up that was approved, a visitor he is serving, a case he works on. The zero
// basis is the right of his role.
type Basis struct {
	Type string `db:"basis_type" json:"basis_type"`
	ID   id.ID  `db:"basis_id" json:"basis_id,omitzero"`
	No   string `db:"basis_no" json:"basis_no,omitempty" doc:"number of a case"`
}

// BasisCase: the user has an open case of the customer.
const BasisCase = "case"

// Forever is until an opening ends by what it stands on alone: 9998-12-31.
const Forever = when.Instant(253370736000000000)

// Opening opens a customer for one user from a moment until another. Modules say
// by it that he serves the customer.
type Opening struct {
	OrgID      id.ID `db:"org_id" json:"-"`
	UserID     id.ID `db:"user_id" json:"-"`
	CustomerID id.ID `db:"customer_id" json:"-"`
	Basis
	Sensitive bool         `db:"sensitive" json:"sensitive" doc:"sensitive fields too"`
	Fields    FieldList    `db:"fields" json:"fields,omitempty" doc:"these alone; absent: all of their classes; words: lookup.field.NAME"`
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

// shows tells whether a field of a class is open.
func (o Opening) shows(f FieldName, class Secrecy) bool {
	if len(o.Fields) > 0 {
		return slices.Contains(o.Fields, f)
	}
	return class != Sensitive || o.Sensitive
}

// compare sorts what shows more before what shows less, or as much for a shorter time.
func (o Opening) compare(p Opening) int {
	switch {
	case o.Sensitive != p.Sensitive:
		return order(o.Sensitive)
	case (len(o.Fields) == 0) != (len(p.Fields) == 0):
		return order(len(o.Fields) == 0)
	}
	return cmp.Compare(p.UntilAt, o.UntilAt)
}

func order(first bool) int {
	if first {
		return -1
	}
	return 1
}

// OpenTx opens customers for a user; KnownAt is filled in.
func (s *Service) OpenTx(tx *db.Tx, o Opening, customers ...id.ID) error {
	all := make([]Opening, len(customers))
	for i, c := range customers {
		all[i], all[i].CustomerID = o, c
	}
	return s.OpenAllTx(tx, o.OrgID, all)
}

// OpenAllTx opens customers of a company for several users.
func (s *Service) OpenAllTx(tx *db.Tx, org id.ID, all []Opening) error {
	known, err := s.Audit.NewestTx(tx, org)
	if err != nil {
		return err
	}
	for i := range all {
		all[i].OrgID, all[i].KnownAt = org, known
	}
	return insertOpenings(tx, all)
}

// ShutTx ends what was opened on a basis.
func (s *Service) ShutTx(tx *db.Tx, org id.ID, b Basis) error { return deleteOpenings(tx, org, b) }

// ShutCasesTx ends what a company's cases opened.
func (s *Service) ShutCasesTx(tx *db.Tx, org id.ID) error { return deleteCaseOpenings(tx, org) }

// NarrowCasesTx changes the fields that a company's cases have open.
func (s *Service) NarrowCasesTx(tx *db.Tx, org id.ID, fields FieldList) error {
	return updateCaseOpenings(tx, org, fields)
}

// FollowTx has what was opened on a basis follow its customer, who was merged.
func (s *Service) FollowTx(tx *db.Tx, org id.ID, b Basis, customer id.ID) error {
	return moveOpenings(tx, org, b, customer)
}

// OpenedTx tells what of a customer, or on a basis, is open for a user now, or for those
// for whom he stands in.
func (s *Service) OpenedTx(tx *db.Tx, org, user id.ID, absent []id.ID, about func(o Opening) bool) (all []Opening, err error) {
	opened, err := s.openedTx(tx, db.ScopeOf(org), user, absent)
	for _, some := range opened {
		for _, o := range some {
			if about(o) {
				all = append(all, o)
			}
		}
	}
	return all, err
}

// visit is what one request may see beyond its caller's rights, and what it saw.
type visit struct {
	opened openings
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
		v.opened, err = s.openedTx(tx, db.ScopeOf(short...), who.UserID, absentOf(who))
		return err
	})
}

// absentOf are those whose customers the caller serves while they are away.
func absentOf(who access.Who) (all []id.ID) {
	for _, a := range who.StandsInFor(PermGet) {
		all = append(all, a.Absent.UserID)
	}
	return all
}

// openings are those of a user by customer, the widest first.
type openings map[id.ID][]Opening

// openedTx gives the customers that are open for a user now. Of those for whom he stands
// in it is their cases alone: what was approved, was approved for them.
func (s *Service) openedTx(tx *db.Tx, scope db.Scope, user id.ID, absent []id.ID) (openings, error) {
	all, err := openingsOf(tx, scope, append([]id.ID{user}, absent...), tx.Now())
	if err != nil || len(all) == 0 {
		return nil, err
	}
	opened, newest := openings{}, map[id.ID]when.Instant{}
	for _, o := range all {
		if _, known := newest[o.OrgID]; !known {
			if newest[o.OrgID], err = s.Audit.NewestTx(tx, o.OrgID); err != nil {
				return nil, err
			}
		}
		o.LeftMs = int64(o.UntilAt-tx.Now()) / 1000
		if o.open(tx.Now(), newest[o.OrgID]) && (o.UserID == user || o.Type == BasisCase) {
			opened[o.CustomerID] = append(opened[o.CustomerID], o)
		}
	}
	for _, some := range opened {
		slices.SortStableFunc(some, Opening.compare)
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
