package supply

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Letterhead is what every document of the archive begins with (A5).
type Letterhead struct {
	Company string         `json:"company"`
	MadeAt  when.Instant   `json:"made_at"`
	MadeBy  string         `json:"made_by"`
	Mark    *customer.Mark `json:"mark,omitempty" doc:"the sheet was taken by it, shown whole; absent: it is masked"`
}

// sheetTx is how much of a customer stands on a sheet, and under which mark.
func (s *Service) sheetTx(tx *db.Tx, who access.Who, release id.ID, what string, of id.ID) (customer.Sight, *customer.Mark, error) {
	taken, err := s.Customers.SheetTx(tx, who, release, customer.Taking{What: what, Customer: of})
	return taken.Sight(), taken.Marked(), err
}

func (s *Service) letterheadTx(tx *db.Tx, who access.Who, org id.ID) (Letterhead, error) {
	tree, err := s.Orgs.TreeTx(tx)
	if err != nil {
		return Letterhead{}, err
	}
	o, _ := tree.Get(org)
	return Letterhead{Company: o.Name, MadeAt: tx.Now(), MadeBy: who.Name}, nil
}

// Assessment is the consumption assessment report 客户消费评估报告 of a customer at a
// month.
type Assessment struct {
	Letterhead
	Customer  customer.Ref     `json:"customer"`
	Month     when.Month       `json:"month"`
	Accounts  int64            `json:"accounts" doc:"live ones"`
	All       int64            `json:"all_accounts" doc:"closed ones too; all are summed"`
	Figures   []Figure         `json:"figures" nullable:"false"`
	Months    []MonthEnergy    `json:"months" nullable:"false" doc:"the last 24, oldest first"`
	Forecast  []Forecast       `json:"forecast" nullable:"false"`
	PastError PastError        `json:"past_error"`
	Lines     []AssessmentLine `json:"lines" nullable:"false" doc:"the accounts with the most energy of the year, at most 50"`
}

// AssessmentLine is one account of an assessment.
type AssessmentLine struct {
	AccountID   id.ID    `json:"account_id"`
	AccountNo   string   `json:"account_no"`
	Name        string   `json:"name"`
	Class       string   `json:"class"`
	UseCategory string   `json:"use_category"`
	ContractVA  int64    `json:"contract_va"`
	RunningVA   int64    `json:"running_va"`
	MonthWh     int64    `json:"month_wh"`
	YearWh      int64    `json:"year_wh"`
	Figures     []Figure `json:"figures" nullable:"false" doc:"against the year before; use of the capacity"`
}

const (
	maxAssessmentLines = 50
	assessmentMonths   = 24
	assessmentHorizon  = 6
)

// Assess makes the consumption assessment of a customer at a month; zero is the
// last one that has ended. Errors: db.ErrNotFound, validation, those of lookup.
func (s *Service) Assess(ctx context.Context, of, release id.ID, m when.Month) (a Assessment, err error) {
	who, err := access.Allow(ctx, PermPrint)
	if err != nil {
		return a, err
	}
	if m, err = s.checkMonth(m); err != nil {
		return a, err
	}
	return a, s.DB.Read(ctx, func(tx *db.Tx) error {
		ref, err := s.customerTx(tx, who.Scope, of)
		if err != nil {
			return err
		}
		see, mark, err := s.sheetTx(tx, who, release, customer.WhatAssessment, ref.ID)
		if err != nil {
			return err
		}
		if a, err = s.assessTx(tx, see, ref, m); err != nil {
			return err
		}
		a.Customer.Name = see.Name(ref.OrgID, ref.ID, ref.Kind, ref.Name)
		a.Letterhead, err = s.letterheadTx(tx, who, ref.OrgID)
		a.Mark = mark
		return err
	})
}

