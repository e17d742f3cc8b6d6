package customer

import (
	"context"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// CloseReason says why an archive is closed.
type CloseReason string

// CloseInput closes an archive. The remark becomes a note.
type CloseInput struct {
	Reason CloseReason `json:"reason" enum:"account_closed,moved_away,deceased,dissolved,mistake,other"`
	Remark string      `json:"remark,omitempty" maxLength:"2000"`
}

// Close ends an active customer; nothing is deleted. Errors: ErrClosed,
// ErrMerged, db.ErrStale, db.ErrNotFound, those of the modules that follow.
func (s *Service) Close(ctx context.Context, i id.ID, version int64, in CloseInput) (Customer, error) {
	return s.move(ctx, PermClose, i, version, func(tx *db.Tx, who access.Who, o owner) (change, Status, error) {
		if o.Status == Closed {
			return change{}, "", ErrClosed
		}
		for _, f := range s.followers {
			if c, ok := f.(Closer); ok {
				if err := c.CheckCloseTx(tx, o.OrgID, o.ID); err != nil {
					return change{}, "", err
				}
			}
		}
		if strings.TrimSpace(in.Remark) != "" {
			if _, err := s.addNoteTx(tx, who, o, NoteInput{Text: in.Remark}); err != nil {
				return change{}, "", err
			}
		}
		return change{actor: who.Actor(), action: PermClose, event: "customer.closed", params: map[string]any{"reason": "@customer.close." + string(in.Reason)}}, Closed, nil
	})
}

// Reopen makes a closed customer active again. Errors: ErrNotClosed, as of Close.
func (s *Service) Reopen(ctx context.Context, i id.ID, version int64) (Customer, error) {
	return s.move(ctx, PermReopen, i, version, func(_ *db.Tx, who access.Who, o owner) (change, Status, error) {
		if o.Status != Closed {
			return change{}, "", ErrNotClosed
		}
		return change{actor: who.Actor(), action: PermReopen, event: "customer.reopened"}, Active, nil
	})
}

// move changes the status of a customer as fn decides.
func (s *Service) move(ctx context.Context, permission string, i id.ID, version int64,
	fn func(tx *db.Tx, who access.Who, o owner) (change, Status, error)) (c Customer, err error) {
	who, err := access.Allow(ctx, permission)
	if err != nil {
		return Customer{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.lockOwnerTx(tx, who.Scope, i)
		if err != nil {
			return err
		}
		if o.Version != version {
			return db.ErrStale
		}
		ch, status, err := fn(tx, who, o)
		if err != nil {
			return err
		}
		before, err := s.openTx(tx, o.row)
		if err != nil {
			return err
		}
		after := before.stored()
		after.Status = status
		if _, err := s.saveTx(tx, ch, before, after); err != nil {
			return err
		}
		c, err = s.customerTx(tx, who.Scope, i)
		return err
	})
	return SightOf(ctx).customer(c), err
}

// maxBulk bounds how many customers are changed at once from a list.
const maxBulk = 200

// TagInput adds and removes tags of several customers.
type TagInput struct {
	IDs    []id.ID  `json:"ids" minItems:"1" maxItems:"200"`
	Add    []string `json:"add,omitempty" maxItems:"10"`
	Remove []string `json:"remove,omitempty" maxItems:"10"`
}

// Tag marks customers, all or none. It gives how many changed. Errors:
// validation, db.ErrNotFound, ErrMerged.
func (s *Service) Tag(ctx context.Context, in TagInput) (changed int, err error) {
	return s.changeMany(ctx, PermTag, "customer.tagged", in.IDs, func(r row) UpdateInput {
		tags := retagged(r.Tags, in.Add, in.Remove)
		return UpdateInput{Tags: &tags}
	})
}

// ClassifyInput gives several customers a class of a scheme.
type ClassifyInput struct {
	IDs    []id.ID `json:"ids" minItems:"1" maxItems:"200"`
	Scheme string  `json:"scheme" minLength:"1"`
	Class  string  `json:"class" minLength:"1"`
}

// Classify puts customers into a class, all or none. It gives how many changed.
// Errors as of Tag.
func (s *Service) Classify(ctx context.Context, in ClassifyInput) (changed int, err error) {
	return s.changeMany(ctx, PermClassify, "customer.classified", in.IDs, func(row) UpdateInput {
		return UpdateInput{Classes: map[string]string{in.Scheme: in.Class}}
	})
}

func (s *Service) changeMany(ctx context.Context, permission, event string, ids []id.ID, what func(r row) UpdateInput) (changed int, err error) {
	who, err := access.Allow(ctx, permission)
	if err != nil {
		return 0, err
	}
	var v fault.Validation
	v.Check(len(ids) <= maxBulk, "ids", "too_many", "limit", maxBulk)
	if err := v.Err(); err != nil {
		return 0, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		changed = 0
		for _, i := range sorted(ids) {
			r, err := lockCustomer(tx, who.Scope, i)
			if err != nil {
				return err
			}
			u, err := s.updateTx(tx, change{actor: who.Actor(), action: permission, event: event}, r, what(r), false)
			if err != nil {
				return err
			}
			if u.Changed {
				changed++
			}
		}
		return nil
	})
	return changed, err
}

// Tags lists the tags in use with their numbers of customers, the most used
// first, at most 500.
func (s *Service) Tags(ctx context.Context) (counts []TagCount, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return nil, err
	}
	return counts, s.DB.Read(ctx, func(tx *db.Tx) error { counts, err = countTags(tx, who.Scope); return err })
}
