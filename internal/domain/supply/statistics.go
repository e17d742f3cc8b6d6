package supply

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Statistics is the sales statistics 销售统计报表 of a span of months.
type Statistics struct {
	Letterhead
	From     when.Month      `json:"from"`
	To       when.Month      `json:"to"`
	By       string          `json:"by"`
	Customer *customer.Ref   `json:"customer,omitempty"`
	Rows     []StatisticsRow `json:"rows" nullable:"false"`
	TotalWh  int64           `json:"total_wh" doc:"sum of the rows"`
}

// StatisticsRow is one group of the statistics.
type StatisticsRow struct {
	Group
	ManagerName string        `json:"manager_name,omitempty"`
	Months      []MonthEnergy `json:"months" nullable:"false"`
	EnergyWh    int64         `json:"energy_wh"`
	Figures     []Figure      `json:"figures" nullable:"false" doc:"against the same months a year before; share of the total"`
}

// maxStatisticsMonths bounds the columns of a printed table.
const maxStatisticsMonths = 36

func (s *Service) checkSpan(from, to when.Month) (when.Month, when.Month, error) {
	var v fault.Validation
	if to == 0 {
		to = lastMonth(s.DB.Now())
	}
	v.Check(from == 0 || from.Valid(), "from", "bad_month")
	v.Check(to.Valid(), "to", "bad_month")
	if err := v.Err(); err != nil {
		return from, to, err
	}
	if from == 0 {
		from = to.Add(-11)
	}
	v.Check(from <= to, "to", "before_month", "month", int(from))
	v.Check(to < from.Add(maxStatisticsMonths), "to", "too_many", "limit", maxStatisticsMonths)
	return from, to, v.Err()
}

// Statistics makes the sales statistics of the caller's companies, grouped as
// FiguresBy. Zero months are the last twelve. Error: validation.
func (s *Service) Statistics(ctx context.Context, org id.ID, by string, from, to when.Month) (st Statistics, err error) {
	who, err := access.Allow(ctx, PermPrint)
	if err != nil {
		return st, err
	}
	if from, to, err = s.checkSpan(from, to); err != nil {
		return st, err
	}
	scope := who.Scope.Narrow(org)
	return st, s.DB.Read(ctx, func(tx *db.Tx) error {
		sums, err := sumsBy(tx, scope, by, from.Add(-12), to)
		if err != nil {
			return err
		}
		st = statistics(grouped(sums), by, from, to)
		if st.Letterhead, err = s.letterheadTx(tx, who, letterheadOf(who, scope)); err != nil {
			return err
		}
		return s.nameRowsTx(tx, st.Rows)
	})
}

// letterheadOf is the one company, or else where the caller is at home.
func letterheadOf(who access.Who, scope db.Scope) id.ID {
	if orgs := scope.Orgs(); len(orgs) == 1 {
		return orgs[0]
	}
	return who.HomeOrgID
}

func (s *Service) nameRowsTx(tx *db.Tx, rows []StatisticsRow) error {
	names, err := s.Users.NamesTx(tx, distinct(pick(rows, func(r *StatisticsRow) id.ID { return r.ManagerID })))
	for i := range rows {
		rows[i].ManagerName = names[rows[i].ManagerID]
	}
	return err
}

// StatisticsOf makes the sales statistics of one customer. Errors:
// db.ErrNotFound, validation, those of lookup.
func (s *Service) StatisticsOf(ctx context.Context, of, release id.ID, from, to when.Month) (st Statistics, err error) {
	who, err := access.Allow(ctx, PermPrint)
	if err != nil {
		return st, err
	}
	if from, to, err = s.checkSpan(from, to); err != nil {
		return st, err
	}
	return st, s.DB.Read(ctx, func(tx *db.Tx) error {
		ref, err := s.customerTx(tx, who.Scope, of)
		if err != nil {
			return err
		}
		see, mark, err := s.sheetTx(tx, who, release, customer.WhatStatistics, ref.ID)
		if err != nil {
			return err
		}
		months, err := monthsOfCustomer(tx, ref.OrgID, ref.ID, from.Add(-12), to)
		if err != nil {
			return err
		}
		st = statistics([]groupMonths{{Group{OrgID: ref.OrgID}, months}}, "customer", from, to)
		ref.Name = see.Name(ref.OrgID, ref.ID, ref.Kind, ref.Name)
		st.Customer = &ref
		st.Letterhead, err = s.letterheadTx(tx, who, ref.OrgID)
		st.Mark = mark
		return err
	})
}

// statistics sums the months from..to of each group and compares them with the
// same months a year before.
func statistics(groups []groupMonths, by string, from, to when.Month) Statistics {
	st := Statistics{From: from, To: to, By: by, Rows: []StatisticsRow{}}
	n := monthsBetween(from, to)
	var before []int64
	for _, g := range groups {
		e := seriesOf(g.months)
		row := StatisticsRow{Group: g.Group, Months: []MonthEnergy{}}
		for _, m := range g.months {
			if m.Month >= from {
				row.Months = append(row.Months, m)
				row.EnergyWh += m.EnergyWh
			}
		}
		last, known := e.span(to.Add(-12), n)
		if known < n || len(row.Months) < n {
			last = 0 // a gap would look like growth
		}
		before = append(before, last)
		st.TotalWh += row.EnergyWh
		st.Rows = append(st.Rows, row)
	}
	for i := range st.Rows {
		row := &st.Rows[i]
		row.Figures = []Figure{
			change("yoy_12m", true, row.EnergyWh, before[i], map[string]any{"from": from, "to": to, "from_before": from.Add(-12), "to_before": to.Add(-12)}),
			share(row.EnergyWh, st.TotalWh, map[string]any{"from": from, "to": to, "sold_wh": st.TotalWh}),
		}
	}
	return st
}

func monthsBetween(from, to when.Month) int {
	return (int(to)/100-int(from)/100)*12 + int(to)%100 - int(from)%100 + 1
}
