package supply

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// AccountConsumption is what an account takes, month by month, with its figures.
type AccountConsumption struct {
	AccountID id.ID         `json:"account_id"`
	Month     when.Month    `json:"month" doc:"the figures are of this month"`
	Months    []MonthEnergy `json:"months" nullable:"false" doc:"the last 36 months on record, oldest first"`
	Figures   []Figure      `json:"figures" nullable:"false"`
	Forecast  []Forecast    `json:"forecast" nullable:"false"`
	PastError PastError     `json:"past_error"`
}

// checkMonth makes the zero month the last one that has ended, and refuses what
// is none.
func (s *Service) checkMonth(m when.Month) (when.Month, error) {
	var v fault.Validation
	if m == 0 {
		m = lastMonth(s.DB.Now())
	}
	v.Check(m.Valid(), "month", "bad_month")
	return m, v.Err()
}

// Consumption gives an account's months, figures and forecast at a month; zero is
// the last one that has ended. Errors: db.ErrNotFound, validation.
func (s *Service) Consumption(ctx context.Context, account id.ID, m when.Month, horizon int) (c AccountConsumption, err error) {
	who, err := access.Allow(ctx, PermConsumption)
	if err != nil {
		return c, err
	}
	if m, err = s.checkMonth(m); err != nil {
		return c, err
	}
	return c, s.DB.Read(ctx, func(tx *db.Tx) error {
		a, err := accounts.get(tx, who.Scope, account)
		if err != nil {
			return err
		}
		months, err := monthsOfAccount(tx, a.OrgID, a.ID, m.Add(-history), m)
		if err != nil {
			return err
		}
		e := seriesOf(months)
		c = AccountConsumption{AccountID: a.ID, Month: m, Months: present(months), Figures: append(e.figures(m), capacityUse(e, m, a.RunningVA)),
			Forecast: present(capped(e.ahead(m, horizon), a.RunningVA)), PastError: e.pastError(m)}
		return nil
	})
}

// RecordEnergy sets the energy of an account in a month. version is that of the
// month on record, 0 where there is none; now is the one it has since. Errors:
// db.ErrNotFound, db.ErrStale, validation.
func (s *Service) RecordEnergy(ctx context.Context, version int64, e Energy) (now int64, err error) {
	who, err := access.Allow(ctx, PermRecord)
	if err != nil {
		return 0, err
	}
	var v fault.Validation
	e.check(&v, "")
	if err := v.Err(); err != nil {
		return 0, err
	}
	return now, s.DB.Write(ctx, func(tx *db.Tx) error {
		a, err := accounts.get(tx, who.Scope, e.AccountID)
		if err != nil {
			return err
		}
		past, err := heldSales(tx, a.OrgID, []Energy{e})
		if err != nil {
			return err
		}
		old, known := past[accountMonth{e.AccountID, e.Month}]
		if old.Version != version {
			return db.ErrStale
		}
		var l Loaded
		if err := l.load(tx, a.OrgID, []Energy{e}, past, map[accountMonth]bool{}, 0); err != nil {
			return err
		}
		now = version + int64(l.Added+l.Corrected)
		change := audit.Change{OrgID: a.OrgID, Actor: who.Actor(), Action: PermRecord, ObjectType: "consumption", ObjectID: a.ID, After: e}
		if known {
			change.Before = old.Energy
		}
		return s.Audit.RecordTx(tx, change)
	})
}

// NumberedEnergy is an Energy by account number, a former one too.
type NumberedEnergy struct {
	AccountNo string     `json:"account_no" minLength:"1" maxLength:"32"`
	Month     when.Month `json:"month"`
	EnergyWh  int64      `json:"energy_wh"`
}

// RecordMany keeps the energy of many accounts of a company, by their numbers.
// Errors: those of LoadConsumptionTx.
func (s *Service) RecordMany(ctx context.Context, org id.ID, in []NumberedEnergy) (l Loaded, err error) {
	who, org, err := access.AllowOne(ctx, PermRecord, org)
	if err != nil {
		return l, err
	}
	return l, s.DB.Write(ctx, func(tx *db.Tx) error {
		rows, err := byNumber(tx, org, in)
		if err != nil {
			return err
		}
		l, err = s.LoadConsumptionTx(tx, who.Actor(), org, rows)
		return err
	})
}

func byNumber(tx *db.Tx, org id.ID, in []NumberedEnergy) ([]Energy, error) {
	numbers := map[string]id.ID{}
	for _, e := range in {
		numbers[NormalNumber(e.AccountNo)] = id.ID{}
	}
	owners, err := ownersOf(tx, org, slices.Sorted(maps.Keys(numbers)))
	if err != nil {
		return nil, err
	}
	for _, n := range owners {
		numbers[n.Number] = n.AccountID
	}
	var v fault.Validation
	rows := make([]Energy, len(in))
	for i, e := range in {
		rows[i] = Energy{numbers[NormalNumber(e.AccountNo)], e.Month, e.EnergyWh}
		v.Check(!rows[i].AccountID.IsZero(), fmt.Sprintf("rows[%d].account_no", i), "unknown_reference")
	}
	return rows, v.Err()
}
