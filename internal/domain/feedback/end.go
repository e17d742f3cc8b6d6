package feedback

import (
	"context"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

// VerdictInput is what the customer says of what was done (E4). Who is dissatisfied has
// his case opened again, for another owner.
type VerdictInput struct {
	Verdict    Verdict `json:"verdict" enum:"satisfied,dissatisfied"`
	By         string  `json:"by" enum:"call,link,letter,visit" doc:"how it was got"`
	Timely     bool    `json:"timely"`
	Reasonable bool    `json:"reasonable"`
	Fair       bool    `json:"fair"`
	Text       string  `json:"text,omitempty" maxLength:"2000" doc:"in his own words"`
	UnitID     id.ID   `json:"unit_id,omitzero" doc:"dissatisfied: who takes it now; absent: the same unit"`
	OwnerID    id.ID   `json:"owner_id,omitzero" doc:"dissatisfied: its new owner; absent: whoever accepts it, but the last"`
}

// Verdict puts the customer's verdict down: satisfied closes the case, dissatisfied
// opens it again. Errors: ErrSameOwner, as of Dispatch.
func (s *Service) Verdict(ctx context.Context, i id.ID, version int64, in VerdictInput) (Detail, error) {
	return s.change(ctx, Judge, i, version, func(w *work) error { return w.judge(in) })
}

// judge takes a verdict: what follows from it is the same however it was got.
func (w *work) judge(in VerdictInput) error {
	w.Case.Verdict, w.VerdictBy, w.Timely, w.Reasonable, w.Fair = in.Verdict, in.By, in.Timely, in.Reasonable, in.Fair
	if in.Verdict == Satisfied {
		return w.happen(string(Judge), Customer, Params{Code: string(in.Verdict)}, Words{Text: strings.TrimSpace(in.Text)})
	}
	var v fault.Validation
	text := required(&v, "text", in.Text)
	if err := v.Err(); err != nil {
		return err
	}
	if err := w.happen(string(Judge), Customer, Params{Code: string(in.Verdict)}, Words{Text: text}); err != nil {
		return err
	}
	if err := w.take(Reopen, w.tx.Now()); err != nil {
		return err
	}
	return w.again(in.UnitID, in.OwnerID, text)
}

// again hands a case that was opened again to another owner: of the unit named, of the
// one that had it, of the one the rules name, or of the company where it was answered at
// once.
func (w *work) again(unit, owner id.ID, reason string) error {
	w.Round, w.LeadID = w.Round+1, id.ID{}
	unit = first(unit, w.UnitID, w.at.route(w.Type, w.Category), w.OrgID)
	if err := w.giveTo(unit, owner); err != nil {
		return err
	}
	return w.happen(string(Reopen), Customer, Params{UnitID: unit, OwnerID: w.OwnerID}, Words{Text: reason})
}

func first(ids ...id.ID) id.ID {
	for _, i := range ids {
		if !i.IsZero() {
			return i
		}
	}
	return id.ID{}
}

// CloseInput says why there is no verdict.
type CloseInput struct {
	Reason string `json:"reason" enum:"unreachable,declined,anonymous,not_needed"`
	Text   string `json:"text,omitempty" maxLength:"1000"`
}

// withoutVerdict are why a case may end without one.
var withoutVerdict = []string{"unreachable", "declined", "anonymous", "not_needed"}

// Close ends a resolved case without a verdict. Errors: as of Dispatch.
func (s *Service) Close(ctx context.Context, i id.ID, version int64, in CloseInput) (Detail, error) {
	return s.change(ctx, Close, i, version, func(w *work) error {
		var v fault.Validation
		v.Check(slices.Contains(withoutVerdict, in.Reason), "reason", "not_allowed", "allowed", strings.Join(withoutVerdict, ", "))
		if err := v.Err(); err != nil {
			return err
		}
		w.VerdictBy = in.Reason
		return w.happen(string(Close), Customer, Params{Code: in.Reason}, Words{Text: strings.TrimSpace(in.Text)})
	})
}

// ReopenInput opens a case again.
type ReopenInput struct {
	Reason  string `json:"reason" minLength:"1" maxLength:"1000"`
	UnitID  id.ID  `json:"unit_id,omitzero" doc:"absent: the same unit"`
	OwnerID id.ID  `json:"owner_id,omitzero" doc:"another than before; absent: whoever accepts it"`
}

// Reopen opens a case again for another owner. Errors: validation, ErrSameOwner, as of
// Dispatch.
func (s *Service) Reopen(ctx context.Context, i id.ID, version int64, in ReopenInput) (Detail, error) {
	return s.change(ctx, Reopen, i, version, func(w *work) error {
		reason, err := ReasonInput{in.Reason}.reason()
		if err != nil {
			return err
		}
		return w.again(in.UnitID, in.OwnerID, reason)
	})
}

// Withdraw ends a case the customer takes back. Errors: validation, as of Dispatch.
func (s *Service) Withdraw(ctx context.Context, i id.ID, version int64, in ReasonInput) (Detail, error) {
	return s.change(ctx, Withdraw, i, version, func(w *work) error {
		reason, err := in.reason()
		if err != nil {
			return err
		}
		return w.happen(string(Withdraw), Customer, Params{}, Words{Text: reason})
	})
}

// JoinInput names the leading case.
type JoinInput struct {
	LeadID id.ID  `json:"lead_id"`
	Reason string `json:"reason,omitempty" maxLength:"1000"`
}

// Join puts a case into a leading one about the same, with which it is answered. Errors:
// ErrLead, as of Dispatch.
func (s *Service) Join(ctx context.Context, i id.ID, version int64, in JoinInput) (Detail, error) {
	return s.change(ctx, Join, i, version, func(w *work) error {
		lead, err := lockCase(w.tx, w.who.Scope, in.LeadID)
		if err != nil {
			return err
		}
		if lead.OrgID != w.OrgID || lead.ID == w.ID || !lead.Open() {
			return ErrLead
		}
		led, err := ledBy(w.tx, w.OrgID, w.ID)
		if err != nil {
			return err
		}
		if len(led) > 0 {
			return ErrLead // it leads others itself
		}
		w.LeadID = lead.ID
		if err := w.happen(string(Join), Customer, Params{CaseID: lead.ID, CaseNo: lead.CaseNo}, Words{Text: strings.TrimSpace(in.Reason)}); err != nil {
			return err
		}
		return w.tellOther(lead, kindLed)
	})
}

// tellOther puts down in another case what this one did to it.
func (w *work) tellOther(other caseRow, kind string) error {
	o, err := w.workTx(w.tx, w.who, other)
	if err != nil {
		return err
	}
	if err := o.happen(kind, Internal, Params{CaseID: w.ID, CaseNo: w.CaseNo}, Words{}); err != nil {
		return err
	}
	return insertEvents(w.tx, o.happened)
}

// SplitInput is the part of a case that is another matter.
type SplitInput struct {
	Type     Type   `json:"type" enum:"fault,inquiry,complaint,report,opinion,suggestion,praise,service_request"`
	Category string `json:"category" minLength:"1" maxLength:"60" pattern:"^[a-z0-9_.]+$"`
	Title    string `json:"title,omitempty" maxLength:"100"`
	Text     string `json:"text" minLength:"1" maxLength:"5000"`
}

// Split makes a case of a part of another, of the same customer and caller. Its time
// began when the customer came; the newest event names it. Errors: as of Create,
// ErrState, db.ErrStale.
func (s *Service) Split(ctx context.Context, i id.ID, version int64, in SplitInput) (Detail, error) {
	return s.change(ctx, Split, i, version, func(w *work) error {
		facts := Facts{Type: in.Type, Category: in.Category, Title: in.Title, Text: in.Text, Channel: w.Channel, Source: w.Source, Area: w.Area, Circumstances: w.Circumstances, Secret: w.Secret,
			Anonymous: w.Anonymous, Quiet: w.Quiet, CustomerID: w.CustomerID, AccountID: w.AccountID, EquipmentID: w.EquipmentID, CallerName: w.CallerName, CallerPhone: w.CallerPhone, Place: w.Place}
		var v fault.Validation
		facts.validate(&v)
		if err := v.Err(); err != nil {
			return err
		}
		other, err := s.registerTx(w.tx, w.who, w.OrgID, CreateInput{ReceivedAt: w.ReceivedAt, Facts: facts})
		if err != nil {
			return err
		}
		if err := insertLink(w.tx, w.OrgID, w.ID, other.ID, linkSplit); err != nil {
			return err
		}
		if err := other.recordTx(PermSplit, nil); err != nil {
			return err
		}
		return w.happen(string(Split), Internal, Params{CaseID: other.ID, CaseNo: other.CaseNo}, Words{})
	})
}
