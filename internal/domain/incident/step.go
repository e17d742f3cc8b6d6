package incident

import (
	"context"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
)

// ReasonInput says why.
type ReasonInput struct {
	Reason string `json:"reason" minLength:"1" maxLength:"1000"`
}

// RemarkInput may say something with it.
type RemarkInput struct {
	Remark string `json:"remark,omitempty" maxLength:"1000"`
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
	return s.change(ctx, a, i, version, func(*work) (e Event, err error) {
		e.Text, err = required("reason", in.Reason)
		return e, err
	})
}

// Report tells the higher organisations of an incident; who does has it from then on,
// where nobody had. Errors: ErrState, ErrNotYours, db.ErrNotFound, db.ErrStale.
func (s *Service) Report(ctx context.Context, i id.ID, version int64, in RemarkInput) (Detail, error) {
	return s.change(ctx, Report, i, version, func(w *work) (Event, error) {
		if w.OwnerID.IsZero() {
			w.OwnerID, w.OwnerName = w.who.UserID, w.who.Name
		}
		return Event{Text: strings.TrimSpace(in.Remark), OwnerName: w.OwnerName}, nil
	})
}

// RegradeInput gives another grade.
type RegradeInput struct {
	Grade  string `json:"grade" minLength:"1" maxLength:"30" pattern:"^[a-z_]*$" doc:"code"`
	Reason string `json:"reason" minLength:"1" maxLength:"1000"`
}

// Regrade gives an incident another grade; a lower one only from a higher organisation.
// What is not reported yet is due by the new grade. Errors: validation, ErrGrade,
// ErrLevel, as of Report.
func (s *Service) Regrade(ctx context.Context, i id.ID, version int64, in RegradeInput) (Detail, error) {
	return s.change(ctx, Regrade, i, version, func(w *work) (e Event, err error) {
		if e.Text, err = required("reason", in.Reason); err != nil {
			return e, err
		}
		if err := w.gradeAs(in.Grade); err != nil {
			return e, err
		}
		switch {
		case w.Grade == w.before.Grade:
			return e, ErrGrade.With("grade", in.Grade)
		case w.Rank > w.before.Rank && !w.above(w.who.HomeOrgID):
			return e, ErrLevel
		case w.State == Opened:
			w.DueAt = w.terms.due(w.KnownAt)
		}
		e.Grade = w.Grade
		return e, nil
	})
}

// AssignInput names who reports and investigates.
type AssignInput struct {
	OwnerID id.ID  `json:"owner_id"`
	Reason  string `json:"reason,omitempty" maxLength:"1000"`
}

// Assign gives an incident to somebody else. Errors: ErrOwner, as of Report.
func (s *Service) Assign(ctx context.Context, i id.ID, version int64, in AssignInput) (Detail, error) {
	return s.change(ctx, Assign, i, version, func(w *work) (Event, error) {
		err := w.giveTx(in.OwnerID)
		return Event{Text: strings.TrimSpace(in.Reason), OwnerName: w.OwnerName}, err
	})
}

// ConcludeInput is what the investigation found.
type ConcludeInput struct {
	Cause         string `json:"cause" minLength:"1" maxLength:"5000"`
	ResponsibleID id.ID  `json:"responsible_id" doc:"the responsible unit"`
	PersonID      id.ID  `json:"person_id,omitzero" doc:"who is responsible; needs incident.person, without which who was named stays"`
}

// Conclude puts down the cause and who is responsible; it may be put right until it is
// submitted. Errors: validation, ErrUnit, ErrPerson, access.ErrForbidden, as of Report.
func (s *Service) Conclude(ctx context.Context, i id.ID, version int64, in ConcludeInput) (Detail, error) {
	return s.change(ctx, Conclude, i, version, func(w *work) (e Event, err error) {
		if w.Cause, err = required("cause", in.Cause); err != nil {
			return e, err
		}
		if !w.units.Within(in.ResponsibleID, w.OrgID) {
			return e, ErrUnit
		}
		w.ResponsibleID = in.ResponsibleID
		return e, w.blameTx(in.PersonID)
	})
}

// blameTx names who is responsible, where the caller may.
func (w *work) blameTx(person id.ID) (err error) {
	if !w.seesPerson() {
		if person.IsZero() {
			return nil
		}
		return access.ErrForbidden.With("permission", PermPerson)
	}
	w.PersonID, w.PersonName = person, ""
	if !person.IsZero() {
		w.PersonName, err = w.workerTx(task.PermList, person, ErrPerson)
	}
	return err
}

// Submit asks for the end of an incident whose measures were taken. Errors: ErrMeasures,
// as of Report.
func (s *Service) Submit(ctx context.Context, i id.ID, version int64, in RemarkInput) (Detail, error) {
	return s.change(ctx, Submit, i, version, func(*work) (Event, error) { return Event{Text: strings.TrimSpace(in.Remark)}, nil })
}

// Close ends an incident, one level higher. Errors: validation, ErrState, ErrLevel,
// ErrOwn, db.ErrNotFound, db.ErrStale.
func (s *Service) Close(ctx context.Context, i id.ID, version int64, in ReasonInput) (Detail, error) {
	return s.step(ctx, Close, i, version, in)
}

// Return sends an incident back to take further measures. Errors: as of Close.
func (s *Service) Return(ctx context.Context, i id.ID, version int64, in ReasonInput) (Detail, error) {
	return s.step(ctx, Return, i, version, in)
}

// Dismiss ends what is no incident. Errors: as of Close.
func (s *Service) Dismiss(ctx context.Context, i id.ID, version int64, in ReasonInput) (Detail, error) {
	return s.step(ctx, Dismiss, i, version, in)
}

// Reopen takes back the end of an incident. Errors: as of Close.
func (s *Service) Reopen(ctx context.Context, i id.ID, version int64, in ReasonInput) (Detail, error) {
	return s.step(ctx, Reopen, i, version, in)
}
