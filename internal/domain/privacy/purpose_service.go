package privacy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const objectPurpose = "consent_purpose"

// maxPurposes bounds those of a company.
const maxPurposes = 50

// PurposeSetting is a purpose with what hangs on it.
type PurposeSetting struct {
	Purpose
	Text     Text  `json:"text" doc:"the text that holds today"`
	Used     bool  `json:"used" doc:"somebody has consented or withdrawn: it cannot be deleted"`
	Given    int64 `json:"given" doc:"customers who consent to the text that holds"`
	Outdated int64 `json:"outdated" doc:"customers who consented to an earlier text and have to be asked anew"`
}

// Purposes lists the purposes of a company that the caller may see.
func (s *Service) Purposes(ctx context.Context, company id.ID) (all []PurposeSetting, err error) {
	who, err := access.Allow(ctx, PermPurposes)
	if err != nil {
		return nil, err
	}
	org, err := who.Scope.One(company)
	if err != nil {
		return nil, err
	}
	return all, s.DB.Read(ctx, func(tx *db.Tx) error {
		purposes, err := s.purposesTx(tx, org)
		if err != nil {
			return err
		}
		uses, err := countConsents(tx, org)
		for _, p := range purposes {
			if maySee(who, p, org) {
				all = append(all, settingOf(tx, p, uses))
			}
		}
		return err
	})
}

func settingOf(tx *db.Tx, p Purpose, uses []consentCount) PurposeSetting {
	out := PurposeSetting{Purpose: p, Text: p.textOn(tx.Now().Day())}
	for _, u := range uses {
		switch {
		case u.Purpose != p.Code:
			continue
		case u.TextVersion == out.Text.Version:
			out.Given += u.Given
		default:
			out.Outdated += u.Given
		}
		out.Used = true
	}
	return out
}

// CreatePurpose adds a purpose of the company's own. Errors: validation, ErrCodeTaken,
// ErrTooMany, db.ErrOrgRequired, db.ErrKeyReused.
func (s *Service) CreatePurpose(ctx context.Context, key string, in PurposeNew) (made PurposeSetting, err error) {
	who, err := access.Allow(ctx, PermCreatePurpose)
	if err != nil {
		return made, err
	}
	if err := in.validate(); err != nil {
		return made, err
	}
	org, err := who.Scope.One(in.OrgID)
	if err != nil {
		return made, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return made, fmt.Errorf("privacy: %w", err)
	}
	return made, s.DB.Write(ctx, func(tx *db.Tx) error {
		once := db.Once{OrgID: org, UserID: who.UserID, Action: PermCreatePurpose, Key: key, Body: body}
		// The company stands for the purpose, which its code identifies.
		if _, _, err := tx.Once(once, func() (id.ID, error) { return org, s.createPurposeTx(tx, who, org, in) }); err != nil {
			return err
		}
		p, err := s.purposeTx(tx, org, in.Code)
		made = settingOf(tx, p, nil)
		return err
	})
}

func (s *Service) createPurposeTx(tx *db.Tx, who access.Who, org id.ID, in PurposeNew) error {
	all, err := s.purposesTx(tx, org)
	if err != nil {
		return err
	}
	for _, p := range all {
		if p.Code == in.Code {
			return ErrCodeTaken
		}
	}
	if len(all) >= maxPurposes {
		return ErrTooMany.With("limit", maxPurposes)
	}
	p := Purpose{Code: in.Code, Version: 1, CreatedAt: tx.Now(), UpdatedAt: tx.Now(), UpdatedName: who.Name}
	p.Sensitive = in.Sensitive // of a new one every text is agreed to apart
	if err := p.take(in.PurposeInput, tx.Now().Day()); err != nil {
		return err
	}
	if !maySee(who, p, org) {
		return access.ErrForbidden.With("permission", PermLowIncome)
	}
	err = insertPurpose(tx, org, p)
	if errors.Is(err, db.ErrDuplicate) {
		return ErrCodeTaken.Wrap(err)
	}
	if err != nil {
		return err
	}
	return s.recordPurposeTx(tx, who, org, nil, &p)
}

func (in *PurposeNew) validate() error {
	var v fault.Validation
	v.Check(purposeCode.MatchString(in.Code), "code", "wrong_format")
	if err := v.Err(); err != nil {
		return err
	}
	return in.PurposeInput.validate()
}

// UpdatePurpose changes a purpose; of a shipped one, version 0, the company gets its own
// copy. Errors: validation, db.ErrNotFound, db.ErrStale.
func (s *Service) UpdatePurpose(ctx context.Context, company id.ID, code string, version int64, in PurposeChange) (after PurposeSetting, err error) {
	if err := in.validate(); err != nil {
		return after, err
	}
	return after, s.changePurpose(ctx, PermUpdatePurpose, company, code, version, func(tx *db.Tx, who access.Who, org id.ID, before Purpose) (*Purpose, error) {
		p := before
		if err := p.take(in.PurposeInput, tx.Now().Day()); err != nil {
			return nil, err
		}
		if !maySee(who, p, org) {
			return nil, access.ErrForbidden.With("permission", PermLowIncome)
		}
		p.Retired, p.Version, p.UpdatedAt, p.UpdatedName = in.Retired, version+1, tx.Now(), who.Name
		if version == 0 {
			p.CreatedAt = tx.Now()
		}
		if err := savePurpose(tx, org, p, version); err != nil {
			return nil, err
		}
		uses, err := countConsents(tx, org)
		after = settingOf(tx, p, uses)
		return &p, err
	})
}

// DeletePurpose removes a purpose of the company's own that nobody was asked for.
// Errors: ErrPurposeUsed, ErrShipped, db.ErrNotFound, db.ErrStale.
func (s *Service) DeletePurpose(ctx context.Context, company id.ID, code string, version int64) error {
	return s.changePurpose(ctx, PermDeletePurpose, company, code, version, func(tx *db.Tx, _ access.Who, org id.ID, before Purpose) (*Purpose, error) {
		if before.Shipped {
			return nil, ErrShipped
		}
		used, err := purposeUsed(tx, org, code)
		if err != nil {
			return nil, err
		}
		if used {
			return nil, ErrPurposeUsed
		}
		return nil, deletePurpose(tx, org, code, version)
	})
}

// changePurpose lets fn change a purpose the caller may see; nil means it is gone.
func (s *Service) changePurpose(ctx context.Context, permission string, company id.ID, code string, version int64,
	fn func(tx *db.Tx, who access.Who, org id.ID, before Purpose) (*Purpose, error)) error {
	who, err := access.Allow(ctx, permission)
	if err != nil {
		return err
	}
	org, err := who.Scope.One(company)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		before, err := s.purposeTx(tx, org, code)
		switch {
		case err != nil:
			return err
		case !maySee(who, before, org):
			return db.ErrNotFound
		case before.Version != version:
			return db.ErrStale
		}
		after, err := fn(tx, who, org, before)
		if err != nil {
			return err
		}
		return s.recordPurposeTx(tx, who, org, &before, after)
	})
}

func (s *Service) recordPurposeTx(tx *db.Tx, who access.Who, org id.ID, before, after *Purpose) error {
	c := audit.Change{OrgID: org, Actor: who.Actor(), Action: who.Permission, ObjectType: objectPurpose, ObjectID: org}
	if before != nil {
		c.Before = before
	}
	if after != nil {
		c.After = after
	}
	return s.Audit.RecordTx(tx, c)
}
