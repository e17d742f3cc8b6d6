package portal

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// The portal knows how customers follow their cases.
var _ feedback.Guide = (*Service)(nil)

// GuideTx gives the look-up code of a case and the address of its page; "" where the
// company serves no customers here, or has not said where.
func (s *Service) GuideTx(tx *db.Tx, org, i id.ID) (code, link string, err error) {
	set, err := settingOf(tx, org)
	if err != nil || !set.Enabled {
		return "", "", err
	}
	if set.Address != "" {
		link = set.Address + "/service/cases/" + i.String()
	}
	return s.lookupCode(org, i), link, nil
}

// Slip is what somebody is told who follows a case without signing in.
type Slip struct {
	CompanyName string `json:"company_name"`
	CaseNo      string `json:"case_no"`
	LookupCode  string `json:"lookup_code"`
	Address     string `json:"address,omitempty" doc:"of the page where both are typed"`
}

// Slip gives it for telling a customer by telephone or on paper. That somebody saw the
// code is put down, the code is not. Errors: ErrOff, db.ErrNotFound.
func (s *Service) Slip(ctx context.Context, i id.ID) (slip Slip, err error) {
	who, err := access.Allow(ctx, PermLookupCode)
	if err != nil {
		return slip, err
	}
	return slip, s.DB.Write(ctx, func(tx *db.Tx) error { slip, err = s.slipTx(tx, who, i); return err })
}

func (s *Service) slipTx(tx *db.Tx, who access.Who, i id.ID) (slip Slip, err error) {
	org, err := s.Feedback.CompanyTx(tx, who.Scope, i)
	if err != nil {
		return slip, err
	}
	set, err := settingOf(tx, org)
	if err != nil {
		return slip, err
	}
	if !set.Enabled {
		return slip, ErrOff
	}
	numbers, err := s.Feedback.NumbersTx(tx, db.ScopeOf(org), []id.ID{i})
	if err != nil {
		return slip, err
	}
	units, err := s.Orgs.TreeTx(tx)
	if err != nil {
		return slip, err
	}
	company, _ := units.Get(org)
	slip = Slip{CompanyName: company.Name, CaseNo: numbers[i], LookupCode: s.lookupCode(org, i)}
	if set.Address != "" {
		slip.Address = set.Address + "/service/progress"
	}
	return slip, s.Audit.RecordTx(tx, audit.Change{OrgID: org, Actor: who.Actor(), Action: PermLookupCode, ObjectType: "case", ObjectID: i})
}
