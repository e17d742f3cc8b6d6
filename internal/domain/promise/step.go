package promise

import (
	"cmp"
	"context"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// ReasonInput says why.
type ReasonInput struct {
	Reason string `json:"reason" minLength:"1" maxLength:"1000"`
}

// required reads a text that must be there.
func required(name, text string) (string, error) {
	text = strings.TrimSpace(text)
	var v fault.Validation
	v.Check(text != "", name, "required")
	return text, v.Err()
}

// step takes a step that has a reason and changes nothing else.
func (s *Service) step(ctx context.Context, a Action, i id.ID, version int64, in ReasonInput) (Detail, error) {
	return s.change(ctx, a, i, version, func(w *work) (e Event, err error) {
		if e.Text, err = required("reason", in.Reason); err != nil {
			return e, err
		}
		return e, w.take(a, w.tx.Now())
	})
}

// judge is a step that nobody takes with his own promise. Error: ErrOwn.
func (w *work) judge(a Action) error {
	if w.who.Oneself(w.MakerID, w.OrgID) {
		return ErrOwn
	}
	w.ApproverName = w.who.Name
	return w.take(a, w.tx.Now())
}

// ApproveInput may say something with it.
type ApproveInput struct {
	Remark string `json:"remark,omitempty" maxLength:"1000"`
}

// Approve lets a promise count from now on. Errors: ErrState, ErrOwn, db.ErrNotFound,
// db.ErrStale.
func (s *Service) Approve(ctx context.Context, i id.ID, version int64, in ApproveInput) (Detail, error) {
	return s.change(ctx, Approve, i, version, func(w *work) (Event, error) {
		e := Event{Text: strings.TrimSpace(in.Remark)}
		if err := w.judge(Approve); err != nil {
			return e, err
		}
		return e, w.begin()
	})
}

// Refuse ends a promise that was never made. Errors: validation, as of Approve.
func (s *Service) Refuse(ctx context.Context, i id.ID, version int64, in ReasonInput) (Detail, error) {
	return s.change(ctx, Refuse, i, version, func(w *work) (e Event, err error) {
		if e.Text, err = required("reason", in.Reason); err != nil {
			return e, err
		}
		return e, w.judge(Refuse)
	})
}

// KeepInput tells that a promise was kept.
type KeepInput struct {
	Evidence string       `json:"evidence" minLength:"1" maxLength:"2000" doc:"what proves it: a recording, a receipt, who confirmed it"`
	At       when.Instant `json:"at,omitzero" doc:"when; now when absent"`
}

// Keep ends a promise that was kept: late, when its time was over. Errors: validation,
// ErrState, ErrNotUs, db.ErrNotFound, db.ErrStale.
func (s *Service) Keep(ctx context.Context, i id.ID, version int64, in KeepInput) (Detail, error) {
	return s.change(ctx, Keep, i, version, func(w *work) (e Event, err error) {
		at := cmp.Or(in.At, w.tx.Now())
		var v fault.Validation
		e.Text = strings.TrimSpace(in.Evidence)
		v.Check(e.Text != "", "evidence", "required")
		v.Check(at <= w.tx.Now(), "at", "in_future")
		v.Check(at >= w.MadeAt, "at", "too_early")
		if err := v.Err(); err != nil {
			return e, err
		}
		return e, w.take(Keep, at)
	})
}

// Break ends a promise that will not be kept. Errors: as of Keep.
func (s *Service) Break(ctx context.Context, i id.ID, version int64, in ReasonInput) (Detail, error) {
	return s.step(ctx, Break, i, version, in)
}

// Withdraw ends a promise that the customer no longer wants kept, or that is not approved
// yet. Errors: as of Keep.
func (s *Service) Withdraw(ctx context.Context, i id.ID, version int64, in ReasonInput) (Detail, error) {
	return s.step(ctx, Withdraw, i, version, in)
}

// Reopen takes back the end of a promise that was put down in error. Errors: as of Keep.
func (s *Service) Reopen(ctx context.Context, i id.ID, version int64, in ReasonInput) (Detail, error) {
	return s.step(ctx, Reopen, i, version, in)
}

// AssignInput names who keeps it.
type AssignInput struct {
	OwnerID id.ID  `json:"owner_id"`
	Reason  string `json:"reason,omitempty" maxLength:"1000"`
}

// Assign gives a promise to somebody else. Errors: ErrOwner, as of Keep.
func (s *Service) Assign(ctx context.Context, i id.ID, version int64, in AssignInput) (Detail, error) {
	return s.change(ctx, Assign, i, version, func(w *work) (Event, error) {
		e := Event{Text: strings.TrimSpace(in.Reason)}
		if err := w.take(Assign, w.tx.Now()); err != nil {
			return e, err
		}
		err := w.giveTx(in.OwnerID)
		e.OwnerName = w.OwnerName
		return e, err
	})
}
