package feedback

import (
	"errors"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// opFollow is how the audit log names that a case followed the outage it reports.
const opFollow = "feedback.follow"

// FaultReport is what an outage takes from a case that reports it.
type FaultReport struct {
	ID          id.ID        `json:"id"`
	OrgID       id.ID        `json:"org_id"`
	CaseNo      string       `json:"case_no"`
	Type        Type         `json:"type"`
	State       State        `json:"state"`
	Area        string       `json:"area"`
	CustomerID  id.ID        `json:"customer_id,omitzero"`
	AccountID   id.ID        `json:"account_id,omitzero"`
	EquipmentID id.ID        `json:"equipment_id,omitzero"`
	ReceivedAt  when.Instant `json:"received_at"`
}

// Waits tells whether the report is of a fault, and still being worked on.
func (r FaultReport) Waits() bool { return r.Type == Fault && slices.Contains(open, r.State) }

// FaultReportTx gives a case as the report of a fault. Error: db.ErrNotFound.
func (s *Service) FaultReportTx(tx *db.Tx, scope db.Scope, i id.ID) (FaultReport, error) {
	r, err := caseByID(tx, scope, i)
	return FaultReport{ID: r.ID, OrgID: r.OrgID, CaseNo: r.CaseNo, Type: r.Type, State: r.State, Area: r.Area, CustomerID: r.CustomerID, AccountID: r.AccountID, EquipmentID: r.EquipmentID, ReceivedAt: r.ReceivedAt}, err
}

// SeenTx opens cases of a company for a reader, by identifier.
func (s *Service) SeenTx(tx *db.Tx, who access.Who, org id.ID, cases []id.ID) ([]Case, error) {
	rows, err := casesByID(tx, org, cases)
	if err != nil {
		return nil, err
	}
	return s.showTx(tx, who, rows)
}

// Caller is who reported a case: where a message reaches him, and whether one about the
// case does so already.
type Caller struct {
	CustomerID id.ID
	Mobile     string
	Told       bool
}

// CallableTx is from when customers of a company may be written to: now, or after its
// quiet hours.
func (s *Service) CallableTx(tx *db.Tx, org id.ID) (when.Instant, error) {
	at, err := s.companyTx(tx, org)
	if err != nil {
		return 0, err
	}
	return at.notices.opens(NoticeRule{}, tx.Now()), nil
}

// FaultCourse is how far the repair of a fault is; what is not reached yet is zero.
type FaultCourse struct {
	OrgID                             id.ID
	Area                              string
	ReportedAt, ArrivedAt, RestoredAt when.Instant
}

// FaultLimitsTx counts the limits of arrival and restoration by the rules for cases.
func (s *Service) FaultLimitsTx(tx *db.Tx, f FaultCourse) ([]Deadline, error) {
	at, err := s.companyTx(tx, f.OrgID)
	if err != nil {
		return nil, err
	}
	calendar, err := s.Calendars.CalendarTx(tx)
	if err != nil {
		return nil, err
	}
	k := course{done: map[Stage]when.Instant{StageArrival: f.ArrivedAt, StageRestore: f.RestoredAt}}
	for _, p := range []struct {
		phase string
		at    when.Instant
	}{{phaseReceived, f.ReportedAt}, {phaseArrived, f.ArrivedAt}} {
		if p.at == 0 {
			continue
		}
		if err := k.Enter(p.phase, p.at, true); err != nil {
			return nil, err
		}
	}
	wheel := clockwork{calendar: calendar, place: at.place()}
	all, err := wheel.deadlines(Case{OrgID: f.OrgID, Type: Fault, Area: f.Area, Round: 1, ReceivedAt: f.ReportedAt}, k)
	all = slices.DeleteFunc(all, func(d Deadline) bool { return d.Stage != StageArrival && d.Stage != StageRestore })
	for i := range all {
		all[i].judge(tx.Now())
	}
	return all, err
}

// OutageCourse is how far the outage is that a case reports, and by whom it was brought
// there.
type OutageCourse struct {
	UnitID                id.ID
	ArrivedAt, RestoredAt when.Instant
	Answer, Cause         string // of what is over
	By                    audit.Actor
}

// FollowOutageTx brings a case as far as the outage it reports: given to its unit, the crew
// there, supply restored and the customer to be asked. What somebody has brought further
// himself stays. It tells who reported the case. Errors: db.ErrNotFound, ErrState.
func (s *Service) FollowOutageTx(tx *db.Tx, org, i id.ID, o OutageCourse) (c Caller, err error) {
	w, err := s.openTx(tx, db.ScopeOf(org), access.Outsider(o.By.Name, org), i)
	if err != nil {
		return c, err
	}
	w.actor = o.By
	if slices.Contains(open, w.State) {
		if err := w.follow(o); err != nil {
			return c, err
		}
	}
	if len(w.happened) > 0 {
		if err := w.saveTx(opFollow); err != nil {
			return c, err
		}
	}
	c = Caller{CustomerID: w.CustomerID, Told: w.noticed}
	c.Mobile, _, err = w.reachTx()
	return c, err
}

// follow takes the steps that are missing.
func (w *work) follow(o OutageCourse) error {
	if w.State == Registered && len(w.at.team(w.units, w.OrgID, o.UnitID)) > 0 {
		if err := w.giveTo(o.UnitID, id.ID{}); err != nil {
			return err
		}
		if err := w.step(Dispatch, Internal, Params{UnitID: o.UnitID}, Words{}); err != nil {
			return err
		}
	}
	if o.ArrivedAt == 0 {
		return nil
	}
	if err := w.begun(); err != nil {
		return err
	}
	if err := w.reached("arrived", o.ArrivedAt); err != nil || o.RestoredAt == 0 {
		return err
	}
	if err := w.reached("restored", o.RestoredAt); err != nil {
		return err
	}
	w.Answer, w.Cause = o.Answer, o.Cause
	if w.OwnerID.IsZero() {
		w.OwnerID, w.OwnerName = o.By.ID, o.By.Name
	}
	return w.step(Resolve, Customer, Params{OwnerID: w.OwnerID}, Words{Text: w.Answer})
}

// begun has the case worked on: by who does, where he works on cases.
func (w *work) begun() error {
	switch w.State {
	case Waiting:
		return w.step(Resume, Customer, Params{}, Words{})
	case Dispatched:
		if err := w.own(w.actor.ID); err != nil && !errors.Is(err, ErrOwner) && !errors.Is(err, ErrSameOwner) {
			return err
		}
		return w.step(Accept, Customer, Params{OwnerID: w.OwnerID}, Words{})
	}
	return nil
}

// reached puts a milestone down once a round.
func (w *work) reached(milestone string, at when.Instant) error {
	k, err := courseOf(w.Case, w.events)
	if err != nil || k.done[milestones[milestone]] != 0 || w.State == Registered {
		return err
	}
	return w.happen(string(Progress), Customer, Params{At: max(at, w.ReceivedAt), Milestone: milestone}, Words{})
}

// step takes a step and puts it down.
func (w *work) step(a Action, audience Audience, p Params, words Words) error {
	if err := w.take(a, w.tx.Now()); err != nil {
		return err
	}
	return w.happen(string(a), audience, p, words)
}
