package feedback

import (
	"context"
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// BulkInput takes one step with many cases.
type BulkInput struct {
	Cases   []Seen `json:"cases" minItems:"1" maxItems:"200"`
	Action  Action `json:"action" enum:"dispatch,accept,assign,transfer,return,withdraw,close"`
	UnitID  id.ID  `json:"unit_id,omitzero" doc:"of dispatch and transfer"`
	OwnerID id.ID  `json:"owner_id,omitzero" doc:"of assign; of dispatch and transfer, if somebody is named"`
	Reason  string `json:"reason,omitempty" maxLength:"1000" doc:"of transfer, return and withdraw; of close one of its codes"`
}

// Seen is a case and the version of it that was seen.
type Seen struct {
	ID      id.ID `json:"id"`
	Version int64 `json:"version"`
}

// BulkResult is what became of each.
type BulkResult struct {
	Done   []Seen    `json:"done" nullable:"false" doc:"with their new versions"`
	Failed []NotDone `json:"failed" nullable:"false"`
}

// NotDone is a case with which the step was not taken, and why.
type NotDone struct {
	Index int    `json:"index" doc:"in the list that was sent"`
	Code  string `json:"code"`
	Text  string `json:"text" doc:"in the reader's language"`
}

// Bulk takes a step with many cases, each by itself: what is refused for one leaves the
// others alone. Errors: access.ErrForbidden, db.ErrNotFound.
func (s *Service) Bulk(ctx context.Context, in BulkInput) (r BulkResult, err error) {
	who, err := access.Allow(ctx, permissionOf(in.Action))
	if err != nil {
		return r, err
	}
	ids := make([]id.ID, len(in.Cases))
	for i, c := range in.Cases {
		ids[i] = c.ID
	}
	if err := s.DB.Read(ctx, func(tx *db.Tx) error { return s.knownTx(tx, who.Scope, ids) }); err != nil {
		return r, err
	}
	r = BulkResult{Done: []Seen{}, Failed: []NotDone{}}
	for i, c := range in.Cases {
		d, err := s.one(ctx, in, c)
		var f *fault.Error
		switch {
		case err == nil:
			r.Done = append(r.Done, Seen{d.ID, d.Version})
		case errors.As(err, &f) && f.Kind != fault.Internal:
			r.Failed = append(r.Failed, NotDone{i, f.Code, s.Text(who.Locale, f.Code, f.Params)})
		default:
			return r, err
		}
	}
	return r, nil
}

// knownTx refuses cases that are not all within a scope.
func (s *Service) knownTx(tx *db.Tx, scope db.Scope, ids []id.ID) error {
	known, err := s.NumbersTx(tx, scope, ids)
	for _, i := range ids {
		if err == nil && known[i] == "" {
			err = db.ErrNotFound
		}
	}
	return err
}

// one takes the step with one case.
func (s *Service) one(ctx context.Context, in BulkInput, c Seen) (Detail, error) {
	give := GiveInput{UnitID: in.UnitID, OwnerID: in.OwnerID, Reason: in.Reason}
	switch in.Action {
	case Dispatch:
		return s.Dispatch(ctx, c.ID, c.Version, give)
	case Accept:
		return s.Accept(ctx, c.ID, c.Version)
	case Assign:
		return s.Assign(ctx, c.ID, c.Version, AssignInput{OwnerID: in.OwnerID, Reason: in.Reason})
	case Transfer:
		return s.Transfer(ctx, c.ID, c.Version, give)
	case Return:
		return s.Return(ctx, c.ID, c.Version, ReasonInput{in.Reason})
	case Withdraw:
		return s.Withdraw(ctx, c.ID, c.Version, ReasonInput{in.Reason})
	case Close:
		return s.Close(ctx, c.ID, c.Version, CloseInput{Reason: in.Reason})
	}
	return Detail{}, db.ErrNotFound
}
