package outage

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// PlaceInput names a place of the network.
type PlaceInput struct {
	PlaceKind string `json:"place_kind" enum:"equipment,district,line,substation"`
	PlaceID   id.ID  `json:"place_id"`
	Area      string `json:"area,omitempty" enum:"urban,rural,remote" doc:"absent: the case's, or the district's"`
}

// CreateInput is a failure of supply.
type CreateInput struct {
	OrgID id.ID `json:"org_id,omitzero" doc:"company; needed by callers of several, unless a case names it"`
	PlaceInput
	CaseID id.ID  `json:"case_id,omitzero" doc:"the case that reports it"`
	Note   string `json:"note,omitempty" maxLength:"1000"`
}

// Create puts an outage down, with the case that reports it. Errors: ErrPlace, ErrCase,
// ErrJoined, db.ErrNotFound, db.ErrOrgRequired, db.ErrKeyReused.
func (s *Service) Create(ctx context.Context, key string, in CreateInput) (d Detail, err error) {
	who, err := access.Allow(ctx, PermCreate)
	if err != nil {
		return d, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return d, fmt.Errorf("outage: %w", err)
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		report, org, err := s.reportedTx(tx, who, in)
		if err != nil {
			return err
		}
		once := db.Once{OrgID: org, UserID: who.UserID, Action: PermCreate, Key: key, Body: body}
		made, _, err := tx.Once(once, func() (id.ID, error) { return s.createTx(tx, who, org, report, in) })
		if err != nil {
			return err
		}
		d, err = s.detailTx(tx, who, made)
		return err
	})
	return d, err
}

// reportedTx is the report of an outage, if there is one, and the company.
func (s *Service) reportedTx(tx *db.Tx, who access.Who, in CreateInput) (r feedback.FaultReport, org id.ID, err error) {
	if in.CaseID.IsZero() {
		org, err = who.Scope.One(in.OrgID)
		return r, org, err
	}
	r, err = s.Feedback.FaultReportTx(tx, who.Scope, in.CaseID)
	return r, r.OrgID, err
}

// numberPrefix tells the numbers of outages from those of cases.
const numberPrefix = "TD"

func (s *Service) createTx(tx *db.Tx, who access.Who, org id.ID, report feedback.FaultReport, in CreateInput) (id.ID, error) {
	o := Outage{ID: tx.NewID(), OrgID: org, State: Reported, TellAll: true, ReportedAt: tx.Now(), DueAt: never, Version: 1, CreatedAt: tx.Now(), UpdatedAt: tx.Now()}
	w, err := s.workTx(tx, who, o)
	if err != nil {
		return o.ID, err
	}
	w.before = Outage{}
	if err := w.placeTx(in.PlaceInput, report.Area); err != nil {
		return o.ID, err
	}
	p := Params{Place: w.PlaceName}
	if !report.ID.IsZero() {
		if err := w.joinTx(report); err != nil {
			return o.ID, err
		}
		p.CaseID, p.CaseNo = report.ID, report.CaseNo
	}
	if err := w.countTx(); err != nil {
		return o.ID, err
	}
	n, err := takeNumber(tx, org, tx.Now().Day())
	if err != nil {
		return o.ID, err
	}
	company, _ := w.units.Get(org)
	w.OutageNo = fmt.Sprintf("%s%s-%s-%04d", numberPrefix, company.Code, strings.ReplaceAll(string(tx.Now().Day()), "-", ""), n)
	if err := insertOutage(tx, w.Outage); err != nil {
		return o.ID, err
	}
	return o.ID, w.tellTx(Create, p, strings.TrimSpace(in.Note), nil)
}

