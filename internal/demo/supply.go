package demo

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
)

var importance = []string{"ordinary", "second", "first", "special"}

// account adds a customer's premise, account, metering point and meter to the
// batch, and gives the account.
func (n *network) account(b *supply.Batch, c Customer, customer id.ID, newID func() id.ID) id.ID {
	premise := supply.Premise{Head: supply.Head{ID: newID()}}
	premise.Address = c.Address
	a := supply.Account{Head: supply.Head{ID: newID()}}
	a.AccountInput = supply.AccountInput{AccountNo: c.Account.No, Name: c.Name, Class: "lv_res", UseCategory: "residential", Voltage: "AC02202", Area: "rural",
		ContractVA: c.Account.CapacityVA, RunningVA: c.Account.CapacityVA, Importance: importance[c.Account.Important], CustomerID: customer, PremiseID: premise.ID,
		OpenedOn: c.Opened, EnergisedOn: c.Opened}
	if c.Urban {
		a.Area = "urban"
	}
	classify(&a, c)
	point := supply.Point{Head: supply.Head{ID: newID()}}
	point.PointInput = supply.PointInput{No: c.Account.No + "01", Name: "总计量点", Wiring: "single_phase", MeteringMode: "lv_lv", Voltage: a.Voltage, AccountID: a.ID}
	if a.Voltage != "AC02202" {
		point.Wiring = "four_wire"
	}
	if c.Account.HighVolt {
		a.LineID, point.Wiring, point.MeteringMode = n.trunks[c.Town], "three_wire", "hv_hv"
	} else {
		all := n.districts[c.Town][c.Quarter]
		a.DistrictID = all[c.Number%len(all)]
	}
	meter := supply.Meter{Head: supply.Head{ID: newID()}, PointID: point.ID, InstalledOn: c.Opened}
	meter.MeterInput = supply.MeterInput{AssetNo: c.Account.MeterNo, Factor: c.Account.Factor}
	b.Premises, b.Accounts = append(b.Premises, premise), append(b.Accounts, a)
	b.Points, b.Meters = append(b.Points, point), append(b.Meters, meter)
	return a.ID
}

// largeIndustry is the capacity in VA from which industry pays by two parts.
const largeIndustry = 315_000

// classify sets what follows from the customer's segment.
func classify(a *supply.Account, c Customer) {
	switch c.Segment {
	case Resident:
		if c.Account.CapacityVA > 8000 {
			a.Voltage = "AC03802"
		}
		return
	case Farm:
		a.UseCategory, a.Industry = "agricultural", "A"
	case Commerce:
		a.UseCategory, a.Industry = "commercial", "F"
	case Government:
		a.UseCategory, a.Industry = "single_part", "S"
	case Industry:
		a.UseCategory, a.Industry, a.Shifts = "single_part", "C", "double"
		if c.Account.CapacityVA >= largeIndustry {
			a.UseCategory, a.Shifts = "two_part", "continuous"
		}
	}
	a.Class, a.Voltage = "lv_nonres", "AC03802"
	if c.Account.HighVolt {
		a.Class, a.Voltage = "hv", "AC00101"
		if c.Account.CapacityVA > 3_000_000 {
			a.Voltage = "AC00351"
		}
	}
}

// seasons is the share of the year's mean each month takes, in percent: hot
// summers, cold winters.
var seasons = [12]int64{118, 112, 92, 82, 84, 100, 128, 132, 108, 84, 80, 100}

// consumption draws the last months of an account since it was opened, the newest
// last.
func (w *World) consumption(company int, c Customer, account id.ID, months int) []supply.Energy {
	r := w.rand("consumption", company, c.Number)
	last := when.MonthOf(w.now).Add(-1)
	trend := 97 + r.Int64N(8) // percent a year
	opened := monthOf(c.Opened)
	rows := make([]supply.Energy, 0, months)
	for back := months - 1; back >= 0; back-- {
		m := last.Add(-back)
		wh := c.Account.DailyWh * 30 * seasons[int(m)%100-1] / 100 * (85 + r.Int64N(31)) / 100
		for range back / 12 {
			wh = wh * 100 / trend
		}
		if m > opened {
			rows = append(rows, supply.Energy{AccountID: account, Month: m, EnergyWh: wh})
		}
	}
	return rows
}

// monthOf is the month of a day that is known to be one.
func monthOf(d when.Day) when.Month {
	t, _ := d.Time() //nolint:errcheck // the world makes its days itself
	return when.MonthOf(when.At(t))
}
