package supply

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// segmentsOf tells in which segment accounts are now.
func segmentsOf(tx *db.Tx, org id.ID, ids []id.ID) (map[id.ID]Segment, error) {
	segments := make(map[id.ID]Segment, len(ids))
	err := inChunks(ids, func(part []id.ID) error {
		var rows []struct {
			ID id.ID `db:"id"`
			Segment
		}
		text, args := db.In(new(db.Query).Where("org_id = ?", org), "id", part).Text("SELECT id, class, use_category, area FROM account", "")
		err := tx.Select(&rows, text, args...)
		for _, r := range rows {
			segments[r.ID] = r.Segment
		}
		return err
	})
	return segments, err
}

// salesOf reads what is kept of the rows' accounts in the span of their months.
func salesOf(tx *db.Tx, org id.ID, rows []Energy) (map[accountMonth]sale, error) {
	past := map[accountMonth]sale{}
	if len(rows) == 0 {
		return past, nil
	}
	first, last := rows[0].Month, rows[0].Month
	for _, e := range rows {
		first, last = min(first, e.Month), max(last, e.Month)
	}
	q := new(db.Query).Where("org_id = ?", org).Where("month >= ?", first).Where("month <= ?", last)
	text, args := db.In(q, "account_id", distinct(pick(rows, func(e *Energy) id.ID { return e.AccountID }))).
		Text("SELECT account_id, month, energy_wh, class, use_category, area, version FROM consumption", "")
	var kept []sale
	err := tx.Select(&kept, text, args...)
	for _, s := range kept {
		past[accountMonth{s.AccountID, s.Month}] = s
	}
	return past, err
}

// heldSales are the sales of accounts that are held: what others enter for them at
// once waits, and is then corrected, and the sums with it.
func heldSales(tx *db.Tx, org id.ID, rows []Energy) (map[accountMonth]sale, error) {
	ids := distinct(pick(rows, func(e *Energy) id.ID { return e.AccountID }))
	if err := accounts.hold(tx, tx.Dialect().ForUpdate(), org, ids); err != nil {
		return nil, err
	}
	return salesOf(tx, org, rows)
}

func insertSales(tx *db.Tx, org id.ID, list []sale) error {
	return tx.Bulk(db.Bulk{Table: "consumption", Columns: []string{"org_id", "account_id", "month", "energy_wh", "class", "use_category", "area"}, Len: len(list),
		Row: func(i int) []any {
			s := list[i]
			return []any{org, s.AccountID, s.Month, s.EnergyWh, s.Class, s.UseCategory, s.Area}
		}})
}

// correctEnergy corrects what was read: another's correction since would be lost,
// and the sums with it.
func correctEnergy(tx *db.Tx, org id.ID, old sale, wh int64) error {
	return tx.ExecOne(db.ErrStale, `UPDATE consumption SET energy_wh = $1, version = version + 1
		WHERE org_id = $2 AND account_id = $3 AND month = $4 AND version = $5`, wh, org, old.AccountID, old.Month, old.Version)
}

func addSum(tx *db.Tx, org id.ID, c cell, g sum) error {
	_, err := tx.Exec(`INSERT INTO sales (org_id, month, class, use_category, area, accounts, energy_wh) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (org_id, month, class, use_category, area) DO UPDATE
		SET accounts = sales.accounts + excluded.accounts, energy_wh = sales.energy_wh + excluded.energy_wh`,
		org, c.Month, c.Class, c.UseCategory, c.Area, g.accounts, g.energyWh)
	return err
}
