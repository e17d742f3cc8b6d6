package lookup

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Decide approves or refuses somebody else's request. Errors: validation, ErrOwn,
// ErrState, db.ErrStale, db.ErrNotFound.
func (s *Service) Decide(ctx context.Context, i id.ID, version int64, in DecideInput) (Detail, error) {
	return s.change(ctx, PermDecide, i, version, func(tx *db.Tx, who access.Who, l *Lookup) error {
		if who.Oneself(l.UserID, l.OrgID) {
			return ErrOwn
		}
		r, err := ruleTx(tx, l.OrgID)
		if err != nil {
			return err
		}
		if err := l.decide(in, r.Rule, tx.Now()); err != nil {
			return err
		}
		l.DeciderID, l.DeciderName = who.UserID, who.Name
		if err := s.doneTx(tx, *l); err != nil {
			return err
		}
		if !in.Approve {
			return s.tellTx(tx, *l, kindRefused, who.Name)
		}
		if err := s.tellTx(tx, *l, kindApproved, who.Name); err != nil {
			return err
		}
		return s.endLaterTx(tx, *l, l.StartBy)
	})
}

// Start begins one's own approved look-up: its time runs, its customers are open.
// Errors: ErrState when it lapsed or was begun before, db.ErrStale, db.ErrNotFound.
func (s *Service) Start(ctx context.Context, i id.ID, version int64) (Detail, error) {
	return s.changeOwn(ctx, PermStart, i, version, func(tx *db.Tx, _ access.Who, l *Lookup) error {
		newest, err := s.Audit.NewestTx(tx, l.OrgID)
		if err != nil {
			return err
		}
		if *l = l.at(newest); l.State == Ended { // a clock set back does not bring it back
			return ErrState.With("state", string(Ended))
		}
		if err := l.start(tx.Now()); err != nil {
			return err
		}
		customers, err := recordsOf(tx, l.OrgID, l.ID)
		if err != nil {
			return err
		}
		if err := s.doneTx(tx, *l); err != nil {
			return err
		}
		return s.openTx(tx, *l, customers)
	})
}

// openTx opens the customers of a running look-up for its asker until it ends.
func (s *Service) openTx(tx *db.Tx, l Lookup, customers []id.ID) error {
	if may(l.Uses, View) {
		o := customer.Opening{OrgID: l.OrgID, UserID: l.UserID, Basis: l.basis(), Sensitive: l.Sensitive, FromAt: l.StartedAt, UntilAt: l.UntilAt}
		if err := s.Customers.OpenTx(tx, o, customers...); err != nil {
			return err
		}
	}
	return s.endLaterTx(tx, l, l.UntilAt)
}

// Withdraw takes one's own request back. Errors: ErrState, db.ErrStale,
// db.ErrNotFound.
func (s *Service) Withdraw(ctx context.Context, i id.ID, version int64) (Detail, error) {
	return s.changeOwn(ctx, PermWithdraw, i, version, func(tx *db.Tx, _ access.Who, l *Lookup) error {
		if err := l.moveTo(Withdrawn); err != nil {
			return err
		}
		return s.doneTx(tx, *l)
	})
}

// End ends a running look-up before its time: its asker gives it back, or who may
// decide revokes it. Errors: ErrState, db.ErrStale, db.ErrNotFound.
func (s *Service) End(ctx context.Context, i id.ID, version int64) (Detail, error) {
	return s.change(ctx, PermEnd, i, version, func(tx *db.Tx, who access.Who, l *Lookup) error {
		cause := GivenBack
		if l.UserID != who.UserID {
			if decider, _ := who.May(PermDecide); !decider.Scope.Has(l.OrgID) {
				return db.ErrNotFound
			}
			cause = Revoked
		}
		if err := l.end(cause, tx.Now()); err != nil {
			return err
		}
		return s.shutTx(tx, *l)
	})
}

