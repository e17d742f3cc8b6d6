package supply

import (
	"maps"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// ManagerSales is the energy, by month, of the customers an account manager has
// today.
type ManagerSales struct {
	OrgID     id.ID
	ManagerID id.ID
	months    series
}

// SalesOf are the sales of a manager in the months on record.
func SalesOf(org, manager id.ID, months map[when.Month]int64) ManagerSales {
	return ManagerSales{OrgID: org, ManagerID: manager, months: months}
}

// ManagerSalesTx gives the sales of every account manager with consumption on
// record in the months, or of the one named.
func (s *Service) ManagerSalesTx(tx *db.Tx, scope db.Scope, manager id.ID, from, to when.Month) (all []ManagerSales, err error) {
	sums, err := salesByManager(tx, scope, manager, from, to)
	for _, g := range grouped(sums) {
		all = append(all, SalesOf(g.OrgID, g.ManagerID, seriesOf(g.months)))
	}
	return all, err
}

// Energy is what was sold in a month, if it is on record.
func (m ManagerSales) Energy(month when.Month) (wh int64, known bool) {
	wh, known = m.months[month]
	return wh, known
}

// Foretell gives the forecast of a month from what is on record up to last. A
// month more than a year ahead stands on the forecast of the year before it.
func (m ManagerSales) Foretell(last, month when.Month) (f Forecast, ok bool) {
	s := m.months
	if nearer := month.Add(-12); nearer > last {
		f, ok = s.forecast(last, nearer)
		if !ok {
			return f, false
		}
		s = maps.Clone(s)
		s[nearer] = f.EnergyWh
	}
	return s.forecast(last, month)
}

// PastError is how far the forecasts of the year up to last would have been off.
func (m ManagerSales) PastError(last when.Month) PastError { return m.months.pastError(last) }

// Together adds up the sales of several managers.
func Together(all []ManagerSales) ManagerSales {
	sum := ManagerSales{months: series{}}
	for _, m := range all {
		for month, wh := range m.months {
			sum.months[month] += wh
		}
	}
	return sum
}

// Permille is a part of a whole in thousandths, rounded down.
func Permille(part, whole int64) int64 { return scale(1000, part, whole) }
