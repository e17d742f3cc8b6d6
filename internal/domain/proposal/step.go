package proposal

import (
	"context"
	"errors"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// step is one step of a proposal. do changes row and body; what it accepted is
// told to the audit log.
type step struct {
	permission, operation string
	id                    id.ID
	version               int64
	own                   bool // by the proposer; otherwise by anybody but him
	do                    func(tx *db.Tx, who access.Who, r *row, b *body) (to State, accepted []string, err error)
}

func (s *Service) take(ctx context.Context, st step) (d Detail, err error) {
	who, err := access.Allow(ctx, st.permission)
	if err != nil {
		return Detail{}, err
	}
	err = s.Customers.WriteNew(ctx, func(tx *db.Tx) error {
		if err := s.takeTx(tx, who, st); err != nil {
			return err
		}
		d, err = s.detailTx(tx, who, st.id)
		return err
	})
	return d, err
}

func (s *Service) takeTx(tx *db.Tx, who access.Who, st step) error {
	r, err := findTx(tx, who, st.id)
	if err != nil {
		return err
	}
	switch {
	case st.own && r.ProposerID != who.UserID:
		return ErrNotOwn
	case !st.own && who.Oneself(r.ProposerID, r.OrgID):
		return ErrOwn
	}
	if r.Version != st.version {
		return db.ErrStale
	}
	if !r.State.live() {
		return ErrState.With("state", string(r.State))
	}
	b, err := s.openTx(tx, r)
	if errors.Is(err, crypt.ErrSealed) {
		return ErrErased
	}
	if err != nil {
		return err
	}
	from := r.State
	to, accepted, err := st.do(tx, who, &r, &b)
	if err != nil {
		return err
	}
	if err := from.check(to); err != nil {
		return err
	}
	r.State, r.Version = to, st.version+1
	if err := updateProposal(tx, r, st.version); err != nil {
		return err
	}
	return s.stepTakenTx(tx, who, st.operation, from, r, accepted)
}

// Correct proposes anew what was sent back. Errors: as of Create, db.ErrNotFound,
// db.ErrStale, ErrState, ErrOwn.
func (s *Service) Correct(ctx context.Context, i id.ID, version int64, in Input) (Detail, error) {
	if err := in.validate(); err != nil {
		return Detail{}, err
	}
	return s.take(ctx, step{permission: PermCreate, operation: opCorrect, id: i, version: version, own: true,
		do: func(tx *db.Tx, _ access.Who, r *row, _ *body) (State, []string, error) {
			if r.State != Returned || in.CustomerID != r.CustomerID {
				return "", nil, ErrState.With("state", string(r.State))
			}
			r.SubmittedAt = tx.Now()
			return Submitted, nil, s.fillTx(tx, r, in)
		}})
}

// Withdraw ends a proposal that is not decided, by its proposer. Errors:
// db.ErrNotFound, db.ErrStale, ErrState, ErrOwn.
func (s *Service) Withdraw(ctx context.Context, i id.ID, version int64) (Detail, error) {
	return s.take(ctx, step{permission: PermCreate, operation: opWithdraw, id: i, version: version, own: true,
		do: func(*db.Tx, access.Who, *row, *body) (State, []string, error) { return Withdrawn, nil, nil }})
}

// Endorse passes a proposal on to the maintainers. Errors: db.ErrNotFound,
// db.ErrStale, ErrState, ErrOwn.
func (s *Service) Endorse(ctx context.Context, i id.ID, version int64) (Detail, error) {
	return s.take(ctx, step{permission: PermEndorse, operation: PermEndorse, id: i, version: version,
		do: func(tx *db.Tx, who access.Who, r *row, _ *body) (State, []string, error) {
			r.supervised(who, tx.Now())
			return Endorsed, nil, nil
		}})
}

// Return sends a proposal back to be corrected. Errors: validation, as of Endorse.
func (s *Service) Return(ctx context.Context, i id.ID, version int64, why string) (Detail, error) {
	why = strings.TrimSpace(why)
	var v fault.Validation
	v.Check(why != "", "why", "required")
	if err := v.Err(); err != nil {
		return Detail{}, err
	}
	return s.take(ctx, step{permission: PermEndorse, operation: opReturn, id: i, version: version,
		do: func(tx *db.Tx, who access.Who, r *row, b *body) (State, []string, error) {
			r.supervised(who, tx.Now())
			b.Returned = why
			return Returned, nil, s.sealTx(tx, r, *b)
		}})
}

func (r *row) supervised(by access.Who, at when.Instant) {
	r.EndorserID, r.EndorserName, r.EndorsedAt = by.UserID, by.Name, at
}

// Decide applies what is accepted and ends the proposal. Errors: validation, as of
// customer's Create, Update and Fill, db.ErrNotFound, db.ErrStale of proposal or
// customer, ErrState, ErrOwn, ErrEndorser.
func (s *Service) Decide(ctx context.Context, i id.ID, version int64, in DecideInput) (Detail, error) {
	return s.take(ctx, step{permission: PermDecide, operation: PermDecide, id: i, version: version,
		do: func(tx *db.Tx, who access.Who, r *row, b *body) (State, []string, error) {
			if r.State != Endorsed {
				return "", nil, ErrState.With("state", string(r.State))
			}
			if who.Oneself(r.EndorserID, r.OrgID) {
				return "", nil, ErrEndorser
			}
			return s.decideTx(tx, who, r, b, in)
		}})
}

func (s *Service) decideTx(tx *db.Tx, who access.Who, r *row, b *body, in DecideInput) (State, []string, error) {
	keys := b.Alteration.Keys()
	accepted, err := in.accepted(keys, r.CustomerID.IsZero())
	if err != nil {
		return "", nil, err
	}
	if err := maintains(who, r.OrgID, b.Alteration); err != nil {
		return "", nil, err
	}
	if len(accepted) > 0 {
		isNew := r.CustomerID.IsZero()
		r.CustomerID, err = s.Customers.ApplyTx(tx, who, b.Alteration, customer.Accepted{Action: PermDecide, Keys: accepted, Version: in.CustomerVersion,
			Confirmed: in.ConfirmDuplicates, Origin: customer.Origin{ProposalID: r.ID, ProposerName: r.ProposerName, EndorserName: r.EndorserName}})
		if err == nil && isNew && !r.ReceptionID.IsZero() {
			err = s.Customers.VisitedTx(tx, who, r.OrgID, r.ReceptionID, r.CustomerID)
		}
		if err != nil {
			return "", nil, err
		}
	}
	b.Verdicts = in.Verdicts
	r.DeciderID, r.DeciderName, r.DecidedAt = who.UserID, who.Name, tx.Now()
	return outcome(len(accepted), len(keys)), accepted, s.sealTx(tx, r, *b)
}

// maintains tells whether the caller may himself make the change he decides on.
func maintains(who access.Who, org id.ID, a customer.Alteration) error {
	needed := []string{PermDecide, customer.PermUpdate, customer.PermFill}
	if a.CustomerID.IsZero() {
		needed = []string{PermDecide, customer.PermCreate}
	}
	for _, permission := range needed {
		if w, _ := who.May(permission); !w.Scope.Has(org) {
			return access.ErrForbidden.With("permission", permission)
		}
	}
	return nil
}
