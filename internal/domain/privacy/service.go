package privacy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/calendar"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// Permissions of the module.
const (
	PermList    = "privacy.list"
	PermGet     = "privacy.get"
	PermReceive = "privacy.receive"
	PermVerify  = "privacy.verify"
	PermFinish  = "privacy.finish"
	PermRefuse  = "privacy.refuse"
	PermExport  = "privacy.export"  // make and fetch a person's data
	PermErase   = "privacy.erase"   // propose an erasure
	PermConfirm = "privacy.confirm" // confirm one that another proposed

	PermConsents  = "consent.list"
	PermGive      = "consent.give"
	PermWithdraw  = "consent.withdraw"
	PermLowIncome = "consent.low_income" // sensitive purposes

	PermPurposes      = "consent.purposes" // see all purposes with their texts
	PermCreatePurpose = "consent.create_purpose"
	PermUpdatePurpose = "consent.update_purpose"
	PermDeletePurpose = "consent.delete_purpose"
)

// Operations that need the permission of another; the audit log tells them apart.
const (
	opDownload = "privacy.download"
	opPreview  = "privacy.preview"
	opDrop     = "privacy.drop"
	opReerase  = "privacy.reerase"
)

const objectRequest = "privacy_request"

// The kinds of tasks: a request to be answered, an erasure that waits for another.
const (
	taskRequest = "privacy.task.request"
	taskConfirm = "privacy.task.confirm"
)

// Deps are what the service is built from. Lists are files that name who was erased,
// outside the database: the first is made when needed.
type Deps struct {
	DB        *db.DB
	Keys      *crypt.Keyring
	Audit     *audit.Log
	Users     *access.Service
	Customers *customer.Service
	Tasks     *task.Service
	Calendars *calendar.Service
	Cursors   *page.Signer
	Blobs     *blob.Store
	Lists     []string
	Text      func(lang, key string, params map[string]any) string
}

// Service keeps requests, consents and who was erased.
type Service struct {
	Deps
	jobs    *job.Queue
	holders []Holder
}

// New makes the service with the modules it comes after as holders.
func New(d Deps) *Service {
	s := &Service{Deps: d}
	s.AddHolder(archive{s})
	s.AddHolder(desk{s})
	return s
}

// Receive registers a request. Errors: db.ErrNotFound, task.ErrAssignee.
func (s *Service) Receive(ctx context.Context, key string, in ReceiveInput) (r Request, err error) {
	who, err := access.Allow(ctx, PermReceive)
	if err != nil {
		return Request{}, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return Request{}, fmt.Errorf("privacy: %w", err)
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := s.personTx(tx, who.Scope, in.CustomerID)
		if err != nil {
			return err
		}
		once := db.Once{OrgID: p.OrgID, UserID: who.UserID, Action: PermReceive, Key: key, Body: body}
		made, _, err := tx.Once(once, func() (id.ID, error) { return s.receiveTx(tx, who, p, in) })
		if err != nil {
			return err
		}
		r, err = s.requestTx(tx, who, made)
		return err
	})
	return r, err
}

func (s *Service) receiveTx(tx *db.Tx, who access.Who, p Person, in ReceiveInput) (id.ID, error) {
	r := requestRow{Request: Request{ID: tx.NewID(), OrgID: p.OrgID, CustomerID: p.ID, Kind: in.Kind, Channel: in.Channel, State: Received,
		DueRule: ruleOn(tx.Now().Day()).Ref(), HandlerID: who.UserID, HandlerName: who.Name, CreatedName: who.Name, CreatedAt: tx.Now(), UpdatedAt: tx.Now(), Version: 1},
		OriginID: p.ID}
	due, calendar, err := s.Calendars.DueTx(tx, r.count())
	if err != nil {
		return id.ID{}, err
	}
	r.DueAt, r.DueCalendar = due.At, calendar
	if err := s.handlerTx(tx, &r, in.HandlerID); err != nil {
		return id.ID{}, err
	}
	number, err := takeNumber(tx, p.OrgID)
	if err != nil {
		return id.ID{}, err
	}
	r.RequestNo = fmt.Sprintf("GR%06d", number)
	subject, err := s.Customers.SubjectTx(tx, p.OrgID, p.ID)
	if errors.Is(err, crypt.ErrSealed) {
		return id.ID{}, customer.ErrErased
	}
	if err != nil {
		return id.ID{}, err
	}
	r.Text = strings.TrimSpace(in.Text)
	if err := r.seal(subject); err != nil {
		return id.ID{}, err
	}
	if err := insertRequest(tx, r); err != nil {
		return id.ID{}, err
	}
	if _, err := s.Tasks.CreateTx(tx, who.UserID, r.task()); err != nil {
		return id.ID{}, err
	}
	return r.ID, s.recordTx(tx, who, r.Request, PermReceive, nil, told(r.Request))
}

// handlerTx hands a request to somebody who may work on it.
func (s *Service) handlerTx(tx *db.Tx, r *requestRow, handler id.ID) error {
	if handler.IsZero() || handler == r.HandlerID {
		return nil
	}
	reaches, err := s.Users.ReachesTx(tx, handler, PermVerify, r.OrgID)
	if err != nil {
		return err
	}
	if !reaches {
		return task.ErrAssignee
	}
	names, err := s.Users.NamesTx(tx, []id.ID{handler})
	r.HandlerID, r.HandlerName = handler, names[handler]
	return err
}

func (r requestRow) task() task.New {
	return task.New{OrgID: r.OrgID, Kind: taskRequest, Params: map[string]any{"no": r.RequestNo}, AssigneeID: r.HandlerID, DueAt: r.DueAt,
		ObjectType: objectRequest, ObjectID: r.ID}
}

