package feedback

import (
	"cmp"
	"context"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// GiveInput hands a case to a unit.
type GiveInput struct {
	UnitID  id.ID  `json:"unit_id"`
	OwnerID id.ID  `json:"owner_id,omitzero" doc:"one of its people; absent: whoever accepts it"`
	Reason  string `json:"reason,omitempty" maxLength:"1000"`
}

// Dispatch sends a registered case to the unit that has to solve it. Errors: ErrState,
// ErrUnit, ErrNobody, ErrOwner, db.ErrStale, db.ErrNotFound.
func (s *Service) Dispatch(ctx context.Context, i id.ID, version int64, in GiveInput) (Detail, error) {
	return s.change(ctx, Dispatch, i, version, func(w *work) error {
		if err := w.giveTo(in.UnitID, in.OwnerID); err != nil {
			return err
		}
		return w.happen(string(Dispatch), Internal, Params{UnitID: in.UnitID, OwnerID: w.OwnerID}, Words{Text: strings.TrimSpace(in.Reason)})
	})
}

// Accept takes a dispatched case on. Errors: ErrNotYours, as of Dispatch.
func (s *Service) Accept(ctx context.Context, i id.ID, version int64) (Detail, error) {
	return s.change(ctx, Accept, i, version, func(w *work) error {
		if err := w.own(w.who.UserID); err != nil {
			return err
		}
		return w.happen(string(Accept), Customer, Params{OwnerID: w.OwnerID}, Words{})
	})
}

// AssignInput names the owner.
type AssignInput struct {
	OwnerID id.ID  `json:"owner_id"`
	Reason  string `json:"reason,omitempty" maxLength:"1000"`
}

// Assign gives a case to one of the people. Errors: ErrOwner, as of Accept.
func (s *Service) Assign(ctx context.Context, i id.ID, version int64, in AssignInput) (Detail, error) {
	return s.change(ctx, Assign, i, version, func(w *work) error {
		if err := w.own(in.OwnerID); err != nil {
			return err
		}
		return w.happen(string(Assign), Internal, Params{OwnerID: in.OwnerID}, Words{Text: strings.TrimSpace(in.Reason)})
	})
}

// Transfer hands a case to another unit, with a reason. Errors: validation, as of
// Accept and Dispatch.
func (s *Service) Transfer(ctx context.Context, i id.ID, version int64, in GiveInput) (Detail, error) {
	return s.change(ctx, Transfer, i, version, func(w *work) error {
		var v fault.Validation
		reason := required(&v, "reason", in.Reason)
		v.Check(in.UnitID != w.UnitID, "unit_id", "same")
		if err := v.Err(); err != nil {
			return err
		}
		if err := w.giveTo(in.UnitID, in.OwnerID); err != nil {
			return err
		}
		return w.happen(string(Transfer), Internal, Params{UnitID: in.UnitID, OwnerID: w.OwnerID}, Words{Text: reason})
	})
}

func required(v *fault.Validation, name, text string) string {
	text = strings.TrimSpace(text)
	v.Check(text != "", name, "required")
	return text
}

// ReasonInput is why something is done.
type ReasonInput struct {
	Reason string `json:"reason" minLength:"1" maxLength:"1000"`
}

func (in ReasonInput) reason() (string, error) {
	var v fault.Validation
	reason := required(&v, "reason", in.Reason)
	return reason, v.Err()
}

// Return sends a case back to who dispatches, with a reason. Errors: validation, as of
// Accept.
func (s *Service) Return(ctx context.Context, i id.ID, version int64, in ReasonInput) (Detail, error) {
	return s.change(ctx, Return, i, version, func(w *work) error {
		reason, err := in.reason()
		if err != nil {
			return err
		}
		p := Params{UnitID: w.UnitID}
		w.UnitID, w.OwnerID, w.OwnerName = id.ID{}, id.ID{}, ""
		return w.happen(string(Return), Internal, p, Words{Text: reason})
	})
}

// PauseInput says why the clock stands still, and what proves it.
type PauseInput struct {
	Reason   string `json:"reason" minLength:"1" maxLength:"1000"`
	Evidence string `json:"evidence" minLength:"1" maxLength:"1000"`
}

// Pause stops the clock of a case that waits for the customer or others. Errors:
// validation, as of Accept.
func (s *Service) Pause(ctx context.Context, i id.ID, version int64, in PauseInput) (Detail, error) {
	return s.change(ctx, Pause, i, version, func(w *work) error {
		var v fault.Validation
		reason, evidence := required(&v, "reason", in.Reason), required(&v, "evidence", in.Evidence)
		if err := v.Err(); err != nil {
			return err
		}
		return w.happen(string(Pause), Customer, Params{}, Words{Text: reason, Evidence: evidence})
	})
}

// Resume lets the clock go on. Errors: as of Accept.
func (s *Service) Resume(ctx context.Context, i id.ID, version int64) (Detail, error) {
	return s.change(ctx, Resume, i, version, func(w *work) error {
		return w.happen(string(Resume), Customer, Params{}, Words{})
	})
}

// ProgressInput tells that something was reached.
type ProgressInput struct {
	Milestone string       `json:"milestone" enum:"contacted,arrived,restored"`
	At        when.Instant `json:"at,omitzero" doc:"when; now when absent"`
	Text      string       `json:"text,omitempty" maxLength:"2000" doc:"words to the customer"`
}

// Progress puts down that the customer was contacted, or the crew arrived, or supply was
// restored. Errors: validation, as of Accept.
func (s *Service) Progress(ctx context.Context, i id.ID, version int64, in ProgressInput) (Detail, error) {
	return s.change(ctx, Progress, i, version, func(w *work) error {
		at := cmp.Or(in.At, w.tx.Now())
		var v fault.Validation
		v.Check(at <= w.tx.Now(), "at", "in_future")
		v.Check(at >= w.ReceivedAt, "at", "too_early")
		if err := v.Err(); err != nil {
			return err
		}
		return w.happen(string(Progress), Customer, Params{At: at, Milestone: in.Milestone}, Words{Text: strings.TrimSpace(in.Text)})
	})
}

// ResolveInput is what was done and answered.
type ResolveInput struct {
	Answer   string `json:"answer" minLength:"1" maxLength:"5000" doc:"what the customer is told"`
	Cause    string `json:"cause,omitempty" maxLength:"2000"`
	Measures string `json:"measures,omitempty" maxLength:"2000"`
	Finding  string `json:"finding,omitempty" enum:"product,management,own_error,none,unlawful" doc:"what was found: the supply, our management, the customer's own error, nothing, or a demand against law or the common good"`
}

// Resolve ends the work on a case: the customer is asked next. Errors: validation, as of
// Accept.
func (s *Service) Resolve(ctx context.Context, i id.ID, version int64, in ResolveInput) (Detail, error) {
	return s.change(ctx, Resolve, i, version, func(w *work) error {
		var v fault.Validation
		w.Answer = required(&v, "answer", in.Answer)
		w.Cause, w.Measures = strings.TrimSpace(in.Cause), strings.TrimSpace(in.Measures)
		v.Check(in.Finding != "unlawful" || w.Cause != "", "cause", "required")
		if err := v.Err(); err != nil {
			return err
		}
		w.Finding = in.Finding
		if w.OwnerID.IsZero() {
			w.OwnerID, w.OwnerName = w.who.UserID, w.who.Name
		}
		return w.happen(string(Resolve), Customer, Params{OwnerID: w.OwnerID, Code: in.Finding}, Words{Text: w.Answer})
	})
}

// Update changes the facts of a case that has not ended; what was known before stays in
// its events. Errors: as of Create, ErrState, db.ErrStale.
func (s *Service) Update(ctx context.Context, i id.ID, version int64, in Facts) (Detail, error) {
	return s.change(ctx, Update, i, version, func(w *work) error {
		in = w.unmask(in)
		var v fault.Validation
		in.validate(&v)
		if err := v.Err(); err != nil {
			return err
		}
		if err := w.takeOver(in); err != nil {
			return err
		}
		if w.CustomerID != w.before.CustomerID {
			if err := w.followedTx(); err != nil {
				return err
			}
		}
		fields := w.changed()
		if len(fields) == 0 {
			return nil
		}
		before := w.before.Body
		return w.happen(string(Update), Internal, Params{Fields: fields}, Words{Before: &before})
	})
}

// unmask puts back what the caller was shown masked and sends back so.
func (w *work) unmask(in Facts) Facts {
	shown := w.show(w.before)
	for _, f := range []struct {
		sent         *string
		shown, whole string
	}{{&in.Title, shown.Title, w.Title}, {&in.Text, shown.Text, w.Case.Text}, {&in.CallerName, shown.CallerName, w.CallerName}, {&in.CallerPhone, shown.CallerPhone, w.CallerPhone}, {&in.Place, shown.Place, w.Place}} {
		if *f.sent == f.shown {
			*f.sent = f.whole
		}
	}
	return in
}

// changed names what an update changed.
func (w *work) changed() (fields []string) {
	b, a := w.before, w.Case
	for _, f := range []struct {
		name string
		is   bool
	}{{"type", a.Type != b.Type}, {"category", a.Category != b.Category}, {"channel", a.Channel != b.Channel}, {"source", a.Source != b.Source}, {"area", a.Area != b.Area},
		{"circumstances", strings.Join(a.Circumstances, " ") != strings.Join(b.Circumstances, " ")}, {"secret", a.Secret != b.Secret}, {"anonymous", a.Anonymous != b.Anonymous}, {"quiet", a.Quiet != b.Quiet},
		{"customer", a.CustomerID != b.CustomerID}, {"account", a.AccountID != b.AccountID}, {"equipment", a.EquipmentID != b.EquipmentID}, {"title", a.Title != b.Title}, {"text", a.Text != b.Text},
		{"caller_name", a.CallerName != b.CallerName}, {"caller_phone", a.CallerPhone != b.CallerPhone}, {"place", a.Place != b.Place}} {
		if f.is {
			fields = append(fields, f.name)
		}
	}
	return fields
}
