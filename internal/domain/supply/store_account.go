package supply

import (
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// numberTaken turns a duplicate into the code for account numbers.
func numberTaken(err error) error {
	if errors.Is(err, db.ErrDuplicate) {
		return ErrNumberTaken.Wrap(err)
	}
	return err
}

// Number is a number an account has or had.
type Number struct {
	Number    string `db:"number" json:"number"`
	AccountID id.ID  `db:"account_id" json:"-"`
	Former    bool   `db:"former" json:"former"`
}

func insertAccounts(tx *db.Tx, list []Account) error {
	if err := accounts.insertMany(tx, list); err != nil {
		return err
	}
	return numberTaken(tx.Bulk(db.Bulk{Table: "account_number", Columns: []string{"org_id", "number", "account_id", "former"}, Len: len(list),
		Row: func(i int) []any { return []any{list[i].OrgID, list[i].AccountNo, list[i].ID, false} }}))
}

func insertNumber(tx *db.Tx, org id.ID, n Number) error {
	_, err := tx.Exec("INSERT INTO account_number (org_id, number, account_id, former) VALUES ($1, $2, $3, $4)", org, n.Number, n.AccountID, n.Former)
	return numberTaken(err)
}

// renumber makes a number the account's current one, a former one of its own
// included, and keeps the last as former.
func renumber(tx *db.Tx, a *Account, last string) error {
	if _, err := tx.Exec("UPDATE account_number SET former = true WHERE org_id = $1 AND number = $2", a.OrgID, last); err != nil {
		return err
	}
	n, err := tx.Exec("UPDATE account_number SET former = false WHERE org_id = $1 AND number = $2 AND account_id = $3", a.OrgID, a.AccountNo, a.ID)
	if err != nil || n > 0 {
		return err
	}
	return insertNumber(tx, a.OrgID, Number{a.AccountNo, a.ID, false})
}

// touchAccount raises the version of an account whose numbers changed.
func touchAccount(tx *db.Tx, a *Account, version int64) error {
	return tx.ExecOne(db.ErrStale, "UPDATE account SET version = version + 1, updated_at = $1 WHERE org_id = $2 AND id = $3 AND version = $4",
		tx.Now(), a.OrgID, a.ID, version)
}

// removeFormer removes a former number of an account.
func removeFormer(tx *db.Tx, org, account id.ID, number string) error {
	return tx.ExecOne(db.ErrNotFound, "DELETE FROM account_number WHERE org_id = $1 AND account_id = $2 AND number = $3 AND former", org, account, number)
}

func numbersOf(tx *db.Tx, org, account id.ID) (numbers []Number, err error) {
	return numbers, tx.Select(&numbers, "SELECT number, account_id, former FROM account_number WHERE org_id = $1 AND account_id = $2 ORDER BY former, number LIMIT 100", org, account)
}

// ownersOf tells which accounts have or had the numbers.
func ownersOf(tx *db.Tx, org id.ID, numbers []string) (found []Number, err error) {
	err = inChunks(numbers, func(part []string) error {
		var some []Number
		text, args := db.In(new(db.Query).Where("org_id = ?", org), "number", part).Text("SELECT number, account_id, former FROM account_number", "")
		err := tx.Select(&some, text, args...)
		found = append(found, some...)
		return err
	})
	return found, err
}

// movePoints lets the points that are supplied as their account follow it, and
// notes which of the others no longer stand apart.
func movePoints(tx *db.Tx, a *Account) error {
	if _, err := tx.Exec(`UPDATE metering_point SET district_id = $1, line_id = $2, version = version + 1, updated_at = $3
		WHERE org_id = $4 AND account_id = $5 AND NOT apart AND status <> 'withdrawn'`, a.DistrictID, a.LineID, tx.Now(), a.OrgID, a.ID); err != nil {
		return err
	}
	same := new(db.Query).Where("org_id = ?", a.OrgID).Where("account_id = ?", a.ID)
	sameID(same, "district_id", a.DistrictID)
	sameID(same, "line_id", a.LineID)
	text, args := same.Text("UPDATE metering_point SET apart = false", "")
	_, err := tx.Exec(text, args...)
	return err
}

// sameID compares with an identifier that may be none.
func sameID(q *db.Query, column string, i id.ID) {
	if i.IsZero() {
		q.Where(column + " IS NULL")
		return
	}
	q.Where(column+" = ?", i)
}

// customersAt are the customers of premises' accounts, at most maxAtPremise for
// each.
func customersAt(tx *db.Tx, org id.ID, premises ...id.ID) (ids []id.ID, err error) {
	err = inChunks(distinct(premises), func(part []id.ID) error {
		var some []id.ID
		text, args := db.In(new(db.Query).Where("org_id = ?", org), "premise_id", part).Where("customer_id IS NOT NULL").
			Text("SELECT DISTINCT customer_id FROM account", "LIMIT ?", maxAtPremise*len(part))
		err := tx.Select(&some, text, args...)
		ids = append(ids, some...)
		return err
	})
	return distinct(ids), err
}

// holdCustomers keeps customers from being closed or merged until the transaction
// ends.
func holdCustomers(tx *db.Tx, org id.ID, ids ...id.ID) error {
	return hold(tx, tx.Dialect().ForShare(), "customer", org, distinct(ids))
}

// maxAtPremise is above the number of households in any one building.
const maxAtPremise = 2000

// dropAccount takes away an account's numbers before the account itself.
func dropAccount(tx *db.Tx, a *Account) error {
	if err := accounts.hold(tx, tx.Dialect().ForUpdate(), a.OrgID, []id.ID{a.ID}); err != nil {
		return err
	}
	var used int64
	if err := tx.Get(&used, "SELECT count(*) FROM (SELECT 1 FROM consumption WHERE org_id = $1 AND account_id = $2 LIMIT 1) AS c", a.OrgID, a.ID); err != nil {
		return err
	}
	if used > 0 {
		return ErrHasConsumption
	}
	_, err := tx.Exec("DELETE FROM account_number WHERE org_id = $1 AND account_id = $2", a.OrgID, a.ID)
	return err
}

// numberRule is the company's, or the default.
func numberRule(tx *db.Tx, org id.ID) (r NumberRule, err error) {
	found, err := tx.Find(&r, "SELECT org_id, version, pattern, example FROM account_number_rule WHERE org_id = $1", org)
	if err == nil && !found {
		r = defaultNumberRule
		r.OrgID = org
	}
	return r, err
}

// putNumberRule sets the rule over the version seen; 0 is the default.
func putNumberRule(tx *db.Tx, r NumberRule) error {
	if r.Version == 0 {
		n, err := tx.Exec(`INSERT INTO account_number_rule (org_id, version, updated_at, pattern, example) VALUES ($1, 1, $2, $3, $4)
			ON CONFLICT (org_id) DO NOTHING`, r.OrgID, tx.Now(), r.Pattern, r.Example)
		if err == nil && n == 0 {
			return db.ErrStale
		}
		return err
	}
	return tx.ExecOne(db.ErrStale, "UPDATE account_number_rule SET version = version + 1, updated_at = $1, pattern = $2, example = $3 WHERE org_id = $4 AND version = $5",
		tx.Now(), r.Pattern, r.Example, r.OrgID, r.Version)
}

// accountsNumbered are the accounts that have or had the number, one in a company.
func accountsNumbered(tx *db.Tx, scope db.Scope, number string) (ids []id.ID, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("number = ?", number).Text("SELECT account_id FROM account_number", "")
	return ids, tx.Select(&ids, text, args...)
}

// premisesOf are the premises of customers' accounts, at most maxAtPremise.
func premisesOf(tx *db.Tx, scope db.Scope, customers []id.ID) (ids []id.ID, err error) {
	text, args := db.In(new(db.Query).Scope("org_id", scope), "customer_id", customers).Where("premise_id IS NOT NULL").
		Text("SELECT DISTINCT premise_id FROM account", "LIMIT ?", maxAtPremise)
	return ids, tx.Select(&ids, text, args...)
}