func (r *requestRow) seal(subject *crypt.Subject) error {
	raw, err := json.Marshal(r.Said)
	if err != nil {
		return fmt.Errorf("privacy: %w", err)
	}
	r.Body = subject.Seal(saidPlace(r.ID), string(raw))
	return nil
}

// told is what the audit log keeps of a request: nothing of the person.
func told(r Request) map[string]any {
	return map[string]any{"request_no": r.RequestNo, "customer_id": r.CustomerID, "kind": r.Kind, "state": r.State, "proof": r.Proof, "refusal": r.Refusal, "due_at": r.DueAt}
}

func (s *Service) recordTx(tx *db.Tx, who access.Who, r Request, action string, before, after any) error {
	return s.Audit.RecordTx(tx, audit.Change{OrgID: r.OrgID, Actor: who.Actor(), Action: action, ObjectType: objectRequest, ObjectID: r.ID, Before: before, After: after})
}

// Verify notes that the person is who he says. Errors: ErrState, db.ErrStale,
// db.ErrNotFound.
func (s *Service) Verify(ctx context.Context, i id.ID, version int64, in VerifyInput) (Detail, error) {
	if err := in.validate(); err != nil {
		return Detail{}, err
	}
	return s.change(ctx, PermVerify, i, version, func(tx *db.Tx, who access.Who, r *requestRow) error {
		r.Proof, r.Note, r.VerifiedAt, r.VerifiedName = in.Proof, strings.TrimSpace(in.Note), tx.Now(), who.Name
		return r.moveTo(Verified)
	})
}

// Finish closes a request that was complied with. Errors: ErrNotErased for an erasure,
// ErrNotChanged for a correction without its change, as of Verify.
func (s *Service) Finish(ctx context.Context, i id.ID, version int64, in FinishInput) (Detail, error) {
	if err := in.validate(); err != nil {
		return Detail{}, err
	}
	return s.change(ctx, PermFinish, i, version, func(tx *db.Tx, who access.Who, r *requestRow) error {
		switch r.Kind {
		case Delete:
			return ErrNotErased
		case Correct:
			changes, err := s.changesTx(tx, r.Request)
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(changes, func(c Changed) bool { return c.ID == in.ChangeID }) {
				return ErrNotChanged
			}
			r.ChangeID = in.ChangeID
		}
		r.Outcome = strings.TrimSpace(in.Outcome)
		return s.closeTx(tx, who, r, Done)
	})
}

// Refuse closes a request with a legal reason. Errors: ErrReason, as of Verify.
func (s *Service) Refuse(ctx context.Context, i id.ID, version int64, in RefuseInput) (Detail, error) {
	return s.change(ctx, PermRefuse, i, version, func(tx *db.Tx, who access.Who, r *requestRow) error {
		if reason, ok := refusalOf(in.Reason); !ok || !reason.fits(r.Kind) {
			return ErrReason
		}
		r.Refusal, r.Outcome = in.Reason, strings.TrimSpace(in.Outcome)
		return s.closeTx(tx, who, r, Refused)
	})
}

func (s *Service) closeTx(tx *db.Tx, who access.Who, r *requestRow, to State) error {
	if err := r.moveTo(to); err != nil {
		return err
	}
	r.ClosedAt, r.ClosedName = tx.Now(), who.Name
	return s.Tasks.FinishAllTx(tx, r.OrgID, objectRequest, r.ID)
}

// change is changeAs for operations with a permission of their own.
func (s *Service) change(ctx context.Context, permission string, i id.ID, version int64, fn func(tx *db.Tx, who access.Who, r *requestRow) error) (Detail, error) {
	return s.changeAs(ctx, permission, permission, i, version, fn)
}

// changeAs changes a request as fn says, which works on it opened, and seals it again.
func (s *Service) changeAs(ctx context.Context, permission, action string, i id.ID, version int64,
	fn func(tx *db.Tx, who access.Who, r *requestRow) error) (d Detail, err error) {
	who, err := access.Allow(ctx, permission)
	if err != nil {
		return Detail{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, subject, err := s.openTx(tx, who.Scope, i)
		if err != nil {
			return err
		}
		if r.Version != version {
			return db.ErrStale
		}
		before := told(r.Request)
		if err := fn(tx, who, &r); err != nil {
			return err
		}
		if subject != nil && len(r.Body) > 0 {
			if err := r.seal(subject); err != nil {
				return err
			}
		}
		r.UpdatedAt, r.Version = tx.Now(), version+1
		if err := updateRequest(tx, r, version); err != nil {
			return err
		}
		if err := s.recordTx(tx, who, r.Request, action, before, told(r.Request)); err != nil {
			return err
		}
		d, err = s.detailTx(tx, who, i)
		return err
	})
	return d, err
}

// openTx reads a request and what was said; nil is the key of somebody erased.
func (s *Service) openTx(tx *db.Tx, scope db.Scope, i id.ID) (r requestRow, subject *crypt.Subject, err error) {
	if r, err = requestByID(tx, scope, i); err != nil {
		return r, nil, err
	}
	subject, err = s.Customers.SubjectTx(tx, r.OrgID, r.OriginID)
	if errors.Is(err, crypt.ErrSealed) {
		return r, nil, nil
	}
	if err != nil || len(r.Body) == 0 {
		return r, subject, err
	}
	plain, err := subject.Open(saidPlace(r.ID), r.Body)
	if err != nil {
		return r, nil, err
	}
	return r, subject, json.Unmarshal([]byte(plain), &r.Said)
}
