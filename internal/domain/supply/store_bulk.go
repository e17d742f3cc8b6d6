package supply

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// MeterAt is a meter and the account at whose point it hangs.
type MeterAt struct {
	Meter
	AccountID id.ID
}

// AccountsByNoTx finds accounts of a company by numbers in their normal form,
// former ones too: then AccountNo is another.
func (s *Service) AccountsByNoTx(tx *db.Tx, org id.ID, numbers []string) (map[string]Account, error) {
	byNo := make(map[string]Account, len(numbers))
	owners, err := ownersOf(tx, org, numbers)
	if err != nil {
		return nil, err
	}
	found, err := byID(accounts.some(tx, org, distinct(pick(owners, func(n *Number) id.ID { return n.AccountID }))))
	for _, n := range owners {
		byNo[n.Number] = found[n.AccountID]
	}
	return byNo, err
}

// MetersByNoTx finds meters of a company by asset numbers in their normal form.
func (s *Service) MetersByNoTx(tx *db.Tx, org id.ID, numbers []string) (map[string]MeterAt, error) {
	byNo := make(map[string]MeterAt, len(numbers))
	return byNo, inChunks(numbers, func(part []string) error {
		var found []Meter
		text, args := db.In(new(db.Query).Where("org_id = ?", org), "asset_no", part).Text(meters.selecting(), "")
		if err := tx.Select(&found, text, args...); err != nil {
			return err
		}
		at, err := byID(points.some(tx, org, distinct(pick(found, func(m *Meter) id.ID { return m.PointID }))))
		for _, m := range found {
			byNo[m.AssetNo] = MeterAt{m, at[m.PointID].AccountID}
		}
		return err
	})
}

// DistrictsByNoTx finds transformer districts of a company by numbers in their
// normal form.
func (s *Service) DistrictsByNoTx(tx *db.Tx, org id.ID, numbers []string) (map[string]id.ID, error) {
	return idsByNo(tx, org, districts.name, numbers)
}

// LinesByNoTx finds lines of a company by numbers in their normal form.
func (s *Service) LinesByNoTx(tx *db.Tx, org id.ID, numbers []string) (map[string]id.ID, error) {
	return idsByNo(tx, org, lines.name, numbers)
}

// idsByNo finds records of a table with a unique number.
func idsByNo(tx *db.Tx, org id.ID, table string, numbers []string) (map[string]id.ID, error) {
	byNo := make(map[string]id.ID, len(numbers))
	return byNo, inChunks(numbers, func(part []string) error {
		var found []struct {
			No string `db:"no"`
			ID id.ID  `db:"id"`
		}
		text, args := db.In(new(db.Query).Where("org_id = ?", org), "no", part).Text("SELECT no, id FROM "+table, "")
		err := tx.Select(&found, text, args...)
		for _, f := range found {
			byNo[f.No] = f.ID
		}
		return err
	})
}

// touched are those of the accounts that are not, or no longer, as they were
// made: changed, renumbered, with consumption, contracts or an installation, with
// a point or meter that was changed, or gone.
func touched(tx *db.Tx, org id.ID, ids []id.ID) (map[id.ID]bool, error) {
	all := make(map[id.ID]bool, len(ids))
	for _, i := range ids {
		all[i] = true
	}
	var untouched []id.ID
	q := db.In(new(db.Query).Where("a.org_id = ?", org), "a.id", ids).Where("a.version = 1")
	for _, table := range []string{"consumption", "supply_contract", "own_installation"} {
		q.Where("NOT EXISTS (SELECT 1 FROM " + table + " x WHERE x.org_id = a.org_id AND x.account_id = a.id)")
	}
	q.Where("NOT EXISTS (SELECT 1 FROM account_number n WHERE n.org_id = a.org_id AND n.account_id = a.id AND n.former)").
		Where(`NOT EXISTS (SELECT 1 FROM metering_point p LEFT JOIN meter m ON m.org_id = p.org_id AND m.point_id = p.id
			WHERE p.org_id = a.org_id AND p.account_id = a.id AND (p.version > 1 OR m.version > 1))`).
		Where(`NOT EXISTS (SELECT 1 FROM metering_point p JOIN meter_installation i ON i.org_id = p.org_id AND i.point_id = p.id
			WHERE p.org_id = a.org_id AND p.account_id = a.id AND i.removed_on <> '')`)
	text, args := q.Text("SELECT a.id FROM account a", "")
	err := tx.Select(&untouched, text, args...)
	for _, i := range untouched {
		delete(all, i)
	}
	return all, err
}

// unmake removes accounts with what was made with them, the hanging first, and
// names their customers.
func unmake(tx *db.Tx, org id.ID, ids []id.ID) (owners []id.ID, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	for _, r := range []struct {
		head, column string
		byPoint      bool
	}{
		{"DELETE FROM meter_installation", "point_id", true}, {"DELETE FROM meter", "point_id", true},
		{"DELETE FROM metering_point", "account_id", false}, {"DELETE FROM account_number", "account_id", false},
	} {
		if err := deleteOf(tx, org, ids, r.head, r.column, r.byPoint); err != nil {
			return nil, err
		}
	}
	var list []Account
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "id", ids).Text("DELETE FROM account", "RETURNING "+accounts.all())
	if err := tx.Select(&list, text, args...); err != nil {
		return nil, err
	}
	gains := stockGains{}
	for i := range list {
		gains.move(&list[i], nil)
	}
	if err := gains.keepTx(tx, org); err != nil {
		return nil, err
	}
	return pick(list, func(a *Account) id.ID { return a.CustomerID }), removeOrphans(tx, org, pick(list, func(a *Account) id.ID { return a.PremiseID }))
}

// deleteOf deletes rows of accounts, by the account or by its points.
func deleteOf(tx *db.Tx, org id.ID, ids []id.ID, head, column string, byPoint bool) error {
	keys := ids
	if byPoint {
		var at []id.ID
		text, args := db.In(new(db.Query).Where("org_id = ?", org), "account_id", ids).Text("SELECT id FROM metering_point", "")
		if err := tx.Select(&at, text, args...); err != nil {
			return err
		}
		if keys = at; len(keys) == 0 {
			return nil
		}
	}
	text, args := db.In(new(db.Query).Where("org_id = ?", org), column, keys).Text(head, "")
	_, err := tx.Exec(text, args...)
	return err
}

// removeOrphans removes premises nobody changed and no account is at.
func removeOrphans(tx *db.Tx, org id.ID, ids []id.ID) error {
	if ids = distinct(ids); len(ids) == 0 {
		return nil
	}
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "id", ids).Where("version = 1").
		Where("NOT EXISTS (SELECT 1 FROM account a WHERE a.org_id = premise.org_id AND a.premise_id = premise.id)").Text("DELETE FROM premise", "")
	_, err := tx.Exec(text, args...)
	return err
}

func ownersAmong(tx *db.Tx, org id.ID, customers []id.ID) (found []id.ID, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "customer_id", customers).Text("SELECT DISTINCT customer_id FROM account", "")
	return found, tx.Select(&found, text, args...)
}
