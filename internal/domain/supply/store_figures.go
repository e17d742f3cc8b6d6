package supply

import (
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const energySum = "month, CAST(sum(energy_wh) AS BIGINT) AS energy_wh, count(*) AS accounts"

// monthsOfAccount lists an account's months, oldest first.
func monthsOfAccount(tx *db.Tx, org, account id.ID, from, to when.Month) (months []MonthEnergy, err error) {
	return months, tx.Select(&months, `SELECT month, energy_wh, 1 AS accounts, version FROM consumption
		WHERE org_id = $1 AND account_id = $2 AND month >= $3 AND month <= $4 ORDER BY month LIMIT 1200`, org, account, from, to)
}

// monthsOfCustomer sums the accounts a customer has today.
func monthsOfCustomer(tx *db.Tx, org, customer id.ID, from, to when.Month) (months []MonthEnergy, err error) {
	return months, tx.Select(&months, "SELECT "+energySum+` FROM consumption
		WHERE org_id = $1 AND account_id IN (SELECT id FROM account WHERE org_id = $1 AND customer_id = $2) AND month >= $3 AND month <= $4
		GROUP BY month ORDER BY month LIMIT 1200`, org, customer, from, to)
}

// salesBy sums sales by company and the columns.
func salesBy(tx *db.Tx, scope db.Scope, columns []string, from, to when.Month) (sums []groupMonth, err error) {
	by := strings.Join(append([]string{"org_id"}, columns...), ", ")
	text, args := new(db.Query).Scope("org_id", scope).Where("month >= ?", from).Where("month <= ?", to).
		Text("SELECT "+by+", month, CAST(sum(energy_wh) AS BIGINT) AS energy_wh, CAST(sum(accounts) AS BIGINT) AS accounts FROM sales",
			"GROUP BY "+by+", month ORDER BY "+by+", month")
	return sums, tx.Select(&sums, text, args...)
}

// salesByManager sums the consumption of the customers each account manager, or
// the one named, has today. CROSS JOIN keeps the order: from the managed customers
// on.
func salesByManager(tx *db.Tx, scope db.Scope, manager id.ID, from, to when.Month) (sums []groupMonth, err error) {
	q := new(db.Query).Scope("c.org_id", scope).Where("c.manager_id IS NOT NULL")
	equals(q, "c.manager_id", manager)
	text, args := q.Where("k.month >= ?", from).Where("k.month <= ?", to).
		Text(`SELECT c.org_id, c.manager_id, k.month, CAST(sum(k.energy_wh) AS BIGINT) AS energy_wh, count(*) AS accounts
			FROM customer c CROSS JOIN account a CROSS JOIN consumption k`,
			"AND a.org_id = c.org_id AND a.customer_id = c.id AND k.org_id = a.org_id AND k.account_id = a.id GROUP BY c.org_id, c.manager_id, k.month ORDER BY c.org_id, c.manager_id, k.month")
	return sums, tx.Select(&sums, text, args...)
}

func stock(tx *db.Tx, scope db.Scope) (rows []StockRow, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("accounts > 0").
		Text("SELECT org_id, class, use_category, area, accounts FROM account_stock", "ORDER BY org_id, class, use_category, area")
	return rows, tx.Select(&rows, text, args...)
}

func addStock(tx *db.Tx, org id.ID, s Segment, n int64) error {
	_, err := tx.Exec(`INSERT INTO account_stock (org_id, class, use_category, area, accounts) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (org_id, class, use_category, area) DO UPDATE SET accounts = account_stock.accounts + excluded.accounts`,
		org, s.Class, s.UseCategory, s.Area, n)
	return err
}

// accountEnergy is an account with its energy in a month, a year, and the year
// before.
type accountEnergy struct {
	AccountID id.ID `db:"account_id"`
	MonthWh   int64 `db:"month_wh"`
	YearWh    int64 `db:"year_wh"`
	BeforeWh  int64 `db:"before_wh"`
	Months    int64 `db:"months"`
}

// largestAccounts lists a customer's accounts by their energy of the year up to a
// month, largest first; those without any are left out.
func largestAccounts(tx *db.Tx, org, customer id.ID, m when.Month, limit int) (list []accountEnergy, err error) {
	return list, tx.Select(&list, `SELECT account_id,
			CAST(sum(CASE WHEN month = $3 THEN energy_wh ELSE 0 END) AS BIGINT) AS month_wh,
			CAST(sum(CASE WHEN month > $4 THEN energy_wh ELSE 0 END) AS BIGINT) AS year_wh,
			CAST(sum(CASE WHEN month <= $4 THEN energy_wh ELSE 0 END) AS BIGINT) AS before_wh, count(*) AS months
		FROM consumption WHERE org_id = $1 AND account_id IN (SELECT id FROM account WHERE org_id = $1 AND customer_id = $2) AND month > $5 AND month <= $3
		GROUP BY account_id ORDER BY year_wh DESC, account_id LIMIT $6`, org, customer, m, m.Add(-12), m.Add(-24), limit)
}

// soldIn is what a company sold in the months of a span.
func soldIn(tx *db.Tx, org id.ID, from, to when.Month) (wh int64, err error) {
	return wh, tx.Get(&wh, "SELECT CAST(coalesce(sum(energy_wh), 0) AS BIGINT) FROM sales WHERE org_id = $1 AND month >= $2 AND month <= $3", org, from, to)
}

// ownedAccounts counts a customer's accounts, closed ones apart.
func ownedAccounts(tx *db.Tx, org, customer id.ID) (live, all int64, err error) {
	var row struct {
		Live int64 `db:"live"`
		All  int64 `db:"total"`
	}
	err = tx.Get(&row, "SELECT count(*) AS total, count(CASE WHEN status <> 'closed' THEN 1 END) AS live FROM account WHERE org_id = $1 AND customer_id = $2", org, customer)
	return row.Live, row.All, err
}