// shutTx closes what an ended look-up opened.
func (s *Service) shutTx(tx *db.Tx, l Lookup) error {
	if !l.Emergency { // whose review is still to be done
		if err := s.doneTx(tx, l); err != nil {
			return err
		}
	}
	return s.Customers.ShutTx(tx, l.OrgID, l.basis())
}

// Review puts down what was found about somebody else's emergency look-up; an
// objection ends it if it still runs. Errors: validation, ErrOwn, ErrState,
// db.ErrStale, db.ErrNotFound.
func (s *Service) Review(ctx context.Context, i id.ID, version int64, in ReviewInput) (Detail, error) {
	return s.change(ctx, PermReview, i, version, func(tx *db.Tx, who access.Who, l *Lookup) error {
		if who.Oneself(l.UserID, l.OrgID) {
			return ErrOwn
		}
		ran := l.State == Running
		if err := l.review(in, tx.Now()); err != nil {
			return err
		}
		l.ReviewerName = who.Name
		if err := s.doneTx(tx, *l); err != nil {
			return err
		}
		if in.Verdict == Justified {
			return nil
		}
		if ran {
			if err := s.shutTx(tx, *l); err != nil {
				return err
			}
		}
		return s.tellTx(tx, *l, kindObjected, who.Name)
	})
}

// changeOwn is change for the asker only.
func (s *Service) changeOwn(ctx context.Context, permission string, i id.ID, version int64, fn func(tx *db.Tx, who access.Who, l *Lookup) error) (Detail, error) {
	return s.change(ctx, permission, i, version, func(tx *db.Tx, who access.Who, l *Lookup) error {
		if l.UserID != who.UserID {
			return db.ErrNotFound
		}
		return fn(tx, who, l)
	})
}

func (s *Service) change(ctx context.Context, permission string, i id.ID, version int64, fn func(tx *db.Tx, who access.Who, l *Lookup) error) (d Detail, err error) {
	who, err := access.Allow(ctx, permission)
	if err != nil {
		return d, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		l, err := s.lookupTx(tx, who.Scope, i)
		if err != nil {
			return err
		}
		if l.Version != version {
			return db.ErrStale
		}
		before := l
		if err := fn(tx, who, &l); err != nil {
			return err
		}
		if err := s.saveTx(tx, who.Actor(), permission, before, l); err != nil {
			return err
		}
		d, err = s.detailTx(tx, who, i)
		return err
	})
	if err == nil {
		s.Jobs.Wake()
	}
	return d, err
}

// lookupTx reads a look-up as it stands now.
func (s *Service) lookupTx(tx *db.Tx, scope db.Scope, i id.ID) (Lookup, error) {
	r, err := lookupByID(tx, scope, i)
	if err != nil {
		return Lookup{}, err
	}
	return s.openedTx(tx, r)
}

func (s *Service) openedTx(tx *db.Tx, r row) (Lookup, error) {
	company, err := s.Keys.CompanyTx(tx, r.OrgID)
	if err != nil {
		return Lookup{}, err
	}
	l, err := r.lookup(company)
	return l.at(tx.Now()), err
}

func (s *Service) saveTx(tx *db.Tx, by audit.Actor, action string, before, after Lookup) error {
	company, err := s.Keys.CompanyTx(tx, after.OrgID)
	if err != nil {
		return err
	}
	r, err := after.row(company)
	if err != nil {
		return err
	}
	if err := updateLookup(tx, r); err != nil {
		return err
	}
	after.Version++
	return s.Audit.RecordTx(tx, audit.Change{OrgID: after.OrgID, Actor: by, Action: action, ObjectType: object, ObjectID: after.ID, Before: before, After: after})
}

// endLaterTx has what time ended written down when it is over.
func (s *Service) endLaterTx(tx *db.Tx, l Lookup, at when.Instant) error {
	return s.laterTx(tx, l.OrgID, endArgs{OrgID: l.OrgID, Lookup: l.ID}, at)
}
