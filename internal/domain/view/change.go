package view

import (
	"context"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Update changes a view: its name, what it holds, with whom it is shared. Errors:
// validation, ErrOwner, access.ErrForbidden, db.ErrNotFound, db.ErrStale.
func (s *Service) Update(ctx context.Context, i id.ID, version int64, in Input) (v View, err error) {
	who, err := access.Allow(ctx, PermUpdate)
	if err == nil {
		err = checkShare(who, in.OrgID)
	}
	if err != nil {
		return v, err
	}
	return v, s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := seenTx(tx, who, i)
		switch {
		case err != nil:
			return err
		case r.RemovedAt != 0:
			return db.ErrNotFound
		case !r.changedBy(who) && (r.OwnerID != who.UserID || !in.OrgID.IsZero()):
			return ErrOwner // an owner may always have his back for himself
		}
		if err := lists[r.List].check(in.Look); err != nil {
			return err
		}
		before, err := s.open(r)
		if err != nil {
			return err
		}
		was := record{r.List, r.OrgID, before}
		in.Name = strings.TrimSpace(in.Name)
		if r.Look, err = s.seal(r.ID, in.Look); err != nil {
			return err
		}
		shared := r
		r.OrgID, r.UpdatedAt = in.OrgID, tx.Now()
		if err := updateView(tx, r, version); err != nil {
			return err
		}
		if !in.OrgID.IsZero() {
			shared = r
		}
		if err := s.recordTx(tx, who, PermUpdate, shared, was, record{r.List, in.OrgID, in.Look}); err != nil {
			return err
		}
		v, err = s.oneTx(tx, who, i)
		return err
	})
}

// Remove takes a view away; for 30 days it can be taken back. Errors: ErrOwner,
// db.ErrNotFound, db.ErrStale.
func (s *Service) Remove(ctx context.Context, i id.ID, version int64) error {
	who, err := access.Allow(ctx, PermRemove)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := seenTx(tx, who, i)
		switch {
		case err != nil:
			return err
		case r.RemovedAt != 0:
			return db.ErrNotFound
		case !r.removedBy(who):
			return ErrOwner
		}
		if err := forget(tx, r.OwnerID, tx.Now().Add(-keepRemoved)); err != nil {
			return err
		}
		look, err := s.open(r)
		if err != nil {
			return err
		}
		r.RemovedAt, r.UpdatedAt = tx.Now(), tx.Now()
		if err := updateView(tx, r, version); err != nil {
			return err
		}
		return s.recordTx(tx, who, PermRemove, r, record{r.List, r.OrgID, look}, nil)
	})
}

// Restore takes a removed view back, with all it was to everybody. Errors: ErrOwner,
// ErrMany, db.ErrNotFound.
func (s *Service) Restore(ctx context.Context, i id.ID) (v View, err error) {
	who, err := access.Allow(ctx, PermRestore)
	if err != nil {
		return v, err
	}
	return v, s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := seenTx(tx, who, i)
		switch {
		case err != nil:
			return err
		case r.RemovedAt == 0 || r.RemovedAt < tx.Now().Add(-keepRemoved):
			return db.ErrNotFound
		case !r.removedBy(who):
			return ErrOwner
		}
		own, err := ownViews(tx, r.OwnerID, r.List)
		if err == nil && len(own) >= maxOwn {
			err = ErrMany.With("max", maxOwn)
		}
		if err != nil {
			return err
		}
		r.RemovedAt, r.UpdatedAt = 0, tx.Now()
		if err := updateView(tx, r, r.Version); err != nil {
			return err
		}
		if v, err = s.oneTx(tx, who, i); err != nil {
			return err
		}
		return s.recordTx(tx, who, PermRestore, r, nil, record{r.List, r.OrgID, v.Look})
	})
}

// Choose says what a view is to the caller. Error: db.ErrNotFound.
func (s *Service) Choose(ctx context.Context, i id.ID, c Choice) (v View, err error) {
	who, err := access.Allow(ctx, PermChoose)
	if err != nil {
		return v, err
	}
	return v, s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := seenTx(tx, who, i)
		if err == nil && r.RemovedAt != 0 {
			err = db.ErrNotFound
		}
		if err != nil {
			return err
		}
		if v, err = s.oneTx(tx, who, i); err != nil {
			return err
		}
		before := Choice{v.Pinned, v.Default}
		if before == c {
			return nil
		}
		if err := putChoice(tx, who.UserID, r, c); err != nil {
			return err
		}
		v.Pinned, v.Default = c.Pinned, c.Default
		return s.recordTx(tx, who, PermChoose, row{ID: r.ID}, before, c)
	})
}
