package customer

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// LinkInput says which customer a visitor is, or makes one of him.
type LinkInput struct {
	CustomerID id.ID        `json:"customer_id,omitzero" doc:"an existing customer; or customer"`
	Customer   *CreateInput `json:"customer,omitempty" doc:"a new one; needs customer.create too"`
}

// LinkReception ties a visitor to a customer. Errors: validation, db.ErrNotFound,
// db.ErrStale, ErrMerged, ErrManyVisits, as of Create for a new customer.
func (s *Service) LinkReception(ctx context.Context, i id.ID, version int64, in LinkInput) (d ReceptionDetail, err error) {
	who, err := access.Allow(ctx, PermReceptionLink)
	if err != nil {
		return ReceptionDetail{}, err
	}
	var v fault.Validation
	v.Check(in.CustomerID.IsZero() != (in.Customer == nil), "customer_id", "required")
	if err := v.Err(); err != nil {
		return ReceptionDetail{}, err
	}
	var r receptionRow
	if err := s.DB.Read(ctx, func(tx *db.Tx) error { r, err = receptionByID(tx, who.Scope, i); return err }); err != nil {
		return ReceptionDetail{}, err
	}
	var n prepared
	if in.Customer != nil {
		in.Customer.OrgID = r.OrgID
		if n, err = s.prepare(ctx, *in.Customer); err != nil {
			return ReceptionDetail{}, err
		}
	}
	err = s.WriteNew(ctx, func(tx *db.Tx) error {
		if err := s.useTx(tx, who, r.OrgID, useLink); err != nil {
			return err
		}
		target := in.CustomerID
		if in.Customer != nil {
			made, err := s.createCheckedTx(tx, n)
			if err != nil {
				return err
			}
			target = made.ID
		}
		if err := s.linkTx(tx, who, r, version, target); err != nil {
			return err
		}
		d, err = s.receptionTx(tx, who, i)
		return err
	})
	return d, err
}

func (s *Service) linkTx(tx *db.Tx, who access.Who, r receptionRow, version int64, target id.ID) error {
	o, err := s.writeOwnerTx(tx, db.ScopeOf(r.OrgID), target)
	if err != nil {
		return err
	}
	before := map[string]id.ID{"customer_id": r.CustomerID}
	if err := forgetReceptionEvents(tx, r); err != nil {
		return err
	}
	r.CustomerID = o.ID
	if err := updateReception(tx, r, version); err != nil {
		return err
	}
	if err := s.serveTx(tx, r); err != nil {
		return err
	}
	e := Entry{OrgID: r.OrgID, CustomerID: o.ID, At: r.ArrivedAt, Kind: "customer.received", Actor: audit.Actor{ID: r.ReceiverID, Name: r.ReceiverName},
		SourceType: "reception", SourceID: r.ID}
	if err := s.TimelineTx(tx, e); err != nil {
		return err
	}
	return s.recordReceptionTx(tx, who, r, PermReceptionLink, before, map[string]id.ID{"customer_id": o.ID})
}

// UnlinkReception takes the tie to a customer back; his timeline forgets the
// visit. A customer made of the visitor stays. Errors: db.ErrNotFound,
// db.ErrStale, ErrNotLinked.
func (s *Service) UnlinkReception(ctx context.Context, i id.ID, version int64) (d ReceptionDetail, err error) {
	who, err := access.Allow(ctx, PermReceptionLink)
	if err != nil {
		return ReceptionDetail{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := receptionByID(tx, who.Scope, i)
		if err != nil {
			return err
		}
		if r.CustomerID.IsZero() {
			return ErrNotLinked
		}
		if err := forgetReceptionEvents(tx, r); err != nil {
			return err
		}
		before := map[string]id.ID{"customer_id": r.CustomerID}
		r.CustomerID = id.ID{}
		if err := updateReception(tx, r, version); err != nil {
			return err
		}
		if err := s.serveTx(tx, r); err != nil {
			return err
		}
		if err := s.recordReceptionTx(tx, who, r, "reception.unlink", before, nil); err != nil {
			return err
		}
		d, err = s.receptionTx(tx, who, i)
		return err
	})
	return d, err
}
