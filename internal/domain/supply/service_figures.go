package supply

import (
	"context"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// FigureRow is the figures of one group: a company, a segment or an account
// manager's customers.
type FigureRow struct {
	Group
	ManagerName string        `json:"manager_name,omitempty"`
	Months      []MonthEnergy `json:"months" nullable:"false" doc:"two years up to the month, oldest first"`
	Figures     []Figure      `json:"figures" nullable:"false"`
	Forecast    []Forecast    `json:"forecast" nullable:"false"`
	PastError   PastError     `json:"past_error"`
}

// Group is what figures are summed by; what is not asked for is empty.
type Group struct {
	OrgID       id.ID  `db:"org_id" json:"org_id"`
	Class       string `db:"class" json:"class,omitempty"`
	UseCategory string `db:"use_category" json:"use_category,omitempty"`
	Area        string `db:"area" json:"area,omitempty"`
	ManagerID   id.ID  `db:"manager_id" json:"manager_id,omitzero"`
}

// The ways to group.
const (
	byCompany = "company"
	byManager = "manager"
)

// groupColumns are the columns of sales that a way of grouping keeps apart.
var groupColumns = map[string][]string{
	byCompany: {}, "class": {"class"}, "use_category": {"use_category"}, "area": {"area"}, "segment": {"class", "use_category", "area"},
}

// groupMonth is a group's energy in a month.
type groupMonth struct {
	Group
	MonthEnergy
}

// FiguresBy gives figures and forecasts of the caller's companies at a month,
// summed by company, class, use_category, area, segment or manager (A7, A10). The
// sums are of sales as they were made: an account that changes its class keeps its
// past where it was. By manager they are of the customers he has today.
func (s *Service) FiguresBy(ctx context.Context, org id.ID, by string, m when.Month, horizon int) (rows []FigureRow, err error) {
	who, err := access.Allow(ctx, PermConsumption)
	if err != nil {
		return nil, err
	}
	if m, err = s.checkMonth(m); err != nil {
		return nil, err
	}
	return rows, s.DB.Read(ctx, func(tx *db.Tx) error {
		sums, err := sumsBy(tx, who.Scope.Narrow(org), by, m.Add(-history), m)
		if err != nil {
			return err
		}
		rows = []FigureRow{}
		for _, g := range grouped(sums) {
			e := seriesOf(g.months)
			rows = append(rows, FigureRow{Group: g.Group, Months: since(g.months, m.Add(-shownMonths+1)), Figures: e.figures(m), Forecast: e.ahead(m, horizon), PastError: e.pastError(m)})
		}
		return s.nameManagersTx(tx, rows)
	})
}

// shownMonths let a year be seen beside the year before.
const shownMonths = 24

// since leaves out the months before from; months come oldest first.
func since(months []MonthEnergy, from when.Month) []MonthEnergy {
	i, _ := slices.BinarySearchFunc(months, from, func(e MonthEnergy, m when.Month) int { return int(e.Month - m) })
	return months[i:]
}

// sumsBy reads the months of each group, a group's months together.
func sumsBy(tx *db.Tx, scope db.Scope, by string, from, to when.Month) ([]groupMonth, error) {
	if by == byManager {
		return salesByManager(tx, scope, id.ID{}, from, to)
	}
	return salesBy(tx, scope, groupColumns[by], from, to)
}

type groupMonths struct {
	Group
	months []MonthEnergy
}

// grouped puts the months of each group together; sums come sorted by group.
func grouped(sums []groupMonth) (groups []groupMonths) {
	for _, g := range sums {
		if n := len(groups); n == 0 || groups[n-1].Group != g.Group {
			groups = append(groups, groupMonths{Group: g.Group})
		}
		last := &groups[len(groups)-1]
		last.months = append(last.months, g.MonthEnergy)
	}
	return groups
}

func (s *Service) nameManagersTx(tx *db.Tx, rows []FigureRow) error {
	names, err := s.Users.NamesTx(tx, distinct(pick(rows, func(r *FigureRow) id.ID { return r.ManagerID })))
	for i := range rows {
		rows[i].ManagerName = names[rows[i].ManagerID]
	}
	return err
}

// StockRow is how many live accounts there are of a kind.
type StockRow struct {
	OrgID id.ID `db:"org_id" json:"org_id"`
	Segment
	Accounts int64 `db:"accounts" json:"accounts"`
}

// Stock counts the live accounts of the caller's companies by class, use category
// and area (A7).
func (s *Service) Stock(ctx context.Context, org id.ID) (rows []StockRow, err error) {
	who, err := access.Allow(ctx, PermConsumption)
	if err != nil {
		return nil, err
	}
	return rows, s.DB.Read(ctx, func(tx *db.Tx) error { rows, err = stock(tx, who.Scope.Narrow(org)); return err })
}
