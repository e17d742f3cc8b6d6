package supply

import (
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Energy is what an account took in a month.
type Energy struct {
	AccountID id.ID      `db:"account_id" json:"account_id"`
	Month     when.Month `db:"month" json:"month" doc:"yyyymm"`
	EnergyWh  int64      `db:"energy_wh" json:"energy_wh" minimum:"0" maximum:"1000000000000000"`
}

// maxEnergyWh is a year of a large province in one month: whatever is above is a
// wrong unit.
const maxEnergyWh = 1_000_000_000_000_000

func (e Energy) check(v *fault.Validation, prefix string) {
	v.Check(e.Month.Valid(), prefix+"month", "bad_month")
	v.Check(e.EnergyWh >= 0, prefix+"energy_wh", "too_small", "limit", 0)
	v.Check(e.EnergyWh <= maxEnergyWh, prefix+"energy_wh", "too_large", "limit", maxEnergyWh)
}

// Segment is how sales are broken down: class, use category, area.
type Segment struct {
	Class       string `db:"class" json:"class"`
	UseCategory string `db:"use_category" json:"use_category"`
	Area        string `db:"area" json:"area"`
}

// sale is an Energy with the segment it was sold in.
type sale struct {
	Energy
	Segment
	Version int64 `db:"version"`
}

// cell is one sum of sales.
type cell struct {
	Month when.Month
	Segment
}

// sum is what a cell gains.
type sum struct{ accounts, energyWh int64 }