// placeTx takes over where the outage is, and who is behind it. Error: ErrPlace.
func (w *work) placeTx(in PlaceInput, area string) error {
	origin := supply.Origin{Kind: in.PlaceKind, ID: in.PlaceID}
	spot, err := w.Supply.SpotTx(w.tx, db.ScopeOf(w.OrgID), origin)
	if errors.Is(err, db.ErrNotFound) {
		return ErrPlace
	}
	if err != nil {
		return err
	}
	w.PlaceKind, w.PlaceID, w.PlaceNo, w.PlaceName, w.NodeID = in.PlaceKind, in.PlaceID, spot.No, spot.Name, spot.Node.ID
	w.Area = cmp.Or(in.Area, w.Area, area, spot.Area, "urban")
	if w.UnitID.IsZero() {
		w.UnitID = spot.UnitID
	}
	return w.reachTx()
}

// reachTx counts who is behind the outage.
func (w *work) reachTx() error {
	r, err := w.Supply.ReachTx(w.tx, db.ScopeOf(w.OrgID), w.origin())
	w.Accounts, w.Customers = r.Accounts, r.Customers
	return err
}

// joinTx takes a case in. Errors: ErrCase, ErrJoined.
func (w *work) joinTx(r feedback.FaultReport) error {
	if !r.Waits() {
		return ErrCase
	}
	added, err := insertCase(w.tx, w.Outage, r)
	if err != nil {
		return err
	}
	if !added {
		return ErrJoined
	}
	w.Cases++
	w.ReportedAt = min(w.ReportedAt, r.ReceivedAt)
	return nil
}

// CaseInput names a case that reports an outage.
type CaseInput struct {
	CaseID id.ID `json:"case_id"`
}

// Join takes in a case that reports the same outage. Errors: ErrState, ErrCase, ErrJoined,
// db.ErrNotFound, db.ErrStale.
func (s *Service) Join(ctx context.Context, i id.ID, version int64, in CaseInput) (Detail, error) {
	return s.change(ctx, Join, i, version, func(w *work) (p Params, _ string, err error) {
		r, err := s.Feedback.FaultReportTx(w.tx, db.ScopeOf(w.OrgID), in.CaseID)
		if err != nil {
			return p, "", err
		}
		if err := w.take(Join, w.tx.Now()); err != nil {
			return p, "", err
		}
		return Params{CaseID: r.ID, CaseNo: r.CaseNo}, "", w.joinTx(r)
	})
}

// Leave takes a case out again: it reports something else. Errors: ErrState,
// db.ErrNotFound, db.ErrStale.
func (s *Service) Leave(ctx context.Context, i id.ID, version int64, in CaseInput) (Detail, error) {
	return s.change(ctx, Leave, i, version, func(w *work) (p Params, _ string, err error) {
		if err := w.take(Leave, w.tx.Now()); err != nil {
			return p, "", err
		}
		if err := deleteCase(w.tx, w.Outage, in.CaseID); err != nil {
			return p, "", err
		}
		r, err := s.Feedback.FaultReportTx(w.tx, db.ScopeOf(w.OrgID), in.CaseID)
		if err != nil {
			return p, "", err
		}
		w.Cases--
		first, err := firstReport(w.tx, w.Outage)
		w.ReportedAt = cmp.Or(first, w.CreatedAt)
		if w.ArrivedAt != 0 {
			w.ReportedAt = min(w.ReportedAt, w.ArrivedAt)
		}
		return Params{CaseID: r.ID, CaseNo: r.CaseNo}, "", err
	})
}

// RelocateInput says where an outage is after all.
type RelocateInput struct {
	PlaceInput
	Reason string `json:"reason,omitempty" maxLength:"1000"`
}

// Relocate puts an outage where it is found to be. Errors: ErrState, ErrPlace,
// db.ErrNotFound, db.ErrStale.
func (s *Service) Relocate(ctx context.Context, i id.ID, version int64, in RelocateInput) (Detail, error) {
	return s.change(ctx, Relocate, i, version, func(w *work) (p Params, _ string, err error) {
		if err := w.take(Relocate, w.tx.Now()); err != nil {
			return p, "", err
		}
		err = w.placeTx(in.PlaceInput, w.Area)
		return Params{Place: w.PlaceName}, strings.TrimSpace(in.Reason), err
	})
}
