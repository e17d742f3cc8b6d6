package outage

import (
	"cmp"
	"context"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// DispatchInput names who repairs it.
type DispatchInput struct {
	UnitID id.ID  `json:"unit_id" doc:"of the company"`
	Crew   string `json:"crew" minLength:"1" maxLength:"60" doc:"the team"`
	Note   string `json:"note,omitempty" maxLength:"1000"`
}

// Dispatch sends a crew, or another one. Errors: validation, ErrState, ErrUnit,
// db.ErrNotFound, db.ErrStale.
func (s *Service) Dispatch(ctx context.Context, i id.ID, version int64, in DispatchInput) (Detail, error) {
	return s.change(ctx, Dispatch, i, version, func(w *work) (p Params, _ string, err error) {
		var v fault.Validation
		crew := strings.TrimSpace(in.Crew)
		v.Check(crew != "", "crew", "required")
		if err := v.Err(); err != nil {
			return p, "", err
		}
		if c, ok := w.units.Company(in.UnitID); !ok || c.ID != w.OrgID {
			return p, "", ErrUnit
		}
		w.UnitID, w.Crew = in.UnitID, crew
		return Params{Crew: crew, UnitID: in.UnitID}, strings.TrimSpace(in.Note), w.take(Dispatch, w.tx.Now())
	})
}

// ArriveInput tells that the crew is there.
type ArriveInput struct {
	At   when.Instant `json:"at,omitzero" doc:"when; now when absent"`
	Note string       `json:"note,omitempty" maxLength:"1000" doc:"what is seen there"`
}

// moment is when something took place: not before a moment, nor in the future.
func (w *work) moment(at, from when.Instant) (when.Instant, error) {
	at = cmp.Or(at, w.tx.Now())
	var v fault.Validation
	v.Check(at <= w.tx.Now(), "at", "in_future")
	v.Check(at >= from, "at", "too_early")
	return at, v.Err()
}

// Arrive puts down that the crew is there. Errors: validation, ErrState, ErrNotUs,
// db.ErrNotFound, db.ErrStale.
func (s *Service) Arrive(ctx context.Context, i id.ID, version int64, in ArriveInput) (Detail, error) {
	return s.change(ctx, Arrive, i, version, func(w *work) (p Params, _ string, err error) {
		at, err := w.moment(in.At, w.ReportedAt)
		if err != nil {
			return p, "", err
		}
		return Params{TookPlaceAt: at}, strings.TrimSpace(in.Note), w.take(Arrive, at)
	})
}

// RestoreInput tells that supply is back, and why it had failed.
type RestoreInput struct {
	At      when.Instant `json:"at,omitzero" doc:"when; now when absent"`
	Cause   string       `json:"cause" minLength:"1" maxLength:"30" doc:"code"`
	Finding string       `json:"finding" minLength:"1" maxLength:"1000" doc:"what was found"`
	Remedy  string       `json:"remedy,omitempty" maxLength:"500" doc:"what was done about it"`
	TellAll bool         `json:"tell_all,omitempty" doc:"all behind it are told, rather than who reported it"`
}

// Restore puts down that supply is back: into the history of the place, and for a job that
// brings the cases to their call-back and tells the customers. Errors: validation,
// ErrState, ErrNotUs, db.ErrNotFound, db.ErrStale.
func (s *Service) Restore(ctx context.Context, i id.ID, version int64, in RestoreInput) (Detail, error) {
	return s.change(ctx, Restore, i, version, func(w *work) (p Params, _ string, err error) {
		cause, known := causeOf(in.Cause)
		finding := strings.TrimSpace(in.Finding)
		var v fault.Validation
		v.Check(known, "cause", "unknown_reference")
		v.Check(finding != "", "finding", "required")
		if err := v.Err(); err != nil {
			return p, "", err
		}
		at, err := w.moment(in.At, w.ArrivedAt)
		if err != nil {
			return p, "", err
		}
		if err := w.take(Restore, at); err != nil {
			return p, "", err
		}
		w.Cause, w.TellAll = cause.Code, in.TellAll
		if err := w.reachTx(); err != nil {
			return p, "", err
		}
		return Params{TookPlaceAt: at, Cause: cause.Code}, finding, w.recordTx(cause, finding, strings.TrimSpace(in.Remedy))
	})
}

// recordTx writes the fault into the history of where it was.
func (w *work) recordTx(cause Cause, finding, remedy string) (err error) {
	in := supply.ConditionInput{FoundAt: w.ReportedAt, RestoredAt: w.RestoredAt, Finding: w.OutageNo + " " + finding, Cause: cause.NameZh, Remedy: remedy}
	if w.PlaceKind == kindEquipment {
		in.EquipmentID = w.PlaceID
	} else {
		in.NodeKind, in.NodeID = supply.NodeKind(w.PlaceKind), w.PlaceID
	}
	w.ConditionID, err = w.Supply.RecordFaultTx(w.tx, w.actor, w.OrgID, in)
	return err
}

// NoteInput may say something with it.
type NoteInput struct {
	Note string `json:"note,omitempty" maxLength:"1000"`
}

// Close ends an outage of which everybody is told. Errors: ErrState, ErrFollowing,
// db.ErrNotFound, db.ErrStale.
func (s *Service) Close(ctx context.Context, i id.ID, version int64, in NoteInput) (Detail, error) {
	return s.change(ctx, Close, i, version, func(w *work) (Params, string, error) {
		if w.State == Restored && w.Following {
			return Params{}, "", ErrFollowing
		}
		return Params{}, strings.TrimSpace(in.Note), w.take(Close, w.tx.Now())
	})
}

// ReasonInput says why.
type ReasonInput struct {
	Reason string `json:"reason" minLength:"1" maxLength:"1000"`
}

// Cancel ends what was no outage; its cases go on by themselves. Errors: validation,
// ErrState, db.ErrNotFound, db.ErrStale.
func (s *Service) Cancel(ctx context.Context, i id.ID, version int64, in ReasonInput) (Detail, error) {
	return s.change(ctx, Cancel, i, version, func(w *work) (p Params, _ string, err error) {
		reason := strings.TrimSpace(in.Reason)
		var v fault.Validation
		v.Check(reason != "", "reason", "required")
		if err := v.Err(); err != nil {
			return p, "", err
		}
		if err := w.take(Cancel, w.tx.Now()); err != nil {
			return p, "", err
		}
		w.Cases, w.Following = 0, false
		return p, reason, deleteCases(w.tx, w.Outage)
	})
}

// NumbersTx gives the numbers of outages, for other modules that name them.
func (s *Service) NumbersTx(tx *db.Tx, scope db.Scope, outages []id.ID) (map[id.ID]string, error) {
	rows, err := numbersOf(tx, scope, outages)
	numbers := make(map[id.ID]string, len(rows))
	for _, r := range rows {
		numbers[r.ID] = r.OutageNo
	}
	return numbers, err
}
