package proposal

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Permissions of the module.
const (
	PermList    = "proposal.list"
	PermGet     = "proposal.get"
	PermCreate  = "proposal.create"
	PermEndorse = "proposal.endorse"
	PermDecide  = "proposal.decide" // with those of the change itself
)

// Operations that need the permission of another; the audit log tells them apart.
const (
	opCorrect  = "proposal.correct"
	opWithdraw = "proposal.withdraw"
	opReturn   = "proposal.return"
)

// Deps are what the service is built from.
type Deps struct {
	DB        *db.DB
	Keys      *crypt.Keyring
	Audit     *audit.Log
	Users     *access.Service
	Tasks     *task.Service
	Customers *customer.Service
	Cursors   *page.Signer
}

// Service keeps proposals.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// Create proposes. Errors: validation, as of customer's Create, Update and Fill,
// customer.ErrUnaltered, db.ErrOrgRequired, db.ErrKeyReused.
func (s *Service) Create(ctx context.Context, key string, in Input) (d Detail, err error) {
	who, err := access.Allow(ctx, PermCreate)
	if err != nil {
		return Detail{}, err
	}
	if err := in.validate(); err != nil {
		return Detail{}, err
	}
	raw, err := json.Marshal(in)
	if err != nil {
		return Detail{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		org, err := s.companyTx(tx, who, in)
		if err != nil {
			return err
		}
		made, _, err := tx.Once(db.Once{OrgID: org, UserID: who.UserID, Action: PermCreate, Key: key, Body: raw}, func() (id.ID, error) {
			return s.createTx(tx, who, org, in)
		})
		if err != nil {
			return err
		}
		d, err = s.detailTx(tx, who, made)
		return err
	})
	return d, err
}

// companyTx is the company a proposal is of: the customer's, or the one named.
func (s *Service) companyTx(tx *db.Tx, who access.Who, in Input) (id.ID, error) {
	if in.CustomerID.IsZero() {
		return who.Scope.One(in.OrgID)
	}
	refs, err := s.Customers.RefsTx(tx, who.Scope, in.CustomerID)
	if err != nil {
		return id.ID{}, err
	}
	ref, known := refs[in.CustomerID]
	if !known {
		return id.ID{}, db.ErrNotFound
	}
	return ref.OrgID, nil
}

func (s *Service) createTx(tx *db.Tx, who access.Who, org id.ID, in Input) (id.ID, error) {
	r := row{OrgID: org, ID: tx.NewID(), CustomerID: in.CustomerID, New: in.Customer != nil, ReceptionID: in.ReceptionID, State: Submitted, ProposerID: who.UserID, ProposerName: who.Name,
		SubmittedAt: tx.Now(), Version: 1}
	if err := s.fillTx(tx, &r, in); err != nil {
		return id.ID{}, err
	}
	if err := insertProposal(tx, r); err != nil {
		return id.ID{}, err
	}
	return r.ID, s.stepTakenTx(tx, who, PermCreate, "", r, nil)
}

// fillTx puts what is proposed into the row, checked as a change that is made.
func (s *Service) fillTx(tx *db.Tx, r *row, in Input) (err error) {
	in.Reason = strings.TrimSpace(in.Reason)
	b := body{Input: in}
	if in.Customer != nil {
		b.Alteration, err = s.Customers.ComposeTx(tx, r.OrgID, *in.Customer)
	} else {
		change := customer.UpdateInput{}
		if in.Change != nil {
			change = *in.Change
		}
		b.Alteration, err = s.Customers.AlterTx(tx, customer.SightOf(tx.Context()), r.OrgID, r.CustomerID, in.CustomerVersion, change, in.Fields)
	}
	if err != nil {
		return err
	}
	fields, err := json.Marshal(fieldNames(b.Alteration.Keys()))
	if err != nil {
		return fmt.Errorf("proposal: %w", err)
	}
	r.Fields = string(fields)
	return s.sealTx(tx, r, b)
}

// keyTx is what seals a proposal: the customer's key, or the company's while he is
// not made.
func (s *Service) keyTx(tx *db.Tx, r row) (*crypt.Subject, error) {
	if !r.CustomerID.IsZero() {
		return s.Customers.SubjectTx(tx, r.OrgID, r.CustomerID)
	}
	company, err := s.Keys.CompanyTx(tx, r.OrgID)
	if err != nil {
		return nil, err
	}
	return company.Own(), nil
}

func (s *Service) sealTx(tx *db.Tx, r *row, b body) error {
	plain, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("proposal: %w", err)
	}
	key, err := s.keyTx(tx, *r)
	if err == nil {
		r.Body = key.SealBytes(r.place(), plain)
	}
	return err
}

func (s *Service) openTx(tx *db.Tx, r row) (b body, err error) {
	key, err := s.keyTx(tx, r)
	if err != nil {
		return b, err
	}
	plain, err := key.OpenBytes(r.place(), r.Body)
	if err != nil {
		return b, err
	}
	if err := json.Unmarshal(plain, &b); err != nil {
		return b, fmt.Errorf("proposal %s: %w", r.ID, err)
	}
	return b, nil
}

// reviews are the companies whose proposals the caller endorses or decides, and
// therefore sees.
func reviews(c *access.Caller) db.Scope {
	endorses, _ := c.May(PermEndorse)
	decides, _ := c.May(PermDecide)
	return db.ScopeOf(slices.Concat(endorses.Scope.Orgs(), decides.Scope.Orgs())...)
}

// findTx finds a proposal the caller may see.
func findTx(tx *db.Tx, who access.Who, i id.ID) (row, error) {
	r, err := proposalByID(tx, who.Scope, i)
	if err == nil && r.ProposerID != who.UserID && !reviews(who.Caller).Has(r.OrgID) {
		err = db.ErrNotFound
	}
	return r, err
}

// told is what the audit log keeps of a step: nothing personal.
type told struct {
	State      State    `json:"state"`
	CustomerID id.ID    `json:"customer_id,omitzero"`
	Fields     []string `json:"fields,omitempty"`
	Accepted   []string `json:"accepted,omitempty"`
}

// stepTakenTx tells the audit log of a step, ends the tasks it was the end of and
// makes the next.
func (s *Service) stepTakenTx(tx *db.Tx, who access.Who, operation string, from State, r row, accepted []string) error {
	p, err := r.proposal()
	if err != nil {
		return err
	}
	var before any
	if from != "" {
		before = told{State: from}
	}
	err = s.Audit.RecordTx(tx, audit.Change{OrgID: r.OrgID, Actor: who.Actor(), Action: operation, ObjectType: objectType, ObjectID: r.ID,
		Before: before, After: told{r.State, r.CustomerID, p.Fields, accepted}})
	if err != nil {
		return err
	}
	return s.remindTx(tx, who, r, len(accepted))
}
