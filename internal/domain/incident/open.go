package incident

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// CreateInput is what an incident is opened with.
type CreateInput struct {
	OrgID      id.ID        `json:"org_id,omitzero" doc:"company; needed by callers of several"`
	Grade      string       `json:"grade" minLength:"1" maxLength:"30" pattern:"^[a-z_]*$" doc:"code"`
	Title      string       `json:"title" minLength:"1" maxLength:"100"`
	Text       string       `json:"text" minLength:"1" maxLength:"5000" doc:"what happened"`
	CaseID     id.ID        `json:"case_id,omitzero" doc:"which it is opened from"`
	UnitID     id.ID        `json:"unit_id,omitzero" doc:"where it happened; absent: the unit of the case, or the caller's own"`
	OwnerID    id.ID        `json:"owner_id,omitzero" doc:"who reports and investigates it; absent: the people of the unit"`
	OccurredAt when.Instant `json:"occurred_at,omitzero" doc:"now when absent"`
	KnownAt    when.Instant `json:"known_at,omitzero" doc:"when we came to know of it; now when absent"`
}

func (in *CreateInput) validate(now when.Instant) error {
	var v fault.Validation
	in.Title, in.Text = strings.TrimSpace(in.Title), strings.TrimSpace(in.Text)
	in.KnownAt = cmp.Or(in.KnownAt, now)
	in.OccurredAt = cmp.Or(in.OccurredAt, in.KnownAt)
	v.Check(in.Title != "", "title", "required")
	v.Check(in.Text != "", "text", "required")
	v.Check(in.KnownAt <= now, "known_at", "in_future")
	v.Check(in.OccurredAt <= in.KnownAt, "occurred_at", "incident_after_known")
	return v.Err()
}

// Create opens an incident, from a case or by itself. Errors: validation, ErrGrade,
// ErrUnit, ErrOwner, db.ErrNotFound, db.ErrOrgRequired, db.ErrKeyReused.
func (s *Service) Create(ctx context.Context, key string, in CreateInput) (d Detail, err error) {
	who, org, err := access.AllowOne(ctx, PermCreate, in.OrgID)
	if err != nil {
		return d, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return d, fmt.Errorf("incident: %w", err)
	}
	once := db.Once{OrgID: org, UserID: who.UserID, Action: PermCreate, Key: key, Body: body}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		made, _, err := tx.Once(once, func() (id.ID, error) { return s.createTx(tx, who, org, in) })
		if err != nil {
			return err
		}
		d, err = s.detailTx(tx, who, made)
		return err
	})
	return d, err
}

func (s *Service) createTx(tx *db.Tx, who access.Who, org id.ID, in CreateInput) (i id.ID, err error) {
	if err := in.validate(tx.Now()); err != nil {
		return i, err
	}
	n := Incident{ID: tx.NewID(), OrgID: org, State: Opened, CaseID: in.CaseID, RegistrarID: who.UserID, RegistrarName: who.Name, OccurredAt: in.OccurredAt, KnownAt: in.KnownAt,
		MeasureDueAt: never, Version: 1, UpdatedAt: tx.Now()}
	if !in.CaseID.IsZero() {
		from, err := s.Cases.RefTx(tx, db.ScopeOf(org), in.CaseID)
		if err != nil {
			return i, err
		}
		n.CaseNo, n.CustomerID, n.UnitID = from.CaseNo, from.CustomerID, from.UnitID
	}
	w, err := s.workTx(tx, who, row{Incident: n})
	if err != nil {
		return i, err
	}
	w.before, w.Body = Incident{}, Body{Title: in.Title, Text: in.Text}
	if err := w.placeTx(in); err != nil {
		return i, err
	}
	return n.ID, w.insertTx()
}

// placeTx puts the incident where it happened, into hands and under a grade. Errors:
// ErrUnit, ErrGrade, ErrOwner.
func (w *work) placeTx(in CreateInput) error {
	w.UnitID = cmp.Or(in.UnitID, w.UnitID, w.homeUnit(), w.OrgID)
	if !w.units.Within(w.UnitID, w.OrgID) {
		return ErrUnit
	}
	w.ResponsibleID = w.UnitID
	if err := w.gradeAs(in.Grade); err != nil {
		return err
	}
	w.DueAt = w.terms.due(w.KnownAt)
	return w.giveTx(in.OwnerID)
}

// homeUnit is the unit of the company the caller is at home in.
func (w *work) homeUnit() id.ID {
	if o, ok := w.units.Get(w.who.HomeOrgID); ok && o.Level == org.Unit && w.units.Within(o.ID, w.OrgID) {
		return o.ID
	}
	return id.ID{}
}

// gradeAs takes the grade of a code, as it is today. Error: ErrGrade.
func (w *work) gradeAs(code string) error {
	r, err := gradeOn(code, w.tx.Now().Day())
	if err != nil {
		return err
	}
	w.Grade, w.Rule, w.Rank, w.terms = code, r.Ref(), r.Params.Rank, r.Params
	return nil
}

// giveTx has somebody report and investigate the incident; nobody leaves it to the people
// of the unit. Error: ErrOwner.
func (w *work) giveTx(owner id.ID) (err error) {
	w.OwnerID, w.OwnerName = owner, ""
	if !owner.IsZero() {
		w.OwnerName, err = w.workerTx(PermReport, owner, ErrOwner)
	}
	return err
}

// workerTx names somebody who holds a permission in the company; without it, refused.
func (w *work) workerTx(permission string, user id.ID, refused *fault.Error) (string, error) {
	people, err := w.Users.WorkersTx(w.tx, permission, w.OrgID)
	if err != nil {
		return "", err
	}
	for _, p := range people {
		if p.ID == user {
			return p.Name, nil
		}
	}
	return "", refused
}

// numberPrefix tells the numbers of incidents from those of cases.
const numberPrefix = "SG"

func (w *work) insertTx() error {
	day := w.tx.Now().Day()
	n, err := w.tx.NextNumber("incident_counter", w.OrgID, day)
	if err != nil {
		return err
	}
	company, _ := w.units.Get(w.OrgID)
	w.IncidentNo = fmt.Sprintf("%s%s-%s-%04d", numberPrefix, company.Code, strings.ReplaceAll(string(day), "-", ""), n)
	r, err := w.sealed()
	if err != nil {
		return err
	}
	if err := insertIncident(w.tx, r); err != nil {
		return err
	}
	return w.tellTx(Create, Event{Grade: w.Grade, OwnerName: w.OwnerName}, nil)
}