func (s *Service) customerTx(tx *db.Tx, scope db.Scope, of id.ID) (customer.Ref, error) {
	refs, err := s.Customers.RefsTx(tx, scope, of)
	if err != nil {
		return customer.Ref{}, err
	}
	ref, ok := refs[of]
	if !ok {
		return customer.Ref{}, db.ErrNotFound
	}
	return ref, nil
}

func (s *Service) assessTx(tx *db.Tx, see customer.Sight, ref customer.Ref, m when.Month) (a Assessment, err error) {
	a = Assessment{Customer: ref, Month: m, Lines: []AssessmentLine{}}
	if a.Accounts, a.All, err = ownedAccounts(tx, ref.OrgID, ref.ID); err != nil {
		return a, err
	}
	months, err := monthsOfCustomer(tx, ref.OrgID, ref.ID, m.Add(-history), m)
	if err != nil {
		return a, err
	}
	sold, err := soldIn(tx, ref.OrgID, m.Add(-11), m)
	if err != nil {
		return a, err
	}
	e := seriesOf(months)
	year, _ := e.span(m, 12)
	a.Figures = append(e.figures(m), share(year, sold, map[string]any{"from": m.Add(-11), "to": m, "sold_wh": sold}))
	a.Months = months[max(0, len(months)-assessmentMonths):]
	a.Forecast, a.PastError = e.ahead(m, assessmentHorizon), e.pastError(m)
	a.Lines, err = assessmentLines(tx, see, ref, m)
	return a, err
}

func assessmentLines(tx *db.Tx, see customer.Sight, ref customer.Ref, m when.Month) ([]AssessmentLine, error) {
	largest, err := largestAccounts(tx, ref.OrgID, ref.ID, m, maxAssessmentLines)
	if err != nil {
		return nil, err
	}
	byID, err := byID(accounts.some(tx, ref.OrgID, pick(largest, func(e *accountEnergy) id.ID { return e.AccountID })))
	if err != nil {
		return nil, err
	}
	lines := make([]AssessmentLine, len(largest))
	for i, e := range largest {
		a := byID[e.AccountID]
		maskAccount(see, &a)
		lines[i] = AssessmentLine{AccountID: a.ID, AccountNo: a.AccountNo, Name: a.Name, Class: a.Class, UseCategory: a.UseCategory,
			ContractVA: a.ContractVA, RunningVA: a.RunningVA, MonthWh: e.MonthWh, YearWh: e.YearWh,
			Figures: []Figure{
				change("yoy_12m", e.Months == 24, e.YearWh, e.BeforeWh, map[string]any{"from": m.Add(-11), "to": m, "from_before": m.Add(-23), "to_before": m.Add(-12)}),
				capacityUse(series{m: e.MonthWh}, m, a.RunningVA),
			}}
	}
	return lines, nil
}

// ContractCopy is the copy of a supply contract as it is printed.
type ContractCopy struct {
	Letterhead
	Contract Contract `json:"contract"`
	Detail   Detail   `json:"supply" doc:"the account with its premise, customer, points and meters"`
}

// CopyContract gives the copy of a contract. Errors: db.ErrNotFound, those of
// lookup.
func (s *Service) CopyContract(ctx context.Context, contract, release id.ID) (c ContractCopy, err error) {
	who, err := access.Allow(ctx, PermPrint)
	if err != nil {
		return c, err
	}
	return c, s.DB.Read(ctx, func(tx *db.Tx) error {
		k, err := contracts.get(tx, who.Scope, contract)
		if err != nil {
			return err
		}
		k.LongerThanUsual = k.longerThanUsual()
		a, err := accounts.get(tx, who.Scope, k.AccountID)
		if err != nil {
			return err
		}
		see, mark, err := s.sheetTx(tx, who, release, customer.WhatContract, a.CustomerID)
		if err != nil {
			return err
		}
		if c.Detail, err = s.detailTx(tx, see, *a); err != nil {
			return err
		}
		c.Contract = *k
		c.Letterhead, err = s.letterheadTx(tx, who, k.OrgID)
		c.Mark = mark
		return err
	})
}
