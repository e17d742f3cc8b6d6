package supply

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Loaded counts what a load of consumption did.
type Loaded struct {
	Added     int `json:"added"`
	Corrected int `json:"corrected"`
	Unchanged int `json:"unchanged"`
}

// LoadConsumptionTx keeps the energy of accounts of one company, correcting
// months that are there already, with one audit entry. A corrected month stays in
// the segment it was sold in. Errors: a validation error with fields such as
// "rows[7].month" (no month, negative, unknown account, the same account and
// month twice).
func (s *Service) LoadConsumptionTx(tx *db.Tx, by audit.Actor, org id.ID, rows []Energy) (l Loaded, err error) {
	seen := make(map[accountMonth]bool, len(rows))
	for begin := 0; begin < len(rows); begin += chunk {
		part := rows[begin:min(begin+chunk, len(rows))]
		past, err := heldSales(tx, org, part)
		if err != nil {
			return l, err
		}
		if err := l.load(tx, org, part, past, seen, begin); err != nil {
			return l, err
		}
	}
	err = s.recordBatchTx(tx, by, org, PermRecord, "consumption", map[string]int{"added": l.Added, "corrected": l.Corrected, "unchanged": l.Unchanged},
		pick(rows, func(e *Energy) id.ID { return e.AccountID }))
	return l, err
}

type accountMonth struct {
	account id.ID
	month   when.Month
}

// load keeps rows over the past it was given.
func (l *Loaded) load(tx *db.Tx, org id.ID, rows []Energy, past map[accountMonth]sale, seen map[accountMonth]bool, begin int) error {
	segments, err := segmentsOf(tx, org, distinct(pick(rows, func(e *Energy) id.ID { return e.AccountID })))
	if err != nil {
		return err
	}
	if err := checkEnergies(rows, segments, seen, begin); err != nil {
		return err
	}
	gains, added := map[cell]sum{}, make([]sale, 0, len(rows))
	for _, e := range rows {
		old, corrected := past[accountMonth{e.AccountID, e.Month}]
		switch {
		case !corrected:
			now := sale{Energy: e, Segment: segments[e.AccountID]}
			added = append(added, now)
			gain(gains, now, 1, e.EnergyWh)
			l.Added++
		case old.EnergyWh == e.EnergyWh:
			l.Unchanged++
		default:
			if err := correctEnergy(tx, org, old, e.EnergyWh); err != nil {
				return err
			}
			gain(gains, old, 0, e.EnergyWh-old.EnergyWh)
			l.Corrected++
		}
	}
	if err := insertSales(tx, org, added); err != nil {
		return err
	}
	return addSums(tx, org, gains)
}

func gain(gains map[cell]sum, s sale, accounts, energyWh int64) {
	c := cell{s.Month, s.Segment}
	g := gains[c]
	gains[c] = sum{g.accounts + accounts, g.energyWh + energyWh}
}

// addSums adds the gains in a fixed order, so that two loads at once wait for
// each other rather than deadlock.
func addSums(tx *db.Tx, org id.ID, gains map[cell]sum) error {
	cells := make([]cell, 0, len(gains))
	for c := range gains {
		cells = append(cells, c)
	}
	slices.SortFunc(cells, func(a, b cell) int {
		return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(a.Class, b.Class), cmp.Compare(a.UseCategory, b.UseCategory), cmp.Compare(a.Area, b.Area))
	})
	for _, c := range cells {
		if err := addSum(tx, org, c, gains[c]); err != nil {
			return err
		}
	}
	return nil
}

// checkEnergies names the rows counted from begin; seen are the months that came
// before.
func checkEnergies(rows []Energy, known map[id.ID]Segment, seen map[accountMonth]bool, begin int) error {
	var v fault.Validation
	for i, e := range rows {
		prefix, key := fmt.Sprintf("rows[%d].", begin+i), accountMonth{e.AccountID, e.Month}
		e.check(&v, prefix)
		_, ok := known[e.AccountID]
		v.Check(ok, prefix+"account_id", "unknown_reference")
		v.Check(!seen[key], prefix+"month", "repeated_month")
		seen[key] = true
	}
	return v.Err()
}
